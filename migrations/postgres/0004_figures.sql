-- Numbers of bulletins, frozen with the rows behind them.

-- owner: figures, class: regional
create table figure_snapshot (
    region bigint not null,
    id uuid not null,
    figure text not null,
    value bigint not null,
    -- Of a rate, what the value is a part of.
    whole bigint,
    -- The place: none for the whole city. May lie in another region.
    place_region bigint,
    place_org uuid,
    owner_region bigint,
    owner uuid,
    category text,
    from_day bigint not null,
    to_day bigint not null,
    made_at timestamptz not null,
    -- Every row is in; an unfinished snapshot does not show.
    complete boolean not null,
    primary key (region, id)
);

-- The rows behind a frozen number, as they were.
-- owner: figures, class: regional
create table figure_snapshot_row (
    region bigint not null,
    snapshot uuid not null,
    position bigint not null,
    fact_region bigint not null,
    fact uuid not null,
    day bigint not null,
    title text not null,
    category text,
    year bigint,
    number bigint,
    amount bigint,
    primary key (region, snapshot, position),
    foreign key (region, snapshot) references figure_snapshot (region, id)
);
