//! What became of bulk acts: how far a run is, a result for every case, and the viewer's own runs.

use std::collections::HashMap;

use askama::Template;
use huiyin_base::{Id, Problem};
use huiyin_db::Tx;
use huiyin_web::components::{Breadcrumb, Button, DataTable, Empty, Html, ProgressJob, Row, Tag};
use huiyin_web::{Can, Ctx, Density, Path, Result};

use super::card::{Cards, cases};
use super::cell;
use crate::bulk::BULK;
use crate::permissions::CaseHandle;
use crate::store::{self, BulkRow, BulkRun, CaseLine, RowState};
use crate::{BulkAction, CaseRef};

#[derive(Template)]
#[template(path = "bulk_run.html")]
struct BulkPage {
    steps: Breadcrumb,
    heading: String,
    job: ProgressJob,
    table: DataTable,
    /// The refused ones once more, where they fit into an address.
    again: Option<String>,
}

/// How far a run is, and what became of each case.
pub(crate) async fn show(ctx: Ctx, can: Can<CaseHandle>, Path(id): Path<String>) -> Result {
    let id: Id = id.parse().map_err(|_| Problem::not_found())?;
    let engine = cases(&ctx.site)?;
    let mut tx = ctx.site.db.snapshot().await?;
    let run = store::bulk_run_find(&mut tx, can.viewer.account, id).await?.ok_or_else(Problem::not_found)?;
    let counts: HashMap<RowState, i64> = store::bulk_row_count(&mut tx, run.region, id).await?.into_iter().collect();
    let rows = store::bulk_row_list(&mut tx, run.region, id, None, engine.book.desk.bulk.most).await?;
    let refs: Vec<CaseRef> = rows.iter().map(BulkRow::case).collect();
    let lines = store::case_lines(&mut tx, &can.scope, &refs).await?;
    let cards = Cards::of_lines(&mut tx, &ctx.site, &engine, &lines).await?;
    let lines: HashMap<Id, &CaseLine> = lines.iter().map(|line| (line.id, line)).collect();
    let failed = job_failed(&mut tx, &run).await?;
    let heading = heading(&run);
    let page = BulkPage {
        steps: Breadcrumb::new(heading.clone()).step("我的待办", "/desk").step("批量办理记录", "/bulk"),
        job: progress(&heading, &run, &counts, failed),
        table: results(&cards, &rows, &lines),
        again: again(&run, &rows, counts.get(&RowState::Waiting).copied().unwrap_or(0)),
        heading: heading.clone(),
    };
    ctx.page(&heading, Density::Desk, &page)
}

/// Whether the job was given up: then nothing goes on by itself.
async fn job_failed(tx: &mut Tx, run: &BulkRun) -> Result<bool> {
    Ok(huiyin_jobs::job_has_failed(tx, run.region, BULK, &run.id.to_string()).await?)
}

fn heading(run: &BulkRun) -> String {
    let label = BulkAction::parse(&run.action).map_or("办理", BulkAction::label);
    format!("{} 批量{label} {} 件", run.created_day.chinese(), run.total)
}

fn progress(heading: &str, run: &BulkRun, counts: &HashMap<RowState, i64>, failed: bool) -> ProgressJob {
    let of = |state| counts.get(&state).copied().unwrap_or(0);
    let (done, refused, waiting) = (of(RowState::Done), of(RowState::Refused), of(RowState::Waiting));
    let ended = u64::try_from(done + refused).unwrap_or(0);
    let words = match (waiting, refused) {
        (0, 0) => format!("{done} 件全部办成。"),
        (0, _) => format!("办成 {done} 件，{refused} 件没有办成，原因写在下面。"),
        _ if failed => format!("办成 {done} 件，还剩 {waiting} 件时系统出了故障，已停下。请联系系统管理员重试。"),
        _ => format!("已办 {done} 件，没有办成 {refused} 件，还剩 {waiting} 件。"),
    };
    let job = ProgressJob::new(heading, ended, u64::try_from(run.total).ok()).words(words);
    if waiting > 0 && !failed { job.watch(format!("/bulk/{}", run.id)) } else { job }
}

fn results(cards: &Cards<'_>, rows: &[BulkRow], lines: &HashMap<Id, &CaseLine>) -> DataTable {
    let table = DataTable::new("逐件结果").titled().column("编号").column("问题").column("结果").column("原因");
    table.rows(rows.iter().map(|row| {
        let tag = match row.state {
            RowState::Done => Tag::good(row.state.label()).icon("check"),
            RowState::Refused => Tag::attention(row.state.label()),
            RowState::Waiting => Tag::plain(row.state.label()),
        };
        let why = Html::from(row.message.as_deref().unwrap_or_default());
        match lines.get(&row.case_id) {
            Some(line) => {
                let cells = [cell::number(cards, line), cell::headline(line, cards.today).into(), tag.into(), why];
                Row::new(cells).to(format!("/cases/{}", row.case_id))
            }
            // Since then it went out of the viewer's sight.
            None => Row::new(["—".into(), "这一件已不在您的范围里".into(), tag.into(), why]),
        }
    }))
}

fn again(run: &BulkRun, rows: &[BulkRow], waiting: i64) -> Option<String> {
    const FITS: usize = 60;
    let refused: Vec<&BulkRow> = rows.iter().filter(|row| row.state == RowState::Refused).collect();
    if waiting > 0 || refused.is_empty() || refused.len() > FITS {
        return None;
    }
    let cases = refused.iter().map(|row| format!("&case={}", row.case_id)).collect::<Vec<_>>().concat();
    Some(format!("/bulk/new?page=desk&action={}{cases}", run.action))
}

#[derive(Template)]
#[template(path = "bulk_list.html")]
struct BulkList {
    table: Option<DataTable>,
    empty: Option<Empty>,
}

/// The viewer's own runs.
pub(crate) async fn list(ctx: Ctx, can: Can<CaseHandle>) -> Result {
    let mut tx = ctx.site.db.read().await?;
    let runs = store::bulk_run_list(&mut tx, can.viewer.account, 50).await?;
    let table = DataTable::new("批量办理记录").column("日期").column("做了什么").figure("件数");
    let rows = runs.iter().map(|run| {
        let label = BulkAction::parse(&run.action).map_or("办理", BulkAction::label);
        let cells = [Html::from(run.created_day.chinese()), label.into(), run.total.to_string().into()];
        Row::new(cells).to(format!("/bulk/{}", run.id))
    });
    let list = BulkList {
        table: (!runs.is_empty()).then(|| table.rows(rows)),
        empty: runs.is_empty().then(|| {
            let text =
                "在待办或台账里勾选几件，就能一次交办、签收、换人、提醒或调整期限。记录保留 30 天，只有您自己看得到。";
            Empty::new("还没有批量办过").text(text).action(Button::secondary("去我的待办").to("/desk"))
        }),
    };
    ctx.page("批量办理记录", Density::Desk, &list)
}
