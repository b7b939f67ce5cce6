-- Contests by choice: who takes part under which name, the live round, and what was answered; gone seven days after the end.
-- owner: exams

-- A contest with the question that is asked now.
-- class: shared
create table contest (
    id uuid not null,
    org_region bigint not null,
    org uuid not null,
    title text not null,
    note text not null,
    -- alone or team
    kind text collate "C" not null,
    -- Seconds for one question.
    seconds bigint not null,
    -- waiting, asked, shown or over
    phase text collate "C" not null,
    -- Which question, from 1; 0 before the first.
    item bigint not null,
    asked_at timestamptz,
    -- The day it was over; seven days later who took part is deleted.
    ended_day bigint,
    swept boolean not null,
    created_day bigint not null,
    account_region bigint not null,
    account uuid not null,
    nonce text collate "C" not null,
    primary key (id)
);
create unique index contest_nonce on contest (nonce);
create index contest_ended on contest (swept, ended_day);

-- Its questions, drawn when it was made.
-- class: shared
create table contest_item (
    contest uuid not null,
    n bigint not null,
    round bigint not null,
    question uuid not null,
    version bigint not null,
    primary key (contest, n),
    foreign key (contest) references contest (id)
);

-- Who takes part, at home with the person.
-- class: regional
create table contest_entry (
    region bigint not null,
    contest uuid not null,
    taker uuid not null,
    -- The chosen name; shown to others only where its bearer has agreed.
    name text not null,
    agreed boolean not null,
    -- A freely formed team, which bears no unit's name.
    team text collate "C",
    -- Questions answered right.
    correct bigint not null,
    primary key (region, contest, taker)
);
create index contest_entry_contest on contest_entry (contest, correct);

-- The first answer to each question; a second one changes nothing.
-- class: regional
create table contest_answer (
    region bigint not null,
    contest uuid not null,
    taker uuid not null,
    n bigint not null,
    value text collate "C" not null,
    correct boolean not null,
    primary key (region, contest, taker, n),
    foreign key (region, contest, taker) references contest_entry (region, contest, taker)
);
create index contest_answer_contest on contest_answer (contest, n);
