//! One form for many units: what, by when, to whom, each with its own number.

use askama::Template;
use huiyin_base::{Day, Id, Problem, ProblemKind};
use huiyin_directory::{Viewer, org_find};
use huiyin_web::components::{Breadcrumb, Field, Tabs};
use huiyin_web::{Can, Csrf, Ctx, Density, Form, Path, Query, Result};
use serde::Deserialize;

use super::super::card::cases;
use super::super::case::reference;
use super::super::fields::Fields;
use super::templates::{self, Saved};
use super::units::{self, Line, ONE_BY_ONE};
use crate::permissions::{ListBreak, SEES};
use crate::store;
use crate::{Breakdown, CaseItem, Moment};

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    level: String,
    /// A saved breaking down to begin with.
    template: String,
}

#[derive(Template)]
#[template(path = "list_breakdown.html")]
struct BreakdownPage {
    csrf: Csrf,
    steps: Breadcrumb,
    at: String,
    heading: String,
    mistake: Option<String>,
    levels: Tabs,
    level: String,
    nonce: String,
    head: Vec<Field>,
    same: Field,
    pasted: Field,
    rows: Vec<UnitRow>,
    groups: Vec<(String, usize, bool)>,
    total: usize,
    people: bool,
    save: Field,
    saved: Vec<Saved>,
}

struct UnitRow {
    /// The heading above it, where it begins a group.
    group: Option<String>,
    key: String,
    name: String,
    ticked: bool,
    target: String,
}

pub(crate) async fn new(ctx: Ctx, can: Can<ListBreak>, Path(id): Path<String>, Query(asked): Query<Asked>) -> Result {
    let given = Fields(vec![("level".into(), asked.level), ("template".into(), asked.template)]);
    draw(&ctx, &can.viewer, &id, given, None).await
}

/// The case, where the viewer may see it and its unit breaks it down.
async fn found(ctx: &Ctx, viewer: &Viewer, id: &str) -> Result<CaseItem> {
    let engine = cases(&ctx.site)?;
    let mut tx = ctx.site.db.read().await?;
    let scope = viewer.scope(SEES);
    let case = store::case_find(&mut tx, &scope, reference(id)?).await?.ok_or_else(Problem::not_found)?;
    let kind = engine.book.kind("task").ok_or_else(Problem::not_found)?;
    engine.breaks(&mut tx, &case, kind, viewer).await?;
    Ok(case)
}

async fn draw(ctx: &Ctx, viewer: &Viewer, id: &str, given: Fields, mistake: Option<String>) -> Result {
    let case = found(ctx, viewer, id).await?;
    let mut tx = ctx.site.db.snapshot().await?;
    let owner = org_find(&mut tx, case.owner()).await?.ok_or_else(Problem::not_found)?;
    let saved = store::breakdown_template_list(&mut tx, case.owner()).await?;
    let given = templates::begun(given, &saved, ctx.today());
    let levels = units::levels(owner.kind, owner.region == ctx.site.home);
    let level = levels.iter().find(|(word, _)| *word == given.first("level")).or(levels.first());
    let level = level.map_or("person", |(word, _)| word);
    let lines = units::lines(&mut tx, ctx, case.owner(), owner.kind, level).await?;
    let node = store::node_get(&mut tx, case.at()).await?;
    drop(tx);
    let refused = mistake.is_some();
    let nonce = match given.first("nonce") {
        "" => format!("list-{:032x}", u128::from_be_bytes(ctx.rng().bytes())),
        nonce => nonce.to_owned(),
    };
    let many = lines.len() > ONE_BY_ONE;
    // What is given to others says what the task itself says, unless it is written otherwise.
    let or = |name: &str, other: &str| match given.first(name) {
        "" => other.to_owned(),
        text => text.to_owned(),
    };
    let title = or("title", &case.title);
    let measure = node.map(|node| node.measure).unwrap_or_default();
    let deadline = match (given.first("deadline"), case.due_day.filter(|day| *day > ctx.today())) {
        ("", Some(day)) => day.to_string(),
        (text, _) => text.to_owned(),
    };
    let page = BreakdownPage {
        csrf: ctx.csrf(),
        steps: Breadcrumb::new("分解").step("三张清单", "/lists").step(&case.title, format!("/lists/{id}")),
        at: id.to_owned(),
        heading: format!("分解：{}", case.title),
        mistake,
        levels: levels.iter().fold(Tabs::new("分给谁"), |tabs, (word, label)| {
            tabs.tab(*label, format!("/lists/{id}/breakdown?level={word}"), *word == level)
        }),
        level: level.to_owned(),
        nonce,
        head: vec![
            Field::text("title", "任务").value(title).longest(40).required(),
            Field::area("text", "要做什么，做到什么程度", 4).value(or("text", &case.text)).required(),
            Field::date("deadline", "期限").value(deadline).hint("要是工作日；不填按规定的工作日数算。"),
            Field::text("measure", "计量单位")
                .value(or("measure", &measure))
                .longest(8)
                .hint("例如：户、公里、个；没有数量的不填。"),
        ],
        same: Field::text("target", "每个单位的目标数（都一样时填）")
            .value(given.first("target"))
            .with("inputmode", "numeric"),
        pasted: Field::area("pasted", "从 Excel 粘贴（两列：单位、目标数）", 4)
            .value(given.first("pasted"))
            .hint("粘贴了就按粘贴的分，不看下面的勾选。"),
        rows: if many { Vec::new() } else { rows(&lines, &given) },
        groups: if many { groups(&lines, &given) } else { Vec::new() },
        total: lines.len(),
        people: level == "person",
        save: Field::text("save_as", "存成模板，名称").longest(20).hint("下次分解时可以直接用。不填就不存。"),
        saved: templates::shown(&saved, id),
    };
    if refused {
        return ctx.refused("分解", Density::Desk, &page);
    }
    ctx.page("分解", Density::Desk, &page)
}

