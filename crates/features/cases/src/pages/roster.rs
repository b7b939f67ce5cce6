//! The roster of a county: who is on call now and next, and where nobody is.

use askama::Template;
use chrono::{NaiveTime, TimeDelta};
use huiyin_base::{Id, Problem, ProblemKind, Region};
use huiyin_db::Tx;
use huiyin_directory::{AccountRef, OrgKind, Role, role_holders};
use huiyin_gateways::Channel;
use huiyin_web::components::{Choice, Field, FilterBar, Notice};
use huiyin_web::{Can, Csrf, Ctx, Density, Form, Query, Result};
use serde::Deserialize;

use super::action::org_of;
use super::action_post::day_of;
use super::card::cases;
use super::case_filter::reached;
use super::clock_facts::moment;
use super::place::choose;
use crate::permissions::CaseRoster;
use crate::store;
use crate::{Moment, RosterEntry, Turn, gaps};

/// So many days ahead are shown, and looked at for gaps.
const AHEAD: i64 = 14;

#[derive(Template)]
#[template(path = "roster.html")]
struct RosterPage {
    csrf: Csrf,
    county: String,
    code: String,
    choose: Option<FilterBar>,
    now: Option<Line>,
    gaps: Vec<String>,
    more_gaps: usize,
    lines: Vec<Line>,
    fields: Vec<Field>,
    mistake: Option<Notice>,
    open: bool,
}

struct Line {
    id: String,
    who: String,
    from: String,
    to: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    county: String,
}

/// What the form sends.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Given {
    county: String,
    /// Organisation and account, with a slash between.
    who: String,
    post: String,
    day: String,
    from: String,
    to: String,
    days: String,
    reach: String,
    entry: String,
}

pub(crate) async fn show(ctx: Ctx, can: Can<CaseRoster>, Query(asked): Query<Asked>) -> Result {
    draw(&ctx, &can, &asked.county, None).await
}

pub(crate) async fn add(ctx: Ctx, can: Can<CaseRoster>, Form(given): Form<Given>) -> Result {
    let region = county(&ctx, &can, &given.county)?;
    let engine = cases(&ctx.site)?;
    let now = Moment::at(ctx.now());
    let done = match given.turn() {
        Ok(turn) => engine.roster_add(region, turn, &can.viewer, now, &mut ctx.rng()).await,
        Err(problem) => Err(problem),
    };
    match done {
        Ok(0) => ctx.redirect(&back(&given), Some("这几班早已排好，没有变动。")),
        Ok(turns) => ctx.redirect(&back(&given), Some(&format!("已排好 {turns} 班。"))),
        Err(problem) if problem.kind == ProblemKind::Invalid => {
            let county = given.county.clone();
            draw(&ctx, &can, &county, Some((given, problem.message))).await
        }
        Err(problem) => Err(problem.into()),
    }
}

pub(crate) async fn remove(ctx: Ctx, can: Can<CaseRoster>, Form(given): Form<Given>) -> Result {
    let region = county(&ctx, &can, &given.county)?;
    let id: Id = given.entry.parse().map_err(|_| Problem::not_found())?;
    match cases(&ctx.site)?.roster_remove(region, id, &can.viewer, ctx.now()).await {
        Ok(()) => ctx.redirect(&back(&given), Some("已撤下这一班，请看看有没有空班。")),
        Err(problem) if problem.kind == ProblemKind::Conflict => ctx.redirect(&back(&given), Some(&problem.message)),
        Err(problem) => Err(problem.into()),
    }
}

fn back(given: &Given) -> String {
    format!("/roster?{}", huiyin_web::to_query(&[("county", &given.county)]))
}

/// The county of an address; without one the first that the viewer reaches.
fn county(ctx: &Ctx, can: &Can<CaseRoster>, code: &str) -> Result<Region> {
    let counties = reached(&ctx.site, &can.scope);
    let found =
        counties.iter().find(|county| county.code == code).or_else(|| counties.first().filter(|_| code.is_empty()));
    Ok(found.ok_or_else(Problem::not_found)?.region)
}

