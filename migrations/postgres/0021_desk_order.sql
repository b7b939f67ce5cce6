-- A desk in its order: the most urgent first, what has no day last.
create index desk_item_region_org_order on desk_item (region, org, (coalesce(due_day, 99991231)), seq, duty);
drop index desk_item_region_org_due;
