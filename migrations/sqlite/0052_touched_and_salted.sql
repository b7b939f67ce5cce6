-- How often a case's row was written beside its history. With the number of its events it tells whether a case is still as it was read: what
-- was decided on it outside of a write then still holds in it.
alter table case_item add column touched integer not null default 0;

-- Beside the list in its digest, and never published: whoever tries all numbers learns from the digest who left a telephone.
alter table callback_draw add column salt text;
