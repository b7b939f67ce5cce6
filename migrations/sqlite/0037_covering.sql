-- What the figures of the whole city count and group by, answered without the table: a page of figures reads it some thirty times.
drop index case_item_posted;
create index case_item_posted on case_item
    (posted_day, category, answered_day, outcome, reopened_times, closed_day, rating, rated_day, region, sub_category, township, village,
     state, receipt, id)
    where kind = 'problem' and posted_day is not null and parent is null;

-- Who stands above somebody is asked on every page of staff. Without the ancestor in it SQLite prefers the key and reads a county's whole tree.
drop index org_ancestor_region_org;
create index org_ancestor_region_org on org_ancestor (region, org, depth, ancestor);
