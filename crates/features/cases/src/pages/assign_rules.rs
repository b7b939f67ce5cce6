//! 交办规则: an ordered list by category and place that suggests a unit. Nothing is assigned by it.

use std::collections::HashMap;

use askama::Template;
use huiyin_base::{Id, Problem, Region};
use huiyin_db::Tx;
use huiyin_directory::{OrgKind, Viewer, org_root};
use huiyin_web::components::{Breadcrumb, Choice, Field, Tabs};
use huiyin_web::{Can, Csrf, Ctx, Density, Form, Path, Query, Result};
use serde::Deserialize;

use super::card::cases;
use super::county::{CountyAsked, category_choices, category_name, category_of, code_of, county_of, county_tabs};
use crate::permissions::{CaseSettings, KEEPERS};
use crate::recording::without_private;
use crate::store::{self, AssignRule, PlaceName};
use crate::{Cases, post_of};

#[derive(Template)]
#[template(path = "assign_rules.html")]
struct RulesPage {
    csrf: Csrf,
    steps: Breadcrumb,
    counties: Option<Tabs>,
    county: String,
    rules: Vec<Line>,
    ended: Vec<Line>,
    fields: Vec<Field>,
    mistake: Option<String>,
}

struct Line {
    id: String,
    what: String,
    place: String,
    unit: String,
    note: String,
    /// Who put it there, and from when to when.
    since: String,
}

const PATH: &str = "/assignment-rules";

pub(crate) async fn show(ctx: Ctx, can: Can<CaseSettings>, Query(asked): Query<CountyAsked>) -> Result {
    let region = county_of(&ctx, &can.viewer, &asked.county)?;
    draw(&ctx, &can.viewer, region, &Given::default(), None).await
}

async fn draw(ctx: &Ctx, viewer: &Viewer, region: Region, given: &Given, mistake: Option<String>) -> Result {
    let engine = cases(&ctx.site)?;
    let mut tx = ctx.site.db.snapshot().await?;
    let rules = store::assign_rule_list(&mut tx, region, true).await?;
    let ended = store::assign_rule_list(&mut tx, region, false).await?;
    let ids = rules.iter().chain(&ended).flat_map(|rule| [Some(rule.unit), rule.place]).flatten().collect();
    let names = store::place_names(&mut tx, ids).await?;
    let (units, towns) = choices(ctx, &mut tx, region).await?;
    let refused = mistake.is_some();
    let page = RulesPage {
        csrf: ctx.csrf(),
        steps: Breadcrumb::new("交办规则").step("我的待办", "/desk"),
        counties: county_tabs(&ctx.site, viewer, PATH, region),
        county: code_of(&ctx.site, region),
        rules: rules.iter().map(|rule| line(&engine, &names, rule)).collect(),
        ended: ended.iter().map(|rule| line(&engine, &names, rule)).collect(),
        fields: fields(&engine, &units, &towns, given),
        mistake,
    };
    if refused {
        return ctx.refused("交办规则", Density::Desk, &page);
    }
    ctx.page("交办规则", Density::Desk, &page)
}

fn line(engine: &Cases, names: &HashMap<Id, PlaceName>, rule: &AssignRule) -> Line {
    let name = |id: Id| names.get(&id).map_or_else(|| "已撤销的单位".to_owned(), |place| place.name.clone());
    let until = rule.ended_day.map(|day| format!("，到{}", day.chinese())).unwrap_or_default();
    Line {
        id: rule.id.to_string(),
        what: category_name(&engine.book.categories, &rule.category, &rule.sub_category),
        place: rule.place.map_or_else(|| "全县（区）".to_owned(), name),
        unit: name(rule.unit),
        note: rule.note.clone(),
        since: format!("{} {}起{until}", rule.post, rule.from_day.chinese()),
    }
}

/// The units that may be suggested, and the townships a rule may be narrowed to.
async fn choices(ctx: &Ctx, tx: &mut Tx, region: Region) -> Result<(Vec<PlaceName>, Vec<PlaceName>)> {
    let root = org_root(tx, region).await?.ok_or_else(Problem::not_found)?;
    let kinds = [OrgKind::Department, OrgKind::Township, OrgKind::Enterprise, OrgKind::SocialOrg];
    let units = store::place_children(tx, region, root.id, &kinds, ctx.today()).await?;
    let towns = units.iter().filter(|unit| unit.kind == OrgKind::Township).cloned().collect();
    Ok((units, towns))
}

