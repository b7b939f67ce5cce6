-- Cases: one engine for everything that must be closed.

-- A kind of case as its rule file stood when it was first used; a used version never changes.
-- owner: cases, class: shared
create table case_kind (
    name text not null,
    version bigint not null,
    -- The file rules/kinds/NAME.toml of that version.
    rules text not null,
    frozen_day bigint not null,
    primary key (name, version)
);

-- owner: cases, class: regional
create table case_item (
    region bigint not null,
    id uuid not null,
    -- (milliseconds of submission << 20) | 20 bits: the order of every list.
    seq bigint not null,
    kind text not null,
    kind_version bigint not null,
    -- Given at posting, printed 宝塔-2016-00421.
    number_year bigint,
    number_n bigint,
    state text not null,
    outcome text,
    -- How it came: web, paper, phone, inspection, referral, import.
    channel text not null,
    category text not null,
    sub_category text not null,
    -- The place as of its day; a later merger does not rewrite it. Organisations of this region.
    county uuid not null,
    township uuid,
    village uuid,
    -- What the public reads; empty until posting.
    title text not null,
    text text not null,
    -- The public text differs from what was written.
    edited boolean not null,
    -- Sealed: title and text as they were written; name and telephone.
    original bytea,
    contact bytea,
    -- Blind index of the reporter's receipt; null where there is none.
    receipt bytea,
    -- Conflict of interest: the organisation, or an office at it, that the case is about. May lie in another region.
    subject_region bigint,
    subject uuid,
    subject_office text,
    -- The desk that moderates and assigns: the county, or one level above the subject.
    desk_region bigint not null,
    desk uuid not null,
    -- Exactly one owning organisation from submission, exactly one person from signing.
    owner_region bigint not null,
    owner_org uuid not null,
    owner_account_region bigint,
    owner_account uuid,
    goal text not null,
    -- Where a close request waits for its verifier, and who accepted the answer.
    verify_region bigint,
    verify_org uuid,
    verifier_region bigint,
    verifier uuid,
    -- The organisation that the last escalation reached.
    escalated_region bigint,
    escalated_org uuid,
    -- Days as yyyymmdd.
    submitted_day bigint not null,
    posted_day bigint,
    -- First day of the month of posting.
    posted_month bigint,
    assigned_day bigint,
    signed_day bigint,
    answered_day bigint,
    closed_day bigint,
    due_sign bigint,
    due_answer bigint,
    due_verify bigint,
    -- The clock to answer: it starts here, runs this many working days and stands still in pauses.
    answer_from bigint,
    answer_days bigint not null,
    paused_days bigint not null,
    pause_reason text,
    paused_day bigint,
    pause_until bigint,
    -- The nearest day by which something is due now; null where no clock runs.
    due_day bigint,
    -- When a job looks next, and how many escalation steps of the running clock have fired.
    next_clock timestamptz,
    next_step bigint not null,
    -- The reporter's rating of the standing answer, 1 to 5.
    rating bigint,
    rated_day bigint,
    returned_times bigint not null,
    reopened_times bigint not null,
    paused_times bigint not null,
    appealed boolean not null,
    followers bigint not null,
    -- The tree: ids from the root down, each followed by a slash.
    parent uuid,
    path text not null,
    children_open bigint not null,
    -- Merged into, referred to, or referred from.
    merged_into uuid,
    referred_region bigint,
    referred_id uuid,
    referred_number text,
    origin_region bigint,
    origin_id uuid,
    -- Counters of the append-only tables below.
    events bigint not null,
    answers bigint not null,
    messages bigint not null,
    photos bigint not null,
    primary key (region, id)
);
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
    region bigint not null,
    case_id uuid not null,
    n bigint not null,
    -- submit, post, assign, … as in the kind's transitions, and escalate, message, rate, follow …
    kind text not null,
    from_state text,
    to_state text not null,
    outcome text,
    owner_region bigint not null,
    owner_org uuid not null,
    due_day bigint,
    -- reporter, staff or system
    actor text not null,
    account_region bigint,
    account uuid,
    org_region bigint,
    org uuid,
    -- The unit and post that acted, as the public reads them.
    post text not null,
    reason text,
    public boolean not null,
    at timestamptz not null,
    day bigint not null,
    primary key (region, case_id, n),
    foreign key (region, case_id) references case_item (region, id)
);
create index case_event_region_day on case_event (region, day, kind);
create index case_event_region_kind on case_event (region, kind, to_state, day);
create index case_event_account on case_event (account, at);

-- Everybody who ever owned the case as a person: none of them may verify it.
-- owner: cases, class: regional
create table case_owner (
    region bigint not null,
    case_id uuid not null,
    n bigint not null,
    account_region bigint not null,
    account uuid not null,
    org_region bigint not null,
    org uuid not null,
    from_day bigint not null,
    primary key (region, case_id, n),
    foreign key (region, case_id) references case_item (region, id)
);

