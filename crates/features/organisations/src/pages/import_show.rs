//! One import: its check, its confirmation, its progress, its result.

use askama::Template;
use huiyin_base::{Id, Problem};
use huiyin_directory::audit::{AuditKind, Event, record};
use huiyin_directory::import::{ImportBatch, ImportKind, ImportState, RowAction};
use huiyin_directory::{Viewer, import_message_list, import_row_counts};
use huiyin_jobs::enqueue;
use huiyin_web::components::{Breadcrumb, Button, DataTable, Field, Number, Pager, ProgressJob, Row, Tabs, Tag, Tone};
use huiyin_web::{Can, Csrf, Ctx, Density, Form, Path, Query, Result};
use serde::Deserialize;

use super::{import_list, workbook};
use crate::import_file::result_of;
use crate::job;
use crate::permissions::{OrganisationImport, importers};

/// What stands behind the question mark: which rows, and after which.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    action: String,
    after: u32,
}

/// The confirmation.
#[derive(Debug, Deserialize)]
pub(crate) struct Confirmation {
    #[serde(default)]
    partial: String,
}

/// Nothing but the press of a button.
#[derive(Debug, Deserialize)]
pub(crate) struct Pressed {}

#[derive(Template)]
#[template(path = "import_show.html")]
struct ImportPage {
    way: Breadcrumb,
    name: String,
    state: Tag,
    notices: Vec<String>,
    progress: Option<ProgressJob>,
    numbers: Vec<Number>,
    running: Option<Running>,
    confirm: Option<Confirm>,
    complete: bool,
    tabs: Tabs,
    table: Option<DataTable>,
    pager: Option<Pager>,
    result: Option<Button>,
}

/// What may be done while an import runs, or was cut off on the way.
struct Running {
    path: String,
    csrf: Csrf,
    resume: Option<Button>,
    withdraw: Button,
}

/// The step from the dry run to writing.
struct Confirm {
    path: String,
    csrf: Csrf,
    refused: i64,
    writes: i64,
    partial: Field,
    apply: Button,
    withdraw: Button,
}

const PAGE: u32 = 100;

pub(crate) async fn show(
    ctx: Ctx,
    can: Can<OrganisationImport>,
    Path(batch): Path<String>,
    Query(asked): Query<Asked>,
) -> Result {
    let batch = find(&ctx, &can.viewer, &batch).await?;
    let page = page(&ctx, &batch, &asked, None).await?;
    ctx.page("导入", Density::Desk, &page)
}

async fn page(ctx: &Ctx, batch: &ImportBatch, asked: &Asked, error: Option<String>) -> Result<ImportPage> {
    let path = format!("/imports/batches/{}", batch.id);
    let mut tx = ctx.site.db.read().await?;
    let counts = import_row_counts(&mut tx, batch.id).await?;
    let action = RowAction::parse(&asked.action);
    let mut messages = import_message_list(&mut tx, batch.id, action, asked.after, PAGE + 1).await?;
    drop(tx);
    let next = (messages.len() > PAGE as usize).then(|| {
        messages.truncate(PAGE as usize);
        let last = messages.last().map_or(0, |message| message.number);
        format!("{path}?action={}&after={last}", asked.action)
    });
    let first = (asked.after > 0).then(|| format!("{path}?action={}", asked.action));
    let rows = messages.iter().map(|message| {
        let tag = Tag::new(tone(message.action), message.action.label());
        Row::new([message.number.to_string().into(), tag.into(), message.message.as_str().into()])
    });
    let decided = matches!(batch.state, ImportState::Checked | ImportState::Applying | ImportState::Complete);
    let table = DataTable::new("逐行结果").figure("行号").column("结果").column("说明").rows(rows);
    let result = Button::secondary("下载逐行结果").icon("download").to(format!("{path}/result")).download();
    let numbers = counts.iter().map(|(action, count)| {
        let door = format!("{path}?action={}", action.as_str());
        Number::new(action.label(), count.to_string(), "行").to(door)
    });
    Ok(ImportPage {
        way: Breadcrumb::new(&*batch.file_name).step("导入", "/imports"),
        name: batch.file_name.clone(),
        state: import_list::tag(batch.state),
        notices: batch.notice_list(),
        progress: progress(batch, &path),
        numbers: numbers.collect(),
        running: running(ctx, batch, &path),
        confirm: (batch.state == ImportState::Checked).then(|| confirm(ctx, batch, &path, error)),
        complete: batch.state == ImportState::Complete,
        tabs: tabs(&path, &counts, action),
        table: (decided && !messages.is_empty()).then_some(table),
        pager: (first.is_some() || next.is_some()).then(|| Pager::new(first, next)),
        result: decided.then_some(result),
    })
}

pub(crate) async fn apply(
    ctx: Ctx,
    can: Can<OrganisationImport>,
    Path(batch): Path<String>,
    Form(confirmation): Form<Confirmation>,
) -> Result {
    let batch = find(&ctx, &can.viewer, &batch).await?;
    let partial = confirmation.partial == "1";
    if !matches!(batch.state, ImportState::Checked | ImportState::Applying) {
        return Err(Problem::conflict("这次导入已经确认过，或还没有检查完。请返回查看进度。").into());
    }
    if batch.state == ImportState::Checked && batch.rows_refused > 0 && !partial {
        let message = format!("还有 {} 行错误。请勾选这一项，或改正表格后重新上传。", batch.rows_refused);
        let page = page(&ctx, &batch, &Asked::default(), Some(message)).await?;
        return ctx.refused("导入", Density::Desk, &page);
    }
    let (job, event) = (job::apply_job(batch.id, partial, &ctx.site), event(&ctx, &can.viewer, &batch, "确认导入"));
    let job_id = Id::new(batch.region, ctx.now(), &mut ctx.rng());
    ctx.site
        .db
        .write("import_apply", move |tx| {
            let (job, event) = (job.clone(), event.clone());
            Box::pin(async move {
                record(tx, &event).await?;
                enqueue(tx, &job, job_id).await?;
                Ok(())
            })
        })
        .await?;
    ctx.redirect(&format!("/imports/batches/{}", batch.id), Some("已开始导入，可以离开这一页，稍后回来看结果。"))
}

