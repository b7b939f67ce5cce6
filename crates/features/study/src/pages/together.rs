//! Reading together: whoever reads with others enters once what they have read.

use askama::Template;
use huiyin_base::{Id, Problem, ProblemKind};
use huiyin_web::components::{Breadcrumb, Choice, Empty, Field, Notice};
use huiyin_web::{Can, Csrf, Ctx, Density, Form, Result, SignedIn};
use serde::Deserialize;

use super::kit_branch::day_or;
use crate::kits::Kits;
use crate::reader::reader;
use crate::store::{together_list, way_list_buddy};

const SHOWN: i64 = 50;

#[derive(Template)]
#[template(path = "together.html")]
struct TogetherPage {
    crumb: Breadcrumb,
    csrf: Csrf,
    mistake: Option<Notice>,
    empty: Option<Empty>,
    fields: Vec<Field>,
    entries: Vec<(String, String, String)>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Given {
    person: String,
    title: String,
    day: String,
}

pub(crate) async fn show(ctx: Ctx, can: Can<SignedIn>) -> Result {
    draw(&ctx, &can, Given::default(), None).await
}

pub(crate) async fn add(ctx: Ctx, can: Can<SignedIn>, Form(given): Form<Given>) -> Result {
    let kits = Kits { db: ctx.site.db.clone() };
    let person = given.person.parse::<Id>().map_err(|_| Problem::invalid("请选择和谁一起读的。"));
    let done = match (person, day_or(ctx.today(), &given.day)) {
        (Ok(person), Ok(day)) => {
            let pair = (reader(&can.viewer), person);
            kits.together(pair, &given.title, day, ctx.now(), &mut ctx.rng()).await
        }
        (Err(problem), _) | (_, Err(problem)) => Err(problem),
    };
    match done {
        Ok(()) => ctx.redirect("/satchel/together", Some("已记下。")),
        Err(problem) if problem.kind == ProblemKind::Invalid => draw(&ctx, &can, given, Some(problem.message)).await,
        Err(problem) => Err(problem.into()),
    }
}

async fn draw(ctx: &Ctx, can: &Can<SignedIn>, given: Given, mistake: Option<String>) -> Result {
    let me = reader(&can.viewer);
    let mut tx = ctx.site.db.snapshot().await?;
    let people = way_list_buddy(&mut tx, me).await?;
    let entries = together_list(&mut tx, me, SHOWN).await?;
    drop(tx);
    let name = |id: Id| people.iter().find(|(person, _)| *person == id).map_or("已不在一起学", |(_, name)| name);
    let entries = entries.iter().map(|entry| (entry.day.chinese(), name(entry.person).to_owned(), entry.title.clone()));
    let choices = people.iter().map(|(id, name)| Choice::new(id, name)).collect();
    let empty = Empty::new("还没有安排您和谁一起学").text("支部书记在“实体小书包”里安排学习伙伴。").icon("handshake");
    let page = TogetherPage {
        crumb: Breadcrumb::new("一起读").step("我的小书包", "/satchel"),
        csrf: ctx.csrf(),
        mistake: mistake.map(Notice::bad),
        entries: entries.collect(),
        empty: people.is_empty().then_some(empty),
        fields: vec![
            Field::select("person", "和谁", choices).value(&given.person),
            Field::text("title", "读了什么").value(&given.title).required().longest(60),
            Field::date("day", "哪一天").value(&given.day).hint("空着就是今天。"),
        ],
    };
    if page.mistake.is_some() {
        return ctx.refused("一起读", Density::Calm, &page);
    }
    ctx.page("一起读", Density::Calm, &page)
}
