//! One reflection: writing it, reading it, sharing it and taking it back, and what is said to it.

use askama::Template;
use data_encoding::BASE64URL_NOPAD;
use huiyin_base::{Id, Problem, ProblemKind};
use huiyin_db::Tx;
use huiyin_directory::Viewer;
use huiyin_web::components::{Breadcrumb, Button, Choice, Field, Notice, PostButton, Tag};
use huiyin_web::{Can, Csrf, Ctx, Density, Form, Path, Query, Result, SignedIn, asset};
use serde::Deserialize;

use super::reflections::titles;
use super::{Nothing, chapter, found, owner};
use crate::reader::reader;
use crate::reflection::{
    COMMENTS, OF_SECRETARY, Reach, Read, Reflections, Text, branches, circle, opened, reaches, said, sharing,
};
use crate::store::{Circle, Reflection, comment_list, reflection_find};

pub(super) fn reflections(ctx: &Ctx) -> Reflections {
    Reflections { db: ctx.site.db.clone(), vault: ctx.site.vault.clone() }
}

#[derive(Template)]
#[template(path = "reflection_form.html")]
struct FormPage {
    crumb: Breadcrumb,
    /// None in the copy that lies on a telephone: it belongs to nobody.
    csrf: Option<Csrf>,
    owner: String,
    script: String,
    heading: &'static str,
    action: String,
    nonce: String,
    book: Option<(String, String)>,
    mistake: Option<Notice>,
    title: Field,
    words: Field,
    sharing: Vec<Field>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Given {
    title: String,
    words: String,
    book: String,
    audience: String,
    signed: String,
    nonce: String,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    book: String,
    /// The copy to be kept on a telephone.
    stored: String,
}

pub(crate) async fn new(ctx: Ctx, can: Can<SignedIn>, Query(asked): Query<Asked>) -> Result {
    let given = Given { book: asked.book, ..Given::default() };
    draw(&ctx, &can.viewer, None, given, None, !asked.stored.is_empty()).await
}

pub(crate) async fn create(ctx: Ctx, can: Can<SignedIn>, Form(given): Form<Given>) -> Result {
    let mut tx = ctx.site.db.snapshot().await?;
    let all = reaches(&mut tx, &can.viewer).await?;
    let book = readable(&mut tx, &ctx, &can.viewer, &given.book).await?;
    drop(tx);
    let text = Text { title: given.title.clone(), words: given.words.clone(), book };
    let chosen = match chosen(&all, &given) {
        Ok(chosen) => chosen.map(|reach| (reach, name(&can.viewer, &given))),
        Err(problem) => return again(&ctx, &can.viewer, None, given, problem).await,
    };
    let done = reflections(&ctx).write(&can.viewer, (&text, &given.nonce), chosen, ctx.now(), &mut ctx.rng()).await;
    match done {
        Ok(id) => {
            let said =
                if chosen.is_some() { "写好了，已分享。" } else { "写好了，只有您自己看得到。" };
            ctx.redirect(&format!("/reflections/{id}"), Some(said))
        }
        Err(problem) => again(&ctx, &can.viewer, None, given, problem).await,
    }
}

/// The form with the words as they are, for their writer.
pub(crate) async fn text(ctx: Ctx, can: Can<SignedIn>, Path(id): Path<String>) -> Result {
    let read = own(&ctx, &can.viewer, &id).await?;
    let book = read.row.book.map(|book| book.to_string()).unwrap_or_default();
    let given = Given { title: read.title, words: read.words, book, ..Given::default() };
    draw(&ctx, &can.viewer, Some(&read.row), given, None, false).await
}

pub(crate) async fn rewrite(ctx: Ctx, can: Can<SignedIn>, Path(id): Path<String>, Form(given): Form<Given>) -> Result {
    let read = own(&ctx, &can.viewer, &id).await?;
    let text = Text { title: given.title.clone(), words: given.words.clone(), book: read.row.book };
    match reflections(&ctx).rewrite(&read.row, &text, &mut ctx.rng()).await {
        Ok(()) => ctx.redirect(&format!("/reflections/{id}"), Some("已改好。")),
        Err(problem) => again(&ctx, &can.viewer, Some(&read.row), given, problem).await,
    }
}

async fn again(ctx: &Ctx, viewer: &Viewer, row: Option<&Reflection>, given: Given, problem: Problem) -> Result {
    if problem.kind == ProblemKind::Invalid {
        return draw(ctx, viewer, row, given, Some(problem.message), false).await;
    }
    Err(problem.into())
}

/// A book that the writer may read; a book that is not there for him is as if none had been chosen.
async fn readable(tx: &mut Tx, ctx: &Ctx, viewer: &Viewer, book: &str) -> Result<Option<Id>, Problem> {
    if book.is_empty() {
        return Ok(None);
    }
    match found(tx, &ctx.site, viewer, book).await {
        Ok((_, book)) => Ok(Some(book.id)),
        Err(problem) if problem.kind == ProblemKind::NotFound => Ok(None),
        Err(problem) => Err(problem),
    }
}

fn chosen<'a>(all: &'a [Reach], given: &Given) -> Result<Option<&'a Reach>, Problem> {
    if given.audience.is_empty() {
        return Ok(None);
    }
    let chosen = all.iter().find(|reach| reach.key() == given.audience);
    chosen.map(Some).ok_or_else(|| Problem::invalid("请选择给谁看。"))
}

