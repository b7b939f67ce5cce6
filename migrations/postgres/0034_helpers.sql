-- Kits with numbers of their own, issued by scan; somebody of the family who acts for a member; a branch's next meeting.

-- The number of the edition, as it stands in the numbers of its kits.
alter table kit add column number bigint not null default 0;
update kit set number = (select count(*) from kit k where k.created_day < kit.created_day or (k.created_day = kit.created_day and k.id <= kit.id));
create unique index kit_number on kit (number);
-- How many numbered labels this office has printed for the edition.
alter table kit_stock add column labelled bigint not null default 0;
-- The number on the kit that was handed over; null where it was issued from a list.
alter table kit_issue add column serial bigint;
create unique index kit_issue_serial on kit_issue (region, kit, serial);

-- Somebody of the family who acts for a member between two days, by the member's own consent: reading, notes and kits, nothing else.
-- owner: directory, class: regional
create table family_helper (
    region bigint not null,
    id uuid not null,
    -- For whom.
    person uuid not null,
    -- Who acts, from his own account.
    helper_region bigint not null,
    helper uuid not null,
    -- What he is to the member, in the member's words.
    kin text not null,
    -- own: the member himself at a screen; paper: signed on paper and entered by the branch
    consent text collate "C" not null,
    entered_region bigint not null,
    entered uuid not null,
    from_day bigint not null,
    to_day bigint not null,
    -- Ended before its day, and by whom.
    ended_day bigint,
    ended_region bigint,
    ended_by uuid,
    primary key (region, id),
    foreign key (region, person) references person (region, id)
);
create index family_helper_person on family_helper (region, person, to_day);
create index family_helper_helper on family_helper (helper_region, helper, to_day);

-- What somebody of the family did for a member; the member sees every line.
-- owner: study, class: regional
create table helper_act (
    region bigint not null,
    id uuid not null,
    person uuid not null,
    helper_region bigint not null,
    helper uuid not null,
    -- place, finish, note or kit
    kind text collate "C" not null,
    -- The book or the edition, by its title of that day.
    title text not null,
    day bigint not null,
    -- The same word does it once.
    nonce text collate "C" not null,
    primary key (region, id)
);
create unique index helper_act_nonce on helper_act (region, person, nonce);
create index helper_act_person on helper_act (region, person, day);

-- A branch's meeting that is to come. Nobody signs in and nobody is counted.
-- owner: life, class: regional
create table branch_meeting (
    region bigint not null,
    id uuid not null,
    branch uuid not null,
    day bigint not null,
    -- As it is said: 晚上七点.
    hour text not null,
    place text not null,
    subject text not null,
    cancelled_day bigint,
    created_day bigint not null,
    account_region bigint not null,
    account uuid not null,
    nonce text collate "C" not null,
    primary key (region, id)
);
create index branch_meeting_branch on branch_meeting (region, branch, day);
create unique index branch_meeting_nonce on branch_meeting (region, nonce);
