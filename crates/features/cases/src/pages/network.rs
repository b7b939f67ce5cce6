//! The networks of a county's units, kept by its desk.

use askama::Template;
use huiyin_base::{Problem, ProblemKind};
use huiyin_directory::OrgKind;
use huiyin_web::components::{Choice, Field, FilterBar, Notice};
use huiyin_web::{Can, Csrf, Ctx, Density, Form, Query, Result};
use serde::Deserialize;

use super::action::org_of;
use super::card::cases;
use super::case_filter::reached;
use super::place::choose;
use crate::permissions::CaseCallback;
use crate::store;

#[derive(Template)]
#[template(path = "networks.html")]
struct NetworksPage {
    csrf: Csrf,
    county: String,
    code: String,
    choose: Option<FilterBar>,
    /// Unit, its id, network.
    lines: Vec<(String, String, String)>,
    fields: Vec<Field>,
    mistake: Option<Notice>,
}

/// What the page is asked, and what its forms send.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Given {
    county: String,
    org: String,
    network: String,
}

pub(crate) async fn show(ctx: Ctx, can: Can<CaseCallback>, Query(asked): Query<Given>) -> Result {
    draw(&ctx, &can, asked, None).await
}

pub(crate) async fn add(ctx: Ctx, can: Can<CaseCallback>, Form(given): Form<Given>) -> Result {
    let engine = cases(&ctx.site)?;
    let done = match org_of(&given.org) {
        Some(org) => engine.network_add(org.region, org, &given.network, &can.viewer).await,
        None => Err(Problem::invalid("请选择单位。")),
    };
    match done {
        Ok(()) => ctx.redirect(&back(&given), Some("网段已记下。")),
        Err(problem) if problem.kind == ProblemKind::Invalid => draw(&ctx, &can, given, Some(problem.message)).await,
        Err(problem) => Err(problem.into()),
    }
}

pub(crate) async fn remove(ctx: Ctx, can: Can<CaseCallback>, Form(given): Form<Given>) -> Result {
    let org = org_of(&given.org).ok_or_else(Problem::not_found)?;
    cases(&ctx.site)?.network_remove(org.region, org, &given.network, &can.viewer).await?;
    ctx.redirect(&back(&given), Some("网段已去掉。"))
}

fn back(given: &Given) -> String {
    format!("/networks?{}", huiyin_web::to_query(&[("county", &given.county)]))
}

async fn draw(ctx: &Ctx, can: &Can<CaseCallback>, given: Given, mistake: Option<String>) -> Result {
    let all = reached(&ctx.site, &can.scope);
    let chosen = all.iter().find(|county| county.code == given.county).or(all.first());
    let county = chosen.ok_or_else(Problem::not_found)?;
    let root = cases(&ctx.site)?.check_keeper(county.region, &can.viewer).await?;
    let mut tx = ctx.site.db.read().await?;
    let kept = store::network_list(&mut tx, county.region).await?;
    let kinds = [OrgKind::Department, OrgKind::Township];
    let mut units = store::place_children(&mut tx, root.region, root.id, &kinds, ctx.today()).await?;
    units.extend(store::place_names(&mut tx, vec![root.id]).await?.into_values());
    let name =
        |id| units.iter().find(|unit| unit.id == id).map_or("（已撤销的单位）", |unit| unit.name.as_str());
    let lines = kept.iter().map(|(org, network)| (name(*org).to_owned(), org.to_string(), network.clone())).collect();
    let choices = units.iter().map(|unit| Choice::new(unit.id, &unit.name)).collect();
    let page = NetworksPage {
        csrf: ctx.csrf(),
        county: county.name.clone(),
        code: county.code.clone(),
        choose: choose("/networks", &all, county.region),
        lines,
        fields: vec![
            Field::select("org", "单位", choices).value(&given.org).required(),
            Field::text("network", "网段")
                .hint("例如 10.61.8.0/24。向本单位的网络管理员问。")
                .value(&given.network)
                .required(),
        ],
        mistake: mistake.map(Notice::bad),
    };
    if page.mistake.is_some() {
        return ctx.refused("办公网段", Density::Desk, &page);
    }
    ctx.page("办公网段", Density::Desk, &page)
}
