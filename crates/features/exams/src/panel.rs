//! What the page 我的信息 tells of somebody's tests.

use askama::Template;
use huiyin_directory::Viewer;
use huiyin_web::{Result, Site};

use crate::marking::KEPT;
use crate::sittings::taker;
use crate::store::sitting_total;

#[derive(Template)]
#[template(path = "own_tests.html")]
struct OwnTestsPanel {
    sittings: i64,
    kept: i64,
}

/// For `me`.
pub(crate) async fn own_tests(site: &Site, viewer: Option<&Viewer>) -> Result<Option<String>> {
    let Some(viewer) = viewer else { return Ok(None) };
    let sittings = sitting_total(&mut site.db.read().await?, taker(viewer)).await?;
    if sittings == 0 {
        return Ok(None);
    }
    Ok(Some(OwnTestsPanel { sittings, kept: KEPT }.render()?))
}