fn fields(engine: &Cases, units: &[PlaceName], towns: &[PlaceName], given: &Given) -> Vec<Field> {
    let named = |place: &PlaceName| Choice::new(place.id, &place.name);
    let whole = std::iter::once(Choice::new("", "全县（区）"));
    let chosen = std::iter::once(Choice::new("", "请选择"));
    vec![
        Field::select("sub", "什么问题", category_choices(&engine.book.categories, "各类问题")).value(&given.sub),
        Field::select("place", "在哪里", whole.chain(towns.iter().map(named)).collect()).value(&given.place),
        Field::select("unit", "建议交给", chosen.chain(units.iter().map(named)).collect())
            .value(&given.unit)
            .required(),
        Field::text("note", "说明（可以不填）")
            .with("placeholder", "例如：村道由镇上管，县道归交通局")
            .value(&given.note)
            .longest(NOTE),
    ]
}

/// The most characters of a note.
const NOTE: u32 = 60;

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Given {
    county: String,
    sub: String,
    place: String,
    unit: String,
    note: String,
}

/// Adds a rule at the end of the order.
pub(crate) async fn create(ctx: Ctx, can: Can<CaseSettings>, Form(given): Form<Given>) -> Result {
    let region = county_of(&ctx, &can.viewer, &given.county)?;
    let rule = match checked(&ctx, &can.viewer, region, &given).await {
        Ok(rule) => rule,
        Err(failure) if failure.0.kind == huiyin_base::ProblemKind::Invalid => {
            return draw(&ctx, &can.viewer, region, &given, Some(failure.0.message)).await;
        }
        Err(failure) => return Err(failure),
    };
    let write = ctx.site.db.write("assign_rule_add", move |tx| {
        let rule = rule.clone();
        Box::pin(async move {
            let last = store::assign_rule_list(tx, rule.region, true).await?.last().map_or(0, |last| last.position);
            Ok(store::assign_rule_add(tx, &[AssignRule { position: last + 1, ..rule }]).await?)
        })
    });
    write.await?;
    ctx.redirect(
        &format!("{PATH}?county={}", code_of(&ctx.site, region)),
        Some("已加上，排在最后。需要先用的，请往前移。"),
    )
}

async fn checked(ctx: &Ctx, viewer: &Viewer, region: Region, given: &Given) -> Result<AssignRule> {
    let engine = cases(&ctx.site)?;
    let (category, sub_category) = category_of(&engine.book.categories, &given.sub)?;
    let mut tx = ctx.site.db.read().await?;
    let (units, towns) = choices(ctx, &mut tx, region).await?;
    let among = |places: &[PlaceName], id: &str| places.iter().find(|place| place.id.to_string() == id).map(|p| p.id);
    let unit = among(&units, &given.unit).ok_or_else(|| Problem::invalid("请选择建议交给哪个单位。"))?;
    let place = among(&towns, &given.place);
    if place.is_none() && !given.place.is_empty() {
        return Err(Problem::invalid("没有找到这个乡镇（街道），请重新选择。").into());
    }
    let note = crate::words::cleaned(&given.note).replace('\n', " ");
    if note.chars().count() > NOTE as usize {
        return Err(Problem::invalid(format!("说明最多 {NOTE} 字。")).into());
    }
    without_private("说明", &note)?;
    Ok(AssignRule {
        region,
        id: Id::new(region, ctx.now(), &mut ctx.rng()),
        position: 0,
        category,
        sub_category,
        place,
        unit,
        note,
        account: Some(viewer.account.id),
        post: viewer.grants_of(KEEPERS).next().map(post_of).unwrap_or_default(),
        from_day: ctx.today(),
        ended_day: None,
    })
}

/// Ends a rule; it stays in the list of what was.
pub(crate) async fn end(
    ctx: Ctx,
    can: Can<CaseSettings>,
    Path(id): Path<String>,
    Form(given): Form<CountyAsked>,
) -> Result {
    let (region, id, today) = (county_of(&ctx, &can.viewer, &given.county)?, parsed(&id)?, ctx.today());
    let write = ctx.site.db.write("assign_rule_end", move |tx| {
        Box::pin(async move { Ok(store::assign_rule_end(tx, region, id, today).await?) })
    });
    if !write.await? {
        return Err(Problem::not_found().into());
    }
    ctx.redirect(&format!("{PATH}?county={}", code_of(&ctx.site, region)), Some("已停用，记录保留在下面。"))
}

/// Moves a rule one place forward.
pub(crate) async fn raise(
    ctx: Ctx,
    can: Can<CaseSettings>,
    Path(id): Path<String>,
    Form(given): Form<CountyAsked>,
) -> Result {
    let (region, id) = (county_of(&ctx, &can.viewer, &given.county)?, parsed(&id)?);
    let write = ctx.site.db.write("assign_rule_raise", move |tx| {
        Box::pin(async move { Ok(store::assign_rule_raise(tx, region, id).await?) })
    });
    if !write.await? {
        return Err(Problem::not_found().into());
    }
    ctx.redirect(&format!("{PATH}?county={}", code_of(&ctx.site, region)), None)
}

fn parsed(id: &str) -> Result<Id> {
    Ok(id.parse().map_err(|_| Problem::not_found())?)
}
