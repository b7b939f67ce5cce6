//! Acting for a member of the family, from one's own account.

use askama::Template;
use data_encoding::BASE64URL_NOPAD;
use huiyin_base::{Id, Problem, ProblemKind};
use huiyin_directory::person_find;
use huiyin_web::components::{Breadcrumb, Choice, Field, Notice};
use huiyin_web::{Can, Csrf, Ctx, Density, Form, Path, Result, SignedIn};
use serde::Deserialize;

use super::satchel::{Note, by_book, notes_of};
use crate::family::{Deed, act, acting, looker_for};
use crate::store::{BookFilter, act_list, book_find, book_list, issue_list_person, kit_list, reading_list};

const BOOKS: i64 = 300;
const ACTS: i64 = 30;

#[derive(Template)]
#[template(path = "family_act.html")]
struct ActPage {
    crumb: Breadcrumb,
    csrf: Csrf,
    id: Id,
    name: String,
    until: String,
    mistake: Option<Notice>,
    nonce: String,
    reading: Vec<String>,
    place: Vec<Field>,
    note: Vec<Field>,
    /// The consent names the earlier notes.
    notes: bool,
    /// Kits that are his.
    kits: Vec<Field>,
    acts: Vec<String>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Given {
    deed: String,
    book: String,
    chapter: String,
    finished: String,
    words: String,
    kit: String,
    nonce: String,
}

pub(crate) async fn show(ctx: Ctx, can: Can<SignedIn>, Path(id): Path<String>) -> Result {
    draw(&ctx, &can, &id, &Given::default(), None).await
}

pub(crate) async fn done(ctx: Ctx, can: Can<SignedIn>, Path(id): Path<String>, Form(given): Form<Given>) -> Result {
    let mut tx = ctx.site.db.snapshot().await?;
    let helper = acting(&mut tx, &can.viewer, &id, ctx.today()).await?;
    let deed = if given.deed == "kit" {
        let own = issue_list_person(&mut tx, helper.person).await?;
        let issued = own.iter().find(|issue| issue.kit.to_string() == given.kit);
        let kit = issued.map(|issue| issue.kit).ok_or_else(|| Problem::invalid("请选择领到的是哪一版。"));
        let kits = kit_list(&mut tx).await?;
        kit.map(|id| Deed::Kit(kits.iter().find(|kit| kit.id == id).map(|kit| kit.title.clone()).unwrap_or_default()))
    } else {
        let looker = looker_for(&mut tx, &ctx.site, helper.person).await?;
        let book = match given.book.parse::<Id>() {
            Ok(book) => book_find(&mut tx, &looker, book).await?,
            Err(_) => None,
        };
        match (book, given.deed.as_str()) {
            (None, _) => Err(Problem::invalid("请选择是哪一本书。")),
            (Some(book), "note") => Ok(Deed::Note(book, given.words.clone())),
            (Some(book), _) if !given.finished.is_empty() => Ok(Deed::Finish(book)),
            (Some(book), _) => match given.chapter.trim().parse() {
                Ok(chapter) => Ok(Deed::Place(book, chapter)),
                Err(_) => Err(Problem::invalid("读到第几节，请写数字；读完了就勾“读完了”。")),
            },
        }
    };
    drop(tx);
    let done = match deed {
        Ok(deed) => act(&ctx.site, &helper, deed, &given.nonce, (ctx.now(), ctx.today()), &mut ctx.rng()).await,
        Err(problem) => Err(problem),
    };
    match done {
        Ok(()) => ctx.redirect(&format!("/satchel/for/{}", helper.id), Some("已记下，他本人看得到是您代办的。")),
        Err(problem) if matches!(problem.kind, ProblemKind::Invalid) => {
            draw(&ctx, &can, &id, &given, Some(problem.message)).await
        }
        Err(problem) => Err(problem.into()),
    }
}

#[derive(Template)]
#[template(path = "family_notes.html")]
struct NotesPage {
    crumb: Breadcrumb,
    name: String,
    books: Vec<(String, Vec<Note>)>,
}

/// His earlier notes, where he agreed that they are read; the look is written down before anything is shown. The same press looks once.
pub(crate) async fn notes(ctx: Ctx, can: Can<SignedIn>, Path(id): Path<String>, Form(given): Form<Given>) -> Result {
    let mut tx = ctx.site.db.snapshot().await?;
    let helper = acting(&mut tx, &can.viewer, &id, ctx.today()).await?;
    if !helper.notes {
        return Err(Problem::not_found().into());
    }
    let name = person_find(&mut tx, helper.person).await?.map(|person| person.name).unwrap_or_default();
    let looker = looker_for(&mut tx, &ctx.site, helper.person).await?;
    drop(tx);
    act(&ctx.site, &helper, Deed::Look, &given.nonce, (ctx.now(), ctx.today()), &mut ctx.rng()).await?;
    let books = by_book(notes_of(&ctx, &looker, helper.person).await?);
    let crumb = Breadcrumb::new("以前的笔记").step("家人代办", "/family");
    let crumb = crumb.step(format!("代 {name}"), format!("/satchel/for/{}", helper.id));
    ctx.page("以前的笔记", Density::Calm, &NotesPage { crumb, name, books })
}

async fn draw(ctx: &Ctx, can: &Can<SignedIn>, id: &str, given: &Given, mistake: Option<String>) -> Result {
    let mut tx = ctx.site.db.snapshot().await?;
    let helper = acting(&mut tx, &can.viewer, id, ctx.today()).await?;
    let name = person_find(&mut tx, helper.person).await?.map(|person| person.name).unwrap_or_default();
    let looker = looker_for(&mut tx, &ctx.site, helper.person).await?;
    let books = book_list(&mut tx, &looker, &BookFilter::default(), BOOKS).await?;
    let own = reading_list(&mut tx, helper.person).await?;
    let issues = issue_list_person(&mut tx, helper.person).await?;
    let kits = kit_list(&mut tx).await?;
    let acts = act_list(&mut tx, helper.person, ACTS).await?;
    drop(tx);
    let title = |id: Id| books.iter().find(|book| book.id == id).map(|book| book.title.clone());
    let reading = own.iter().filter_map(|reading| {
        let place = match reading.finished_day {
            Some(day) => format!("{}读完", day.chinese()),
            None => format!("读到第 {} 节", reading.chapter),
        };
        Some(format!("《{}》，{place}", title(reading.book)?))
    });
    // What he reads stands first.
    let mut order: Vec<_> = books.iter().collect();
    order.sort_by_key(|book| !own.iter().any(|reading| reading.book == book.id && reading.finished_day.is_none()));
    let choices = || {
        let books = order.iter().map(|book| Choice::new(book.id, &book.title));
        std::iter::once(Choice::new("", "请选择")).chain(books).collect()
    };
    let book = |form| Field::select("book", "哪一本书", choices()).value(&given.book).required().within(form);
    let edition = |id: Id| kits.iter().find(|kit| kit.id == id).map_or("", |kit| kit.title.as_str());
    let fetched = issues.iter().map(|issue| Choice::new(issue.kit, edition(issue.kit)));
    let acts = acts.iter().filter(|act| act.helper == can.viewer.account.id);
    let page = ActPage {
        crumb: Breadcrumb::new(format!("代 {name}")).step("家人代办", "/family"),
        csrf: ctx.csrf(),
        id: helper.id,
        until: helper.to_day.chinese(),
        mistake: mistake.map(Notice::bad),
        nonce: BASE64URL_NOPAD.encode(&ctx.rng().bytes::<16>()),
        reading: reading.collect(),
        notes: helper.notes,
        place: vec![
            book("place"),
            Field::number("chapter", "读到第几节").value(&given.chapter).within("place"),
            Field::tick("finished", "这本书读完了").within("place"),
        ],
        note: vec![
            book("note"),
            Field::area("words", "他说了什么", 4).value(&given.words).required().longest(5_000).within("note"),
        ],
        kits: if issues.is_empty() {
            Vec::new()
        } else {
            vec![Field::select("kit", "领到的是哪一版", fetched.collect()).value(&given.kit).within("kit")]
        },
        acts: acts.map(|act| format!("{} {}：{}", act.day.chinese(), act.kind.label(), act.title)).collect(),
        name,
    };
    let heading = format!("代 {}", page.name);
    if page.mistake.is_some() {
        return ctx.refused(&heading, Density::Calm, &page);
    }
    ctx.page(&heading, Density::Calm, &page)
}
