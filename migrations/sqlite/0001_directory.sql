-- Regions, organisations, people, accounts, roles, and the audit.

-- owner: directory, class: shared
create table region (
    ordinal integer not null primary key,
    code text not null,
    name text not null,
    -- province, city or county
    level text not null,
    parent integer
) strict;
create index region_parent on region (parent);

-- A code or name that held for a while: 安塞县 610624 became 安塞区 610603.
-- owner: directory, class: shared
create table region_name (
    ordinal integer not null,
    code text not null,
    name text not null,
    from_day integer not null,
    -- The last day on which it held.
    to_day integer,
    primary key (ordinal, from_day, code)
) strict;

-- owner: directory, class: regional
create table org (
    region integer not null,
    id blob not null,
    kind text not null,
    -- 12 digits for divisions; own code for others. Unique inside the region while it is in force.
    code text not null,
    name text not null,
    short_name text not null,
    -- Initials of the name in pinyin, lower case: what a list is searched by.
    initials text not null,
    parent blob,
    -- The office's telephone, shown to the public.
    phone text,
    -- Whether the public may read officers' names here.
    names_shown integer not null,
    households integer,
    population integer,
    -- An invented or surveyed point, in microdegrees.
    longitude integer,
    latitude integer,
    position integer not null,
    from_day integer not null,
    to_day integer,
    primary key (region, id)
) strict;
create unique index org_region_code_key on org (region, code);
create index org_region_parent_position on org (region, parent, position);
create index org_region_initials on org (region, initials);
create index org_region_name on org (region, name);

-- owner: directory, class: regional
create table org_ancestor (
    region integer not null,
    ancestor blob not null,
    org blob not null,
    -- 0 is the organisation itself.
    depth integer not null,
    primary key (region, ancestor, org),
    foreign key (region, ancestor) references org (region, id),
    foreign key (region, org) references org (region, id)
) strict;
create index org_ancestor_region_org on org_ancestor (region, org, depth);

-- Codes and names by which an organisation was known before.
-- owner: directory, class: regional
create table org_code (
    region integer not null,
    org blob not null,
    code text not null,
    name text not null,
    -- The last day on which they held.
    to_day integer not null,
    primary key (region, org, to_day, code, name),
    foreign key (region, org) references org (region, id)
) strict;
create index org_code_region_code on org_code (region, code, to_day);

-- owner: directory, class: regional
create table person (
    region integer not null,
    id blob not null,
    name text not null,
    initials text not null,
    -- male or female
    sex text,
    birth_year integer,
    education text,
    -- Sealed.
    citizen_number blob,
    phone blob,
    created_day integer not null,
    primary key (region, id)
) strict;
create index person_region_initials on person (region, initials);
create index person_region_name on person (region, name);

-- Blind index of a citizen number: finds a person in any county.
-- owner: directory, class: lookup
create table person_lookup (
    hash blob not null primary key,
    region integer not null,
    id blob not null
) strict;

-- owner: directory, class: regional
create table membership (
    region integer not null,
    id blob not null,
    -- May live in another region.
    person blob not null,
    branch blob not null,
    -- active, probationary, floating, lost_contact, membership_suspended, removed, transferred_out, deceased
    stage text not null,
    joined_day integer,
    from_day integer not null,
    to_day integer,
    primary key (region, id),
    foreign key (region, branch) references org (region, id)
) strict;
create index membership_region_branch on membership (region, branch, to_day);
create index membership_region_person on membership (region, person);

-- owner: directory, class: regional
create table account (
    region integer not null,
    id blob not null,
    person blob,
    login text not null,
    -- What pages call the holder: a name, or a post where there is no person.
    display_name text not null,
    password text,
    password_at integer,
    -- active, suspended, closed
    status text not null,
    -- Wrong passwords and codes since the last success.
    failures integer not null,
    locked_until integer,
    -- Sealed. Both are null without a second factor; the step is the last one used, so that no code works twice.
    totp_secret blob,
    totp_step integer,
    -- Sealed; shown once as a QR code and waiting for its first code.
    totp_pending blob,
    demo integer not null,
    created_at integer not null,
    primary key (region, id)
) strict;
create index account_region_person on account (region, person);

-- owner: directory, class: lookup
create table account_lookup (
    hash blob not null primary key,
    region integer not null,
    id blob not null
) strict;

-- owner: directory, class: regional
create table recovery_code (
    region integer not null,
    account blob not null,
    hash blob not null,
    used_at integer,
    primary key (region, account, hash),
    foreign key (region, account) references account (region, id)
) strict;

-- A sign-in of another house (OpenID Connect) that opens this account.
-- owner: directory, class: regional
create table external_identity (
    region integer not null,
    account blob not null,
    hash blob not null,
    issuer text not null,
    linked_at integer not null,
    primary key (region, account, hash),
    foreign key (region, account) references account (region, id)
) strict;

-- owner: directory, class: lookup
create table external_lookup (
    hash blob not null primary key,
    region integer not null,
    id blob not null
) strict;