fn rows(lines: &[Line], given: &Fields) -> Vec<UnitRow> {
    let ticked: std::collections::HashSet<&str> = given.all("unit").collect();
    let mut last = String::new();
    let row = |line: &Line| {
        let group = (line.group != last).then(|| line.group.clone());
        last.clone_from(&line.group);
        UnitRow {
            group,
            key: line.key.clone(),
            name: line.name.clone(),
            ticked: ticked.contains(line.key.as_str()),
            target: given.first(&format!("target_{}", line.key)).to_owned(),
        }
    };
    lines.iter().map(row).collect()
}

/// The groups with how many units each has.
fn groups(lines: &[Line], given: &Fields) -> Vec<(String, usize, bool)> {
    let ticked: Vec<&str> = given.all("group").collect();
    let mut groups: Vec<(String, usize, bool)> = Vec::new();
    for line in lines {
        match groups.iter_mut().find(|(name, ..)| *name == line.group) {
            Some((_, count, _)) => *count += 1,
            None => groups.push((line.group.clone(), 1, ticked.contains(&line.group.as_str()))),
        }
    }
    groups
}

pub(crate) async fn create(
    ctx: Ctx,
    can: Can<ListBreak>,
    Path(id): Path<String>,
    Form(given): Form<Vec<(String, String)>>,
) -> Result {
    let given = Fields(given);
    match broken_down(&ctx, &can.viewer, &id, &given).await {
        Ok(run) => ctx.redirect(&format!("/lists/runs/{run}"), None),
        Err(problem) if matches!(problem.kind, ProblemKind::Invalid | ProblemKind::Conflict) => {
            draw(&ctx, &can.viewer, &id, given, Some(problem.message)).await
        }
        Err(problem) => Err(problem.into()),
    }
}

async fn broken_down(ctx: &Ctx, viewer: &Viewer, id: &str, given: &Fields) -> std::result::Result<Id, Problem> {
    let case = found(ctx, viewer, id).await.map_err(|failure| failure.0)?;
    let mut tx = ctx.site.db.read().await?;
    let owner = org_find(&mut tx, case.owner()).await?.ok_or_else(Problem::not_found)?;
    let level = given.first("level");
    let lines = units::lines(&mut tx, ctx, case.owner(), owner.kind, level).await.map_err(|failure| failure.0)?;
    drop(tx);
    let rows = units::chosen(&lines, given).map_err(Problem::invalid)?;
    let deadline = match given.first("deadline") {
        "" => None,
        text => Some(text.parse::<Day>().map_err(|_| Problem::invalid("期限请写成 2016-12-30 这样的日期。"))?),
    };
    let kind = if level == "person" { "duty" } else { "task" };
    let what = Breakdown {
        parent: case.at(),
        kind: kind.to_owned(),
        title: given.first("title").to_owned(),
        text: given.first("text").to_owned(),
        measure: given.first("measure").to_owned(),
        deadline,
        rows,
        nonce: given.first("nonce").to_owned(),
    };
    let engine = cases(&ctx.site)?;
    let moment = Moment::at(ctx.now());
    templates::save(ctx, viewer, case.owner(), &what, level, given.first("save_as")).await?;
    let (run, _) = engine.hand_down(what, viewer, moment, &mut ctx.rng()).await?;
    Ok(run)
}
