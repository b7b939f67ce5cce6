//! The library for reading apps. Whoever shows a reading key finds what is there for him, and fetches the files as they came.

use std::collections::BTreeMap;

use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE, LINK, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};
use huiyin_base::{Day, Id, Problem};
use huiyin_db::Tx;
use huiyin_web::{Can, Ctx, Path, Permission, Public, Query, Result, Who, to_query};
use serde::Deserialize;
use serde_json::Value;

use super::files::{asked, given};
use crate::book::{Chapter, Image, write_epub};
use crate::opds::{AUTHENTICATION, Catalogue, EPUB, FEED, Listed, Offered, PUBLICATION};
use crate::reader::looker_as_reader;
use crate::store::{
    Book, BookFilter, BookKind, FileRow, book_file_list, book_file_part, book_find, book_list, chapter_list,
    collection_list, image_find, image_list,
};

const PAGE: i64 = 30;
/// Stands where a book has no cover: every publication has a picture.
const COVER: &[u8] = include_bytes!("cover.png");

/// What a reading app is for.
#[derive(Debug)]
pub(crate) struct ReadingApp;

impl Permission for ReadingApp {
    const NAME: &'static str = "reading_app";
    const WHO: Who = Who::KeyHolders;
    const LABEL: &'static str = "用阅读软件取书";

    fn challenge(ctx: &Ctx) -> Option<Response> {
        let mut response = told(AUTHENTICATION, &catalogue(ctx).authentication());
        *response.status_mut() = StatusCode::UNAUTHORIZED;
        let headers = response.headers_mut();
        let basic = HeaderValue::from_static("Basic realm=\"Huiyin OPDS\", charset=\"UTF-8\"");
        headers.insert(WWW_AUTHENTICATE, basic);
        let link = format!(
            "<{}/opds/authentication>; rel=\"http://opds-spec.org/auth/document\"; type=\"{AUTHENTICATION}\"",
            ctx.address()
        );
        headers.insert(LINK, HeaderValue::from_str(&link).ok()?);
        Some(response)
    }
}

fn catalogue(ctx: &Ctx) -> Catalogue {
    Catalogue { base: format!("{}/opds", ctx.address()), title: format!("{} · 书库", ctx.site.settings.city) }
}

fn told(kind: &'static str, value: &Value) -> Response {
    ([(CONTENT_TYPE, kind), (CACHE_CONTROL, "private, no-store")], value.to_string()).into_response()
}

pub(crate) async fn authentication(ctx: Ctx) -> Result {
    Ok(told(AUTHENTICATION, &catalogue(&ctx).authentication()))
}

/// The picture of a book that has none.
pub(crate) async fn cover(_: Ctx) -> Result {
    Ok(([(CONTENT_TYPE, "image/png"), (CACHE_CONTROL, "public, max-age=86400")], COVER).into_response())
}

pub(crate) async fn front(ctx: Ctx, _: Can<ReadingApp>) -> Result {
    let mut tx = ctx.site.db.read().await?;
    let collections = collection_list(&mut tx).await?.into_iter().map(|each| (each.id, each.title));
    let front = catalogue(&ctx).front(&collections.collect::<Vec<_>>());
    drop(tx);
    Ok(told(FEED, &front))
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    query: String,
    kind: String,
    collection: String,
    after: String,
}

impl Asked {
    fn link(&self, after: &str) -> String {
        let pairs = [
            ("query", self.query.as_str()),
            ("kind", self.kind.as_str()),
            ("collection", self.collection.as_str()),
            ("after", after),
        ];
        let pairs: Vec<_> = pairs.into_iter().filter(|(_, value)| !value.is_empty()).collect();
        if pairs.is_empty() { String::new() } else { format!("?{}", to_query(&pairs)) }
    }
}

pub(crate) async fn list(ctx: Ctx, can: Can<ReadingApp>, Query(asked): Query<Asked>) -> Result {
    let after = asked.after.split_once('_');
    let after: Option<(Day, Id)> = after.and_then(|(day, id)| Some((day.parse().ok()?, id.parse().ok()?)));
    let filter = BookFilter {
        words: asked.query.trim().chars().take(60).collect(),
        kind: BookKind::parse(&asked.kind),
        collection: asked.collection.parse().ok(),
        after,
        fetched: true,
    };
    let mut tx = ctx.site.db.snapshot().await?;
    let looker = looker_as_reader(&mut tx, &ctx.site, &can.viewer).await?;
    let mut books = book_list(&mut tx, &looker, &filter, PAGE + 1).await?;
    let more = i64::try_from(books.len()).unwrap_or(0) > PAGE;
    books.truncate(usize::try_from(PAGE).unwrap_or(0));
    let named = collection_list(&mut tx).await?.into_iter().find(|each| Some(each.id) == filter.collection);
    let offered = offered(&mut tx, books).await?;
    drop(tx);
    let next = offered.last().filter(|_| more).map(|last| format!("{}_{}", last.book.renewed_day, last.book.id));
    let title = match (named, filter.kind, filter.words.is_empty()) {
        (_, _, false) => format!("找“{}”", filter.words),
        (Some(named), ..) => named.title,
        (None, Some(kind), true) => kind.label().to_owned(),
        (None, None, true) => "新到的书".to_owned(),
    };
    let listed = Listed {
        title,
        query: asked.link(&asked.after),
        first: after.map(|_| asked.link("")),
        next: next.map(|next| asked.link(&next)),
    };
    Ok(told(FEED, &catalogue(&ctx).list(&listed, &offered)))
}

