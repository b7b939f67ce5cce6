-- Most of a city's cases are closed by the clock, and each was taken out of a dozen indexes and put into them again elsewhere. What
-- indexes hold changes no more by it: the state under which lists keep a case, where what is closed stays with the answered, and the
-- day on which it ended otherwise than by an answer.
-- Columns like others: the index of a computed one would be written as well.
alter table case_item add column listed text not null default '';
alter table case_item add column ended_day integer;
update case_item set listed = case state when 'closed' then 'answered' else state end,
    ended_day = case when state = 'closed' and answered_day is not null then null else closed_day end;

drop index case_item_region_state;
drop index case_item_region_category_state;
drop index case_item_state;
drop index case_item_category_state;
drop index case_item_counted;
drop index case_item_figure;
drop index case_item_posted;
drop index case_item_kept;
create index case_item_region_listed on case_item (region, listed, seq, kind, posted_day, parent);
create index case_item_region_category_listed on case_item (region, category, listed, seq, kind, posted_day, parent);
create index case_item_listed on case_item (listed, seq, id, kind, posted_day, parent);
create index case_item_category_listed on case_item (category, listed, seq, id, kind, posted_day, parent);
create index case_item_counted on case_item
    (listed, region, kind, category, subject, due_day, township, village, owner_org, posted_day) where kind = 'problem';
create index case_item_figure on case_item
    (region, posted_day, answered_day, outcome, reopened_times, listed, ended_day, township, village, category, id)
    where kind = 'problem' and posted_day is not null and parent is null;
create index case_item_posted on case_item
    (posted_day, category, answered_day, outcome, reopened_times, ended_day, rating, rated_day, region, sub_category, township,
     village, listed, receipt, id)
    where kind = 'problem' and posted_day is not null and parent is null;
-- Of what is sealed something is kept: by the day of the answer, which a closing does not change, or of another end.
create index case_item_kept_answered on case_item (answered_day, id) where answered_day is not null and erased_day is null;
create index case_item_kept_ended on case_item (ended_day, id) where ended_day is not null and erased_day is null;
