//! Tests as they are set.

use huiyin_base::{Day, Id, Instant, Region};
use huiyin_db::{Filter, Result, Tx, insert_many, query, row, text_enum, values};
use huiyin_directory::OrgRef;

text_enum! {
    /// How far a test is.
    pub enum ExamState {
        Draft = "draft" / "还没开放",
        Open = "open" / "已开放",
        Ended = "ended" / "提前结束",
    }
}

text_enum! {
    /// When the taker reads what was right.
    pub enum Feedback {
        AtOnce = "at_once" / "交卷后就看答案和解析",
        AfterClose = "after_close" / "测试结束后看答案和解析",
        MarksOnly = "marks_only" / "只看得分",
    }
}

row! {
    /// A test.
    #[derive(Clone, Debug, PartialEq)]
    #[expect(missing_docs, reason = "each field is the column of its name; the migration says what it holds")]
    pub struct Exam {
        pub id: Id,
        pub org_region: Region,
        pub org: Id,
        pub title: String,
        pub note: String,
        pub opens_at: Instant,
        pub closes_at: Instant,
        pub minutes: i64,
        pub tries: i64,
        pub feedback: Feedback,
        pub shuffled: bool,
        pub state: ExamState,
        pub audience_region: Option<Region>,
        pub audience: Option<Id>,
        pub seed: i64,
        pub digest: String,
        pub created_day: Day,
        pub account_region: Region,
        pub account: Id,
        pub nonce: String,
    }
}

row! {
    /// A part of a test.
    #[derive(Clone, Debug, PartialEq)]
    #[expect(missing_docs, reason = "each field is the column of its name; the migration says what it holds")]
    pub struct ExamSection {
        pub exam: Id,
        pub n: i64,
        pub title: String,
        pub marks: i64,
        pub drawn: i64,
        pub category: String,
        pub kind: String,
        pub tag: String,
    }
}

row! {
    /// A question from which papers are dealt.
    #[derive(Clone, Debug, PartialEq)]
    #[expect(missing_docs, reason = "each field is the column of its name; the migration says what it holds")]
    pub struct ExamItem {
        pub exam: Id,
        pub n: i64,
        pub section: i64,
        pub question: Id,
        pub version: i64,
    }
}

const COLUMNS: &str = "select x.id, x.org_region, x.org, x.title, x.note, x.opens_at, x.closes_at, x.minutes, x.tries,
    x.feedback, x.shuffled, x.state, x.audience_region, x.audience, x.seed, x.digest, x.created_day,
    x.account_region, x.account, x.nonce from exam x where";

/// Writes a test with its sections.
pub async fn exam_add(tx: &mut Tx, exam: &Exam, sections: &[ExamSection]) -> Result<()> {
    let e = exam;
    let row = values![
        e.id,
        e.org_region,
        e.org,
        &e.title,
        &e.note,
        e.opens_at,
        e.closes_at,
        e.minutes,
        e.tries,
        e.feedback,
        e.shuffled,
        e.state,
        e.audience_region,
        e.audience,
        e.seed,
        &e.digest,
        e.created_day,
        e.account_region,
        e.account,
        &e.nonce
    ];
    let head =
        "insert into exam (id, org_region, org, title, note, opens_at, closes_at, minutes, tries, feedback, shuffled,
        state, audience_region, audience, seed, digest, created_day, account_region, account, nonce)";
    insert_many(tx, head, vec![row], "").await?;
    let rows = sections.iter().map(|s| values![s.exam, s.n, &s.title, s.marks, s.drawn, &s.category, &s.kind, &s.tag]);
    let head = "insert into exam_section (exam, n, title, marks, drawn, category, kind, tag)";
    insert_many(tx, head, rows.collect(), "").await?;
    Ok(())
}

/// A test.
pub async fn exam_find(tx: &mut Tx, id: Id) -> Result<Option<Exam>> {
    Filter::new(COLUMNS).then("x.id = ?").bind(id).query().fetch_optional(tx).await
}

/// The same, locked.
pub async fn exam_lock(tx: &mut Tx, id: Id) -> Result<Option<Exam>> {
    Filter::new(COLUMNS).then("x.id = ?").bind(id).locked(tx).query().fetch_optional(tx).await
}

/// The one that this word has made.
pub async fn exam_nonce(tx: &mut Tx, nonce: &str) -> Result<Option<Exam>> {
    Filter::new(COLUMNS).then("x.nonce = ?").bind(nonce).query().fetch_optional(tx).await
}

/// The tests of these organisations, the newest first.
pub async fn exam_list_of(tx: &mut Tx, orgs: &[OrgRef], limit: i64) -> Result<Vec<Exam>> {
    let base = Filter::new(COLUMNS).then("x.org in (?)").bind_list(orgs.iter().map(|org| org.id));
    base.then("order by x.id desc limit ?").bind(limit).query().fetch_all(tx).await
}

/// The tests that are open and whose end is after `since`, the next to end first.
pub async fn exam_list_open(tx: &mut Tx, since: Instant, limit: i64) -> Result<Vec<Exam>> {
    let base = Filter::new(COLUMNS).then("x.state <> ?").bind(ExamState::Draft).and("x.closes_at > ?").bind(since);
    base.then("order by x.closes_at, x.id limit ?").bind(limit).query().fetch_all(tx).await
}

/// Opens or ends a test.
pub async fn exam_change(tx: &mut Tx, id: Id, state: ExamState, digest: &str, closes_at: Instant) -> Result<()> {
    let update = query("update exam set state = $1, digest = $2, closes_at = $3 where id = $4");
    update.bind(state).bind(digest).bind(closes_at).bind(id).execute(tx).await?;
    Ok(())
}

/// The sections of a test.
pub async fn exam_section_list(tx: &mut Tx, exam: Id) -> Result<Vec<ExamSection>> {
    let rows =
        query("select exam, n, title, marks, drawn, category, kind, tag from exam_section where exam = $1 order by n");
    rows.bind(exam).fetch_all(tx).await
}

/// Lays the questions of a test down.
pub async fn exam_item_put(tx: &mut Tx, items: &[ExamItem]) -> Result<()> {
    let rows = items.iter().map(|item| values![item.exam, item.n, item.section, item.question, item.version]);
    let head = "insert into exam_item (exam, n, section, question, version)";
    insert_many(tx, head, rows.collect(), "").await?;
    Ok(())
}

/// The questions of a test.
pub async fn exam_item_list(tx: &mut Tx, exam: Id) -> Result<Vec<ExamItem>> {
    let rows = query("select exam, n, section, question, version from exam_item where exam = $1 order by n");
    rows.bind(exam).fetch_all(tx).await
}

/// What the questions of a test hold, in the order of their places.
pub async fn item_question_list(tx: &mut Tx, exam: Id) -> Result<Vec<String>> {
    let rows = query(
        "select v.body from exam_item i join question_version v on v.question = i.question and v.version = i.version
         where i.exam = $1 order by i.n",
    );
    rows.bind(exam).fetch_column(tx).await
}
