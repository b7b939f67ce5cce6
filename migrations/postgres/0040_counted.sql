-- How many rows a list of staff has, answered without the table: it is asked with every list, up to a thousand.
create index case_item_counted on case_item
    (state, region, kind, category, subject, due_day, township, village, owner_org, posted_day)
    where kind = 'problem';
