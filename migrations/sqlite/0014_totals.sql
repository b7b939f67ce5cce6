-- The sums of case_cube over all months: how many a list of the wall has.
-- owner: cases, class: regional
create table case_total (
    region integer not null,
    org blob not null,
    -- county or township
    level text not null,
    kind text not null,
    category text not null,
    state text not null,
    n integer not null,
    primary key (region, org, kind, category, state)
) strict;
create index case_total_level on case_total (level, kind, region, category, state, n);
insert into case_total (region, org, level, kind, category, state, n)
select region, org, level, kind, category, state, sum(n) from case_cube
group by region, org, level, kind, category, state;