-- owner: cases, class: regional
create table case_answer (
    region bigint not null,
    case_id uuid not null,
    n bigint not null,
    text text not null,
    -- solved or explained
    outcome text not null,
    -- waiting, accepted, refused
    decision text not null,
    account_region bigint,
    account uuid,
    post text not null,
    requested_day bigint not null,
    verifier_region bigint,
    verifier uuid,
    verifier_post text,
    decided_day bigint,
    refusal text,
    primary key (region, case_id, n),
    foreign key (region, case_id) references case_item (region, id)
);

-- Questions and replies between the reporter and the officer, objections and appeals. The body is sealed.
-- owner: cases, class: regional
create table case_message (
    region bigint not null,
    case_id uuid not null,
    n bigint not null,
    -- reporter or officer
    sender text not null,
    -- message, objection, appeal
    kind text not null,
    body bytea not null,
    -- Blind index of the writer's receipt, where he raised a case that was merged into this one.
    follower bytea,
    account_region bigint,
    account uuid,
    post text not null,
    at timestamptz not null,
    day bigint not null,
    primary key (region, case_id, n),
    foreign key (region, case_id) references case_item (region, id)
);

-- owner: cases, class: regional
create table case_photo (
    region bigint not null,
    case_id uuid not null,
    file uuid not null,
    -- report or answer
    part text not null,
    position bigint not null,
    -- Whether the moderator lets the public see it.
    public boolean not null,
    day bigint not null,
    primary key (region, case_id, file),
    foreign key (region, case_id) references case_item (region, id)
);
create index case_photo_region_file on case_photo (region, file);

-- Once per answer and receipt.
-- owner: cases, class: regional
create table case_rating (
    region bigint not null,
    case_id uuid not null,
    answer bigint not null,
    follower bytea not null,
    -- 1 to 5
    score bigint not null,
    -- Sealed.
    comment bytea,
    -- receipt or callback
    channel text not null,
    account_region bigint,
    account uuid,
    day bigint not null,
    primary key (region, case_id, answer, follower),
    foreign key (region, case_id) references case_item (region, id)
);

-- Extra fields of a kind; one typed column is filled.
-- owner: cases, class: regional
create table case_value (
    region bigint not null,
    case_id uuid not null,
    field text not null,
    text text,
    number bigint,
    day bigint,
    ref uuid,
    primary key (region, case_id, field),
    foreign key (region, case_id) references case_item (region, id)
);
create index case_value_region_field_text on case_value (region, field, text);
create index case_value_region_field_number on case_value (region, field, number);
create index case_value_region_field_day on case_value (region, field, day);

-- Who follows by a receipt. A merge copies the followers to the case that stays.
-- owner: cases, class: regional
create table case_follow (
    region bigint not null,
    case_id uuid not null,
    -- Blind index of the receipt.
    follower bytea not null,
    -- Raised it, or one that was merged into it: may rate and object.
    raised boolean not null,
    via uuid not null,
    since_day bigint not null,
    primary key (region, case_id, follower),
    foreign key (region, case_id) references case_item (region, id)
);

-- What waits on somebody's desk, in the region of the one who must act: "mine" is one look.
-- owner: cases, class: regional
create table desk_item (
    region bigint not null,
    org uuid not null,
    -- moderate, assign, sign, handle, verify, escalated
    duty text not null,
    case_region bigint not null,
    case_id uuid not null,
    -- Null while the organisation as a whole must act.
    account uuid,
    seq bigint not null,
    category text not null,
    state text not null,
    -- The case's subject: who belongs to it does not see the item.
    subject uuid,
    due_day bigint,
    primary key (region, org, duty, case_region, case_id)
);
create index desk_item_region_org_due on desk_item (region, org, due_day, seq);
create index desk_item_region_account_due on desk_item (region, account, due_day, seq);

-- The last number given in a county and year.
-- owner: cases, class: regional
create table case_counter (
    region bigint not null,
    year bigint not null,
    n bigint not null,
    primary key (region, year)
);

-- How many posted cases stand in each cell now, for the county and again for the township.
-- owner: cases, class: regional
create table case_cube (
    region bigint not null,
    org uuid not null,
    -- county or township
    level text not null,
    kind text not null,
    category text not null,
    state text not null,
    -- First day of the month of posting.
    day bigint not null,
    n bigint not null,
    primary key (region, org, kind, category, state, day)
);
create index case_cube_level on case_cube (level, kind, region, category, state, day);

-- Receipt to case.
-- owner: cases, class: lookup
create table receipt_lookup (
    hash bytea not null primary key,
    region bigint not null,
    id uuid not null
);

-- The form that made a case: a doubled click finds it.
-- owner: cases, class: lookup
create table submission_lookup (
    hash bytea not null primary key,
    region bigint not null,
    id uuid not null
);

-- Public text cut into words, one document a posted case.
-- owner: cases, class: regional
create table case_text (
    region bigint not null,
    seq bigint not null,
    words tsvector not null,
    primary key (region, seq)
);
create index case_text_words on case_text using gin (words);
create index case_text_seq on case_text (seq);
