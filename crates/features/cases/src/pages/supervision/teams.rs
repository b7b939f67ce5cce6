//! The year's plan and the teams.

use askama::Template;
use huiyin_base::{Id, Problem, ProblemKind};
use huiyin_db::Tx;
use huiyin_directory::{AccountRef, OrgKind, OrgRef, Role, account_find, role_holders};
use huiyin_web::components::{Choice, DataTable, Empty, Field, Notice, Row, Tabs};
use huiyin_web::{Can, Csrf, Ctx, Density, Form, Path, Result};
use serde::Deserialize;

use super::{id_of, tabs};
use crate::Moment;
use crate::pages::{cases, counties};
use crate::permissions::InspectionOrder;
use crate::store::place_children;
use crate::supervision::store::{InspectionKind, member_list, plan_list, team_list};
use crate::supervision::{NewPlan, inspecting_org};

#[derive(Template)]
#[template(path = "inspection_plan.html")]
struct PlanPage {
    tabs: Tabs,
    csrf: Csrf,
    year: i32,
    table: Option<DataTable>,
    empty: Option<Empty>,
    fields: Vec<Field>,
    mistake: Option<Notice>,
}

#[derive(Template)]
#[template(path = "inspection_teams.html")]
struct TeamsPage {
    tabs: Tabs,
    csrf: Csrf,
    teams: Vec<Team>,
    empty: Option<Empty>,
    name: Field,
    mistake: Option<Notice>,
}

