-- Keys with which a reading app fetches its holder's books. They open nothing else.
-- owner: web

-- Ends with the sessions of its account. When it was used is not kept.
-- class: regional
create table reading_key (
    region integer not null,
    id blob not null,
    account blob not null,
    -- What its holder calls the device.
    device text not null,
    primary key (region, id)
) strict;
create index reading_key_account on reading_key (region, account);

-- class: lookup
create table reading_key_lookup (
    hash blob not null primary key,
    region integer not null,
    id blob not null
) strict;
create index reading_key_lookup_id on reading_key_lookup (region, id);
