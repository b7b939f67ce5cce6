-- Bulletins, reviews, bottom-line targets and requests for data.

-- A monthly bulletin or a quarterly review: each version is a row, and an issued one never changes.
-- owner: reports, class: regional
create table bulletin (
    region integer not null,
    id blob not null,
    kind text not null,
    -- Its first month, yyyymm.
    period integer not null,
    -- From 1; a correction is the next.
    version integer not null,
    template integer not null,
    state text not null,
    -- Counts every change: nobody writes over what another has just written.
    revision integer not null,
    remarks text not null,
    -- Of a correction: why.
    correction text,
    public integer not null,
    year integer,
    number integer,
    made_day integer not null,
    issued_day integer,
    primary key (region, id)
) strict;

create unique index bulletin_period on bulletin (region, kind, period, version);
create unique index bulletin_number on bulletin (region, kind, year, number, version);

-- Which frozen number stands behind a figure of a bulletin.
-- owner: reports, class: regional
create table bulletin_figure (
    region integer not null,
    bulletin blob not null,
    figure text not null,
    snapshot blob not null,
    primary key (region, bulletin, figure),
    foreign key (region, bulletin) references bulletin (region, id)
) strict;

-- The numbers of an issued bulletin: of the whole, and of each county as the frozen rows give it.
-- owner: reports, class: regional
create table bulletin_value (
    region integer not null,
    bulletin blob not null,
    figure text not null,
    -- A county; the region itself stands for the whole.
    place integer not null,
    value integer not null,
    -- Of a rate, what the value is a part of.
    whole integer,
    primary key (region, bulletin, figure, place),
    foreign key (region, bulletin) references bulletin (region, id)
) strict;

-- What a review says about a county.
-- owner: reports, class: regional
create table review_comment (
    region integer not null,
    bulletin blob not null,
    place integer not null,
    words text not null,
    primary key (region, bulletin, place),
    foreign key (region, bulletin) references bulletin (region, id)
) strict;

-- What a review hands down: a task of a unit, opened as a case when the review is issued.
-- owner: reports, class: regional
create table review_follow_up (
    region integer not null,
    id blob not null,
    bulletin blob not null,
    unit_region integer not null,
    unit blob not null,
    title text not null,
    words text not null,
    deadline integer not null,
    -- The job that opens the case, and what it answered.
    job blob,
    case_region integer,
    case_id blob,
    primary key (region, id),
    foreign key (region, bulletin) references bulletin (region, id)
) strict;

create index review_follow_up_bulletin on review_follow_up (region, bulletin, id);

-- A bottom-line target of a county: where it began, and where it is to be.
-- owner: reports, class: regional
create table target (
    region integer not null,
    topic text not null,
    year integer not null,
    place integer not null,
    base integer not null,
    goal integer not null,
    basis text not null,
    primary key (region, topic, year, place)
) strict;

-- A value entered by hand where no ledger holds it yet, with where it comes from.
-- owner: reports, class: regional
create table target_value (
    region integer not null,
    topic text not null,
    place integer not null,
    day integer not null,
    value integer not null,
    basis text not null,
    entered_day integer not null,
    primary key (region, topic, place, day)
) strict;

-- A request for data: who asks, by what right, until when. What was refused is kept and counted too.
-- owner: reports, class: regional
create table field_request (
    region integer not null,
    id blob not null,
    year integer not null,
    number integer not null,
    issuer blob not null,
    title text not null,
    basis text not null,
    made_day integer not null,
    until_day integer not null,
    stopped_day integer,
    -- Why it was refused.
    refused text,
    nonce text not null,
    primary key (region, id)
) strict;

create unique index field_request_number on field_request (region, year, number);
create unique index field_request_nonce on field_request (region, nonce);

-- What is asked for.
-- owner: reports, class: regional
create table field_request_item (
    region integer not null,
    request blob not null,
    position integer not null,
    label text not null,
    -- The figure that holds it already.
    figure text,
    primary key (region, request, position),
    foreign key (region, request) references field_request (region, id)
) strict;

-- Who is asked, and whether he has answered or objected.
-- owner: reports, class: regional
create table field_request_unit (
    region integer not null,
    request blob not null,
    unit_region integer not null,
    unit blob not null,
    answered_day integer,
    objection text,
    primary key (region, request, unit_region, unit),
    foreign key (region, request) references field_request (region, id)
) strict;

-- What a unit answered: once.
-- owner: reports, class: regional
create table field_request_answer (
    region integer not null,
    request blob not null,
    unit_region integer not null,
    unit blob not null,
    position integer not null,
    value text not null,
    primary key (region, request, unit_region, unit, position),
    foreign key (region, request, unit_region, unit) references field_request_unit (region, request, unit_region, unit)
) strict;
