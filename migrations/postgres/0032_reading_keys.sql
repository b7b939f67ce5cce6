-- Keys with which a reading app fetches its holder's books. They open nothing else.
-- owner: web

-- Ends with the sessions of its account. When it was used is not kept.
-- class: regional
create table reading_key (
    region bigint not null,
    id uuid not null,
    account uuid not null,
    -- What its holder calls the device.
    device text not null,
    primary key (region, id)
);
create index reading_key_account on reading_key (region, account);

-- class: lookup
create table reading_key_lookup (
    hash bytea not null primary key,
    region bigint not null,
    id uuid not null
);
create index reading_key_lookup_id on reading_key_lookup (region, id);
