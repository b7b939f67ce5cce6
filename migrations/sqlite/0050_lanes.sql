-- What PostgreSQL needs to find words in the order of time is not needed here.

-- Which cases lie on a desk is asked for with every list of whoever does not see the whole county.
create index desk_item_region_org_case on desk_item (region, org, case_region, case_id);
