//! Inspections: what is planned and what stands beside the plan, in plain sight.

use askama::Template;
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::IntoResponse as _;
use huiyin_base::{Day, Problem};
use huiyin_directory::audit::{self, AuditKind, Event};
use huiyin_documents::{SheetWriter, WriteCell, WriteColumn};
use huiyin_web::components::{Button, Choice, DataTable, Empty, Field, FilterBar, Html, Pager, Row, Tabs, Tag};
use huiyin_web::{Can, Ctx, Density, Query, Result};
use serde::Deserialize;

use super::{days, position, tabs};
use crate::permissions::{INSPECTS, InspectionSee};
use crate::supervision::store::{Inspection, InspectionFilter, InspectionKind, burden_list, inspection_list};

const PAGE: i64 = 40;
/// The most rows of one file: more inspections than any year has.
const MOST: i64 = 2_000;

#[derive(Template)]
#[template(path = "inspections.html")]
struct ListPage {
    tabs: Tabs,
    order: Option<Button>,
    filter: FilterBar,
    table: Option<DataTable>,
    empty: Option<Empty>,
    pager: Pager,
    year: i32,
    burden: Option<DataTable>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    kind: String,
    year: String,
    after: String,
}

pub(crate) async fn list(ctx: Ctx, can: Can<InspectionSee>, Query(asked): Query<Asked>) -> Result {
    let year = asked.year.parse().unwrap_or_else(|_| ctx.today().year());
    let kind = InspectionKind::parse(&asked.kind);
    let filter = InspectionFilter { year: Some(year), kind, open_only: false, after: position(&asked.after) };
    let mut tx = ctx.site.db.snapshot().await?;
    let mut rows = inspection_list(&mut tx, &can.scope, &filter, PAGE + 1).await?;
    let more = i64::try_from(rows.len()).unwrap_or(0) > PAGE;
    rows.truncate(usize::try_from(PAGE).unwrap_or(0));
    let word = kind.map_or("", InspectionKind::as_str);
    let last = rows.last().filter(|_| more).map(|last| format!("{}_{}", last.from_day, last.id));
    let next = last.map(|after| address(word, year, &after));
    let kinds = InspectionKind::ALL.iter().map(|kind| Choice::new(kind.as_str(), kind.label()));
    let this = ctx.today().year();
    let years = (this - 3..=this + 1).rev().map(|year| Choice::new(year, format!("{year} 年")));
    let page = ListPage {
        tabs: tabs(&can.viewer, "list"),
        order: can
            .viewer
            .has_any(INSPECTS)
            .then(|| Button::primary("安排一次督查").icon("circle-plus").to("/inspections/new")),
        filter: FilterBar::new("/inspections")
            .field(Field::select("year", "年份", years.collect()).value(year))
            .field(
                Field::select("kind", "形式", std::iter::once(Choice::new("", "全部")).chain(kinds).collect())
                    .value(word),
            )
            .export(format!("/inspections.xlsx?kind={word}&year={year}")),
        table: (!rows.is_empty()).then(|| table(&rows, ctx.today())),
        empty: rows
            .is_empty()
            .then(|| Empty::new("没有督查").text("这一年里还没有您能看到的督查。").icon("clipboard-check")),
        pager: Pager::new((!asked.after.is_empty()).then(|| address(word, year, "")), next),
        year,
        burden: burden(&mut tx, year).await?,
    };
    ctx.page("督查", Density::Desk, &page)
}

fn address(kind: &str, year: i32, after: &str) -> String {
    format!("/inspections?{}", huiyin_web::to_query(&[("kind", kind), ("year", &year.to_string()), ("after", after)]))
}

fn table(rows: &[Inspection], today: Day) -> DataTable {
    let table = DataTable::new("督查").column("督查").column("形式").column("时间").column("计划").column("进展");
    table.rows(rows.iter().map(|row| {
        let plan: Html = match row.plan {
            Some(_) => Tag::plain("计划内").into(),
            None => Tag::attention("计划外").into(),
        };
        Row::new([
            row.title.as_str().into(),
            row.kind.label().into(),
            days(row.from_day, row.to_day).into(),
            plan,
            state_tag(row, today).into(),
        ])
        .to(format!("/inspections/{}", row.id))
    }))
}

/// How far an inspection is.
pub(super) fn state_tag(inspection: &Inspection, today: Day) -> Tag {
    match inspection.done_day {
        Some(day) => Tag::good(format!("{}结束", day.chinese())),
        None if inspection.is_hidden() => Tag::attention("没有公开").icon("eye-off"),
        None if inspection.from_day > today => Tag::plain("还没开始").icon("calendar-clock"),
        None => Tag::info("进行中").icon("signpost"),
    }
}

async fn burden(tx: &mut huiyin_db::Tx, year: i32) -> Result<Option<DataTable>> {
    let rows = burden_list(tx, year).await?;
    let table = DataTable::new("各单位督查次数").column("单位").figure("计划内").figure("计划外");
    let rows: Vec<Row> = rows
        .iter()
        .map(|row| Row::new([row.name.as_str().into(), row.planned.to_string().into(), row.outside.to_string().into()]))
        .collect();
    Ok((!rows.is_empty()).then(|| table.rows(rows)))
}

/// The list as a file, on record before it leaves. What is hidden is in no file, whoever asks.
pub(crate) async fn export(ctx: Ctx, can: Can<InspectionSee>, Query(asked): Query<Asked>) -> Result {
    let year = asked.year.parse().unwrap_or_else(|_| ctx.today().year());
    let kind = InspectionKind::parse(&asked.kind);
    let filter = InspectionFilter { year: Some(year), kind, open_only: true, after: None };
    let rows = inspection_list(&mut ctx.site.db.snapshot().await?, &can.scope, &filter, MOST).await?;
    let account = can.viewer.account;
    let event = Event::new(account.region, AuditKind::Export, ctx.real_now(), &mut ctx.rng());
    let event =
        event.by(account).about("page", "inspections").detail(format!("导出督查，{year} 年，{} 行", rows.len()));
    let write = ctx.site.db.write("audit_record", move |tx| {
        let event = event.clone();
        Box::pin(async move { Ok(audit::record(tx, &event).await?) })
    });
    write.await?;
    let bytes = tokio::task::spawn_blocking(move || sheet(&rows)).await.map_err(Problem::broken)?;
    let headers = [
        (CONTENT_TYPE, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet".to_owned()),
        (CONTENT_DISPOSITION, format!("attachment; filename=\"inspections-{year}.xlsx\"")),
        (CACHE_CONTROL, "no-store".to_owned()),
    ];
    Ok((headers, bytes.map_err(Problem::broken)?).into_response())
}

fn sheet(rows: &[Inspection]) -> std::result::Result<Vec<u8>, huiyin_documents::SheetError> {
    let columns =
        [("督查", 36), ("形式", 12), ("开始", 12), ("结束", 12), ("计划", 10), ("批准文号", 24), ("结果", 60)];
    let columns = columns.map(|(title, width)| WriteColumn::new(title, width));
    let mut writer = SheetWriter::new("督查", &columns)?;
    for row in rows {
        let cells: [WriteCell; 7] = [
            row.title.as_str().into(),
            row.kind.label().into(),
            row.from_day.to_string().as_str().into(),
            row.done_day.map(|day| day.to_string()).unwrap_or_default().as_str().into(),
            if row.plan.is_some() { "计划内" } else { "计划外" }.into(),
            row.outside_approval.as_deref().unwrap_or_default().into(),
            row.outcome.as_deref().unwrap_or_default().into(),
        ];
        writer.row(&cells)?;
    }
    writer.finish()
}
