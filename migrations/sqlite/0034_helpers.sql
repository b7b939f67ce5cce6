-- Kits with numbers of their own, issued by scan; somebody of the family who acts for a member; a branch's next meeting.

-- The number of the edition, as it stands in the numbers of its kits.
alter table kit add column number integer not null default 0;
update kit set number = (select count(*) from kit k where k.created_day < kit.created_day or (k.created_day = kit.created_day and k.id <= kit.id));
create unique index kit_number on kit (number);
-- How many numbered labels this office has printed for the edition.
alter table kit_stock add column labelled integer not null default 0;
-- The number on the kit that was handed over; null where it was issued from a list.
alter table kit_issue add column serial integer;
create unique index kit_issue_serial on kit_issue (region, kit, serial);

-- Somebody of the family who acts for a member between two days, by the member's own consent: reading, notes and kits, nothing else.
-- owner: directory, class: regional
create table family_helper (
    region integer not null,
    id blob not null,
    -- For whom.
    person blob not null,
    -- Who acts, from his own account.
    helper_region integer not null,
    helper blob not null,
    -- What he is to the member, in the member's words.
    kin text not null,
    -- own: the member himself at a screen; paper: signed on paper and entered by the branch
    consent text not null,
    entered_region integer not null,
    entered blob not null,
    from_day integer not null,
    to_day integer not null,
    -- Ended before its day, and by whom.
    ended_day integer,
    ended_region integer,
    ended_by blob,
    primary key (region, id),
    foreign key (region, person) references person (region, id)
) strict;
create index family_helper_person on family_helper (region, person, to_day);
create index family_helper_helper on family_helper (helper_region, helper, to_day);

-- What somebody of the family did for a member; the member sees every line.
-- owner: study, class: regional
create table helper_act (
    region integer not null,
    id blob not null,
    person blob not null,
    helper_region integer not null,
    helper blob not null,
    -- place, finish, note or kit
    kind text not null,
    -- The book or the edition, by its title of that day.
    title text not null,
    day integer not null,
    -- The same word does it once.
    nonce text not null,
    primary key (region, id)
) strict;
create unique index helper_act_nonce on helper_act (region, person, nonce);
create index helper_act_person on helper_act (region, person, day);

-- A branch's meeting that is to come. Nobody signs in and nobody is counted.
-- owner: life, class: regional
create table branch_meeting (
    region integer not null,
    id blob not null,
    branch blob not null,
    day integer not null,
    -- As it is said: 晚上七点.
    hour text not null,
    place text not null,
    subject text not null,
    cancelled_day integer,
    created_day integer not null,
    account_region integer not null,
    account blob not null,
    nonce text not null,
    primary key (region, id)
) strict;
create index branch_meeting_branch on branch_meeting (region, branch, day);
create unique index branch_meeting_nonce on branch_meeting (region, nonce);
