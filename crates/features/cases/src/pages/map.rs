//! The counties beside each other, as a table and as a map: how many problems, how many are open, how many have their echo.

use std::collections::BTreeMap;

use askama::Template;
use axum::body::Body;
use axum::http::HeaderValue;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::Response;
use huiyin_base::{Day, Problem, Region};
use huiyin_web::components::{Choice, DataTable, Field, FilterBar, Html, Row, Tabs};
use huiyin_web::{Ctx, Density, Query, Result, Site};
use serde::{Deserialize, Serialize};

use super::card::cases;
use super::place::counties;
use super::wall::views;
use super::wall_asked::{Asked as WallAsked, address, month};
use crate::State;
use crate::store::{self, WallFilter};

/// What stands behind the question mark.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    category: String,
    month: String,
}

#[derive(Template)]
#[template(path = "map.html")]
struct MapPage {
    tabs: Tabs,
    filter: FilterBar,
    table: DataTable,
    picture: Option<Picture>,
}

/// The map, where the installation has an outline that may be shown.
struct Picture {
    data: String,
    outline: String,
    /// Under the map: its review number, or that it is a sketch of the demo.
    review: String,
}

/// One county.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct County {
    posted: i64,
    open: i64,
    echoed: i64,
}

/// A county of the map's script.
#[derive(Serialize)]
struct Area {
    name: String,
    posted: i64,
    open: i64,
    echoed: i64,
    href: String,
}

pub(crate) async fn show(ctx: Ctx, Query(asked): Query<Asked>) -> Result {
    ctx.cached(async || draw(&ctx, &asked).await).await
}

async fn draw(ctx: &Ctx, asked: &Asked) -> Result {
    let site = &ctx.site;
    let cases = cases(site)?;
    let category = cases.book.categories.find(&asked.category).map(|category| category.id.clone());
    let narrowed = WallAsked {
        category: category.clone().unwrap_or_default(),
        month: month(&asked.month).map(|_| asked.month.clone()).unwrap_or_default(),
        ..WallAsked::default()
    };
    let (posted_from, posted_to) = super::wall_asked::days(&narrowed);
    let mut tx = site.db.read().await?;
    let filter = WallFilter { category, posted_from, posted_to, ..WallFilter::default() };
    let counts = summed(&store::county_counts(&mut tx, &filter).await?);
    let page = MapPage {
        tabs: views("/map"),
        filter: filter_bar(ctx, &cases.book.categories, &narrowed),
        table: table(site, &counts, &narrowed),
        picture: picture(site, &counts, &narrowed)?,
    };
    ctx.page("各县区的问题", Density::Calm, &page)
}

fn summed(counts: &[(Region, State, i64)]) -> BTreeMap<Region, County> {
    let mut summed: BTreeMap<Region, County> = BTreeMap::new();
    for (region, state, n) in counts {
        let county = summed.entry(*region).or_default();
        county.posted += n;
        if state.is_open() {
            county.open += n;
        }
        if State::ECHOED.contains(state) {
            county.echoed += n;
        }
    }
    summed
}

fn filter_bar(ctx: &Ctx, categories: &crate::Categories, asked: &WallAsked) -> FilterBar {
    let all = |label: &str| Choice::new("", label);
    let found = categories.all().iter().map(|category| Choice::new(&category.id, &category.name));
    let category = std::iter::once(all("各类问题")).chain(found).collect();
    let months = months(ctx.today()).into_iter();
    let months = months.map(|(word, label)| Choice::new(word, label));
    let months = std::iter::once(all("全部时间")).chain(months).collect();
    FilterBar::new("/map")
        .field(Field::select("category", "类别", category).value(&asked.category))
        .field(Field::select("month", "上墙的月份", months).value(&asked.month))
}

/// The last two years, the newest month first.
fn months(today: Day) -> Vec<(String, String)> {
    let first = today.year() * 12 + i32::try_from(today.month()).unwrap_or(1) - 1;
    let month = |number: i32| (number / 12, number % 12 + 1);
    (0..24)
        .map(|back| month(first - back))
        .map(|(year, month)| (format!("{year}{month:02}"), format!("{year}年{month}月")))
        .collect()
}

