//! Lists of reflections: what others share, and one's own with what one has said.

use std::collections::BTreeMap;

use askama::Template;
use huiyin_base::{Day, Id, Problem};
use huiyin_db::Tx;
use huiyin_web::components::{Empty, Pager, Tabs, Tag};
use huiyin_web::{Can, Csrf, Ctx, Density, Query, Result, SignedIn, asset};
use serde::Deserialize;

use super::owner;
use crate::reader::{all_regions, looker, reader};
use crate::reflection::{OF_BRANCH, OF_SECRETARY, branches, circle, opened, reaches, said};
use crate::store::{
    Reflection, book_list_ids, comment_list_own, reflection_list, reflection_list_asked, reflection_list_city,
    reflection_list_own,
};

const PAGE: i64 = 20;
/// The letters of a reflection that its list shows.
const BEGINNING: usize = 90;

#[derive(Template)]
#[template(path = "reflections.html")]
struct ReflectionsPage {
    tabs: Tabs,
    owner: String,
    script: String,
    evenings: bool,
    lead: &'static str,
    new: String,
    about: Option<String>,
    /// What waits for the viewer, a secretary, to look before the whole city reads it.
    asked: Vec<Shown>,
    shown: Vec<Shown>,
    comments: Vec<(String, String, String)>,
    csrf: Csrf,
    empty: Option<Empty>,
    pager: Pager,
}

/// A line of a list.
struct Shown {
    href: String,
    title: String,
    about: String,
    beginning: String,
    tag: Option<Tag>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    book: String,
    after: String,
}

fn tabs(at: &str) -> Tabs {
    let all = [("身边人分享的", "/reflections"), ("全市的", "/reflections/city"), ("我写的", "/reflections/mine")];
    all.into_iter().fold(Tabs::new("心得"), |tabs, (label, path)| tabs.tab(label, path, path == at))
}

/// The titles of the books that whoever looks may know.
pub(super) async fn titles(
    tx: &mut Tx,
    ctx: &Ctx,
    viewer: &huiyin_directory::Viewer,
    books: impl Iterator<Item = Id>,
) -> Result<BTreeMap<Id, String>, Problem> {
    let books: Vec<Id> = books.collect();
    if books.is_empty() {
        return Ok(BTreeMap::new());
    }
    let looker = looker(tx, &ctx.site, viewer).await?;
    Ok(book_list_ids(tx, &looker, &books).await?.into_iter().map(|book| (book.id, book.title)).collect())
}

pub(crate) async fn list(ctx: Ctx, can: Can<SignedIn>, Query(asked): Query<Asked>) -> Result {
    let book: Option<Id> = asked.book.parse().ok();
    let after = asked.after.split_once('_');
    let after: Option<(Day, Id)> = after.and_then(|(day, id)| Some((day.parse().ok()?, id.parse().ok()?)));
    let mut tx = ctx.site.db.snapshot().await?;
    let circle = circle(&mut tx, &can.viewer).await?;
    let served = branches(&can.viewer, OF_SECRETARY);
    let asked = if served.is_empty() || book.is_some() || after.is_some() {
        Vec::new()
    } else {
        reflection_list_asked(&mut tx, &served, circle.writer, PAGE).await?
    };
    let mut rows = reflection_list(&mut tx, &circle, book, after, PAGE + 1).await?;
    let more = i64::try_from(rows.len()).unwrap_or(0) > PAGE;
    rows.truncate(usize::try_from(PAGE).unwrap_or(0));
    let books = rows.iter().chain(&asked).filter_map(|row| row.book).chain(book);
    let titles = titles(&mut tx, &ctx, &can.viewer, books).await?;
    drop(tx);
    let last = rows.last().map(|row| (row.shared_day, row.id)).filter(|_| more);
    let kept = book.map(|book| format!("book={book}&")).unwrap_or_default();
    let next = last.and_then(|(day, id)| Some(format!("/reflections?{kept}after={}_{id}", day?)));
    let first = after.map(|_| format!("/reflections?{kept}").trim_end_matches(['?', '&']).to_owned());
    let about = book.and_then(|book| titles.get(&book).cloned());
    let empty = Empty::new("还没有人分享心得").icon("notebook-pen");
    let empty = empty.text("谁写了心得、愿意给大家看，就会排在这里。写不写、给谁看，都由自己定。");
    let page = ReflectionsPage {
        tabs: tabs("/reflections"),
        owner: owner(&ctx.site, &can.viewer),
        script: asset("study.js"),
        evenings: !branches(&can.viewer, OF_BRANCH).is_empty(),
        lead: "读了书想到什么，写下来；自己留着，或者给支部、给乡镇看，都由您定。",
        new: book
            .filter(|_| about.is_some())
            .map_or_else(|| "/reflections/new".to_owned(), |book| format!("/reflections/new?book={book}")),
        about,
        empty: rows.is_empty().then_some(empty),
        asked: asked.into_iter().map(|row| shown(&ctx, row, &titles, false)).collect::<Result<Vec<_>, Problem>>()?,
        shown: rows.into_iter().map(|row| shown(&ctx, row, &titles, false)).collect::<Result<Vec<_>, Problem>>()?,
        comments: Vec::new(),
        csrf: ctx.csrf(),
        pager: Pager::new(first, next),
    };
    ctx.page("心得", Density::Calm, &page)
}

