-- A desk with more on it than people deal with is counted up to a thousand: what came back, and what waits longest.
create index desk_item_region_org_returned on desk_item (region, org, account, subject) where returned = true;
create index desk_item_region_org_seq on desk_item (region, org, seq, account, subject);
