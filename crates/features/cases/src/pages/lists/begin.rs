//! A new task at the top of a tree: an organisation takes it on, and breaks it down next.

use askama::Template;
use huiyin_base::{Day, Problem, ProblemKind};
use huiyin_directory::Viewer;
use huiyin_web::components::{Breadcrumb, Choice, Field};
use huiyin_web::{Can, Csrf, Ctx, Density, Form, Result};

use super::super::action::org_of;
use super::super::card::cases;
use super::super::fields::Fields;
use crate::lists::root_of;
use crate::permissions::{ListBreak, OWNERS};
use crate::store;
use crate::{CaseRef, FieldValue, Issuing, Moment, Value, issued_add};

#[derive(Template)]
#[template(path = "list_begin.html")]
struct BeginPage {
    csrf: Csrf,
    steps: Breadcrumb,
    mistake: Option<String>,
    nonce: String,
    fields: Vec<Field>,
}

pub(crate) async fn new(ctx: Ctx, can: Can<ListBreak>) -> Result {
    draw(&ctx, &can.viewer, &Fields::default(), None)
}

fn draw(ctx: &Ctx, viewer: &Viewer, given: &Fields, mistake: Option<String>) -> Result {
    let mut orgs: Vec<(String, String)> =
        viewer.grants_of(OWNERS).map(|grant| (grant.org.id.to_string(), grant.org_name.clone())).collect();
    orgs.sort();
    orgs.dedup();
    let choices = orgs.iter().map(|(id, name)| Choice::new(id, name)).collect();
    let refused = mistake.is_some();
    let nonce = match given.first("nonce") {
        "" => format!("task-{:032x}", u128::from_be_bytes(ctx.rng().bytes())),
        nonce => nonce.to_owned(),
    };
    let page = BeginPage {
        csrf: ctx.csrf(),
        steps: Breadcrumb::new("新交办一项任务").step("三张清单", "/lists"),
        mistake,
        nonce,
        fields: vec![
            Field::select("org", "牵头单位", choices).value(given.first("org")),
            Field::text("title", "任务").value(given.first("title")).longest(40).required(),
            Field::area("text", "要做什么，做到什么程度", 4).value(given.first("text")).required(),
            Field::text("target", "总目标数")
                .value(given.first("target"))
                .hint("没有数量的不填。")
                .with("inputmode", "numeric"),
            Field::text("measure", "计量单位").value(given.first("measure")).longest(8).hint("例如：户、公里、个。"),
            Field::date("deadline", "期限").value(given.first("deadline")).hint("要是工作日；不填按规定的工作日数算。"),
        ],
    };
    if refused {
        return ctx.refused("新交办一项任务", Density::Desk, &page);
    }
    ctx.page("新交办一项任务", Density::Desk, &page)
}

pub(crate) async fn create(ctx: Ctx, can: Can<ListBreak>, Form(given): Form<Vec<(String, String)>>) -> Result {
    let given = Fields(given);
    match begun(&ctx, &can.viewer, &given).await {
        Ok(case) => ctx.redirect(&format!("/lists/{}/breakdown", case.id), Some("任务已建好，接着分给各单位。")),
        Err(problem) if problem.kind == ProblemKind::Invalid => draw(&ctx, &can.viewer, &given, Some(problem.message)),
        Err(problem) => Err(problem.into()),
    }
}

async fn begun(ctx: &Ctx, viewer: &Viewer, given: &Fields) -> std::result::Result<CaseRef, Problem> {
    let org = org_of(given.first("org")).filter(|org| viewer.grants_of(OWNERS).any(|grant| grant.org == *org));
    let org = org.ok_or_else(|| Problem::invalid("请选您所在的单位牵头。"))?;
    let deadline = match given.first("deadline") {
        "" => None,
        text => Some(text.parse::<Day>().map_err(|_| Problem::invalid("期限请写成 2016-12-30 这样的日期。"))?),
    };
    let mut values = Vec::new();
    match given.first("target") {
        "" => {}
        text => {
            let n = Fields::number(text).ok_or_else(|| Problem::invalid("总目标数请写整数，例如 1200。"))?;
            values.push(FieldValue::new("target", Value::Number(n)));
        }
    }
    if !given.first("measure").is_empty() {
        values.push(FieldValue::text("measure", given.first("measure")));
    }
    let what = Issuing {
        to: org,
        account: None,
        title: given.first("title").to_owned(),
        text: given.first("text").to_owned(),
        values,
        deadline,
        issuer: org,
        parent: None,
        nonce: given.first("nonce").to_owned(),
    };
    let engine = cases(&ctx.site)?;
    let ready = engine.issue_ready("task", vec![what], viewer, Moment::at(ctx.now()), &mut ctx.rng()).await?;
    let book = engine.book.clone();
    let write = ctx.site.db.write("list_begin", move |tx| {
        let (ready, book) = (ready.clone(), book.clone());
        Box::pin(async move {
            let issued = issued_add(tx, &book, &ready).await?;
            let made = issued.first().copied().ok_or_else(Problem::not_found)?;
            if !made.repeated {
                let nodes: Vec<_> = ready.iter().map(|one| root_of(one.case()).filled(one.values())).collect();
                store::node_add(tx, &nodes).await?;
            }
            Ok(made.case)
        })
    });
    write.await
}
