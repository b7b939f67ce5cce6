//! A book: what it is, its contents, where one stopped, and what one can do with it.

use askama::Template;
use huiyin_web::components::{Breadcrumb, Button, Choice, Field, Notice, PostButton, Tag};
use huiyin_web::{Can, Csrf, Ctx, Density, MediaOrigin, Path, Query, Result, SignedIn, to_query};
use serde::Deserialize;

use super::catalogue::{Passage, around};
use super::{found, owner};
use crate::library::may_change;
use crate::reader::reader;
use crate::store::{
    Book, BookKind, Edition, Heading, Media, Reading, audience_list, book_file_bytes, collection_list, edition_list,
    heading_list, media_list, reading_find, text_search,
};

const PASSAGES: i64 = 30;

#[derive(Template)]
#[template(path = "book.html")]
struct BookPage {
    crumb: Breadcrumb,
    csrf: Csrf,
    owner: String,
    id: String,
    title: String,
    author: String,
    kind: Tag,
    finished: Option<Tag>,
    cover: Option<String>,
    summary: String,
    source: String,
    edition: String,
    weight: String,
    is_text: bool,
    begun: bool,
    /// Where to go on reading: the chapter's number and name.
    spot: Option<(i64, String)>,
    turn: i64,
    stored: String,
    original: Option<String>,
    contents: Vec<Heading>,
    media: Vec<Heard>,
    search: Option<Field>,
    words: String,
    passages: Vec<Passage>,
    editions: Vec<Edition>,
    kept: Option<Kept>,
}

/// A recording or document.
struct Heard {
    title: String,
    file: Option<String>,
    link: Option<String>,
    audio: bool,
    video: bool,
    /// Its link can be played in this page.
    hls: bool,
}

/// What whoever keeps the book sees besides.
struct Kept {
    audience: String,
    mistake: Option<Notice>,
    collection: Option<Field>,
    file: Field,
    note: Field,
    withdraw: PostButton,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    q: String,
}

pub(crate) async fn show(ctx: Ctx, can: Can<SignedIn>, Path(book): Path<String>, Query(asked): Query<Asked>) -> Result {
    draw(&ctx, &can, &book, &asked.q, None).await
}

