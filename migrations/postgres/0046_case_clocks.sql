-- When what is due by itself is due: an index kept by hand. In an index of case_item, which has thirty more, each step of a
-- clock would write its row into all of them anew.
-- owner: cases, class: regional
create table case_clock (
    region bigint not null,
    case_id uuid not null,
    -- next_clock of the case, which is what counts: it is read under the lock of the case.
    at timestamptz not null,
    primary key (region, case_id)
);
create index case_clock_at on case_clock (at, case_id);
insert into case_clock (region, case_id, at) select region, id, next_clock from case_item where next_clock is not null;
drop index case_item_next_clock;

-- Room in every page for a case as it stands next: then no index has to follow it.
alter table case_item set (fillfactor = 80);

-- Histories are read by case; nothing looks for their lines by day, kind or person, and each line was written into all of these.
drop index case_event_region_day;
drop index case_event_region_kind;
drop index case_event_account;
-- Nor by the month of posting: the cube counts by it.
drop index case_item_region_month;
-- What stands in the fields of a case is read by case as well; ledgers are filtered by their entries.
drop index case_value_region_field_text;
drop index case_value_region_field_number;
drop index case_value_region_field_day;
