use askama::Template;
use huiyin_base::number::CaseNumber;
use huiyin_base::{Problem, Region};
use huiyin_figures::{FrozenRow, Place, frozen_list_in, snapshot_find};
use huiyin_web::components::{Breadcrumb, DataTable, Empty, Html, Pager, Row};
use huiyin_web::{Ctx, Density, Path, Query, Result};
use serde::Deserialize;

use super::seen;
use crate::bulletin::{BulletinKind, BulletinState};
use crate::numbers;
use crate::pages::list::closed;
use crate::store::bulletin::figure_find;

/// Rows of one page.
const PAGE: i64 = 50;

/// Which version, which county, after which row.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    version: String,
    place: String,
    after: String,
}

#[derive(Template)]
#[template(path = "bulletin_figure.html")]
struct FrozenPage {
    trail: Breadcrumb,
    name: &'static str,
    lead: String,
    definition: &'static str,
    table: Option<DataTable>,
    empty: Option<Empty>,
    foot: String,
    pager: Pager,
}

pub(crate) async fn show(
    ctx: Ctx,
    kind: BulletinKind,
    Path((term, figure)): Path<(String, String)>,
    Query(asked): Query<Asked>,
) -> Result {
    ctx.cached(async || draw(&ctx, kind, &term, &figure, &asked).await).await
}

async fn draw(ctx: &Ctx, kind: BulletinKind, term: &str, figure: &str, asked: &Asked) -> Result {
    let mut tx = ctx.site.db.snapshot().await?;
    let bulletin = seen(&mut tx, ctx, kind, term, &asked.version).await?;
    if bulletin.state != BulletinState::Issued {
        return Err(Problem::not_found().into());
    }
    let figure = crate::pages::figure_seen(ctx, figure)?;
    let region = match asked.place.as_str() {
        "" => None,
        code => Some(ctx.site.regions.by_code(code).ok_or_else(Problem::not_found)?),
    };
    let place = region.map_or(Place::City, Place::Region);
    if !ctx.site.figures.may_open(&mut tx, figure, ctx.viewer.as_ref(), &bulletin.term().cut().at(place)).await? {
        return Err(closed(figure).into());
    }
    let snapshot = figure_find(&mut tx, &bulletin, figure.id).await?.ok_or_else(Problem::not_found)?;
    let kept = snapshot_find(&mut tx, snapshot).await?.ok_or_else(Problem::not_found)?;
    let number = numbers::kept(&mut tx, &bulletin).await?.get(figure.id, region).ok_or_else(Problem::not_found)?;
    let after = match asked.after.as_str() {
        "" => 0,
        given => given.parse::<i64>().ok().filter(|after| *after > 0).ok_or_else(Problem::not_found)?,
    };
    let mut rows = frozen_list_in(&mut tx, snapshot, region, after, PAGE + 1).await?;
    let more = rows.len() > usize::try_from(PAGE).unwrap_or(0);
    rows.truncate(usize::try_from(PAGE).unwrap_or(0));
    let here = format!("{}/figures/{}?version={}", bulletin.term().path(), figure.id, bulletin.version);
    let here = if asked.place.is_empty() { here } else { format!("{here}&place={}", asked.place) };
    let next = rows.last().filter(|_| more).map(|row| format!("{here}&after={}", row.position));
    let name = place_name(ctx, region, kept.to_day);
    let page = FrozenPage {
        trail: Breadcrumb::new(figure.name)
            .step(kind.label(), kind.path())
            .step(bulletin.term().name(), bulletin.path()),
        name: figure.name,
        lead: format!(
            "{name}，{}至{}。清单是{}冻结时的样子，以后记录变了，这里不变。",
            kept.from_day.chinese(),
            kept.to_day.chinese(),
            bulletin.issued_day.map(huiyin_base::Day::chinese).unwrap_or_default()
        ),
        definition: figure.definition,
        table: (!rows.is_empty()).then(|| table(ctx, figure, &rows)),
        empty: rows.is_empty().then(|| Empty::new("这里没有记录").text("这个数字是 0。")),
        foot: match number.both() {
            Some(both) => format!("清单共 {} 条，是比率的分子（{both}）。", number.value),
            None => format!("清单共 {} 条，与通报里的数字一致。", figure.text(number)),
        },
        pager: Pager::new((after > 0).then(|| here.clone()), next),
    };
    ctx.page(&format!("{}的清单", figure.name), Density::Calm, &page)
}

fn place_name(ctx: &Ctx, region: Option<Region>, day: huiyin_base::Day) -> String {
    let named = region.and_then(|region| ctx.site.regions.named_on(region, day));
    named.map_or_else(|| ctx.site.settings.city.clone(), |(_, name)| name.to_owned())
}

fn table(ctx: &Ctx, figure: &huiyin_figures::Figure, rows: &[FrozenRow]) -> DataTable {
    let names = (figure.categories)();
    let rows = rows.iter().map(|row| {
        let category = row.category.as_deref().unwrap_or_default();
        let category = names.iter().find(|(word, _)| word == category).map_or(category, |(_, name)| name.as_str());
        let number = number_name(ctx, row);
        let cells: [Html; 5] = [
            number.as_deref().unwrap_or("—").into(),
            row.title.as_str().into(),
            category.into(),
            ctx.site.regions.named_on(row.region, row.day).map_or("", |(_, name)| name).into(),
            row.day.to_string().into(),
        ];
        let cells = Row::new(cells);
        match figure.link(number.as_deref(), None) {
            Some(link) => cells.to(link),
            None => cells,
        }
    });
    DataTable::new(figure.name).column("编号").column("内容").column("类别").column("地方").column("日期").rows(rows)
}

fn number_name(ctx: &Ctx, row: &FrozenRow) -> Option<String> {
    let (year, n) = (u16::try_from(row.year?).ok()?, u32::try_from(row.number?).ok()?);
    Some(CaseNumber { county: ctx.site.regions.short(row.region).to_owned(), year, n }.to_string())
}
