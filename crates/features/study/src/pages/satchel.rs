//! The satchel: what one reads, what lies on this telephone, and what one has noted.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use askama::Template;
use axum::Json;
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::IntoResponse as _;
use huiyin_base::{Id, Problem};
use huiyin_web::components::{Empty, Tag};
use huiyin_web::{Can, Csrf, Ctx, Density, Path, Query, Result, SignedIn, asset};
use serde::Deserialize;

use super::{chapter, found};
use crate::reader::{Opened, looker, opened, reader};
use crate::store::{
    Book, Looker, MarkKind, Reading, book_file_bytes, book_list_ids, heading_list, image_list, mark_list, media_list,
    reading_find, reading_list,
};

#[derive(Template)]
#[template(path = "satchel.html")]
struct SatchelPage {
    csrf: Option<Csrf>,
    desk: Vec<OnDesk>,
    empty: Option<Empty>,
    script: String,
    owner: String,
}

struct OnDesk {
    id: String,
    title: String,
    author: String,
    place: String,
    href: String,
    finished: Option<Tag>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    stored: String,
}

pub(crate) async fn show(ctx: Ctx, can: Can<SignedIn>, Query(asked): Query<Asked>) -> Result {
    let owner = super::owner(&ctx.site, &can.viewer);
    if !asked.stored.is_empty() {
        let page = SatchelPage { csrf: None, desk: Vec::new(), empty: None, script: asset("study.js"), owner };
        return chapter::copy(&ctx, "我的小书包", &page);
    }
    let mut tx = ctx.site.db.snapshot().await?;
    let looker = looker(&mut tx, &ctx.site, &can.viewer).await?;
    let all = reading_list(&mut tx, reader(&can.viewer)).await?;
    let ids: Vec<Id> = all.iter().map(|reading| reading.book).collect();
    let books: BTreeMap<Id, Book> =
        book_list_ids(&mut tx, &looker, &ids).await?.into_iter().map(|book| (book.id, book)).collect();
    drop(tx);
    let desk: Vec<OnDesk> =
        all.iter().filter_map(|reading| Some(on_desk(books.get(&reading.book)?, reading))).collect();
    let empty = Empty::new("还没有翻开的书").text("到书库里选一本，读到哪里会替您记着。").icon("book-open");
    let page = SatchelPage {
        csrf: Some(ctx.csrf()),
        empty: desk.is_empty().then_some(empty),
        desk,
        script: asset("study.js"),
        owner,
    };
    ctx.page("我的小书包", Density::Calm, &page)
}

fn on_desk(book: &Book, reading: &Reading) -> OnDesk {
    let path = format!("/library/{}", book.id);
    let chapter = reading.chapter.min(book.chapters);
    OnDesk {
        id: book.id.to_string(),
        title: book.title.clone(),
        author: book.author.clone(),
        place: if chapter > 0 {
            format!("读到第 {chapter} / {} 节", book.chapters)
        } else {
            book.kind.label().into()
        },
        href: if chapter > 0 { format!("{path}/chapters/{chapter}") } else { path },
        finished: reading.finished_day.map(|day| Tag::good(format!("{}读完", day.chinese()))),
    }
}

/// What belongs to a book that is put into the satchel.
pub(crate) async fn stored(ctx: Ctx, can: Can<SignedIn>, Path(book): Path<String>) -> Result {
    let mut tx = ctx.site.db.snapshot().await?;
    let (_, book) = found(&mut tx, &ctx.site, &can.viewer, &book).await?;
    let chapters = heading_list(&mut tx, book.id).await?;
    let images = image_list(&mut tx, book.id).await?;
    let media = media_list(&mut tx, book.id).await?;
    let bytes = book_file_bytes(&mut tx, book.id).await?;
    let reading = reading_find(&mut tx, reader(&can.viewer), book.id).await?;
    drop(tx);
    let turn = reading.map_or(1, |reading| reading.turn);
    let path = format!("/library/{}", book.id);
    let pages: Vec<String> = chapters.iter().map(|chapter| format!("{path}/chapters/{}", chapter.n)).collect();
    let images = images.iter().map(|n| format!("{path}/images/{n}"));
    let media = media.iter().filter_map(|media| media.file).map(|file| format!("{path}/files/{file}"));
    let files: Vec<String> = images.chain(media).collect();
    let titles: Vec<&str> = chapters.iter().map(|chapter| chapter.title.as_str()).collect();
    let told = serde_json::json!({
        "id": book.id.to_string(), "title": book.title, "edition": book.edition, "pages": pages, "titles": titles,
        "files": files, "bytes": bytes, "turn": turn,
    });
    Ok(([(CACHE_CONTROL, "no-store")], Json(told)).into_response())
}