/// What is for the whole city.
pub(crate) async fn city(ctx: Ctx, can: Can<SignedIn>, Query(asked): Query<Asked>) -> Result {
    let after = asked.after.split_once('_');
    let after: Option<(Day, Id)> = after.and_then(|(day, id)| Some((day.parse().ok()?, id.parse().ok()?)));
    let regions = all_regions(&ctx.site, reader(&can.viewer));
    let mut tx = ctx.site.db.snapshot().await?;
    let mut rows = reflection_list_city(&mut tx, &regions, after, PAGE + 1).await?;
    let more = i64::try_from(rows.len()).unwrap_or(0) > PAGE;
    rows.truncate(usize::try_from(PAGE).unwrap_or(0));
    let titles = titles(&mut tx, &ctx, &can.viewer, rows.iter().filter_map(|row| row.book)).await?;
    drop(tx);
    let last = rows.last().and_then(|row| Some((row.city_day?, row.id))).filter(|_| more);
    let empty = Empty::new("还没有给全市看的心得").icon("notebook-pen");
    let page = ReflectionsPage {
        tabs: tabs("/reflections/city"),
        owner: owner(&ctx.site, &can.viewer),
        script: asset("study.js"),
        evenings: !branches(&can.viewer, OF_BRANCH).is_empty(),
        lead: "作者愿意给全市看、支部书记看过的，排在这里。",
        new: "/reflections/new".to_owned(),
        about: None,
        asked: Vec::new(),
        empty: rows.is_empty().then(|| empty.text("写心得时选“全市”，支部书记看过以后就排在这里。")),
        shown: rows.into_iter().map(|row| shown(&ctx, row, &titles, false)).collect::<Result<Vec<_>, Problem>>()?,
        comments: Vec::new(),
        csrf: ctx.csrf(),
        pager: Pager::new(
            after.map(|_| "/reflections/city".to_owned()),
            last.map(|(day, id)| format!("/reflections/city?after={day}_{id}")),
        ),
    };
    ctx.page("全市的心得", Density::Calm, &page)
}

/// One's own, and what one has said to others'.
pub(crate) async fn mine(ctx: Ctx, can: Can<SignedIn>) -> Result {
    let me = reader(&can.viewer);
    let regions = all_regions(&ctx.site, me);
    let mut tx = ctx.site.db.snapshot().await?;
    let rows = reflection_list_own(&mut tx, &regions, me).await?;
    let comments = comment_list_own(&mut tx, &regions, me).await?;
    let reaches = reaches(&mut tx, &can.viewer).await?;
    let titles = titles(&mut tx, &ctx, &can.viewer, rows.iter().filter_map(|row| row.book)).await?;
    drop(tx);
    let empty = Empty::new("您还没有写过心得").icon("notebook-pen");
    let comments = comments.into_iter().map(|comment| {
        let (reflection, id) = (comment.reflection, comment.id);
        let said = said(comment, &ctx.site.vault)?;
        let href = format!("/reflections/{reflection}/comments/{id}/removal");
        Ok((href, said.row.written_day.chinese(), said.words))
    });
    let page = ReflectionsPage {
        tabs: tabs("/reflections/mine"),
        owner: owner(&ctx.site, &can.viewer),
        script: asset("study.js"),
        evenings: !reaches.is_empty(),
        lead: "加密保存。没有分享的，只有您自己看得到。",
        new: "/reflections/new".to_owned(),
        about: None,
        asked: Vec::new(),
        empty: rows.is_empty().then(|| empty.text("读了书想到什么，写几句就行。不写也没有关系。")),
        shown: rows.into_iter().map(|row| shown(&ctx, row, &titles, true)).collect::<Result<Vec<_>, Problem>>()?,
        comments: comments.collect::<Result<Vec<_>, Problem>>()?,
        csrf: ctx.csrf(),
        pager: Pager::new(None, None),
    };
    ctx.page("我的心得", Density::Calm, &page)
}

fn shown(ctx: &Ctx, row: Reflection, titles: &BTreeMap<Id, String>, own: bool) -> Result<Shown, Problem> {
    let read = opened(row, &ctx.site.vault)?;
    let day = if own { read.row.written_day } else { read.row.shared_day.unwrap_or(read.row.written_day) };
    let book = read.row.book.and_then(|book| titles.get(&book)).map(|title| format!("读《{title}》"));
    let by = (!own).then_some(read.by);
    let about = by.into_iter().chain(book).chain([day.chinese()]).collect::<Vec<String>>().join(" · ");
    let mut beginning: String = read.words.chars().take(BEGINNING).collect();
    if beginning.len() < read.words.len() {
        beginning.push('…');
    }
    let state = || match read.row.audience {
        Some(_) if read.row.city_day.is_some() => Tag::good("全市可读"),
        Some(org) if Some(org) == read.row.branch => Tag::good("给支部看"),
        Some(_) => Tag::good("给上一级看"),
        None => Tag::plain("只有自己看得到"),
    };
    Ok(Shown {
        href: format!("/reflections/{}", read.row.id),
        title: read.title,
        about,
        beginning,
        tag: own.then(state),
    })
}
