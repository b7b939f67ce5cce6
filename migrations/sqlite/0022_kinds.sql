-- Kinds of cases that are handed down: their ledgers, and kinds made in the administration.

-- What a ledger finds and orders its cases by, a narrow row a case: kept with the case, in its write.
-- owner: cases, class: regional
create table case_entry (
    region integer not null,
    kind text not null,
    seq integer not null,
    case_id blob not null,
    state text not null,
    township blob,
    village blob,
    -- Who handed it down.
    desk_region integer not null,
    desk blob not null,
    owner_region integer not null,
    owner_org blob not null,
    due_day integer,
    -- The day it was struck off; null while it is not.
    answered_day integer,
    -- The kind's marked fields, each in its place, as text that sorts; empty where nothing stands in it.
    s1 text not null,
    s2 text not null,
    s3 text not null,
    s4 text not null,
    s5 text not null,
    s6 text not null,
    primary key (region, kind, seq)
) strict, without rowid;
create index case_entry_kind on case_entry (kind, seq);
create index case_entry_kind_state on case_entry (kind, state, seq);
create index case_entry_kind_due on case_entry (kind, due_day, seq);
create index case_entry_kind_owner on case_entry (kind, owner_org, seq);
create index case_entry_kind_township on case_entry (kind, township, seq) where township is not null;
create index case_entry_desk on case_entry (desk, kind, seq);
create index case_entry_kind_s1 on case_entry (kind, s1, seq) where s1 <> '';
create index case_entry_kind_s2 on case_entry (kind, s2, seq) where s2 <> '';
create index case_entry_kind_s3 on case_entry (kind, s3, seq) where s3 <> '';
create index case_entry_kind_s4 on case_entry (kind, s4, seq) where s4 <> '';
create index case_entry_kind_s5 on case_entry (kind, s5, seq) where s5 <> '';
create index case_entry_kind_s6 on case_entry (kind, s6, seq) where s6 <> '';

-- Who handed a case down sees it wherever it lies.
create index case_item_desk on case_item (desk, seq) where kind <> 'problem';

-- A kind made in the administration, version by version: a draft that may change, then published and never changed again.
-- owner: cases, class: shared
create table kind_made (
    name text not null,
    version integer not null,
    -- draft or published
    state text not null,
    -- What was chosen from the lists, as JSON.
    form text not null,
    -- The rules that came of it, as in rules/kinds/NAME.toml; empty while it is a draft.
    rules text not null,
    account_region integer not null,
    account blob not null,
    post text not null,
    created_day integer not null,
    published_day integer,
    primary key (name, version)
) strict;
