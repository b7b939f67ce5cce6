//! The tables of imported ledgers and worksheets, and what a ledger is compared with.

use std::collections::BTreeSet;

use huiyin_base::{Day, Id, Instant, Region};
use huiyin_db::{Filter, Result, Tx, insert_many, query, values};

use super::PlaceName;
use crate::ledger::{
    Choice, ImportAction, ImportBatch, ImportRow, ImportState, ImportWord, RowMessage, Twin, WordKind,
};

/// Begins an import; its rows follow.
pub async fn ledger_add(tx: &mut Tx, batch: &ImportBatch) -> Result<()> {
    let head = "insert into case_import (region, id, kind, org, file_name, headers, places, notices, unknown, state,
        rows_total, account_region, account, created_at, created_day)";
    let row = values![
        batch.region,
        batch.id,
        batch.kind,
        batch.org,
        &batch.file_name,
        &batch.headers,
        &batch.places,
        &batch.notices,
        &batch.unknown,
        batch.state,
        batch.rows_total,
        batch.account_region,
        batch.account,
        batch.created_at,
        batch.created_day
    ];
    insert_many(tx, head, vec![row], "").await?;
    Ok(())
}

/// One import.
pub async fn ledger_find(tx: &mut Tx, batch: Id) -> Result<Option<ImportBatch>> {
    let rows = query("select * from case_import where region = $1 and id = $2");
    rows.bind(batch.region()).bind(batch).fetch_optional(tx).await
}

/// The ledgers of a region, the latest first.
pub async fn ledger_list(tx: &mut Tx, region: Region, limit: u32) -> Result<Vec<ImportBatch>> {
    let rows = query("select * from case_import where region = $1 and kind = 'ledger' order by id desc limit $2");
    rows.bind(region).bind(limit).fetch_all(tx).await
}

/// Moves an import on, if it still stands at `from`.
pub async fn ledger_advance(tx: &mut Tx, batch: Id, from: ImportState, to: ImportState) -> Result<bool> {
    let change = query("update case_import set state = $4 where region = $1 and id = $2 and state = $3");
    Ok(change.bind(batch.region()).bind(batch).bind(from).bind(to).execute(tx).await? == 1)
}

/// Notes what the check found: which field stands where, and which words led nowhere.
pub async fn ledger_checked(tx: &mut Tx, batch: Id, places: &str, unknown: &str) -> Result<bool> {
    let change = "update case_import set state = 'checked', places = $3, unknown = $4
        where region = $1 and id = $2 and state in ('staged', 'checked')";
    let change = query(change).bind(batch.region()).bind(batch).bind(places).bind(unknown);
    Ok(change.execute(tx).await? == 1)
}

/// Notes which field stands under which heading, as a person said.
pub async fn ledger_place(tx: &mut Tx, batch: Id, places: &str) -> Result<bool> {
    let change = "update case_import set places = $3, state = 'staged'
        where region = $1 and id = $2 and state in ('staged', 'checked')";
    Ok(query(change).bind(batch.region()).bind(batch).bind(places).execute(tx).await? == 1)
}

/// Notes what a person should know of an import.
pub async fn ledger_notices(tx: &mut Tx, batch: Id, notices: &str) -> Result<()> {
    let change = query("update case_import set notices = $3 where region = $1 and id = $2");
    change.bind(batch.region()).bind(batch).bind(notices).execute(tx).await?;
    Ok(())
}

/// Writes staged rows, or what the check found about them; what a person decided about a twin stays.
pub async fn ledger_row_put_many(tx: &mut Tx, batch: Id, rows: Vec<ImportRow>) -> Result<()> {
    let rows = rows.into_iter().map(|row| {
        values![
            batch.region(),
            batch,
            row.number,
            row.cells,
            row.plan,
            row.action,
            row.message,
            row.twin,
            row.choice,
            row.case_id
        ]
    });
    let head = "insert into case_import_row
        (region, batch, number, cells, plan, action, message, twin, choice, case_id)";
    let tail = "on conflict (region, batch, number) do update set plan = excluded.plan, action = excluded.action,
        message = excluded.message, twin = excluded.twin";
    insert_many(tx, head, rows.collect(), tail).await?;
    Ok(())
}