/// The page, with what was wrong with a new edition.
pub(super) async fn draw<P>(ctx: &Ctx, can: &Can<P>, book: &str, words: &str, mistake: Option<String>) -> Result {
    let words: String = words.trim().chars().take(60).collect();
    let mut tx = ctx.site.db.snapshot().await?;
    let (looker, book) = found(&mut tx, &ctx.site, &can.viewer, book).await?;
    let contents = heading_list(&mut tx, book.id).await?;
    let media = media_list(&mut tx, book.id).await?;
    let reading = reading_find(&mut tx, reader(&can.viewer), book.id).await?;
    let editions = edition_list(&mut tx, book.id).await?;
    let bytes = book_file_bytes(&mut tx, book.id).await?;
    let passages = if words.is_empty() {
        Vec::new()
    } else {
        text_search(&mut tx, &looker, Some(book.id), &words, PASSAGES).await?
    };
    let changes = may_change(&can.viewer, &book);
    let audience = if changes { audience_list(&mut tx, book.id).await? } else { Vec::new() };
    let collections = if changes { collection_list(&mut tx).await? } else { Vec::new() };
    drop(tx);
    let refused = mistake.is_some();
    let spot = reading.as_ref().and_then(|reading| spot(reading, &contents));
    let page = BookPage {
        crumb: Breadcrumb::new(book.title.clone()).step("书库", "/library"),
        csrf: ctx.csrf(),
        owner: owner(&ctx.site, &can.viewer),
        id: book.id.to_string(),
        title: book.title.clone(),
        author: book.author.clone(),
        kind: Tag::plain(book.kind.label()),
        finished: finished(reading.as_ref()),
        cover: book.cover.map(|cover| format!("/library/{}/files/{cover}", book.id)),
        summary: book.summary.clone(),
        source: book.source.clone(),
        edition: edition(&book, &editions),
        weight: weight(bytes, &contents),
        is_text: !contents.is_empty(),
        begun: reading.is_some(),
        spot,
        turn: reading.as_ref().map_or(1, |reading| reading.turn),
        stored: format!("/library/{}/stored", book.id),
        original: book.original.map(|file| format!("/library/{}/files/{file}", book.id)),
        media: media.iter().map(|each| heard(&book, each)).collect(),
        search: (!contents.is_empty())
            .then(|| Field::search("q", "在这本书里找").hidden_label().value(&words).longest(60)),
        passages: passages
            .iter()
            .map(|found| {
                let (before, hit, after) = around(&found.text, &words);
                let href = format!("/library/{}/chapters/{}?{}", book.id, found.n, to_query(&[("q", &words)]));
                Passage { href, place: found.title.clone(), before, hit, after }
            })
            .collect(),
        words,
        contents,
        editions,
        kept: changes.then(|| Kept {
            audience: if audience.is_empty() {
                "全市都能看".into()
            } else {
                format!("只给符合 {} 个条件的人看", audience.len())
            },
            mistake: mistake.map(Notice::bad),
            collection: (!collections.is_empty()).then(|| {
                let all = collections.iter().map(|each| Choice::new(each.id, &each.title)).collect();
                Field::select("collection", "放进专题", all)
            }),
            file: Field::file("file", "新版的文件", "", false).required(),
            note: Field::text("note", "改了什么").required().longest(120),
            withdraw: PostButton::new(
                format!("/library/{}/withdrawal", book.id),
                &ctx.csrf(),
                Button::danger("下架这本书").icon("trash-2"),
            ),
        }),
    };
    if refused {
        return ctx.refused(&book.title, Density::Calm, &page);
    }
    let origin = media.iter().filter(|each| is_hls(each)).find_map(|each| MediaOrigin::of(each.link.as_deref()?));
    let mut response = ctx.page(&book.title, Density::Calm, &page)?;
    if let Some(origin) = origin {
        origin.open(&mut response);
    }
    Ok(response)
}

/// Whether it lies elsewhere as a list of pieces, at an address that a policy can name.
fn is_hls(media: &Media) -> bool {
    let Some(link) = media.link.as_deref().filter(|link| MediaOrigin::of(link).is_some()) else { return false };
    let path = link.split(['?', '#']).next().unwrap_or_default();
    path.rsplit_once('.').is_some_and(|(_, ending)| ending.eq_ignore_ascii_case("m3u8"))
}

fn spot(reading: &Reading, contents: &[Heading]) -> Option<(i64, String)> {
    let at = contents.iter().find(|heading| heading.n == reading.chapter).or(contents.first())?;
    Some((at.n, at.title.clone()))
}

fn finished(reading: Option<&Reading>) -> Option<Tag> {
    let day = reading.and_then(|reading| reading.finished_day)?;
    Some(Tag::good(format!("{}读完", day.chinese())))
}

fn edition(book: &Book, editions: &[Edition]) -> String {
    let note = editions.first().map(|edition| edition.note.as_str()).unwrap_or_default();
    format!("第 {} 版，{}，{note}", book.edition, book.renewed_day.chinese())
}

/// What storing it costs, so that nobody is surprised on a metered network.
fn weight(bytes: i64, contents: &[Heading]) -> String {
    let pages = i64::try_from(contents.len()).unwrap_or(0) * 32 * 1024;
    let megabytes = (bytes + pages) / (1024 * 1024);
    if megabytes < 1 { "不到 1 MB".into() } else { format!("约 {megabytes} MB") }
}

fn heard(book: &Book, media: &Media) -> Heard {
    Heard {
        title: media.title.clone(),
        file: media.file.map(|file| format!("/library/{}/files/{file}", book.id)),
        link: media.link.clone(),
        hls: is_hls(media),
        audio: book.kind == BookKind::Audio,
        video: book.kind == BookKind::Video,
    }
}
