//! The problem wall and the echo wall.

use askama::Template;
use huiyin_base::number::CaseNumber;
use huiyin_db::Tx;
use huiyin_web::components::{Button, Choice, EchoPair, Empty, Field, FilterBar, Pager};
use huiyin_web::{Ctx, Density, Query, Result, Site};
use serde::{Deserialize, Serialize};

use super::card::{Cards, cases};
use super::place::{counties, region_of};
use crate::store::{self, CaseLine, Count, Cursor, Page, Slice, Towards, WallFilter};
use crate::{Cases, State};

/// What stands behind the question mark of a wall's address.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub(crate) struct Asked {
    #[serde(default, skip_serializing_if = "String::is_empty")]
    county: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    category: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    state: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    q: String,
    /// The number of the last case of the page before.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    after: String,
    /// The number of the first case of the page after.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    before: String,
}

#[derive(Template)]
#[template(path = "wall.html")]
struct WallPage {
    echo: bool,
    filter: FilterBar,
    pairs: Vec<EchoPair>,
    empty: Option<Empty>,
    pager: Pager,
    total: String,
    /// Not merely at least so many.
    exact: bool,
}

/// How the states are offered: a few words that everybody understands.
const STATES: [(&str, &str, &[State]); 5] = [
    ("waiting", "等待交办", &[State::Posted]),
    ("working", "正在办理", &[State::Assigned, State::Signed, State::InHand, State::CloseRequested, State::Reopened]),
    ("paused", "暂缓办理", &[State::Paused]),
    ("answered", "已有回音", &[State::Answered, State::Closed]),
    ("moved", "合并或转送", &[State::Merged, State::Referred]),
];

const PAGE: i64 = 20;

pub(crate) async fn wall(ctx: Ctx, Query(asked): Query<Asked>) -> Result {
    ctx.cached(async || draw(&ctx, &asked, false).await).await
}

pub(crate) async fn echo(ctx: Ctx, Query(asked): Query<Asked>) -> Result {
    ctx.cached(async || draw(&ctx, &asked, true).await).await
}

async fn draw(ctx: &Ctx, asked: &Asked, echo: bool) -> Result {
    let cases = cases(&ctx.site)?;
    let mut tx = ctx.site.db.read().await?;
    let filter = wall_filter(&ctx.site, &cases, asked, echo);
    let page = Page { at: cursor(&mut tx, &ctx.site, asked).await?, ..Page::first(PAGE) };
    let slice = if echo {
        store::echo_list(&mut tx, &filter, &page).await?
    } else {
        store::wall_list(&mut tx, &filter, &page).await?
    };
    let answers = store::answers_of(&mut tx, &slice.rows).await?;
    let counted = if echo { WallFilter { states: State::ECHOED.to_vec(), ..filter.clone() } } else { filter };
    let total = store::wall_count(&mut tx, &counted).await?;
    let cards = Cards::of_lines(&mut tx, &ctx.site, &cases, &slice.rows).await?;
    let pairs: Vec<EchoPair> = slice.rows.iter().map(|line| cards.pair(line, answers.get(&line.id)).level(2)).collect();
    let path = if echo { "/echo" } else { "/wall" };
    let page = WallPage {
        echo,
        filter: filter_bar(ctx, &cases, asked, path, echo),
        empty: pairs.is_empty().then(|| empty(path)),
        pairs,
        pager: pager(&cards, &slice, asked, path),
        exact: total.exact,
        total: Count { exact: true, ..total }.to_string(),
    };
    let title = if echo { "回音壁" } else { "问题墙" };
    ctx.page(title, Density::Calm, &page)
}

fn wall_filter(site: &Site, cases: &Cases, asked: &Asked, echo: bool) -> WallFilter {
    let states = STATES.iter().find(|(word, _, _)| *word == asked.state && !echo);
    WallFilter {
        region: region_of(site, &asked.county),
        category: cases.book.categories.find(&asked.category).map(|category| category.id.clone()),
        states: states.map(|(_, _, states)| states.to_vec()).unwrap_or_default(),
        words: asked.q.chars().take(60).collect(),
        ..WallFilter::default()
    }
}