fn name<'a>(viewer: &'a Viewer, given: &Given) -> Option<&'a str> {
    (!given.signed.is_empty()).then_some(viewer.name.as_str())
}

fn sharing_fields(all: &[Reach], own_first: bool, given: &Given) -> Vec<Field> {
    let own = own_first.then(|| Choice::new("", "只给自己看").hint("以后随时可以分享"));
    let rest = all.iter().map(|reach| Choice::new(reach.key(), &reach.label));
    if all.is_empty() {
        return Vec::new();
    }
    vec![
        Field::radio("audience", "给谁看", own.into_iter().chain(rest).collect()).value(&given.audience),
        Field::tick("signed", "写上我的名字").value(&given.signed).hint("不勾就写“一位党员”，打印出来也一样。"),
    ]
}

async fn draw(
    ctx: &Ctx,
    viewer: &Viewer,
    row: Option<&Reflection>,
    given: Given,
    mistake: Option<String>,
    stored: bool,
) -> Result {
    let mut tx = ctx.site.db.snapshot().await?;
    let all = if row.is_some() || stored { Vec::new() } else { reaches(&mut tx, viewer).await? };
    let books = titles(&mut tx, ctx, viewer, given.book.parse::<Id>().into_iter()).await?;
    drop(tx);
    let heading = if row.is_some() { "改一改" } else { "写心得" };
    let fresh = || BASE64URL_NOPAD.encode(&ctx.rng().bytes::<16>());
    let page = FormPage {
        crumb: Breadcrumb::new(heading).step("心得", "/reflections"),
        csrf: (!stored).then(|| ctx.csrf()),
        owner: owner(&ctx.site, viewer),
        script: asset("study.js"),
        heading,
        action: row.map_or_else(|| "/reflections".into(), |row| format!("/reflections/{}/text", row.id)),
        nonce: if given.nonce.is_empty() { fresh() } else { given.nonce.clone() },
        book: books.into_iter().next().map(|(id, title)| (id.to_string(), title)),
        mistake: mistake.map(Notice::bad),
        title: Field::text("title", "题目").value(&given.title).required().longest(60),
        words: Field::area("words", "心得", 12).value(&given.words).required().longest(8_000),
        sharing: sharing_fields(&all, true, &given),
    };
    if stored {
        return chapter::copy(ctx, heading, &page);
    }
    if page.mistake.is_some() {
        return ctx.refused(heading, Density::Calm, &page);
    }
    ctx.page(heading, Density::Calm, &page)
}

