-- What the figures of the whole city count: by the day of posting across the regions, without the table.
create index case_item_posted on case_item
    (posted_day, answered_day, outcome, reopened_times, closed_day, region, id)
    where kind = 'problem' and posted_day is not null and parent is null;
