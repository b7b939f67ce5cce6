//! What the page 我的信息 tells of somebody's tests.

use std::pin::Pin;

use askama::Template;
use huiyin_directory::{OrgRef, Viewer};
use huiyin_web::{Panel, Result, Site};

use crate::marking::KEPT;
use crate::sittings::taker;
use crate::store::sitting_total;

#[derive(Template)]
#[template(path = "own_tests.html")]
struct OwnTestsPanel {
    sittings: i64,
    kept: i64,
}

pub(crate) struct OwnTests;

impl Panel for OwnTests {
    fn place(&self) -> &'static str {
        "me"
    }

    fn render<'a>(
        &'a self,
        site: &'a Site,
        viewer: Option<&'a Viewer>,
        _: Option<OrgRef>,
    ) -> Pin<Box<dyn Future<Output = Result<Option<String>>> + Send + 'a>> {
        Box::pin(async move {
            let Some(viewer) = viewer else { return Ok(None) };
            let sittings = sitting_total(&mut site.db.read().await?, taker(viewer)).await?;
            if sittings == 0 {
                return Ok(None);
            }
            Ok(Some(OwnTestsPanel { sittings, kept: KEPT }.render()?))
        })
    }
}
