//! What reopens: category by place, with both numbers of each rate.

use askama::Template;
use huiyin_figures::{Dimension, Key, RateBook};
use huiyin_web::components::{DataTable, FilterBar, Html, Tabs};
use huiyin_web::{Can, Ctx, Density, Result};

use super::heat::{Heat, Stub};
use super::{Asking, Doors, category_names, figure, filter, places, read, tabs};
use crate::board::Board;
use crate::pages::city::card;
use crate::permissions::InsightSee;

const PATH: &str = "/insights/reopened";

#[derive(Template)]
#[template(path = "insight_reopened.html")]
struct ReopenedPage {
    tabs: Tabs,
    place: String,
    period: String,
    of: &'static str,
    filter: FilterBar,
    cards: Vec<Html>,
    table: DataTable,
    least: i64,
}

pub(crate) async fn show(ctx: Ctx, can: Can<InsightSee>, query: Asking) -> Result {
    let mut tx = ctx.site.db.snapshot().await?;
    let asked = read(&mut tx, &ctx, &can.viewer, query.0).await?;
    let rate = figure(&ctx, "problems_reopened_rate")?;
    let figures = &ctx.site.figures;
    let opens = figures.may_open(&mut tx, rate, Some(&can.viewer), &asked.cut).await?;
    let (of, by, rows) = places(&mut tx, &ctx, &asked).await?;
    let columns: Vec<Stub> = category_names(&ctx)
        .into_iter()
        .filter(|(word, _)| asked.cut.category.as_ref().is_none_or(|chosen| chosen == word))
        .map(|(word, label)| Stub { key: Key::Category(word), label })
        .collect();
    let cells = figures.cross(&mut tx, rate, &asked.cut, (by, Dimension::Category)).await?;
    let doors = Doors::of(&mut tx, &ctx, rows.iter().map(|row| &row.key)).await?;
    let heat = Heat { figure: rate, caption: "重新办理", of, rows: &rows, columns: &columns, cells: &cells, opens };
    let table = heat.table(&asked, |row, column| doors.at(&ctx, &doors.at(&ctx, &asked, row), column));
    let board = Board::load(&mut tx, &ctx.site, Some(&can.viewer), asked.clone(), [rate], |_| false).await?;
    let page = ReopenedPage {
        tabs: tabs(&asked, PATH),
        place: asked.place_name(&ctx.site.settings.city),
        period: asked.period_name(),
        of,
        filter: filter(&mut tx, &ctx, &asked, PATH, true).await?,
        cards: board.entries.iter().map(|entry| card(&board, entry)).collect(),
        table,
        least: RateBook::built_in().least(rate.id, asked.cut.period.to),
    };
    ctx.page("办了又重来", Density::Sheet, &page)
}
