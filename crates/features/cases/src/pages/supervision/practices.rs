//! The library of good practice.

use askama::Template;
use huiyin_base::{Id, Problem, ProblemKind};
use huiyin_directory::{OrgKind, OrgRef, OrgSearch, org_search};
use huiyin_web::components::{Breadcrumb, Button, Choice, Empty, Field, FilterBar, Notice, Pager, Tabs};
use huiyin_web::{Can, Csrf, Ctx, Density, Form, Path, Query, Result};
use serde::Deserialize;

use super::{fresh_nonce, id_of, position, tabs};
use crate::Moment;
use crate::pages::place::region_of;
use crate::pages::{cases, counties};
use crate::permissions::{INSPECTS, InspectionSee, PracticeKeep};
use crate::supervision::store::{Practice, PracticeFilter, inspection_find, practice_find, practice_list};
use crate::supervision::{NewPractice, SupervisionRules, inspecting_org};

const PAGE: i64 = 20;

#[derive(Template)]
#[template(path = "practices.html")]
struct ListPage {
    tabs: Tabs,
    keep: Option<Button>,
    filter: FilterBar,
    cards: Vec<Card>,
    empty: Option<Empty>,
    pager: Pager,
}

struct Card {
    href: String,
    title: String,
    text: String,
    unit: String,
    category: String,
    day: String,
}

#[derive(Template)]
#[template(path = "practice.html")]
struct ShowPage {
    csrf: Csrf,
    crumb: Breadcrumb,
    card: Card,
    id: String,
    source: Option<(String, String)>,
    withdraws: bool,
}

