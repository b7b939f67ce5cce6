-- Tests on paper: a sheet for somebody without a telephone, entered by a helper who sees no result.

-- One printed paper. Its questions follow from the sitting, as everybody's do.
-- owner: exams, class: regional
create table exam_sheet (
    region integer not null,
    sitting blob not null,
    exam blob not null,
    branch blob not null,
    printed_day integer not null,
    -- Who entered the answers, and when.
    entered_day integer,
    account_region integer,
    account blob,
    -- How often the result was looked up with its code, and when last: whoever holds the code sees whether others did.
    opened integer not null,
    opened_day integer,
    primary key (region, sitting),
    foreign key (region, sitting) references sitting (region, id)
) strict;
create index exam_sheet_branch on exam_sheet (region, branch, exam);

-- The codes of a sheet, hashed: one on the answer sheet, another on the part that its taker tears off.
-- owner: exams, class: lookup
create table sheet_lookup (
    hash blob not null primary key,
    -- answers or result
    part text not null,
    region integer not null,
    id blob not null
) strict;
create index sheet_lookup_id on sheet_lookup (id);
