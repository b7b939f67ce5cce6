//! Answers without a network: the sheet to take along, and its way back.

use askama::Template;
use huiyin_base::{Id, Problem, ProblemKind};
use huiyin_directory::Viewer;
use huiyin_directory::audit::{self, AuditKind, Event};
use huiyin_documents::{Limits, read_table};
use huiyin_web::components::{Breadcrumb, Button, DataTable, Field, FormErrors, Html, Number, Row, Tag};
use huiyin_web::{Allowance, Can, Csrf, Ctx, Density, Form, Path, Result, Routes, Upload};
use serde::Deserialize;

use super::card::{Cards, cases};
use super::ledger::{tone, workbook};
use crate::ledger::{ImportAction, ImportBatch, ImportState};
use crate::permissions::CaseHandle;
use crate::worksheet::{COLUMNS, worksheet};
use crate::{CaseItem, Moment, Standing, store};

/// The routes of worksheets.
pub(crate) fn routes() -> Routes {
    Routes::new()
        .get::<CaseHandle, _>("/cases/worksheet", show)
        .get::<CaseHandle, _>("/cases/worksheet.xlsx", download)
        .post::<CaseHandle, _>("/cases/worksheet", hand_in)
        .get::<CaseHandle, _>("/cases/worksheet/{batch}", preview)
        .post::<CaseHandle, _>("/cases/worksheet/{batch}/application", apply)
        .post::<CaseHandle, _>("/cases/worksheet/{batch}/withdrawal", withdraw)
}

/// A file is some work.
const FILES: Allowance = Allowance { name: "case_worksheet", burst: 10.0, per_second: 0.1, debt: 2.0 };
/// Rows of one sheet: more than a unit has in hand.
const MOST: i64 = 500;

#[derive(Template)]
#[template(path = "worksheet.html")]
struct WorksheetPage {
    way: Breadcrumb,
    own: usize,
    others: usize,
    csrf: Csrf,
    errors: FormErrors,
    field: Field,
    download: Button,
    send: Button,
}

#[derive(Template)]
#[template(path = "worksheet_show.html")]
struct PreviewPage {
    way: Breadcrumb,
    name: String,
    state: Tag,
    path: String,
    csrf: Csrf,
    mistake: Option<String>,
    numbers: Vec<Number>,
    writes: i64,
    open: bool,
    left: i64,
    table: DataTable,
}

/// Nothing but the press of a button.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Pressed {}

async fn show(ctx: Ctx, can: Can<CaseHandle>) -> Result {
    let page = page(&ctx, &can.viewer, FormErrors::new()).await?;
    ctx.page("答复表", Density::Desk, &page)
}

async fn page(ctx: &Ctx, viewer: &Viewer, errors: FormErrors) -> Result<WorksheetPage> {
    let items = in_hand(ctx, viewer).await?;
    let own = items.iter().filter(|item| item.owner_person() == Some(viewer.account)).count();
    let field =
        Field::file("file", "填好的答复表", ".xlsx", false).hint("交回后先给您看会改什么，确认后才提交。").required();
    Ok(WorksheetPage {
        way: Breadcrumb::new("答复表").step("我的待办", "/desk"),
        own,
        others: items.len() - own,
        csrf: ctx.csrf(),
        field: field.errors(&errors),
        errors,
        download: Button::primary("下载答复表").icon("download").to("/cases/worksheet.xlsx").download(),
        send: Button::secondary("交回并查看").icon("upload"),
    })
}

