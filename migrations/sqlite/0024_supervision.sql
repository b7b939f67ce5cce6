-- Inspections with their plans, teams, draws and on-site records; good practice; talks; meetings at which peers learn.
-- owner: cases

-- What a year's inspections are to be: laid down before them, so that anything beyond it shows.
-- class: regional
create table inspection_plan (
    region integer not null,
    id blob not null,
    -- The inspecting organisation, of this region.
    org blob not null,
    year integer not null,
    -- concentrated, unannounced, round or review
    kind text not null,
    title text not null,
    -- How often.
    times integer not null,
    from_month integer not null,
    to_month integer not null,
    -- The number of the document that approved it.
    approval text not null,
    created_day integer not null,
    primary key (region, id)
) strict;
create index inspection_plan_region_org on inspection_plan (region, org, year);

-- class: regional
create table inspection_team (
    region integer not null,
    id blob not null,
    org blob not null,
    name text not null,
    formed_day integer not null,
    ended_day integer,
    primary key (region, id)
) strict;
create index inspection_team_region_org on inspection_team (region, org);

-- class: regional
create table inspection_member (
    region integer not null,
    team blob not null,
    account_region integer not null,
    account blob not null,
    leads integer not null,
    primary key (region, team, account),
    foreign key (region, team) references inspection_team (region, id)
) strict;
create index inspection_member_account on inspection_member (account);

-- One inspection: a concentrated one, a visit without notice, a round of all teams, a leadership review.
-- class: regional
create table inspection (
    region integer not null,
    id blob not null,
    org blob not null,
    kind text not null,
    title text not null,
    -- What is looked at.
    theme text not null,
    -- The line of the yearly plan; null where it stands outside, with a reason and an approval.
    plan blob,
    outside_reason text,
    outside_approval text,
    from_day integer not null,
    to_day integer not null,
    -- Which round of the year, for rounds.
    round integer,
    -- Who ordered it.
    account_region integer not null,
    account blob not null,
    -- The same word makes the same inspection.
    nonce text not null,
    created_day integer not null,
    -- From this day on it is over and, if it was unannounced, no longer hidden.
    done_day integer,
    -- What it came to, in words and, for a leadership review, in two counts.
    outcome text,
    talks integer,
    removed integer,
    -- Of the draw: as for call-backs.
    seed_hash text,
    seed_sealed blob,
    committed_day integer,
    frozen_day integer,
    list_name text,
    list_hash text,
    listed integer not null,
    drawn integer not null,
    seed text,
    drawn_day integer,
    primary key (region, id)
) strict;
create index inspection_region_org on inspection (region, org, from_day);
create index inspection_done on inspection (region, kind, done_day);
create unique index inspection_nonce on inspection (region, nonce);

-- The teams of an inspection.
-- class: regional
create table inspection_crew (
    region integer not null,
    inspection blob not null,
    team blob not null,
    primary key (region, inspection, team),
    foreign key (region, inspection) references inspection (region, id)
) strict;
create index inspection_crew_region_team on inspection_crew (region, team);

-- What is asked at every unit.
-- class: regional
create table inspection_item (
    region integer not null,
    inspection blob not null,
    n integer not null,
    text text not null,
    primary key (region, inspection, n),
    foreign key (region, inspection) references inspection (region, id)
) strict;

-- The units: the frozen list of a draw, and those named without one.
-- class: regional
create table inspection_unit (
    region integer not null,
    inspection blob not null,
    n integer not null,
    unit_region integer not null,
    unit blob not null,
    kind text not null,
    -- Code and name of that day: the lot is drawn by the code.
    code text not null,
    name text not null,
    -- Whether it stands on the list of the draw.
    listed integer not null,
    -- Whether it is visited.
    chosen integer not null,
    team blob,
    visited_day integer,
    primary key (region, inspection, n),
    foreign key (region, inspection) references inspection (region, id)
) strict;
create index inspection_unit_unit on inspection_unit (unit_region, unit);

-- What was seen on the spot. No position, and the day only.
-- class: regional
create table inspection_record (
    region integer not null,
    id blob not null,
    inspection blob not null,
    unit_n integer not null,
    day integer not null,
    text text not null,
    -- How many people were spoken to, never who.
    spoken integer not null,
    account_region integer not null,
    account blob not null,
    nonce text not null,
    primary key (region, id),
    foreign key (region, inspection, unit_n) references inspection_unit (region, inspection, n)
) strict;
create unique index inspection_record_nonce on inspection_record (region, nonce);
create index inspection_record_region_inspection on inspection_record (region, inspection, unit_n);

-- class: regional
create table inspection_mark (
    region integer not null,
    record blob not null,
    n integer not null,
    -- fit, unfit or none
    result text not null,
    note text not null,
    primary key (region, record, n),
    foreign key (region, record) references inspection_record (region, id)
) strict;

