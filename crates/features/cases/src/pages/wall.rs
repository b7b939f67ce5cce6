//! The problem wall and the echo wall.

use askama::Template;
use huiyin_db::Tx;
use huiyin_web::components::{Button, EchoPair, Empty, FilterBar, Pager, Tabs};
use huiyin_web::{Ctx, Density, Query, Result, Site};

use super::card::{Cards, cases};
use super::wall_asked::{Asked, address, narrowed};
use super::wall_hints::Hints;
use crate::store::{self, CaseLine, Count, Cursor, Order, Page, Slice, Towards};

#[derive(Template)]
#[template(path = "wall.html")]
struct WallPage {
    echo: bool,
    tabs: Tabs,
    filter: FilterBar,
    pairs: Vec<EchoPair>,
    empty: Option<Empty>,
    hints: Option<Hints>,
    pager: Pager,
    total: String,
    /// The code of the place in sight: its feed and its notice for the village board.
    place: String,
    /// Not merely at least so many.
    exact: bool,
}

const PAGE: i64 = 20;

pub(crate) async fn wall(ctx: Ctx, Query(asked): Query<Asked>) -> Result {
    ctx.cached(async || draw(&ctx, &asked, false).await).await
}

pub(crate) async fn echo(ctx: Ctx, Query(asked): Query<Asked>) -> Result {
    ctx.cached(async || draw(&ctx, &asked, true).await).await
}

async fn draw(ctx: &Ctx, asked: &Asked, echo: bool) -> Result {
    let cases = cases(&ctx.site)?;
    let categories = &cases.book.categories;
    let mut tx = ctx.site.db.read().await?;
    let path = if echo { "/echo" } else { "/wall" };
    let narrowed = narrowed(&mut tx, &ctx.site, categories, asked.clone(), echo).await?;
    let order = asked.order(echo);
    let at = cursor(&mut tx, &ctx.site, asked, order).await?;
    let page = Page { at, ..Page::first(PAGE).by(order) };
    let filter = if echo { store::echoed(&narrowed.filter) } else { narrowed.filter.clone() };
    let (slice, total) = store::wall_page(&mut tx, &filter, &page).await?;
    let answers = store::answers_of(&mut tx, &slice.rows).await?;
    let cards = Cards::of_lines(&mut tx, &ctx.site, &cases, &slice.rows).await?;
    let pairs: Vec<EchoPair> = slice.rows.iter().map(|line| cards.pair(line, answers.get(&line.id)).level(2)).collect();
    let few = slice.rows.len() < usize::try_from(PAGE).unwrap_or_default() && at.is_none();
    let hints = Hints::find(&mut tx, &ctx.site, categories, (&narrowed, path), few).await?;
    let bar = narrowed.bar(&ctx.site, categories, path);
    let place = narrowed.place_code(&ctx.site).unwrap_or_else(|| city_code(&ctx.site));
    let page = WallPage {
        echo,
        tabs: views(path),
        filter: narrowed.chips(bar, &ctx.site, categories, path),
        empty: pairs.is_empty().then(|| empty(path)),
        pairs,
        hints,
        pager: pager(&cards, &slice, asked, path),
        exact: total.exact,
        total: Count { exact: true, ..total }.to_string(),
        place,
    };
    let title = if echo { "回音壁" } else { "问题墙" };
    ctx.page(title, Density::Calm, &page)
}

/// The three ways to look at the same problems.
pub(super) fn views(path: &str) -> Tabs {
    let tabs = Tabs::new("问题的三种看法");
    let tabs = tabs.tab("问题墙", "/wall", path == "/wall").tab("回音壁", "/echo", path == "/echo");
    tabs.tab("各县区", "/map", path == "/map")
}

/// The city's own code.
pub(super) fn city_code(site: &Site) -> String {
    site.regions.get(site.home).map(|entry| entry.code.clone()).unwrap_or_default()
}

async fn cursor(tx: &mut Tx, site: &Site, asked: &Asked, order: Order) -> Result<Option<Cursor>> {
    let (text, towards) = match (asked.after.as_str(), asked.before.as_str()) {
        ("", "") => return Ok(None),
        ("", before) => (before, Towards::Previous),
        (after, _) => (after, Towards::Next),
    };
    super::problem::edge(tx, site, text, order, towards).await
}

fn pager(cards: &Cards<'_>, slice: &Slice<CaseLine>, asked: &Asked, path: &str) -> Pager {
    let number = |line: Option<&CaseLine>| line.and_then(|line| cards.number(line.region, line.number()));
    let bare = asked.bare();
    let before = slice.previous.and(number(slice.rows.first()));
    let after = slice.next.and(number(slice.rows.last()));
    Pager::new(
        before.map(|before| address(path, &Asked { before, ..bare.clone() })),
        after.map(|after| address(path, &Asked { after, ..bare.clone() })),
    )
}

fn empty(path: &str) -> Empty {
    Empty::new("没有找到符合条件的问题")
        .text("换个关键词，或者去掉一些条件再看看。")
        .action(Button::secondary("看全部").to(path))
}
