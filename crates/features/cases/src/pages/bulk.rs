//! Bulk acts: chosen in a list, asked once more here, done by a job, with a result for every case.

use std::collections::{BTreeSet, HashMap};

use askama::Template;
use huiyin_base::{Id, Problem};
use huiyin_db::Tx;
use huiyin_directory::{OrgKind, OrgRef, Viewer, org_root};
use huiyin_jobs::JobState;
use huiyin_web::components::{Breadcrumb, Button, Choice, DataTable, Empty, Field, Html, ProgressJob, Row, Tag};
use huiyin_web::{Can, Csrf, Ctx, Density, Form, Path, Query, Result, from_query};
use serde::Deserialize;

use super::action::people_at;
use super::action_post::day_of;
use super::bulk_bar::offered;
use super::card::{Cards, cases, state_tag};
use super::{case_filter, cell, desk};
use crate::permissions::CaseHandle;
use crate::store::{self, BulkRow, BulkRun, CaseLine, FilterPage, Page, RowState};
use crate::{BulkAct, BulkAction, CaseRef, Cases, Moment};

/// What was chosen, and what is to be done with it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    action: String,
    /// desk or cases
    page: String,
    /// What narrowed that page.
    query: String,
    /// `1`: everything the page holds, and not only the ticks.
    all: String,
    case: Vec<String>,
    /// The run's own id: the same form twice makes one run.
    run: String,
    /// How many the page that asked once more has shown.
    expected: String,
    org: String,
    goal: String,
    deadline: String,
    account: String,
    reason: String,
}

#[derive(Template)]
#[template(path = "bulk_new.html")]
struct BulkNew {
    csrf: Csrf,
    steps: Breadcrumb,
    action: BulkAction,
    count: usize,
    asked: Asked,
    run: String,
    fields: Vec<Field>,
    mistake: Option<String>,
    /// Nothing can be done with this choice, and why.
    blocked: Option<String>,
    table: DataTable,
    /// How many the table leaves out.
    more: usize,
    back: String,
}

/// The table shows so many; the rest is counted.
const SHOWN: usize = 50;

/// Asks once more, with what is needed for the act.
pub(crate) async fn new(ctx: Ctx, can: Can<CaseHandle>, Query(asked): Query<Asked>) -> Result {
    draw(&ctx, &can, asked, None).await
}

async fn draw(ctx: &Ctx, can: &Can<CaseHandle>, asked: Asked, mistake: Option<String>) -> Result {
    let action = action_of(&asked, &can.viewer)?;
    let engine = cases(&ctx.site)?;
    let mut tx = ctx.site.db.snapshot().await?;
    let lines = chosen(ctx, &mut tx, &engine, can, &asked).await?;
    let back = back(&asked);
    if lines.is_empty() {
        return ctx.redirect(&back, Some("还没有选中要办的事。请先勾选，再点要做的操作。"));
    }
    let most = usize::try_from(engine.book.desk.bulk.most).unwrap_or(usize::MAX);
    let cut = lines.len() > most;
    let lines = &lines[..lines.len().min(most)];
    let (fields, blocked) = match fields(ctx, &mut tx, action, lines, &asked).await? {
        Ok(fields) => (fields, None),
        Err(why) => (Vec::new(), Some(why)),
    };
    let cards = Cards::of_lines(&mut tx, &ctx.site, &engine, &lines[..lines.len().min(SHOWN)]).await?;
    let region = can.viewer.account.region;
    let run =
        if asked.run.is_empty() { Id::new(region, ctx.now(), &mut ctx.rng()).to_string() } else { asked.run.clone() };
    let cut = cut.then(|| format!("列表里超过 {most} 件，这次先办最前面的 {most} 件。"));
    let refused = mistake.is_some();
    let page = BulkNew {
        csrf: ctx.csrf(),
        steps: Breadcrumb::new(format!("批量{}", action.label())).step(page_name(&asked), back.clone()),
        action,
        count: lines.len(),
        run,
        fields,
        mistake: mistake.or(cut),
        blocked,
        table: table(&cards, &lines[..lines.len().min(SHOWN)]),
        more: lines.len().saturating_sub(SHOWN),
        back,
        asked,
    };
    let title = format!("批量{}", action.label());
    if refused { ctx.refused(&title, Density::Desk, &page) } else { ctx.page(&title, Density::Desk, &page) }
}

