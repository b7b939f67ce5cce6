-- What a unit had been handed and no longer has: taken back, or given to another, with the reason.

-- A notice to the unit that had it; it stays until somebody there says that it was read.
-- owner: cases, class: regional
create table case_recall (
    -- Of the unit.
    region integer not null,
    org blob not null,
    case_region integer not null,
    case_id blob not null,
    -- The line of the case's history.
    n integer not null,
    kind text not null,
    title text not null,
    -- withdraw or assign.
    act text not null,
    reason text not null,
    -- Who did it: unit and post.
    post text not null,
    day integer not null,
    primary key (region, org, case_id, n)
) strict;
