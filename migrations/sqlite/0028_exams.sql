-- Tests: the bank of questions, tests over it, what each person answered.
-- owner: exams

-- A question as it is now; what it was before stands in its versions.
-- class: shared
create table question (
    id blob not null,
    -- Whose it is.
    org_region integer not null,
    org blob not null,
    kind text not null,
    -- On one line, for lists.
    line text not null,
    category text not null,
    source text not null,
    version integer not null,
    -- Not dealt any more.
    retired integer not null,
    created_day integer not null,
    -- The same word and place make the same question.
    nonce text not null,
    n integer not null,
    primary key (id)
) strict;
create index question_org on question (org, category, id);
create unique index question_nonce on question (nonce, n);

-- A word to find a question by.
-- class: shared
create table question_tag (
    tag text not null,
    question blob not null,
    primary key (tag, question),
    foreign key (question) references question (id)
) strict;
create index question_tag_question on question_tag (question);

-- class: shared
create table question_version (
    question blob not null,
    version integer not null,
    -- The question as JSON; never changed.
    body text not null,
    made_day integer not null,
    account_region integer not null,
    account blob not null,
    primary key (question, version),
    foreign key (question) references question (id)
) strict;

-- A test, as every county reads it.
-- class: shared
create table exam (
    id blob not null,
    org_region integer not null,
    org blob not null,
    title text not null,
    note text not null,
    opens_at integer not null,
    closes_at integer not null,
    minutes integer not null,
    tries integer not null,
    -- at_once, after_close or marks_only
    feedback text not null,
    shuffled integer not null,
    -- draft, open or ended
    state text not null,
    -- Who may take it; null: everybody.
    audience_region integer,
    audience blob,
    -- Every paper follows from it.
    seed integer not null,
    -- Hash of the questions that were laid down when it was opened; empty while it is a draft.
    digest text not null,
    created_day integer not null,
    account_region integer not null,
    account blob not null,
    nonce text not null,
    primary key (id)
) strict;
create index exam_org on exam (org, id);
create index exam_open on exam (state, closes_at);
create unique index exam_nonce on exam (nonce);

-- class: shared
create table exam_section (
    exam blob not null,
    n integer not null,
    title text not null,
    -- What each of its questions brings.
    marks integer not null,
    -- How many each person is dealt; 0: all of them.
    drawn integer not null,
    -- What it is dealt from: a category with all below it, a kind, a tag; empty: any.
    category text not null,
    kind text not null,
    tag text not null,
    primary key (exam, n),
    foreign key (exam) references exam (id)
) strict;

-- The questions from which papers are dealt, laid down when the test is opened.
-- class: shared
create table exam_item (
    exam blob not null,
    n integer not null,
    section integer not null,
    question blob not null,
    version integer not null,
    primary key (exam, n),
    foreign key (exam) references exam (id)
) strict;

-- One person's go at a test, at home with the person. The paper is not stored: it follows from the test's seed, the person and the number.
-- class: regional
create table sitting (
    region integer not null,
    id blob not null,
    exam blob not null,
    -- The person; an account that belongs to nobody stands for itself.
    taker blob not null,
    n integer not null,
    -- open, submitted, waiting (for a marker) or marked
    state text not null,
    started_at integer not null,
    ends_at integer not null,
    submitted_at integer,
    -- In hundredths.
    marks integer,
    out_of integer not null,
    primary key (region, id)
) strict;
create unique index sitting_taker on sitting (region, taker, exam, n);
create index sitting_due on sitting (state, ends_at);
create index sitting_exam on sitting (exam, state);

-- class: regional
create table sitting_answer (
    region integer not null,
    sitting blob not null,
    place integer not null,
    -- Counted up with every change; of two devices the higher one holds.
    seq integer not null,
    device text not null,
    value text not null,
    received_at integer not null,
    -- What a marker gave, of ten million; null where none was needed or none has looked yet.
    part integer,
    words text,
    primary key (region, sitting, place),
    foreign key (region, sitting) references sitting (region, id)
) strict, without rowid;

-- What arrived after the end: nothing is thrown away, somebody looks.
-- class: regional
create table sitting_late (
    region integer not null,
    sitting blob not null,
    place integer not null,
    seq integer not null,
    device text not null,
    exam blob not null,
    value text not null,
    -- When it was written, by the device's clock set right with the server's.
    written_at integer not null,
    received_at integer not null,
    -- waiting, accepted or declined
    state text not null,
    reason text,
    decided_day integer,
    primary key (region, sitting, place, seq, device),
    foreign key (region, sitting) references sitting (region, id)
) strict;
create index sitting_late_exam on sitting_late (exam, state);

-- How a question went, without anybody: counted when papers are marked.
-- class: regional
create table item_total (
    region integer not null,
    exam blob not null,
    question blob not null,
    -- Papers that held it.
    taken integer not null,
    -- Of these answered.
    answered integer not null,
    -- Sum of their parts, in thousandths.
    parts integer not null,
    primary key (region, exam, question)
) strict;