/// Rows in the order of the sheet, after a number.
pub async fn ledger_row_list(tx: &mut Tx, batch: Id, after: u32, limit: u32) -> Result<Vec<ImportRow>> {
    let rows = "select number, cells, plan, action, message, twin, choice, case_id from case_import_row
        where region = $1 and batch = $2 and number > $3 order by number limit $4";
    query(rows).bind(batch.region()).bind(batch).bind(after).bind(limit).fetch_all(tx).await
}

/// How many rows have which outcome.
pub async fn ledger_row_counts(tx: &mut Tx, batch: Id) -> Result<Vec<(ImportAction, i64)>> {
    let rows = "select action, count(*) from case_import_row where region = $1 and batch = $2 and action is not null
        group by action order by action";
    query(rows).bind(batch.region()).bind(batch).fetch_all(tx).await
}

/// How many rows that a case says already are to be written all the same, linked or as new ones.
pub async fn ledger_chosen_count(tx: &mut Tx, batch: Id) -> Result<i64> {
    let rows = "select count(*) from case_import_row where region = $1 and batch = $2 and action = 'twin'
        and choice in ('link', 'add')";
    query(rows).bind(batch.region()).bind(batch).fetch_scalar(tx).await
}

/// Messages in the order of the sheet, of one outcome or of all.
pub async fn ledger_message_list(
    tx: &mut Tx,
    batch: Id,
    action: Option<ImportAction>,
    after: u32,
    limit: u32,
) -> Result<Vec<RowMessage>> {
    let base = "select number, action, coalesce(message, '') as message, twin, choice, case_id from case_import_row
        where region = ?";
    let filter = Filter::new(base).bind(batch.region()).and("batch = ?").bind(batch).and("number > ?").bind(after);
    let filter = filter.and("action is not null").and_some("action = ?", action);
    filter.then("order by number limit ?").bind(limit).query().fetch_all(tx).await
}

/// Keeps what a person decided about a row that a case says already.
pub async fn ledger_choose(tx: &mut Tx, batch: Id, number: u32, choice: Choice) -> Result<bool> {
    let change = "update case_import_row set choice = $4 where region = $1 and batch = $2 and number = $3
        and action = 'twin' and ($4 <> 'link' or twin is not null)";
    let change = query(change).bind(batch.region()).bind(batch).bind(number).bind(choice);
    Ok(change.execute(tx).await? == 1)
}

/// Notes that a row was written, or why not.
pub async fn ledger_row_end(
    tx: &mut Tx,
    batch: Id,
    number: u32,
    action: ImportAction,
    message: &str,
    case: Option<Id>,
) -> Result<()> {
    let change = "update case_import_row set action = $4, message = $5, case_id = $6
        where region = $1 and batch = $2 and number = $3 and action <> 'done'";
    let change = query(change).bind(batch.region()).bind(batch).bind(number).bind(action).bind(message);
    change.bind(case).execute(tx).await?;
    Ok(())
}

/// Twins that were not written are left out for good.
pub async fn ledger_twins_skip(tx: &mut Tx, batch: Id) -> Result<()> {
    let change = "update case_import_row set action = 'skip' where region = $1 and batch = $2 and action = 'twin'";
    query(change).bind(batch.region()).bind(batch).execute(tx).await?;
    Ok(())
}

/// What an organisation's words mean.
pub async fn ledger_word_list(tx: &mut Tx, region: Region, org: Id) -> Result<Vec<ImportWord>> {
    let rows = "select kind, word, meaning from case_import_word where region = $1 and org = $2 order by kind, word";
    query(rows).bind(region).bind(org).fetch_all(tx).await
}

/// Remembers what words mean; an empty meaning forgets the word.
pub async fn ledger_word_put_many(tx: &mut Tx, region: Region, org: Id, words: &[ImportWord]) -> Result<()> {
    for word in words.iter().filter(|word| word.meaning.is_empty()) {
        let gone = "delete from case_import_word where region = $1 and org = $2 and kind = $3 and word = $4";
        query(gone).bind(region).bind(org).bind(word.kind).bind(&word.word).execute(tx).await?;
    }
    let kept = words.iter().filter(|word| !word.meaning.is_empty());
    let rows = kept.map(|word| values![region, org, word.kind, &word.word, &word.meaning]);
    let head = "insert into case_import_word (region, org, kind, word, meaning)";
    let tail = "on conflict (region, org, kind, word) do update set meaning = excluded.meaning";
    insert_many(tx, head, rows.collect(), tail).await?;
    Ok(())
}

