use std::sync::Arc;

use askama::Template;
use huiyin_base::{Day, Id, Problem, Region};
use huiyin_db::Tx;
use huiyin_directory::{OrgKind, OrgRef, Viewer};
use huiyin_web::components::{Breadcrumb, Choice, Field as FormField, FormErrors, Html, Notice};
use huiyin_web::{Can, Csrf, Ctx, Density, Form, Result};
use serde::Deserialize;

use super::number_of;
use crate::asking::{LONGEST_DAYS, MOST_FIELDS, Verdict, judge};
use crate::permissions::{COUNTY_UP, FieldRequestMake};
use crate::store::field_request::{Field, FieldRequest, asked_list, request_add, request_by_nonce};
use crate::store::review::unit_list;

#[derive(Template)]
#[template(path = "field_request_new.html")]
struct MakePage {
    trail: Breadcrumb,
    csrf: Csrf,
    nonce: String,
    errors: FormErrors,
    notice: Option<Notice>,
    fields: Vec<FormField>,
}

/// A request as its form sends it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Given {
    nonce: String,
    title: String,
    basis: String,
    until: String,
    #[serde(default)]
    figures: Vec<String>,
    others: String,
    #[serde(default)]
    units: Vec<String>,
}

pub(crate) async fn show(ctx: Ctx, can: Can<FieldRequestMake>) -> Result {
    let nonce = Id::new(ctx.site.home, ctx.now(), &mut ctx.rng()).to_string();
    draw(&ctx, &can.viewer, Given { nonce, ..Given::default() }, FormErrors::new(), None).await
}

/// The organisation for which the viewer asks: the city before a county.
fn issuer(viewer: &Viewer) -> Option<(OrgRef, OrgKind)> {
    let grants = || viewer.grants_of(COUNTY_UP);
    let held = |kind: OrgKind| grants().find(move |grant| grant.org_kind == kind).map(|grant| (grant.org, kind));
    held(OrgKind::City).or_else(|| held(OrgKind::County))
}

/// Whom the issuer may ask: the city its counties and departments, a county its own departments; nobody below a county.
async fn units(
    tx: &mut Tx,
    ctx: &Ctx,
    (org, kind): (OrgRef, OrgKind),
) -> Result<Vec<(Region, Id, String, String)>, Problem> {
    if kind == OrgKind::City {
        return Ok(unit_list(tx, ctx.site.home, ctx.today()).await?);
    }
    Ok(crate::store::department_list(tx, org.region, ctx.today()).await?)
}

pub(crate) async fn add(ctx: Ctx, can: Can<FieldRequestMake>, Form(given): Form<Given>) -> Result {
    let (org, kind) = issuer(&can.viewer)
        .ok_or_else(|| Problem::forbidden("数据需求只能由县级以上提出。乡镇、村不用填，也不能要别人填。"))?;
    let mut tx = ctx.site.db.snapshot().await?;
    if let Some(before) = request_by_nonce(&mut tx, org.region, &given.nonce).await? {
        let number = number_of(&ctx, before.region, before.year, before.number);
        return ctx.redirect(&format!("/field-requests/{number}"), Some("这份需求已经提出过了，没有重复提。"));
    }
    let known = units(&mut tx, &ctx, (org, kind)).await?;
    let chosen: Vec<(Region, Id)> = known
        .iter()
        .filter(|(_, _, code, _)| given.units.contains(code))
        .map(|(region, id, ..)| (*region, *id))
        .collect();
    let (until, errors) = faults(&ctx, &given, &chosen);
    let Some(until) = until.filter(|_| errors.is_empty()) else {
        drop(tx);
        return draw(&ctx, &can.viewer, given, errors, None).await;
    };
    let in_force = asked_list(&mut tx, ctx.today()).await?;
    let in_force: Vec<(String, String)> = in_force
        .into_iter()
        .map(|(label, region, year, number)| (label, number_of(&ctx, region, year, number)))
        .collect();
    drop(tx);
    let verdict = judge(&ctx.site.figures, &given.figures, &given.others, &in_force);
    let (fields, refused) = match verdict {
        Verdict::Open(fields) => (fields, None),
        Verdict::Held(fields) => (fields, Some("要的数系统都有，直接看就行".to_owned())),
        Verdict::Repeats(fields, number) => (fields, Some(format!("与进行中的 {number} 重复"))),
    };
    let request = FieldRequest {
        region: org.region,
        id: Id::new(org.region, ctx.now(), &mut ctx.rng()),
        year: i64::from(ctx.today().year()),
        number: 0,
        issuer: org.id,
        title: given.title.trim().to_owned(),
        basis: given.basis.trim().to_owned(),
        made_day: ctx.today(),
        until_day: until,
        stopped_day: None,
        refused: refused.clone(),
    };
    let number = written(&ctx, request, &given.nonce, fields.clone(), chosen).await?;
    if refused.is_none() {
        let number = number_of(&ctx, org.region, i64::from(ctx.today().year()), number);
        let words = "需求已提出。系统有的数已经列出，只请有关单位补没有的。";
        return ctx.redirect(&format!("/field-requests/{number}"), Some(words));
    }
    let given = Given { nonce: Id::new(ctx.site.home, ctx.now(), &mut ctx.rng()).to_string(), ..given };
    let notice = refusal(&fields, &refused.unwrap_or_default());
    draw(&ctx, &can.viewer, given, FormErrors::new(), Some(notice)).await
}

