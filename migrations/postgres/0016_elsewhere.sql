-- What a county's organisations own in other regions: a handful, asked for at every list of its staff.
create index case_item_elsewhere on case_item (owner_region, owner_org) where owner_region <> region;