-- owner: directory, class: regional
create table role_grant (
    region integer not null,
    id blob not null,
    account blob not null,
    role text not null,
    -- Where the role is held; it reaches down the subtree. May lie in another region.
    org_region integer not null,
    org blob not null,
    -- The post as the public reads it, such as 村党支部书记.
    post text not null,
    from_day integer not null,
    -- The last day on which it holds.
    to_day integer,
    -- A deputy acts under the grant of another, between two days.
    deputy_of blob,
    granted_by blob,
    primary key (region, id),
    foreign key (region, account) references account (region, id)
) strict;
create index role_grant_region_account on role_grant (region, account);
create index role_grant_org_region_org on role_grant (org_region, org);

-- One-time slips that open an account or give it back; the code itself is printed and never stored.
-- owner: directory, class: regional
create table activation_slip (
    region integer not null,
    id blob not null,
    -- open: a first account; renew: a new password for an account that exists
    purpose text not null,
    -- Whose account is opened; none for a post without a person.
    person blob,
    -- The account that exists already.
    account blob,
    -- The organisation that prints it and whose member the holder becomes.
    org blob not null,
    printed_by blob not null,
    printed_at integer not null,
    expires_at integer not null,
    used_at integer,
    -- Replaced by a later slip.
    void_at integer,
    primary key (region, id),
    foreign key (region, org) references org (region, id)
) strict;
create index activation_slip_region_person on activation_slip (region, person);
create index activation_slip_region_account on activation_slip (region, account);

-- owner: directory, class: lookup
create table activation_lookup (
    hash blob not null primary key,
    region integer not null,
    id blob not null
) strict;

-- A way back into an account: one person asks, another confirms.
-- owner: directory, class: regional
create table recovery_request (
    region integer not null,
    id blob not null,
    account blob not null,
    -- The organisation that vouches for the holder.
    org blob not null,
    asked_by blob not null,
    asked_at integer not null,
    confirmed_by blob,
    confirmed_at integer,
    expires_at integer not null,
    primary key (region, id),
    foreign key (region, account) references account (region, id)
) strict;
create index recovery_request_region_account on recovery_request (region, account);
-- City-wide: an account may live in another region than the organisation that vouches.
create index recovery_request_org on recovery_request (org, id);

-- What a leaver or a suspended holder gave over, to whom.
-- owner: directory, class: regional
create table handover (
    region integer not null,
    id blob not null,
    from_account blob not null,
    to_account blob not null,
    ordered_by blob not null,
    reason text not null,
    -- What was given over, in words: 承办问题 12 件.
    items text not null,
    at integer not null,
    primary key (region, id)
) strict;
create index handover_region_from_account on handover (region, from_account);

-- What somebody asks about his own data: to correct, to copy, to delete.
-- owner: directory, class: regional
create table data_request (
    region integer not null,
    id blob not null,
    account blob not null,
    -- correct, delete
    kind text not null,
    text text not null,
    -- open, done, refused
    state text not null,
    answer text,
    decided_by blob,
    created_at integer not null,
    decided_at integer,
    primary key (region, id),
    foreign key (region, account) references account (region, id)
) strict;
create index data_request_region_account on data_request (region, account);
create index data_request_region_state on data_request (region, state, id);

-- Appended freely, sealed by a job, cut by the retention job.
-- owner: directory, class: regional
create table audit_event (
    region integer not null,
    id blob not null,
    at integer not null,
    -- sign_in, refusal, export, sensitive_look, rights_change …
    kind text not null,
    -- done, refused, failed
    outcome text not null,
    -- Who acted; may live in another region.
    account blob,
    -- What it concerned: a word and an id or number.
    subject text,
    detail text not null,
    -- The seal that covers it; null in the unsealed tail.
    seal integer,
    primary key (region, id)
) strict;
create index audit_event_region_seal on audit_event (region, seal, id);
create index audit_event_unsealed on audit_event (region, id) where seal is null;
create index audit_event_region_account on audit_event (region, account, id);
create index audit_event_region_subject on audit_event (region, subject, id);

-- owner: directory, class: regional
create table audit_seal (
    region integer not null,
    seal integer not null,
    at integer not null,
    events integer not null,
    previous blob not null,
    head blob not null,
    -- Set where the retention job cut the chain: everything up to this seal is gone, and this MAC vouches for it.
    cut blob,
    primary key (region, seal)
) strict;

-- A file on its way into the directory. Its rows are kept until the retention job takes them.
-- owner: directory, class: regional
create table import_batch (
    region integer not null,
    id blob not null,
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
    rows_total integer not null,
    rows_refused integer not null,
    -- What must be written, and how much of it is.
    steps_total integer not null,
    steps_done integer not null,
    created_by blob,
    created_at integer not null,
    primary key (region, id)
) strict;

-- owner: directory, class: regional
create table import_row (
    region integer not null,
    batch blob not null,
    -- As the sheet numbers it, from 1.
    number integer not null,
    -- Sealed: the cells as they came, and what is to be written.
    cells blob not null,
    plan blob,
    -- add, change, move, same, refuse; none before the check
    action text,
    -- What a person reads; names no personal data.
    message text,
    -- The order of writing, from 1; none where nothing is written.
    step integer,
    primary key (region, batch, number),
    foreign key (region, batch) references import_batch (region, id)
) strict;
create index import_row_region_batch_step on import_row (region, batch, step);
