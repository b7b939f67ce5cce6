-- Bulletins, reviews, bottom-line targets and requests for data.

-- A monthly bulletin or a quarterly review: each version is a row, and an issued one never changes.
-- owner: reports, class: regional
create table bulletin (
    region bigint not null,
    id uuid not null,
    kind text not null,
    -- Its first month, yyyymm.
    period bigint not null,
    -- From 1; a correction is the next.
    version bigint not null,
    template bigint not null,
    state text not null,
    -- Counts every change: nobody writes over what another has just written.
    revision bigint not null,
    remarks text not null,
    -- Of a correction: why.
    correction text,
    public boolean not null,
    year bigint,
    number bigint,
    made_day bigint not null,
    issued_day bigint,
    primary key (region, id)
);

create unique index bulletin_period on bulletin (region, kind, period, version);
create unique index bulletin_number on bulletin (region, kind, year, number, version);

-- Which frozen number stands behind a figure of a bulletin.
-- owner: reports, class: regional
create table bulletin_figure (
    region bigint not null,
    bulletin uuid not null,
    figure text not null,
    snapshot uuid not null,
    primary key (region, bulletin, figure),
    foreign key (region, bulletin) references bulletin (region, id)
);

-- The numbers of an issued bulletin: of the whole, and of each county as the frozen rows give it.
-- owner: reports, class: regional
create table bulletin_value (
    region bigint not null,
    bulletin uuid not null,
    figure text not null,
    -- A county; the region itself stands for the whole.
    place bigint not null,
    value bigint not null,
    -- Of a rate, what the value is a part of.
    whole bigint,
    primary key (region, bulletin, figure, place),
    foreign key (region, bulletin) references bulletin (region, id)
);

-- What a review says about a county.
-- owner: reports, class: regional
create table review_comment (
    region bigint not null,
    bulletin uuid not null,
    place bigint not null,
    words text not null,
    primary key (region, bulletin, place),
    foreign key (region, bulletin) references bulletin (region, id)
);

-- What a review hands down: a task of a unit, opened as a case when the review is issued.
-- owner: reports, class: regional
create table review_follow_up (
    region bigint not null,
    id uuid not null,
    bulletin uuid not null,
    unit_region bigint not null,
    unit uuid not null,
    title text not null,
    words text not null,
    deadline bigint not null,
    -- The job that opens the case, and what it answered.
    job uuid,
    case_region bigint,
    case_id uuid,
    primary key (region, id),
    foreign key (region, bulletin) references bulletin (region, id)
);

create index review_follow_up_bulletin on review_follow_up (region, bulletin, id);

-- A bottom-line target of a county: where it began, and where it is to be.
-- owner: reports, class: regional
create table target (
    region bigint not null,
    topic text not null,
    year bigint not null,
    place bigint not null,
    base bigint not null,
    goal bigint not null,
    basis text not null,
    primary key (region, topic, year, place)
);

-- A value entered by hand where no ledger holds it yet, with where it comes from.
-- owner: reports, class: regional
create table target_value (
    region bigint not null,
    topic text not null,
    place bigint not null,
    day bigint not null,
    value bigint not null,
    basis text not null,
    entered_day bigint not null,
    primary key (region, topic, place, day)
);

-- A request for data: who asks, by what right, until when. What was refused is kept and counted too.
-- owner: reports, class: regional
create table field_request (
    region bigint not null,
    id uuid not null,
    year bigint not null,
    number bigint not null,
    issuer uuid not null,
    title text not null,
    basis text not null,
    made_day bigint not null,
    until_day bigint not null,
    stopped_day bigint,
    -- Why it was refused.
    refused text,
    nonce text not null,
    primary key (region, id)
);

create unique index field_request_number on field_request (region, year, number);
create unique index field_request_nonce on field_request (region, nonce);

-- What is asked for.
-- owner: reports, class: regional
create table field_request_item (
    region bigint not null,
    request uuid not null,
    position bigint not null,
    label text not null,
    -- The figure that holds it already.
    figure text,
    primary key (region, request, position),
    foreign key (region, request) references field_request (region, id)
);

-- Who is asked, and whether he has answered or objected.
-- owner: reports, class: regional
create table field_request_unit (
    region bigint not null,
    request uuid not null,
    unit_region bigint not null,
    unit uuid not null,
    answered_day bigint,
    objection text,
    primary key (region, request, unit_region, unit),
    foreign key (region, request) references field_request (region, id)
);

-- What a unit answered: once.
-- owner: reports, class: regional
create table field_request_answer (
    region bigint not null,
    request uuid not null,
    unit_region bigint not null,
    unit uuid not null,
    position bigint not null,
    value text not null,
    primary key (region, request, unit_region, unit, position),
    foreign key (region, request, unit_region, unit) references field_request_unit (region, request, unit_region, unit)
);
