-- Short messages that leave the house.

-- One message through one gateway. Address and text are sealed, and erased as soon as it has gone or is given up.
-- owner: gateways, class: regional
create table gateway_message (
    region bigint not null,
    id uuid not null,
    -- sms, mail
    channel text not null,
    -- What it is for, in the words of the administrator's page.
    purpose text not null,
    -- Two that wait never share a key.
    key text,
    address bytea,
    -- Keyed hash of the address, so that nobody's telephone is flooded; erased after a day.
    address_hash bytea,
    text bytea,
    urgent boolean not null,
    -- waiting, sent, failed
    state text not null,
    attempts bigint not null,
    -- Why the last attempt failed: a word, never the gateway's answer.
    fault text,
    created_at timestamptz not null,
    finished_at timestamptz,
    primary key (region, id)
);
create unique index gateway_message_region_key_key on gateway_message (region, key) where state = 'waiting';
create index gateway_message_region_address_hash on gateway_message (region, address_hash);
create index gateway_message_state_created_at on gateway_message (state, created_at);
