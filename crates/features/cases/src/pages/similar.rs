//! 是不是这一件？Open problems that a report may be about: whoever finds his own there follows it and need not write again.

use askama::Template;
use huiyin_web::{Ctx, Density, Form, Result};
use serde::Deserialize;

use super::card::{self, Cards, cases};
use super::excerpt::excerpt;
use super::place::{self, Chosen, Place};
use crate::store::{self, Near};

/// So many are shown: a list that is read, not searched.
const MOST: usize = 4;
/// Fewer letters than this say nothing yet.
const FEWEST_LETTERS: usize = 6;

/// The fields of a form that are looked at.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Written {
    #[serde(default)]
    county: String,
    #[serde(default)]
    town: String,
    #[serde(default)]
    village: String,
    /// A place as a counter chooses it: county and organisation in one.
    #[serde(default)]
    place: String,
    #[serde(default)]
    sub: String,
    #[serde(default)]
    text: String,
}

/// One of them.
#[derive(Clone, Debug)]
pub(crate) struct SimilarProblem {
    pub(crate) number: String,
    pub(crate) title: String,
    pub(crate) text: String,
    pub(crate) place: String,
    pub(crate) day: String,
    pub(crate) state: huiyin_web::components::Html,
    pub(crate) followers: i64,
}

/// The panel; draws nothing when nothing is similar.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "similar.html")]
pub(crate) struct Similar {
    pub(crate) problems: Vec<SimilarProblem>,
    /// Where following leads: the public's own way, or the counter's with a slip.
    pub(crate) counter: bool,
    /// A form waits for a look at them, and nothing is entered yet.
    pub(crate) held: bool,
}

impl askama::filters::HtmlSafe for Similar {}

/// The panel alone, while somebody writes.
pub(crate) async fn show(ctx: Ctx, Form(written): Form<Written>) -> Result {
    let engine = cases(&ctx.site)?;
    let mut tx = ctx.site.db.read().await?;
    let chosen = match written.place.as_str() {
        "" => place::chosen(&mut tx, &ctx.site, &written.county, &written.town, &written.village).await?,
        both => place::chosen_at_once(&mut tx, &ctx.site, both).await?,
    };
    drop(tx);
    let mut similar = match chosen {
        Chosen::Place(place) => near(&ctx, &engine, &place, &written.sub, &written.text).await?,
        _ => Similar::default(),
    };
    similar.counter = !written.place.is_empty();
    ctx.page("是不是这一件？", Density::Calm, &similar)
}

/// What is similar near a place.
pub(crate) async fn near(ctx: &Ctx, engine: &crate::Cases, place: &Place, sub: &str, text: &str) -> Result<Similar> {
    let category = sub.split_once('/').map_or("", |(category, _)| category);
    let category = engine.book.categories.find(category).map(|category| category.id.clone());
    if text.trim().chars().count() < FEWEST_LETTERS {
        return Ok(Similar::default());
    }
    let place = place.clone().public(&ctx.site)?;
    let near = Near {
        region: place.region,
        township: place.township.id,
        village: place.village.as_ref().map(|village| village.id),
        category,
    };
    let mut tx = ctx.site.db.read().await?;
    let lines = store::similar_list(&mut tx, &near, text, MOST).await?;
    let cards = Cards::of_lines(&mut tx, &ctx.site, engine, &lines).await?;
    let problems = lines.iter().filter_map(|line| {
        Some(SimilarProblem {
            number: cards.number(line.region, line.number())?,
            title: line.title.clone(),
            text: excerpt(&line.text, &line.title),
            place: cards.public_place(line.region, line.township, line.village),
            day: line.posted_day.map(huiyin_base::Day::chinese).unwrap_or_default(),
            state: card::state_tag(line.state, line.outcome, false),
            followers: line.followers,
        })
    });
    Ok(Similar { problems: problems.collect(), counter: false, held: false })
}
