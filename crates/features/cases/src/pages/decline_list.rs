//! 没有上墙的反映: how many were declined before posting, by standard reason. For everybody; which they were is told to nobody
//! but whoever raised each.

use askama::Template;
use huiyin_base::{Day, Region};
use huiyin_web::components::{Choice, DataTable, Empty, Field, FilterBar, Html, Row};
use huiyin_web::{Ctx, Density, Query, Result};
use serde::Deserialize;

use super::card::cases;
use super::place::{counties, county_name, region_of};
use crate::store;

/// How many years can be looked back on.
const YEARS: i32 = 3;

#[derive(Template)]
#[template(path = "decline_list.html")]
struct DeclineList {
    place: String,
    year: i32,
    until: String,
    filter: FilterBar,
    total: i64,
    table: Option<DataTable>,
    empty: Option<Empty>,
}

/// The county by its code and the year; the whole city and this year where the address says nothing.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    county: String,
    year: String,
}

pub(crate) async fn show(ctx: Ctx, Query(asked): Query<Asked>) -> Result {
    ctx.cached(async || draw(&ctx, &asked).await).await
}

async fn draw(ctx: &Ctx, asked: &Asked) -> Result {
    let (region, today) = (region_of(&ctx.site, &asked.county), ctx.today());
    let years = (today.year() - YEARS + 1)..=today.year();
    let year = asked.year.parse().ok().filter(|year| years.contains(year)).unwrap_or(today.year());
    let (from, to) = whole_year(year, today);
    let mut tx = ctx.site.db.read().await?;
    let counts = store::decline_counts(&mut tx, region, from, to).await?;
    let counts = cases(&ctx.site)?.book.rules.declines_by_reason(&counts);
    let none = "这段时间没有“未受理”的反映。";
    let page = DeclineList {
        place: region.map_or_else(|| ctx.site.settings.city.clone(), |region| county_name(&ctx.site, region)),
        year,
        until: to.chinese(),
        filter: filter(ctx, region, year, years.rev()),
        total: counts.iter().map(|(_, n)| n).sum(),
        empty: counts.is_empty().then(|| Empty::new(none).text("凡是要办的事，审核后都上墙。")),
        table: (!counts.is_empty()).then(|| table(&counts)),
    };
    ctx.page("没有上墙的反映", Density::Calm, &page)
}

/// The first and the last day of a year, or today where it is not over.
fn whole_year(year: i32, today: Day) -> (Day, Day) {
    let day = |month, of_month| Day::new(year, month, of_month).unwrap_or(today);
    (day(1, 1), day(12, 31).min(today))
}

fn filter(ctx: &Ctx, region: Option<Region>, year: i32, years: impl Iterator<Item = i32>) -> FilterBar {
    let all = counties(&ctx.site);
    let chosen = all.iter().find(|county| Some(county.region) == region).map(|county| county.code.clone());
    let whole = Choice::new("", ctx.site.settings.city.clone());
    let places = std::iter::once(whole).chain(all.iter().map(|county| Choice::new(&county.code, &county.name)));
    let years = years.map(|year| Choice::new(year, format!("{year}年")));
    FilterBar::new("/declines")
        .field(Field::select("county", "县（市、区）", places.collect()).value(chosen.unwrap_or_default()))
        .field(Field::select("year", "年份", years.collect()).value(year))
}

fn table(counts: &[(String, i64)]) -> DataTable {
    let row = |(reason, n): &(String, i64)| Row::new([Html::from(reason), Html::from(n.to_string())]);
    DataTable::new("没有上墙的反映，按原因").column("原因").figure("件数").rows(counts.iter().map(row))
}
