//! Where problems repeat: place by kind of problem, and over the months.

use askama::Template;
use huiyin_figures::{Dimension, Key, Number};
use huiyin_web::components::{Chart, DataTable, FilterBar, Html, Number as NumberView, Row, Series, Tabs};
use huiyin_web::{Can, Ctx, Density, Result};

use super::heat::{Heat, Stub};
use super::rules::InsightRules;
use super::{Asking, Doors, chief, figure, filter, places, read, tabs};
use crate::asked::{Asked, month_label};
use crate::pages::sub_names;
use crate::permissions::InsightSee;

const PATH: &str = "/insights/repeats";
/// Lines of one picture that can still be told apart.
const LINES: usize = 4;

#[derive(Template)]
#[template(path = "insight_repeats.html")]
struct RepeatsPage {
    tabs: Tabs,
    place: String,
    period: String,
    of: &'static str,
    filter: FilterBar,
    table: DataTable,
    chart: Option<Chart>,
    months: DataTable,
    villages: Option<DataTable>,
    repeats: i64,
    left: usize,
}

pub(crate) async fn show(ctx: Ctx, can: Can<InsightSee>, query: Asking) -> Result {
    let rules = InsightRules::built_in();
    let mut tx = ctx.site.db.snapshot().await?;
    let asked = read(&mut tx, &ctx, &can.viewer, query.0).await?;
    let raised = figure(&ctx, "problems_raised")?;
    let figures = &ctx.site.figures;
    let opens = figures.may_open(&mut tx, raised, Some(&can.viewer), &asked.cut).await?;
    let (of, by, rows) = places(&mut tx, &ctx, &asked).await?;
    let all = figures.breakdown(&mut tx, raised, &asked.cut, Dimension::SubCategory).await?;
    let columns = chief(&sub_names(&ctx), &all, rules.columns);
    let cells = figures.cross(&mut tx, raised, &asked.cut, (by, Dimension::SubCategory)).await?;
    let doors = Doors::of(&mut tx, &ctx, rows.iter().map(|row| &row.key)).await?;
    let heat =
        Heat { figure: raised, caption: "地方和问题", of, rows: &rows, columns: &columns, cells: &cells, opens };
    let table = heat.table(&asked, |row, column| doors.at(&ctx, &doors.at(&ctx, &asked, row), column));
    let monthly = figures.cross(&mut tx, raised, &asked.cut, (Dimension::Month, Dimension::SubCategory)).await?;
    let months = asked.cut.days().months();
    let stubs: Vec<Stub> =
        months.iter().map(|month| Stub { key: Key::Month(*month), label: month_label(*month, &months) }).collect();
    let heat =
        Heat {
            figure: raised, caption: "逐月", of: "月份", rows: &stubs, columns: &columns, cells: &monthly, opens
        };
    let by_month = heat.table(&asked, |row, column| doors.at(&ctx, &doors.at(&ctx, &asked, row), column));
    let chart = (stubs.len() > 1 && !columns.is_empty()).then(|| {
        let value = |row: &Stub, column: &Stub| {
            let cell = monthly.iter().find(|cell| cell.keys.0 == row.key && cell.keys.1 == column.key);
            Some(cell.map_or(0, |cell| cell.number.value))
        };
        let all = |column: &Stub| stubs.iter().filter_map(|row| value(row, column)).sum::<i64>();
        let mut most: Vec<&Stub> = columns.iter().collect();
        most.sort_by_key(|column| std::cmp::Reverse(all(column)));
        let series = most.into_iter().take(LINES).map(|column| Series {
            name: column.label.clone(),
            values: stubs.iter().map(|row| value(row, column)).collect(),
        });
        let labels = stubs.iter().map(|row| row.label.clone()).collect();
        Chart::lines(format!("逐月，最多的 {} 类", LINES.min(columns.len())), raised.unit, labels, series.collect())
            .alone()
    });
    let (villages, left) = villages(&mut tx, &ctx, &asked, opens).await?;
    let page = RepeatsPage {
        tabs: tabs(&asked, PATH),
        place: asked.place_name(&ctx.site.settings.city),
        period: asked.period_name(),
        of,
        filter: filter(&mut tx, &ctx, &asked, PATH, true).await?,
        table,
        chart,
        months: by_month,
        villages,
        repeats: rules.repeats,
        left,
    };
    ctx.page("哪里反复出现", Density::Sheet, &page)
}

/// The same kind of problem again and again in one village, in code order; inside one county only, where somebody can go
/// and look.
async fn villages(tx: &mut huiyin_db::Tx, ctx: &Ctx, asked: &Asked, opens: bool) -> Result<(Option<DataTable>, usize)> {
    let rules = InsightRules::built_in();
    if asked.county.is_none() {
        return Ok((None, 0));
    }
    let raised = figure(ctx, "problems_raised")?;
    let cells = ctx.site.figures.cross(tx, raised, &asked.cut, (Dimension::Village, Dimension::SubCategory)).await?;
    let mut often: Vec<_> =
        cells.into_iter().filter(|cell| cell.number.value >= rules.repeats && cell.keys.0 != Key::None).collect();
    let doors = Doors::of(tx, ctx, often.iter().map(|cell| &cell.keys.0)).await?;
    let names = sub_names(ctx);
    let place = |key: &Key| match key {
        Key::SubCategory(word) => names.iter().position(|(known, _)| known == word),
        _ => None,
    };
    often.sort_by_key(|cell| (doors.code(&cell.keys.0), place(&cell.keys.1)));
    let left = often.len().saturating_sub(rules.longest);
    let rows = often.iter().take(rules.longest).map(|cell| {
        let (village, sub) = &cell.keys;
        let name = place(sub).map_or("", |place| names[place].1.as_str());
        let number = NumberView::new(raised.name, Number::plain(cell.number.value).text(), raised.unit).inline();
        let door = doors.at(ctx, &doors.at(ctx, asked, village), sub).link("/figures/problems_raised/list");
        let number: Html = if opens { number.to(door).into() } else { number.into() };
        Row::new([doors.name(village).into(), name.into(), number])
    });
    let rows: Vec<Row> = rows.collect();
    let table = DataTable::new("同一个村反复出现").column("村（社区）").column("问题").figure("件数");
    Ok(((!rows.is_empty()).then(|| table.rows(rows)), left))
}