async fn written(
    ctx: &Ctx,
    request: FieldRequest,
    nonce: &str,
    fields: Vec<Field>,
    units: Vec<(Region, Id)>,
) -> Result<i64, Problem> {
    // What is refused asks nobody.
    let units = if request.refused.is_some() { Vec::new() } else { units };
    let all = Arc::new((request, nonce.to_owned(), fields, units));
    let write = ctx.site.db.write("field_request_add", move |tx| {
        let all = Arc::clone(&all);
        Box::pin(async move { Ok(request_add(tx, &all.0, &all.1, &all.2, &all.3).await?) })
    });
    write.await
}

/// What is held already, with its doors: so that nobody has to be asked.
fn refusal(fields: &[Field], why: &str) -> Notice {
    let links: Vec<String> = fields
        .iter()
        .filter_map(|field| {
            let figure = field.figure.as_deref()?;
            Some(format!("<a href=\"/figures/{}\">{}</a>", Html::from(figure), Html::from(field.label.as_str())))
        })
        .collect();
    let links = if links.is_empty() { String::new() } else { format!("：{}", links.join("、")) };
    Notice::attention(Html::drawn(format!("没有提出，也没有打扰任何单位：{}{links}。", Html::from(why))))
        .title("这些数不用再要")
}

fn faults(ctx: &Ctx, given: &Given, units: &[(Region, Id)]) -> (Option<Day>, FormErrors) {
    let mut errors = FormErrors::new();
    let long = |text: &str, most: usize| text.trim().is_empty() || text.trim().chars().count() > most;
    if given.nonce.is_empty() || given.nonce.len() > 64 {
        errors = FormErrors::whole("这张表打开得太久了，请刷新后再提。");
    }
    if long(&given.title, 60) {
        errors.add("title", "请用 60 字以内的一句话说清要什么。");
    }
    if long(&given.basis, 200) {
        errors.add("basis", "请写明依据的文件，200 字以内。没有依据的不能要。");
    }
    let until = given.until.parse::<Day>().ok();
    let until = until.filter(|day| *day >= ctx.today() && day.since(ctx.today()) <= LONGEST_DAYS);
    if until.is_none() {
        errors.add("until", format!("请选今天以后 {LONGEST_DAYS} 天以内的日子，到期自动停止。"));
    }
    let others: Vec<&str> = given.others.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    if given.figures.is_empty() && others.is_empty() {
        errors.add("others", "请选择或写明要哪些数。");
    }
    if given.figures.len() + others.len() > MOST_FIELDS {
        errors.add("others", format!("一次最多要 {MOST_FIELDS} 项，请只要用得上的。"));
    }
    if others.iter().any(|line| line.chars().count() > 40) {
        errors.add("others", "每项写一行，40 字以内。");
    }
    if units.is_empty() {
        errors.add("units", "请选择问哪些单位。");
    }
    (until, errors)
}

async fn draw(ctx: &Ctx, viewer: &Viewer, given: Given, errors: FormErrors, notice: Option<Notice>) -> Result {
    let issuer = issuer(viewer).ok_or_else(|| Problem::forbidden("数据需求只能由县级以上提出。"))?;
    let units = units(&mut ctx.site.db.read().await?, ctx, issuer).await?;
    let held = ctx
        .site
        .figures
        .seen_by(Some(viewer))
        .map(|figure| Choice::new(figure.id, figure.name).hint(figure.definition));
    let group = |region: Region| if region == ctx.site.home { "市直部门" } else { "县区" };
    let units = units.iter().map(|(region, _, code, name)| Choice::new(code, name.as_str()).group(group(*region)));
    let fields = vec![
        FormField::text("title", "要什么、做什么用").value(&given.title).longest(60).required().errors(&errors),
        FormField::text("basis", "依据")
            .hint("文件名称和文号")
            .value(&given.basis)
            .longest(200)
            .required()
            .errors(&errors),
        FormField::date("until", "到哪天为止")
            .hint("到期自动停止，不再收数。")
            .value(&given.until)
            .required()
            .errors(&errors),
        FormField::boxes("figures", "系统里有的数", held.collect())
            .hint("选中的由系统直接给出，不用任何人填。")
            .values(&given.figures)
            .errors(&errors),
        FormField::area("others", "系统里没有的数", 4)
            .hint("一行一项。只请有关单位答这些，一个单位答一次。")
            .value(&given.others)
            .errors(&errors),
        FormField::boxes("units", "问哪些单位", units.collect()).values(&given.units).errors(&errors),
    ];
    let refused = notice.is_some() || !errors.is_empty();
    let page = MakePage {
        trail: Breadcrumb::new("提出").step("数据需求", "/field-requests"),
        csrf: ctx.csrf(),
        nonce: given.nonce,
        errors,
        notice,
        fields,
    };
    if refused {
        ctx.refused("提出数据需求", Density::Desk, &page)
    } else {
        ctx.page("提出数据需求", Density::Desk, &page)
    }
}
