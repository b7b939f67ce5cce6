//! Evenings of a branch: its secretary chooses, the branch reads, on a screen, on paper or in Word.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use askama::Template;
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::IntoResponse as _;
use data_encoding::BASE64URL_NOPAD;
use huiyin_base::{Day, Id, Problem, ProblemKind};
use huiyin_directory::{OrgRef, Role, Viewer, org_find};
use huiyin_documents::Numbering;
use huiyin_web::components::{Breadcrumb, Button, Empty, Field, Html, Notice, OfficialPaper, PostButton};
use huiyin_web::{Can, Csrf, Ctx, Density, Form, Path, Result, SignedIn};
use serde::Deserialize;

use super::Nothing;
use super::reflection::lines;
use super::reflections::titles;
use crate::evening::{self, OFFERED, Picked, under};
use crate::permissions::EveningKeep;
use crate::reflection::{OF_BRANCH, Read, branches, opened};
use crate::store::{Evening, evening_find, evening_list, evening_parts, reflection_list_branch};

const SHOWN: i64 = 60;
const SECRETARY: &[Role] = &[Role::BranchSecretary];

#[derive(Template)]
#[template(path = "evenings.html")]
struct EveningsPage {
    crumb: Breadcrumb,
    new: Option<Button>,
    empty: Option<Empty>,
    evenings: Vec<(String, String, String)>,
}

pub(crate) async fn list(ctx: Ctx, can: Can<SignedIn>) -> Result {
    let mine = branches(&can.viewer, OF_BRANCH);
    let mut tx = ctx.site.db.snapshot().await?;
    let evenings = evening_list(&mut tx, &mine, SHOWN).await?;
    drop(tx);
    let keeps = !branches(&can.viewer, SECRETARY).is_empty();
    let empty = Empty::new("还没有读书会选读").icon("book-open").text(if keeps {
        "从支部党员分享的心得里挑几篇，排好次序，开会时念一念。"
    } else {
        "支部书记从大家分享的心得里挑几篇，排好以后在这里看。"
    });
    let page = EveningsPage {
        crumb: Breadcrumb::new("读书会选读").step("心得", "/reflections"),
        new: keeps.then(|| Button::primary("选几篇").icon("circle-plus").to("/evenings/new")),
        empty: evenings.is_empty().then_some(empty),
        evenings: evenings
            .into_iter()
            .map(|evening| (format!("/evenings/{}", evening.id), evening.title, evening.day.chinese()))
            .collect(),
    };
    ctx.page("读书会选读", Density::Calm, &page)
}

#[derive(Template)]
#[template(path = "evening_form.html")]
struct FormPage {
    crumb: Breadcrumb,
    csrf: Csrf,
    action: String,
    nonce: String,
    branch: String,
    mistake: Option<Notice>,
    fields: Vec<Field>,
    offered: Vec<Offered>,
    empty: Option<Empty>,
}

