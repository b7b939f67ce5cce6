-- An index of words finds in no order: the newest twenty of five thousand took all of them from as many pages. Each document of the
-- wall now also holds words for the stretches of the order in which it lies, so that the newest are looked for where they lie. Where in
-- a text its words stand is no longer kept: nothing asks for it.
alter table case_text alter column words type tsvector using case
    when words @@ 'zqkindproblem' then strip(words) || array_to_tsvector(array[
        'zqstretch0n' || (seq >> 48), 'zqstretch1n' || (seq >> 51), 'zqstretch2n' || (seq >> 54), 'zqstretchall'])
    else strip(words) end;
analyze case_text;

-- PostgreSQL takes `kind = 'problem'` for said by the index itself and looks for it no further, so that nothing behind that column
-- was found by the index. It stands last, for SQLite, which reads it.
drop index case_item_counted;
create index case_item_counted on case_item
    (listed, region, category, subject, due_day, township, village, owner_org, posted_day, kind) where kind = 'problem';

-- Whoever counts what has a deadline reads no row for it.
drop index case_item_region_due;
drop index case_item_due;
create index case_item_region_due on case_item (region, due_day, seq, kind, listed, subject) where due_day is not null;
create index case_item_due on case_item (due_day, seq, region, kind, listed, subject) where due_day is not null;

-- One index for the order of a duty's things and for their count, which PostgreSQL had read from the table.
drop index desk_item_region_org_count;
drop index desk_item_region_org_duty_order;
create index desk_item_region_org_duty on desk_item
    (region, org, duty, coalesce(due_day, 99991231), seq, account, subject, due_day, returned);