#[derive(Template)]
#[template(path = "reflection.html")]
struct ReflectionPage {
    crumb: Breadcrumb,
    csrf: Csrf,
    id: String,
    title: String,
    about: String,
    book: Option<(String, String)>,
    paragraphs: Vec<String>,
    mine: Option<Mine>,
    /// The viewer is the secretary who looks before the whole city reads it.
    looks: bool,
    nonce: String,
    mistake: Option<Notice>,
    comments: Vec<Comment>,
    /// Where others read it: a comment can be written.
    shared: bool,
    comment: Field,
}

/// What its writer can do with it.
struct Mine {
    state: Tag,
    /// With whom, and whether under his name.
    with: String,
    shared: bool,
    sharing: Vec<Field>,
    removal: PostButton,
}

struct Comment {
    about: String,
    words: String,
    removal: Option<String>,
}

pub(super) async fn readable_one(ctx: &Ctx, viewer: &Viewer, id: &str) -> Result<(Circle, Reflection)> {
    let id: Id = id.parse().map_err(|_| Problem::not_found())?;
    let mut tx = ctx.site.db.read().await?;
    let circle = circle(&mut tx, viewer).await?;
    let row = reflection_find(&mut tx, &circle, id).await?.ok_or_else(Problem::not_found)?;
    Ok((circle, row))
}

async fn own(ctx: &Ctx, viewer: &Viewer, id: &str) -> Result<Read> {
    let (circle, row) = readable_one(ctx, viewer, id).await?;
    if row.writer != circle.writer {
        return Err(Problem::not_found().into());
    }
    Ok(opened(row, &ctx.site.vault)?)
}

pub(crate) async fn show(ctx: Ctx, can: Can<SignedIn>, Path(id): Path<String>) -> Result {
    look(&ctx, &can.viewer, &id, String::new(), None).await
}

pub(super) async fn look(ctx: &Ctx, viewer: &Viewer, id: &str, written: String, mistake: Option<String>) -> Result {
    let (circle, row) = readable_one(ctx, viewer, id).await?;
    let mut tx = ctx.site.db.snapshot().await?;
    let comments = comment_list(&mut tx, row.id, COMMENTS).await?;
    let mine = row.writer == circle.writer;
    let mut all = if mine { reaches(&mut tx, viewer).await? } else { Vec::new() };
    let titles = titles(&mut tx, ctx, viewer, row.book.into_iter()).await?;
    drop(tx);
    // It stays in the region where it was written.
    all.retain(|reach| reach.branch.region == row.region);
    let read = opened(row, &ctx.site.vault)?;
    let day = read.row.shared_day.unwrap_or(read.row.written_day).chinese();
    let shared = read.row.audience.is_some();
    let waits =
        !mine && read.row.city_asked_day.is_some() && read.row.city_day.is_none() && read.row.city_kept_day.is_none();
    let looks = waits && branches(viewer, OF_SECRETARY).iter().any(|branch| Some(branch.id) == read.row.branch);
    let page = ReflectionPage {
        crumb: Breadcrumb::new(read.title.clone())
            .step("心得", if mine { "/reflections/mine" } else { "/reflections" }),
        csrf: ctx.csrf(),
        id: id.to_owned(),
        about: if shared { format!("{} · {day}", read.by) } else { day },
        book: titles.into_iter().next().map(|(id, title)| (id.to_string(), title)),
        paragraphs: lines(&read.words),
        mine: mine.then(|| state(ctx, &read, &all)),
        looks,
        nonce: BASE64URL_NOPAD.encode(&ctx.rng().bytes::<16>()),
        mistake: mistake.map(Notice::bad),
        comments: comments
            .into_iter()
            .map(|comment| {
                let removal = (comment.writer == circle.writer)
                    .then(|| format!("/reflections/{id}/comments/{}/removal", comment.id));
                let said = said(comment, &ctx.site.vault)?;
                let about = format!("{} · {}", said.by, said.row.written_day.chinese());
                Ok(Comment { about, words: said.words, removal })
            })
            .collect::<Result<Vec<_>, Problem>>()?,
        shared,
        comment: Field::area("words", "说几句", 3)
            .value(written)
            .hint(format!("会写上您的名字：{}。", viewer.name))
            .longest(500)
            .required(),
        title: read.title,
    };
    if page.mistake.is_some() {
        return ctx.refused(&page.title, Density::Calm, &page);
    }
    ctx.page(&page.title, Density::Calm, &page)
}

