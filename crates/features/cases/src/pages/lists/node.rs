//! One case of the tree: what lies below it, how far it is, and what keeps it open.

use std::collections::HashMap;

use askama::Template;
use huiyin_base::{Id, Instant, Problem};
use huiyin_db::Tx;
use huiyin_web::components::{Breadcrumb, Button, DataTable, Empty, Html, Number, Pager, Row, Tabs};
use huiyin_web::{Can, Ctx, Density, Path, Query, Result};
use serde::{Deserialize, Serialize};

use super::super::card::cases;
use super::super::case::reference;
use super::super::clock_facts::moment;
use super::super::fields::grouped;
use super::super::place::county_name;
use super::proposals::asking;
use super::row::{VIEWS, bar, kind_label, row, row_of_unit, state};
use crate::permissions::{ListSee, SEES};
use crate::store::{self, CaseLink, CaseNode, LinkFilter, LinkGroup, PlaceName, TreeFilter, TreeLine};
use crate::{CaseItem, CaseRef};

/// What stands behind the question mark of its address.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub(crate) struct Asked {
    /// `open`: what keeps it from closing; `late`; `duty`: every duty below.
    #[serde(skip_serializing_if = "String::is_empty")]
    only: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    county: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    township: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    at: String,
}

#[derive(Template)]
#[template(path = "list_node.html")]
struct NodePage {
    steps: Breadcrumb,
    kind: &'static str,
    heading: String,
    state: Html,
    unit: String,
    above: Option<(Option<String>, String)>,
    text: String,
    figures: Vec<Number>,
    as_of: Option<String>,
    asking: Vec<Html>,
    acts: Vec<Button>,
    blocked: Option<(i64, String)>,
    tabs: Tabs,
    groups: Option<DataTable>,
    place: Option<(String, String)>,
    table: Option<DataTable>,
    empty: Option<Empty>,
    pager: Pager,
    runs: Vec<(String, String)>,
}

const PAGE: usize = 60;

pub(crate) async fn show(ctx: Ctx, can: Can<ListSee>, Path(id): Path<String>, Query(asked): Query<Asked>) -> Result {
    let engine = cases(&ctx.site)?;
    let mut tx = ctx.site.db.snapshot().await?;
    let case = store::case_find(&mut tx, &can.scope, reference(&id)?).await?.ok_or_else(Problem::not_found)?;
    let stored = store::node_get(&mut tx, case.at()).await?;
    let node = stored.clone().unwrap_or_else(|| crate::lists::root_of(&case));
    let names = store::place_names(&mut tx, vec![case.owner_org]).await?;
    let unit = names.get(&case.owner_org).map(|name| name.name.clone()).unwrap_or_default();
    let groups = store::link_groups(&mut tx, case.at(), &filter(&asked)).await?;
    let listed = listed(&mut tx, &ctx, &can, &case, &node, &asked, &groups).await?;
    let kind = engine.book.kind("task").ok_or_else(Problem::not_found)?;
    let breaks = case.kind != "duty" && case.state.is_open();
    let breaks = breaks && engine.breaks(&mut tx, &case, kind, &can.viewer).await.is_ok();
    let asking = asking(&mut tx, &ctx, &case, &can.viewer).await?;
    let runs = if breaks { runs(&mut tx, case.at()).await? } else { Vec::new() };
    let above = above(&mut tx, &can, &node).await?;
    drop(tx);
    let line = as_line(&case, &node);
    let heading = if case.title.is_empty() { "文字还没有公开".to_owned() } else { case.title.clone() };
    let page = NodePage {
        steps: Breadcrumb::new(heading.clone()).step("三张清单", "/lists"),
        kind: kind_label(&case.kind),
        state: state(&line, ctx.today()),
        unit,
        above,
        text: case.text.clone(),
        figures: figures(&case, &node),
        as_of: node.as_of.map(as_of),
        asking,
        acts: acts(&case, breaks, node.total > 0),
        blocked: (case.children_open > 0).then(|| (case.children_open, format!("/lists/{}?only=open", case.id))),
        tabs: tabs(&case, &asked, &node),
        groups: listed.groups,
        place: listed.place,
        empty: (listed.table.is_none()).then(|| empty(&asked, breaks)),
        table: listed.table,
        pager: listed.pager,
        runs,
        heading: heading.clone(),
    };
    ctx.page(&heading, Density::Desk, &page)
}

