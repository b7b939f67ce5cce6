-- Those without a telephone: kits on paper, how each member is reached, and who reads with him.
-- owner: study

-- An edition of the kit.
-- class: shared
create table kit (
    id blob not null primary key,
    title text not null,
    -- What lies in it, a line each.
    contents text not null,
    created_day integer not null
) strict;

-- How many lie ready at an office.
-- class: regional
create table kit_stock (
    region integer not null,
    org blob not null,
    kit blob not null,
    count integer not null,
    primary key (region, org, kit)
) strict;

-- Who has which. Who had an older edition has a row for each.
-- class: regional
create table kit_issue (
    region integer not null,
    id blob not null,
    person blob not null,
    kit blob not null,
    branch blob not null,
    issued_day integer not null,
    primary key (region, id)
) strict;
create unique index kit_issue_person on kit_issue (region, person, kit);
create index kit_issue_branch on kit_issue (region, branch);

-- How a member is reached, and who reads with him.
-- class: regional
create table study_way (
    region integer not null,
    person blob not null,
    -- phone, kit, radio, visit
    channel text not null,
    buddy blob,
    primary key (region, person)
) strict;
create index study_way_buddy on study_way (region, buddy);

-- What two have read together, entered once by the one who reads with the other.
-- class: regional
create table study_together (
    region integer not null,
    id blob not null,
    person blob not null,
    buddy blob not null,
    title text not null,
    day integer not null,
    primary key (region, id)
) strict;
create unique index study_together_once on study_together (region, person, buddy, title, day);