/// Every organisation of a county that is in force.
pub async fn ledger_orgs(tx: &mut Tx, region: Region, today: Day) -> Result<Vec<PlaceName>> {
    let rows =
        "select o.id, o.region, o.kind, o.code, o.name, o.parent, o.phone, o.population, o.place_shown from org o
        where o.region = $1 and o.from_day <= $2 and (o.to_day is null or o.to_day >= $2) order by o.position, o.code";
    query(rows).bind(region).bind(today).fetch_all(tx).await
}

/// The posted cases of a county that were raised or posted on one of these days.
pub async fn ledger_twins(tx: &mut Tx, region: Region, days: &BTreeSet<Day>) -> Result<Vec<Twin>> {
    const SOME: usize = 200;
    let all: Vec<Day> = days.iter().copied().collect();
    let mut twins: Vec<Twin> = Vec::new();
    for days in all.chunks(SOME) {
        let base =
            "select x.id, x.number_year, x.number_n, x.submitted_day, x.posted_day, x.township, x.village, x.title,
            x.text from case_item x where x.region = ?";
        let base = Filter::new(base)
            .bind(region)
            .and("x.kind = 'problem' and x.posted_day is not null and x.state <> 'merged'");
        let base = base.then("and (x.submitted_day in (?)").bind_list(days.iter().copied());
        let base = base.then("or x.posted_day in (?))").bind_list(days.iter().copied());
        twins.extend(base.then("order by x.seq").query().fetch_all::<Twin>(tx).await?);
    }
    Ok(twins)
}

/// Takes `count` numbers of a county's year; gives the first of them.
pub async fn counter_take(tx: &mut Tx, region: Region, year: i64, count: i64) -> Result<i64> {
    let next = query(
        "insert into case_counter (region, year, n) values ($1, $2, $3)
         on conflict (region, year) do update set n = case_counter.n + $3 returning n",
    );
    let last: i64 = next.bind(region).bind(year).bind(count).fetch_scalar(tx).await?;
    Ok(last - count + 1)
}

/// Imports brought before an instant.
pub async fn ledger_list_old(tx: &mut Tx, region: Region, before: Instant, limit: u32) -> Result<Vec<Id>> {
    let rows = "select id from case_import where region = $1 and created_at < $2 order by id limit $3";
    query(rows).bind(region).bind(before).bind(limit).fetch_column(tx).await
}

/// Deletes some rows of an import; says how many. The batch goes with its last row.
pub async fn ledger_sweep(tx: &mut Tx, batch: Id, limit: u32) -> Result<u64> {
    let rows = "delete from case_import_row where region = $1 and batch = $2 and number in
        (select number from case_import_row where region = $1 and batch = $2 order by number limit $3)";
    let swept = query(rows).bind(batch.region()).bind(batch).bind(limit).execute(tx).await?;
    if swept == 0 {
        let head = query("delete from case_import where region = $1 and id = $2");
        head.bind(batch.region()).bind(batch).execute(tx).await?;
    }
    Ok(swept)
}

/// One kind of word among all.
pub(crate) fn meanings(words: &[ImportWord], kind: WordKind) -> impl Iterator<Item = (&str, &str)> {
    words.iter().filter(move |word| word.kind == kind).map(|word| (word.word.as_str(), word.meaning.as_str()))
}

/// The problems that a unit has in hand, the most urgent first: what comes on other channels has forms of its own, and names
/// that belong in no file.
pub async fn worksheet_list(tx: &mut Tx, owner: huiyin_directory::OrgRef, limit: i64) -> Result<Vec<crate::CaseItem>> {
    let base = Filter::new(crate::CaseItem::SELECT).then("x.owner_org = ?").bind(owner.id);
    let base = base.and("x.owner_region = ?").bind(owner.region).and("x.kind = 'problem'");
    let base = base.and("x.state in (?)").bind_list(crate::worksheet::STATES);
    base.then("order by x.due_day nulls last, x.seq limit ?").bind(limit).query().fetch_all(tx).await
}
