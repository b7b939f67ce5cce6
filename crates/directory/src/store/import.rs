use huiyin_base::{Day, Id, Instant, Region};
use huiyin_db::{Filter, Result, Tx, insert_many, query, row, values};

use crate::import::{ImportBatch, ImportState, ImportTable, NewBatch, RowAction};

row! {
    /// A staged row.
    #[derive(Clone, Debug)]
    pub struct ImportRow {
        /// As the sheet numbers it.
        pub number: u32,
        /// Sealed: the cells as they came.
        pub cells: Vec<u8>,
        /// Sealed: what is to be written.
        pub plan: Option<Vec<u8>>,
        /// What becomes of it.
        pub action: Option<RowAction>,
        /// What a person reads.
        pub message: Option<String>,
        /// Its place in the order of writing.
        pub step: Option<i64>,
    }
}

row! {
    /// What became of a row, without its cells.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct ImportMessage {
        /// As the sheet numbers it.
        pub number: u32,
        /// What becomes of it.
        pub action: RowAction,
        /// What a person reads.
        pub message: String,
    }
}

/// Begins an import; its rows follow.
pub async fn import_batch_add(
    tx: &mut Tx,
    batch: &NewBatch,
    table: &ImportTable,
    rows: usize,
    now: Instant,
) -> Result<()> {
    let json = |value: serde_json::Value| value.to_string();
    let add =
        "insert into import_batch (region, id, kind, file_name, headers, places, notices, scope, state, rows_total,
        rows_refused, steps_total, steps_done, created_by, created_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 0, 0, 0, $11, $12)";
    let add = query(add).bind(batch.id.region()).bind(batch.id).bind(batch.kind).bind(&batch.file_name);
    let add = add.bind(json(table.headers.clone().into())).bind(json(serde_json::json!(table.places)));
    let add = add.bind(json(table.notices.clone().into())).bind(json(serde_json::json!(batch.scope)));
    let add = add.bind(ImportState::Reading).bind(i64::try_from(rows).unwrap_or(i64::MAX));
    add.bind(batch.created_by).bind(now).execute(tx).await?;
    Ok(())
}

/// One import.
pub async fn import_batch_find(tx: &mut Tx, batch: Id) -> Result<Option<ImportBatch>> {
    let rows = query("select * from import_batch where region = $1 and id = $2");
    rows.bind(batch.region()).bind(batch).fetch_optional(tx).await
}

/// The imports of a region, the latest first.
pub async fn import_batch_list(tx: &mut Tx, region: Region, limit: u32) -> Result<Vec<ImportBatch>> {
    let rows = query("select * from import_batch where region = $1 order by id desc limit $2");
    rows.bind(region).bind(limit).fetch_all(tx).await
}

/// Moves an import on, if it still stands at `from`.
pub async fn import_batch_advance(tx: &mut Tx, batch: Id, from: ImportState, to: ImportState) -> Result<bool> {
    let change = query("update import_batch set state = $4 where region = $1 and id = $2 and state = $3");
    Ok(change.bind(batch.region()).bind(batch).bind(from).bind(to).execute(tx).await? == 1)
}

/// Notes the check's findings.
pub async fn import_batch_checked(tx: &mut Tx, batch: Id, refused: i64, steps: i64) -> Result<bool> {
    let change = "update import_batch set state = $5, rows_refused = $3, steps_total = $4, steps_done = 0
        where region = $1 and id = $2 and state in ('staged', 'checked')";
    let change = query(change).bind(batch.region()).bind(batch).bind(refused).bind(steps);
    Ok(change.bind(ImportState::Checked).execute(tx).await? == 1)
}

/// Notes that steps are written; false when somebody else wrote them.
pub async fn import_batch_step(tx: &mut Tx, batch: Id, from: i64, to: i64) -> Result<bool> {
    let change = "update import_batch set steps_done = $4
        where region = $1 and id = $2 and steps_done = $3 and state = 'applying'";
    Ok(query(change).bind(batch.region()).bind(batch).bind(from).bind(to).execute(tx).await? == 1)
}

/// Writes staged rows, or what the check found about them.
pub async fn import_row_put_many(tx: &mut Tx, batch: Id, rows: Vec<ImportRow>) -> Result<()> {
    let rows = rows
        .into_iter()
        .map(|row| values![batch.region(), batch, row.number, row.cells, row.plan, row.action, row.message, row.step]);
    let head = "insert into import_row (region, batch, number, cells, plan, action, message, step)";
    let tail = "on conflict (region, batch, number) do update set plan = excluded.plan, action = excluded.action,
        message = excluded.message, step = excluded.step";
    insert_many(tx, head, rows.collect(), tail).await?;
    Ok(())
}

/// Rows in the order of the sheet, after a number.
pub async fn import_row_list(tx: &mut Tx, batch: Id, after: u32, limit: u32) -> Result<Vec<ImportRow>> {
    let rows = "select number, cells, plan, action, message, step from import_row
        where region = $1 and batch = $2 and number > $3 order by number limit $4";
    query(rows).bind(batch.region()).bind(batch).bind(after).bind(limit).fetch_all(tx).await
}

