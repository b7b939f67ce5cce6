-- Clocks finer than a day, emergencies and who is on call, extensions, close-out numbers, notes among colleagues, call-backs
-- by lot, and working days that were imported.

-- The moment by which the running clock is due, where it is finer than a day: a half-day limit.
alter table case_item add column due_at integer;
-- The length of the running clock in working days, pauses apart: its shares are counted from it.
alter table case_item add column clock_days integer not null default 0;
-- A longer time to answer that its owner has asked for and nobody has decided; how many were granted.
alter table case_item add column extend_until integer;
alter table case_item add column extended_times integer not null default 0;
-- Given when an answer is accepted, printed by the kind's pattern.
alter table case_item add column close_year integer;
alter table case_item add column close_n integer;
-- An emergency: flagged by its words, then confirmed or lifted by a person.
alter table case_item add column urgent text;
-- The word of its kind in rules/emergency.toml.
alter table case_item add column urgent_kind text;
alter table case_item add column urgent_at integer;
-- Who was told first: the post on call, or the desk where nobody was.
alter table case_item add column urgent_org blob;
alter table case_item add column urgent_account blob;
-- How many steps of telling others have been taken.
alter table case_item add column urgent_step integer not null default 0;
create unique index case_item_region_close_year_close_n_key on case_item (region, kind, close_year, close_n)
    where close_n is not null;
create index case_item_region_urgent on case_item (region, urgent, seq) where urgent is not null;

-- The rating came from a network of the unit that handled the case. The mark is made when it is given; no address is kept.
alter table case_rating add column own_network integer not null default 0;

-- The last close-out number given in a county, kind and year.
-- owner: cases, class: regional
create table case_close_counter (
    region integer not null,
    kind text not null,
    year integer not null,
    n integer not null,
    primary key (region, kind, year)
) strict;

-- Append-only: what those who handle a case write to each other.
-- owner: cases, class: regional
create table case_note (
    region integer not null,
    case_id blob not null,
    n integer not null,
    -- Sealed.
    body blob not null,
    account_region integer not null,
    account blob not null,
    -- Unit and post of its day.
    post text not null,
    at integer not null,
    day integer not null,
    primary key (region, case_id, n),
    foreign key (region, case_id) references case_item (region, id)
) strict;

-- Who is on call in a county, from one moment to another. An entry is taken off, never rewritten.
-- owner: cases, class: regional
create table duty_roster (
    region integer not null,
    id blob not null,
    -- The organisation, and what the post is called there.
    org blob not null,
    post text not null,
    account_region integer not null,
    account blob not null,
    from_at integer not null,
    to_at integer not null,
    added_region integer not null,
    added_by blob not null,
    removed_at integer,
    primary key (region, id)
) strict;
create unique index duty_roster_region_account_from_at_key on duty_roster (region, account, from_at, to_at) where removed_at is null;
create index duty_roster_region_to_at on duty_roster (region, to_at);

-- The networks of a unit's offices: a rating from there only raises the chance to be called back.
-- owner: cases, class: regional
create table unit_network (
    region integer not null,
    org blob not null,
    -- As a prefix: 10.61.0.0/16
    network text not null,
    primary key (region, org, network)
) strict;

-- A month's draw of one county: the seed's hash is committed before the month begins, the seed is shown afterwards.
-- owner: cases, class: regional
create table callback_draw (
    region integer not null,
    -- First day of the month.
    month integer not null,
    -- SHA-256 of the seed, in hexadecimal digits.
    seed_hash text not null,
    -- Sealed until the draw.
    seed_sealed blob not null,
    committed_day integer not null,
    -- In hexadecimal digits; null until the draw.
    seed text,
    -- SHA-256 of the frozen list.
    list_hash text,
    -- Answered in the month; of these, with a telephone number; drawn.
    answered integer not null,
    listed integer not null,
    drawn integer not null,
    drawn_day integer,
    primary key (region, month)
) strict;

-- The frozen list of a draw, and what came of each call.
-- owner: cases, class: regional
create table callback_entry (
    region integer not null,
    month integer not null,
    case_id blob not null,
    -- The number, as the lot was drawn by it.
    number text not null,
    -- The owning organisation that answered.
    owner_region integer not null,
    owner_org blob not null,
    -- How many lots it had.
    lots integer not null,
    drawn integer not null,
    -- waiting, reached, unreached or refused; null where it was not drawn.
    state text,
    tries integer not null,
    -- What was said: whether it is solved, and the score, 1 to 5.
    solved integer,
    score integer,
    -- Sealed.
    words blob,
    account_region integer,
    account blob,
    day integer,
    primary key (region, month, case_id)
) strict;
create index callback_entry_region_state on callback_entry (region, state, month) where state is not null;
create index callback_entry_region_case on callback_entry (region, case_id);

-- Working days that differ from Monday to Friday, imported for years that the program does not know.
-- owner: app, class: shared
create table work_day (
    day integer not null primary key,
    is_work integer not null,
    occasion text not null
) strict;
