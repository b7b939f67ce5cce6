use askama::Template;
use huiyin_figures::{Figure, Number, RateBook, Sight};
use huiyin_web::components::{self, Breadcrumb, Chart, DataTable, Empty, FilterBar, Html, Rate, Series};
use huiyin_web::{Ctx, Density, Query, Result};

use crate::asked::{self, Asked};
use crate::board::{Board, Entry};
use crate::sheet::Sheet;
use crate::spread::Spread;

/// The columns of the city's tables; the other figures have tables on their own pages. Where none of these is registered, the
/// tables have the first figures there are.
const COLUMNS: [&str; 6] = [
    "problems_raised",
    "problems_solved",
    "problems_solved_rate",
    "problems_open",
    "problems_overdue",
    "problems_satisfied",
];

/// What both numbers of a rate count in.
const WHOLE_UNIT: &str = "个";

#[derive(Template)]
#[template(path = "figures.html")]
struct CityPage {
    trail: Breadcrumb,
    place: String,
    period: String,
    filter: FilterBar,
    cards: Vec<Html>,
    places: Option<Sheet>,
    spreads: Vec<(&'static str, Spread)>,
    categories: Option<DataTable>,
    months: Option<DataTable>,
    chart: Option<Chart>,
    empty: Option<Empty>,
}

pub(crate) async fn show(ctx: Ctx, Query(query): Query<asked::Query>) -> Result {
    ctx.cached(async || draw(&ctx, &query).await).await
}

async fn draw(ctx: &Ctx, query: &asked::Query) -> Result {
    let mut tx = ctx.site.db.snapshot().await?;
    let asked = Asked::read(&mut tx, &ctx.site.regions, ctx.today(), query, ctx.viewer.is_none()).await?;
    let viewer = ctx.viewer.as_ref();
    let figures: Vec<&Figure> = ctx.site.figures.seen_by(viewer).collect();
    let columns: Vec<&str> = chosen(&figures, &COLUMNS).iter().map(|figure| figure.id).collect();
    let board = Board::load(&mut tx, &ctx.site, viewer, asked, figures, |figure| columns.contains(&figure.id)).await?;
    let asked = &board.asked;
    let names = board.category_names();
    let city = &ctx.site.settings.city;
    let (places, spreads) = board.places(&mut tx).await?.unzip();
    let months = board.months(&mut tx).await?;
    let page = CityPage {
        trail: trail(asked, city, "/figures"),
        place: asked.place_name(city),
        period: asked.period_name(),
        filter: super::filter(&mut tx, ctx, asked, &names, "/figures").await?,
        cards: board.entries.iter().map(|entry| card(&board, entry)).collect(),
        places,
        spreads: spreads.unwrap_or_default(),
        categories: board.categories(&mut tx).await?.map(|sheet| sheet.table()),
        chart: months.as_ref().and_then(chart),
        months: months.map(|sheet| sheet.table()),
        empty: board
            .entries
            .is_empty()
            .then(|| Empty::new("还没有可以看的指标").text("登记了指标的功能会在这里出现。")),
    };
    ctx.page(&format!("{}的数字", page.place), Density::Calm, &page)
}

/// Those of `wanted`; where none of them is registered, as many of the first.
pub(crate) fn chosen<'a>(figures: &[&'a Figure], wanted: &[&str]) -> Vec<&'a Figure> {
    let found: Vec<&Figure> = figures.iter().filter(|figure| wanted.contains(&figure.id)).copied().collect();
    if found.is_empty() { figures.iter().take(wanted.len()).copied().collect() } else { found }
}

/// The city, the county, the township: each but the last leads back.
pub(crate) fn trail(asked: &Asked, city: &str, path: &str) -> Breadcrumb {
    let Some(county) = &asked.county else { return Breadcrumb::new(city) };
    let up = asked.everywhere();
    match &asked.township {
        Some(township) => Breadcrumb::new(township.name.as_str())
            .step(city, up.link(path))
            .step(county.name.as_str(), asked.in_county(county).link(path)),
        None => Breadcrumb::new(county.name.as_str()).step(city, up.link(path)),
    }
}

/// A figure at the head of the page: the number with its door, of a rate both numbers with theirs.
pub(crate) fn card(board: &Board<'_>, entry: &Entry<'_>) -> Html {
    let (figure, number, asked) = (entry.figure, entry.number, &board.asked);
    let list = |id: &str| asked.link(&format!("/figures/{id}/list"));
    let definition = format!("{}（编号 {}）", figure.definition, figure.id);
    let hidden = !entry.opens && figure.hides(&number);
    if let (Some(over), Some(whole), false) = (number.over, board.whole(figure), hidden) {
        let part = Number::plain(number.value).text();
        let over = Number::plain(over).text();
        let least = RateBook::built_in().least(figure.id, asked.cut.period.to);
        let definition =
            if number.is_few(least) { format!("{definition}不足 {least} 件，不算比率。") } else { definition };
        let rate = Rate::new(figure.name, number.text_over(least), ("其中", &part), (whole.name, &over));
        let rate = rate.day(asked.cut.until().chinese()).definition(definition);
        return if entry.opens { rate.to(list(figure.id), list(whole.id)).into() } else { rate.into() };
    }
    let text = if hidden { format!("少于{}", figure.least) } else { figure.text(number) };
    // Of a rate that is hidden, it is what the rate is a part of that is too few.
    let unit = board.whole(figure).filter(|_| hidden).unwrap_or(figure).unit;
    let card = components::Number::new(figure.name, text, unit);
    if entry.opens {
        return card.definition(definition).to(list(figure.id)).into();
    }
    let door = match figure.opened_by {
        Sight::Nobody => "不开放清单。".to_owned(),
        sight => format!("清单由{}打开。", sight.label()),
    };
    card.definition(format!("{definition}{door}")).into()
}

/// The first two counts by month side by side; of a rate alone, the whole and the part.
pub(crate) fn chart(months: &Sheet) -> Option<Chart> {
    if months.rows.len() < 2 {
        return None;
    }
    let labels = months.rows.iter().map(|line| line.label.clone()).collect();
    let values = |column: usize, of: fn(Number) -> Option<i64>| -> Vec<Option<i64>> {
        let scale = months.heads[column].scale;
        months.rows.iter().map(|line| line.numbers[column].plain.and_then(of).map(|value| value / scale)).collect()
    };
    let series = |name: &str, values| Series { name: name.to_owned(), values };
    let counts: Vec<usize> =
        (0..months.heads.len()).filter(|column| months.heads[*column].unit != "%").take(2).collect();
    let (unit, pictured) = if let Some(first) = counts.first() {
        let count = |column: &usize| series(months.heads[*column].name, values(*column, |number| Some(number.value)));
        (months.heads[*first].unit, counts.iter().map(count).collect())
    } else {
        let whole = series("全部", values(0, |number| number.over));
        (WHOLE_UNIT, vec![whole, series("其中", values(0, |number| Some(number.value)))])
    };
    Some(Chart::bars("逐月", unit, labels, pictured).alone())
}
