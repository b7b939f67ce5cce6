-- One tree of problems, tasks and duties from the city down to the village, and the pledges between the city and its counties
-- and departments.
-- owner: cases

-- Where a case hangs in the tree, and what lies below it. Only cases of a tree have a row. A case lives in the region of the unit
-- that owns it, so its parent may live in another one.
-- class: regional
create table case_node (
    region bigint not null,
    case_id uuid not null,
    parent_region bigint,
    parent uuid,
    root_region bigint not null,
    root uuid not null,
    depth bigint not null,
    -- What is counted, such as 户; empty where nothing is.
    measure text not null,
    -- What the unit is to reach, and what it has reached by its own entry.
    target bigint,
    amount bigint not null,
    -- Below it, all levels: so many cases, ended well, open past their day; and of the next level the targets and what was reached.
    total bigint not null,
    done bigint not null,
    late bigint not null,
    parts_target bigint not null,
    parts_amount bigint not null,
    -- When the last news from below arrived.
    as_of timestamptz,
    -- Grows whenever leave to open this case again is taken back: a leave of before is worth nothing.
    epoch bigint not null,
    -- Grows with every change of the case or below it.
    version bigint not null,
    primary key (region, case_id),
    foreign key (region, case_id) references case_item (region, id)
);
create index case_node_root on case_node (root, depth, case_id);

-- What a parent knows of a child, kept where the parent lives.
-- owner: cases, class: regional
create table case_link (
    region bigint not null,
    parent uuid not null,
    child_region bigint not null,
    child uuid not null,
    kind text not null,
    -- The order of the list.
    position bigint not null,
    -- The unit that owns it, and the township it belongs to: what the list is grouped by.
    unit_region bigint not null,
    unit uuid not null,
    township uuid,
    -- Counted among the parent's open children.
    open boolean not null,
    late boolean not null,
    due_day bigint,
    target bigint,
    amount bigint not null,
    -- The child and all below it.
    total bigint not null,
    done bigint not null,
    late_below bigint not null,
    -- Up to which version of the child this is: older news is passed over.
    version bigint not null,
    -- Held open for a child that is being opened again: the epoch of the child's leave.
    held_epoch bigint,
    primary key (region, parent, child_region, child),
    foreign key (region, parent) references case_item (region, id)
);
create index case_link_region_parent_position on case_link (region, parent, position, child);
create index case_link_region_held_epoch on case_link (region, held_epoch) where held_epoch is not null;
create index case_link_region_late on case_link (region, late, due_day) where due_day is not null;

-- One breaking down, or one change carried down: asked for once, written by region, resumed where it stopped.
-- owner: cases, class: regional
create table handdown (
    region bigint not null,
    id uuid not null,
    parent uuid not null,
    -- issue, change
    act text not null,
    -- Of the form: the same form sent twice is one run.
    nonce bytea not null,
    kind text not null,
    title text not null,
    text text not null,
    measure text not null,
    due_day bigint,
    issuer_region bigint not null,
    issuer uuid not null,
    account_region bigint not null,
    account uuid not null,
    post text not null,
    total bigint not null,
    created_day bigint not null,
    primary key (region, id),
    foreign key (region, parent) references case_item (region, id)
);
create unique index handdown_region_nonce on handdown (region, nonce);
create index handdown_region_parent on handdown (region, parent, id);

-- owner: cases, class: regional
create table handdown_row (
    region bigint not null,
    run uuid not null,
    n bigint not null,
    unit_region bigint not null,
    unit uuid not null,
    person_region bigint,
    person uuid,
    target bigint,
    child_region bigint not null,
    child uuid not null,
    -- waiting, done
    state text not null,
    primary key (region, run, n),
    foreign key (region, run) references handdown (region, id)
);
create index handdown_row_region_run_state on handdown_row (region, run, state, n);

-- What a parent's change asks of a child, kept with the child: it decides.
-- owner: cases, class: regional
create table case_proposal (
    region bigint not null,
    case_id uuid not null,
    id uuid not null,
    unit_region bigint not null,
    unit uuid not null,
    -- What is to become of title, text, day and target; null leaves it.
    title text,
    text text,
    due_day bigint,
    target bigint,
    why text not null,
    post text not null,
    day bigint not null,
    -- waiting, accepted, declined, replaced
    state text not null,
    reason text,
    decided_region bigint,
    decided_by uuid,
    decided_post text,
    decided_day bigint,
    primary key (region, case_id, id),
    foreign key (region, case_id) references case_item (region, id)
);
create index case_proposal_unit on case_proposal (unit, day, id) where state = 'waiting';
create index case_proposal_id on case_proposal (id, state);

-- A breaking down to begin with, kept by an organisation.
-- owner: cases, class: regional
create table breakdown_template (
    region bigint not null,
    id uuid not null,
    org uuid not null,
    name text not null,
    kind text not null,
    level text not null,
    title text not null,
    text text not null,
    measure text not null,
    days bigint not null,
    account_region bigint not null,
    account uuid not null,
    created_day bigint not null,
    primary key (region, id)
);
create index breakdown_template_region_org on breakdown_template (region, org, created_day);

-- A pledge lives in the region of the city; its text, targets and signatures belong to a version, which never changes.
-- owner: cases, class: regional
create table pledge (
    region bigint not null,
    id uuid not null,
    issuer uuid not null,
    party_region bigint not null,
    party uuid not null,
    year bigint not null,
    -- Under which approval it may be signed at all, and until when it holds.
    approval text not null,
    approver text not null,
    until_day bigint not null,
    title text not null,
    versions bigint not null,
    -- The version in force; null before both have signed.
    in_force bigint,
    created_day bigint not null,
    ended_day bigint,
    end_reason text,
    primary key (region, id)
);
create index pledge_region_year on pledge (region, year, id);
create index pledge_party on pledge (party, id);

-- owner: cases, class: regional
create table pledge_version (
    region bigint not null,
    pledge uuid not null,
    n bigint not null,
    -- What both promise, in paragraphs.
    text text not null,
    -- What is other than in the version before, and why.
    change text not null,
    -- awaiting, in_force, replaced
    state text not null,
    made_by_region bigint not null,
    made_by uuid not null,
    made_post text not null,
    made_day bigint not null,
    from_day bigint,
    primary key (region, pledge, n),
    foreign key (region, pledge) references pledge (region, id)
);

-- owner: cases, class: regional
create table pledge_target (
    region bigint not null,
    pledge uuid not null,
    n bigint not null,
    position bigint not null,
    text text not null,
    target bigint,
    measure text not null,
    due_day bigint,
    -- The entry of the lists that it was drawn from.
    case_region bigint,
    case_id uuid,
    primary key (region, pledge, n, position),
    foreign key (region, pledge, n) references pledge_version (region, pledge, n)
);

-- owner: cases, class: regional
create table pledge_signature (
    region bigint not null,
    pledge uuid not null,
    n bigint not null,
    -- issuer, party
    side text not null,
    -- account, paper
    manner text not null,
    account_region bigint not null,
    account uuid not null,
    post text not null,
    day bigint not null,
    primary key (region, pledge, n, side),
    foreign key (region, pledge, n) references pledge_version (region, pledge, n)
);
