//! The city's figures on the front page.

use askama::Template;
use huiyin_directory::Viewer;
use huiyin_figures::Figure;
use huiyin_web::components::Html;
use huiyin_web::{Result, Site};

use super::city::{card, chosen};
use crate::asked::{Asked, Query};
use crate::board::Board;

/// What stands on the front page; where none of these is registered, the first figures there are.
const SHOWN: [&str; 3] = ["problems_raised", "problems_solved", "problems_solved_rate"];

#[derive(Template)]
#[template(path = "home_figures.html")]
struct HomeFigures {
    period: String,
    cards: Vec<Html>,
}

/// For `home_figures`, above the others.
pub(crate) async fn city_figures(site: &Site, viewer: Option<&Viewer>) -> Result<Option<String>> {
    let seen: Vec<&Figure> = site.figures.seen_by(viewer).collect();
    let figures = chosen(&seen, &SHOWN);
    if figures.is_empty() {
        return Ok(None);
    }
    let mut tx = site.db.snapshot().await?;
    let asked = Asked::read(&mut tx, &site.regions, site.today(), &Query::default(), true).await?;
    let board = Board::load(&mut tx, site, viewer, asked, figures, |_| false).await?;
    let cards = board.entries.iter().map(|entry| card(&board, entry)).collect();
    Ok(Some(HomeFigures { period: board.asked.period_name(), cards }.render()?))
}
