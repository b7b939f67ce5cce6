-- Lists by followers and by the day of the answer; programs that call the interface.

create index case_item_followers on case_item (followers, seq);
create index case_item_region_followers on case_item (region, followers, seq);
create index case_item_answered on case_item (answered_day, seq) where answered_day is not null;
create index case_item_region_answered on case_item (region, answered_day, seq) where answered_day is not null;

-- A program of another office that calls the interface: who runs it, what it may do, how often, how long.
-- owner: web, class: regional
create table api_client (
    region bigint not null,
    id uuid not null,
    name text not null,
    -- Which office runs it, and its office telephone.
    contact text not null,
    -- read, or post: hands problems in as well
    scope text not null,
    per_minute bigint not null,
    from_day bigint not null,
    until_day bigint not null,
    ended_day bigint,
    primary key (region, id)
);

-- owner: web, class: lookup
create table api_key_lookup (
    hash bytea not null primary key,
    region bigint not null,
    id uuid not null
);

-- What a client sent under an Idempotency-Key: the same key with another body is refused.
-- owner: web, class: regional
create table api_post (
    region bigint not null,
    client uuid not null,
    -- Keyed hashes of the key and of the body.
    key bytea not null,
    body bytea not null,
    day bigint not null,
    primary key (region, client, key)
);
create index api_post_day on api_post (day);
