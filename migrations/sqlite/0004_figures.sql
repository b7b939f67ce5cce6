-- Numbers of bulletins, frozen with the rows behind them.

-- owner: figures, class: regional
create table figure_snapshot (
    region integer not null,
    id blob not null,
    figure text not null,
    value integer not null,
    -- Of a rate, what the value is a part of.
    whole integer,
    -- The place: none for the whole city. May lie in another region.
    place_region integer,
    place_org blob,
    owner_region integer,
    owner blob,
    category text,
    from_day integer not null,
    to_day integer not null,
    made_at integer not null,
    -- Every row is in; an unfinished snapshot does not show.
    complete integer not null,
    primary key (region, id)
) strict;

-- The rows behind a frozen number, as they were.
-- owner: figures, class: regional
create table figure_snapshot_row (
    region integer not null,
    snapshot blob not null,
    position integer not null,
    fact_region integer not null,
    fact blob not null,
    day integer not null,
    title text not null,
    category text,
    year integer,
    number integer,
    amount integer,
    primary key (region, snapshot, position),
    foreign key (region, snapshot) references figure_snapshot (region, id)
) strict;
