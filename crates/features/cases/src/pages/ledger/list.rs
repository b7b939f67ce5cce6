//! The ledgers brought so far, and the door for a new one.

use askama::Template;
use huiyin_base::{Id, Problem};
use huiyin_directory::Viewer;
use huiyin_documents::{SheetWriter, WriteColumn};
use huiyin_web::components::{Breadcrumb, Button, DataTable, Field, FormErrors, Row, Tag};
use huiyin_web::{Allowance, Can, Csrf, Ctx, Density, Result, Upload};

use super::{Bench, record, workbook};
use crate::ledger::{ImportBatch, ImportState, LedgerRules, NewLedger, job};
use crate::permissions::CaseImport;
use crate::store;

/// A file is some seconds of work.
const UPLOADS: Allowance = Allowance { name: "case_import", burst: 10.0, per_second: 0.1, debt: 2.0 };

#[derive(Template)]
#[template(path = "ledger_list.html")]
struct LedgerList {
    way: Breadcrumb,
    county: String,
    errors: FormErrors,
    csrf: Csrf,
    field: Field,
    send: Button,
    template: Button,
    rows: usize,
    table: Option<DataTable>,
}

pub(crate) async fn show(ctx: Ctx, can: Can<CaseImport>) -> Result {
    let page = page(&ctx, &can.viewer, FormErrors::new()).await?;
    ctx.page("导入台账", Density::Desk, &page)
}

pub(crate) async fn create(ctx: Ctx, can: Can<CaseImport>, upload: Upload) -> Result {
    ctx.limit(UPLOADS, &can.viewer.account.id.to_string()).await?;
    let bench = Bench::of(&ctx, &can.viewer).await?;
    let Some(file) = upload.files("file").next() else {
        return again(&ctx, &can.viewer, "请先选择一个文件。".into()).await;
    };
    let (name, bytes) = (file.name.clone(), file.bytes.clone());
    let read = tokio::task::spawn_blocking(move || crate::ledger::read(&name, &bytes));
    let table = match read.await.map_err(Problem::broken)? {
        Ok(table) => table,
        Err(error) => return again(&ctx, &can.viewer, error.to_string()).await,
    };
    let ledger = bench.ledger(&ctx);
    let id = Id::new(bench.county.region, ctx.now(), &mut ctx.rng());
    let (file_name, check) = (crate::ledger::name_of(&file.name), Some(job::checking(&ctx.site, id)));
    let new = NewLedger { id, file_name, by: Some(can.viewer.account), check };
    let rows = table.rows.len();
    if let Err(problem) = ledger.stage(new, table, &mut ctx.rng()).await {
        return match problem.kind {
            huiyin_base::ProblemKind::Invalid => again(&ctx, &can.viewer, problem.message).await,
            _ => Err(problem.into()),
        };
    }
    record(&ctx, &can.viewer, id, format!("上传台账，{rows} 行")).await?;
    ctx.redirect(&format!("/cases/imports/{id}"), None)
}

/// An empty table with headings that are understood.
pub(crate) async fn template(_: Can<CaseImport>) -> Result {
    let rules = LedgerRules::built_in().map_err(Problem::broken)?;
    let columns: Vec<WriteColumn> =
        rules.fields().filter(|field| !field.known).map(|field| WriteColumn::new(field.label.clone(), 18)).collect();
    let writer = SheetWriter::new("台账", &columns).map_err(Problem::broken)?;
    workbook("台账空表.xlsx", writer.finish().map_err(Problem::broken)?)
}

async fn again(ctx: &Ctx, viewer: &Viewer, message: String) -> Result {
    let page = page(ctx, viewer, FormErrors::new().with("file", message)).await?;
    ctx.refused("导入台账", Density::Desk, &page)
}

async fn page(ctx: &Ctx, viewer: &Viewer, errors: FormErrors) -> Result<LedgerList, Problem> {
    const SHOWN: u32 = 30;
    let bench = Bench::of(ctx, viewer).await?;
    let batches = store::ledger_list(&mut ctx.site.db.read().await?, bench.county.region, SHOWN).await?;
    let field = Field::file("file", "选择表格文件", ".csv,.xlsx,.xls", false)
        .hint("CSV、XLSX 或 XLS，不超过 32 MB。上传后先检查，确认后才写入。")
        .required()
        .errors(&errors);
    Ok(LedgerList {
        way: Breadcrumb::new("导入台账").step("台账", "/cases"),
        county: bench.county.name.clone(),
        errors,
        csrf: ctx.csrf(),
        field,
        send: Button::primary("上传并检查").icon("upload"),
        template: Button::quiet("下载空表").icon("download").to("/cases/imports/template").download(),
        rows: LedgerRules::built_in().map_err(Problem::broken)?.rows,
        table: (!batches.is_empty()).then(|| table(&batches)),
    })
}

fn table(batches: &[ImportBatch]) -> DataTable {
    let rows = batches.iter().map(|batch| {
        let cells = [
            batch.file_name.as_str().into(),
            tag(batch.state).into(),
            batch.rows_total.to_string().into(),
            batch.created_day.to_string().into(),
        ];
        Row::new(cells).to(format!("/cases/imports/{}", batch.id))
    });
    DataTable::new("导入过的台账").titled().column("文件").column("进度").figure("行数").column("上传日期").rows(rows)
}

pub(super) fn tag(state: ImportState) -> Tag {
    match state {
        ImportState::Staged | ImportState::Discarded => Tag::plain(state.label()),
        ImportState::Applying => Tag::info(state.label()),
        ImportState::Checked => Tag::attention(state.label()),
        ImportState::Complete => Tag::good(state.label()).icon("check"),
    }
}
