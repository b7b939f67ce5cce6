//! One act asked for many cases at once, and what became of each.

use huiyin_base::{Day, Id, Region};
use huiyin_db::{Filter, Result, Tx, insert_many, query, row, text_enum, values};
use huiyin_directory::AccountRef;

use crate::CaseRef;

text_enum! {
    /// What became of one case.
    pub enum RowState {
        Waiting = "waiting" / "等待",
        Done = "done" / "已办",
        Refused = "refused" / "没有办成",
    }
}

row! {
    /// One bulk act.
    #[derive(Clone, Debug, PartialEq)]
    #[expect(missing_docs, reason = "each field is the column of its name; the migration says what it holds")]
    pub struct BulkRun {
        pub region: Region,
        pub id: Id,
        pub account: Id,
        pub action: String,
        pub input: String,
        pub total: i64,
        pub created_day: Day,
    }
}

row! {
    /// One case of it.
    #[derive(Clone, Debug, PartialEq)]
    #[expect(missing_docs, reason = "each field is the column of its name; the migration says what it holds")]
    pub struct BulkRow {
        pub region: Region,
        pub run: Id,
        pub n: i64,
        pub case_region: Region,
        pub case_id: Id,
        pub state: RowState,
        pub message: Option<String>,
    }
}

impl BulkRow {
    /// The case.
    pub fn case(&self) -> CaseRef {
        CaseRef { region: self.case_region, id: self.case_id }
    }
}

/// Writes a run with its rows; false where the same form wrote it before.
pub async fn bulk_run_add(tx: &mut Tx, run: &BulkRun, rows: &[BulkRow]) -> Result<bool> {
    let head = "insert into bulk_run (region, id, account, action, input, total, created_day)";
    let line = values![run.region, run.id, run.account, &run.action, &run.input, run.total, run.created_day];
    if insert_many(tx, head, vec![line], "on conflict do nothing").await? == 0 {
        return Ok(false);
    }
    let lines = rows.iter().map(|row| {
        values![row.region, row.run, row.n, row.case_region, row.case_id, row.state, row.message.as_deref()]
    });
    let head = "insert into bulk_row (region, run, n, case_region, case_id, state, message)";
    insert_many(tx, head, lines.collect(), "").await?;
    Ok(true)
}

/// A run of this account's; nobody else finds it.
pub async fn bulk_run_find(tx: &mut Tx, account: AccountRef, id: Id) -> Result<Option<BulkRun>> {
    let find = query("select * from bulk_run where region = $1 and id = $2 and account = $3");
    find.bind(account.region).bind(id).bind(account.id).fetch_optional(tx).await
}

/// The newest runs of an account.
pub async fn bulk_run_list(tx: &mut Tx, account: AccountRef, limit: i64) -> Result<Vec<BulkRun>> {
    let list =
        query("select * from bulk_run where region = $1 and account = $2 order by created_day desc, id desc limit $3");
    list.bind(account.region).bind(account.id).bind(limit).fetch_all(tx).await
}

/// A run without its account: for the job that does it.
pub async fn bulk_run_get(tx: &mut Tx, region: Region, id: Id) -> Result<Option<BulkRun>> {
    query("select * from bulk_run where region = $1 and id = $2").bind(region).bind(id).fetch_optional(tx).await
}

/// The rows of a run: those of one state, or all, refused ones first.
pub async fn bulk_row_list(
    tx: &mut Tx,
    region: Region,
    run: Id,
    state: Option<RowState>,
    limit: i64,
) -> Result<Vec<BulkRow>> {
    let base = Filter::new("select * from bulk_row where region = ?").bind(region).and("run = ?").bind(run);
    let base = base.and_some("state = ?", state);
    base.then("order by state desc, n limit ?").bind(limit).query().fetch_all(tx).await
}

/// How many rows stand in each state.
pub async fn bulk_row_count(tx: &mut Tx, region: Region, run: Id) -> Result<Vec<(RowState, i64)>> {
    let count = query("select state, count(*) from bulk_row where region = $1 and run = $2 group by state");
    count.bind(region).bind(run).fetch_all(tx).await
}

/// Says what became of a row that still waits; false where somebody was faster. It stands in the transaction of the act, so
/// that a job which runs twice does nothing twice.
pub async fn bulk_row_end(tx: &mut Tx, row: &BulkRow, state: RowState, message: Option<&str>) -> Result<bool> {
    let end = query(
        "update bulk_row set state = $4, message = $5
         where region = $1 and run = $2 and n = $3 and state = 'waiting'",
    );
    let end = end.bind(row.region).bind(row.run).bind(row.n).bind(state).bind(message);
    Ok(end.execute(tx).await? == 1)
}

/// Forgets what was asked for before `day`, once all of it is done.
pub async fn bulk_run_sweep(tx: &mut Tx, region: Region, day: Day) -> Result<u64> {
    let rows = query(
        "delete from bulk_row where region = $1 and run in (
             select r.id from bulk_run r where r.region = $1 and r.created_day < $2 and not exists (
                 select 1 from bulk_row w where w.region = r.region and w.run = r.id and w.state = 'waiting'))",
    );
    rows.bind(region).bind(day).execute(tx).await?;
    let runs = query(
        "delete from bulk_run where region = $1 and created_day < $2 and not exists (
             select 1 from bulk_row w where w.region = bulk_run.region and w.run = bulk_run.id)",
    );
    runs.bind(region).bind(day).execute(tx).await
}
