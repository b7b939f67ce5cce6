//! A branch: who has which kit, how each is reached, who reads with whom, and who has neither.

use std::collections::BTreeMap;

use askama::Template;
use huiyin_base::{Day, Id, Problem, ProblemKind};
use huiyin_directory::{BranchMember, Org, OrgRef, branch_member_list, org_find, scope_contains};
use huiyin_web::components::{Breadcrumb, Choice, DataTable, Empty, Field, Notice, Row, Tag};
use huiyin_web::{Can, Csrf, Ctx, Density, Form, Path, Result};
use serde::Deserialize;

use super::kits::office;
use crate::kits::Kits;
use crate::permissions::KitSee;
use crate::store::{Channel, Kit, KitIssue, Way, issue_list, kit_list, stock_list, way_list};

#[derive(Template)]
#[template(path = "kit_branch.html")]
struct BranchPage {
    crumb: Breadcrumb,
    csrf: Csrf,
    id: String,
    name: String,
    mistake: Option<Notice>,
    without: Option<Notice>,
    empty: Option<Empty>,
    table: DataTable,
    kit: Option<Field>,
    reach: Vec<Field>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Given {
    kit: String,
    person: Vec<String>,
    channel: String,
    buddy: String,
}

/// All that the page shows.
pub(super) struct Branch {
    pub(super) org: Org,
    pub(super) members: Vec<BranchMember>,
    issues: Vec<KitIssue>,
    ways: Vec<Way>,
    pub(super) kits: Vec<Kit>,
    pub(super) office: OrgRef,
    stock: Vec<(Id, i64)>,
}

pub(super) async fn branch(ctx: &Ctx, can: &Can<KitSee>, id: &str) -> Result<Branch> {
    let id: Id = id.parse().map_err(|_| Problem::not_found())?;
    let at = OrgRef { region: id.region(), id };
    let mut tx = ctx.site.db.snapshot().await?;
    if !scope_contains(&mut tx, &can.scope, at).await? {
        return Err(Problem::not_found().into());
    }
    let org = org_find(&mut tx, at).await?.ok_or_else(Problem::not_found)?;
    let members = branch_member_list(&mut tx, at, ctx.today()).await?;
    let people: Vec<Id> = members.iter().map(|member| member.person).collect();
    let office = office(&mut tx, at).await?.0;
    Ok(Branch {
        org,
        issues: issue_list(&mut tx, at).await?,
        ways: way_list(&mut tx, at.region, &people).await?,
        kits: kit_list(&mut tx).await?,
        stock: stock_list(&mut tx, office).await?,
        office,
        members,
    })
}

pub(crate) async fn show(ctx: Ctx, can: Can<KitSee>, Path(id): Path<String>) -> Result {
    let branch = branch(&ctx, &can, &id).await?;
    draw(&ctx, branch, &Given::default(), None)
}

pub(crate) async fn issue(ctx: Ctx, can: Can<KitSee>, Path(id): Path<String>, Form(given): Form<Given>) -> Result {
    let branch = branch(&ctx, &can, &id).await?;
    let kits = Kits { db: ctx.site.db.clone() };
    let people: Vec<Id> = given.person.iter().filter_map(|person| person.parse().ok()).collect();
    let known = |id: &Id| branch.members.iter().any(|member| member.person == *id);
    let done = match given.kit.parse::<Id>() {
        _ if !people.iter().all(known) => Err(Problem::not_found()),
        Ok(kit) if branch.kits.iter().any(|known| known.id == kit) => {
            let at = (branch.office, branch.org.at());
            kits.issue(at, kit, &people, ctx.now(), &mut ctx.rng()).await
        }
        _ => Err(Problem::invalid("请选择发哪一版。")),
    };
    match done {
        Ok(given) => {
            let said = if given == 0 {
                "勾选的人都已经有这一版了。".into()
            } else {
                format!("已登记发出 {given} 个。")
            };
            ctx.redirect(&format!("/kits/branches/{id}"), Some(&said))
        }
        Err(problem) => again(&ctx, branch, &given, problem),
    }
}

pub(crate) async fn reach(ctx: Ctx, can: Can<KitSee>, Path(id): Path<String>, Form(given): Form<Given>) -> Result {
    let branch = branch(&ctx, &can, &id).await?;
    let kits = Kits { db: ctx.site.db.clone() };
    let person = given.person.first().and_then(|person| person.parse::<Id>().ok());
    let buddy = (!given.buddy.is_empty()).then(|| given.buddy.parse::<Id>());
    let done = match (person, Channel::parse(&given.channel), buddy.transpose()) {
        (Some(person), Some(channel), Ok(buddy)) => {
            kits.reach(branch.org.at(), &branch.members, (person, channel, buddy)).await
        }
        _ => Err(Problem::invalid("请选择是谁、怎么送。")),
    };
    match done {
        Ok(()) => ctx.redirect(&format!("/kits/branches/{id}"), Some("已记下。")),
        Err(problem) => again(&ctx, branch, &given, problem),
    }
}

fn again(ctx: &Ctx, branch: Branch, given: &Given, problem: Problem) -> Result {
    if matches!(problem.kind, ProblemKind::Invalid | ProblemKind::Conflict) {
        return draw(ctx, branch, given, Some(problem.message));
    }
    Err(problem.into())
}

fn draw(ctx: &Ctx, branch: Branch, given: &Given, mistake: Option<String>) -> Result {
    let name = branch.org.name.clone();
    let kits: BTreeMap<Id, &Kit> = branch.kits.iter().map(|kit| (kit.id, kit)).collect();
    let names: BTreeMap<Id, &str> = branch.members.iter().map(|member| (member.person, member.name.as_str())).collect();
    let table = DataTable::new("支部党员")
        .picks("person", "kit-issue")
        .column("姓名")
        .column("怎么送")
        .column("实体小书包")
        .column("学习伙伴");
    let mut without = Vec::new();
    let rows = branch.members.iter().map(|member| {
        let way = branch.ways.iter().find(|way| way.person == member.person);
        let issue = branch.issues.iter().find(|issue| issue.person == member.person);
        let reached = way.is_some() || issue.is_some() || member.has_account;
        if !reached {
            without.push(member.name.clone());
        }
        let channel = match way {
            Some(way) => Tag::info(way.channel.label()),
            None if member.has_account => Tag::plain("有账号"),
            None if issue.is_some() => Tag::plain(Channel::Kit.label()),
            None => Tag::attention("还没有安排"),
        };
        let kit = issue.map(|issue| {
            let title = kits.get(&issue.kit).map(|kit| kit.title.as_str()).unwrap_or_default();
            let newest = branch.kits.first().is_some_and(|newest| newest.id == issue.kit);
            let serial = issue.serial.map(|serial| format!(" {serial} 号")).unwrap_or_default();
            format!("{title}{serial}（{}）{}", issue.issued_day.chinese(), if newest { "" } else { "，可换新版" })
        });
        let buddy = way.and_then(|way| way.buddy).and_then(|buddy| names.get(&buddy)).copied().unwrap_or("—");
        Row::new([member.name.as_str().into(), channel.into(), kit.unwrap_or_else(|| "—".into()).into(), buddy.into()])
            .key(member.person.to_string())
            .named(&member.name)
    });
    let rows: Vec<Row> = rows.collect();
    let left = |kit: &Kit| branch.stock.iter().find(|(id, _)| *id == kit.id).map_or(0, |(_, count)| *count);
    let issuable = branch.kits.iter().map(|kit| Choice::new(kit.id, format!("{}（库存 {}）", kit.title, left(kit))));
    let people = || branch.members.iter().map(|member| Choice::new(member.person, &member.name));
    let first = |label: &str| std::iter::once(Choice::new("", label));
    let page = BranchPage {
        crumb: Breadcrumb::new(name.clone()).step("实体小书包", "/kits"),
        csrf: ctx.csrf(),
        id: branch.org.id.to_string(),
        mistake: mistake.map(Notice::bad),
        without: (!without.is_empty()).then(|| {
            let words = format!("{}：{}", without.len(), without.join("、"));
            Notice::attention(words).title("既没有账号，也没有发到小书包")
        }),
        empty: rows.is_empty().then(|| Empty::new("这个支部还没有登记党员").icon("users")),
        table: table.rows(rows),
        kit: (!branch.kits.is_empty()).then(|| Field::select("kit", "发哪一版", issuable.collect()).value(&given.kit)),
        reach: vec![
            Field::select("person", "谁", first("请选择").chain(people()).collect())
                .value(given.person.first().cloned().unwrap_or_default()),
            Field::radio(
                "channel",
                "怎么送",
                Channel::ALL.iter().map(|each| Choice::new(each.as_str(), each.label())).collect(),
            )
            .value(&given.channel),
            Field::select("buddy", "学习伙伴", first("不安排").chain(people()).collect()).value(&given.buddy),
        ],
        name,
    };
    if page.mistake.is_some() {
        return ctx.refused(&page.name, Density::Desk, &page);
    }
    ctx.page(&page.name, Density::Desk, &page)
}

/// The day that was written, or today.
pub(super) fn day_or(today: Day, written: &str) -> std::result::Result<Day, Problem> {
    if written.trim().is_empty() {
        return Ok(today);
    }
    written.trim().parse().map_err(|_| Problem::invalid("日期请写成 2016-12-16 的样子。"))
}