async fn download(ctx: Ctx, can: Can<CaseHandle>) -> Result {
    ctx.limit(FILES, &can.viewer.account.id.to_string()).await?;
    let engine = cases(&ctx.site)?;
    let items = in_hand(&ctx, &can.viewer).await?;
    let mut tx = ctx.site.db.read().await?;
    let mut places = Vec::with_capacity(items.len());
    for item in &items {
        let cards = Cards::of_case(&mut tx, &ctx.site, &engine, item).await?;
        places.push((item.id, cards.place(item.region, item.township, item.village)));
    }
    drop(tx);
    record(&ctx, &can.viewer, AuditKind::Export, format!("下载答复表，{} 件", items.len())).await?;
    let told = |item: &CaseItem| {
        let place = places.iter().find(|(id, _)| *id == item.id).map(|(_, place)| place.clone()).unwrap_or_default();
        (number(&ctx, item), place)
    };
    let bytes = worksheet(&engine, &items, &can.viewer, told).map_err(Problem::broken)?;
    workbook(&format!("答复表 {}.xlsx", ctx.today()), bytes)
}

async fn hand_in(ctx: Ctx, can: Can<CaseHandle>, upload: Upload) -> Result {
    ctx.limit(FILES, &can.viewer.account.id.to_string()).await?;
    let Some(file) = upload.files("file").next() else {
        return again(&ctx, &can.viewer, "请先选择填好的答复表。".into()).await;
    };
    let (name, bytes) = (file.name.clone(), file.bytes.clone());
    let read = tokio::task::spawn_blocking(move || {
        let limits = Limits { rows: 2_000, cell_chars: 6_000, ..Limits::default() };
        read_table(&name, &bytes, &COLUMNS, &limits)
    });
    let table = match read.await.map_err(Problem::broken)? {
        Ok(table) => table,
        Err(error) => return again(&ctx, &can.viewer, error.to_string()).await,
    };
    let engine = cases(&ctx.site)?;
    let (name, printed) = (crate::ledger::name_of(&file.name), |item: &CaseItem| number(&ctx, item));
    let id = engine.worksheet_take(table, name, &can.viewer, Moment::at(ctx.now()), &printed, &mut ctx.rng()).await?;
    ctx.redirect(&format!("/cases/worksheet/{id}"), None)
}

async fn again(ctx: &Ctx, viewer: &Viewer, message: String) -> Result {
    let page = page(ctx, viewer, FormErrors::new().with("file", message)).await?;
    ctx.refused("答复表", Density::Desk, &page)
}

async fn preview(ctx: Ctx, can: Can<CaseHandle>, Path(id): Path<String>) -> Result {
    let batch = find(&ctx, &can.viewer, &id).await?;
    let page = drawn(&ctx, &batch, None).await?;
    ctx.page("答复表", Density::Desk, &page)
}

async fn apply(ctx: Ctx, can: Can<CaseHandle>, Path(id): Path<String>, Form(_): Form<Pressed>) -> Result {
    let batch = find(&ctx, &can.viewer, &id).await?;
    match cases(&ctx.site)?.worksheet_apply(batch.id, &can.viewer, Moment::at(ctx.now())).await {
        Ok(ended) => {
            record(&ctx, &can.viewer, AuditKind::Import, format!("交回答复表，提交 {} 件", ended.done)).await?;
            let notice = match ended.conflict {
                0 => format!("已提交 {} 件，等待上一级核验。", ended.done),
                conflict => format!("已提交 {} 件；{conflict} 件没有提交，原因写在后面。", ended.done),
            };
            ctx.redirect(&format!("/cases/worksheet/{}", batch.id), Some(&notice))
        }
        Err(problem) if problem.kind == ProblemKind::Conflict => {
            let batch = find(&ctx, &can.viewer, &id).await?;
            let page = drawn(&ctx, &batch, Some(problem.message)).await?;
            ctx.refused("答复表", Density::Desk, &page)
        }
        Err(problem) => Err(problem.into()),
    }
}

async fn withdraw(ctx: Ctx, can: Can<CaseHandle>, Path(id): Path<String>, Form(_): Form<Pressed>) -> Result {
    let batch = find(&ctx, &can.viewer, &id).await?;
    cases(&ctx.site)?.worksheet_discard(batch.id, &can.viewer).await?;
    ctx.redirect("/cases/worksheet", Some("已放弃，什么都没有改。"))
}

