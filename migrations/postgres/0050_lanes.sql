-- A search within a county or among the answered asked for each stretch of the order, and then compared what it found with the list of
-- all of the county or of all that is answered, ten thousands of pages for a few documents. A document's stretches now have words of
-- their own for each lane in which it lies: the city's and its county's, apart by whether it has an answer.
create function case_text_laned(bigint, bigint, tsvector) returns tsvector language sql immutable as $$
    select ts_delete($3, array['zqstretch0n' || ($2 >> 48), 'zqstretch1n' || ($2 >> 51), 'zqstretch2n' || ($2 >> 54), 'zqstretchall'])
        || array_to_tsvector(array[
            'zqstretch0n' || ($2 >> 48) || lane, 'zqstretch1n' || ($2 >> 51) || lane, 'zqstretch2n' || ($2 >> 54) || lane,
            'zqstretchall' || lane,
            'zqstretch0n' || ($2 >> 48) || 'c' || $1 || lane, 'zqstretch1n' || ($2 >> 51) || 'c' || $1 || lane,
            'zqstretch2n' || ($2 >> 54) || 'c' || $1 || lane, 'zqstretchall' || 'c' || $1 || lane])
    from (select case when $3 @@ 'zqstateanswered | zqstateclosed' then 'e' else 'o' end as lane) l
$$;
alter table case_text alter column words type tsvector
    using case when words @@ 'zqstretchall' then case_text_laned(region, seq, words) else words end;
drop function case_text_laned(bigint, bigint, tsvector);
analyze case_text;

-- Which cases lie on a desk is asked for with every list of whoever does not see the whole county.
create index desk_item_region_org_case on desk_item (region, org, case_region, case_id);
