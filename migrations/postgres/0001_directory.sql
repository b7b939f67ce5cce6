-- Regions, organisations, people, accounts, roles, and the audit.

-- owner: directory, class: shared
create table region (
    ordinal bigint not null primary key,
    code text not null,
    name text not null,
    -- province, city or county
    level text not null,
    parent bigint
);
create index region_parent on region (parent);

-- A code or name that held for a while: 安塞县 610624 became 安塞区 610603.
-- owner: directory, class: shared
create table region_name (
    ordinal bigint not null,
    code text not null,
    name text not null,
    from_day bigint not null,
    -- The last day on which it held.
    to_day bigint,
    primary key (ordinal, from_day, code)
);

-- owner: directory, class: regional
create table org (
    region bigint not null,
    id uuid not null,
    kind text not null,
    -- 12 digits for divisions; own code for others. Unique inside the region while it is in force.
    code text collate "C" not null,
    name text collate "C" not null,
    short_name text not null,
    -- Initials of the name in pinyin, lower case: what a list is searched by.
    initials text collate "C" not null,
    parent uuid,
    -- The office's telephone, shown to the public.
    phone text,
    -- Whether the public may read officers' names here.
    names_shown boolean not null,
    households bigint,
    population bigint,
    -- An invented or surveyed point, in microdegrees.
    longitude bigint,
    latitude bigint,
    position bigint not null,
    from_day bigint not null,
    to_day bigint,
    primary key (region, id)
);
create unique index org_region_code_key on org (region, code);
create index org_region_parent_position on org (region, parent, position);
create index org_region_initials on org (region, initials);
create index org_region_name on org (region, name);

-- owner: directory, class: regional
create table org_ancestor (
    region bigint not null,
    ancestor uuid not null,
    org uuid not null,
    -- 0 is the organisation itself.
    depth bigint not null,
    primary key (region, ancestor, org),
    foreign key (region, ancestor) references org (region, id),
    foreign key (region, org) references org (region, id)
);
create index org_ancestor_region_org on org_ancestor (region, org, depth);

-- Codes and names by which an organisation was known before.
-- owner: directory, class: regional
create table org_code (
    region bigint not null,
    org uuid not null,
    code text collate "C" not null,
    name text not null,
    -- The last day on which they held.
    to_day bigint not null,
    primary key (region, org, to_day, code, name),
    foreign key (region, org) references org (region, id)
);
create index org_code_region_code on org_code (region, code, to_day);

-- owner: directory, class: regional
create table person (
    region bigint not null,
    id uuid not null,
    name text collate "C" not null,
    initials text collate "C" not null,
    -- male or female
    sex text,
    birth_year bigint,
    education text,
    -- Sealed.
    citizen_number bytea,
    phone bytea,
    created_day bigint not null,
    primary key (region, id)
);
create index person_region_initials on person (region, initials);
create index person_region_name on person (region, name);

-- Blind index of a citizen number: finds a person in any county.
-- owner: directory, class: lookup
create table person_lookup (
    hash bytea not null primary key,
    region bigint not null,
    id uuid not null
);

-- owner: directory, class: regional
create table membership (
    region bigint not null,
    id uuid not null,
    -- May live in another region.
    person uuid not null,
    branch uuid not null,
    -- active, probationary, floating, lost_contact, membership_suspended, removed, transferred_out, deceased
    stage text not null,
    joined_day bigint,
    from_day bigint not null,
    to_day bigint,
    primary key (region, id),
    foreign key (region, branch) references org (region, id)
);
create index membership_region_branch on membership (region, branch, to_day);
create index membership_region_person on membership (region, person);

-- owner: directory, class: regional
create table account (
    region bigint not null,
    id uuid not null,
    person uuid,
    login text not null,
    -- What pages call the holder: a name, or a post where there is no person.
    display_name text not null,
    password text,
    password_at timestamptz,
    -- active, suspended, closed
    status text not null,
    -- Wrong passwords and codes since the last success.
    failures bigint not null,
    locked_until timestamptz,
    -- Sealed. Both are null without a second factor; the step is the last one used, so that no code works twice.
    totp_secret bytea,
    totp_step bigint,
    -- Sealed; shown once as a QR code and waiting for its first code.
    totp_pending bytea,
    demo boolean not null,
    created_at timestamptz not null,
    primary key (region, id)
);
create index account_region_person on account (region, person);

-- owner: directory, class: lookup
create table account_lookup (
    hash bytea not null primary key,
    region bigint not null,
    id uuid not null
);

-- owner: directory, class: regional
create table recovery_code (
    region bigint not null,
    account uuid not null,
    hash bytea not null,
    used_at timestamptz,
    primary key (region, account, hash),
    foreign key (region, account) references account (region, id)
);

-- A sign-in of another house (OpenID Connect) that opens this account.
-- owner: directory, class: regional
create table external_identity (
    region bigint not null,
    account uuid not null,
    hash bytea not null,
    issuer text not null,
    linked_at timestamptz not null,
    primary key (region, account, hash),
    foreign key (region, account) references account (region, id)
);

-- owner: directory, class: lookup
create table external_lookup (
    hash bytea not null primary key,
    region bigint not null,
    id uuid not null
);

