-- What follows after posting: ratings that may be changed, second objections, telephone numbers instead of receipts,
-- notices on request, and the end of what is sealed.

-- Objections so far; where a second one waits to be decided.
alter table case_item add column objected_times bigint not null default 0;
alter table case_item add column review_region bigint;
alter table case_item add column review_org uuid;
-- The day on which what was sealed was removed; null while it is kept.
alter table case_item add column erased_day bigint;
create index case_item_kept on case_item (closed_day, id) where closed_day is not null and erased_day is null;
-- Lists of the other kinds, which are few among many problems.
create index case_item_kind on case_item (kind, seq) where kind <> 'problem';
-- A case that ended before posting ended on a day as well.
update case_item set closed_day = (select max(e.day) from case_event e where e.region = case_item.region
    and e.case_id = case_item.id) where state in ('declined', 'withdrawn') and closed_day is null;

-- Words of rules/cases.toml, separated by spaces.
alter table case_rating add column reasons text not null default '';

-- Append-only: what a rating was before it was changed. `case_rating` holds what stands.
-- owner: cases, class: regional
create table case_rating_past (
    region bigint not null,
    case_id uuid not null,
    answer bigint not null,
    follower bytea not null,
    n bigint not null,
    score bigint not null,
    reasons text not null,
    -- Sealed.
    comment bytea,
    channel text not null,
    account_region bigint,
    account uuid,
    day bigint not null,
    primary key (region, case_id, answer, follower, n),
    foreign key (region, case_id) references case_item (region, id)
);

-- A telephone number that opens a case instead of its receipt. Removed with everything sealed.
-- owner: cases, class: regional
create table case_phone (
    region bigint not null,
    case_id uuid not null,
    -- Blind index of the receipt for which it stands.
    follower bytea not null,
    -- Blind index of the number.
    number bytea not null,
    -- Sealed: the number and the receipt.
    phone bytea not null,
    receipt bytea not null,
    since_day bigint not null,
    primary key (region, case_id, follower),
    foreign key (region, case_id) references case_item (region, id)
);

-- Blind index of a telephone number to the cases that it opens.
-- owner: cases, class: lookup
create table phone_lookup (
    hash bytea not null,
    region bigint not null,
    id uuid not null,
    primary key (hash, region, id)
);

-- A code on its way to a telephone number: used once, a few tries, minutes long.
-- owner: cases, class: regional
create table phone_code (
    region bigint not null,
    -- Blind index of the number.
    number bytea not null,
    -- Blind index of the code.
    code bytea not null,
    tries bigint not null,
    expires_at timestamptz not null,
    primary key (region, number)
);

-- Who asked to be told of news of his case, and how.
-- owner: cases, class: regional
create table case_notice (
    region bigint not null,
    case_id uuid not null,
    -- Blind index of the receipt.
    follower bytea not null,
    -- sms or email
    channel text not null,
    -- Sealed: the number or the address.
    recipient bytea not null,
    since_day bigint not null,
    -- What happened that he was not told yet; the newest takes the place of an older one.
    pending text,
    primary key (region, case_id, follower),
    foreign key (region, case_id) references case_item (region, id)
);
create index case_notice_pending on case_notice (region, case_id) where pending is not null;

-- Append-only: what was removed of a case when its time was over, and how much of it.
-- owner: cases, class: regional
create table case_erasure (
    region bigint not null,
    case_id uuid not null,
    day bigint not null,
    -- original, contact, messages, comments, photos, phones, notices
    what text not null,
    n bigint not null,
    primary key (region, case_id, day, what),
    foreign key (region, case_id) references case_item (region, id)
);
