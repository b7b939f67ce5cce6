-- The lists of staff hold problems alone: the thousands of rows of a ledger do not lie in their way.
create index case_item_region_problem on case_item (region, seq) where kind = 'problem';
create index case_item_problem on case_item (seq, id) where kind = 'problem';
drop index case_item_seq;

-- Made anew, because of two indexes that serve as well the last one is taken: the walls keep their own.
drop index case_item_region_wall;
drop index case_item_wall;
create index case_item_region_wall on case_item (region, seq) where kind = 'problem' and posted_day is not null;
create index case_item_wall on case_item (seq, id) where kind = 'problem' and posted_day is not null;
