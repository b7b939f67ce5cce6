-- The documents of FTS5 are found in their order; what PostgreSQL needs for it is not needed here.

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