fn state(ctx: &Ctx, read: &Read, all: &[Reach]) -> Mine {
    let shared = read.row.audience;
    let with = shared.map(|org| {
        let known = all.iter().find(|reach| reach.org == org);
        let name = if read.row.signed.is_some() { "写上名字" } else { "不写名字" };
        let city = match (read.row.city_asked_day, read.row.city_day) {
            (_, Some(_)) => "；全市可读".to_owned(),
            (Some(_), None) => match read.row.city_kept_day {
                Some(day) => format!("；支部书记{}看过，留在本支部", day.chinese()),
                None => "；支部书记看过以后，全市可读".to_owned(),
            },
            _ => String::new(),
        };
        format!("给{}，{name}{city}。", known.map_or("原来的支部", |reach| reach.label.as_str()))
    });
    let given = Given {
        audience: match shared {
            Some(_) if read.row.city_asked_day.is_some() => {
                all.iter().find(|reach| reach.city).map(Reach::key).unwrap_or_default()
            }
            Some(org) => org.to_string(),
            None => all.first().map(Reach::key).unwrap_or_default(),
        },
        signed: if read.row.signed.is_some() { "1".into() } else { String::new() },
        ..Given::default()
    };
    let removal = Button::danger("删除这一篇").icon("trash-2");
    Mine {
        state: if shared.is_some() { Tag::good("已分享") } else { Tag::plain("只有您自己看得到") },
        with: with.unwrap_or_default(),
        shared: shared.is_some(),
        sharing: sharing_fields(all, false, &given),
        removal: PostButton::new(format!("/reflections/{}/removal", read.row.id), &ctx.csrf(), removal),
    }
}

/// The paragraphs of a text.
pub(super) fn lines(text: &str) -> Vec<String> {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).map(ToOwned::to_owned).collect()
}

pub(crate) async fn share(ctx: Ctx, can: Can<SignedIn>, Path(id): Path<String>, Form(given): Form<Given>) -> Result {
    let read = own(&ctx, &can.viewer, &id).await?;
    let mut tx = ctx.site.db.read().await?;
    let mut all = reaches(&mut tx, &can.viewer).await?;
    drop(tx);
    all.retain(|reach| reach.branch.region == read.row.region);
    let reach = chosen(&all, &given)?.ok_or_else(|| Problem::invalid("请选择给谁看。"))?;
    let name = name(&can.viewer, &given);
    let sharing = sharing(read.row.id, reach, name, &ctx.site.vault, ctx.today(), &mut ctx.rng());
    reflections(&ctx).share(read.row.writer, read.row.id, Some(sharing)).await?;
    ctx.redirect(&format!("/reflections/{id}"), Some("已分享。随时可以收回。"))
}

pub(crate) async fn withdraw(ctx: Ctx, can: Can<SignedIn>, Path(id): Path<String>, Form(_): Form<Nothing>) -> Result {
    let read = own(&ctx, &can.viewer, &id).await?;
    reflections(&ctx).share(read.row.writer, read.row.id, None).await?;
    ctx.redirect(&format!("/reflections/{id}"), Some("已收回，别人看不到了。"))
}

pub(crate) async fn remove(ctx: Ctx, can: Can<SignedIn>, Path(id): Path<String>, Form(_): Form<Nothing>) -> Result {
    let id: Id = id.parse().map_err(|_| Problem::not_found())?;
    reflections(&ctx).remove(reader(&can.viewer), id).await?;
    ctx.redirect("/reflections/mine", Some("已删除，下面的评论也一并删了。"))
}