-- class: regional
create table inspection_photo (
    region integer not null,
    record blob not null,
    n integer not null,
    file blob not null,
    token text not null,
    primary key (region, record, n),
    foreign key (region, record) references inspection_record (region, id)
) strict;

-- What is wrong and becomes a case of the unit: at once, or when a hidden visit is over.
-- class: regional
create table inspection_finding (
    region integer not null,
    record blob not null,
    n integer not null,
    title text not null,
    text text not null,
    -- What is to be done, and how far; light, common or grave.
    demand text not null,
    gravity text not null,
    deadline integer,
    case_region integer,
    case_id blob,
    primary key (region, record, n),
    foreign key (region, record) references inspection_record (region, id)
) strict;
create index inspection_finding_case on inspection_finding (case_region, case_id) where case_id is not null;

-- The library of good practice.
-- class: regional
create table practice (
    region integer not null,
    id blob not null,
    title text not null,
    text text not null,
    category text not null,
    -- The unit that does it: a township or above.
    unit_region integer not null,
    unit blob not null,
    unit_name text not null,
    -- Where it was seen.
    inspection_region integer,
    inspection blob,
    meeting_region integer,
    meeting blob,
    org blob not null,
    account_region integer not null,
    account blob not null,
    day integer not null,
    withdrawn_day integer,
    nonce text not null,
    primary key (region, id)
) strict;
create unique index practice_nonce on practice (region, nonce);
create index practice_day on practice (day, id);

-- The words under which it is found.
-- class: regional
create table practice_word (
    region integer not null,
    practice blob not null,
    word text not null,
    primary key (region, practice, word),
    foreign key (region, practice) references practice (region, id)
) strict;
create index practice_word_word on practice_word (word);

-- A talk with somebody who is behind. What was said is sealed; it ends by itself.
-- class: regional
create table talk (
    region integer not null,
    id blob not null,
    -- The organisation that talks.
    org blob not null,
    -- remind or summon
    kind text not null,
    talker_region integer not null,
    talker blob not null,
    -- The person talked to; null once it has ended.
    account_region integer,
    account blob,
    unit_region integer,
    unit blob,
    day integer not null,
    due_day integer,
    -- Sealed.
    reason blob,
    agreed blob,
    statement blob,
    appeal blob,
    decision blob,
    done_day integer,
    appeal_day integer,
    decided_day integer,
    decider_region integer,
    decider blob,
    -- The appeal was right: the talk no longer counts.
    lifted integer not null,
    expires_day integer not null,
    erased_day integer,
    nonce text not null,
    primary key (region, id)
) strict;
create unique index talk_nonce on talk (region, nonce);
create index talk_region_org on talk (region, org, day);
create index talk_account on talk (account) where account is not null;
create index talk_expires_day on talk (expires_day) where erased_day is null;

-- The records on which it rests.
-- class: regional
create table talk_basis (
    region integer not null,
    talk blob not null,
    n integer not null,
    -- case or inspection
    kind text not null,
    refers_region integer not null,
    refers blob not null,
    label text not null,
    primary key (region, talk, n),
    foreign key (region, talk) references talk (region, id)
) strict;

-- Every look at what was said, for the person talked to.
-- class: regional
create table talk_look (
    region integer not null,
    talk blob not null,
    n integer not null,
    account_region integer not null,
    account blob not null,
    post text not null,
    day integer not null,
    primary key (region, talk, n),
    foreign key (region, talk) references talk (region, id)
) strict;

-- A meeting on the spot: peers see what others do and take along what is worth copying.
-- owner: life
-- class: regional
create table meeting (
    region integer not null,
    id blob not null,
    org blob not null,
    -- promotion or observation
    kind text not null,
    title text not null,
    theme text not null,
    day integer not null,
    outcome text,
    held_day integer,
    created_day integer not null,
    account_region integer not null,
    account blob not null,
    nonce text not null,
    primary key (region, id)
) strict;
create unique index meeting_nonce on meeting (region, nonce);
create index meeting_day on meeting (day, id);

-- The route, stop by stop.
-- class: regional
create table meeting_stop (
    region integer not null,
    meeting blob not null,
    n integer not null,
    unit_region integer,
    unit blob,
    place text not null,
    seen text not null,
    primary key (region, meeting, n),
    foreign key (region, meeting) references meeting (region, id)
) strict;

-- Who comes to see it: organisations.
-- class: regional
create table meeting_observer (
    region integer not null,
    meeting blob not null,
    n integer not null,
    org_region integer not null,
    org blob not null,
    name text not null,
    primary key (region, meeting, n),
    foreign key (region, meeting) references meeting (region, id)
) strict;

-- What is worth copying.
-- class: regional
create table meeting_lesson (
    region integer not null,
    meeting blob not null,
    n integer not null,
    title text not null,
    text text not null,
    -- The stop where it was seen.
    stop_n integer,
    primary key (region, meeting, n),
    foreign key (region, meeting) references meeting (region, id)
) strict;
