-- Nothing reads it any more: what waits for somebody by name lies in the order of his desk.
drop index desk_item_region_account_due;

-- A desk with more on it than people deal with is counted up to a thousand, each number by an index of its own: what waits for
-- somebody by name, what is due, what came back, what waits longest. And one duty of it is read in its order.
create index desk_item_region_org_account on desk_item (region, org, account, subject);
create index desk_item_region_org_due on desk_item (region, org, due_day, account, subject);
create index desk_item_region_org_returned on desk_item (region, org, returned, account, subject);
create index desk_item_region_org_seq on desk_item (region, org, seq, account, subject);
create index desk_item_region_org_duty_order on desk_item (region, org, duty, coalesce(due_day, 99991231), seq);
