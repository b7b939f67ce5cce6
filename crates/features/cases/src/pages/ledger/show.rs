//! One ledger: what its check found, what is known already, the confirmation and the result.

use askama::Template;
use huiyin_base::{Problem, ProblemKind};
use huiyin_web::components::{
    Breadcrumb, Button, Choice as Offered, DataTable, Field, Html, Number, Pager, ProgressJob, Row, Tabs, Tag, Tone,
};
use huiyin_web::{Can, Csrf, Ctx, Density, Form, Path, Query, Result};
use serde::Deserialize;

use super::matching::{Matching, Wording};
use super::{Bench, list, record, workbook};
use crate::ledger::{Choice, ImportAction, ImportBatch, ImportState, RowMessage, job};
use crate::permissions::CaseImport;
use crate::store;

/// Which rows, and after which.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    action: String,
    after: u32,
    only: String,
}

/// The confirmation.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Confirmation {
    partial: String,
}

#[derive(Template)]
#[template(path = "ledger_show.html")]
struct LedgerPage {
    way: Breadcrumb,
    name: String,
    state: Tag,
    path: String,
    notices: Vec<String>,
    mistake: Option<String>,
    progress: Option<ProgressJob>,
    numbers: Vec<Number>,
    matching: Option<Matching>,
    wording: Option<Wording>,
    twins: Option<Twins>,
    confirm: Option<Confirm>,
    /// While it is checked: the way out for whoever took the wrong file.
    abandon: Option<Abandon>,
    complete: bool,
    tabs: Option<Tabs>,
    table: Option<DataTable>,
    pager: Option<Pager>,
    results: Vec<Button>,
}

/// The decisions about rows that a case says already.
struct Twins {
    csrf: Csrf,
    rows: Vec<(String, String, Field)>,
    all: Field,
    left: bool,
}

struct Abandon {
    csrf: Csrf,
    withdraw: Button,
}

struct Confirm {
    csrf: Csrf,
    writes: i64,
    refused: i64,
    partial: Field,
    apply: Button,
    withdraw: Button,
}

/// Rows of one page of the table, and decisions asked for at once.
const PAGE: u32 = 100;

pub(crate) async fn show(ctx: Ctx, can: Can<CaseImport>, Path(id): Path<String>, Query(asked): Query<Asked>) -> Result {
    let bench = Bench::of(&ctx, &can.viewer).await?;
    let batch = bench.batch(&ctx, &id).await?;
    let page = page(&ctx, &bench, &batch, &asked, None).await?;
    ctx.page("导入台账", Density::Desk, &page)
}

/// The page again, with what was wrong.
pub(super) async fn again(ctx: &Ctx, bench: &Bench, batch: &ImportBatch, problem: Problem) -> Result {
    if !matches!(problem.kind, ProblemKind::Invalid | ProblemKind::Conflict) {
        return Err(problem.into());
    }
    let batch = bench.batch(ctx, &batch.id.to_string()).await?;
    let page = page(ctx, bench, &batch, &Asked::default(), Some(problem.message)).await?;
    ctx.refused("导入台账", Density::Desk, &page)
}

pub(crate) async fn choose(
    ctx: Ctx,
    can: Can<CaseImport>,
    Path(id): Path<String>,
    Form(given): Form<Vec<(String, String)>>,
) -> Result {
    let bench = Bench::of(&ctx, &can.viewer).await?;
    let batch = bench.batch(&ctx, &id).await?;
    let all = given.iter().find(|(name, _)| name == "all").and_then(|(_, value)| Choice::parse(value));
    let each = given.iter().filter_map(|(name, value)| {
        let number: u32 = name.strip_prefix("row-")?.parse().ok()?;
        Some((number, all.or_else(|| Choice::parse(value))?))
    });
    let mut choices: Vec<(u32, Choice)> = each.collect();
    if let Some(all) = all {
        let mut tx = ctx.site.db.read().await?;
        let twins = store::ledger_message_list(&mut tx, batch.id, Some(ImportAction::Twin), 0, 10_000).await?;
        choices = twins.iter().map(|row| (row.number, all)).collect();
    }
    match bench.ledger(&ctx).choose(batch.id, choices).await {
        Ok(()) => ctx.redirect(&format!("/cases/imports/{}#confirm", batch.id), Some("已记下这些行怎么办。")),
        Err(problem) => again(&ctx, &bench, &batch, problem).await,
    }
}

