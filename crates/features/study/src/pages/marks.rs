//! Places and marks: what a reader says about his own reading.

use huiyin_base::{Id, Problem, ProblemKind};
use huiyin_web::{Can, Ctx, Form, Path, Result, SignedIn};
use serde::Deserialize;

use super::chapter::{self, Refused};
use super::{Nothing, found};
use crate::reader::{NewMark, mark, reader};
use crate::store::{Book, MarkKind, Spot, mark_remove, reading_advance, reading_again, reading_finish, reading_remove};

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Place {
    turn: i64,
    chapter: i64,
    part: i64,
}

/// Moves the place on and goes there. The page asks for it: by its button, or by its script as one reads.
pub(crate) async fn place(ctx: Ctx, can: Can<SignedIn>, Path(book): Path<String>, Form(given): Form<Place>) -> Result {
    let book = own(&ctx, &can, &book).await?;
    if given.chapter < 1 || given.chapter > book.chapters.max(1) || !(0..1_000_000).contains(&given.part) {
        return Err(Problem::invalid("没有这一页。请从目录里重新选。").into());
    }
    let (me, today) = (reader(&can.viewer), ctx.today());
    let spot = Spot { chapter: given.chapter, part: given.part };
    let write = ctx.site.db.write("reading_place", move |tx| {
        Box::pin(async move { Ok(reading_advance(tx, me, book.id, given.turn, spot, today).await?) })
    });
    write.await?;
    let id = book_path(&book);
    ctx.redirect(&if book.chapters > 0 { format!("{id}/chapters/{}", given.chapter) } else { id }, None)
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Finish {
    undo: String,
}

pub(crate) async fn finish(
    ctx: Ctx,
    can: Can<SignedIn>,
    Path(book): Path<String>,
    Form(given): Form<Finish>,
) -> Result {
    let book = own(&ctx, &can, &book).await?;
    let (me, today) = (reader(&can.viewer), ctx.today());
    let day = given.undo.is_empty().then_some(today);
    let path = book_path(&book);
    let write = ctx.site.db.write("reading_finish", move |tx| {
        Box::pin(async move {
            reading_advance(tx, me, book.id, 0, Spot { chapter: 1, part: 0 }, today).await?;
            Ok(reading_finish(tx, me, book.id, day).await?)
        })
    });
    write.await?;
    let said =
        if day.is_some() { "已记下：读完了。只有您自己看得到。" } else { "已改回没读完。" };
    ctx.redirect(&path, Some(said))
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Again {
    turn: i64,
}

/// Reads it once more, from the first page; a device that still stands in the old turn does not pull the place forward.
pub(crate) async fn again(ctx: Ctx, can: Can<SignedIn>, Path(book): Path<String>, Form(given): Form<Again>) -> Result {
    let book = own(&ctx, &can, &book).await?;
    let (me, today) = (reader(&can.viewer), ctx.today());
    let path = book_path(&book);
    let write = ctx.site.db.write("reading_again", move |tx| {
        Box::pin(async move { Ok(reading_again(tx, me, book.id, given.turn, today).await?) })
    });
    write.await?;
    ctx.redirect(&path, Some("从头开始。原来的划线和笔记都还在。"))
}

pub(crate) async fn forget(ctx: Ctx, can: Can<SignedIn>, Path(book): Path<String>, Form(_): Form<Nothing>) -> Result {
    let id: Id = book.parse().map_err(|_| Problem::not_found())?;
    let me = reader(&can.viewer);
    let write =
        ctx.site.db.write("reading_remove", move |tx| Box::pin(async move { Ok(reading_remove(tx, me, id).await?) }));
    write.await?;
    ctx.redirect("/satchel", Some("已从书桌上拿走，读到哪里也一并删除。划线和笔记还在。"))
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Given {
    chapter: i64,
    kind: String,
    quote: String,
    words: String,
    nonce: String,
}

pub(crate) async fn add(ctx: Ctx, can: Can<SignedIn>, Path(book): Path<String>, Form(given): Form<Given>) -> Result {
    let found = own(&ctx, &can, &book).await?;
    let new = NewMark {
        book: found.id,
        chapter: given.chapter,
        kind: MarkKind::parse(&given.kind).unwrap_or(MarkKind::Note),
        quote: given.quote.clone(),
        words: given.words.clone(),
        nonce: given.nonce.clone(),
    };
    match mark(&ctx.site, &can.viewer, new, &mut ctx.rng()).await {
        Ok(done) => {
            let path = format!("{}/chapters/{}#notes", book_path(&found), given.chapter);
            ctx.redirect(&path, Some(done))
        }
        Err(problem) if matches!(problem.kind, ProblemKind::Invalid | ProblemKind::Conflict) => {
            let refused = Refused { quote: given.quote, words: given.words, message: problem.message };
            chapter::draw(&ctx, &can, (&book, given.chapter), &chapter::Asked::default(), Some(refused)).await
        }
        Err(problem) => Err(problem.into()),
    }
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Removal {
    chapter: i64,
}

/// Deletes a mark; the book may have gone meanwhile.
pub(crate) async fn remove(
    ctx: Ctx,
    can: Can<SignedIn>,
    Path((book, mark)): Path<(String, String)>,
    Form(given): Form<Removal>,
) -> Result {
    let id: Id = mark.parse().map_err(|_| Problem::not_found())?;
    let me = reader(&can.viewer);
    let write = ctx.site.db.write("mark_remove", move |tx| Box::pin(async move { Ok(mark_remove(tx, me, id).await?) }));
    if !write.await? {
        return Err(Problem::not_found().into());
    }
    let book: Id = book.parse().map_err(|_| Problem::not_found())?;
    let path = match given.chapter {
        0 => "/satchel/notes".to_owned(),
        chapter => format!("/library/{book}/chapters/{chapter}#notes"),
    };
    ctx.redirect(&path, Some("已删除。"))
}

fn book_path(book: &Book) -> String {
    format!("/library/{}", book.id)
}

async fn own(ctx: &Ctx, can: &Can<SignedIn>, book: &str) -> Result<Book> {
    let mut tx = ctx.site.db.read().await?;
    Ok(found(&mut tx, &ctx.site, &can.viewer, book).await?.1)
}
