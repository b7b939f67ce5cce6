-- What leaves a desk was looked for by an index that holds all of the desk: where an organisation has a handful of things on average,
-- the planner takes any index that begins with it for as good as the key. The key now begins with the case, and only it does.
alter table desk_item drop constraint desk_item_pkey;
alter table desk_item add primary key (region, case_region, case_id, org, duty);

-- A search within a township or a village tested each match by its row. Documents now hold the words of both.
create function case_text_placed(bigint, bigint, tsvector) returns tsvector language sql stable as $$
    select $3 || array_to_tsvector(array_remove(array['zqtownship' || replace(x.township::text, '-', ''),
        'zqvillage' || replace(x.village::text, '-', '')], null))
    from case_item x where x.region = $1 and x.seq = $2
$$;
alter table case_text alter column words type tsvector using coalesce(case_text_placed(region, seq, words), words);
drop function case_text_placed(bigint, bigint, tsvector);
analyze case_text;
