//! In which season what comes: month by category, and the kinds of one category where one is chosen.

use askama::Template;
use huiyin_figures::{Dimension, Key};
use huiyin_web::components::{Chart, DataTable, FilterBar, Series, Tabs};
use huiyin_web::{Can, Ctx, Density, Result};

use super::heat::{Heat, Stub};
use super::rules::InsightRules;
use super::{Asking, Doors, category_names, chief, figure, filter, read, tabs};
use crate::asked::month_label;
use crate::pages::sub_names;
use crate::permissions::InsightSee;

const PATH: &str = "/insights/seasons";

#[derive(Template)]
#[template(path = "insight_seasons.html")]
struct SeasonsPage {
    tabs: Tabs,
    place: String,
    period: String,
    filter: FilterBar,
    table: DataTable,
    chart: Option<Chart>,
    kinds: bool,
}

pub(crate) async fn show(ctx: Ctx, can: Can<InsightSee>, query: Asking) -> Result {
    let mut tx = ctx.site.db.snapshot().await?;
    let asked = read(&mut tx, &ctx, &can.viewer, query.0).await?;
    let raised = figure(&ctx, "problems_raised")?;
    let figures = &ctx.site.figures;
    let opens = figures.may_open(&mut tx, raised, Some(&can.viewer), &asked.cut).await?;
    let months = asked.cut.days().months();
    let rows: Vec<Stub> =
        months.iter().map(|month| Stub { key: Key::Month(*month), label: month_label(*month, &months) }).collect();
    let kinds = asked.cut.category.is_some();
    let (by, columns) = if kinds {
        let all = figures.breakdown(&mut tx, raised, &asked.cut, Dimension::SubCategory).await?;
        (Dimension::SubCategory, chief(&sub_names(&ctx), &all, InsightRules::built_in().columns))
    } else {
        let names = category_names(&ctx).into_iter();
        (Dimension::Category, names.map(|(word, label)| Stub { key: Key::Category(word), label }).collect())
    };
    let cells = figures.cross(&mut tx, raised, &asked.cut, (Dimension::Month, by)).await?;
    let doors = Doors::of(&mut tx, &ctx, std::iter::empty()).await?;
    let heat = Heat {
        figure: raised,
        caption: "月份和类别",
        of: "月份",
        rows: &rows,
        columns: &columns,
        cells: &cells,
        opens,
    };
    let table = heat.table(&asked, |row, column| doors.at(&ctx, &doors.at(&ctx, &asked, row), column));
    let value = |row: &Stub, column: &Stub| {
        let cell = cells.iter().find(|cell| cell.keys.0 == row.key && cell.keys.1 == column.key);
        Some(cell.map_or(0, |cell| cell.number.value))
    };
    let chart = (rows.len() > 1 && !columns.is_empty()).then(|| {
        let series = columns.iter().map(|column| Series {
            name: column.label.clone(),
            values: rows.iter().map(|row| value(row, column)).collect(),
        });
        let labels = rows.iter().map(|row| row.label.clone()).collect();
        Chart::lines("逐月", raised.unit, labels, series.collect()).alone()
    });
    let page = SeasonsPage {
        tabs: tabs(&asked, PATH),
        place: asked.place_name(&ctx.site.settings.city),
        period: asked.period_name(),
        filter: filter(&mut tx, &ctx, &asked, PATH, true).await?,
        table,
        chart,
        kinds,
    };
    ctx.page("什么时节多", Density::Sheet, &page)
}
