//! The rates, each with both numbers and its date, and how the marks lie: where nearly all are at the top, a percentage
//! alone says little.

use askama::Template;
use huiyin_figures::{Cell, Dimension, Figure, Key, Number, mask};
use huiyin_web::components::{FilterBar, Html, Number as NumberView, Tabs};
use huiyin_web::{Can, Ctx, Density, Result};

use super::{Asking, figure, filter, read, tabs};
use crate::board::Board;
use crate::pages::city::card;
use crate::permissions::InsightSee;
use crate::spread::Spread;

const RATES: [&str; 5] = [
    "problems_solved_rate",
    "problems_on_time_rate",
    "problems_satisfied",
    "problems_reopened_rate",
    "callbacks_solved_rate",
];

const PATH: &str = "/insights";

#[derive(Template)]
#[template(path = "insight_overview.html")]
struct Overview {
    tabs: Tabs,
    place: String,
    period: String,
    filter: FilterBar,
    cards: Vec<Html>,
    scores: Vec<Score>,
    rated: Html,
    answered: Html,
    spreads: Vec<(&'static str, Spread)>,
    places: Option<huiyin_web::components::DataTable>,
    of: &'static str,
}

/// One mark: how many gave it, of how many.
struct Score {
    label: String,
    number: Html,
    value: i64,
    most: i64,
    share: String,
}

pub(crate) async fn show(ctx: Ctx, can: Can<InsightSee>, query: Asking) -> Result {
    let mut tx = ctx.site.db.snapshot().await?;
    let asked = read(&mut tx, &ctx, &can.viewer, query.0).await?;
    let figures: Vec<&Figure> = RATES.iter().filter_map(|id| ctx.site.figures.find(id)).collect();
    let board = Board::load(&mut tx, &ctx.site, Some(&can.viewer), asked.clone(), figures, |_| true).await?;
    let (scores, rated) = scores(&mut tx, &ctx, &asked).await?;
    let answered = ctx.site.figures.value(&mut tx, figure(&ctx, "problems_answered")?, &asked.cut).await?;
    let (sheet, spreads) = board.places(&mut tx).await?.unzip();
    let answered = NumberView::new("已答复", answered.text(), "件").inline();
    let page = Overview {
        tabs: tabs(&asked, PATH),
        place: asked.place_name(&ctx.site.settings.city),
        period: asked.period_name(),
        filter: filter(&mut tx, &ctx, &asked, PATH, true).await?,
        cards: board.entries.iter().map(|entry| card(&board, entry)).collect(),
        scores,
        rated,
        answered: answered.to(asked.link("/figures/problems_answered/list")).into(),
        spreads: spreads.unwrap_or_default(),
        of: sheet.as_ref().map_or("", |sheet| sheet.of),
        places: sheet.map(|sheet| sheet.table()),
    };
    ctx.page("研判", Density::Sheet, &page)
}

async fn scores(tx: &mut huiyin_db::Tx, ctx: &Ctx, asked: &crate::asked::Asked) -> Result<(Vec<Score>, Html)> {
    let rated = figure(ctx, "problems_rated")?;
    let cells = ctx.site.figures.breakdown(tx, rated, &asked.cut, Dimension::Score).await?;
    let all: i64 = cells.iter().map(|cell| cell.number.value).sum();
    let labels = [(5, "非常满意"), (4, "满意"), (3, "一般"), (2, "不满意"), (1, "非常不满意")];
    let of = |key: &Key| cells.iter().find(|cell| cell.key == *key).map_or(0, |cell| cell.number.value);
    let mut stubs: Vec<(String, Key)> =
        labels.iter().map(|(mark, words)| (format!("{mark} {words}"), Key::Score(*mark))).collect();
    // Rated, and opened again since: the mark of the answer that no longer stands is not kept on the case.
    stubs.extend((of(&Key::None) > 0).then(|| ("之后重新办理".to_owned(), Key::None)));
    // Nobody opens the list of who rated how, and few are told as few.
    let whole: Vec<Cell> =
        stubs.iter().map(|(_, key)| Cell { key: key.clone(), number: Number::plain(of(key)) }).collect();
    let shown = mask(&whole, rated.least);
    let scores = stubs.into_iter().zip(shown).map(|((label, _), shown)| {
        let value = shown.open().map_or(0, |number| number.value);
        let share = shown.open().map_or_else(|| "—".to_owned(), |_| Number { value, over: Some(all) }.text());
        Score { label, number: shown.text().into(), value, most: all.max(1), share }
    });
    let all = if all < rated.least {
        format!("少于{} 件", rated.least)
    } else {
        format!("{} 件", Number::plain(all).text())
    };
    Ok((scores.collect(), all.into()))
}
