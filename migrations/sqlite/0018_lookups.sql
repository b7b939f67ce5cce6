-- So many messages an address gets in a day: whatever region they are of.
drop index gateway_message_region_address_hash;
create index gateway_message_address_hash_created_at on gateway_message (address_hash, created_at);
-- What somebody holds who leaves.
create index case_item_owner_account on case_item (owner_account) where owner_account is not null;
-- Why an answer was refused stands in the history of its case; this was never filled.
alter table case_answer drop column refusal;
