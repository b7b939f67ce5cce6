-- Lists by followers and by the day of the answer; programs that call the interface.

create index case_item_followers on case_item (followers, seq);
create index case_item_region_followers on case_item (region, followers, seq);
create index case_item_answered on case_item (answered_day, seq) where answered_day is not null;
create index case_item_region_answered on case_item (region, answered_day, seq) where answered_day is not null;

-- A program of another office that calls the interface: who runs it, what it may do, how often, how long.
-- owner: web, class: regional
create table api_client (
    region integer not null,
    id blob not null,
    name text not null,
    -- Which office runs it, and its office telephone.
    contact text not null,
    -- read, or post: hands problems in as well
    scope text not null,
    per_minute integer not null,
    from_day integer not null,
    until_day integer not null,
    ended_day integer,
    primary key (region, id)
) strict;

-- owner: web, class: lookup
create table api_key_lookup (
    hash blob not null primary key,
    region integer not null,
    id blob not null
) strict;

-- What a client sent under an Idempotency-Key: the same key with another body is refused.
-- owner: web, class: regional
create table api_post (
    region integer not null,
    client blob not null,
    -- Keyed hashes of the key and of the body.
    key blob not null,
    body blob not null,
    day integer not null,
    primary key (region, client, key)
) strict;
create index api_post_day on api_post (day);
