-- The wall never shows what waits for its moderator: a thousand reports of a bad night would be skipped one by one.
create index case_item_region_wall on case_item (region, seq) where kind = 'problem' and posted_day is not null;
create index case_item_region_category_wall on case_item (region, category, seq)
    where kind = 'problem' and posted_day is not null;
create index case_item_wall on case_item (seq, id) where kind = 'problem' and posted_day is not null;
create index case_item_category_wall on case_item (category, seq, id) where kind = 'problem' and posted_day is not null;
