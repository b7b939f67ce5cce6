//! Bulk acts: chosen in a list, asked once more here, done by a job, with a result for every case.

use std::collections::{BTreeSet, HashSet};

use askama::Template;
use huiyin_base::{Id, Problem};
use huiyin_db::Tx;
use huiyin_directory::{OrgKind, OrgRef, Viewer, org_root};
use huiyin_web::components::{Breadcrumb, Choice, DataTable, Field, Html, Row};
use huiyin_web::{Can, Csrf, Ctx, Density, Form, Query, Result, from_query};
use serde::Deserialize;

use super::action_filling::people_at;
use super::action_post::day_of;
use super::bulk_bar::offered;
use super::card::{Cards, cases};
use super::doubt::{self, Reader};
use super::{case_filter, cell, desk, ledgers};
use crate::permissions::CaseHandle;
use crate::store::{self, CaseLine, FilterPage, Page};
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
    checked: String,
    /// What he is asked about: found here, not sent.
    #[serde(skip)]
    doubted: String,
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
        Ok(mut fields) => {
            fields.extend(doubt::tick(&asked.doubted, &asked.checked));
            (fields, None)
        }
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
pub(crate) async fn create(ctx: Ctx, can: Can<CaseHandle>, Form(mut asked): Form<Asked>) -> Result {
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
    if let Err(problem) = asked.looked_at(&engine, &lines, &act) {
        return draw(&ctx, &can, asked, Some(problem.message)).await;
    }
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
    /// Whether names and numbers in what the public will read of any of these cases were looked at.
    fn looked_at(&mut self, engine: &Cases, lines: &[CaseLine], act: &BulkAct) -> std::result::Result<(), Problem> {
        let action = act.request()?.request.action();
        let public =
            |line: &CaseLine| engine.book.kind(&line.kind).is_some_and(|kind| kind.is_told(action, line.state));
        let Some(words) = act.words().filter(|_| lines.iter().any(public)) else { return Ok(()) };
        // Every case would refuse it, one by one.
        crate::recording::without_private("要公开的话", words)?;
        self.doubted = doubt::doubted(Reader::Public, &[words]);
        doubt::ask(Reader::Public, &self.doubted, &self.checked)
    }

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
        let on = from_query::<desk::Asked>(&asked.query);
        let (duty, view) = (store::Duty::parse(&on.duty), desk::view_of(&on.view, ctx.today()));
        let page = store::DeskPage { duty, view, at: None, limit: most + 1 };
        let at = desk::orgs_of(engine, &can.viewer);
        let rows = store::desk_rows(tx, &can.scope, &at, &page).await?.rows;
        // A case may lie on the desk by two duties.
        let mut taken = HashSet::new();
        return Ok(rows.into_iter().map(|row| row.line).filter(|line| taken.insert(line.id)).collect());
    }
    if asked.page == FilterPage::Ledgers.as_str() {
        return ledgers::chosen(tx, &ctx.site, engine, can, &asked.query, most + 1).await;
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
    let public = lines.iter().any(|line| line.kind == "problem");
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
                    .hint(if public {
                        "这一批用同一句话，会公开。各件要求不同的，请分开交办。"
                    } else {
                        "这一批用同一句话。各件要求不同的，请分开交办。"
                    })
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
            reason(if public { "为什么调整（会公开）" } else { "为什么调整" }).required(),
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
            cards.state_of(&line.kind, line.state, line.outcome, false),
            cell::deadline(line, line.due_day, cards.today),
        ];
        Row::new(cells).to(format!("/cases/{}", line.id))
    }))
}

fn back(asked: &Asked) -> String {
    if asked.page == FilterPage::Ledgers.as_str() {
        return super::saved_filter::address(FilterPage::Ledgers, &asked.query);
    }
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
