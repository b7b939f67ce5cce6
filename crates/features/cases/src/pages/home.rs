//! The newest echoes on the front page.

use askama::Template;
use huiyin_directory::Viewer;
use huiyin_web::components::EchoPair;
use huiyin_web::{Result, Site};

use super::card::{Cards, cases};
use super::ledgers::has_public_ledger;
use crate::store::{self, Page, WallFilter};

/// How many are shown.
const SHOWN: i64 = 3;

#[derive(Template)]
#[template(path = "home_echoes.html")]
struct HomeEchoes {
    pairs: Vec<EchoPair>,
    /// There are ledgers that everybody may read.
    ledgers: bool,
}

/// For `home`.
pub(crate) async fn newest_echoes(site: &Site, _: Option<&Viewer>) -> Result<Option<String>> {
    let cases = cases(site)?;
    let mut tx = site.db.read().await?;
    let slice = store::echo_list(&mut tx, &WallFilter::default(), &Page::first(SHOWN)).await?;
    let ledgers = has_public_ledger(&cases.book.kinds);
    if slice.rows.is_empty() && !ledgers {
        return Ok(None);
    }
    let answers = store::answers_of(&mut tx, &slice.rows).await?;
    let cards = Cards::of_lines(&mut tx, site, &cases, &slice.rows).await?;
    let pairs = slice.rows.iter().map(|line| cards.pair(line, answers.get(&line.id))).collect();
    Ok(Some(HomeEchoes { pairs, ledgers }.render()?))
}
