-- Sessions, jobs and stored files.

-- owner: web, class: lookup
create table session (
    hash blob not null primary key,
    region integer not null,
    account blob not null,
    created_at integer not null,
    expires_at integer not null,
    -- Renewed at most every few minutes, only to end idle sessions.
    renewed_at integer not null,
    -- The second factor was given.
    strong integer not null,
    -- What its owner reads in the list of sessions, such as 手机上的浏览器.
    device text not null
) strict;
create index session_region_account on session (region, account);
create index session_expires_at on session (expires_at);

-- What somebody had written when his session ended: sealed, kept while he signs in again.
-- owner: web, class: lookup
create table kept_form (
    hash blob not null primary key,
    sealed blob not null,
    expires_at integer not null
) strict;
create index kept_form_expires_at on kept_form (expires_at);

-- owner: jobs, class: regional
create table job (
    region integer not null,
    id blob not null,
    kind text not null,
    payload text not null,
    -- Two jobs of one kind never share a key while both wait, and never run at once.
    key text,
    run_at integer not null,
    -- waiting, running, done, failed
    state text not null,
    attempts integer not null,
    leased_until integer,
    leased_by text,
    progress integer not null,
    total integer not null,
    result text,
    created_by blob,
    created_at integer not null,
    finished_at integer,
    primary key (region, id)
) strict;
create index job_state_run_at on job (state, run_at);
create index job_region_state_run_at on job (region, state, run_at);
create index job_region_kind_key_running on job (region, kind, key) where state = 'running';
create unique index job_region_kind_key_key on job (region, kind, key) where state = 'waiting';

-- owner: files, class: regional
create table stored_file (
    region integer not null,
    id blob not null,
    -- accepted: sealed and never served; clean: re-encoded and servable; refused: unreadable, deleted
    state text not null,
    -- Random; part of the object's path and of the public address.
    token text not null,
    name text not null,
    media_type text not null,
    bytes integer not null,
    width integer,
    height integer,
    created_day integer not null,
    primary key (region, id)
) strict;
create unique index stored_file_region_token_key on stored_file (region, token);

-- What the installation remembers of itself: the fingerprint of its keys, the clock of a demo.
-- owner: app, class: shared
create table setting (
    name text not null primary key,
    value text not null
) strict;