#[derive(Template)]
#[template(path = "notes.html")]
struct NotesPage {
    csrf: Csrf,
    books: Vec<(String, Vec<Note>)>,
    empty: Option<Empty>,
}

/// A note as it is read.
pub(super) struct Note {
    pub id: String,
    pub book: String,
    pub chapter: i64,
    pub there: bool,
    pub kind: &'static str,
    pub day: String,
    pub quote: String,
    pub words: String,
}

pub(crate) async fn notes(ctx: Ctx, can: Can<SignedIn>) -> Result {
    let books = by_book(own(&ctx, &can).await?);
    let empty = Empty::new("还没有划线和笔记").text("读书时选中一句话，就能划下来，写上想法。").icon("notebook-pen");
    let page = NotesPage { csrf: ctx.csrf(), empty: books.is_empty().then_some(empty), books };
    ctx.page("我的读书笔记", Density::Calm, &page)
}

/// Notes under the titles of their books.
pub(super) fn by_book(all: Vec<(String, bool, Opened)>) -> Vec<(String, Vec<Note>)> {
    let mut books: Vec<(String, Vec<Note>)> = Vec::new();
    for (title, there, opened) in all {
        let note = Note {
            id: opened.mark.id.to_string(),
            book: opened.mark.book.to_string(),
            chapter: opened.mark.chapter,
            there,
            kind: opened.mark.kind.label(),
            day: opened.mark.created_day.chinese(),
            quote: opened.quote,
            words: opened.words,
        };
        match books.last_mut().filter(|(last, _)| *last == title) {
            Some((_, notes)) => notes.push(note),
            None => books.push((title, vec![note])),
        }
    }
    books
}

/// All of it as one text file, to take along.
pub(crate) async fn notes_file(ctx: Ctx, can: Can<SignedIn>) -> Result {
    let mut text = String::from("# 我的读书笔记\n");
    let mut last = String::new();
    for (title, _, opened) in own(&ctx, &can).await? {
        if title != last {
            let _ = write!(text, "\n## {title}\n");
            last = title;
        }
        let _ = write!(text, "\n第 {} 节 · {}\n", opened.mark.chapter, opened.mark.created_day.chinese());
        for line in opened.quote.lines() {
            let _ = write!(text, "\n> {line}");
        }
        let _ = write!(text, "\n\n{}\n", opened.words);
    }
    let headers = [
        (CONTENT_TYPE, "text/markdown; charset=utf-8"),
        (CACHE_CONTROL, "no-store"),
        (CONTENT_DISPOSITION, "attachment; filename=\"notes.md\""),
    ];
    Ok((headers, text).into_response())
}

/// The viewer's own marks with the titles of their books; a book that has gone keeps its notes.
async fn own(ctx: &Ctx, can: &Can<SignedIn>) -> Result<Vec<(String, bool, Opened)>> {
    let looker = looker(&mut ctx.site.db.read().await?, &ctx.site, &can.viewer).await?;
    notes_of(ctx, &looker, reader(&can.viewer)).await
}

/// The marks of a reader with the titles of the books that there are for him.
pub(super) async fn notes_of(ctx: &Ctx, looker: &Looker, whose: Id) -> Result<Vec<(String, bool, Opened)>> {
    let mut tx = ctx.site.db.snapshot().await?;
    let marks = mark_list(&mut tx, whose, None, None).await?;
    let ids: Vec<Id> = marks.iter().map(|mark| mark.book).collect();
    let books = book_list_ids(&mut tx, looker, &ids).await?;
    drop(tx);
    let titles: BTreeMap<Id, String> = books.into_iter().map(|book| (book.id, book.title)).collect();
    let all = marks.into_iter().filter(|mark| mark.kind != MarkKind::Bookmark).map(|mark| {
        let title = titles.get(&mark.book).cloned();
        let there = title.is_some();
        Ok((title.unwrap_or_else(|| "已下架的书".into()), there, opened(mark, &ctx.site.vault)?))
    });
    Ok(all.collect::<std::result::Result<Vec<_>, Problem>>()?)
}
