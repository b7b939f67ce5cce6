-- Those without a telephone: kits on paper, how each member is reached, and who reads with him.
-- owner: study

-- An edition of the kit.
-- class: shared
create table kit (
    id uuid not null primary key,
    title text not null,
    -- What lies in it, a line each.
    contents text not null,
    created_day bigint not null
);

-- How many lie ready at an office.
-- class: regional
create table kit_stock (
    region bigint not null,
    org uuid not null,
    kit uuid not null,
    count bigint not null,
    primary key (region, org, kit)
);

-- Who has which. Who had an older edition has a row for each.
-- class: regional
create table kit_issue (
    region bigint not null,
    id uuid not null,
    person uuid not null,
    kit uuid not null,
    branch uuid not null,
    issued_day bigint not null,
    primary key (region, id)
);
create unique index kit_issue_person on kit_issue (region, person, kit);
create index kit_issue_branch on kit_issue (region, branch);

-- How a member is reached, and who reads with him.
-- class: regional
create table study_way (
    region bigint not null,
    person uuid not null,
    -- phone, kit, radio, visit
    channel text not null,
    buddy uuid,
    primary key (region, person)
);
create index study_way_buddy on study_way (region, buddy);

-- What two have read together, entered once by the one who reads with the other.
-- class: regional
create table study_together (
    region bigint not null,
    id uuid not null,
    person uuid not null,
    buddy uuid not null,
    title text not null,
    day bigint not null,
    primary key (region, id)
);
create unique index study_together_once on study_together (region, person, buddy, title, day);
