use huiyin_base::{Day, Problem};
use huiyin_figures::{Figure, Kind, Number, Sight};
use huiyin_web::api::{json, reader};
use huiyin_web::{Ctx, Query, Result};
use serde::Serialize;

use crate::asked::{self, Asked};

/// The public figures over a cut. `docs/api.md` describes every field.
#[derive(Debug, Serialize)]
struct Answer {
    city: String,
    place: String,
    from: String,
    to: String,
    figures: Vec<FigureAnswer>,
}

#[derive(Debug, Serialize)]
struct FigureAnswer {
    id: &'static str,
    name: &'static str,
    unit: &'static str,
    kind: &'static str,
    definition: &'static str,
    /// None where it is under the least number that may be told.
    value: Option<i64>,
    /// Of a rate, what the value is a part of.
    over: Option<i64>,
    /// Of a rate, in percent with one decimal.
    percent: Option<String>,
    text: String,
    page: String,
    list: String,
    list_open_to: String,
}

pub(crate) async fn list(ctx: Ctx, Query(query): Query<asked::Query>) -> Result {
    reader(&ctx).await?;
    check(&ctx, &query)?;
    let mut tx = ctx.site.db.snapshot().await?;
    let asked = Asked::read(&mut tx, &ctx.site.regions, ctx.today(), &query, ctx.viewer.is_none()).await?;
    let mut counting = ctx.site.figures.counting(&asked.cut);
    let mut figures = Vec::new();
    for figure in ctx.site.figures.all().iter().filter(|figure| figure.seen_by == Sight::Everyone) {
        let number = counting.value(&mut tx, figure).await?;
        figures.push(answer(figure, number, &asked));
    }
    let days = asked.cut.days();
    let city = ctx.site.settings.city.clone();
    let place = asked.place_name(&city);
    let answer = Answer { city, place, from: days.from.to_string(), to: days.to.to_string(), figures };
    json(&ctx, &answer)
}

/// A program that asks for something else than there is learns it: a page would show the whole city, and a person sees that.
fn check(ctx: &Ctx, query: &asked::Query) -> std::result::Result<(), Problem> {
    let day = |text: &str| (!text.is_empty()).then(|| text.parse::<Day>());
    let (from, to) = (day(&query.from).transpose(), day(&query.to).transpose());
    let (Ok(from), Ok(to)) = (from, to) else {
        return Err(Problem::invalid("from 和 to 应为日期，例如 2016-01-01。"));
    };
    if from.zip(to).is_some_and(|(from, to)| from > to) {
        return Err(Problem::invalid("from 在 to 之后，请调换。"));
    }
    let known =
        |word: &str| ctx.site.figures.all().iter().any(|one| (one.categories)().iter().any(|(id, _)| id == word));
    if !query.category.is_empty() && !known(&query.category) {
        return Err(Problem::invalid("没有这个类别，category 应为 /api/v1/categories 里的 id。"));
    }
    if query.county.is_empty() && !query.township.is_empty() {
        return Err(Problem::invalid("写了 township，也请写它的 county。"));
    }
    Ok(())
}

fn answer(figure: &Figure, number: Number, asked: &Asked) -> FigureAnswer {
    let hidden = figure.opened_by != Sight::Everyone && figure.hides(&number);
    let percent = number.permille().map(|permille| format!("{}.{}", permille / 10, permille % 10));
    FigureAnswer {
        id: figure.id,
        name: figure.name,
        unit: figure.unit,
        kind: kind_word(figure.kind),
        definition: figure.definition,
        value: (!hidden).then_some(number.value),
        over: number.over.filter(|_| !hidden),
        percent: percent.filter(|_| !hidden),
        text: if hidden { format!("少于{}", figure.least) } else { figure.text(number) },
        page: asked.link(&format!("/figures/{}", figure.id)),
        list: asked.link(&format!("/figures/{}/list", figure.id)),
        list_open_to: figure.opened_by.label(),
    }
}

fn kind_word(kind: Kind) -> &'static str {
    match kind {
        Kind::Count => "count",
        Kind::Distinct => "distinct",
        Kind::Sum => "sum",
        Kind::Money => "money",
        Kind::Rate { .. } => "rate",
        Kind::StockAt => "stock",
    }
}