pub(crate) async fn apply(
    ctx: Ctx,
    can: Can<CaseImport>,
    Path(id): Path<String>,
    Form(confirmation): Form<Confirmation>,
) -> Result {
    let bench = Bench::of(&ctx, &can.viewer).await?;
    let batch = bench.batch(&ctx, &id).await?;
    let partial = confirmation.partial == "1";
    let begun = match bench.ledger(&ctx).begin(batch.id, partial).await {
        Ok(()) => job::enqueue_apply(&ctx.site, batch.id, partial).await,
        refused => refused,
    };
    match begun {
        Ok(()) => {
            record(&ctx, &can.viewer, batch.id, "确认导入台账".into()).await?;
            let notice = "已开始导入，可以离开这一页，稍后回来看结果。";
            ctx.redirect(&format!("/cases/imports/{}", batch.id), Some(notice))
        }
        Err(problem) => again(&ctx, &bench, &batch, problem).await,
    }
}

pub(crate) async fn withdraw(
    ctx: Ctx,
    can: Can<CaseImport>,
    Path(id): Path<String>,
    Form(_): Form<Confirmation>,
) -> Result {
    let bench = Bench::of(&ctx, &can.viewer).await?;
    let batch = bench.batch(&ctx, &id).await?;
    bench.ledger(&ctx).discard(batch.id).await?;
    record(&ctx, &can.viewer, batch.id, "放弃导入台账".into()).await?;
    ctx.redirect("/cases/imports", Some("已放弃这次导入，没有写入任何内容。"))
}

