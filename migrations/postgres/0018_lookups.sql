-- So many messages an address gets in a day: whatever region they are of.
drop index gateway_message_region_address_hash;
create index gateway_message_address_hash_created_at on gateway_message (address_hash, created_at);
