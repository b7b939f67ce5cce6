-- The sums of case_cube over all months: how many a list of the wall has.
-- owner: cases, class: regional
create table case_total (
    region bigint not null,
    org uuid not null,
    -- county or township
    level text not null,
    kind text not null,
    category text not null,
    state text not null,
    n bigint not null,
    primary key (region, org, kind, category, state)
);
create index case_total_level on case_total (level, kind, region, category, state, n);
insert into case_total (region, org, level, kind, category, state, n)
select region, org, level, kind, category, state, cast(sum(n) as bigint) from case_cube
group by region, org, level, kind, category, state;
