-- Contests by choice: who takes part under which name, the live round, and what was answered; gone seven days after the end.
-- owner: exams

-- A contest with the question that is asked now.
-- class: shared
create table contest (
    id blob not null,
    org_region integer not null,
    org blob not null,
    title text not null,
    note text not null,
    -- alone or team
    kind text not null,
    -- Seconds for one question.
    seconds integer not null,
    -- waiting, asked, shown or over
    phase text not null,
    -- Which question, from 1; 0 before the first.
    item integer not null,
    asked_at integer,
    -- The day it was over; seven days later who took part is deleted.
    ended_day integer,
    swept integer not null,
    created_day integer not null,
    account_region integer not null,
    account blob not null,
    nonce text not null,
    primary key (id)
) strict;
create unique index contest_nonce on contest (nonce);
create index contest_ended on contest (swept, ended_day);

-- Its questions, drawn when it was made.
-- class: shared
create table contest_item (
    contest blob not null,
    n integer not null,
    round integer not null,
    question blob not null,
    version integer not null,
    primary key (contest, n),
    foreign key (contest) references contest (id)
) strict;

-- Who takes part, at home with the person.
-- class: regional
create table contest_entry (
    region integer not null,
    contest blob not null,
    taker blob not null,
    -- The chosen name; shown to others only where its bearer has agreed.
    name text not null,
    agreed integer not null,
    -- A freely formed team, which bears no unit's name.
    team text,
    -- Questions answered right.
    correct integer not null,
    primary key (region, contest, taker)
) strict;
create index contest_entry_contest on contest_entry (contest, correct);

-- The first answer to each question; a second one changes nothing.
-- class: regional
create table contest_answer (
    region integer not null,
    contest blob not null,
    taker blob not null,
    n integer not null,
    value text not null,
    correct integer not null,
    primary key (region, contest, taker, n),
    foreign key (region, contest, taker) references contest_entry (region, contest, taker)
) strict;
create index contest_answer_contest on contest_answer (contest, n);
