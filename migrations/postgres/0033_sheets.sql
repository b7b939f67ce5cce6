-- Tests on paper: a sheet for somebody without a telephone, entered by a helper who sees no result.

-- One printed paper. Its questions follow from the sitting, as everybody's do.
-- owner: exams, class: regional
create table exam_sheet (
    region bigint not null,
    sitting uuid not null,
    exam uuid not null,
    branch uuid not null,
    printed_day bigint not null,
    -- Who entered the answers, and when.
    entered_day bigint,
    account_region bigint,
    account uuid,
    -- How often the result was looked up with its code, and when last: whoever holds the code sees whether others did.
    opened bigint not null,
    opened_day bigint,
    primary key (region, sitting),
    foreign key (region, sitting) references sitting (region, id)
);
create index exam_sheet_branch on exam_sheet (region, branch, exam);

-- The codes of a sheet, hashed: one on the answer sheet, another on the part that its taker tears off.
-- owner: exams, class: lookup
create table sheet_lookup (
    hash bytea not null primary key,
    -- answers or result
    part text collate "C" not null,
    region bigint not null,
    id uuid not null
);
create index sheet_lookup_id on sheet_lookup (id);