fn filter(asked: &Asked) -> LinkFilter {
    LinkFilter { open: asked.only == "open", late: asked.only == "late", ..LinkFilter::default() }
}

/// What the lower half of the page shows.
struct Listed {
    groups: Option<DataTable>,
    place: Option<(String, String)>,
    table: Option<DataTable>,
    pager: Pager,
}

/// Many children are shown by county or township first; a few are shown at once.
async fn listed(
    tx: &mut Tx,
    ctx: &Ctx,
    can: &Can<ListSee>,
    case: &CaseItem,
    node: &CaseNode,
    asked: &Asked,
    groups: &[LinkGroup],
) -> Result<Listed> {
    if asked.only == "duty" {
        return duties(tx, ctx, can, case, node, asked).await;
    }
    let children: i64 = groups.iter().map(|group| group.children).sum();
    let many = children > i64::try_from(PAGE).unwrap_or(i64::MAX);
    let county = ctx.site.regions.by_code(&asked.county).filter(|_| !asked.county.is_empty());
    let township: Option<Id> = asked.township.parse().ok();
    let counties: std::collections::BTreeSet<_> = groups.iter().map(|group| group.county).collect();
    if many && county.is_none() && township.is_none() {
        let by_county = counties.len() > 1;
        let names = store::place_names(tx, groups.iter().filter_map(|group| group.township).collect()).await?;
        return Ok(Listed {
            groups: Some(grouped_table(ctx, case, asked, groups, &names, by_county)),
            place: None,
            table: None,
            pager: Pager::new(None, None),
        });
    }
    let after =
        asked.at.split_once('.').and_then(|(position, child)| Some((position.parse().ok()?, child.parse().ok()?)));
    let narrow = LinkFilter { county, township, after, ..filter(asked) };
    let limit = i64::try_from(PAGE + 1).unwrap_or(i64::MAX);
    let mut links = store::link_page(tx, case.at(), &narrow, limit).await?;
    let next = (links.len() > PAGE).then(|| links.truncate(PAGE)).and(links.last().map(|l| (l.position, l.child)));
    let place = match (county, township) {
        (_, Some(id)) => store::place_names(tx, vec![id]).await?.remove(&id).map(|name| name.name),
        (Some(region), None) => Some(county_name(&ctx.site, region)),
        (None, None) => None,
    };
    let back =
        address(case, &Asked { county: String::new(), township: String::new(), at: String::new(), ..asked.clone() });
    let table = if links.is_empty() { None } else { Some(children_table(tx, ctx, can, &links).await?) };
    Ok(Listed {
        groups: None,
        place: place.map(|place| (place, back)),
        table,
        pager: Pager::new(
            after.map(|_| address(case, &Asked { at: String::new(), ..asked.clone() })),
            next.map(|(position, child)| address(case, &Asked { at: format!("{position}.{child}"), ..asked.clone() })),
        ),
    })
}

fn grouped_table(
    ctx: &Ctx,
    case: &CaseItem,
    asked: &Asked,
    groups: &[LinkGroup],
    names: &HashMap<Id, PlaceName>,
    by_county: bool,
) -> DataTable {
    // Region or township, what it is called, its address, and the sums: children, open, done, total, late.
    let mut rows: Vec<(String, String, [i64; 5])> = Vec::new();
    for group in groups {
        let (label, to) = if by_county {
            let code = ctx.site.regions.get(group.county).map(|entry| entry.code.clone()).unwrap_or_default();
            (county_name(&ctx.site, group.county), Asked { county: code, ..asked.clone() })
        } else {
            let name = group.township.and_then(|id| names.get(&id)).map(|name| name.name.clone());
            let id = group.township.map(|id| id.to_string()).unwrap_or_default();
            (name.unwrap_or_else(|| "县直单位".to_owned()), Asked { township: id, ..asked.clone() })
        };
        let sums = [group.children, group.open, group.done, group.total, group.late];
        match rows.iter_mut().find(|(known, ..)| *known == label) {
            Some((_, _, all)) => all.iter_mut().zip(sums).for_each(|(all, one)| *all += one),
            None => rows.push((label, address(case, &to), sums)),
        }
    }
    let table = DataTable::new("分地方看").column(if by_county { "县（市、区）" } else { "乡镇" });
    let table = table.figure("下级").figure("没办结").column("进度（含再往下的）");
    table.rows(rows.into_iter().map(|(label, href, [children, open, done, total, late])| {
        let cells =
            [Html::from(label.as_str()), grouped(children).into(), grouped(open).into(), bar(done, total, late)];
        Row::new(cells).to(href).named(label)
    }))
}

