-- The desk: who has a case open, saved filters, bulk actions, rules that suggest a unit, templates of answers, joint handling.
-- owner: cases

-- The last day on which the owner was reminded: not twice a day.
alter table case_item add column reminded_day bigint;
-- It came back: an assignment that was returned, an answer that was not accepted, an objection.
alter table desk_item add column returned boolean not null default false;
-- The photo of the report in whose copy places were covered; null for what came as it is.
alter table case_photo add column covers uuid;

-- Who has a case open just now. A lease of minutes that the open page renews; nothing of it is kept.
-- class: regional
create table case_presence (
    region bigint not null,
    case_id uuid not null,
    account uuid not null,
    name text not null,
    leased_until timestamptz not null,
    primary key (region, case_id, account),
    foreign key (region, case_id) references case_item (region, id)
);
create index case_presence_leased_until on case_presence (leased_until);

-- A named view of the ledger or the desk; with an organisation it is shared among those who hold a role there.
-- class: regional
create table desk_filter (
    region bigint not null,
    id uuid not null,
    account uuid not null,
    name text not null,
    -- desk or cases
    page text not null,
    -- What stands behind the question mark of the page's address.
    query text not null,
    org_region bigint,
    org uuid,
    created_day bigint not null,
    primary key (region, id)
);
create index desk_filter_region_account on desk_filter (region, account, created_day);
create index desk_filter_org on desk_filter (org, created_day) where org is not null;

-- One act asked for many cases at once, and what became of each.
-- class: regional
create table bulk_run (
    region bigint not null,
    id uuid not null,
    account uuid not null,
    -- assign, sign, entrust, remind, extend
    action text not null,
    -- The act's input as JSON text: unit, goal, deadline, person, reason.
    input text not null,
    total bigint not null,
    created_day bigint not null,
    primary key (region, id)
);
create index bulk_run_region_account on bulk_run (region, account, created_day);

-- owner: cases, class: regional
create table bulk_row (
    region bigint not null,
    run uuid not null,
    n bigint not null,
    case_region bigint not null,
    case_id uuid not null,
    -- waiting, done, refused
    state text not null,
    -- Why it was refused.
    message text,
    primary key (region, run, n),
    foreign key (region, run) references bulk_run (region, id)
);
create index bulk_row_region_run_state on bulk_row (region, run, state, n);

-- Which unit is suggested for what, county by county; the first that fits. A change ends a row and begins another.
-- owner: cases, class: regional
create table assign_rule (
    region bigint not null,
    id uuid not null,
    position bigint not null,
    -- Empty for any.
    category text not null,
    sub_category text not null,
    -- A township or a village; null for the whole county.
    place uuid,
    unit uuid not null,
    note text not null,
    account uuid,
    post text not null,
    from_day bigint not null,
    ended_day bigint,
    primary key (region, id)
);
create index assign_rule_region_position on assign_rule (region, position) where ended_day is null;

-- What an answer may begin with, county by county.
-- owner: cases, class: regional
create table answer_template (
    region bigint not null,
    id uuid not null,
    category text not null,
    sub_category text not null,
    -- solved or explained
    outcome text not null,
    title text not null,
    text text not null,
    account uuid,
    post text not null,
    from_day bigint not null,
    ended_day bigint,
    primary key (region, id)
);
create index answer_template_region_category on answer_template (region, category, outcome) where ended_day is null;

-- 吹哨: the owner asks that several units take a part; the county decides.
-- owner: cases, class: regional
create table joint_request (
    region bigint not null,
    case_id uuid not null,
    n bigint not null,
    reason text not null,
    account_region bigint not null,
    account uuid not null,
    post text not null,
    day bigint not null,
    -- waiting, approved, refused
    decision text not null,
    decided_region bigint,
    decided_by uuid,
    decided_post text,
    decided_day bigint,
    refusal text,
    primary key (region, case_id, n),
    foreign key (region, case_id) references case_item (region, id)
);

-- owner: cases, class: regional
create table joint_unit (
    region bigint not null,
    case_id uuid not null,
    n bigint not null,
    position bigint not null,
    unit_region bigint not null,
    unit uuid not null,
    -- What the unit is to do; public once approved.
    task text not null,
    -- The part that was made for it.
    part uuid,
    primary key (region, case_id, n, position),
    foreign key (region, case_id, n) references joint_request (region, case_id, n)
);
