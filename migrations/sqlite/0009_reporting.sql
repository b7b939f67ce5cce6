-- Reporting: which places the public reads, and what came in a flood.

-- Whether public pages name this place for a problem; null where the number of people decides (rules/cases.toml).
alter table org add column place_shown integer;

-- A report that came when far too many came at once, and whose sender did not answer the form's question: a person reads it
-- before anything else happens, and the reporter is told so.
-- owner: cases, class: regional
create table case_hold (
    region integer not null,
    case_id blob not null,
    day integer not null,
    primary key (region, case_id),
    foreign key (region, case_id) references case_item (region, id)
) strict;
