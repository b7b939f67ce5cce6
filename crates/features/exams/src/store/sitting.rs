//! What people answered, at home with them.

use huiyin_base::{Id, Instant, Region};
use huiyin_db::{Filter, Result, Tx, insert_many, query, row, text_enum, values};

text_enum! {
    /// How far somebody's go at a test is.
    pub enum SittingState {
        Printed = "printed" / "纸质卷",
        Open = "open" / "答题中",
        Submitted = "submitted" / "已交卷",
        Waiting = "waiting" / "等待阅卷",
        Marked = "marked" / "已出结果",
    }
}

row! {
    /// One person's go at a test.
    #[derive(Clone, Debug, PartialEq)]
    #[expect(missing_docs, reason = "each field is the column of its name; the migration says what it holds")]
    pub struct Sitting {
        pub region: Region,
        pub id: Id,
        pub exam: Id,
        pub taker: Id,
        pub n: i64,
        pub state: SittingState,
        pub started_at: Instant,
        pub ends_at: Instant,
        pub submitted_at: Option<Instant>,
        pub marks: Option<i64>,
        pub out_of: i64,
    }
}

row! {
    /// An answer.
    #[derive(Clone, Debug, PartialEq)]
    #[expect(missing_docs, reason = "each field is the column of its name; the migration says what it holds")]
    pub struct AnswerRow {
        pub region: Region,
        pub sitting: Id,
        pub place: i64,
        pub seq: i64,
        pub device: String,
        pub value: String,
        pub received_at: Instant,
        pub part: Option<i64>,
        pub words: Option<String>,
    }
}

row! {
    /// How a question went.
    #[derive(Clone, Debug, PartialEq)]
    #[expect(missing_docs, reason = "each field is the column of its name; the migration says what it holds")]
    pub struct ItemTotal {
        pub question: Id,
        pub taken: i64,
        pub answered: i64,
        pub parts: i64,
    }
}

const COLUMNS: &str = "select x.region, x.id, x.exam, x.taker, x.n, x.state, x.started_at, x.ends_at, x.submitted_at,
    x.marks, x.out_of from sitting x where";

/// Begins one; false where this person has one of this number already.
pub async fn sitting_add(tx: &mut Tx, s: &Sitting) -> Result<bool> {
    let insert = query(
        "insert into sitting (region, id, exam, taker, n, state, started_at, ends_at, submitted_at, marks, out_of)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) on conflict (region, taker, exam, n) do nothing",
    );
    let insert = insert.bind(s.region).bind(s.id).bind(s.exam).bind(s.taker).bind(s.n).bind(s.state);
    let insert = insert.bind(s.started_at).bind(s.ends_at).bind(s.submitted_at).bind(s.marks).bind(s.out_of);
    Ok(insert.execute(tx).await? > 0)
}

/// How many papers are kept of this person.
pub async fn sitting_total(tx: &mut Tx, taker: Id) -> Result<i64> {
    let count = query("select count(*) from sitting where region = $1 and taker = $2");
    count.bind(taker.region()).bind(taker).fetch_scalar(tx).await
}

/// One of this person's.
pub async fn sitting_find(tx: &mut Tx, taker: Id, id: Id) -> Result<Option<Sitting>> {
    let base = Filter::new(COLUMNS).then("x.region = ?").bind(id.region()).and("x.id = ?").bind(id);
    base.and("x.taker = ?").bind(taker).query().fetch_optional(tx).await
}

/// Anybody's, for those who mark without knowing whose it is.
pub async fn sitting_get(tx: &mut Tx, id: Id) -> Result<Option<Sitting>> {
    let base = Filter::new(COLUMNS).then("x.region = ?").bind(id.region()).and("x.id = ?").bind(id);
    base.query().fetch_optional(tx).await
}

/// Several of anybody's, in no order.
pub async fn sitting_get_many(tx: &mut Tx, ids: &[Id]) -> Result<Vec<Sitting>> {
    let base = Filter::new(COLUMNS).then("x.id in (?)").bind_list(ids.iter().copied());
    base.and("x.region in (?)").bind_list(ids.iter().map(|id| id.region())).query().fetch_all(tx).await
}

