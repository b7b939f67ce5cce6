//! The imports of a place, and where a new one begins.

use askama::Template;
use huiyin_base::{Day, Problem, Region};
use huiyin_directory::import::{ImportBatch, ImportKind, ImportState};
use huiyin_directory::{OrgKind, Reach, Role, Viewer, import_batch_list};
use huiyin_web::components::{Button, DataTable, Field, FormErrors, Row, Tag};
use huiyin_web::{Can, Csrf, Ctx, Density, Result};

use crate::import_file::columns;
use crate::permissions::{OrganisationImport, importers};

#[derive(Template)]
#[template(path = "import_list.html")]
struct ImportListPage {
    errors: FormErrors,
    forms: Vec<UploadForm>,
    table: Option<DataTable>,
}

/// One of the two doors for a file.
struct UploadForm {
    kind: &'static str,
    title: &'static str,
    action: &'static str,
    field: Field,
    required: String,
    optional: String,
    note: String,
    template: Button,
    send: Button,
    csrf: Csrf,
}

pub(crate) async fn show(ctx: Ctx, can: Can<OrganisationImport>) -> Result {
    let page = page(&ctx, &can.viewer, FormErrors::new()).await?;
    ctx.page("导入", Density::Desk, &page)
}

/// The page again, with what was wrong with a file.
pub(crate) async fn again(ctx: &Ctx, viewer: &Viewer, errors: FormErrors) -> Result {
    let page = page(ctx, viewer, errors).await?;
    ctx.refused("导入", Density::Desk, &page)
}

async fn page(ctx: &Ctx, viewer: &Viewer, errors: FormErrors) -> Result<ImportListPage, Problem> {
    let kinds = ImportKind::ALL.iter().copied().filter(|kind| viewer.has_any(importers(*kind)));
    let forms = kinds.clone().map(|kind| form(ctx, kind, &errors)).collect();
    let kinds: Vec<ImportKind> = kinds.collect();
    let batches = batches(ctx, viewer, &kinds).await?;
    let table = (!batches.is_empty()).then(|| table(&batches));
    Ok(ImportListPage { errors, forms, table })
}

fn form(ctx: &Ctx, kind: ImportKind, errors: &FormErrors) -> UploadForm {
    let (title, action, note) = match kind {
        ImportKind::Organisations => {
            let kinds: Vec<&str> = OrgKind::ALL.iter().map(|kind| kind.label()).collect();
            let note = format!("上级可以写在下级后面。表里没有的机构保持原样。类别可以写：{}。", kinds.join("、"));
            ("导入机构", "/imports/organisations", note)
        }
        ImportKind::Members => {
            let note = "支部代码和支部名称至少要有一列。导入不会生成账号和密码。".to_owned();
            ("导入党员", "/imports/members", note)
        }
    };
    let names = |required: bool| {
        let some = columns(kind).iter().filter(|column| column.required == required).map(|column| column.name);
        some.collect::<Vec<_>>().join("、")
    };
    let field = Field::file(kind.as_str(), "选择表格文件", ".csv,.xlsx,.xls", false)
        .hint("CSV、XLSX 或 XLS，不超过 32 MB。上传后先检查，确认后才写入。")
        .required()
        .errors(errors);
    UploadForm {
        kind: kind.as_str(),
        title,
        action,
        field,
        required: names(true),
        optional: names(false),
        note,
        template: Button::quiet("下载空表")
            .icon("download")
            .to(format!("/imports/{}/template", kind.as_str()))
            .download(),
        send: Button::primary("上传并检查").icon("upload"),
        csrf: ctx.csrf(),
    }
}

async fn batches(ctx: &Ctx, viewer: &Viewer, kinds: &[ImportKind]) -> Result<Vec<ImportBatch>, Problem> {
    const EACH: u32 = 20;
    let mut tx = ctx.site.db.read().await?;
    let mut batches = Vec::new();
    for region in regions(viewer, importers(ImportKind::Organisations)) {
        let some = import_batch_list(&mut tx, region, EACH).await?;
        batches.extend(some.into_iter().filter(|batch| kinds.contains(&batch.kind)));
    }
    batches.sort_by_key(|batch| std::cmp::Reverse(batch.id));
    Ok(batches)
}

/// The regions that a viewer looks after as a whole.
pub(crate) fn regions(viewer: &Viewer, roles: &'static [Role]) -> Vec<Region> {
    let scope = viewer.scope(roles);
    let mut regions: Vec<Region> = scope
        .reaches
        .iter()
        .filter_map(|reach| match reach {
            Reach::Region(region) => Some(*region),
            Reach::Subtree(_) => None,
        })
        .collect();
    regions.sort_unstable();
    regions.dedup();
    regions
}

fn table(batches: &[ImportBatch]) -> DataTable {
    let rows = batches.iter().map(|batch| {
        let day = Day::of(batch.created_at).to_string();
        let cells = [
            batch.file_name.as_str().into(),
            batch.kind.label().into(),
            tag(batch.state).into(),
            batch.rows_total.to_string().into(),
            batch.rows_refused.to_string().into(),
            day.into(),
        ];
        Row::new(cells).to(format!("/imports/batches/{}", batch.id))
    });
    DataTable::new("导入记录")
        .titled()
        .column("文件")
        .column("内容")
        .column("状态")
        .figure("行数")
        .figure("错误")
        .column("上传日期")
        .rows(rows)
}

/// How far an import is, as a tag.
pub(crate) fn tag(state: ImportState) -> Tag {
    match state {
        ImportState::Complete => Tag::good(state.label()),
        ImportState::Checked => Tag::attention(state.label()),
        ImportState::Discarded => Tag::plain(state.label()),
        ImportState::Reading | ImportState::Staged | ImportState::Applying => Tag::info(state.label()),
    }
}
