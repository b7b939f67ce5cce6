-- What leaves a desk is looked for by its case. The key begins with it, so that PostgreSQL takes no other index for as good.
-- owner: cases, class: regional
create table desk_item_by_case (
    region integer not null,
    org blob not null,
    -- moderate, assign, sign, handle, verify, escalated
    duty text not null,
    case_region integer not null,
    case_id blob not null,
    -- Null while the organisation as a whole must act.
    account blob,
    seq integer not null,
    category text not null,
    state text not null,
    -- The case's subject: who belongs to it does not see the item.
    subject blob,
    due_day integer,
    returned integer not null default 0,
    primary key (region, case_region, case_id, org, duty)
) strict;
insert into desk_item_by_case (region, org, duty, case_region, case_id, account, seq, category, state, subject, due_day, returned)
    select region, org, duty, case_region, case_id, account, seq, category, state, subject, due_day, returned from desk_item;
drop table desk_item;
alter table desk_item_by_case rename to desk_item;
create index desk_item_region_org_order on desk_item (region, org, coalesce(due_day, 99991231), seq, duty);
create index desk_item_region_org_account on desk_item (region, org, account, subject);
create index desk_item_region_org_due on desk_item (region, org, due_day, account, subject);
create index desk_item_region_org_returned on desk_item (region, org, returned, account, subject);
create index desk_item_region_org_seq on desk_item (region, org, seq, account, subject);
create index desk_item_region_org_duty on desk_item
    (region, org, duty, coalesce(due_day, 99991231), seq, account, subject, due_day, returned);
