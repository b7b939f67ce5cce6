//! 这个系统给您添负担了吗？ On every page. It goes one level above whom it is about. Whoever is signed in may write too: the account
//! plays no part in it, and nothing of it is kept.

use askama::Template;
use data_encoding::BASE64URL_NOPAD;
use huiyin_base::{Problem, Region};
use huiyin_db::Tx;
use huiyin_directory::{OrgKind, OrgRef, org_root};
use huiyin_web::components::{Breadcrumb, Choice, Field, FormErrors};
use huiyin_web::{Allowance, Csrf, Ctx, Density, Form, Query, Result};
use serde::Deserialize;

use super::card::cases;
use super::place::{PlacePage, counties, county_name, region_of};
use super::problem_filled::LACKS_DIGITS;
use super::problem_form::RECEIPT;
use crate::pages::lacks_digits;
use crate::store::{self, PlaceName};
use crate::{Cases, Channel, Contact, Moment, Subject, Submission};

/// As many as problems.
const REPORTS: Allowance = Allowance { name: "burden", burst: 30.0, per_second: 0.5, debt: 30.0 };
/// The word that stands for the city's own offices where a county's code stands otherwise.
const CITY: &str = "city";

#[derive(Clone, Debug, Default, Deserialize)]
pub(crate) struct Filled {
    #[serde(default)]
    county: String,
    /// The unit's code.
    #[serde(default)]
    unit: String,
    #[serde(default)]
    category: String,
    #[serde(default)]
    text: String,
    #[serde(default)]
    phone: String,
    #[serde(default)]
    nonce: String,
}

#[derive(Template)]
#[template(path = "burden_form.html")]
struct BurdenForm {
    csrf: Csrf,
    steps: Breadcrumb,
    signed_in: bool,
    filled: Filled,
    errors: FormErrors,
    unit: Field,
    category: Field,
    text: Field,
    phone: Field,
}

pub(crate) async fn new(ctx: Ctx, Query(asked): Query<Filled>) -> Result {
    let Some(region) = place_of(&ctx, &asked.county) else {
        return ctx.page("添负担的事", Density::Calm, &county_page(&ctx));
    };
    let mut tx = ctx.site.db.read().await?;
    let nonce = BASE64URL_NOPAD.encode(&ctx.rng().bytes::<16>());
    let filled = Filled { county: asked.county, nonce, ..Filled::default() };
    let page = form(&ctx, &mut tx, region, filled, FormErrors::new()).await?;
    ctx.page("添负担的事", Density::Calm, &page)
}

pub(crate) async fn create(ctx: Ctx, Form(filled): Form<Filled>) -> Result {
    ctx.limit(REPORTS, &ctx.current.caller).await?;
    let again = "没有选好是哪里的单位，请重新选择。您写的内容可以用浏览器的“返回”找回。";
    let region = place_of(&ctx, &filled.county).ok_or_else(|| Problem::invalid(again))?;
    let engine = cases(&ctx.site)?;
    let mut tx = ctx.site.db.read().await?;
    let unit = store::place_find(&mut tx, region, &filled.unit, ctx.today()).await?;
    let unit = unit.filter(|unit| !unit.code.is_empty() && !filled.unit.is_empty());
    let errors = mistakes(&engine, &filled, unit.as_ref());
    let (Some(unit), true) = (unit, errors.is_empty()) else {
        let page = form(&ctx, &mut tx, region, filled, errors).await?;
        return ctx.refused("添负担的事", Density::Calm, &page);
    };
    drop(tx);
    let submission = engine.bound(Submission {
        region,
        township: None,
        village: None,
        category: filled.category,
        sub_category: String::new(),
        title: String::new(),
        text: filled.text,
        contact: Some(Contact { name: String::new(), phone: filled.phone }),
        subject: Some(Subject { org: OrgRef { region: unit.region, id: unit.id }, office: None }),
        channel: Channel::Web,
        photos: Vec::new(),
        nonce: filled.nonce,
    });
    // The day alone: a time would stand beside that of whoever was signed in then.
    let today = ctx.today();
    let moment = Moment { now: today.start(), today };
    let submitted = engine.submit_as("burden", submission, moment, &mut ctx.rng()).await?;
    let mut response = ctx.redirect("/follow/receipt", None)?;
    ctx.remember(&mut response, RECEIPT, &submitted.receipt.canonical(), 60);
    Ok(response)
}

