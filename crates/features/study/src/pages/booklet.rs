//! A book on paper, in large type: for those who have no telephone.

use askama::Template;
use huiyin_base::Problem;
use huiyin_web::{Can, Ctx, Density, Path, Result, SignedIn};

use super::chapter::{lowered, pictures};
use super::found;
use crate::store::{Heading, chapter_list};

#[derive(Template)]
#[template(path = "booklet.html")]
struct BookletPage {
    back: String,
    title: String,
    author: String,
    source: String,
    edition: String,
    contents: Vec<Heading>,
    chapters: Vec<(String, String)>,
}

pub(crate) async fn show(ctx: Ctx, can: Can<SignedIn>, Path(book): Path<String>) -> Result {
    let mut tx = ctx.site.db.snapshot().await?;
    let (_, book) = found(&mut tx, &ctx.site, &can.viewer, &book).await?;
    let chapters = chapter_list(&mut tx, book.id).await?;
    drop(tx);
    if chapters.is_empty() {
        // A recording has nothing to print.
        return Err(Problem::not_found().into());
    }
    let page = BookletPage {
        back: format!("/library/{}", book.id),
        edition: format!("第 {} 版 {}", book.edition, book.renewed_day.chinese()),
        contents: chapters
            .iter()
            .map(|chapter| Heading { n: chapter.n, title: chapter.title.clone(), depth: chapter.depth })
            .collect(),
        chapters: chapters
            .iter()
            .map(|chapter| {
                (chapter.title.clone(), lowered(&pictures(book.id, &chapter.html)).replace(" loading=\"lazy\"", ""))
            })
            .collect(),
        title: book.title.clone(),
        author: book.author,
        source: book.source,
    };
    ctx.page(&book.title, Density::Paper, &page)
}