/// The same, or for a job anybody's, locked.
pub async fn sitting_lock(tx: &mut Tx, taker: Option<Id>, id: Id) -> Result<Option<Sitting>> {
    let base = Filter::new(COLUMNS).then("x.region = ?").bind(id.region()).and("x.id = ?").bind(id);
    base.and_some("x.taker = ?", taker).locked(tx).query().fetch_optional(tx).await
}

/// All of this person's at one test.
pub async fn sitting_list(tx: &mut Tx, taker: Id, exam: Id) -> Result<Vec<Sitting>> {
    let base = Filter::new(COLUMNS).then("x.region = ?").bind(taker.region()).and("x.taker = ?").bind(taker);
    base.and("x.exam = ?").bind(exam).then("order by x.n").query().fetch_all(tx).await
}

/// This person's latest.
pub async fn sitting_recent(tx: &mut Tx, taker: Id, limit: i64) -> Result<Vec<Sitting>> {
    let base = Filter::new(COLUMNS).then("x.region = ?").bind(taker.region()).and("x.taker = ?").bind(taker);
    base.then("order by x.id desc limit ?").bind(limit).query().fetch_all(tx).await
}

/// How many there are of a test, whoever they belong to.
pub async fn sitting_count(tx: &mut Tx, exam: Id, state: Option<SittingState>) -> Result<i64> {
    let base = Filter::new("select count(*) from sitting x where x.exam = ?").bind(exam).and_some("x.state = ?", state);
    base.query().fetch_scalar(tx).await
}

/// Hands one in that is at `from`, open or printed.
pub async fn sitting_submit(tx: &mut Tx, id: Id, from: SittingState, at: Instant) -> Result<()> {
    let update = query("update sitting set state = $1, submitted_at = $2 where region = $3 and id = $4 and state = $5");
    let update = update.bind(SittingState::Submitted).bind(at).bind(id.region()).bind(id);
    update.bind(from).execute(tx).await?;
    Ok(())
}

/// Sends one back to be marked once more.
pub async fn sitting_state(tx: &mut Tx, id: Id, state: SittingState) -> Result<()> {
    let update = query("update sitting set state = $1 where region = $2 and id = $3");
    update.bind(state).bind(id.region()).bind(id).execute(tx).await?;
    Ok(())
}

/// Writes what one came to.
pub async fn sitting_marked(tx: &mut Tx, id: Id, state: SittingState, marks: i64) -> Result<()> {
    let update = query("update sitting set state = $1, marks = $2 where region = $3 and id = $4");
    update.bind(state).bind(marks).bind(id.region()).bind(id).execute(tx).await?;
    Ok(())
}

/// Hands in what nobody has handed in and whose time was over at `before`; gives how many.
pub async fn sitting_close_due(tx: &mut Tx, before: Instant, limit: i64) -> Result<u64> {
    let base = Filter::new("select region, id from sitting where state = ?").bind(SittingState::Open);
    let due = base.and("ends_at < ?").bind(before).then("order by ends_at limit ?").bind(limit);
    let due: Vec<(Region, Id)> = due.query().fetch_all(tx).await?;
    let mut closed = 0;
    for (region, id) in due {
        let update =
            query("update sitting set state = $1, submitted_at = ends_at where region = $2 and id = $3 and state = $4");
        let update = update.bind(SittingState::Submitted).bind(region).bind(id).bind(SittingState::Open);
        closed += update.execute(tx).await?;
    }
    Ok(closed)
}

/// Those that wait to be marked.
pub async fn sitting_submitted(tx: &mut Tx, limit: i64) -> Result<Vec<Sitting>> {
    let base = Filter::new(COLUMNS).then("x.state = ?").bind(SittingState::Submitted);
    base.then("order by x.ends_at limit ?").bind(limit).query().fetch_all(tx).await
}

