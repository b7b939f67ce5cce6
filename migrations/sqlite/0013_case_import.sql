-- Tables that an office brings: its own ledger, and worksheets filled in without a network.

-- owner: cases, class: regional
create table case_import (
    region integer not null,
    id blob not null,
    -- ledger or worksheet
    kind text not null,
    -- The organisation that remembers how its tables are read.
    org blob not null,
    file_name text not null,
    -- As JSON: the headings of the file, which field stands under which, what was noticed while reading, and the words
    -- that name no place or unit known here.
    headers text not null,
    places text not null,
    notices text not null,
    unknown text not null,
    -- staged, checked, complete, discarded
    state text not null,
    rows_total integer not null,
    account_region integer,
    account blob,
    created_at integer not null,
    created_day integer not null,
    primary key (region, id)
) strict;

-- owner: cases, class: regional
create table case_import_row (
    region integer not null,
    batch blob not null,
    -- As the sheet numbers it, from 1.
    number integer not null,
    -- Sealed: the cells as they came, and what is to be written.
    cells blob not null,
    plan blob,
    -- add, twin, skip, refuse, conflict, done; none before the check
    action text,
    -- What a person reads; names no personal data.
    message text,
    -- A case of the region that says the same, and what the person decided about it: skip, link, add.
    twin blob,
    choice text,
    -- The case that was made or changed.
    case_id blob,
    primary key (region, batch, number),
    foreign key (region, batch) references case_import (region, id)
) strict;
create index case_import_row_region_batch_action on case_import_row (region, batch, action, number);

-- What an organisation's own words mean: a heading a field, a unit's nickname a unit.
-- owner: cases, class: regional
create table case_import_word (
    region integer not null,
    org blob not null,
    -- column, place, owner
    kind text not null,
    word text not null,
    -- A field's word, or an organisation's code.
    meaning text not null,
    primary key (region, org, kind, word)
) strict;