async fn drawn(ctx: &Ctx, batch: &ImportBatch, mistake: Option<String>) -> Result<PreviewPage> {
    let mut tx = ctx.site.db.read().await?;
    let counts = store::ledger_row_counts(&mut tx, batch.id).await?;
    let rows = store::ledger_message_list(&mut tx, batch.id, None, 0, 2_000).await?;
    let count =
        |wanted: ImportAction| counts.iter().find(|(action, _)| *action == wanted).map_or(0, |(_, count)| *count);
    let numbers = counts.iter().map(|(action, count)| Number::new(label(*action), count.to_string(), "行"));
    let rows = rows.iter().map(|row| {
        let message: Html = match row.case_id {
            Some(case) => Html::drawn(format!("<a href=\"/cases/{case}\">{}</a>", Html::from(row.message.as_str()))),
            None => row.message.as_str().into(),
        };
        Row::new([row.number.to_string().into(), Tag::new(tone(row.action), label(row.action)).into(), message])
    });
    let open = batch.state == ImportState::Checked;
    Ok(PreviewPage {
        way: Breadcrumb::new(&*batch.file_name).step("我的待办", "/desk").step("答复表", "/cases/worksheet"),
        name: batch.file_name.clone(),
        state: match batch.state {
            ImportState::Checked => Tag::attention("等您确认"),
            ImportState::Complete => Tag::good("已交回").icon("check"),
            state => Tag::plain(state.label()),
        },
        path: format!("/cases/worksheet/{}", batch.id),
        csrf: ctx.csrf(),
        mistake,
        numbers: numbers.collect(),
        writes: count(ImportAction::Add),
        left: if batch.state == ImportState::Complete { count(ImportAction::Add) } else { 0 },
        open,
        table: DataTable::new("每一行会怎样").figure("行号").column("结果").column("说明").rows(rows),
    })
}

const fn label(action: ImportAction) -> &'static str {
    match action {
        ImportAction::Add => "将提交",
        ImportAction::Done => "已提交",
        ImportAction::Skip => "不变",
        ImportAction::Conflict => "情况有变",
        ImportAction::Refuse | ImportAction::Twin => "有错误",
    }
}

/// What the viewer's units have in hand.
async fn in_hand(ctx: &Ctx, viewer: &Viewer) -> Result<Vec<CaseItem>> {
    let engine = cases(&ctx.site)?;
    let roles = engine.book.kind("problem").map(|kind| kind.roles(Standing::OwnerOrg).to_vec()).unwrap_or_default();
    let mut tx = ctx.site.db.read().await?;
    let mut orgs: Vec<_> =
        viewer.grants.iter().filter(|grant| roles.contains(&grant.role)).map(|grant| grant.org).collect();
    orgs.dedup();
    let mut items = Vec::new();
    for org in orgs {
        items.extend(store::worksheet_list(&mut tx, org, MOST).await?);
    }
    Ok(items)
}

async fn find(ctx: &Ctx, viewer: &Viewer, id: &str) -> Result<ImportBatch> {
    let id: Id = id.parse().map_err(|_| Problem::not_found())?;
    Ok(cases(&ctx.site)?.worksheet_find(id, viewer).await?)
}

fn number(ctx: &Ctx, item: &CaseItem) -> String {
    super::card::case_number(&ctx.site.regions, item.region, item.number()).unwrap_or_default()
}

async fn record(ctx: &Ctx, viewer: &Viewer, kind: AuditKind, words: String) -> Result<(), Problem> {
    let event = Event::new(viewer.account.region, kind, ctx.real_now(), &mut ctx.rng());
    let event = event.by(viewer.account).about("page", "worksheet").detail(words);
    let write = ctx.site.db.write("worksheet_record", move |tx| {
        let event = event.clone();
        Box::pin(async move { Ok(audit::record(tx, &event).await?) })
    });
    write.await
}
