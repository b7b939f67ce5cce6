-- A desk is counted by duty and view at every opening: this index alone answers it.
create index desk_item_region_org_count on desk_item (region, org, duty, account, subject, due_day, returned, seq);
