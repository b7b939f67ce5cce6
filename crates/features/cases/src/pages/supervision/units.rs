//! Which units: by lot, which everybody can repeat, or named.

use askama::Template;
use huiyin_base::{Day, Id, Problem};
use huiyin_directory::{OrgKind, OrgSearch, org_search};
use huiyin_web::components::Breadcrumb;
use huiyin_web::{Can, Ctx, Density, Form, Path, Result};
use serde::Deserialize;

use super::id_of;
use super::inspection::{Given, again};
use crate::Moment;
use crate::pages::cases;
use crate::pages::place::region_of;
use crate::permissions::{InspectionOrder, InspectionSee};
use crate::supervision::UnitList;
use crate::supervision::store::{StandingOrg, inspection_find, unit_list};

#[derive(Template)]
#[template(path = "inspection_draw.html")]
struct DrawPage {
    crumb: Breadcrumb,
    list: String,
    drawn: i64,
    seed: String,
    seed_hash: String,
    list_hash: String,
    committed: String,
    day: String,
    lines: Vec<(String, String, bool)>,
    example: String,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    kind: String,
    county: String,
    count: String,
    unit: String,
    team: String,
}

pub(crate) async fn freeze(
    ctx: Ctx,
    can: Can<InspectionOrder>,
    Path(id): Path<String>,
    Form(asked): Form<Asked>,
) -> Result {
    let id = id_of(&id)?;
    let kinds = [OrgKind::County, OrgKind::Department, OrgKind::Township, OrgKind::Village];
    let kind = OrgKind::parse(&asked.kind).filter(|kind| kinds.contains(kind));
    let list = match (kind, asked.county.is_empty()) {
        (Some(kind), true) => Ok(UnitList { kind, region: None }),
        (Some(kind), false) => {
            let region = region_of(&ctx.site, &asked.county);
            region.map(|region| UnitList { kind, region: Some(region) }).ok_or_else(|| Problem::invalid("请选择范围。"))
        }
        (None, _) => Err(Problem::invalid("请选择从哪类单位里抽。")),
    };
    let engine = cases(&ctx.site)?;
    let done = match list {
        Ok(list) => {
            let when = (Moment::at(ctx.now()), ctx.real_now());
            let rng = &mut ctx.rng();
            engine.inspection_freeze(id, list, &ctx.site.regions, &can.viewer, when, rng).await
        }
        Err(problem) => Err(problem),
    };
    match done {
        Ok(()) => ctx.redirect(&format!("/inspections/{id}"), Some("名单已定下，指纹已记录在案。现在可以抽签。")),
        Err(problem) => again(&ctx, &can.viewer, id, problem, Given::default()).await,
    }
}

pub(crate) async fn draw(
    ctx: Ctx,
    can: Can<InspectionOrder>,
    Path(id): Path<String>,
    Form(asked): Form<Asked>,
) -> Result {
    let id = id_of(&id)?;
    let count = asked.count.trim().parse().unwrap_or(0);
    match cases(&ctx.site)?.inspection_draw(id, count, &can.viewer, Moment::at(ctx.now())).await {
        Ok(drawn) => ctx.redirect(&format!("/inspections/{id}"), Some(&format!("抽中 {drawn} 个单位。"))),
        Err(problem) => again(&ctx, &can.viewer, id, problem, Given::default()).await,
    }
}

pub(crate) async fn name(
    ctx: Ctx,
    can: Can<InspectionOrder>,
    Path(id): Path<String>,
    Form(asked): Form<Asked>,
) -> Result {
    let id = id_of(&id)?;
    let done = match found(&ctx, id, &asked).await {
        Ok(unit) => cases(&ctx.site)?.inspection_name(id, unit, &can.viewer).await,
        Err(problem) => Err(problem),
    };
    match done {
        Ok(()) => ctx.redirect(&format!("/inspections/{id}"), Some("已加上这个单位。")),
        Err(problem) => again(&ctx, &can.viewer, id, problem, Given::default()).await,
    }
}

/// The one organisation that is meant.
async fn found(ctx: &Ctx, id: Id, asked: &Asked) -> std::result::Result<StandingOrg, Problem> {
    let region = region_of(&ctx.site, &asked.county).unwrap_or(id.region());
    let search = OrgSearch { regions: vec![region], text: asked.unit.clone(), limit: 6, ..OrgSearch::default() };
    let mut found = org_search(&mut ctx.site.db.read().await?, &search, ctx.today()).await?;
    let exact = found.iter().position(|org| org.name == asked.unit.trim() || org.code == asked.unit.trim());
    let org = match (exact, found.len()) {
        (Some(place), _) => found.swap_remove(place),
        (None, 1) => found.swap_remove(0),
        (None, 0) => return Err(Problem::invalid("没有找到这个单位，请写全名或代码。")),
        _ => {
            let names: Vec<&str> = found.iter().map(|org| org.name.as_str()).collect();
            return Err(Problem::invalid(format!("有几个单位都像，请写全名：{}。", names.join("、"))));
        }
    };
    Ok(StandingOrg { region: org.region, id: org.id, kind: org.kind, code: org.code, name: org.name })
}

pub(crate) async fn assign(
    ctx: Ctx,
    can: Can<InspectionOrder>,
    Path((id, n)): Path<(String, i64)>,
    Form(asked): Form<Asked>,
) -> Result {
    let id = id_of(&id)?;
    match cases(&ctx.site)?.inspection_assign(id, n, id_of(&asked.team)?, &can.viewer).await {
        Ok(()) => ctx.redirect(&format!("/inspections/{id}"), Some("已换组。")),
        Err(problem) => again(&ctx, &can.viewer, id, problem, Given::default()).await,
    }
}

/// The whole list with seed and fingerprints: enough to repeat the draw by hand.
pub(crate) async fn draw_shown(ctx: Ctx, can: Can<InspectionSee>, Path(id): Path<String>) -> Result {
    let id = id_of(&id)?;
    let mut tx = ctx.site.db.snapshot().await?;
    let inspection = inspection_find(&mut tx, &can.scope, id).await?.ok_or_else(Problem::not_found)?;
    let (Some(seed), Some(day)) = (inspection.seed.clone(), inspection.drawn_day) else {
        return Err(Problem::not_found().into());
    };
    let units = unit_list(&mut tx, id, false).await?;
    let listed: Vec<_> = units.iter().filter(|unit| unit.listed).collect();
    let example = listed.first().map(|unit| format!("printf '{seed}|{}|1' | sha256sum", unit.code));
    let page = DrawPage {
        crumb: Breadcrumb::new("验算抽签")
            .step("督查", "/inspections")
            .step(inspection.title.clone(), format!("/inspections/{id}")),
        list: inspection.list_name.clone().unwrap_or_default(),
        drawn: inspection.drawn,
        seed_hash: inspection.seed_hash.clone().unwrap_or_default(),
        list_hash: inspection.list_hash.clone().unwrap_or_default(),
        committed: inspection.committed_day.map(Day::chinese).unwrap_or_default(),
        day: day.chinese(),
        lines: listed.iter().map(|unit| (unit.code.clone(), unit.name.clone(), unit.chosen)).collect(),
        example: example.unwrap_or_default(),
        seed,
    };
    ctx.page("验算抽签", Density::Desk, &page)
}
