-- Inspections with their plans, teams, draws and on-site records; good practice; talks; meetings at which peers learn.
-- owner: cases

-- What a year's inspections are to be: laid down before them, so that anything beyond it shows.
-- class: regional
create table inspection_plan (
    region bigint not null,
    id uuid not null,
    -- The inspecting organisation, of this region.
    org uuid not null,
    year bigint not null,
    -- concentrated, unannounced, round or review
    kind text not null,
    title text not null,
    -- How often.
    times bigint not null,
    from_month bigint not null,
    to_month bigint not null,
    -- The number of the document that approved it.
    approval text not null,
    created_day bigint not null,
    primary key (region, id)
);
create index inspection_plan_region_org on inspection_plan (region, org, year);

-- class: regional
create table inspection_team (
    region bigint not null,
    id uuid not null,
    org uuid not null,
    name text not null,
    formed_day bigint not null,
    ended_day bigint,
    primary key (region, id)
);
create index inspection_team_region_org on inspection_team (region, org);

-- class: regional
create table inspection_member (
    region bigint not null,
    team uuid not null,
    account_region bigint not null,
    account uuid not null,
    leads boolean not null,
    primary key (region, team, account),
    foreign key (region, team) references inspection_team (region, id)
);
create index inspection_member_account on inspection_member (account);

-- One inspection: a concentrated one, a visit without notice, a round of all teams, a leadership review.
-- class: regional
create table inspection (
    region bigint not null,
    id uuid not null,
    org uuid not null,
    kind text not null,
    title text not null,
    -- What is looked at.
    theme text not null,
    -- The line of the yearly plan; null where it stands outside, with a reason and an approval.
    plan uuid,
    outside_reason text,
    outside_approval text,
    from_day bigint not null,
    to_day bigint not null,
    -- Which round of the year, for rounds.
    round bigint,
    -- Who ordered it.
    account_region bigint not null,
    account uuid not null,
    -- The same word makes the same inspection.
    nonce text not null,
    created_day bigint not null,
    -- From this day on it is over and, if it was unannounced, no longer hidden.
    done_day bigint,
    -- What it came to, in words and, for a leadership review, in two counts.
    outcome text,
    talks bigint,
    removed bigint,
    -- Of the draw: as for call-backs.
    seed_hash text,
    seed_sealed bytea,
    committed_day bigint,
    frozen_day bigint,
    list_name text,
    list_hash text,
    listed bigint not null,
    drawn bigint not null,
    seed text,
    drawn_day bigint,
    primary key (region, id)
);
create index inspection_region_org on inspection (region, org, from_day);
create index inspection_done on inspection (region, kind, done_day);
create unique index inspection_nonce on inspection (region, nonce);

-- The teams of an inspection.
-- class: regional
create table inspection_crew (
    region bigint not null,
    inspection uuid not null,
    team uuid not null,
    primary key (region, inspection, team),
    foreign key (region, inspection) references inspection (region, id)
);
create index inspection_crew_region_team on inspection_crew (region, team);

-- What is asked at every unit.
-- class: regional
create table inspection_item (
    region bigint not null,
    inspection uuid not null,
    n bigint not null,
    text text not null,
    primary key (region, inspection, n),
    foreign key (region, inspection) references inspection (region, id)
);

-- The units: the frozen list of a draw, and those named without one.
-- class: regional
create table inspection_unit (
    region bigint not null,
    inspection uuid not null,
    n bigint not null,
    unit_region bigint not null,
    unit uuid not null,
    kind text not null,
    -- Code and name of that day: the lot is drawn by the code.
    code text not null,
    name text not null,
    -- Whether it stands on the list of the draw.
    listed boolean not null,
    -- Whether it is visited.
    chosen boolean not null,
    team uuid,
    visited_day bigint,
    primary key (region, inspection, n),
    foreign key (region, inspection) references inspection (region, id)
);
create index inspection_unit_unit on inspection_unit (unit_region, unit);

-- What was seen on the spot. No position, and the day only.
-- class: regional
create table inspection_record (
    region bigint not null,
    id uuid not null,
    inspection uuid not null,
    unit_n bigint not null,
    day bigint not null,
    text text not null,
    -- How many people were spoken to, never who.
    spoken bigint not null,
    account_region bigint not null,
    account uuid not null,
    nonce text not null,
    primary key (region, id),
    foreign key (region, inspection, unit_n) references inspection_unit (region, inspection, n)
);
create unique index inspection_record_nonce on inspection_record (region, nonce);
create index inspection_record_region_inspection on inspection_record (region, inspection, unit_n);

-- class: regional
create table inspection_mark (
    region bigint not null,
    record uuid not null,
    n bigint not null,
    -- fit, unfit or none
    result text not null,
    note text not null,
    primary key (region, record, n),
    foreign key (region, record) references inspection_record (region, id)
);

-- class: regional
create table inspection_photo (
    region bigint not null,
    record uuid not null,
    n bigint not null,
    file uuid not null,
    token text not null,
    primary key (region, record, n),
    foreign key (region, record) references inspection_record (region, id)
);

