//! The three lists at every level.

use askama::Template;
use huiyin_directory::{OrgKind, Viewer};
use huiyin_web::components::{Button, DataTable, Empty, Field, FilterBar, Notice, Pager, Tabs};
use huiyin_web::{Can, Ctx, Density, Query, Result};
use serde::{Deserialize, Serialize};

use super::super::place::{counties, region_of};
use super::row::{VIEWS, kind_label, row};
use crate::permissions::{ListSee, OWNERS};
use crate::store::{self, TreeFilter};

/// What stands behind the question mark of the lists' address.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub(crate) struct Asked {
    #[serde(skip_serializing_if = "String::is_empty")]
    view: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    level: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    county: String,
    /// `open`, `late`.
    #[serde(skip_serializing_if = "String::is_empty")]
    only: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    at: String,
}

#[derive(Template)]
#[template(path = "lists.html")]
struct ListsPage {
    views: Tabs,
    levels: Tabs,
    filter: FilterBar,
    begin: Option<Button>,
    band: Option<Notice>,
    table: Option<DataTable>,
    empty: Option<Empty>,
    pager: Pager,
}

const PAGE: usize = 50;

/// A level: its word, what it is called, and whose cases it shows.
const LEVELS: [(&str, &str, &[OrgKind]); 5] = [
    ("city", "市级", &[OrgKind::City]),
    ("county", "县级", &[OrgKind::County]),
    ("department", "部门", &[OrgKind::Department]),
    ("township", "乡镇", &[OrgKind::Township]),
    ("village", "村（社区）", &[OrgKind::Village, OrgKind::Community]),
];

/// The level that a viewer looks at first: his own.
fn own_level(viewer: &Viewer) -> &'static str {
    let held = |kind: OrgKind| viewer.grants.iter().any(|grant| grant.org_kind == kind);
    match () {
        () if held(OrgKind::City) => "all",
        () if held(OrgKind::County) => "county",
        () => "all",
    }
}

pub(crate) async fn show(ctx: Ctx, can: Can<ListSee>, Query(asked): Query<Asked>) -> Result {
    let today = ctx.today();
    let view = VIEWS.iter().find(|(word, _)| *word == asked.view).map_or("task", |(word, _)| word);
    let level = if asked.level.is_empty() { own_level(&can.viewer).to_owned() } else { asked.level.clone() };
    let level = level.as_str();
    let kinds = LEVELS.iter().find(|(word, ..)| *word == level).map_or(&[][..], |(_, _, kinds)| kinds);
    let filter = TreeFilter {
        kind: view.to_owned(),
        levels: kinds.to_vec(),
        region: region_of(&ctx.site, &asked.county),
        open: asked.only == "open",
        overdue_on: (asked.only == "late").then_some(today),
        before: asked.at.parse().ok(),
        ..TreeFilter::default()
    };
    let mut tx = ctx.site.db.snapshot().await?;
    let limit = i64::try_from(PAGE + 1).unwrap_or(i64::MAX);
    let mut lines = store::tree_page(&mut tx, &can.scope, &filter, limit).await?;
    let next = (lines.len() > PAGE).then(|| lines.truncate(PAGE)).and(lines.last().map(|line| line.seq));
    let names = store::place_names(&mut tx, lines.iter().map(|line| line.owner_org).collect()).await?;
    let band = super::proposals::band(&mut tx, &can.viewer).await?;
    drop(tx);
    let asked = Asked { view: view.to_owned(), at: String::new(), ..asked };
    let table = DataTable::new(kind_label(view)).column(kind_label(view)).column("单位").column("下级进度");
    let table = table.figure("完成 / 目标").column("状态").column("期限");
    let page = ListsPage {
        views: VIEWS.iter().fold(Tabs::new("三张清单"), |tabs, (word, label)| {
            let to = Asked { view: (*word).to_owned(), ..asked.clone() };
            tabs.tab(*label, address(&to), *word == view)
        }),
        levels: levels(&asked, level),
        filter: narrowed(&ctx, &can.viewer, &asked),
        begin: can.viewer.has_any(OWNERS).then(|| Button::primary("新交办一项任务").icon("file-pen").to("/lists/new")),
        band,
        empty: lines.is_empty().then(|| empty(view)),
        table: (!lines.is_empty()).then(|| table.rows(lines.iter().map(|line| row(line, &names, today)))),
        pager: Pager::new(
            filter.before.map(|_| address(&asked)),
            next.map(|at| address(&Asked { at: at.to_string(), ..asked.clone() })),
        ),
    };
    ctx.page("三张清单", Density::Desk, &page)
}

fn levels(asked: &Asked, chosen: &str) -> Tabs {
    let all = Tabs::new("层级").tab("各级", address(&Asked { level: "all".into(), ..asked.clone() }), chosen == "all");
    LEVELS.iter().fold(all, |tabs, (word, label, _)| {
        let to = Asked { level: (*word).to_owned(), ..asked.clone() };
        tabs.tab(*label, address(&to), *word == chosen)
    })
}

fn narrowed(ctx: &Ctx, viewer: &Viewer, asked: &Asked) -> FilterBar {
    use huiyin_web::components::Choice;
    let city = viewer.grants.iter().any(|grant| grant.org_kind == OrgKind::City);
    let only = [("", "全部"), ("open", "没办结的"), ("late", "超期的")];
    let only = Field::select("only", "只看", only.map(|(word, label)| Choice::new(word, label)).into());
    let bar = FilterBar::new("/lists").keep("view", &asked.view).keep("level", &asked.level);
    let bar = bar.field(only.value(&asked.only));
    if !city {
        return bar;
    }
    let all = std::iter::once(Choice::new("", "全市"));
    let choices = all.chain(counties(&ctx.site).into_iter().map(|county| Choice::new(&county.code, &county.name)));
    bar.field(Field::select("county", "县（市、区）", choices.collect()).value(&asked.county))
}

fn address(asked: &Asked) -> String {
    let query = huiyin_web::to_query(asked);
    if query.is_empty() { "/lists".to_owned() } else { format!("/lists?{query}") }
}

fn empty(view: &str) -> Empty {
    let text = match view {
        "problem" => "墙上的问题分解出任务以后，会出现在这里。打开一个正在承办的问题，点“分解”。",
        "duty" => "任务落实到人以后，责任会出现在这里。打开一项任务，点“分解”，选“落实到人”。",
        _ => "交办或收到的任务会出现在这里：一项任务可以一次分给许多单位，各有各的目标数。",
    };
    Empty::new(format!("这里还没有{}", kind_label(view))).text(text)
}
