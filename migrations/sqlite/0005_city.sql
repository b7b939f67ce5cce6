-- The demo city: which one this database holds, if any, and whether it was finished.

-- owner: city, class: shared
create table demo_city (
    seed integer not null primary key,
    -- full or small
    size text not null,
    -- What the problems were multiplied by.
    cases integer not null,
    today integer not null,
    -- Everything is in; an unfinished city is never served.
    complete integer not null
) strict;