fn place_of(ctx: &Ctx, county: &str) -> Option<Region> {
    if county == CITY { Some(ctx.site.home) } else { region_of(&ctx.site, county) }
}

fn county_page(ctx: &Ctx) -> PlacePage {
    let link = |name: &str, code: &str| (name.to_owned(), format!("/burdens/new?county={code}"));
    let city = link(&format!("{}级部门", ctx.site.settings.city), CITY);
    let counties = counties(&ctx.site).into_iter().map(|entry| link(&entry.name, &entry.code));
    let links = std::iter::once(city).chain(counties).collect();
    PlacePage { steps: Breadcrumb::new("添负担的事"), what: "添负担的单位在哪里", links }
}

fn mistakes(engine: &Cases, filled: &Filled, unit: Option<&PlaceName>) -> FormErrors {
    let mut errors = FormErrors::new();
    let limit = engine.book.rules.limit;
    if unit.is_none() {
        errors.add("unit", "请选择是哪个单位添的负担；说不准的，选它的上级。");
    }
    let kind = engine.book.kind("burden");
    if kind.is_none_or(|kind| kind.category(&filled.category).is_none()) {
        errors.add("category", "请选择最接近的一类。");
    }
    let length = filled.text.chars().count();
    if filled.text.trim().is_empty() {
        errors.add("text", "请写下是怎么添负担的。");
    } else if length > limit.text {
        errors.add("text", format!("最多 {} 字，超出了 {} 字，请精简一些。", limit.text, length - limit.text));
    }
    if filled.phone.chars().count() > limit.contact {
        errors.add("phone", format!("最多 {} 字。", limit.contact));
    } else if lacks_digits(&filled.phone) {
        errors.add("phone", LACKS_DIGITS);
    }
    errors
}

async fn form(ctx: &Ctx, tx: &mut Tx, region: Region, filled: Filled, errors: FormErrors) -> Result<BurdenForm> {
    let engine = cases(&ctx.site)?;
    let units = units(ctx, tx, region).await?;
    let kind = engine.book.kind("burden").ok_or_else(Problem::not_found)?;
    let categories =
        kind.categories.iter().map(|category| Choice::new(&category.id, &category.label).hint(&category.hint));
    let place = if region == ctx.site.home { "市级部门".to_owned() } else { county_name(&ctx.site, region) };
    Ok(BurdenForm {
        csrf: ctx.csrf(),
        steps: Breadcrumb::new(place).step("添负担的事", "/burdens/new"),
        signed_in: ctx.viewer.is_some(),
        unit: Field::select("unit", "哪个单位添的负担", units)
            .hint("由它的上一级受理，它和它下面的单位都看不到。")
            .value(&filled.unit)
            .required()
            .errors(&errors),
        category: Field::radio("category", "是哪一种", categories.collect())
            .value(&filled.category)
            .required()
            .errors(&errors),
        text: Field::area("text", "是怎么回事", 6)
            .hint("谁、什么时候、要求做什么、花了多少工夫。")
            .value(&filled.text)
            .required()
            .longest(u32::try_from(engine.book.rules.limit.text).unwrap_or(u32::MAX))
            .errors(&errors),
        phone: Field::phone("phone", "电话（可以不填）")
            .hint("加密保存。不填也一样办，凭回执码看结果。")
            .value(&filled.phone)
            .errors(&errors),
        filled,
        errors,
    })
}

/// The place's own office, its departments, and its townships with their villages.
async fn units(ctx: &Ctx, tx: &mut Tx, region: Region) -> Result<Vec<Choice>> {
    let today = ctx.today();
    let root = org_root(tx, region).await?.ok_or_else(Problem::not_found)?;
    let mut choices = vec![Choice::new("", "请选择")];
    let above = root.kind == OrgKind::County;
    if above {
        choices.push(Choice::new(&root.code, format!("{}本级", root.name)).group("本级和部门"));
    }
    let departments = store::place_children(tx, region, root.id, &[OrgKind::Department], today).await?;
    choices.extend(departments.iter().map(|unit| Choice::new(&unit.code, &unit.name).group("本级和部门")));
    for town in store::place_children(tx, region, root.id, &[OrgKind::Township], today).await? {
        choices.push(Choice::new(&town.code, &town.name).group(&town.name));
        let kinds = [OrgKind::Village, OrgKind::Community];
        let villages = store::place_children(tx, region, town.id, &kinds, today).await?;
        choices.extend(villages.iter().map(|unit| Choice::new(&unit.code, &unit.name).group(&town.name)));
    }
    Ok(choices)
}