/// Writes the run and goes to its page.
pub(crate) async fn create(ctx: Ctx, can: Can<CaseHandle>, Form(asked): Form<Asked>) -> Result {
    let action = action_of(&asked, &can.viewer)?;
    let engine = cases(&ctx.site)?;
    let run: Id = asked.run.parse().map_err(|_| Problem::invalid("这张表单不完整，请返回列表重新选择。"))?;
    let mut tx = ctx.site.db.snapshot().await?;
    if store::bulk_run_find(&mut tx, can.viewer.account, run).await?.is_some() {
        return ctx.redirect(&format!("/bulk/{run}"), None);
    }
    let mut lines = chosen(&ctx, &mut tx, &engine, &can, &asked).await?;
    drop(tx);
    lines.truncate(usize::try_from(engine.book.desk.bulk.most).unwrap_or(usize::MAX));
    if asked.expected.parse() != Ok(lines.len()) {
        let message = format!("列表有变化，现在是 {} 件。请核对后再点一次。", lines.len());
        return draw(&ctx, &can, asked, Some(message)).await;
    }
    let refs: Vec<CaseRef> = lines.iter().map(CaseLine::at).collect();
    let act = match asked.act(action) {
        Ok(act) => act,
        Err(problem) => return draw(&ctx, &can, asked, Some(problem.message)).await,
    };
    let times = (Moment::at(ctx.now()), ctx.real_now());
    match engine.bulk_start(run, &act, &refs, &can.viewer, times, &mut ctx.rng()).await {
        Ok(()) => ctx.redirect(&format!("/bulk/{run}"), Some("已经开始办，可以离开，回来看结果。")),
        Err(problem) if problem.kind == huiyin_base::ProblemKind::Invalid => {
            draw(&ctx, &can, asked, Some(problem.message)).await
        }
        Err(problem) => Err(problem.into()),
    }
}

impl Asked {
    fn act(&self, action: BulkAction) -> std::result::Result<BulkAct, Problem> {
        let deadline = day_of(&self.deadline)?.map(huiyin_base::Day::number);
        let reason = self.reason.trim().to_owned();
        let asked = |missing: bool, words: &str| if missing { Err(Problem::invalid(words)) } else { Ok(()) };
        Ok(match action {
            BulkAction::Assign => {
                asked(self.org.parse::<Id>().is_err(), "请选择承办单位。")?;
                asked(self.goal.trim().is_empty(), "请写明要办到什么程度。")?;
                BulkAct::Assign { org: self.org.clone(), goal: self.goal.trim().to_owned(), deadline }
            }
            BulkAction::Sign => BulkAct::Sign,
            BulkAction::Entrust => {
                asked(self.account.parse::<Id>().is_err(), "请选择交给谁。")?;
                asked(reason.is_empty(), "请写明为什么换人。")?;
                BulkAct::Entrust { account: self.account.clone(), reason }
            }
            BulkAction::Remind => BulkAct::Remind { reason },
            BulkAction::Extend => {
                let deadline = deadline.ok_or_else(|| Problem::invalid("请填写新的期限。"))?;
                asked(reason.is_empty(), "请写明为什么调整期限。")?;
                BulkAct::Extend { deadline, reason }
            }
        })
    }
}

fn action_of(asked: &Asked, viewer: &Viewer) -> Result<BulkAction> {
    let action = BulkAction::parse(&asked.action).filter(|action| offered(viewer).contains(action));
    Ok(action.ok_or_else(Problem::not_found)?)
}

/// The cases that were chosen, as far as the viewer may see them: the ticks, or everything the page holds.
async fn chosen(ctx: &Ctx, tx: &mut Tx, engine: &Cases, can: &Can<CaseHandle>, asked: &Asked) -> Result<Vec<CaseLine>> {
    let most = engine.book.desk.bulk.most;
    if asked.all.is_empty() {
        let ids: BTreeSet<Id> = asked.case.iter().filter_map(|id| id.parse().ok()).collect();
        let room = usize::try_from(most).unwrap_or(usize::MAX);
        let refs: Vec<CaseRef> = ids.into_iter().take(room).map(|id| CaseRef { region: id.region(), id }).collect();
        return Ok(store::case_lines(tx, &can.scope, &refs).await?);
    }
    if asked.page == FilterPage::Desk.as_str() {
        let kind = engine.book.kind("problem").ok_or_else(Problem::not_found)?;
        let on = from_query::<desk::Asked>(&asked.query);
        let (duty, view) = (store::Duty::parse(&on.duty), desk::view_of(&on.view, ctx.today()));
        let page = store::DeskPage { duty, view, at: None, limit: most + 1 };
        let at = crate::desk_orgs(kind, &can.viewer);
        let items = store::desk_list(tx, &can.scope, &at, &page).await?.rows;
        let mut lines = store::desk_lines(tx, &items).await?;
        // A case may lie on the desk by two duties.
        return Ok(items.iter().filter_map(|item| lines.remove(&item.case_id)).collect());
    }
    let on = from_query::<case_filter::Asked>(&asked.query);
    let narrowed = case_filter::narrowed(tx, &ctx.site, &engine.book.categories, can, on).await?;
    let page = Page::first(most + 1).by(narrowed.asked.order());
    Ok(store::case_list(tx, &can.scope, &narrowed.filter, &page).await?.rows)
}

