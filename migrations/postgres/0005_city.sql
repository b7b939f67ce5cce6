-- The demo city: which one this database holds, if any, and whether it was finished.

-- owner: city, class: shared
create table demo_city (
    seed bigint not null primary key,
    -- full or small
    size text not null,
    -- What the problems were multiplied by.
    cases bigint not null,
    today bigint not null,
    -- Everything is in; an unfinished city is never served.
    complete boolean not null
);
