//! The ledger as an Excel file: the same rows, on record before the file leaves.

use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::IntoResponse as _;
use huiyin_base::{Day, Problem};
use huiyin_db::Tx;
use huiyin_directory::Scope;
use huiyin_directory::audit::{self, AuditKind, Event};
use huiyin_documents::{SheetError, SheetWriter, WriteCell, WriteColumn};
use huiyin_web::{Allowance, Can, Ctx, Query, Result};
use tokio::task::JoinHandle;

use super::card::{Cards, cases};
use super::case_filter::{Asked, Narrowed, narrowed};
use crate::permissions::CaseExport;
use crate::store::{self, CaseLine, Page};
use crate::{Cases, State};

/// Rows read, and written to the file, at once.
const CHUNK: i64 = 2_000;

/// The most rows of one file: a large city's year.
const MOST: i64 = 100_000;

/// A whole list is some seconds of work: a few at once, then one in ten seconds.
const EXPORTS: Allowance = Allowance { name: "case_export", burst: 5.0, per_second: 0.1, debt: 1.0 };

const COLUMNS: [(&str, u32); 18] = [
    ("编号", 18),
    ("状态", 10),
    ("结果", 10),
    ("问题", 40),
    ("公开内容", 60),
    ("类别", 20),
    ("县（市、区）", 12),
    ("乡镇（街道）", 14),
    ("村（社区）", 14),
    ("承办单位", 20),
    ("来源", 10),
    ("反映日期", 12),
    ("上墙日期", 12),
    ("答复日期", 12),
    ("期限", 12),
    ("超期", 8),
    ("同样遇到的人数", 14),
    ("销号编号", 22),
];

pub(crate) async fn show(ctx: Ctx, can: Can<CaseExport>, Query(asked): Query<Asked>) -> Result {
    ctx.limit(EXPORTS, &can.viewer.account.id.to_string()).await?;
    let cases = cases(&ctx.site)?;
    let mut tx = ctx.site.db.snapshot().await?;
    let narrowed = narrowed(&mut tx, &ctx.site, &cases.book.categories, &can, asked.bare()).await?;
    let count = store::case_count_exact(&mut tx, &can.scope, &narrowed.filter).await?;
    if count.n > MOST {
        let message = format!("这份台账有 {count} 行，一个文件最多 100,000 行。请按县区、类别或状态分次导出。");
        return Err(Problem::invalid(message).into());
    }
    let (writer, rows) = fill(&mut tx, &ctx, &cases, &can.scope, &narrowed).await?;
    drop(tx);
    record(&ctx, &can, &narrowed, &cases, rows).await?;
    let bytes = tokio::task::spawn_blocking(move || writer.finish()).await.map_err(Problem::broken)?;
    let headers = [
        (CONTENT_TYPE, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet".to_owned()),
        (CONTENT_DISPOSITION, format!("attachment; filename=\"cases-{}.xlsx\"", ctx.today())),
        (CACHE_CONTROL, "no-store".to_owned()),
    ];
    Ok((headers, bytes.map_err(Problem::broken)?).into_response())
}

/// Chunk by chunk, so that no more of the list is in memory than two of them: one is written while the next is read.
async fn fill(
    tx: &mut Tx,
    ctx: &Ctx,
    cases: &Cases,
    scope: &Scope,
    narrowed: &Narrowed,
) -> Result<(SheetWriter, usize)> {
    let columns = COLUMNS.map(|(title, width)| WriteColumn::new(title, width));
    let mut writing = tokio::task::spawn_blocking(move || SheetWriter::new("台账", &columns));
    let mut page = Page::first(CHUNK).by(narrowed.asked.order());
    let mut count = 0;
    loop {
        let slice = store::case_list(tx, scope, &narrowed.filter, &page).await?;
        let cards = Cards::of_lines(tx, &ctx.site, cases, &slice.rows).await?;
        let rows: Vec<[WriteCell; 18]> = slice.rows.iter().map(|line| row(&cards, line)).collect();
        count += rows.len();
        let writer = written(writing).await?;
        writing = tokio::task::spawn_blocking(move || write(writer, &rows));
        page.at = slice.next;
        if page.at.is_none() {
            return Ok((written(writing).await?, count));
        }
    }
}

async fn written(writing: JoinHandle<std::result::Result<SheetWriter, SheetError>>) -> Result<SheetWriter, Problem> {
    writing.await.map_err(Problem::broken)?.map_err(Problem::broken)
}

fn write(mut writer: SheetWriter, rows: &[[WriteCell; 18]]) -> std::result::Result<SheetWriter, SheetError> {
    for row in rows {
        writer.row(row)?;
    }
    Ok(writer)
}

fn row(cards: &Cards<'_>, line: &CaseLine) -> [WriteCell; 18] {
    let name = |id| cards.named(id).map_or(String::new(), |place| place.name.clone());
    let day = |day: Option<Day>| WriteCell::from(day.map(|day| day.to_string()).unwrap_or_default());
    let late = line.due_day.is_some_and(|due| due < cards.today);
    [
        cards.number(line.region, line.number()).unwrap_or_default().into(),
        line.state.label().into(),
        line.outcome.map_or("", crate::Outcome::label).into(),
        title(line).into(),
        line.text.as_str().into(),
        cards.category_of(line).into(),
        cards.county(line.region).into(),
        line.township.map(name).unwrap_or_default().into(),
        line.village.map(name).unwrap_or_default().into(),
        cards.unit(line.owner_org).into(),
        line.channel.label().into(),
        day(Some(line.submitted_day)),
        day(line.posted_day),
        day(line.answered_day),
        day(line.due_day),
        if late { "是".into() } else { WriteCell::Empty },
        line.followers.into(),
        cards.close_number(line.region, &line.kind, line.close_number()).unwrap_or_default().into(),
    ]
}

fn title(line: &CaseLine) -> &str {
    match (line.title.as_str(), line.state) {
        ("", State::Submitted) => "（待审核，文字还没有公开）",
        ("", _) => "（没有公开）",
        (title, _) => title,
    }
}

/// Exports are on record before the file leaves. Words that were looked for may name somebody: they are not.
async fn record(
    ctx: &Ctx,
    can: &Can<CaseExport>,
    narrowed: &Narrowed,
    cases: &Cases,
    rows: usize,
) -> Result<(), Problem> {
    let words = !narrowed.asked.q.trim().is_empty();
    let conditions = narrowed.conditions(&cases.book.categories).into_iter().map(|(label, _)| label);
    let mut conditions: Vec<String> = conditions.skip(usize::from(words)).collect();
    conditions.extend(words.then(|| "关键词".to_owned()));
    let which = if conditions.is_empty() { "全部".to_owned() } else { conditions.join("、") };
    let account = can.viewer.account;
    let event = Event::new(account.region, AuditKind::Export, ctx.real_now(), &mut ctx.rng());
    let event = event.by(account).about("page", "cases").detail(format!("导出台账，{which}，{rows} 行"));
    let write = ctx.site.db.write("audit_record", move |tx| {
        let event = event.clone();
        Box::pin(async move { Ok(audit::record(tx, &event).await?) })
    });
    write.await
}