/// The books with what can be fetched of them.
async fn offered(tx: &mut Tx, books: Vec<Book>) -> Result<Vec<Offered>> {
    let ids: Vec<Id> = books.iter().map(|book| book.id).collect();
    let mut files: BTreeMap<Id, Vec<FileRow>> = BTreeMap::new();
    for file in book_file_list(tx, &ids).await? {
        files.entry(file.book).or_default().push(file);
    }
    Ok(books.into_iter().map(|book| Offered { files: files.remove(&book.id).unwrap_or_default(), book }).collect())
}

async fn one(ctx: &Ctx, can: &Can<ReadingApp>, book: &str) -> Result<Offered> {
    let id: Id = book.parse().map_err(|_| Problem::not_found())?;
    let mut tx = ctx.site.db.snapshot().await?;
    let looker = looker_as_reader(&mut tx, &ctx.site, &can.viewer).await?;
    let book = book_find(&mut tx, &looker, id).await?.ok_or_else(Problem::not_found)?;
    let mut found = offered(&mut tx, vec![book]).await?;
    Ok(found.pop().ok_or_else(Problem::not_found)?)
}

pub(crate) async fn show(ctx: Ctx, can: Can<ReadingApp>, Path(book): Path<String>) -> Result {
    let offered = one(&ctx, &can, &book).await?;
    Ok(told(PUBLICATION, &catalogue(&ctx).publication(&offered)))
}

/// The original, a recording or the cover: nothing else of a book leaves by this way.
pub(crate) async fn file(ctx: Ctx, can: Can<ReadingApp>, Path((book, file)): Path<(String, String)>) -> Result {
    let offered = one(&ctx, &can, &book).await?;
    let file = offered.files.iter().find(|each| each.id.to_string() == file).ok_or_else(Problem::not_found)?;
    given(&ctx, file, asked(&ctx).as_deref())
}

/// The book as an EPUB, where it came as something else.
pub(crate) async fn epub(ctx: Ctx, can: Can<ReadingApp>, Path(book): Path<String>) -> Result {
    let offered = one(&ctx, &can, &book).await?;
    if !offered.made() {
        return Err(Problem::not_found().into());
    }
    let mut tx = ctx.site.db.snapshot().await?;
    let whole = whole(&mut tx, &offered.book).await?;
    drop(tx);
    let identifier = format!("urn:uuid:{}", offered.book.id.uuid());
    let modified = format!("{}T00:00:00Z", offered.book.renewed_day);
    let made = tokio::task::spawn_blocking(move || write_epub(&whole, &identifier, &modified));
    let bytes = made.await.map_err(Problem::broken)?.map_err(Problem::broken)?;
    let name = percent_encoding::utf8_percent_encode(&offered.book.title, percent_encoding::NON_ALPHANUMERIC);
    let named = format!("attachment; filename*=UTF-8''{name}.epub");
    let headers = [(CONTENT_TYPE, EPUB), (CACHE_CONTROL, "private, no-store"), (CONTENT_DISPOSITION, &named)];
    Ok((headers, bytes).into_response())
}

/// All of a book, as it was read from its file.
async fn whole(tx: &mut Tx, book: &Book) -> Result<crate::book::Book, Problem> {
    let mut whole = crate::book::Book {
        title: book.title.clone(),
        author: book.author.clone(),
        language: book.language.clone(),
        ..crate::book::Book::default()
    };
    for row in chapter_list(tx, book.id).await? {
        let depth = u8::try_from(row.depth).unwrap_or(0);
        whole.chapters.push(Chapter { title: row.title, depth, html: row.html, text: String::new() });
    }
    for n in image_list(tx, book.id).await? {
        let Some(file) = image_find(tx, book.id, n).await? else { continue };
        if book.cover == Some(file.id) {
            whole.cover = Some(whole.images.len());
        }
        let mut bytes = Vec::new();
        let mut part = 0;
        while let Some(piece) = book_file_part(tx, file.id, part).await? {
            bytes.extend(piece);
            part += 1;
        }
        let known = ["image/jpeg", "image/png", "image/gif", "image/webp"];
        let media_type = known.into_iter().find(|known| *known == file.media_type).unwrap_or("image/jpeg");
        whole.images.push(Image { media_type, bytes });
    }
    Ok(whole)
}

pub(crate) fn routes() -> huiyin_web::Routes {
    huiyin_web::Routes::new()
        .get::<Public, _>("/opds/authentication", authentication)
        .get::<Public, _>("/opds/cover.png", cover)
        .get::<ReadingApp, _>("/opds", front)
        .get::<ReadingApp, _>("/opds/books", list)
        .get::<ReadingApp, _>("/opds/books/{book}", show)
        .get::<ReadingApp, _>("/opds/books/{book}/book.epub", epub)
        .get::<ReadingApp, _>("/opds/books/{book}/files/{file}", file)
}