/// The children of a page, each as it stands; what is being written yet stands with what its parent knows of it.
async fn children_table(tx: &mut Tx, ctx: &Ctx, can: &Can<ListSee>, links: &[CaseLink]) -> Result<DataTable> {
    let refs: Vec<CaseRef> = links.iter().map(CaseLink::child_at).collect();
    let lines = store::tree_lines(tx, &refs).await?;
    let seen = store::case_lines(tx, &can.viewer.scope(SEES), &refs).await?;
    let lines: HashMap<Id, TreeLine> = lines.into_iter().map(|line| (line.id, line)).collect();
    let names = store::place_names(tx, links.iter().map(|link| link.unit).collect()).await?;
    let table = DataTable::new("下级").column("单位").column("事项").column("下级进度");
    let table = table.figure("完成 / 目标").column("状态").column("期限");
    let rows = links.iter().map(|link| {
        if let Some(line) = lines.get(&link.child) {
            return row_of_unit(line, &names, ctx.today(), seen.iter().any(|one| one.id == link.child));
        }
        let unit = names.get(&link.unit).map(|name| name.name.as_str()).unwrap_or_default();
        Row::new([Html::from(unit), Html::from("正在下达")])
    });
    Ok(table.rows(rows))
}

/// Every duty below, whoever stands between.
async fn duties(
    tx: &mut Tx,
    ctx: &Ctx,
    can: &Can<ListSee>,
    case: &CaseItem,
    node: &CaseNode,
    asked: &Asked,
) -> Result<Listed> {
    let top = node.above().is_none();
    let filter = TreeFilter {
        kind: "duty".into(),
        root: Some(node.root),
        region: (!top).then_some(case.region),
        below: (!top).then(|| case.path.clone()),
        before: asked.at.parse().ok(),
        ..TreeFilter::default()
    };
    let limit = i64::try_from(PAGE + 1).unwrap_or(i64::MAX);
    let mut lines = store::tree_page(tx, &can.scope, &filter, limit).await?;
    let next = (lines.len() > PAGE).then(|| lines.truncate(PAGE)).and(lines.last().map(|line| line.seq));
    let names = store::place_names(tx, lines.iter().map(|line| line.owner_org).collect()).await?;
    let table = DataTable::new("责任").column("责任").column("单位").column("下级进度");
    let table = table.figure("完成 / 目标").column("状态").column("期限");
    let rows = lines.iter().map(|line| row(line, &names, ctx.today()));
    Ok(Listed {
        groups: None,
        place: None,
        table: (!lines.is_empty()).then(|| table.rows(rows)),
        pager: Pager::new(
            filter.before.map(|_| address(case, &Asked { at: String::new(), ..asked.clone() })),
            next.map(|at| address(case, &Asked { at: at.to_string(), ..asked.clone() })),
        ),
    })
}

/// The case above: a link where the viewer may see it, else what it is called.
async fn above(tx: &mut Tx, can: &Can<ListSee>, node: &CaseNode) -> Result<Option<(Option<String>, String)>> {
    let Some(parent) = node.above() else { return Ok(None) };
    let Some(whole) = store::case_get(tx, parent).await? else { return Ok(None) };
    let seen = store::case_lines(tx, &can.viewer.scope(SEES), &[parent]).await?;
    let names = store::place_names(tx, vec![whole.owner_org]).await?;
    let unit = names.get(&whole.owner_org).map(|name| name.name.as_str()).unwrap_or_default();
    let words =
        if whole.kind == "problem" && seen.is_empty() { unit.to_owned() } else { format!("{unit}：{}", whole.title) };
    Ok(Some(((!seen.is_empty()).then(|| format!("/lists/{}", parent.id)), words)))
}

