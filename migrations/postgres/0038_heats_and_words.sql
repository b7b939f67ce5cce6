-- Rounds of a contest before the last; reflections for the whole city; comments that stand once; a word of one's own on a sheet; notes that a
-- helper may read.

-- A round of a contest that is a test: who goes on follows from a rule that everybody can read.
-- owner: exams, class: shared
create table contest_heat (
    contest uuid not null,
    n bigint not null,
    exam uuid not null,
    -- least: a share of the paper, in hundredths; best: so many of those who agreed to be shown, with all who have as much as the last
    rule text collate "C" not null,
    bound bigint not null,
    -- The day it was settled who goes on.
    settled_day bigint,
    primary key (contest, n),
    foreign key (contest) references contest (id)
);
create unique index contest_heat_exam on contest_heat (exam);
create index contest_heat_settled on contest_heat (settled_day);
-- The last round that its bearer got through.
alter table contest_entry add column reached bigint not null default 0;

-- The writer asked for it to be read in the whole city, and the day the secretary of his branch had looked.
alter table reflection add column city_asked_day bigint;
alter table reflection add column city_day bigint;
create index reflection_city on reflection (region, city_day, id);
create index reflection_city_asked on reflection (region, branch, city_asked_day);
-- The same word says it once; null before there were words.
alter table reflection_comment add column nonce text collate "C";
create unique index reflection_comment_nonce on reflection_comment (region, writer, nonce);

-- Hashed: what the taker himself typed or wrote when the sheet was entered; the result is told to whoever knows it as well.
alter table exam_sheet add column word bytea;
-- Wrong words of a day.
alter table exam_sheet add column wrong bigint not null default 0;
alter table exam_sheet add column wrong_day bigint;

-- The consent names the earlier notes too.
alter table family_helper add column notes boolean not null default false;

-- What is over long enough goes, across all branches.
create index branch_meeting_day on branch_meeting (day);
