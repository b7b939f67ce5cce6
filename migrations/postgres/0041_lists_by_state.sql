-- What may be the same matter, beside every case that may still be merged; and the wall of a township by category.
create index case_item_region_township_category on case_item (region, township, category, seq)
    where kind = 'problem' and posted_day is not null;

-- The wall in several states is merged from one list a state: each of these answers without the table.
drop index case_item_region_state;
drop index case_item_region_category_state;
drop index case_item_state;
drop index case_item_category_state;
create index case_item_region_state on case_item (region, state, seq, kind, posted_day, parent);
create index case_item_region_category_state on case_item (region, category, state, seq, kind, posted_day, parent);
create index case_item_state on case_item (state, seq, id, kind, posted_day, parent);
create index case_item_category_state on case_item (category, state, seq, id, kind, posted_day, parent);