/// Rows in the order of writing, after a step.
pub async fn import_step_list(tx: &mut Tx, batch: Id, after: i64, limit: u32) -> Result<Vec<ImportRow>> {
    let rows = "select number, cells, plan, action, message, step from import_row
        where region = $1 and batch = $2 and step > $3 order by step limit $4";
    query(rows).bind(batch.region()).bind(batch).bind(after).bind(limit).fetch_all(tx).await
}

/// How many rows are added, changed, moved, the same, refused.
pub async fn import_row_counts(tx: &mut Tx, batch: Id) -> Result<Vec<(RowAction, i64)>> {
    let rows = "select action, count(*) from import_row where region = $1 and batch = $2 and action is not null
        group by action order by action";
    query(rows).bind(batch.region()).bind(batch).fetch_all(tx).await
}

/// Messages in the order of the sheet, of one kind of outcome or of all.
pub async fn import_message_list(
    tx: &mut Tx,
    batch: Id,
    action: Option<RowAction>,
    after: u32,
    limit: u32,
) -> Result<Vec<ImportMessage>> {
    let base = "select number, action, message from import_row where region = ? and batch = ?";
    let mut filter = Filter::new(base).bind(batch.region()).bind(batch).and("number > ?").bind(after);
    filter = filter.and("action is not null and message is not null");
    if let Some(action) = action {
        filter = filter.and("action = ?").bind(action);
    }
    filter.then("order by number limit ?").bind(limit).query().fetch_all(tx).await
}

/// Brings what a batch added into force, all at once: until now its first day was `pending`.
pub async fn import_publish(tx: &mut Tx, regions: &[Region], pending: Day, day: Day) -> Result<()> {
    let orgs = query("update org set from_day = $1 where from_day = $2 and region in (list)");
    orgs.bind(day).bind(pending).bind_list(regions.iter().copied()).execute(tx).await?;
    let members = query("update membership set from_day = $1 where from_day = $2 and region in (list)");
    members.bind(day).bind(pending).bind_list(regions.iter().copied()).execute(tx).await?;
    Ok(())
}

/// Takes back what an unfinished batch of organisations added; nobody has seen it.
pub async fn import_org_withdraw(tx: &mut Tx, regions: &[Region], pending: Day) -> Result<()> {
    let ways = "delete from org_ancestor where exists (select 1 from org o where o.region = org_ancestor.region
        and o.id = org_ancestor.org and o.from_day = $1) and region in (list)";
    query(ways).bind(pending).bind_list(regions.iter().copied()).execute(tx).await?;
    let orgs = query("delete from org where from_day = $1 and region in (list)");
    orgs.bind(pending).bind_list(regions.iter().copied()).execute(tx).await?;
    Ok(())
}

/// Takes back what an unfinished batch of members added: memberships, and the new people with their blind indexes.
pub async fn import_member_withdraw(
    tx: &mut Tx,
    regions: &[Region],
    pending: Day,
    people: &[(Id, [u8; 32])],
) -> Result<()> {
    let members = query("delete from membership where from_day = $1 and region in (list)");
    members.bind(pending).bind_list(regions.iter().copied()).execute(tx).await?;
    for (person, hash) in people {
        query("delete from person_lookup where hash = $1 and id = $2").bind(*hash).bind(*person).execute(tx).await?;
        let people = query("delete from person where region = $1 and id = $2");
        people.bind(person.region()).bind(*person).execute(tx).await?;
    }
    Ok(())
}

/// Adds a sentence to what the import's page says.
pub async fn import_batch_note(tx: &mut Tx, batch: Id, note: &str) -> Result<()> {
    let Some(found) = import_batch_find(tx, batch).await? else { return Ok(()) };
    let mut notes = found.notice_list();
    if notes.iter().any(|known| known == note) {
        return Ok(());
    }
    notes.push(note.to_owned());
    let change = query("update import_batch set notices = $3 where region = $1 and id = $2");
    let notes = serde_json::Value::from(notes).to_string();
    change.bind(batch.region()).bind(batch).bind(notes).execute(tx).await?;
    Ok(())
}

/// Imports uploaded before an instant that nothing writes any more.
pub async fn import_batch_list_old(tx: &mut Tx, region: Region, before: Instant, limit: u32) -> Result<Vec<Id>> {
    let rows = "select id from import_batch where region = $1 and created_at < $2 and state <> 'applying'
        order by id limit $3";
    query(rows).bind(region).bind(before).bind(limit).fetch_column(tx).await
}

/// Deletes some rows of an import; says how many. The batch goes with its last row.
pub async fn import_sweep(tx: &mut Tx, batch: Id, limit: u32) -> Result<u64> {
    let rows = "delete from import_row where region = $1 and batch = $2 and number in
        (select number from import_row where region = $1 and batch = $2 order by number limit $3)";
    let swept = query(rows).bind(batch.region()).bind(batch).bind(limit).execute(tx).await?;
    if swept == 0 {
        let head = query("delete from import_batch where region = $1 and id = $2");
        head.bind(batch.region()).bind(batch).execute(tx).await?;
    }
    Ok(swept)
}