/// A public link names the case at the page's edge by its number, since its place in the list holds a time.
async fn cursor(tx: &mut Tx, site: &Site, asked: &Asked) -> Result<Option<Cursor>> {
    let (text, towards) = match (asked.after.as_str(), asked.before.as_str()) {
        ("", "") => return Ok(None),
        ("", before) => (before, Towards::Previous),
        (after, _) => (after, Towards::Next),
    };
    let Ok(number) = text.parse::<CaseNumber>() else { return Ok(None) };
    let Some(region) = site.regions.by_short(site.home, &number.county) else { return Ok(None) };
    let seq = store::seq_find_number(tx, region, i64::from(number.year), i64::from(number.n)).await?;
    Ok(seq.map(|seq| Cursor { towards, due: None, seq }))
}

fn pager(cards: &Cards<'_>, slice: &Slice<CaseLine>, asked: &Asked, path: &str) -> Pager {
    let number = |line: Option<&CaseLine>| line.and_then(|line| cards.number(line.region, line.number()));
    let bare = Asked { after: String::new(), before: String::new(), ..asked.clone() };
    let before = slice.previous.and(number(slice.rows.first()));
    let after = slice.next.and(number(slice.rows.last()));
    Pager::new(
        before.map(|before| address(path, &Asked { before, ..bare.clone() })),
        after.map(|after| address(path, &Asked { after, ..bare.clone() })),
    )
}

fn address(path: &str, asked: &Asked) -> String {
    let query = huiyin_web::to_query(asked);
    if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
}

fn filter_bar(ctx: &Ctx, cases: &Cases, asked: &Asked, path: &str, echo: bool) -> FilterBar {
    let all = |label: &str| Choice::new("", label);
    let places = counties(&ctx.site);
    let county = std::iter::once(all("全市")).chain(places.iter().map(|place| Choice::new(&place.code, &place.name)));
    let categories = cases.book.categories.all().iter();
    let category = std::iter::once(all("各类问题")).chain(categories.map(|found| Choice::new(&found.id, &found.name)));
    let states = STATES.iter().map(|(word, label, _)| Choice::new(word, *label));
    let bar = FilterBar::new(path)
        .field(Field::search("q", "关键词").value(&asked.q).with("placeholder", "例如：自来水、路灯、低保"))
        .field(Field::select("county", "县（市、区）", county.collect()).value(&asked.county))
        .field(Field::select("category", "类别", category.collect()).value(&asked.category));
    let bar = if echo {
        bar
    } else {
        let states = std::iter::once(all("全部进展")).chain(states).collect();
        bar.field(Field::select("state", "进展", states).value(&asked.state))
    };
    chips(bar, &ctx.site, cases, asked, path)
}

fn chips(bar: FilterBar, site: &Site, cases: &Cases, asked: &Asked, path: &str) -> FilterBar {
    let bare = Asked { after: String::new(), before: String::new(), ..asked.clone() };
    let none = String::new;
    let mut chips = Vec::new();
    if let Some(region) = region_of(site, &asked.county) {
        chips.push((site.regions.name(region).to_owned(), Asked { county: none(), ..bare.clone() }));
    }
    if let Some(category) = cases.book.categories.find(&asked.category) {
        chips.push((category.name.clone(), Asked { category: none(), ..bare.clone() }));
    }
    if let Some((_, label, _)) = STATES.iter().find(|(word, _, _)| *word == asked.state) {
        chips.push(((*label).to_owned(), Asked { state: none(), ..bare.clone() }));
    }
    if !asked.q.trim().is_empty() {
        chips.push((format!("“{}”", asked.q.trim()), Asked { q: none(), ..bare.clone() }));
    }
    let bar = chips.iter().fold(bar, |bar, (label, without)| bar.chip(label, address(path, without)));
    if chips.len() > 1 { bar.clear(path) } else { bar }
}

fn empty(path: &str) -> Empty {
    Empty::new("没有找到符合条件的问题")
        .text("换个关键词，或者去掉一些条件再看看。")
        .action(Button::secondary("看全部").to(path))
}
