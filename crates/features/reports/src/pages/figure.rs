use askama::Template;
use huiyin_base::Day;
use huiyin_figures::{Kind, RateBook, Terms};
use huiyin_web::components::{Breadcrumb, Chart, DataTable, FilterBar, Html};
use huiyin_web::{Ctx, Density, Path, Query, Result};

use super::{city, figure_seen};
use crate::asked::{self, Asked};
use crate::board::Board;
use crate::spread::Spread;

/// One version of a rate's definition.
struct TermsShown {
    from: String,
    /// It judges the period that is shown.
    holds: bool,
    terms: Terms,
}

#[derive(Template)]
#[template(path = "figure.html")]
struct FigurePage {
    trail: Breadcrumb,
    name: &'static str,
    id: &'static str,
    unit: &'static str,
    definition: &'static str,
    kind: String,
    place: String,
    period: String,
    seen_by: String,
    opened_by: String,
    opens: bool,
    list: String,
    api: String,
    filter: FilterBar,
    terms: Vec<TermsShown>,
    card: Option<Html>,
    places: Option<DataTable>,
    spreads: Vec<(&'static str, Spread)>,
    categories: Option<DataTable>,
    months: Option<DataTable>,
    chart: Option<Chart>,
}

pub(crate) async fn show(ctx: Ctx, Path(id): Path<String>, Query(query): Query<asked::Query>) -> Result {
    ctx.cached(async || draw(&ctx, &id, &query).await).await
}

async fn draw(ctx: &Ctx, id: &str, query: &asked::Query) -> Result {
    let figure = figure_seen(ctx, id)?;
    let mut tx = ctx.site.db.snapshot().await?;
    let asked = Asked::read(&mut tx, &ctx.site.regions, ctx.today(), query, ctx.viewer.is_none()).await?;
    let board = Board::load(&mut tx, &ctx.site, ctx.viewer.as_ref(), asked, [figure], |_| true).await?;
    let asked = &board.asked;
    let names = board.category_names();
    let path = format!("/figures/{id}");
    let (places, spreads) = board.places(&mut tx).await?.unzip();
    let months = board.months(&mut tx).await?;
    let city = &ctx.site.settings.city;
    let page = FigurePage {
        trail: Breadcrumb::new(figure.name).step(asked.place_name(city), asked.link("/figures")),
        name: figure.name,
        id: figure.id,
        unit: figure.unit,
        definition: figure.definition,
        kind: kind_words(figure.kind, board.whole(figure).map(|whole| whole.name)),
        place: asked.place_name(city),
        period: asked.period_name(),
        seen_by: figure.seen_by.label(),
        opened_by: figure.opened_by.label(),
        opens: board.entries.iter().any(|entry| entry.opens),
        list: asked.link(&format!("{path}/list")),
        api: asked.link("/api/v1/figures"),
        filter: super::filter(&mut tx, ctx, asked, &names, &path).await?,
        terms: terms(figure.id, asked.cut.period.to),
        card: board.entries.first().map(|entry| city::card(&board, entry)),
        places: places.map(|sheet| sheet.table()),
        spreads: spreads.unwrap_or_default(),
        categories: board.categories(&mut tx).await?.map(|sheet| sheet.table()),
        chart: months.as_ref().and_then(city::chart),
        months: months.map(|sheet| sheet.table()),
    };
    ctx.page(figure.name, Density::Calm, &page)
}

fn terms(figure: &str, day: Day) -> Vec<TermsShown> {
    let book = RateBook::built_in();
    let holding = book.in_force(figure, day);
    let shown =
        |terms: &Terms| TermsShown { from: terms.from.chinese(), holds: holding == Some(terms), terms: terms.clone() };
    book.versions(figure).iter().rev().map(shown).collect()
}

fn kind_words(kind: Kind, whole: Option<&str>) -> String {
    match kind {
        Kind::Count => "按日期计的件数".into(),
        Kind::Distinct => "不重复的个数".into(),
        Kind::Sum | Kind::Money => "合计".into(),
        Kind::Rate { .. } => format!("占“{}”的比率", whole.unwrap_or_default()),
        Kind::StockAt => "截至期末一天的存量".into(),
    }
}
