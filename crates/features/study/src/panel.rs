//! What the page 我的信息 tells of somebody's reading.

use std::pin::Pin;

use askama::Template;
use huiyin_directory::{OrgRef, Viewer};
use huiyin_web::{Panel, Result, Site};

use crate::reader::reader;
use crate::store::{mark_list, reading_list};

#[derive(Template)]
#[template(path = "own_reading.html")]
struct OwnReadingPanel {
    books: usize,
    marks: usize,
}

pub(crate) struct OwnReading;

impl Panel for OwnReading {
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
            let mut tx = site.db.snapshot().await?;
            let books = reading_list(&mut tx, reader(viewer)).await?.len();
            let marks = mark_list(&mut tx, reader(viewer), None, None).await?.len();
            drop(tx);
            Ok(Some(OwnReadingPanel { books, marks }.render()?))
        })
    }
}
