-- The secretary has looked, and it stays in the branch: its writer reads so.
alter table reflection add column city_kept_day bigint;