/// The fields of the act; or why this choice cannot be handled together.
async fn fields(
    ctx: &Ctx,
    tx: &mut Tx,
    action: BulkAction,
    lines: &[CaseLine],
    asked: &Asked,
) -> Result<std::result::Result<Vec<Field>, String>> {
    let reason = |label: &str| Field::area("reason", label, 2).value(&asked.reason);
    Ok(Ok(match action {
        BulkAction::Assign => {
            let counties: BTreeSet<_> = lines.iter().map(|line| line.region).collect();
            let [region] = counties.into_iter().collect::<Vec<_>>()[..] else {
                return Ok(Err("选中的事分属几个县（市、区）。一次只能交办同一个县区的，请先按县区筛选。".to_owned()));
            };
            let root = org_root(tx, region).await?.ok_or_else(Problem::not_found)?;
            let kinds = [OrgKind::Department, OrgKind::Township];
            let units = store::place_children(tx, region, root.id, &kinds, ctx.today()).await?;
            let units = units.iter().map(|unit| Choice::new(unit.id, &unit.name));
            let choices = std::iter::once(Choice::new("", "请选择")).chain(units);
            let choices = choices.chain(std::iter::once(Choice::new(root.id, &root.name))).collect();
            vec![
                Field::select("org", "都交给哪个单位", choices).value(&asked.org).required(),
                Field::text("goal", "办到什么程度")
                    .hint("这一批用同一句话，会公开。各件要求不同的，请分开交办。")
                    .value(&asked.goal)
                    .required(),
                Field::date("deadline", "答复期限").hint("不填就按规则计算。").value(&asked.deadline),
            ]
        }
        BulkAction::Sign => Vec::new(),
        BulkAction::Entrust => {
            let owners: BTreeSet<_> = lines.iter().map(|line| (line.owner_region, line.owner_org)).collect();
            let [(region, id)] = owners.into_iter().collect::<Vec<_>>()[..] else {
                return Ok(Err("选中的事由几个单位承办。换人只能在同一个单位里换，请先筛选。".to_owned()));
            };
            let people = people_at(ctx, tx, OrgRef { region, id }).await?;
            let choices = std::iter::once(Choice::new("", "请选择"));
            let choices = choices.chain(people.iter().map(|(id, name)| Choice::new(id, name))).collect();
            vec![
                Field::select("account", "都交给谁", choices).value(&asked.account).required(),
                reason("为什么换人").required(),
            ]
        }
        BulkAction::Remind => {
            vec![reason("想说的话（可以不填）").hint("只有办理的人看得到。每件一天最多提醒一次。")]
        }
        BulkAction::Extend => vec![
            Field::date("deadline", "新的答复期限").value(&asked.deadline).required(),
            reason("为什么调整（会公开）").required(),
        ],
    }))
}

fn table(cards: &Cards<'_>, lines: &[CaseLine]) -> DataTable {
    let table =
        DataTable::new("选中的事").column("编号").column("问题").column("承办单位").column("状态").column("期限");
    table.rows(lines.iter().map(|line| {
        let cells: [Html; 5] = [
            cell::number(cards, line),
            cell::headline(line, cards.today).into(),
            cards.unit(line.owner_org).into(),
            state_tag(line.state, line.outcome, false).into(),
            cell::deadline(line, line.due_day, cards.today),
        ];
        Row::new(cells).to(format!("/cases/{}", line.id))
    }))
}

fn back(asked: &Asked) -> String {
    let path = if asked.page == FilterPage::Cases.as_str() { "/cases" } else { "/desk" };
    let query = if asked.page == FilterPage::Cases.as_str() {
        huiyin_web::to_query(&from_query::<case_filter::Asked>(&asked.query))
    } else {
        huiyin_web::to_query(&from_query::<desk::Asked>(&asked.query))
    };
    if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
}

fn page_name(asked: &Asked) -> &'static str {
    FilterPage::parse(&asked.page).unwrap_or(FilterPage::Desk).label()
}

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
    let failed = huiyin_jobs::job_list_failed(tx, 100).await?;
    let about = |job: &huiyin_jobs::Job| job.payload["run"].as_str() == Some(&run.id.to_string());
    Ok(failed.iter().any(|job| job.state == JobState::Failed && about(job)))
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
    let cases: String = refused.iter().map(|row| format!("&case={}", row.case_id)).collect();
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
