-- Tests: the bank of questions, tests over it, what each person answered.
-- owner: exams

-- A question as it is now; what it was before stands in its versions.
-- class: shared
create table question (
    id uuid not null,
    -- Whose it is.
    org_region bigint not null,
    org uuid not null,
    kind text collate "C" not null,
    -- On one line, for lists.
    line text not null,
    category text collate "C" not null,
    source text not null,
    version bigint not null,
    -- Not dealt any more.
    retired boolean not null,
    created_day bigint not null,
    -- The same word and place make the same question.
    nonce text collate "C" not null,
    n bigint not null,
    primary key (id)
);
create index question_org on question (org, category, id);
create unique index question_nonce on question (nonce, n);

-- A word to find a question by.
-- class: shared
create table question_tag (
    tag text collate "C" not null,
    question uuid not null,
    primary key (tag, question),
    foreign key (question) references question (id)
);
create index question_tag_question on question_tag (question);

-- class: shared
create table question_version (
    question uuid not null,
    version bigint not null,
    -- The question as JSON; never changed.
    body text not null,
    made_day bigint not null,
    account_region bigint not null,
    account uuid not null,
    primary key (question, version),
    foreign key (question) references question (id)
);

-- A test, as every county reads it.
-- class: shared
create table exam (
    id uuid not null,
    org_region bigint not null,
    org uuid not null,
    title text not null,
    note text not null,
    opens_at timestamptz not null,
    closes_at timestamptz not null,
    minutes bigint not null,
    tries bigint not null,
    -- at_once, after_close or marks_only
    feedback text collate "C" not null,
    shuffled boolean not null,
    -- draft, open or ended
    state text collate "C" not null,
    -- Who may take it; null: everybody.
    audience_region bigint,
    audience uuid,
    -- Every paper follows from it.
    seed bigint not null,
    -- Hash of the questions that were laid down when it was opened; empty while it is a draft.
    digest text collate "C" not null,
    created_day bigint not null,
    account_region bigint not null,
    account uuid not null,
    nonce text collate "C" not null,
    primary key (id)
);
create index exam_org on exam (org, id);
create index exam_open on exam (state, closes_at);
create unique index exam_nonce on exam (nonce);

-- class: shared
create table exam_section (
    exam uuid not null,
    n bigint not null,
    title text not null,
    -- What each of its questions brings.
    marks bigint not null,
    -- How many each person is dealt; 0: all of them.
    drawn bigint not null,
    -- What it is dealt from: a category with all below it, a kind, a tag; empty: any.
    category text collate "C" not null,
    kind text collate "C" not null,
    tag text collate "C" not null,
    primary key (exam, n),
    foreign key (exam) references exam (id)
);

-- The questions from which papers are dealt, laid down when the test is opened.
-- class: shared
create table exam_item (
    exam uuid not null,
    n bigint not null,
    section bigint not null,
    question uuid not null,
    version bigint not null,
    primary key (exam, n),
    foreign key (exam) references exam (id)
);

-- One person's go at a test, at home with the person. The paper is not stored: it follows from the test's seed, the person and the number.
-- class: regional
create table sitting (
    region bigint not null,
    id uuid not null,
    exam uuid not null,
    -- The person; an account that belongs to nobody stands for itself.
    taker uuid not null,
    n bigint not null,
    -- open, submitted, waiting (for a marker) or marked
    state text collate "C" not null,
    started_at timestamptz not null,
    ends_at timestamptz not null,
    submitted_at timestamptz,
    -- In hundredths.
    marks bigint,
    out_of bigint not null,
    primary key (region, id)
);
create unique index sitting_taker on sitting (region, taker, exam, n);
create index sitting_due on sitting (state, ends_at);
create index sitting_exam on sitting (exam, state);

-- class: regional
create table sitting_answer (
    region bigint not null,
    sitting uuid not null,
    place bigint not null,
    -- Counted up with every change; of two devices the higher one holds.
    seq bigint not null,
    device text collate "C" not null,
    value text not null,
    received_at timestamptz not null,
    -- What a marker gave, of ten million; null where none was needed or none has looked yet.
    part bigint,
    words text,
    primary key (region, sitting, place),
    foreign key (region, sitting) references sitting (region, id)
);

-- What arrived after the end: nothing is thrown away, somebody looks.
-- class: regional
create table sitting_late (
    region bigint not null,
    sitting uuid not null,
    place bigint not null,
    seq bigint not null,
    device text collate "C" not null,
    exam uuid not null,
    value text not null,
    -- When it was written, by the device's clock set right with the server's.
    written_at timestamptz not null,
    received_at timestamptz not null,
    -- waiting, accepted or declined
    state text collate "C" not null,
    reason text,
    decided_day bigint,
    primary key (region, sitting, place, seq, device),
    foreign key (region, sitting) references sitting (region, id)
);
create index sitting_late_exam on sitting_late (exam, state);

-- How a question went, without anybody: counted when papers are marked.
-- class: regional
create table item_total (
    region bigint not null,
    exam uuid not null,
    question uuid not null,
    -- Papers that held it.
    taken bigint not null,
    -- Of these answered.
    answered bigint not null,
    -- Sum of their parts, in thousandths.
    parts bigint not null,
    primary key (region, exam, question)
);
