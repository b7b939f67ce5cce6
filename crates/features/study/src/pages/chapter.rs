//! One page of a book: light, complete without scripts, the same with and without a network.

use askama::Template;
use axum::response::{Html, IntoResponse as _};
use data_encoding::BASE64URL_NOPAD;
use huiyin_base::{Id, Problem};
use huiyin_web::components::{Breadcrumb, Field, Notice};
use huiyin_web::layout::{self, NavLink, Shell};
use huiyin_web::{Can, Csrf, Ctx, Density, Path, Query, Result, SignedIn, asset};
use serde::Deserialize;

use super::{found, owner};
use crate::book::IMAGE_SCHEME;
use crate::marking::{Stretch, drawn, find};
use crate::reader::{Opened, opened, reader};
use crate::store::{Book, ChapterRow, MarkKind, chapter_find, mark_list, reading_find};

#[derive(Template)]
#[template(path = "chapter.html")]
struct ChapterPage {
    crumb: Breadcrumb,
    /// None in the copy that lies on a telephone: it belongs to nobody.
    csrf: Option<Csrf>,
    nonce: String,
    id: String,
    n: i64,
    last: bool,
    turn: i64,
    part: i64,
    edition: i64,
    /// The page's heading, where its text does not begin with one.
    heading: Option<String>,
    html: String,
    before: Option<i64>,
    after: Option<i64>,
    mistake: Option<Notice>,
    marked: bool,
    marks: Vec<Shown>,
    quote: Field,
    words: Field,
    place: String,
    script: String,
    owner: String,
}

struct Shown {
    id: String,
    kind: &'static str,
    quote: String,
    words: String,
    gone: bool,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    /// Words that were looked for.
    q: String,
    /// The copy to be kept on a telephone.
    stored: String,
}

/// What was written and not taken.
#[derive(Clone, Debug, Default)]
pub(super) struct Refused {
    pub(super) quote: String,
    pub(super) words: String,
    pub(super) message: String,
}

pub(crate) async fn show(
    ctx: Ctx,
    can: Can<SignedIn>,
    Path((book, n)): Path<(String, i64)>,
    Query(asked): Query<Asked>,
) -> Result {
    draw(&ctx, &can, (&book, n), &asked, None).await
}

pub(super) async fn draw(
    ctx: &Ctx,
    can: &Can<SignedIn>,
    (book, n): (&str, i64),
    asked: &Asked,
    refused: Option<Refused>,
) -> Result {
    let stored = !asked.stored.is_empty();
    let me = reader(&can.viewer);
    let mut tx = ctx.site.db.snapshot().await?;
    let (_, book) = found(&mut tx, &ctx.site, &can.viewer, book).await?;
    let chapter = chapter_find(&mut tx, book.id, n).await?.ok_or_else(Problem::not_found)?;
    let reading = reading_find(&mut tx, me, book.id).await?.filter(|_| !stored);
    let marks = if stored { Vec::new() } else { mark_list(&mut tx, me, Some(book.id), Some(n)).await? };
    drop(tx);
    let marks: Vec<Opened> =
        marks.into_iter().map(|mark| opened(mark, &ctx.site.vault)).collect::<Result<_, Problem>>()?;
    let (html, shown) = with_marks(&book, &chapter, &marks, &asked.q);
    let (html, headed) = headed(&html);
    let has_mistake = refused.is_some();
    let refused = refused.unwrap_or_default();
    let title = format!("{} · {}", chapter.title, book.title);
    let page = ChapterPage {
        crumb: Breadcrumb::new(chapter.title.clone())
            .step("书库", "/library")
            .step(book.title.clone(), format!("/library/{}", book.id)),
        csrf: (!stored).then(|| ctx.csrf()),
        nonce: BASE64URL_NOPAD.encode(&ctx.rng().bytes::<16>()),
        id: book.id.to_string(),
        n,
        last: n == book.chapters,
        turn: reading.as_ref().map_or(1, |reading| reading.turn),
        part: reading.as_ref().filter(|reading| reading.chapter == n).map_or(0, |reading| reading.part),
        edition: book.edition,
        heading: (!headed).then(|| chapter.title.clone()),
        html,
        before: (n > 1).then_some(n - 1),
        after: (n < book.chapters).then_some(n + 1),
        mistake: has_mistake.then(|| Notice::bad(&refused.message)),
        marked: marks.iter().any(|opened| opened.mark.kind == MarkKind::Bookmark),
        marks: shown,
        quote: Field::area("quote", "要划下来的话", 2)
            .hint("从正文里选中一句会自动填到这里，也可以抄一句。只写想法时可以空着。")
            .value(&refused.quote)
            .longest(1_000),
        words: Field::area("words", "我的想法", 3).value(&refused.words).longest(5_000),
        place: format!("第 {n} / {} 节", book.chapters),
        script: asset("study.js"),
        owner: owner(&ctx.site, &can.viewer),
    };
    if stored {
        return copy(ctx, &title, &page);
    }
    if has_mistake {
        return ctx.refused(&title, Density::Calm, &page);
    }
    ctx.page(&title, Density::Calm, &page)
}

