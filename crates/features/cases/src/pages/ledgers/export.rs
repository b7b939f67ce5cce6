//! A ledger as an Excel file: the same rows, on record before the file leaves.

use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::IntoResponse as _;
use huiyin_base::{Day, Problem};
use huiyin_directory::audit::{self, AuditKind, Event};
use huiyin_documents::{SheetWriter, WriteCell, WriteColumn};
use huiyin_web::{Allowance, Can, Ctx, Path, Query, Result};

use super::super::card::knowing;
use super::asked::{Asked, narrowed};
use super::columns::Rows;
use crate::permissions::CaseExport;
use crate::store::{self, CaseLine, EntryPage};
use crate::{FieldType, Kind, Value};

/// Rows read at once.
const CHUNK: i64 = 2_000;

/// The most rows of one file.
const MOST: i64 = 100_000;

const EXPORTS: Allowance = Allowance { name: "ledger_export", burst: 5.0, per_second: 0.1, debt: 1.0 };

pub(crate) async fn show(
    ctx: Ctx,
    can: Can<CaseExport>,
    Path(name): Path<String>,
    Query(asked): Query<Asked>,
) -> Result {
    ctx.limit(EXPORTS, &can.viewer.account.id.to_string()).await?;
    let engine = knowing(&ctx.site, &name).await?;
    let kind = engine.book.kind(&name).filter(|kind| kind.is_issued()).ok_or_else(Problem::not_found)?;
    let mut tx = ctx.site.db.snapshot().await?;
    let narrowed = narrowed(&mut tx, &ctx.site, kind, &can, asked.bare()).await?;
    let count = store::entry_count(&mut tx, &can.scope, &narrowed.filter, true).await?;
    if count.n > MOST {
        let message = format!("这份台账有 {count} 行，一个文件最多 100,000 行。请按县区或状态分次导出。");
        return Err(Problem::invalid(message).into());
    }
    let columns: Vec<WriteColumn> =
        columns(kind).iter().map(|(title, width)| WriteColumn::new(title, *width)).collect();
    let mut writer = SheetWriter::new(&kind.label, &columns).map_err(Problem::broken)?;
    let mut page = EntryPage { order: narrowed.order, descending: narrowed.descending, at: None, limit: CHUNK };
    let mut written = 0;
    loop {
        let slice = store::entry_list(&mut tx, &can.scope, &narrowed.filter, &page).await?;
        let lines = store::entry_lines(&mut tx, &slice.rows).await?;
        let rows = Rows::find(&mut tx, &ctx.site, &engine, kind, lines).await?;
        for line in &rows.lines {
            writer.row(&row(&rows, line)).map_err(Problem::broken)?;
            written += 1;
        }
        page.at = slice.next;
        if page.at.is_none() {
            break;
        }
    }
    drop(tx);
    record(&ctx, &can, kind, written).await?;
    let bytes = tokio::task::spawn_blocking(move || writer.finish()).await.map_err(Problem::broken)?;
    let headers = [
        (CONTENT_TYPE, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet".to_owned()),
        (CONTENT_DISPOSITION, format!("attachment; filename=\"{}-{}.xlsx\"", kind.name, ctx.today())),
        (CACHE_CONTROL, "no-store".to_owned()),
    ];
    Ok((headers, bytes.map_err(Problem::broken)?).into_response())
}

/// The columns of the file: what every case has, between them the fields of the kind.
fn columns(kind: &Kind) -> Vec<(String, u32)> {
    let first = [
        ("名称", 30),
        ("要办的事", 50),
        ("县（市、区）", 12),
        ("乡镇（街道）", 14),
        ("村（社区）", 14),
        ("承办单位", 20),
    ];
    let last = [
        ("状态", 12),
        ("完成（%）", 10),
        ("下达日期", 12),
        ("完成期限", 12),
        ("超期", 8),
        ("销号日期", 12),
        ("销号编号", 24),
        ("核验人", 24),
        ("巩固到", 12),
    ];
    let own = kind.fields.iter().map(|field| {
        let unit = if field.kind == FieldType::Money { "（元）" } else { "" };
        (format!("{}{unit}", field.label), 16)
    });
    let of = |(title, width): &(&str, u32)| ((*title).to_owned(), *width);
    first.iter().map(of).chain(own).chain(last.iter().map(of)).collect()
}

fn row(rows: &Rows<'_>, line: &CaseLine) -> Vec<WriteCell> {
    let name = |id| rows.cards.named(id).map_or(String::new(), |place| place.name.clone());
    let day = |day: Option<Day>| WriteCell::from(day.map(|day| day.to_string()).unwrap_or_default());
    let late = line.due_day.is_some_and(|due| due < rows.cards.today);
    let mut cells: Vec<WriteCell> = vec![
        line.title.as_str().into(),
        line.text.as_str().into(),
        rows.cards.county(line.region).into(),
        line.township.map(name).unwrap_or_default().into(),
        line.village.map(name).unwrap_or_default().into(),
        rows.cards.unit(line.owner_org).into(),
    ];
    for field in &rows.kind.fields {
        cells.push(match (field.kind, rows.value(line, &field.id)) {
            (FieldType::Number, Some(Value::Number(number))) => (*number).into(),
            _ => rows.words(line, field).into(),
        });
    }
    cells.extend([
        rows.kind.state_label(line.state).into(),
        i64::from(rows.percent(line)).into(),
        day(Some(line.submitted_day)),
        day(line.due_day),
        if late { "是".into() } else { WriteCell::Empty },
        day(line.answered_day),
        rows.number(line).unwrap_or_default().into(),
        rows.verifier(line).unwrap_or_default().into(),
        day(rows.watched(line)),
    ]);
    cells
}

/// Exports are on record before the file leaves.
async fn record(ctx: &Ctx, can: &Can<CaseExport>, kind: &Kind, rows: usize) -> Result<(), Problem> {
    let account = can.viewer.account;
    let event = Event::new(account.region, AuditKind::Export, ctx.real_now(), &mut ctx.rng());
    let event = event.by(account).about("page", "ledgers").detail(format!("导出{}台账，{rows} 行", kind.label));
    let write = ctx.site.db.write("audit_record", move |tx| {
        let event = event.clone();
        Box::pin(async move { Ok(audit::record(tx, &event).await?) })
    });
    write.await
}