struct Team {
    id: String,
    name: String,
    members: Vec<(String, String, bool)>,
    join: Field,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Given {
    year: String,
    kind: String,
    title: String,
    times: String,
    from: String,
    to: String,
    approval: String,
    name: String,
    who: String,
    leads: String,
}

fn org(can: &Can<InspectionOrder>) -> std::result::Result<OrgRef, Problem> {
    let message = "督查由市、县（市、区）安排，您的岗位不在市、县本级。";
    inspecting_org(&can.viewer).ok_or_else(|| Problem::forbidden(message))
}

pub(crate) async fn plan(ctx: Ctx, can: Can<InspectionOrder>) -> Result {
    draw_plan(&ctx, &can, Given::default(), None).await
}

pub(crate) async fn plan_add(ctx: Ctx, can: Can<InspectionOrder>, Form(given): Form<Given>) -> Result {
    let number = |text: &str| text.trim().parse().unwrap_or(0);
    let done = match InspectionKind::parse(&given.kind) {
        None => Err(Problem::invalid("请选择督查的形式。")),
        Some(kind) => {
            let new = NewPlan {
                year: number(&given.year),
                kind,
                title: given.title.clone(),
                times: number(&given.times),
                from_month: number(&given.from),
                to_month: number(&given.to),
                approval: given.approval.clone(),
            };
            let moment = Moment::at(ctx.now());
            cases(&ctx.site)?.inspection_plan(new, &can.viewer, moment, &mut ctx.rng()).await
        }
    };
    match done {
        Ok(()) => ctx.redirect("/inspections/plan", Some("已列入年度计划。")),
        Err(problem) if problem.kind == ProblemKind::Invalid => {
            draw_plan(&ctx, &can, given, Some(problem.message)).await
        }
        Err(problem) => Err(problem.into()),
    }
}

async fn draw_plan(ctx: &Ctx, can: &Can<InspectionOrder>, given: Given, mistake: Option<String>) -> Result {
    let (org, year) = (org(can)?, ctx.today().year());
    let lines = plan_list(&mut ctx.site.db.read().await?, org, i64::from(year)).await?;
    let table =
        DataTable::new("年度督查计划").column("事项").column("形式").figure("次数").column("时间").column("批准");
    let rows = lines.iter().map(|line| {
        Row::new([
            line.title.as_str().into(),
            line.kind.label().into(),
            line.times.to_string().into(),
            format!("{} 月至 {} 月", line.from_month, line.to_month).into(),
            line.approval.as_str().into(),
        ])
    });
    let kinds = InspectionKind::ALL.iter().map(|kind| Choice::new(kind.as_str(), kind.label()));
    let years = [year, year + 1].map(|year| Choice::new(year, format!("{year} 年")));
    let page = PlanPage {
        tabs: tabs(&can.viewer, "plan"),
        csrf: ctx.csrf(),
        year,
        empty: lines.is_empty().then(|| {
            Empty::new("今年的计划还没有列").text("先把批准的督查列上，之后安排的督查对应到计划里。").icon("calendar")
        }),
        table: (!lines.is_empty()).then(|| table.rows(rows)),
        fields: vec![
            Field::select("year", "年份", years.to_vec()).value(&given.year),
            Field::select("kind", "形式", kinds.collect()).value(&given.kind),
            Field::text("title", "事项").value(&given.title).required().longest(40),
            Field::number("times", "全年几次").value(&given.times).required(),
            Field::number("from", "从几月").value(&given.from).required(),
            Field::number("to", "到几月").value(&given.to).required(),
            Field::text("approval", "批准文号").value(&given.approval).required().longest(60),
        ],
        mistake: mistake.map(Notice::bad),
    };
    if page.mistake.is_some() {
        return ctx.refused("年度督查计划", Density::Desk, &page);
    }
    ctx.page("年度督查计划", Density::Desk, &page)
}

pub(crate) async fn list(ctx: Ctx, can: Can<InspectionOrder>) -> Result {
    draw_teams(&ctx, &can, None).await
}

pub(crate) async fn form(ctx: Ctx, can: Can<InspectionOrder>, Form(given): Form<Given>) -> Result {
    let moment = Moment::at(ctx.now());
    let done = cases(&ctx.site)?.team_form(&given.name, &can.viewer, moment, &mut ctx.rng()).await;
    told(&ctx, &can, done.map(|_| ()), "已建组，请加上组员。").await
}

pub(crate) async fn join(
    ctx: Ctx,
    can: Can<InspectionOrder>,
    Path(id): Path<String>,
    Form(given): Form<Given>,
) -> Result {
    let team = id_of(&id)?;
    let done = match given.who.parse::<Id>() {
        Ok(id) => {
            let member = (AccountRef { region: id.region(), id }, !given.leads.is_empty());
            cases(&ctx.site)?.team_join(team, member, &can.viewer, ctx.today()).await
        }
        Err(_) => Err(Problem::invalid("请选择组员。")),
    };
    told(&ctx, &can, done, "已加进组里。").await
}

pub(crate) async fn leave(
    ctx: Ctx,
    can: Can<InspectionOrder>,
    Path(id): Path<String>,
    Form(given): Form<Given>,
) -> Result {
    let done = cases(&ctx.site)?.team_leave(id_of(&id)?, id_of(&given.who)?, &can.viewer).await;
    told(&ctx, &can, done, "已移出。").await
}

pub(crate) async fn end(ctx: Ctx, can: Can<InspectionOrder>, Path(id): Path<String>, Form(_): Form<Given>) -> Result {
    let done = cases(&ctx.site)?.team_end(id_of(&id)?, &can.viewer, Moment::at(ctx.now())).await;
    told(&ctx, &can, done, "这个组已撤销，办过的事还在。").await
}

async fn told(ctx: &Ctx, can: &Can<InspectionOrder>, done: std::result::Result<(), Problem>, words: &str) -> Result {
    match done {
        Ok(()) => ctx.redirect("/inspections/teams", Some(words)),
        Err(problem) if problem.kind == ProblemKind::Invalid => draw_teams(ctx, can, Some(problem.message)).await,
        Err(problem) => Err(problem.into()),
    }
}

async fn draw_teams(ctx: &Ctx, can: &Can<InspectionOrder>, mistake: Option<String>) -> Result {
    let org = org(can)?;
    let mut tx = ctx.site.db.read().await?;
    let teams = team_list(&mut tx, org).await?;
    let members = member_list(&mut tx, org.region, &teams.iter().map(|team| team.id).collect::<Vec<_>>()).await?;
    let people = people(ctx, &mut tx, org).await?;
    let mut shown = Vec::new();
    for team in &teams {
        let mut of = Vec::new();
        for member in members.iter().filter(|member| member.team == team.id) {
            let name = account_find(&mut tx, member.account()).await?.map(|account| account.display_name);
            of.push((member.account.to_string(), name.unwrap_or_default(), member.leads));
        }
        shown.push(Team {
            id: team.id.to_string(),
            name: team.name.clone(),
            members: of,
            join: Field::select("who", "加谁", people.clone()).within(&format!("t{}", shown.len())),
        });
    }
    drop(tx);
    let page = TeamsPage {
        tabs: tabs(&can.viewer, "teams"),
        csrf: ctx.csrf(),
        empty: shown.is_empty().then(|| Empty::new("还没有督导组").text("建一个组，再加上组员。").icon("users")),
        teams: shown,
        name: Field::text("name", "组名").required().longest(40),
        mistake: mistake.map(Notice::bad),
    };
    if page.mistake.is_some() {
        return ctx.refused("督导组", Density::Desk, &page);
    }
    ctx.page("督导组", Density::Desk, &page)
}

/// Whoever may be sent: inspectors and staff of the organisation, its departments, and for the city of its counties.
async fn people(ctx: &Ctx, tx: &mut Tx, org: OrgRef) -> Result<Vec<Choice>> {
    let roles = [Role::Inspector, Role::CityStaff, Role::CountyStaff];
    let mut units: Vec<(OrgRef, String)> = Vec::new();
    let own = huiyin_directory::org_find(tx, org).await?.map(|org| org.name).unwrap_or_default();
    units.push((org, own));
    for below in place_children(tx, org.region, org.id, &[OrgKind::Department], ctx.today()).await? {
        units.push((OrgRef { region: below.region, id: below.id }, below.name));
    }
    if org.region == ctx.site.home {
        for county in counties(&ctx.site) {
            if let Some(root) = huiyin_directory::org_root(tx, county.region).await? {
                units.push((root.at(), county.name));
            }
        }
    }
    let mut people = vec![Choice::new("", "请选择")];
    for (unit, name) in units {
        for held in role_holders(tx, unit, &roles, ctx.today()).await? {
            let label = format!("{}（{}）", held.display_name, held.post);
            people.push(Choice::new(held.account, label).group(name.clone()));
        }
    }
    Ok(people)
}