-- What is wrong and becomes a case of the unit: at once, or when a hidden visit is over.
-- class: regional
create table inspection_finding (
    region bigint not null,
    record uuid not null,
    n bigint not null,
    title text not null,
    text text not null,
    -- What is to be done, and how far; light, common or grave.
    demand text not null,
    gravity text not null,
    deadline bigint,
    case_region bigint,
    case_id uuid,
    primary key (region, record, n),
    foreign key (region, record) references inspection_record (region, id)
);
create index inspection_finding_case on inspection_finding (case_region, case_id) where case_id is not null;

-- The library of good practice.
-- class: regional
create table practice (
    region bigint not null,
    id uuid not null,
    title text not null,
    text text not null,
    category text not null,
    -- The unit that does it: a township or above.
    unit_region bigint not null,
    unit uuid not null,
    unit_name text not null,
    -- Where it was seen.
    inspection_region bigint,
    inspection uuid,
    meeting_region bigint,
    meeting uuid,
    org uuid not null,
    account_region bigint not null,
    account uuid not null,
    day bigint not null,
    withdrawn_day bigint,
    nonce text not null,
    primary key (region, id)
);
create unique index practice_nonce on practice (region, nonce);
create index practice_day on practice (day, id);

-- The words under which it is found.
-- class: regional
create table practice_word (
    region bigint not null,
    practice uuid not null,
    word text not null,
    primary key (region, practice, word),
    foreign key (region, practice) references practice (region, id)
);
create index practice_word_word on practice_word (word);

-- A talk with somebody who is behind. What was said is sealed; it ends by itself.
-- class: regional
create table talk (
    region bigint not null,
    id uuid not null,
    -- The organisation that talks.
    org uuid not null,
    -- remind or summon
    kind text not null,
    talker_region bigint not null,
    talker uuid not null,
    -- The person talked to; null once it has ended.
    account_region bigint,
    account uuid,
    unit_region bigint,
    unit uuid,
    day bigint not null,
    due_day bigint,
    -- Sealed.
    reason bytea,
    agreed bytea,
    statement bytea,
    appeal bytea,
    decision bytea,
    done_day bigint,
    appeal_day bigint,
    decided_day bigint,
    decider_region bigint,
    decider uuid,
    -- The appeal was right: the talk no longer counts.
    lifted boolean not null,
    expires_day bigint not null,
    erased_day bigint,
    nonce text not null,
    primary key (region, id)
);
create unique index talk_nonce on talk (region, nonce);
create index talk_region_org on talk (region, org, day);
create index talk_account on talk (account) where account is not null;
create index talk_expires_day on talk (expires_day) where erased_day is null;

-- The records on which it rests.
-- class: regional
create table talk_basis (
    region bigint not null,
    talk uuid not null,
    n bigint not null,
    -- case or inspection
    kind text not null,
    refers_region bigint not null,
    refers uuid not null,
    label text not null,
    primary key (region, talk, n),
    foreign key (region, talk) references talk (region, id)
);

-- Every look at what was said, for the person talked to.
-- class: regional
create table talk_look (
    region bigint not null,
    talk uuid not null,
    n bigint not null,
    account_region bigint not null,
    account uuid not null,
    post text not null,
    day bigint not null,
    primary key (region, talk, n),
    foreign key (region, talk) references talk (region, id)
);

-- A meeting on the spot: peers see what others do and take along what is worth copying.
-- owner: life
-- class: regional
create table meeting (
    region bigint not null,
    id uuid not null,
    org uuid not null,
    -- promotion or observation
    kind text not null,
    title text not null,
    theme text not null,
    day bigint not null,
    outcome text,
    held_day bigint,
    created_day bigint not null,
    account_region bigint not null,
    account uuid not null,
    nonce text not null,
    primary key (region, id)
);
create unique index meeting_nonce on meeting (region, nonce);
create index meeting_day on meeting (day, id);

-- The route, stop by stop.
-- class: regional
create table meeting_stop (
    region bigint not null,
    meeting uuid not null,
    n bigint not null,
    unit_region bigint,
    unit uuid,
    place text not null,
    seen text not null,
    primary key (region, meeting, n),
    foreign key (region, meeting) references meeting (region, id)
);

-- Who comes to see it: organisations.
-- class: regional
create table meeting_observer (
    region bigint not null,
    meeting uuid not null,
    n bigint not null,
    org_region bigint not null,
    org uuid not null,
    name text not null,
    primary key (region, meeting, n),
    foreign key (region, meeting) references meeting (region, id)
);

-- What is worth copying.
-- class: regional
create table meeting_lesson (
    region bigint not null,
    meeting uuid not null,
    n bigint not null,
    title text not null,
    text text not null,
    -- The stop where it was seen.
    stop_n bigint,
    primary key (region, meeting, n),
    foreign key (region, meeting) references meeting (region, id)
);