pub(crate) async fn withdraw(
    ctx: Ctx,
    can: Can<OrganisationImport>,
    Path(batch): Path<String>,
    Form(Pressed {}): Form<Pressed>,
) -> Result {
    let batch = find(&ctx, &can.viewer, &batch).await?;
    job::import(&ctx.site).discard(batch.id).await?;
    let event = event(&ctx, &can.viewer, &batch, "放弃导入");
    ctx.site
        .db
        .write("import_withdraw", move |tx| {
            let event = event.clone();
            Box::pin(async move { Ok(record(tx, &event).await?) })
        })
        .await?;
    ctx.redirect("/imports", Some("已放弃这次导入，没有写入任何内容。"))
}

pub(crate) async fn result(ctx: Ctx, can: Can<OrganisationImport>, Path(batch): Path<String>) -> Result {
    let batch = find(&ctx, &can.viewer, &batch).await?;
    let rows = job::import(&ctx.site).results(batch.id).await?;
    let headers = batch.header_list();
    let made = tokio::task::spawn_blocking(move || result_of(&headers, &rows)).await.map_err(Problem::broken)?;
    let event = event(&ctx, &can.viewer, &batch, "下载导入结果");
    ctx.site
        .db
        .write("import_result", move |tx| {
            let event = event.clone();
            Box::pin(async move { Ok(record(tx, &event).await?) })
        })
        .await?;
    workbook("导入结果.xlsx", made?)
}

/// The batch, for whoever looks after its region and may import its kind; nothing for anybody else.
async fn find(ctx: &Ctx, viewer: &Viewer, batch: &str) -> Result<ImportBatch, Problem> {
    let id: Id = batch.parse().map_err(|_| Problem::not_found())?;
    let batch = job::import(&ctx.site).find(id).await?;
    let seen = import_list::regions(viewer, importers(batch.kind)).contains(&batch.region);
    if seen { Ok(batch) } else { Err(Problem::not_found()) }
}

fn event(ctx: &Ctx, viewer: &Viewer, batch: &ImportBatch, words: &str) -> Event {
    let event = Event::new(viewer.account.region, AuditKind::Import, ctx.real_now(), &mut ctx.rng());
    event.by(viewer.account).about("import_batch", batch.id).detail(words)
}

fn progress(batch: &ImportBatch, path: &str) -> Option<ProgressJob> {
    let amount = |number: i64| u64::try_from(number).unwrap_or(0);
    match batch.state {
        ImportState::Reading | ImportState::Staged => {
            let words = format!("正在检查 {} 行，请稍候。", batch.rows_total);
            Some(ProgressJob::new("检查表格", 0, None).words(words).watch(path))
        }
        ImportState::Applying => {
            let words = format!("已写入 {} 行，共 {} 行。全部写完后一起生效。", batch.steps_done, batch.steps_total);
            let (done, total) = (amount(batch.steps_done), amount(batch.steps_total));
            Some(ProgressJob::new("正在导入", done, Some(total)).words(words).watch(path))
        }
        ImportState::Checked | ImportState::Complete | ImportState::Discarded => None,
    }
}

fn running(ctx: &Ctx, batch: &ImportBatch, path: &str) -> Option<Running> {
    let resume = Button::secondary("继续写入").sending_to(format!("{path}/application"));
    let resume = match batch.state {
        ImportState::Applying => Some(resume),
        ImportState::Reading | ImportState::Staged => None,
        ImportState::Checked | ImportState::Complete | ImportState::Discarded => return None,
    };
    let withdraw = Button::quiet("放弃这次导入");
    Some(Running { path: path.to_owned(), csrf: ctx.csrf(), resume, withdraw })
}

fn confirm(ctx: &Ctx, batch: &ImportBatch, path: &str, error: Option<String>) -> Confirm {
    let what = match batch.kind {
        ImportKind::Organisations => "机构",
        ImportKind::Members => "党员",
    };
    let partial = Field::tick("partial", "只导入没有错误的行");
    Confirm {
        path: path.to_owned(),
        csrf: ctx.csrf(),
        refused: batch.rows_refused,
        writes: batch.steps_total,
        partial: match error {
            Some(error) => partial.error(error),
            None => partial,
        },
        apply: Button::primary(format!("确认导入{what}")).icon("check"),
        withdraw: Button::quiet("放弃这次导入").sending_to(format!("{path}/withdrawal")),
    }
}

fn tabs(path: &str, counts: &[(RowAction, i64)], shown: Option<RowAction>) -> Tabs {
    let all: i64 = counts.iter().map(|(_, count)| count).sum();
    let tabs = Tabs::new("逐行结果").tab("全部", path, shown.is_none()).count(all);
    counts.iter().fold(tabs, |tabs, (action, count)| {
        let href = format!("{path}?action={}", action.as_str());
        tabs.tab(action.label(), href, shown == Some(*action)).count(count)
    })
}

const fn tone(action: RowAction) -> Tone {
    match action {
        RowAction::Add => Tone::Good,
        RowAction::Change | RowAction::Move => Tone::Info,
        RowAction::Same => Tone::Plain,
        RowAction::Refuse => Tone::Bad,
    }
}
