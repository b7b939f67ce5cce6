-- Sessions, jobs and stored files.

-- owner: web, class: lookup
create table session (
    hash bytea not null primary key,
    region bigint not null,
    account uuid not null,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    -- Renewed at most every few minutes, only to end idle sessions.
    renewed_at timestamptz not null,
    -- The second factor was given.
    strong boolean not null,
    -- What its owner reads in the list of sessions, such as 手机上的浏览器.
    device text not null
);
create index session_region_account on session (region, account);
create index session_expires_at on session (expires_at);

-- What somebody had written when his session ended: sealed, kept while he signs in again.
-- owner: web, class: lookup
create table kept_form (
    hash bytea not null primary key,
    sealed bytea not null,
    expires_at timestamptz not null
);
create index kept_form_expires_at on kept_form (expires_at);

-- owner: jobs, class: regional
create table job (
    region bigint not null,
    id uuid not null,
    kind text not null,
    payload jsonb not null,
    -- Two jobs of one kind never share a key while both wait, and never run at once.
    key text,
    run_at timestamptz not null,
    -- waiting, running, done, failed
    state text not null,
    attempts bigint not null,
    leased_until timestamptz,
    leased_by text,
    progress bigint not null,
    total bigint not null,
    result text,
    created_by uuid,
    created_at timestamptz not null,
    finished_at timestamptz,
    primary key (region, id)
);
create index job_state_run_at on job (state, run_at);
create index job_region_state_run_at on job (region, state, run_at);
create index job_region_kind_key_running on job (region, kind, key) where state = 'running';
create unique index job_region_kind_key_key on job (region, kind, key) where state = 'waiting';

-- owner: files, class: regional
create table stored_file (
    region bigint not null,
    id uuid not null,
    -- accepted: sealed and never served; clean: re-encoded and servable; refused: unreadable, deleted
    state text not null,
    -- Random; part of the object's path and of the public address.
    token text not null,
    name text not null,
    media_type text not null,
    bytes bigint not null,
    width bigint,
    height bigint,
    created_day bigint not null,
    primary key (region, id)
);
create unique index stored_file_region_token_key on stored_file (region, token);

-- What the installation remembers of itself: the fingerprint of its keys, the clock of a demo.
-- owner: app, class: shared
create table setting (
    name text not null primary key,
    value text not null
);
