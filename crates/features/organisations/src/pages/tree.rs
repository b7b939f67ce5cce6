//! The tree, level by level, and finding in it.

use askama::Template;
use huiyin_base::{Id, Problem};
use huiyin_db::Tx;
use huiyin_directory::{
    Org, OrgKind, OrgSearch, org_child_counts, org_children, org_root, org_search, region_children,
};
use huiyin_web::components::{Breadcrumb, Empty, Field, Icon};
use huiyin_web::{Ctx, Density, Path, Query, Result, Site};
use serde::Deserialize;

use super::address::{breadcrumb, find, href, icon, path_words};

/// What stands behind the question mark.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    q: String,
}

/// An organisation in the tree, with the way to what is below.
pub(crate) struct Node {
    pub(crate) name: String,
    pub(crate) kind: &'static str,
    pub(crate) icon: Icon,
    pub(crate) href: String,
    pub(crate) children: i64,
}

/// A found organisation with the names above it.
struct Found {
    name: String,
    kind: &'static str,
    above: String,
    href: String,
}

#[derive(Template)]
#[template(path = "tree.html")]
struct TreePage {
    search: Field,
    root: Option<Node>,
    level: Level,
    asked: bool,
    found: Vec<Found>,
    many: bool,
    empty: Option<Empty>,
}

/// The organisations directly below one.
#[derive(Template)]
#[template(path = "tree_level.html")]
struct Level {
    nodes: Vec<Node>,
}

#[derive(Template)]
#[template(path = "tree_children.html")]
struct ChildrenPage {
    way: Breadcrumb,
    name: String,
    level: Level,
}

const MOST_FOUND: usize = 30;

pub(crate) async fn show(ctx: Ctx, Query(asked): Query<Asked>) -> Result {
    ctx.cached(async || {
        let mut tx = ctx.site.db.read().await?;
        let text = asked.q.trim();
        let search = Field::search("q", "找机构")
            .hint("输入名称的开头、拼音首字母或代码，例如：宝塔、btq、610602。")
            .value(text)
            .longest(60)
            .with("autocomplete", "off")
            .with("hx-get", "/organisations")
            .with("hx-trigger", "input changed delay:300ms")
            .with("hx-target", "#tree")
            .with("hx-select", "#tree")
            .with("hx-swap", "outerHTML");
        let mut found = if text.is_empty() { Vec::new() } else { look(&mut tx, &ctx.site, text).await? };
        let many = found.len() > MOST_FOUND;
        found.truncate(MOST_FOUND);
        let (root, nodes) = if text.is_empty() { top(&mut tx, &ctx.site).await? } else { (None, Vec::new()) };
        let empty = match (text.is_empty(), found.is_empty(), &root) {
            (false, true, _) => Some(Empty::new("没有找到").text("请检查是否有错字，或只输入名称开头的两个字。")),
            (true, _, None) => Some(Empty::new("还没有机构").text("请由管理员在“导入”页导入机构表。")),
            _ => None,
        };
        let asked = !text.is_empty();
        let page = TreePage { search, root, level: Level { nodes }, asked, found, many, empty };
        ctx.page("机构", Density::Calm, &page)
    })
    .await
}

/// What htmx puts under an opened organisation; a page of its own where there is no script.
pub(crate) async fn children(ctx: Ctx, Path((county, code)): Path<(String, String)>) -> Result {
    let mut tx = ctx.site.db.read().await?;
    let org = find(&mut tx, &ctx.site, &county, &code).await?;
    let level = Level { nodes: below(&mut tx, &ctx.site, &org).await? };
    if ctx.is_htmx() {
        return ctx.page(&org.name, Density::Calm, &level);
    }
    let way = breadcrumb(&mut tx, &ctx.site, &org).await?;
    ctx.page(&org.name, Density::Calm, &ChildrenPage { way, name: org.name.clone(), level })
}

async fn top(tx: &mut Tx, site: &Site) -> Result<(Option<Node>, Vec<Node>), Problem> {
    let Some(city) = org_root(tx, site.home).await? else { return Ok((None, Vec::new())) };
    let nodes = below(tx, site, &city).await?;
    Ok((Some(node(site, &city, i64::try_from(nodes.len()).unwrap_or(0))), nodes))
}

/// What is directly below an organisation; below the city also its counties, each the top of its own region.
pub(crate) async fn below(tx: &mut Tx, site: &Site, org: &Org) -> Result<Vec<Node>, Problem> {
    let today = site.today();
    let mut nodes = Vec::new();
    if org.kind == OrgKind::City {
        for county in region_children(tx, org.region).await? {
            let Some(top) = org_root(tx, county).await?.filter(|top| top.from_day <= today) else { continue };
            let counts = org_child_counts(tx, county, &[top.id], today).await?;
            nodes.push(node(site, &top, counts.get(&top.id).copied().unwrap_or(0)));
        }
    }
    let children = org_children(tx, org.at(), today).await?;
    let ids: Vec<Id> = children.iter().map(|child| child.id).collect();
    // Statements take some thousand parameters at most.
    for (some, ids) in children.chunks(1_000).zip(ids.chunks(1_000)) {
        let counts = org_child_counts(tx, org.region, ids, today).await?;
        nodes.extend(some.iter().map(|child| node(site, child, counts.get(&child.id).copied().unwrap_or(0))));
    }
    Ok(nodes)
}

fn node(site: &Site, org: &Org, children: i64) -> Node {
    let href = href(&site.regions, org.region, &org.code);
    Node { name: org.name.clone(), kind: org.kind.label(), icon: Icon::new(icon(org.kind)), href, children }
}

async fn look(tx: &mut Tx, site: &Site, text: &str) -> Result<Vec<Found>, Problem> {
    let regions = site.regions.with_children(site.home);
    let limit = u32::try_from(MOST_FOUND + 1).unwrap_or(u32::MAX);
    let search = OrgSearch { regions, text: text.to_owned(), limit, ..OrgSearch::default() };
    let mut found = Vec::new();
    for org in org_search(tx, &search, site.today()).await? {
        found.push(Found {
            name: org.name.clone(),
            kind: org.kind.label(),
            above: path_words(tx, &org).await?,
            href: href(&site.regions, org.region, &org.code),
        });
    }
    Ok(found)
}
