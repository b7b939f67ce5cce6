//! Talks that one has held or been called to, and putting one on record.

use askama::Template;
use huiyin_base::{Id, Problem, ProblemKind};
use huiyin_directory::{AccountRef, OrgRef, OrgSearch, Role, account_find, org_find, org_search, role_holders};
use huiyin_web::components::{Breadcrumb, Button, Choice, DataTable, Empty, Field, Notice, Row, Tag};
use huiyin_web::{Can, Csrf, Ctx, Density, Form, Query, Result, SignedIn};
use serde::Deserialize;

use super::{fresh_nonce, id_of};
use crate::Moment;
use crate::pages::action_post::day_of;
use crate::pages::place::region_of;
use crate::pages::{cases, counties};
use crate::permissions::{KEEPERS, TalkHold};
use crate::supervision::store::{BasisKind, Talk, TalkKind, talk_list};
use crate::supervision::{NewTalk, SupervisionRules, inspecting_org, talk_sight};

#[derive(Template)]
#[template(path = "talks.html")]
struct ListPage {
    hold: Option<Button>,
    table: Option<DataTable>,
    empty: Option<Empty>,
    days: i64,
}

#[derive(Template)]
#[template(path = "talk_new.html")]
struct NewPage {
    csrf: Csrf,
    crumb: Breadcrumb,
    nonce: String,
    mistake: Option<Notice>,
    /// Which unit: the first step.
    search: Vec<Field>,
    /// The unit that was chosen, and the rest.
    unit: Option<(String, String)>,
    fields: Vec<Field>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Given {
    county: String,
    q: String,
    unit: String,
    person: String,
    kind: String,
    reason: String,
    agreed: String,
    day: String,
    due: String,
    basis: String,
    nonce: String,
}

pub(crate) async fn list(ctx: Ctx, can: Can<SignedIn>) -> Result {
    let mut tx = ctx.site.db.snapshot().await?;
    let sight = talk_sight(&can.viewer, &ctx.site.regions);
    let rows = talk_list(&mut tx, &sight, ctx.today(), 200).await?;
    let mut lines = Vec::new();
    for talk in &rows {
        let own = talk.person() == Some(can.viewer.account);
        let name = match talk.person() {
            Some(_) if own => "您本人".to_owned(),
            Some(person) => {
                account_find(&mut tx, person).await?.map(|account| account.display_name).unwrap_or_default()
            }
            None => String::new(),
        };
        let unit = match talk.unit_at() {
            Some(unit) => org_find(&mut tx, unit).await?.map(|org| org.name).unwrap_or_default(),
            None => String::new(),
        };
        lines.push(
            Row::new([
                name.into(),
                unit.into(),
                talk.kind.label().into(),
                talk.day.chinese().into(),
                state_tag(talk, ctx.today()).into(),
            ])
            .to(format!("/talks/{}", talk.id)),
        );
    }
    drop(tx);
    let table = DataTable::new("谈话").column("谈话对象").column("单位").column("形式").column("日期").column("进展");
    let holds = can.viewer.has_any(KEEPERS) && inspecting_org(&can.viewer).is_some();
    let page = ListPage {
        hold: holds.then(|| Button::primary("登记一次谈话").icon("circle-plus").to("/talks/new")),
        empty: rows.is_empty().then(|| Empty::new("没有谈话").text("这里没有您的谈话记录。").icon("messages-square")),
        table: (!rows.is_empty()).then(|| table.rows(lines)),
        days: SupervisionRules::built_in()?.talk.expires_days,
    };
    ctx.page("谈话", Density::Desk, &page)
}

/// How far a talk is.
pub(super) fn state_tag(talk: &Talk, today: huiyin_base::Day) -> Tag {
    if talk.lifted {
        return Tag::plain("申诉成立，已撤销");
    }
    match (talk.appeal_day, talk.decided_day, talk.done_day) {
        (Some(_), None, _) => Tag::attention("申诉待答复"),
        (_, _, Some(_)) => Tag::good("已改好"),
        _ if talk.due_day.is_some_and(|due| due < today) => Tag::attention("期限已过"),
        _ => Tag::info("正在改"),
    }
}

pub(crate) async fn new(ctx: Ctx, can: Can<TalkHold>, Query(given): Query<Given>) -> Result {
    draw(&ctx, &can, given, None).await
}

pub(crate) async fn create(ctx: Ctx, can: Can<TalkHold>, Form(given): Form<Given>) -> Result {
    let done = match given.read() {
        Ok(new) => cases(&ctx.site)?.talk_add(new, &can.viewer, Moment::at(ctx.now()), &mut ctx.rng()).await,
        Err(problem) => Err(problem),
    };
    match done {
        Ok(id) => ctx.redirect(&format!("/talks/{id}"), Some("谈话已登记，本人登录后能看到。")),
        Err(problem) if problem.kind == ProblemKind::Invalid => draw(&ctx, &can, given, Some(problem.message)).await,
        Err(problem) => Err(problem.into()),
    }
}

impl Given {
    fn read(&self) -> std::result::Result<NewTalk, Problem> {
        let (unit, person) = (id_of(&self.unit)?, self.person.parse::<Id>());
        let person = person.map_err(|_| Problem::invalid("请选择谈话对象。"))?;
        Ok(NewTalk {
            kind: TalkKind::parse(&self.kind).ok_or_else(|| Problem::invalid("请选择谈话的形式。"))?,
            person: AccountRef { region: person.region(), id: person },
            unit: OrgRef { region: unit.region(), id: unit },
            reason: self.reason.clone(),
            agreed: self.agreed.clone(),
            day: day_of(&self.day)?.ok_or_else(|| Problem::invalid("请填写谈话日期。"))?,
            due: day_of(&self.due)?,
            basis: self.basis.lines().filter_map(basis_of).collect(),
            nonce: self.nonce.clone(),
        })
    }
}

/// A record by its address, as it is copied from the browser.
fn basis_of(line: &str) -> Option<(BasisKind, Id)> {
    let read = |word: &str, kind| {
        let (_, rest) = line.split_once(word)?;
        let id = rest.split(['/', '?', '#', ' ']).next()?.trim();
        Some((kind, id.parse().ok()?))
    };
    read("/cases/", BasisKind::Case).or_else(|| read("/inspections/", BasisKind::Inspection))
}

async fn draw(ctx: &Ctx, can: &Can<TalkHold>, given: Given, mistake: Option<String>) -> Result {
    let rules = SupervisionRules::built_in()?;
    let org = inspecting_org(&can.viewer);
    let message = "谈话由市、县（市、区）本级的工作人员登记。";
    let org = org.ok_or_else(|| Problem::forbidden(message))?;
    let mut tx = ctx.site.db.read().await?;
    let (mut mistake, mut unit) = (mistake, None);
    if let Ok(id) = given.unit.parse::<Id>() {
        unit = org_find(&mut tx, OrgRef { region: id.region(), id }).await?;
    } else if !given.q.trim().is_empty() {
        let region = region_of(&ctx.site, &given.county).unwrap_or(org.region);
        let search = OrgSearch { regions: vec![region], text: given.q.clone(), limit: 6, ..OrgSearch::default() };
        let mut found = org_search(&mut tx, &search, ctx.today()).await?;
        let exact = found.iter().position(|org| org.name == given.q.trim());
        if let Some(place) = exact.or((found.len() == 1).then_some(0)) {
            unit = Some(found.swap_remove(place));
        } else {
            mistake = Some("没有找到唯一的单位，请选县（市、区）并写全名。".to_owned());
        }
    }
    let mut fields = Vec::new();
    if let Some(unit) = &unit {
        let roles: Vec<Role> = Role::ALL.iter().copied().filter(|role| *role != Role::Member).collect();
        let people = role_holders(&mut tx, unit.at(), &roles, ctx.today()).await?;
        let choices =
            people.iter().map(|held| Choice::new(held.account, format!("{}（{}）", held.display_name, held.post)));
        let choices = std::iter::once(Choice::new("", "请选择")).chain(choices).collect();
        fields = talk_fields(&given, choices, rules);
    }
    drop(tx);
    let mut places = vec![Choice::new("", "市直、本县直")];
    if org.region == ctx.site.home {
        places.extend(counties(&ctx.site).iter().map(|county| Choice::new(&county.code, &county.name)));
    }
    let page = NewPage {
        csrf: ctx.csrf(),
        crumb: Breadcrumb::new("登记一次谈话").step("谈话", "/talks"),
        nonce: if given.nonce.is_empty() { fresh_nonce(&mut ctx.rng()) } else { given.nonce.clone() },
        search: vec![
            Field::select("county", "在哪里", places).value(&given.county),
            Field::text("q", "单位全名").value(&given.q).required().longest(60),
        ],
        unit: unit.map(|unit| (unit.id.to_string(), unit.name)),
        fields,
        mistake: mistake.map(Notice::bad),
    };
    if page.mistake.is_some() {
        return ctx.refused("登记一次谈话", Density::Desk, &page);
    }
    ctx.page("登记一次谈话", Density::Desk, &page)
}

fn talk_fields(given: &Given, people: Vec<Choice>, rules: &SupervisionRules) -> Vec<Field> {
    let longest = u32::try_from(rules.limit.talk).unwrap_or(u32::MAX);
    let kinds = TalkKind::ALL.iter().map(|kind| Choice::new(kind.as_str(), kind.label()));
    vec![
        Field::select("person", "同谁谈", people).value(&given.person).required(),
        Field::radio("kind", "形式", kinds.collect()).value(&given.kind).required(),
        Field::date("day", "谈话日期").value(&given.day).required(),
        Field::area("basis", "依据", 3)
            .value(&given.basis)
            .hint("把事项或督查的网页地址粘进来，一行一个。没有记录在案的事不谈。")
            .required(),
        Field::area("reason", "事由", 4).value(&given.reason).required().longest(longest),
        Field::area("agreed", "商定怎么改", 4).value(&given.agreed).required().longest(longest),
        Field::date("due", "改好的期限").value(&given.due),
    ]
}
