-- Since which day a request for joint handling waits for the county's desk: it lies there like a request for a longer time.
alter table case_item add column joint_day integer;
update case_item set joint_day = (select max(j.day) from joint_request j
    where j.region = case_item.region and j.case_id = case_item.id and j.decision = 'waiting');
insert into desk_item (region, org, duty, case_region, case_id, account, seq, category, state, subject, due_day, returned)
    select c.desk_region, c.desk, 'joint', c.region, c.id, null, c.seq, c.category, c.state, c.subject, c.due_day, false
    from case_item c where c.joint_day is not null and c.state in ('signed', 'in_hand', 'paused', 'reopened');
