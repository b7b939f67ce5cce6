//! What arrived after the end.

use huiyin_base::{Day, Id, Instant, Region};
use huiyin_db::{Filter, Result, Tx, insert_many, query, row, text_enum, values};

text_enum! {
    /// What was decided about an answer that came late.
    pub enum LateState {
        Waiting = "waiting" / "等待核对",
        Accepted = "accepted" / "已算进去",
        Declined = "declined" / "没有算进去",
    }
}

row! {
    /// An answer that came late.
    #[derive(Clone, Debug, PartialEq)]
    #[expect(missing_docs, reason = "each field is the column of its name; the migration says what it holds")]
    pub struct LateRow {
        pub region: Region,
        pub sitting: Id,
        pub place: i64,
        pub seq: i64,
        pub device: String,
        pub exam: Id,
        pub value: String,
        pub written_at: Instant,
        pub received_at: Instant,
        pub state: LateState,
        pub reason: Option<String>,
        pub decided_day: Option<Day>,
    }
}

const COLUMNS: &str =
    "select x.region, x.sitting, x.place, x.seq, x.device, x.exam, x.value, x.written_at, x.received_at,
    x.state, x.reason, x.decided_day from sitting_late x where";

/// Keeps what came late; the same one once.
pub async fn late_add(tx: &mut Tx, late: &[LateRow]) -> Result<()> {
    let rows = late.iter().map(|l| {
        values![
            l.region,
            l.sitting,
            l.place,
            l.seq,
            &l.device,
            l.exam,
            &l.value,
            l.written_at,
            l.received_at,
            l.state,
            &l.reason,
            l.decided_day
        ]
    });
    let head = "insert into sitting_late (region, sitting, place, seq, device, exam, value, written_at, received_at, state, reason, decided_day)";
    insert_many(tx, head, rows.collect(), "on conflict (region, sitting, place, seq, device) do nothing").await?;
    Ok(())
}

/// What of a test waits for somebody to look.
pub async fn late_list(tx: &mut Tx, exam: Id, limit: i64) -> Result<Vec<LateRow>> {
    let base = Filter::new(COLUMNS).then("x.exam = ?").bind(exam).and("x.state = ?").bind(LateState::Waiting);
    base.then("order by x.received_at, x.sitting, x.place limit ?").bind(limit).query().fetch_all(tx).await
}

/// All that waits of these people's goes.
pub async fn late_list_waiting(tx: &mut Tx, sittings: &[Id]) -> Result<Vec<LateRow>> {
    let base = Filter::new(COLUMNS).then("x.sitting in (?)").bind_list(sittings.iter().copied());
    let base = base.and("x.region in (?)").bind_list(sittings.iter().map(|id| id.region()));
    let base = base.and("x.state = ?").bind(LateState::Waiting);
    base.then("order by x.received_at, x.sitting, x.place").query().fetch_all(tx).await
}

/// How many that is.
pub async fn late_count(tx: &mut Tx, exam: Id) -> Result<i64> {
    let count = query("select count(*) from sitting_late where exam = $1 and state = $2");
    count.bind(exam).bind(LateState::Waiting).fetch_scalar(tx).await
}

/// What of one person's go came late.
pub async fn late_list_of(tx: &mut Tx, sitting: Id) -> Result<Vec<LateRow>> {
    let base = Filter::new(COLUMNS).then("x.region = ?").bind(sitting.region()).and("x.sitting = ?").bind(sitting);
    base.then("order by x.place, x.seq").query().fetch_all(tx).await
}

/// One of them, locked.
pub async fn late_find(tx: &mut Tx, sitting: Id, place: i64, seq: i64, device: &str) -> Result<Option<LateRow>> {
    let base = Filter::new(COLUMNS).then("x.region = ?").bind(sitting.region()).and("x.sitting = ?").bind(sitting);
    let base = base.and("x.place = ?").bind(place).and("x.seq = ?").bind(seq).and("x.device = ?").bind(device);
    base.locked(tx).query().fetch_optional(tx).await
}

/// Writes what was decided.
pub async fn late_decide(tx: &mut Tx, late: &LateRow) -> Result<()> {
    let update = query(
        "update sitting_late set state = $1, reason = $2, decided_day = $3
         where region = $4 and sitting = $5 and place = $6 and seq = $7 and device = $8",
    );
    let update = update.bind(late.state).bind(&late.reason).bind(late.decided_day);
    let update = update.bind(late.region).bind(late.sitting).bind(late.place).bind(late.seq).bind(&late.device);
    update.execute(tx).await?;
    Ok(())
}
