-- The lists of staff hold problems alone: the thousands of rows of a ledger do not lie in their way.
create index case_item_region_problem on case_item (region, seq) where kind = 'problem';
create index case_item_problem on case_item (seq, id) where kind = 'problem';
drop index case_item_seq;