/// A page in a frame without a name and without a token.
pub(super) fn copy(ctx: &Ctx, title: &str, page: &impl Template) -> Result {
    let link = |label, href, icon| NavLink { label, href, icon, current: href == "/satchel" };
    let shell = Shell {
        title: title.to_owned(),
        nav: vec![link("书包", "/satchel", "briefcase"), link("书库", "/library", "library")],
        elder: ctx.elder,
        demo_date: ctx.site.settings.demo.then(|| ctx.today().chinese()),
        path: "/".into(),
        site_name: ctx.site.settings.city.clone(),
        body: page.render()?,
        ..Shell::default()
    };
    let mut response = Html(layout::render(&shell)?).into_response();
    let store = axum::http::HeaderValue::from_static("no-store");
    response.headers_mut().insert(axum::http::header::CACHE_CONTROL, store);
    Ok(response)
}

/// The text with its images and marks. A mark whose words another edition has changed is shown below.
fn with_marks(book: &Book, chapter: &ChapterRow, marks: &[Opened], looked_for: &str) -> (String, Vec<Shown>) {
    let html = pictures(book.id, &chapter.html);
    let (mut stretches, mut shown): (Vec<Stretch>, _) = (Vec::new(), Vec::new());
    for opened in marks.iter().filter(|opened| opened.mark.kind != MarkKind::Bookmark) {
        let near = opened.mark.start.and_then(|start| usize::try_from(start).ok());
        let at = find(&chapter.text, &opened.quote, near);
        stretches.extend(at);
        shown.push(Shown {
            id: opened.mark.id.to_string(),
            kind: opened.mark.kind.label(),
            quote: opened.quote.clone(),
            words: opened.words.clone(),
            gone: at.is_none() && opened.mark.start.is_some(),
        });
    }
    let looked_for: Vec<&str> = looked_for.split_whitespace().take(4).collect();
    stretches.extend(looked_for.iter().filter_map(|word| find(&chapter.text, word, None)));
    (drawn(&html, &stretches), shown)
}

/// The heading with which a text begins becomes the page's own, and no other is of its rank; tells whether there was one.
fn headed(html: &str) -> (String, bool) {
    let html = lowered(html);
    for rank in ["h2", "h3", "h4"] {
        let (open, close) = (format!("<{rank}>"), format!("</{rank}>"));
        let Some(rest) = html.trim_start().strip_prefix(&open) else { continue };
        if let Some((heading, rest)) = rest.split_once(&close) {
            return (format!("<h1>{heading}</h1>{rest}"), true);
        }
    }
    (html, false)
}

/// No heading of the first rank: the page has its own.
pub(super) fn lowered(html: &str) -> String {
    html.replace("<h1>", "<h2>").replace("</h1>", "</h2>")
}

/// Images at their addresses; those far below are fetched when one comes near.
pub(super) fn pictures(book: Id, html: &str) -> String {
    let from = format!("<img src=\"{IMAGE_SCHEME}");
    html.replace(&from, &format!("<img loading=\"lazy\" src=\"/library/{book}/images/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_has_one_main_heading() {
        assert_eq!(headed("<h1>一</h1><p>x</p><h1>二</h1>"), ("<h1>一</h1><p>x</p><h2>二</h2>".to_owned(), true));
        assert_eq!(headed("<h3>一</h3>"), ("<h1>一</h1>".to_owned(), true));
        assert_eq!(headed("<p>x</p>"), ("<p>x</p>".to_owned(), false));
    }
}