struct Offered {
    id: String,
    href: String,
    title: String,
    about: String,
    n: Field,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Given {
    title: String,
    day: String,
    nonce: String,
    part: Vec<String>,
    n: Vec<String>,
}

impl Given {
    fn picked(&self) -> Vec<Picked> {
        let numbers = self.n.iter().cloned();
        self.part.iter().zip(numbers).filter_map(|(part, n)| Some((part.parse().ok()?, n))).collect()
    }
}

/// The branch for which the viewer chooses.
fn kept(viewer: &Viewer) -> Result<OrgRef, Problem> {
    branches(viewer, SECRETARY).first().copied().ok_or_else(Problem::not_found)
}

pub(crate) async fn new(ctx: Ctx, can: Can<EveningKeep>) -> Result {
    draw(&ctx, &can.viewer, None, Given::default(), None).await
}

pub(crate) async fn create(ctx: Ctx, can: Can<EveningKeep>, Form(given): Form<Given>) -> Result {
    put(&ctx, &can.viewer, None, given).await
}

/// The choice of an evening, to be changed.
pub(crate) async fn selection(ctx: Ctx, can: Can<EveningKeep>, Path(id): Path<String>) -> Result {
    let evening = own(&ctx, &can.viewer, SECRETARY, &id).await?;
    let mut tx = ctx.site.db.read().await?;
    let parts = evening_parts(&mut tx, &evening).await?;
    drop(tx);
    let given = Given {
        title: evening.title.clone(),
        day: evening.day.to_string(),
        nonce: evening.nonce.clone(),
        part: parts.iter().map(|part| part.id.to_string()).collect(),
        n: (1..=parts.len()).map(|n| n.to_string()).collect(),
    };
    draw(&ctx, &can.viewer, Some(&evening), given, None).await
}

pub(crate) async fn select(
    ctx: Ctx,
    can: Can<EveningKeep>,
    Path(id): Path<String>,
    Form(given): Form<Given>,
) -> Result {
    let evening = own(&ctx, &can.viewer, SECRETARY, &id).await?;
    put(&ctx, &can.viewer, Some(evening), given).await
}

async fn own(ctx: &Ctx, viewer: &Viewer, roles: &'static [Role], id: &str) -> Result<Evening> {
    let id: Id = id.parse().map_err(|_| Problem::not_found())?;
    let mut tx = ctx.site.db.read().await?;
    Ok(evening_find(&mut tx, &branches(viewer, roles), id).await?.ok_or_else(Problem::not_found)?)
}

async fn put(ctx: &Ctx, viewer: &Viewer, before: Option<Evening>, given: Given) -> Result {
    let branch = match &before {
        Some(evening) => OrgRef { region: evening.region, id: evening.branch },
        None => kept(viewer)?,
    };
    let done = match given.day.trim().parse::<Day>() {
        Ok(day) => {
            let fresh = || Id::new(branch.region, ctx.now(), &mut ctx.rng());
            let evening = Evening {
                region: branch.region,
                id: before.as_ref().map_or_else(fresh, |evening| evening.id),
                branch: branch.id,
                title: given.title.clone(),
                day,
                nonce: before.as_ref().map_or_else(|| given.nonce.clone(), |evening| evening.nonce.clone()),
            };
            evening::put(&ctx.site.db, evening, &given.picked()).await
        }
        Err(_) => Err(Problem::invalid("请选择哪一天，例如 2016-12-16。")),
    };
    match done {
        Ok(id) => ctx.redirect(&format!("/evenings/{id}"), Some("选好了。可以打印，也可以存成 Word。")),
        Err(problem) if matches!(problem.kind, ProblemKind::Invalid | ProblemKind::Conflict) => {
            draw(ctx, viewer, before.as_ref(), given, Some(problem.message)).await
        }
        Err(problem) => Err(problem.into()),
    }
}

async fn draw(ctx: &Ctx, viewer: &Viewer, before: Option<&Evening>, given: Given, mistake: Option<String>) -> Result {
    let branch = match before {
        Some(evening) => OrgRef { region: evening.region, id: evening.branch },
        None => kept(viewer)?,
    };
    let mut tx = ctx.site.db.snapshot().await?;
    let name = org_find(&mut tx, branch).await?.map(|org| org.name).unwrap_or_default();
    let rows = reflection_list_branch(&mut tx, branch, OFFERED).await?;
    let titles = titles(&mut tx, ctx, viewer, rows.iter().filter_map(|row| row.book)).await?;
    drop(tx);
    let picked: BTreeMap<Id, String> = given.picked().into_iter().collect();
    let offered = rows.into_iter().map(|row| {
        let read = opened(row, &ctx.site.vault)?;
        let n = picked.get(&read.row.id).cloned().unwrap_or_default();
        Ok(Offered {
            id: read.row.id.to_string(),
            href: format!("/reflections/{}", read.row.id),
            about: about(&read, &titles),
            n: Field::number("n", &format!("次序：{}", read.title)).hidden_label().value(n),
            title: read.title,
        })
    });
    let offered = offered.collect::<Result<Vec<_>, Problem>>()?;
    let fresh = || BASE64URL_NOPAD.encode(&ctx.rng().bytes::<16>());
    let today = ctx.today().to_string();
    let page = FormPage {
        crumb: Breadcrumb::new("选几篇").step("心得", "/reflections").step("读书会选读", "/evenings"),
        csrf: ctx.csrf(),
        action: before.map_or_else(|| "/evenings".into(), |evening| format!("/evenings/{}/selection", evening.id)),
        nonce: if given.nonce.is_empty() { fresh() } else { given.nonce.clone() },
        branch: name,
        mistake: mistake.map(Notice::bad),
        fields: vec![
            Field::text("title", "这次读书会叫什么").value(&given.title).required().longest(60),
            Field::date("day", "哪一天").value(if given.day.is_empty() { &today } else { &given.day }).required(),
        ],
        empty: offered.is_empty().then(|| {
            let empty = Empty::new("支部里还没有人分享心得").icon("notebook-pen");
            empty.text("谁愿意分享，就会排在这里。不用催。")
        }),
        offered,
    };
    if page.mistake.is_some() {
        return ctx.refused("选几篇", Density::Calm, &page);
    }
    ctx.page("选几篇", Density::Calm, &page)
}

fn about(read: &Read, titles: &BTreeMap<Id, String>) -> String {
    let day = read.row.shared_day.unwrap_or(read.row.written_day).chinese();
    format!("{} · {day}", under(read, titles).trim_start_matches('—'))
}

/// All that is read on an evening.
struct Whole {
    evening: Evening,
    branch: String,
    parts: Vec<Read>,
    titles: BTreeMap<Id, String>,
}

async fn whole(ctx: &Ctx, viewer: &Viewer, id: &str) -> Result<Whole> {
    let evening = own(ctx, viewer, OF_BRANCH, id).await?;
    let mut tx = ctx.site.db.snapshot().await?;
    let branch = OrgRef { region: evening.region, id: evening.branch };
    let branch = org_find(&mut tx, branch).await?.map(|org| org.name).unwrap_or_default();
    let rows = evening_parts(&mut tx, &evening).await?;
    let titles = titles(&mut tx, ctx, viewer, rows.iter().filter_map(|row| row.book)).await?;
    drop(tx);
    let parts = rows.into_iter().map(|row| opened(row, &ctx.site.vault)).collect::<Result<Vec<_>, Problem>>()?;
    Ok(Whole { evening, branch, parts, titles })
}

#[derive(Template)]
#[template(path = "evening.html")]
struct EveningPage {
    word: Button,
    change: Option<Button>,
    removal: Option<PostButton>,
    paper: OfficialPaper,
}

pub(crate) async fn show(ctx: Ctx, can: Can<SignedIn>, Path(id): Path<String>) -> Result {
    let whole = whole(&ctx, &can.viewer, &id).await?;
    let escaped = |text: &str| Html::from(text).to_string();
    let (mut body, mut numbering) = (String::new(), Numbering::default());
    for read in &whole.parts {
        let _ = write!(body, "<h2>{}{}</h2>", numbering.next(1), escaped(&read.title));
        for line in lines(&read.words) {
            let _ = write!(body, "<p>{}</p>", escaped(&line));
        }
        let _ = write!(body, "<p>{}</p>", escaped(&under(read, &whole.titles)));
    }
    if whole.parts.is_empty() {
        body = "<p>选的几篇都被写的人收回了。</p>".into();
    }
    let keeps = branches(&can.viewer, SECRETARY).iter().any(|branch| branch.id == whole.evening.branch);
    let removal = Button::danger("删除这次选读").icon("trash-2");
    let page = EveningPage {
        word: Button::secondary("存成 Word").icon("download").to(format!("/evenings/{id}/paper.docx")).download(),
        change: keeps.then(|| Button::secondary("换几篇、改次序").to(format!("/evenings/{id}/selection"))),
        removal: keeps.then(|| PostButton::new(format!("/evenings/{id}/removal"), &ctx.csrf(), removal)),
        paper: OfficialPaper::new(&whole.evening.title, Html::drawn(body))
            .signed(&whole.branch, whole.evening.day.chinese()),
    };
    ctx.page(&whole.evening.title, Density::Paper, &page)
}

/// The same for Word.
pub(crate) async fn paper(ctx: Ctx, can: Can<SignedIn>, Path(id): Path<String>) -> Result {
    const KIND: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
    let Whole { evening, branch, parts, titles } = whole(&ctx, &can.viewer, &id).await?;
    let paper = evening::paper(&evening.title, &branch, evening.day, &parts, &titles);
    let bytes = tokio::task::spawn_blocking(move || paper.docx()).await.map_err(Problem::broken)?;
    let bytes = bytes.map_err(Problem::broken)?;
    let name = format!("attachment; filename=\"evening-{}.docx\"", evening.day);
    let headers = [(CONTENT_TYPE, KIND.to_owned()), (CONTENT_DISPOSITION, name), (CACHE_CONTROL, "no-store".into())];
    Ok((headers, bytes).into_response())
}

pub(crate) async fn remove(ctx: Ctx, can: Can<EveningKeep>, Path(id): Path<String>, Form(_): Form<Nothing>) -> Result {
    let id: Id = id.parse().map_err(|_| Problem::not_found())?;
    evening::remove(&ctx.site.db, branches(&can.viewer, SECRETARY), id).await?;
    ctx.redirect("/evenings", Some("已删除。心得还在各人自己那里。"))
}
