-- Parts of a joint handling leave the counts of the wall, as they have left the figures: they are work, not problems.
insert into case_cube (region, org, level, kind, category, state, day, n)
select region, county, 'county', kind, category, state, posted_month, -count(*) from case_item
where parent is not null and posted_month is not null
group by region, county, kind, category, state, posted_month
on conflict (region, org, kind, category, state, day) do update set n = case_cube.n + excluded.n;
insert into case_cube (region, org, level, kind, category, state, day, n)
select region, township, 'township', kind, category, state, posted_month, -count(*) from case_item
where parent is not null and posted_month is not null and township is not null
group by region, township, kind, category, state, posted_month
on conflict (region, org, kind, category, state, day) do update set n = case_cube.n + excluded.n;
insert into case_total (region, org, level, kind, category, state, n)
select region, county, 'county', kind, category, state, -count(*) from case_item
where parent is not null and posted_month is not null
group by region, county, kind, category, state
on conflict (region, org, kind, category, state) do update set n = case_total.n + excluded.n;
insert into case_total (region, org, level, kind, category, state, n)
select region, township, 'township', kind, category, state, -count(*) from case_item
where parent is not null and posted_month is not null and township is not null
group by region, township, kind, category, state
on conflict (region, org, kind, category, state) do update set n = case_total.n + excluded.n;
