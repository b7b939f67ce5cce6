//! All SQL of meetings.

mod branch;

use huiyin_base::{Day, Id, Region};
use huiyin_db::{Filter, Result, Tx, insert_many, query, row, text_enum, values};
use huiyin_figures::{Columns, Cut, Selection};

pub use branch::{
    BranchMeeting, branch_meeting_add, branch_meeting_cancel, branch_meeting_list, branch_meeting_lock,
    branch_meeting_sweep,
};

text_enum! {
    /// What kind of meeting.
    pub enum MeetingKind {
        Promotion = "promotion" / "重点任务推进会",
        Observation = "observation" / "专项观摩推进会",
    }
}

row! {
    /// A meeting.
    #[derive(Clone, Debug, PartialEq)]
    #[expect(missing_docs, reason = "each field is the column of its name; the migration says what it holds")]
    pub struct Meeting {
        pub region: Region,
        pub id: Id,
        pub org: Id,
        pub kind: MeetingKind,
        pub title: String,
        pub theme: String,
        pub day: Day,
        pub outcome: Option<String>,
        pub held_day: Option<Day>,
        pub created_day: Day,
        pub account_region: Region,
        pub account: Id,
        pub nonce: String,
    }
}

row! {
    /// A stop of the route.
    #[derive(Clone, Debug, PartialEq)]
    #[expect(missing_docs, reason = "each field is the column of its name; the migration says what it holds")]
    pub struct MeetingStop {
        pub region: Region,
        pub meeting: Id,
        pub n: i64,
        pub unit_region: Option<Region>,
        pub unit: Option<Id>,
        pub place: String,
        pub seen: String,
    }
}

row! {
    /// An organisation that comes to see.
    #[derive(Clone, Debug, PartialEq)]
    #[expect(missing_docs, reason = "each field is the column of its name; the migration says what it holds")]
    pub struct MeetingObserver {
        pub region: Region,
        pub meeting: Id,
        pub n: i64,
        pub org_region: Region,
        pub org: Id,
        pub name: String,
    }
}

row! {
    /// What is worth copying.
    #[derive(Clone, Debug, PartialEq)]
    #[expect(missing_docs, reason = "each field is the column of its name; the migration says what it holds")]
    pub struct MeetingLesson {
        pub region: Region,
        pub meeting: Id,
        pub n: i64,
        pub title: String,
        pub text: String,
        pub stop_n: Option<i64>,
    }
}

/// A meeting with all that belongs to it.
#[derive(Clone, Debug, PartialEq)]
pub struct Whole {
    /// The meeting.
    pub meeting: Meeting,
    /// Its route.
    pub stops: Vec<MeetingStop>,
    /// Who comes.
    pub observers: Vec<MeetingObserver>,
    /// What is worth copying.
    pub lessons: Vec<MeetingLesson>,
}

const COLUMNS: &str =
    "select x.region, x.id, x.org, x.kind, x.title, x.theme, x.day, x.outcome, x.held_day, x.created_day,
    x.account_region, x.account, x.nonce from meeting x where";

/// Writes meetings.
pub async fn meeting_add(tx: &mut Tx, all: &[Whole]) -> Result<()> {
    let rows = all.iter().map(|Whole { meeting: m, .. }| {
        values![
            m.region,
            m.id,
            m.org,
            m.kind,
            &m.title,
            &m.theme,
            m.day,
            &m.outcome,
            m.held_day,
            m.created_day,
            m.account_region,
            m.account,
            &m.nonce
        ]
    });
    let head = "insert into meeting (region, id, org, kind, title, theme, day, outcome, held_day, created_day,
        account_region, account, nonce)";
    insert_many(tx, head, rows.collect(), "").await?;
    let stops = all.iter().flat_map(|whole| &whole.stops);
    let stops = stops.map(|s| values![s.region, s.meeting, s.n, s.unit_region, s.unit, &s.place, &s.seen]);
    let head = "insert into meeting_stop (region, meeting, n, unit_region, unit, place, seen)";
    insert_many(tx, head, stops.collect(), "").await?;
    let observers = all.iter().flat_map(|whole| &whole.observers);
    let observers = observers.map(|o| values![o.region, o.meeting, o.n, o.org_region, o.org, &o.name]);
    let head = "insert into meeting_observer (region, meeting, n, org_region, org, name)";
    insert_many(tx, head, observers.collect(), "").await?;
    lesson_add(tx, &all.iter().flat_map(|whole| whole.lessons.clone()).collect::<Vec<_>>()).await
}

