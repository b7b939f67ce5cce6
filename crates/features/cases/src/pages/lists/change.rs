//! A change of the parent, carried down as proposals.

use askama::Template;
use huiyin_base::{Day, Id, Problem, ProblemKind};
use huiyin_directory::Viewer;
use huiyin_web::components::{Breadcrumb, Field};
use huiyin_web::{Can, Csrf, Ctx, Density, Form, Path, Result};

use super::super::card::cases;
use super::super::case::reference;
use super::super::fields::Fields;
use crate::permissions::{ListBreak, SEES};
use crate::store::{self, LinkFilter};
use crate::{CaseItem, Moment, ParentChange};

#[derive(Template)]
#[template(path = "list_change.html")]
struct ChangePage {
    csrf: Csrf,
    steps: Breadcrumb,
    at: String,
    mistake: Option<String>,
    nonce: String,
    head: Vec<Field>,
    /// Child, unit, its number now, another number.
    rows: Vec<(String, String, String, String)>,
    open: usize,
}

/// Children that are offered one by one with their numbers.
const ONE_BY_ONE: usize = 200;

pub(crate) async fn new(ctx: Ctx, can: Can<ListBreak>, Path(id): Path<String>) -> Result {
    draw(&ctx, &can.viewer, &id, &Fields::default(), None).await
}

async fn found(ctx: &Ctx, viewer: &Viewer, id: &str) -> Result<CaseItem> {
    let mut tx = ctx.site.db.read().await?;
    let case = store::case_find(&mut tx, &viewer.scope(SEES), reference(id)?).await?.ok_or_else(Problem::not_found)?;
    let engine = cases(&ctx.site)?;
    let kind = engine.book.kind("task").ok_or_else(Problem::not_found)?;
    engine.breaks(&mut tx, &case, kind, viewer).await?;
    Ok(case)
}

async fn draw(ctx: &Ctx, viewer: &Viewer, id: &str, given: &Fields, mistake: Option<String>) -> Result {
    let case = found(ctx, viewer, id).await?;
    let mut tx = ctx.site.db.snapshot().await?;
    let filter = LinkFilter { open: true, ..LinkFilter::default() };
    let links = store::link_all(&mut tx, case.at(), &filter).await?;
    let names = store::place_names(&mut tx, links.iter().take(ONE_BY_ONE).map(|link| link.unit).collect()).await?;
    drop(tx);
    let refused = mistake.is_some();
    let nonce = match given.first("nonce") {
        "" => format!("change-{:032x}", u128::from_be_bytes(ctx.rng().bytes())),
        nonce => nonce.to_owned(),
    };
    let counted = links.iter().filter(|link| link.target.is_some());
    let rows = counted.take(ONE_BY_ONE).map(|link| {
        let unit = names.get(&link.unit).map(|name| name.name.clone()).unwrap_or_default();
        let other = given.first(&format!("target_{}", link.child)).to_owned();
        (link.child.to_string(), unit, link.target.map(|n| n.to_string()).unwrap_or_default(), other)
    });
    let page = ChangePage {
        csrf: ctx.csrf(),
        steps: Breadcrumb::new("调整下级").step("三张清单", "/lists").step(&case.title, format!("/lists/{id}")),
        at: id.to_owned(),
        mistake,
        nonce,
        head: vec![
            Field::text("title", "新的标题").value(given.first("title")).longest(40).hint("不改就空着，下同。"),
            Field::area("text", "新的内容", 3).value(given.first("text")),
            Field::date("deadline", "新的期限").value(given.first("deadline")),
            Field::area("why", "为什么调整", 2).value(given.first("why")).hint("每个单位都看得到。").required(),
        ],
        rows: rows.collect(),
        open: links.len(),
    };
    if refused {
        return ctx.refused("调整下级", Density::Desk, &page);
    }
    ctx.page("调整下级", Density::Desk, &page)
}

pub(crate) async fn create(
    ctx: Ctx,
    can: Can<ListBreak>,
    Path(id): Path<String>,
    Form(given): Form<Vec<(String, String)>>,
) -> Result {
    let given = Fields(given);
    match proposed(&ctx, &can.viewer, &id, &given).await {
        Ok(run) => ctx.redirect(&format!("/lists/runs/{run}"), None),
        Err(problem) if matches!(problem.kind, ProblemKind::Invalid | ProblemKind::Conflict) => {
            draw(&ctx, &can.viewer, &id, &given, Some(problem.message)).await
        }
        Err(problem) => Err(problem.into()),
    }
}

async fn proposed(ctx: &Ctx, viewer: &Viewer, id: &str, given: &Fields) -> std::result::Result<Id, Problem> {
    let case = found(ctx, viewer, id).await.map_err(|failure| failure.0)?;
    let deadline = match given.first("deadline") {
        "" => None,
        text => Some(text.parse::<Day>().map_err(|_| Problem::invalid("期限请写成 2016-12-30 这样的日期。"))?),
    };
    let mut targets = Vec::new();
    for (name, value) in given.0.iter().filter(|(_, value)| !value.trim().is_empty()) {
        if let Some(child) = name.strip_prefix("target_") {
            let child: Id = child.parse().map_err(|_| Problem::not_found())?;
            let n = Fields::number(value).ok_or_else(|| Problem::invalid("目标数请写整数，例如 120。"))?;
            targets.push((child, n));
        }
    }
    let change = ParentChange {
        title: given.first("title").to_owned(),
        text: given.first("text").to_owned(),
        deadline,
        targets,
        why: given.first("why").to_owned(),
        nonce: given.first("nonce").to_owned(),
    };
    let engine = cases(&ctx.site)?;
    let (run, _) = engine.propose(case.at(), change, viewer, Moment::at(ctx.now()), &mut ctx.rng()).await?;
    Ok(run)
}