pub(crate) async fn result(
    ctx: Ctx,
    can: Can<CaseImport>,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Result {
    let bench = Bench::of(&ctx, &can.viewer).await?;
    let batch = bench.batch(&ctx, &id).await?;
    let rows = bench.ledger(&ctx).results(batch.id).await?;
    let headers = batch.header_list();
    let errors = asked.only == "errors";
    let made = tokio::task::spawn_blocking(move || crate::ledger::result_of(&headers, &rows, errors));
    let made = made.await.map_err(Problem::broken)??;
    record(&ctx, &can.viewer, batch.id, "下载台账导入结果".into()).await?;
    workbook(if errors { "有错误的行.xlsx" } else { "导入结果.xlsx" }, made)
}

async fn page(
    ctx: &Ctx,
    bench: &Bench,
    batch: &ImportBatch,
    asked: &Asked,
    mistake: Option<String>,
) -> Result<LedgerPage, Problem> {
    let path = format!("/cases/imports/{}", batch.id);
    let open = batch.state == ImportState::Checked;
    let action = ImportAction::parse(&asked.action);
    let mut tx = ctx.site.db.read().await?;
    let counts = store::ledger_row_counts(&mut tx, batch.id).await?;
    let mut messages = store::ledger_message_list(&mut tx, batch.id, action, asked.after, PAGE + 1).await?;
    let chosen = store::ledger_chosen_count(&mut tx, batch.id).await?;
    let twins = store::ledger_message_list(&mut tx, batch.id, Some(ImportAction::Twin), 0, PAGE + 1).await?;
    drop(tx);
    let count =
        |wanted: ImportAction| counts.iter().find(|(action, _)| *action == wanted).map_or(0, |(_, count)| *count);
    let next = (messages.len() > PAGE as usize).then(|| {
        messages.truncate(PAGE as usize);
        let last = messages.last().map_or(0, |message| message.number);
        format!("{path}?action={}&after={last}", asked.action)
    });
    let first = (asked.after > 0).then(|| format!("{path}?action={}", asked.action));
    let numbers = counts.iter().map(|(action, count)| {
        let door = format!("{path}?action={}#rows", action.as_str());
        Number::new(action.label(), count.to_string(), "行").to(door)
    });
    let refused = count(ImportAction::Refuse);
    let mut results = vec![Button::secondary("下载逐行结果").icon("download").to(format!("{path}/result")).download()];
    if refused > 0 {
        let errors = Button::secondary("只下载有错误的行").icon("download").to(format!("{path}/result?only=errors"));
        results.insert(0, errors.download());
    }
    Ok(LedgerPage {
        way: Breadcrumb::new(&*batch.file_name).step("台账", "/cases").step("导入台账", "/cases/imports"),
        name: batch.file_name.clone(),
        state: list::tag(batch.state),
        notices: batch.notice_list(),
        mistake,
        progress: progress(batch, &counts, &path),
        numbers: if batch.state == ImportState::Staged { Vec::new() } else { numbers.collect() },
        matching: if open { Some(Matching::of(ctx, bench, batch).await?) } else { None },
        wording: if open { Wording::of(ctx, bench, batch).await? } else { None },
        twins: (open && !twins.is_empty()).then(|| twins_form(ctx, &twins)),
        confirm: open.then(|| confirm(ctx, count(ImportAction::Add) + chosen, refused, &path)),
        abandon: (batch.state == ImportState::Staged).then(|| Abandon { csrf: ctx.csrf(), withdraw: give_up(&path) }),
        complete: batch.state == ImportState::Complete,
        tabs: (counts.len() > 1).then(|| tabs(&path, &counts, action)),
        table: (!messages.is_empty()).then(|| table(&messages)),
        pager: (first.is_some() || next.is_some()).then(|| Pager::new(first, next)),
        results: if matches!(batch.state, ImportState::Discarded | ImportState::Staged | ImportState::Applying) {
            Vec::new()
        } else {
            results
        },
        path,
    })
}

/// How far the job is; the page works without scripts too, by being asked for again.
fn progress(batch: &ImportBatch, counts: &[(ImportAction, i64)], path: &str) -> Option<ProgressJob> {
    let amount = |number: i64| u64::try_from(number).unwrap_or(0);
    let judged: i64 = counts.iter().map(|(_, n)| n).sum();
    match batch.state {
        ImportState::Staged => {
            let words = format!("正在检查 {} 行，请稍候。可以离开这一页，稍后回来或刷新看结果。", batch.rows_total);
            // A second check begins anew over rows that were judged before.
            let done = if judged < batch.rows_total { judged } else { 0 };
            Some(ProgressJob::new("检查台账", amount(done), Some(amount(batch.rows_total))).words(words).watch(path))
        }
        ImportState::Applying => {
            let words = "正在写入，全部写完后一起生效。可以离开这一页，稍后回来或刷新看结果。";
            Some(ProgressJob::new("正在导入", 0, None).words(words).watch(path))
        }
        ImportState::Checked | ImportState::Complete | ImportState::Discarded => None,
    }
}

fn twins_form(ctx: &Ctx, twins: &[RowMessage]) -> Twins {
    let choices = |row: &RowMessage| {
        let offered = Choice::ALL.iter().filter(|choice| **choice != Choice::Link || row.twin.is_some());
        offered.map(|choice| Offered::new(choice.as_str(), choice.label())).collect::<Vec<_>>()
    };
    let rows = twins.iter().take(PAGE as usize).map(|row| {
        let name = format!("row-{}", row.number);
        let chosen = row.choice.unwrap_or(Choice::Skip);
        let field = Field::select(&name, &format!("第 {} 行", row.number), choices(row)).value(chosen.as_str());
        (row.number.to_string(), row.message.clone(), field.hidden_label())
    });
    let every =
        [Choice::Skip, Choice::Add].map(|choice| Offered::new(choice.as_str(), format!("全部{}", choice.label())));
    let all = Field::select(
        "all",
        "一起决定",
        std::iter::once(Offered::new("", "逐行选择")).chain(every).collect::<Vec<_>>(),
    );
    Twins { csrf: ctx.csrf(), rows: rows.collect(), all, left: twins.len() > PAGE as usize }
}

fn confirm(ctx: &Ctx, writes: i64, refused: i64, path: &str) -> Confirm {
    Confirm {
        csrf: ctx.csrf(),
        writes,
        refused,
        partial: Field::tick("partial", "只导入没有错误的行"),
        apply: Button::primary(format!("确认导入 {writes} 件")).icon("check"),
        withdraw: give_up(path),
    }
}

fn give_up(path: &str) -> Button {
    Button::quiet("放弃这次导入").sending_to(format!("{path}/withdrawal"))
}

fn tabs(path: &str, counts: &[(ImportAction, i64)], shown: Option<ImportAction>) -> Tabs {
    let all: i64 = counts.iter().map(|(_, count)| count).sum();
    let tabs = Tabs::new("逐行结果").tab("全部", format!("{path}#rows"), shown.is_none()).count(all);
    counts.iter().fold(tabs, |tabs, (action, count)| {
        let href = format!("{path}?action={}#rows", action.as_str());
        tabs.tab(action.label(), href, shown == Some(*action)).count(count)
    })
}

fn table(messages: &[RowMessage]) -> DataTable {
    let rows = messages.iter().map(|row| {
        let tag = Tag::new(tone(row.action), row.action.label());
        let message: Html = match row.case_id {
            Some(case) => Html::drawn(format!("<a href=\"/cases/{case}\">{}</a>", Html::from(row.message.as_str()))),
            None => row.message.as_str().into(),
        };
        Row::new([row.number.to_string().into(), tag.into(), message])
    });
    DataTable::new("逐行结果").figure("行号").column("结果").column("说明").rows(rows)
}

pub(in crate::pages) const fn tone(action: ImportAction) -> Tone {
    match action {
        ImportAction::Add | ImportAction::Done => Tone::Good,
        ImportAction::Twin | ImportAction::Conflict => Tone::Attention,
        ImportAction::Skip => Tone::Plain,
        ImportAction::Refuse => Tone::Bad,
    }
}
