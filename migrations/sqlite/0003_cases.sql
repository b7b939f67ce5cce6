-- Cases: one engine for everything that must be closed.

-- A kind of case as its rule file stood when it was first used; a used version never changes.
-- owner: cases, class: shared
create table case_kind (
    name text not null,
    version integer not null,
    -- The file rules/kinds/NAME.toml of that version.
    rules text not null,
    frozen_day integer not null,
    primary key (name, version)
) strict;

-- owner: cases, class: regional
create table case_item (
    region integer not null,
    id blob not null,
    -- (milliseconds of submission << 20) | 20 bits: the order of every list.
    seq integer not null,
    kind text not null,
    kind_version integer not null,
    -- Given at posting, printed 宝塔-2016-00421.
    number_year integer,
    number_n integer,
    state text not null,
    outcome text,
    -- How it came: web, paper, phone, inspection, referral, import.
    channel text not null,
    category text not null,
    sub_category text not null,
    -- The place as of its day; a later merger does not rewrite it. Organisations of this region.
    county blob not null,
    township blob,
    village blob,
    -- What the public reads; empty until posting.
    title text not null,
    text text not null,
    -- The public text differs from what was written.
    edited integer not null,
    -- Sealed: title and text as they were written; name and telephone.
    original blob,
    contact blob,
    -- Blind index of the reporter's receipt; null where there is none.
    receipt blob,
    -- Conflict of interest: the organisation, or an office at it, that the case is about. May lie in another region.
    subject_region integer,
    subject blob,
    subject_office text,
    -- The desk that moderates and assigns: the county, or one level above the subject.
    desk_region integer not null,
    desk blob not null,
    -- Exactly one owning organisation from submission, exactly one person from signing.
    owner_region integer not null,
    owner_org blob not null,
    owner_account_region integer,
    owner_account blob,
    goal text not null,
    -- Where a close request waits for its verifier, and who accepted the answer.
    verify_region integer,
    verify_org blob,
    verifier_region integer,
    verifier blob,
    -- The organisation that the last escalation reached.
    escalated_region integer,
    escalated_org blob,
    -- Days as yyyymmdd.
    submitted_day integer not null,
    posted_day integer,
    -- First day of the month of posting.
    posted_month integer,
    assigned_day integer,
    signed_day integer,
    answered_day integer,
    closed_day integer,
    due_sign integer,
    due_answer integer,
    due_verify integer,
    -- The clock to answer: it starts here, runs this many working days and stands still in pauses.
    answer_from integer,
    answer_days integer not null,
    paused_days integer not null,
    pause_reason text,
    paused_day integer,
    pause_until integer,
    -- The nearest day by which something is due now; null where no clock runs.
    due_day integer,
    -- When a job looks next, and how many escalation steps of the running clock have fired.
    next_clock integer,
    next_step integer not null,
    -- The reporter's rating of the standing answer, 1 to 5.
    rating integer,
    rated_day integer,
    returned_times integer not null,
    reopened_times integer not null,
    paused_times integer not null,
    appealed integer not null,
    followers integer not null,
    -- The tree: ids from the root down, each followed by a slash.
    parent blob,
    path text not null,
    children_open integer not null,
    -- Merged into, referred to, or referred from.
    merged_into blob,
    referred_region integer,
    referred_id blob,
    referred_number text,
    origin_region integer,
    origin_id blob,
    -- Counters of the append-only tables below.
    events integer not null,
    answers integer not null,
    messages integer not null,
    photos integer not null,
    primary key (region, id)
) strict;
create unique index case_item_region_seq_key on case_item (region, seq);
create unique index case_item_region_number_year_number_n_key on case_item (region, number_year, number_n);
-- Lists inside a county.
create index case_item_region_state on case_item (region, state, seq);
create index case_item_region_category on case_item (region, category, seq);
create index case_item_region_category_state on case_item (region, category, state, seq);
create index case_item_region_township on case_item (region, township, seq);
create index case_item_region_village on case_item (region, village, seq);
create index case_item_region_owner on case_item (region, owner_org, seq);
create index case_item_region_due on case_item (region, due_day, seq) where due_day is not null;
create index case_item_region_subject on case_item (region, subject) where subject is not null;
create index case_item_region_month on case_item (region, posted_month) where posted_month is not null;
create index case_item_region_parent on case_item (region, parent) where parent is not null;
-- Lists of the whole city.
create index case_item_seq on case_item (seq, id);
create index case_item_state on case_item (state, seq, id);
create index case_item_category on case_item (category, seq, id);
create index case_item_category_state on case_item (category, state, seq, id);
create index case_item_owner on case_item (owner_org, seq, id);
create index case_item_due on case_item (due_day, seq) where due_day is not null;
create index case_item_next_clock on case_item (next_clock, id) where next_clock is not null;

-- Append-only: what happened, and how the case stood after it.
-- owner: cases, class: regional
create table case_event (
    region integer not null,
    case_id blob not null,
    n integer not null,
    -- submit, post, assign, … as in the kind's transitions, and escalate, message, rate, follow …
    kind text not null,
    from_state text,
    to_state text not null,
    outcome text,
    owner_region integer not null,
    owner_org blob not null,
    due_day integer,
    -- reporter, staff or system
    actor text not null,
    account_region integer,
    account blob,
    org_region integer,
    org blob,
    -- The unit and post that acted, as the public reads them.
    post text not null,
    reason text,
    public integer not null,
    at integer not null,
    day integer not null,
    primary key (region, case_id, n),
    foreign key (region, case_id) references case_item (region, id)
) strict;
create index case_event_region_day on case_event (region, day, kind);
create index case_event_region_kind on case_event (region, kind, to_state, day);
create index case_event_account on case_event (account, at);