fn table(site: &Site, counts: &BTreeMap<Region, County>, asked: &WallAsked) -> DataTable {
    let of = |region: Region| counts.get(&region).cloned().unwrap_or_default();
    let link = |n: i64, path: &str, asked: &WallAsked| {
        if n == 0 { Html::from("0") } else { linked(&grouped(n), &address(path, asked)) }
    };
    let cells = |county: &County, asked: &WallAsked| {
        let open = WallAsked { state: "open".into(), ..asked.clone() };
        [link(county.posted, "/wall", asked), link(county.open, "/wall", &open), link(county.echoed, "/echo", asked)]
    };
    let rows = counties(site).into_iter().map(|entry| {
        let asked = WallAsked { county: entry.code.clone(), ..asked.clone() };
        let name = Html::from(entry.name.as_str());
        Row::new(std::iter::once(name).chain(cells(&of(entry.region), &asked))).to(address("/wall", &asked))
    });
    let all = counts.values().fold(County::default(), |all, county| County {
        posted: all.posted + county.posted,
        open: all.open + county.open,
        echoed: all.echoed + county.echoed,
    });
    let table = DataTable::new("各县（市、区）的问题").column("县（市、区）");
    let table = table.figure("上墙").figure("还没答复").figure("已有回音").rows(rows);
    table.foot(std::iter::once(Html::from("全市")).chain(cells(&all, asked)))
}

fn picture(site: &Site, counts: &BTreeMap<Region, County>, asked: &WallAsked) -> Result<Option<Picture>> {
    let Some(outline) = &site.settings.map else { return Ok(None) };
    let areas: Vec<Area> = counties(site)
        .into_iter()
        .map(|entry| {
            let county = counts.get(&entry.region).cloned().unwrap_or_default();
            let asked = WallAsked { county: entry.code.clone(), ..asked.clone() };
            Area {
                name: entry.name,
                posted: county.posted,
                open: county.open,
                echoed: county.echoed,
                href: address("/wall", &asked),
            }
        })
        .collect();
    Ok(Some(Picture {
        data: serde_json::to_string(&areas).map_err(Problem::broken)?,
        outline: "/map/outline".into(),
        review: outline.words(),
    }))
}

/// The outlines of the counties under the names they have today in the city's time.
pub(crate) async fn outline(ctx: Ctx) -> Result {
    let site = &ctx.site;
    let map = site.settings.map.as_ref().ok_or_else(Problem::not_found)?;
    let mut outline: serde_json::Value = serde_json::from_str(&map.outline).map_err(Problem::broken)?;
    let features = outline.get_mut("features").and_then(serde_json::Value::as_array_mut);
    for feature in features.into_iter().flatten() {
        let Some(properties) = feature.get_mut("properties") else { continue };
        let code = properties.get("code").and_then(serde_json::Value::as_str).unwrap_or_default();
        let region = code.get(..6).and_then(|code| site.regions.by_code(code));
        if let Some((code, name)) = region.and_then(|region| site.regions.named_on(region, site.today())) {
            *properties = serde_json::json!({ "code": code, "name": name });
        }
    }
    let mut response = Response::new(Body::from(outline.to_string()));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/geo+json"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("public, max-age=3600"));
    Ok(response)
}

fn linked(text: &str, href: &str) -> Html {
    Html::drawn(format!(r#"<a class="number" href="{}">{}</a>"#, Html::from(href), Html::from(text)))
}

fn grouped(n: i64) -> String {
    store::Count { n, exact: true }.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn states_fall_into_three_numbers() {
        let region = Region::new(7).unwrap();
        let counts = [State::Posted, State::InHand, State::Answered, State::Closed, State::Merged, State::Referred];
        let counts: Vec<_> = counts.into_iter().map(|state| (region, state, 2)).collect();
        assert_eq!(summed(&counts)[&region], County { posted: 12, open: 4, echoed: 4 });
    }

    #[test]
    fn months_go_back_over_the_new_year() {
        let found = months(Day::new(2016, 2, 29).unwrap());
        assert_eq!(found.len(), 24);
        assert_eq!((found[0].0.as_str(), found[1].0.as_str(), found[2].1.as_str()), ("201602", "201601", "2015年12月"));
    }
}