async fn draw(ctx: &Ctx, can: &Can<CaseRoster>, code: &str, refused: Option<(Given, String)>) -> Result {
    let region = county(ctx, can, code)?;
    let engine = cases(&ctx.site)?;
    let root = engine.check_keeper(region, &can.viewer).await?;
    let mut tx = ctx.site.db.read().await?;
    let (now, until) = (ctx.now(), ctx.now() + TimeDelta::days(AHEAD));
    let entries = store::roster_list(&mut tx, region, now, until).await?;
    let on_call = store::roster_on_call(&mut tx, region, now).await?.into_iter().next();
    let people = people(ctx, &mut tx, root).await?;
    let name = |entry: &RosterEntry| {
        let key = format!("{}/{}", entry.org, entry.account);
        let known = people.iter().find(|(value, _, _)| *value == key);
        known.map_or_else(|| entry.post.clone(), |(_, unit, person)| format!("{unit} {}　{person}", entry.post))
    };
    let line = |entry: &RosterEntry| Line {
        id: entry.id.to_string(),
        who: name(entry),
        from: moment(entry.from_at),
        to: moment(entry.to_at),
    };
    let empty = gaps(&entries, now, until);
    let (given, mistake) = refused.unzip();
    let entry = ctx.site.regions.get(region).ok_or_else(Problem::not_found)?;
    let page = RosterPage {
        csrf: ctx.csrf(),
        county: super::place::county_name(&ctx.site, region),
        code: entry.code.clone(),
        choose: choose("/roster", &reached(&ctx.site, &can.scope), region),
        now: on_call.as_ref().map(line),
        more_gaps: empty.len().saturating_sub(8),
        gaps: empty.iter().take(8).map(|(from, to)| format!("{} 到 {}", moment(*from), moment(*to))).collect(),
        lines: entries.iter().map(line).collect(),
        fields: fields(&given.unwrap_or_default(), &people, ctx),
        open: mistake.is_some() || entries.is_empty(),
        mistake: mistake.map(Notice::bad),
    };
    if page.mistake.is_some() {
        return ctx.refused("紧急值班表", Density::Desk, &page);
    }
    ctx.page("紧急值班表", Density::Desk, &page)
}

/// Whoever works on cases at the county and its departments: value, unit, name.
async fn people(ctx: &Ctx, tx: &mut Tx, root: huiyin_directory::OrgRef) -> Result<Vec<(String, String, String)>> {
    let roles = [Role::CountyStaff, Role::CaseOfficer, Role::CityStaff];
    let mut units = store::place_names(tx, vec![root.id]).await?.into_values().collect::<Vec<_>>();
    units.extend(store::place_children(tx, root.region, root.id, &[OrgKind::Department], ctx.today()).await?);
    let mut people = Vec::new();
    for unit in units {
        let org = huiyin_directory::OrgRef { region: unit.region, id: unit.id };
        for held in role_holders(tx, org, &roles, ctx.today()).await? {
            people.push((format!("{}/{}", unit.id, held.account), unit.name.clone(), held.display_name));
        }
    }
    people.dedup_by(|one, other| one.0 == other.0);
    Ok(people)
}

/// Where messages can go out, also where they go to.
fn reach_field(given: &Given, ctx: &Ctx) -> Option<Field> {
    let gateways = &ctx.site.settings.gateways;
    let field = match (gateways.can(Channel::Sms), gateways.can(Channel::Mail)) {
        (true, true) => Field::text("reach", "值班手机或邮箱"),
        (true, false) => Field::text("reach", "值班手机"),
        (false, true) => Field::text("reach", "值班邮箱"),
        (false, false) => return None,
    };
    let hint = "可以不填。紧急情况不分昼夜立刻发到这里；加密保存，这一班结束就删除。";
    Some(field.value(&given.reach).hint(hint).longest(120))
}

fn fields(given: &Given, people: &[(String, String, String)], ctx: &Ctx) -> Vec<Field> {
    let choices = people.iter().map(|(value, unit, person)| Choice::new(value, person).group(unit));
    let or = |value: &str, usual: &str| if value.is_empty() { usual.to_owned() } else { value.to_owned() };
    let mut fields = vec![
        Field::select("who", "谁值班", choices.collect()).value(&given.who).required(),
        Field::text("post", "岗位").value(or(&given.post, "值班室")).required().longest(20),
        Field::date("day", "从哪一天").value(or(&given.day, &ctx.today().to_string())).required(),
        Field::text("from", "几点接班").value(or(&given.from, "08:00")).with("type", "time").required(),
        Field::text("to", "几点交班")
            .value(or(&given.to, "08:00"))
            .hint("不晚于接班时间的，算第二天。")
            .with("type", "time")
            .required(),
        Field::number("days", "连续几天").value(or(&given.days, "1")).hint("每天同样的时间。").required(),
    ];
    fields.extend(reach_field(given, ctx));
    fields
}

impl Given {
    fn turn(&self) -> std::result::Result<Turn, Problem> {
        let unknown = || Problem::invalid("请选择值班人员。");
        let (org, account) = self.who.split_once('/').ok_or_else(unknown)?;
        let account: Id = account.parse().map_err(|_| unknown())?;
        let time = |text: &str| {
            NaiveTime::parse_from_str(text.trim(), "%H:%M").map_err(|_| Problem::invalid("时间请写成 08:00 的样子。"))
        };
        Ok(Turn {
            org: org_of(org).ok_or_else(unknown)?,
            account: AccountRef { region: account.region(), id: account },
            post: self.post.clone(),
            day: day_of(&self.day)?.ok_or_else(|| Problem::invalid("请填写从哪一天起。"))?,
            from: time(&self.from)?,
            to: time(&self.to)?,
            days: self.days.trim().parse().unwrap_or(0),
            reach: self.reach.clone(),
        })
    }
}