/// Adds what is worth copying.
pub async fn lesson_add(tx: &mut Tx, lessons: &[MeetingLesson]) -> Result<()> {
    let rows = lessons.iter().map(|l| values![l.region, l.meeting, l.n, &l.title, &l.text, l.stop_n]);
    insert_many(tx, "insert into meeting_lesson (region, meeting, n, title, text, stop_n)", rows.collect(), "").await?;
    Ok(())
}

/// A meeting.
pub async fn meeting_find(tx: &mut Tx, id: Id) -> Result<Option<Meeting>> {
    let base = Filter::new(COLUMNS).then("x.region = ?").bind(id.region()).and("x.id = ?").bind(id);
    base.query().fetch_optional(tx).await
}

/// The same, locked.
pub async fn meeting_lock(tx: &mut Tx, id: Id) -> Result<Option<Meeting>> {
    let base = Filter::new(COLUMNS).then("x.region = ?").bind(id.region()).and("x.id = ?").bind(id);
    base.locked(tx).query().fetch_optional(tx).await
}

/// The one that this word has made.
pub async fn meeting_nonce(tx: &mut Tx, region: Region, nonce: &str) -> Result<Option<Meeting>> {
    let base = Filter::new(COLUMNS).then("x.region = ?").bind(region).and("x.nonce = ?").bind(nonce);
    base.query().fetch_optional(tx).await
}

/// Meetings of these regions, the newest first.
pub async fn meeting_list(
    tx: &mut Tx,
    regions: &[Region],
    kind: Option<MeetingKind>,
    after: Option<(Day, Id)>,
    limit: i64,
) -> Result<Vec<Meeting>> {
    let base = Filter::new(COLUMNS).then("x.region in (?)").bind_list(regions.iter().copied());
    let mut base = base.and_some("x.kind = ?", kind);
    if let Some((day, id)) = after {
        base = base.and("x.day < ? or (x.day = ? and x.id < ?)").bind(day).bind(day).bind(id);
    }
    base.then("order by x.day desc, x.id desc limit ?").bind(limit).query().fetch_all(tx).await
}

/// Says that a meeting was held and what came of it.
pub async fn meeting_held(tx: &mut Tx, id: Id, day: Day, outcome: &str) -> Result<()> {
    let update = query("update meeting set held_day = $1, outcome = $2 where region = $3 and id = $4");
    update.bind(day).bind(outcome).bind(id.region()).bind(id).execute(tx).await?;
    Ok(())
}

/// The route.
pub async fn stop_list(tx: &mut Tx, meeting: Id) -> Result<Vec<MeetingStop>> {
    let rows = query(
        "select region, meeting, n, unit_region, unit, place, seen from meeting_stop
         where region = $1 and meeting = $2 order by n",
    );
    rows.bind(meeting.region()).bind(meeting).fetch_all(tx).await
}

/// Who comes to see.
pub async fn observer_list(tx: &mut Tx, meeting: Id) -> Result<Vec<MeetingObserver>> {
    let rows = query(
        "select region, meeting, n, org_region, org, name from meeting_observer
         where region = $1 and meeting = $2 order by n",
    );
    rows.bind(meeting.region()).bind(meeting).fetch_all(tx).await
}

/// What is worth copying.
pub async fn lesson_list(tx: &mut Tx, meeting: Id) -> Result<Vec<MeetingLesson>> {
    let rows = query(
        "select region, meeting, n, title, text, stop_n from meeting_lesson where region = $1 and meeting = $2 order by n",
    );
    rows.bind(meeting.region()).bind(meeting).fetch_all(tx).await
}

const COUNTED: Columns =
    Columns { id: "x.id", region: "x.region", day: "x.held_day", title: "x.title", ..Columns::NONE };

/// Promotion meetings that were held.
pub(crate) fn promotion(cut: &Cut) -> Selection {
    let rows = "from meeting x where x.kind = 'promotion' and x.held_day is not null";
    Selection::new(rows, COUNTED).within(cut).during(cut)
}

/// Observation meetings that were held.
pub(crate) fn observation(cut: &Cut) -> Selection {
    let rows = "from meeting x where x.kind = 'observation' and x.held_day is not null";
    Selection::new(rows, COUNTED).within(cut).during(cut)
}