#[derive(Template)]
#[template(path = "practice_new.html")]
struct NewPage {
    csrf: Csrf,
    nonce: String,
    inspection: String,
    meeting: String,
    mistake: Option<Notice>,
    fields: Vec<Field>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    q: String,
    category: String,
    county: String,
    after: String,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Given {
    title: String,
    text: String,
    category: String,
    county: String,
    unit: String,
    inspection: String,
    meeting: String,
    nonce: String,
}

pub(crate) async fn list(ctx: Ctx, can: Can<InspectionSee>, Query(asked): Query<Asked>) -> Result {
    let rules = SupervisionRules::built_in()?;
    let filter = PracticeFilter {
        words: asked.q.chars().take(60).collect(),
        category: (!asked.category.is_empty()).then(|| asked.category.clone()),
        region: region_of(&ctx.site, &asked.county),
        after: position(&asked.after),
    };
    let mut rows = practice_list(&mut ctx.site.db.snapshot().await?, &filter, PAGE + 1).await?;
    let more = i64::try_from(rows.len()).unwrap_or(0) > PAGE;
    rows.truncate(usize::try_from(PAGE).unwrap_or(0));
    let link = |after: &str| {
        let pairs =
            [("q", asked.q.as_str()), ("category", &asked.category), ("county", &asked.county), ("after", after)];
        format!("/practices?{}", huiyin_web::to_query(&pairs))
    };
    let next = rows.last().filter(|_| more).map(|last| link(&format!("{}_{}", last.day, last.id)));
    let all = || vec![Choice::new("", "全部")];
    let mut categories = all();
    categories.extend(rules.category.iter().map(|category| Choice::new(&category.id, &category.label)));
    let mut places = all();
    places.extend(counties(&ctx.site).iter().map(|county| Choice::new(&county.code, &county.name)));
    let page = ListPage {
        tabs: tabs(&can.viewer, "practices"),
        keep: keeps(&can.viewer).then(|| Button::primary("收录一个").icon("circle-plus").to("/practices/new")),
        filter: FilterBar::new("/practices")
            .field(Field::search("q", "找什么").value(&asked.q))
            .field(Field::select("category", "类别", categories).value(&asked.category))
            .field(Field::select("county", "县（市、区）", places).value(&asked.county)),
        empty: rows
            .is_empty()
            .then(|| Empty::new("没有找到").text("督查和观摩会上看到的好做法收在这里，换个词试试。").icon("lightbulb")),
        cards: rows.iter().map(|row| card(row, rules, true)).collect(),
        pager: Pager::new((!asked.after.is_empty()).then(|| link("")), next),
    };
    ctx.page("好做法", Density::Desk, &page)
}

fn keeps(viewer: &huiyin_directory::Viewer) -> bool {
    viewer.has_any(INSPECTS) && inspecting_org(viewer).is_some()
}

fn card(row: &Practice, rules: &SupervisionRules, short: bool) -> Card {
    const SHORT: usize = 90;
    let long = short && row.text.chars().count() > SHORT;
    let text = if long { row.text.chars().take(SHORT).chain(['…']).collect() } else { row.text.clone() };
    Card {
        href: format!("/practices/{}", row.id),
        title: row.title.clone(),
        text,
        unit: row.unit_name.clone(),
        category: rules.category(&row.category).to_owned(),
        day: row.day.chinese(),
    }
}

pub(crate) async fn show(ctx: Ctx, can: Can<InspectionSee>, Path(id): Path<String>) -> Result {
    let rules = SupervisionRules::built_in()?;
    let mut tx = ctx.site.db.snapshot().await?;
    let row = practice_find(&mut tx, id_of(&id)?).await?.ok_or_else(Problem::not_found)?;
    let inspection = match row.inspection {
        Some(id) => inspection_find(&mut tx, &can.scope, id).await?,
        None => None,
    };
    drop(tx);
    let source = match (inspection, row.meeting) {
        (Some(inspection), _) => Some((inspection.title, format!("/inspections/{}", inspection.id))),
        (None, Some(meeting)) => Some(("观摩推进会".to_owned(), format!("/meetings/{meeting}"))),
        (None, None) => None,
    };
    let own = OrgRef { region: row.region, id: row.org };
    let page = ShowPage {
        csrf: ctx.csrf(),
        crumb: Breadcrumb::new(row.title.clone()).step("好做法", "/practices"),
        card: card(&row, rules, false),
        id,
        source,
        withdraws: keeps(&can.viewer) && inspecting_org(&can.viewer) == Some(own),
    };
    ctx.page(&row.title, Density::Calm, &page)
}

pub(crate) async fn new(ctx: Ctx, can: Can<PracticeKeep>, Query(given): Query<Given>) -> Result {
    draw(&ctx, &can, given, None)
}

pub(crate) async fn create(ctx: Ctx, can: Can<PracticeKeep>, Form(given): Form<Given>) -> Result {
    let done = match unit(&ctx, &given).await {
        Ok(unit) => {
            let new = NewPractice {
                title: given.title.clone(),
                text: given.text.clone(),
                category: given.category.clone(),
                unit,
                inspection: given.inspection.parse::<Id>().ok(),
                meeting: given.meeting.parse::<Id>().ok(),
                nonce: given.nonce.clone(),
            };
            cases(&ctx.site)?.practice_add(new, &can.viewer, Moment::at(ctx.now()), &mut ctx.rng()).await
        }
        Err(problem) => Err(problem),
    };
    match done {
        Ok(id) => ctx.redirect(&format!("/practices/{id}"), Some("已收进好做法。")),
        Err(problem) if problem.kind == ProblemKind::Invalid => draw(&ctx, &can, given, Some(problem.message)),
        Err(problem) => Err(problem.into()),
    }
}

/// The one township, department or county that is meant.
async fn unit(ctx: &Ctx, given: &Given) -> std::result::Result<OrgRef, Problem> {
    let regions = match region_of(&ctx.site, &given.county) {
        Some(region) => vec![region],
        None => ctx.site.regions.with_children(ctx.site.home),
    };
    let kinds = vec![OrgKind::City, OrgKind::County, OrgKind::Department, OrgKind::Township];
    let search = OrgSearch { regions, kinds, text: given.unit.clone(), limit: 6, ..OrgSearch::default() };
    let found = org_search(&mut ctx.site.db.read().await?, &search, ctx.today()).await?;
    let exact: Vec<_> = found.iter().filter(|org| org.name == given.unit.trim()).collect();
    match (exact.as_slice(), found.as_slice()) {
        ([one], _) => Ok(one.at()),
        (_, [one]) => Ok(one.at()),
        (_, []) => Err(Problem::invalid("没有找到这个乡镇（街道）、部门或县（市、区），请写全名。")),
        _ => Err(Problem::invalid("有几个单位都像，请选县（市、区）并写全名。")),
    }
}

fn draw(ctx: &Ctx, can: &Can<PracticeKeep>, given: Given, mistake: Option<String>) -> Result {
    let rules = SupervisionRules::built_in()?;
    if !keeps(&can.viewer) {
        return Err(Problem::forbidden("好做法由市、县（市、区）的工作人员和督查员收录。").into());
    }
    let categories = rules.category.iter().map(|category| Choice::new(&category.id, &category.label));
    let mut places = vec![Choice::new("", "全市找")];
    places.extend(counties(&ctx.site).iter().map(|county| Choice::new(&county.code, &county.name)));
    let longest = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    let page = NewPage {
        csrf: ctx.csrf(),
        nonce: if given.nonce.is_empty() { fresh_nonce(&mut ctx.rng()) } else { given.nonce.clone() },
        inspection: given.inspection.clone(),
        meeting: given.meeting.clone(),
        mistake: mistake.map(Notice::bad),
        fields: vec![
            Field::text("title", "一句话").value(&given.title).required().longest(longest(rules.limit.title)),
            Field::area("text", "他们怎么做的", 6)
                .value(&given.text)
                .hint("写做法和效果，别人照着能做。不写个人姓名。")
                .required()
                .longest(longest(rules.limit.text)),
            Field::radio("category", "类别", categories.collect()).value(&given.category).required(),
            Field::select("county", "在哪个县（市、区）", places).value(&given.county),
            Field::text("unit", "哪个单位")
                .value(&given.unit)
                .hint("署到乡镇（街道）和部门为止。")
                .required()
                .longest(60),
        ],
    };
    if page.mistake.is_some() {
        return ctx.refused("收录好做法", Density::Desk, &page);
    }
    ctx.page("收录好做法", Density::Desk, &page)
}

pub(crate) async fn withdraw(ctx: Ctx, can: Can<PracticeKeep>, Path(id): Path<String>, Form(_): Form<Given>) -> Result {
    cases(&ctx.site)?.practice_withdraw(id_of(&id)?, &can.viewer, Moment::at(ctx.now())).await?;
    ctx.redirect("/practices", Some("已撤下。"))
}