-- Everybody who ever owned the case as a person: none of them may verify it.
-- owner: cases, class: regional
create table case_owner (
    region integer not null,
    case_id blob not null,
    n integer not null,
    account_region integer not null,
    account blob not null,
    org_region integer not null,
    org blob not null,
    from_day integer not null,
    primary key (region, case_id, n),
    foreign key (region, case_id) references case_item (region, id)
) strict;

-- owner: cases, class: regional
create table case_answer (
    region integer not null,
    case_id blob not null,
    n integer not null,
    text text not null,
    -- solved or explained
    outcome text not null,
    -- waiting, accepted, refused
    decision text not null,
    account_region integer,
    account blob,
    post text not null,
    requested_day integer not null,
    verifier_region integer,
    verifier blob,
    verifier_post text,
    decided_day integer,
    refusal text,
    primary key (region, case_id, n),
    foreign key (region, case_id) references case_item (region, id)
) strict;

-- Questions and replies between the reporter and the officer, objections and appeals. The body is sealed.
-- owner: cases, class: regional
create table case_message (
    region integer not null,
    case_id blob not null,
    n integer not null,
    -- reporter or officer
    sender text not null,
    -- message, objection, appeal
    kind text not null,
    body blob not null,
    -- Blind index of the writer's receipt, where he raised a case that was merged into this one.
    follower blob,
    account_region integer,
    account blob,
    post text not null,
    at integer not null,
    day integer not null,
    primary key (region, case_id, n),
    foreign key (region, case_id) references case_item (region, id)
) strict;

-- owner: cases, class: regional
create table case_photo (
    region integer not null,
    case_id blob not null,
    file blob not null,
    -- report or answer
    part text not null,
    position integer not null,
    -- Whether the moderator lets the public see it.
    public integer not null,
    day integer not null,
    primary key (region, case_id, file),
    foreign key (region, case_id) references case_item (region, id)
) strict;
create index case_photo_region_file on case_photo (region, file);

-- Once per answer and receipt.
-- owner: cases, class: regional
create table case_rating (
    region integer not null,
    case_id blob not null,
    answer integer not null,
    follower blob not null,
    -- 1 to 5
    score integer not null,
    -- Sealed.
    comment blob,
    -- receipt or callback
    channel text not null,
    account_region integer,
    account blob,
    day integer not null,
    primary key (region, case_id, answer, follower),
    foreign key (region, case_id) references case_item (region, id)
) strict;

-- Extra fields of a kind; one typed column is filled.
-- owner: cases, class: regional
create table case_value (
    region integer not null,
    case_id blob not null,
    field text not null,
    text text,
    number integer,
    day integer,
    ref blob,
    primary key (region, case_id, field),
    foreign key (region, case_id) references case_item (region, id)
) strict;
create index case_value_region_field_text on case_value (region, field, text);
create index case_value_region_field_number on case_value (region, field, number);
create index case_value_region_field_day on case_value (region, field, day);

-- Who follows by a receipt. A merge copies the followers to the case that stays.
-- owner: cases, class: regional
create table case_follow (
    region integer not null,
    case_id blob not null,
    -- Blind index of the receipt.
    follower blob not null,
    -- Raised it, or one that was merged into it: may rate and object.
    raised integer not null,
    via blob not null,
    since_day integer not null,
    primary key (region, case_id, follower),
    foreign key (region, case_id) references case_item (region, id)
) strict;

-- What waits on somebody's desk, in the region of the one who must act: "mine" is one look.
-- owner: cases, class: regional
create table desk_item (
    region integer not null,
    org blob not null,
    -- moderate, assign, sign, handle, verify, escalated
    duty text not null,
    case_region integer not null,
    case_id blob not null,
    -- Null while the organisation as a whole must act.
    account blob,
    seq integer not null,
    category text not null,
    state text not null,
    -- The case's subject: who belongs to it does not see the item.
    subject blob,
    due_day integer,
    primary key (region, org, duty, case_region, case_id)
) strict;
create index desk_item_region_org_due on desk_item (region, org, due_day, seq);
create index desk_item_region_account_due on desk_item (region, account, due_day, seq);

-- The last number given in a county and year.
-- owner: cases, class: regional
create table case_counter (
    region integer not null,
    year integer not null,
    n integer not null,
    primary key (region, year)
) strict;

-- How many posted cases stand in each cell now, for the county and again for the township.
-- owner: cases, class: regional
create table case_cube (
    region integer not null,
    org blob not null,
    -- county or township
    level text not null,
    kind text not null,
    category text not null,
    state text not null,
    -- First day of the month of posting.
    day integer not null,
    n integer not null,
    primary key (region, org, kind, category, state, day)
) strict;
create index case_cube_level on case_cube (level, kind, region, category, state, day);

-- Receipt to case.
-- owner: cases, class: lookup
create table receipt_lookup (
    hash blob not null primary key,
    region integer not null,
    id blob not null
) strict;

-- The form that made a case: a doubled click finds it.
-- owner: cases, class: lookup
create table submission_lookup (
    hash blob not null primary key,
    region integer not null,
    id blob not null
) strict;

-- Public text cut into words, one document a posted case; the rowid is the case's seq.
-- owner: cases, class: regional
create virtual table case_text using fts5 (words, content = '', contentless_delete = 1);