async fn runs(tx: &mut Tx, case: CaseRef) -> Result<Vec<(String, String)>> {
    let runs = store::handdown_list(tx, case).await?;
    let words = runs.iter().take(5).map(|run| {
        let label = run.act.label();
        (format!("/lists/runs/{}", run.id), format!("{}{label}给 {} 个单位", run.created_day.chinese(), run.total))
    });
    Ok(words.collect())
}

fn as_line(case: &CaseItem, node: &CaseNode) -> TreeLine {
    TreeLine {
        region: case.region,
        id: case.id,
        seq: case.seq,
        kind: case.kind.clone(),
        title: case.title.clone(),
        state: case.state,
        outcome: case.outcome,
        due_day: case.due_day,
        submitted_day: case.submitted_day,
        owner_region: case.owner_region,
        owner_org: case.owner_org,
        owner_account: case.owner_account,
        township: case.township,
        village: case.village,
        children_open: case.children_open,
        depth: node.depth,
        measure: node.measure.clone(),
        target: node.target,
        amount: node.amount,
        total: node.total,
        done: node.done,
        late: node.late,
        parts_target: node.parts_target,
        parts_amount: node.parts_amount,
        as_of: node.as_of,
    }
}

fn figures(case: &CaseItem, node: &CaseNode) -> Vec<Number> {
    let href = |only: &str| format!("/lists/{}?only={only}", case.id);
    let mut figures = Vec::new();
    if node.total > 0 {
        let below = "它下面各级的任务和责任，收回的不算";
        figures.push(Number::new("下级共", grouped(node.total), "件").to(href("")).definition(below));
        figures.push(Number::new("已销号", grouped(node.done), "件").definition("经核验通过、有销号编号的"));
        figures.push(
            Number::new("超期没办结", grouped(node.late), "件").to(href("late")).definition("过了期限还没有办结的"),
        );
    }
    if let Some(target) = node.target {
        let words = format!("{} / {}", grouped(node.reached()), grouped(target));
        figures.push(Number::new("完成 / 目标", words, &node.measure).definition("有下级的，按下级填报的完成数合计"));
        if node.total > 0 {
            let words = format!("{} / {}", grouped(node.parts_target), grouped(target));
            figures.push(Number::new("已分解 / 目标", words, &node.measure).definition("下一级各单位目标数的合计"));
        }
    }
    figures
}

/// 进度截至 12月16日 9:00
fn as_of(at: Instant) -> String {
    format!("进度截至{}", moment(at))
}

fn acts(case: &CaseItem, breaks: bool, has_children: bool) -> Vec<Button> {
    let mut acts = vec![Button::secondary("打开办理页").to(format!("/cases/{}", case.id))];
    if breaks {
        acts.insert(0, Button::primary("分解").icon("list-tree").to(format!("/lists/{}/breakdown", case.id)));
        if has_children {
            acts.push(Button::secondary("调整下级").to(format!("/lists/{}/change", case.id)));
        }
    }
    acts
}

fn tabs(case: &CaseItem, asked: &Asked, node: &CaseNode) -> Tabs {
    let tab = |only: &str| address(case, &Asked { only: only.to_owned(), ..Asked::default() });
    let tabs = Tabs::new("看哪些").tab("下一级", tab(""), asked.only.is_empty());
    let tabs = tabs.tab("没办结的", tab("open"), asked.only == "open").count(case.children_open);
    let tabs = tabs.tab("超期的", tab("late"), asked.only == "late");
    if node.total > 0 { tabs.tab(VIEWS[2].1, tab("duty"), asked.only == "duty") } else { tabs }
}

fn address(case: &CaseItem, asked: &Asked) -> String {
    let query = huiyin_web::to_query(asked);
    if query.is_empty() { format!("/lists/{}", case.id) } else { format!("/lists/{}?{query}", case.id) }
}

fn empty(asked: &Asked, breaks: bool) -> Empty {
    match asked.only.as_str() {
        "open" => Empty::new("下级都办结了").text("没有什么挡着，可以申请办结。"),
        "late" => Empty::new("没有超期的").text("下一级都在期限以内。"),
        "duty" => Empty::new("还没有落实到人的责任").text("在下面的任务里点“分解”，选“落实到人”。"),
        _ if breaks => Empty::new("还没有分解").text("点“分解”，一次分给许多单位，各有各的目标数。"),
        _ => Empty::new("下面没有了").text("这件事没有再往下分解。"),
    }
}
