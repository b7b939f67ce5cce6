-- Files in the fields of kinds.

-- What stands in a field that holds a file: which file, and what it is called when it is given out.
-- owner: cases, class: regional
create table case_file (
    region integer not null,
    case_id blob not null,
    field text not null,
    file blob not null,
    name text not null,
    day integer not null,
    primary key (region, case_id, field)
) strict;