/// Deletes what began before `before`, with all that belongs to it.
pub async fn sitting_sweep(tx: &mut Tx, before: Instant, limit: i64) -> Result<u64> {
    let old = query("select region, id from sitting where started_at < $1 order by started_at limit $2");
    let old: Vec<(Region, Id)> = old.bind(before).bind(limit).fetch_all(tx).await?;
    for (region, id) in &old {
        for delete in [
            "delete from sitting_answer where region = $1 and sitting = $2",
            "delete from sitting_late where region = $1 and sitting = $2",
            "delete from sheet_lookup where region = $1 and id = $2",
            "delete from exam_sheet where region = $1 and sitting = $2",
            "delete from sitting where region = $1 and id = $2",
        ] {
            query(delete).bind(*region).bind(*id).execute(tx).await?;
        }
    }
    Ok(old.len() as u64)
}

/// Keeps an answer where it is newer than what is there.
pub async fn answer_put(tx: &mut Tx, answers: &[AnswerRow]) -> Result<()> {
    let rows = answers.iter().map(|a| values![a.region, a.sitting, a.place, a.seq, &a.device, &a.value, a.received_at]);
    let head = "insert into sitting_answer (region, sitting, place, seq, device, value, received_at)";
    let newer = "on conflict (region, sitting, place) do update
        set seq = excluded.seq, device = excluded.device, value = excluded.value, received_at = excluded.received_at
        where excluded.seq > sitting_answer.seq
           or (excluded.seq = sitting_answer.seq and excluded.device > sitting_answer.device)";
    insert_many(tx, head, rows.collect(), newer).await?;
    Ok(())
}

/// The answers of one.
pub async fn answer_list(tx: &mut Tx, sitting: Id) -> Result<Vec<AnswerRow>> {
    let rows = query(
        "select region, sitting, place, seq, device, value, received_at, part, words from sitting_answer
         where region = $1 and sitting = $2 order by place",
    );
    rows.bind(sitting.region()).bind(sitting).fetch_all(tx).await
}

/// The answers of several.
pub async fn answer_list_many(tx: &mut Tx, sittings: &[Id]) -> Result<Vec<AnswerRow>> {
    let base = Filter::new(
        "select region, sitting, place, seq, device, value, received_at, part, words from sitting_answer where",
    );
    let base = base.then("sitting in (?)").bind_list(sittings.iter().copied());
    base.and("region in (?)").bind_list(sittings.iter().map(|id| id.region())).query().fetch_all(tx).await
}

/// Writes what a marker gave; false where somebody was first.
pub async fn answer_mark(tx: &mut Tx, sitting: Id, place: i64, part: i64, words: &str) -> Result<bool> {
    let update = query(
        "update sitting_answer set part = $1, words = $2
         where region = $3 and sitting = $4 and place = $5 and part is null",
    );
    let update = update.bind(part).bind(words).bind(sitting.region()).bind(sitting).bind(place);
    Ok(update.execute(tx).await? > 0)
}

/// Goes at a test that wait for a marker, the oldest first.
pub async fn unmarked_list(tx: &mut Tx, exam: Id, limit: i64) -> Result<Vec<Sitting>> {
    let base = Filter::new(COLUMNS).then("x.exam = ?").bind(exam).and("x.state = ?").bind(SittingState::Waiting);
    base.then("order by x.submitted_at, x.id limit ?").bind(limit).query().fetch_all(tx).await
}

/// Adds to how questions went.
pub async fn item_total_add(tx: &mut Tx, region: Region, exam: Id, totals: &[ItemTotal]) -> Result<()> {
    let rows = totals.iter().map(|t| values![region, exam, t.question, t.taken, t.answered, t.parts]);
    let head = "insert into item_total (region, exam, question, taken, answered, parts)";
    let sum = "on conflict (region, exam, question) do update set taken = item_total.taken + excluded.taken,
        answered = item_total.answered + excluded.answered, parts = item_total.parts + excluded.parts";
    insert_many(tx, head, rows.collect(), sum).await?;
    Ok(())
}

/// How the questions of a test went in the whole city; only those that at least `least` papers held.
pub async fn item_total_list(tx: &mut Tx, exam: Id, least: i64) -> Result<Vec<ItemTotal>> {
    let rows = query(
        "select question, cast(sum(taken) as bigint) as taken, cast(sum(answered) as bigint) as answered,
            cast(sum(parts) as bigint) as parts
         from item_total where exam = $1 group by question having sum(taken) >= $2 order by question",
    );
    rows.bind(exam).bind(least).fetch_all(tx).await
}
