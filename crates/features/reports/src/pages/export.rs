use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::IntoResponse as _;
use huiyin_base::Problem;
use huiyin_directory::Viewer;
use huiyin_directory::audit::{self, AuditKind, Event};
use huiyin_documents::{SheetWriter, WriteCell, WriteColumn};
use huiyin_figures::{Figure, Position, Record};
use huiyin_web::{Allowance, Ctx, Path, Query, Result};

use super::figure_seen;
use super::list::{closed, short_number};
use crate::asked::{self, Asked};

/// Rows read at once.
const CHUNK: usize = 2_000;

/// A whole list is some seconds of work: a few at once, then one in ten seconds.
const EXPORTS: Allowance = Allowance { name: "figure_export", burst: 5.0, per_second: 0.1, debt: 1.0 };

pub(crate) async fn show(ctx: Ctx, Path(id): Path<String>, Query(query): Query<asked::Query>) -> Result {
    let figure = figure_seen(&ctx, &id)?;
    let viewer = ctx.viewer.as_ref().ok_or_else(Problem::sign_in_needed)?;
    ctx.limit(EXPORTS, &viewer.account.id.to_string()).await?;
    let mut tx = ctx.site.db.snapshot().await?;
    let asked = Asked::read(&mut tx, &ctx.site.regions, ctx.today(), &query, ctx.viewer.is_none()).await?;
    if !ctx.site.figures.may_open(&mut tx, figure, Some(viewer), &asked.cut).await? {
        return Err(closed(figure).into());
    }
    let mut records = Vec::new();
    let mut after: Option<Position> = None;
    loop {
        let list = ctx.site.figures.list(&mut tx, figure, &asked.cut, after, CHUNK).await?;
        records.extend(list.records);
        after = list.next;
        if after.is_none() {
            break;
        }
    }
    drop(tx);
    record(&ctx, viewer, figure, &asked, records.len()).await?;
    let bytes = write(&ctx, figure, &records).map_err(Problem::broken)?;
    let headers = [
        (CONTENT_TYPE, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet".to_owned()),
        (CONTENT_DISPOSITION, format!("attachment; filename=\"{}.xlsx\"", figure.id)),
        (CACHE_CONTROL, "no-store".to_owned()),
    ];
    Ok((headers, bytes).into_response())
}

fn write(ctx: &Ctx, figure: &Figure, records: &[Record]) -> anyhow::Result<Vec<u8>> {
    let columns = [("编号", 18), ("内容", 48), ("类别", 20), ("县区", 12), ("日期", 12), ("数额", 12)];
    let columns = columns.map(|(title, width)| WriteColumn::new(title, width));
    let shown = if figure.adds_amounts() { &columns[..] } else { &columns[..5] };
    let mut writer = SheetWriter::new(figure.name, shown)?;
    let names = (figure.categories)();
    let regions = &ctx.site.regions;
    for record in records {
        let category = record.category.as_deref().unwrap_or_default();
        let category = names.iter().find(|(word, _)| word == category).map_or(category, |(_, name)| name.as_str());
        let cells: [WriteCell; 6] = [
            short_number(regions, record).unwrap_or_default().into(),
            record.title.as_str().into(),
            category.into(),
            regions.named_on(record.region, record.day).map_or("", |(_, name)| name).into(),
            record.day.to_string().into(),
            record.amount.map_or(WriteCell::Empty, |amount| amount_cell(figure, amount)),
        ];
        writer.row(&cells)?;
    }
    Ok(writer.finish()?)
}

/// Money is kept in fen and calculated with in yuan.
#[expect(clippy::cast_precision_loss, reason = "amounts of a city are far below 2^52")]
fn amount_cell(figure: &Figure, amount: i64) -> WriteCell {
    match figure.scale() {
        1 => WriteCell::from(amount),
        scale => WriteCell::Number(amount as f64 / scale as f64),
    }
}

/// Exports are on record before the file leaves.
async fn record(ctx: &Ctx, viewer: &Viewer, figure: &Figure, asked: &Asked, rows: usize) -> Result<(), Problem> {
    let place = asked.place_name(&ctx.site.settings.city);
    let event = Event::new(viewer.account.region, AuditKind::Export, ctx.real_now(), &mut ctx.rng())
        .by(viewer.account)
        .about("figure", figure.id)
        .detail(format!("导出“{}”的清单，{place}，{rows} 行", figure.name));
    ctx.site
        .db
        .write("audit_record", move |tx| {
            let event = event.clone();
            Box::pin(async move { Ok(audit::record(tx, &event).await?) })
        })
        .await
}