-- owner: directory, class: regional
create table role_grant (
    region bigint not null,
    id uuid not null,
    account uuid not null,
    role text not null,
    -- Where the role is held; it reaches down the subtree. May lie in another region.
    org_region bigint not null,
    org uuid not null,
    -- The post as the public reads it, such as 村党支部书记.
    post text not null,
    from_day bigint not null,
    -- The last day on which it holds.
    to_day bigint,
    -- A deputy acts under the grant of another, between two days.
    deputy_of uuid,
    granted_by uuid,
    primary key (region, id),
    foreign key (region, account) references account (region, id)
);
create index role_grant_region_account on role_grant (region, account);
create index role_grant_org_region_org on role_grant (org_region, org);

-- One-time slips that open an account or give it back; the code itself is printed and never stored.
-- owner: directory, class: regional
create table activation_slip (
    region bigint not null,
    id uuid not null,
    -- open: a first account; renew: a new password for an account that exists
    purpose text not null,
    -- Whose account is opened; none for a post without a person.
    person uuid,
    -- The account that exists already.
    account uuid,
    -- The organisation that prints it and whose member the holder becomes.
    org uuid not null,
    printed_by uuid not null,
    printed_at timestamptz not null,
    expires_at timestamptz not null,
    used_at timestamptz,
    -- Replaced by a later slip.
    void_at timestamptz,
    primary key (region, id),
    foreign key (region, org) references org (region, id)
);
create index activation_slip_region_person on activation_slip (region, person);
create index activation_slip_region_account on activation_slip (region, account);

-- owner: directory, class: lookup
create table activation_lookup (
    hash bytea not null primary key,
    region bigint not null,
    id uuid not null
);

-- A way back into an account: one person asks, another confirms.
-- owner: directory, class: regional
create table recovery_request (
    region bigint not null,
    id uuid not null,
    account uuid not null,
    -- The organisation that vouches for the holder.
    org uuid not null,
    asked_by uuid not null,
    asked_at timestamptz not null,
    confirmed_by uuid,
    confirmed_at timestamptz,
    expires_at timestamptz not null,
    primary key (region, id),
    foreign key (region, account) references account (region, id)
);
create index recovery_request_region_account on recovery_request (region, account);
-- City-wide: an account may live in another region than the organisation that vouches.
create index recovery_request_org on recovery_request (org, id);

-- What a leaver or a suspended holder gave over, to whom.
-- owner: directory, class: regional
create table handover (
    region bigint not null,
    id uuid not null,
    from_account uuid not null,
    to_account uuid not null,
    ordered_by uuid not null,
    reason text not null,
    -- What was given over, in words: 承办问题 12 件.
    items text not null,
    at timestamptz not null,
    primary key (region, id)
);
create index handover_region_from_account on handover (region, from_account);

-- What somebody asks about his own data: to correct, to copy, to delete.
-- owner: directory, class: regional
create table data_request (
    region bigint not null,
    id uuid not null,
    account uuid not null,
    -- correct, delete
    kind text not null,
    text text not null,
    -- open, done, refused
    state text not null,
    answer text,
    decided_by uuid,
    created_at timestamptz not null,
    decided_at timestamptz,
    primary key (region, id),
    foreign key (region, account) references account (region, id)
);
create index data_request_region_account on data_request (region, account);
create index data_request_region_state on data_request (region, state, id);

-- Appended freely, sealed by a job, cut by the retention job.
-- owner: directory, class: regional
create table audit_event (
    region bigint not null,
    id uuid not null,
    at timestamptz not null,
    -- sign_in, refusal, export, sensitive_look, rights_change …
    kind text not null,
    -- done, refused, failed
    outcome text not null,
    -- Who acted; may live in another region.
    account uuid,
    -- What it concerned: a word and an id or number.
    subject text,
    detail text not null,
    -- The seal that covers it; null in the unsealed tail.
    seal bigint,
    primary key (region, id)
);
create index audit_event_region_seal on audit_event (region, seal, id);
create index audit_event_unsealed on audit_event (region, id) where seal is null;
create index audit_event_region_account on audit_event (region, account, id);
create index audit_event_region_subject on audit_event (region, subject, id);

-- owner: directory, class: regional
create table audit_seal (
    region bigint not null,
    seal bigint not null,
    at timestamptz not null,
    events bigint not null,
    previous bytea not null,
    head bytea not null,
    -- Set where the retention job cut the chain: everything up to this seal is gone, and this MAC vouches for it.
    cut bytea,
    primary key (region, seal)
);

-- A file on its way into the directory. Its rows are kept until the retention job takes them.
-- owner: directory, class: regional
create table import_batch (
    region bigint not null,
    id uuid not null,
    -- organisations or members
    kind text not null,
    file_name text not null,
    -- The headings of the file as JSON, where the wanted columns stand, and what was noticed while reading.
    headers text not null,
    places text not null,
    notices text not null,
    -- The regions it may touch, as JSON.
    scope text not null,
    -- reading, staged, checked, applying, complete, discarded
    state text not null,
    rows_total bigint not null,
    rows_refused bigint not null,
    -- What must be written, and how much of it is.
    steps_total bigint not null,
    steps_done bigint not null,
    created_by uuid,
    created_at timestamptz not null,
    primary key (region, id)
);

-- owner: directory, class: regional
create table import_row (
    region bigint not null,
    batch uuid not null,
    -- As the sheet numbers it, from 1.
    number bigint not null,
    -- Sealed: the cells as they came, and what is to be written.
    cells bytea not null,
    plan bytea,
    -- add, change, move, same, refuse; none before the check
    action text,
    -- What a person reads; names no personal data.
    message text,
    -- The order of writing, from 1; none where nothing is written.
    step bigint,
    primary key (region, batch, number),
    foreign key (region, batch) references import_batch (region, id)
);
create index import_row_region_batch_step on import_row (region, batch, step);
