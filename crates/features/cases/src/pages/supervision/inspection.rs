//! One inspection: what is looked at, who goes where, what was seen, what came of it.

use std::collections::HashMap;

use askama::Template;
use huiyin_base::{Day, Id, Problem, ProblemKind};
use huiyin_db::Tx;
use huiyin_directory::{OrgKind, Viewer, org_find, scope_contains};
use huiyin_web::components::{Breadcrumb, Button, Choice, Field, Notice, Tag};
use huiyin_web::{Can, Csrf, Ctx, Density, Form, Path, Result};
use serde::Deserialize;

use super::inspections::state_tag;
use super::{days, id_of};
use crate::Moment;
use crate::pages::{cases, counties};
use crate::permissions::{INSPECTS, InspectionOrder, InspectionSee, SEES};
use crate::supervision::store::{
    Inspection, InspectionFinding, InspectionKind, InspectionMark, InspectionPhoto, InspectionRecord, InspectionTeam,
    InspectionUnit, Verdict, crew_has, crew_list, finding_list, inspection_find, item_list, mark_list, member_list,
    photo_list, record_list, unit_list,
};
use crate::supervision::{Closing, SupervisionRules};

#[derive(Template)]
#[template(path = "inspection.html")]
struct ShowPage {
    csrf: Csrf,
    crumb: Breadcrumb,
    id: String,
    title: String,
    kind: Tag,
    state: Tag,
    hidden: bool,
    org: String,
    when: String,
    theme: String,
    round: Option<i64>,
    plan: Option<String>,
    outside: Option<(String, String)>,
    items: Vec<String>,
    teams: Vec<(String, String)>,
    mistake: Option<Notice>,
    visits: Vec<Visit>,
    visited: usize,
    draw: Option<Drawn>,
    /// Freezing the list, where that is still to be done.
    freeze: Option<Vec<Field>>,
    /// Drawing, once it is frozen.
    lots: Option<Field>,
    name: Option<Vec<Field>>,
    assigns: bool,
    closing: Option<Vec<Field>>,
    outcome: Option<String>,
    counts: Option<(i64, i64)>,
    praise: Option<Button>,
}

/// A unit that is visited.
struct Visit {
    n: i64,
    name: String,
    team: String,
    teams: Field,
    drawn: bool,
    day: Option<String>,
    records: Vec<Seen>,
    write: Option<String>,
}

/// What was written down there.
struct Seen {
    day: String,
    text: String,
    spoken: i64,
    unfit: Vec<String>,
    photos: Vec<String>,
    findings: Vec<Found>,
}

struct Found {
    title: String,
    href: Option<String>,
}

/// The draw in short.
struct Drawn {
    list: String,
    listed: i64,
    came_out: Option<i64>,
    list_hash: String,
    seed_hash: String,
    day: String,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Given {
    outcome: String,
    talks: String,
    removed: String,
}

pub(crate) async fn show(ctx: Ctx, can: Can<InspectionSee>, Path(id): Path<String>) -> Result {
    page(&ctx, &can.viewer, id_of(&id)?, None, Given::default()).await
}

pub(crate) async fn close(
    ctx: Ctx,
    can: Can<InspectionOrder>,
    Path(id): Path<String>,
    Form(given): Form<Given>,
) -> Result {
    let id = id_of(&id)?;
    let count = |text: &str| text.trim().parse::<i64>().ok();
    let closing =
        Closing { outcome: given.outcome.clone(), talks: count(&given.talks), removed: count(&given.removed) };
    let moment = Moment::at(ctx.now());
    match cases(&ctx.site)?.inspection_close(id, closing, &can.viewer, moment, &mut ctx.rng()).await {
        Ok(()) => ctx.redirect(&format!("/inspections/{id}"), Some("这次督查已结束，发现的问题交被查单位整改。")),
        Err(problem) => again(&ctx, &can.viewer, id, problem, given).await,
    }
}

/// The page again with what was wrong; what may not be known stays unknown.
pub(super) async fn again(ctx: &Ctx, viewer: &Viewer, id: Id, problem: Problem, given: Given) -> Result {
    match problem.kind {
        ProblemKind::Invalid | ProblemKind::Conflict => page(ctx, viewer, id, Some(problem.message), given).await,
        _ => Err(problem.into()),
    }
}

async fn page(ctx: &Ctx, viewer: &Viewer, id: Id, mistake: Option<String>, given: Given) -> Result {
    let mut tx = ctx.site.db.snapshot().await?;
    let scope = viewer.scope(SEES);
    let inspection = inspection_find(&mut tx, &scope, id).await?.ok_or_else(Problem::not_found)?;
    let items = item_list(&mut tx, id).await?;
    let crew = crew_list(&mut tx, id).await?;
    let Reads { runs, inspects, units: shown } = reads(ctx, &mut tx, viewer, &inspection).await?;
    let open = inspection.done_day.is_none();
    let mut told = Told {
        records: record_list(&mut tx, id).await?,
        marks: mark_list(&mut tx, id).await?,
        photos: photo_list(&mut tx, id).await?,
        findings: finding_list(&mut tx, id).await?,
    };
    told.records.retain(|record| shown.iter().any(|unit| unit.n == record.unit_n));
    let members = member_list(&mut tx, inspection.region, &crew.iter().map(|team| team.id).collect::<Vec<_>>()).await?;
    let own: Vec<Id> = members.iter().filter(|one| one.account() == viewer.account).map(|one| one.team).collect();
    let org = org_find(&mut tx, inspection.org()).await?.map(|org| org.name).unwrap_or_default();
    let plan = match inspection.plan {
        Some(plan) => crate::supervision::store::plan_find(&mut tx, inspection.org(), plan).await?,
        None => None,
    };
    drop(tx);
    let visits: Vec<Visit> = shown
        .iter()
        .map(|unit| visit(unit, &crew, &told, &items, open, own.contains(&unit.team.unwrap_or(id))))
        .collect();
    let teams = crew.iter().map(|team| {
        let count = members.iter().filter(|member| member.team == team.id).count();
        (team.name.clone(), format!("{count} 人"))
    });
    let page = ShowPage {
        csrf: ctx.csrf(),
        crumb: Breadcrumb::new(inspection.title.clone()).step("督查", "/inspections"),
        id: id.to_string(),
        title: inspection.title.clone(),
        kind: Tag::plain(inspection.kind.label()),
        state: state_tag(&inspection, ctx.today()),
        hidden: inspection.is_hidden(),
        org,
        when: days(inspection.from_day, inspection.to_day),
        theme: inspection.theme.clone(),
        round: inspection.round,
        plan: plan.map(|plan| format!("{}（{}）", plan.title, plan.approval)),
        outside: inspection.outside_reason.clone().zip(inspection.outside_approval.clone()),
        items: items.iter().map(|item| item.text.clone()).collect(),
        teams: teams.collect(),
        mistake: mistake.map(Notice::bad),
        visited: visits.iter().filter(|visit| visit.day.is_some()).count(),
        visits,
        draw: draw_of(&inspection),
        freeze: (runs && open && inspection.frozen_day.is_none()).then(|| freeze_fields(ctx, &inspection)),
        lots: (runs && open && inspection.frozen_day.is_some() && inspection.drawn_day.is_none())
            .then(|| Field::number("count", "抽几个单位").required()),
        name: (runs && open).then(|| name_fields(ctx, &inspection)),
        assigns: runs && open && crew.len() > 1,
        closing: (runs && open).then(|| closing_fields(&inspection, &given)),
        outcome: inspection.outcome.clone().filter(|_| inspects),
        counts: inspection.talks.zip(inspection.removed).filter(|_| inspects && inspection.region == ctx.site.home),
        praise: (inspects && viewer.has_any(INSPECTS) && !inspection.is_hidden()).then(|| {
            Button::secondary("收录一个好做法").icon("lightbulb").to(format!("/practices/new?inspection={id}"))
        }),
    };
    if page.mistake.is_some() {
        return ctx.refused(&inspection.title, Density::Desk, &page);
    }
    ctx.page(&inspection.title, Density::Desk, &page)
}

/// What a viewer reads of an inspection.
pub(super) struct Reads {
    /// He leads it.
    runs: bool,
    /// He reads of every unit.
    inspects: bool,
    /// Of which units he reads.
    pub(super) units: Vec<InspectionUnit>,
}

/// Whoever is inspected reads of himself alone; whoever inspects reads all.
pub(super) async fn reads(ctx: &Ctx, tx: &mut Tx, viewer: &Viewer, inspection: &Inspection) -> Result<Reads> {
    let (id, scope) = (inspection.id, viewer.scope(SEES));
    let runs = viewer.has_any(INSPECTS) && cases(&ctx.site)?.inspection_runs(tx, id, viewer).await.is_ok();
    let mine = crew_has(tx, id, viewer.account, None).await?;
    let inspects = runs || mine || scope_contains(tx, &scope, inspection.org()).await?;
    let mut units = Vec::new();
    for unit in unit_list(tx, id, true).await? {
        if inspects || scope_contains(tx, &scope, unit.at()).await? {
            units.push(unit);
        }
    }
    Ok(Reads { runs, inspects, units })
}

/// What was written down at all units.
struct Told {
    records: Vec<InspectionRecord>,
    marks: Vec<InspectionMark>,
    photos: Vec<InspectionPhoto>,
    findings: Vec<InspectionFinding>,
}

fn visit(
    unit: &InspectionUnit,
    crew: &[InspectionTeam],
    told: &Told,
    items: &[crate::supervision::store::InspectionItem],
    open: bool,
    mine: bool,
) -> Visit {
    let name = unit.team.and_then(|id| crew.iter().find(|team| team.id == id)).map(|team| team.name.clone());
    let choices = crew.iter().map(|team| Choice::new(team.id, &team.name));
    let records = told.records.iter().filter(|record| record.unit_n == unit.n);
    Visit {
        n: unit.n,
        name: unit.name.clone(),
        team: name.unwrap_or_else(|| "还没有组能去（都要回避）".to_owned()),
        teams: Field::select("team", "哪个组去", choices.collect())
            .value(unit.team.map(|team| team.to_string()).unwrap_or_default())
            .within(&format!("u{}", unit.n))
            .hidden_label(),
        drawn: unit.listed,
        day: unit.visited_day.map(Day::chinese),
        records: records.map(|record| seen(record, told, items, unit.inspection)).collect(),
        write: (open && mine).then(|| format!("/inspections/{}/units/{}/record", unit.inspection, unit.n)),
    }
}

fn seen(
    record: &InspectionRecord,
    told: &Told,
    items: &[crate::supervision::store::InspectionItem],
    inspection: Id,
) -> Seen {
    let asked: HashMap<i64, &str> = items.iter().map(|item| (item.n, item.text.as_str())).collect();
    let unfit = told.marks.iter().filter(|mark| mark.record == record.id && mark.result == Verdict::Unfit);
    let findings = told.findings.iter().filter(|finding| finding.record == record.id);
    Seen {
        day: record.day.chinese(),
        text: record.text.clone(),
        spoken: record.spoken,
        unfit: unfit
            .map(|mark| {
                let text = asked.get(&mark.n).copied().unwrap_or_default();
                if mark.note.is_empty() { text.to_owned() } else { format!("{text}（{}）", mark.note) }
            })
            .collect(),
        photos: told
            .photos
            .iter()
            .filter(|photo| photo.record == record.id)
            .map(|photo| format!("/inspections/{inspection}/photos/{}", photo.token))
            .collect(),
        findings: findings
            .map(|finding| Found {
                title: finding.title.clone(),
                href: finding.case().map(|case| format!("/cases/{}", case.id)),
            })
            .collect(),
    }
}

fn draw_of(inspection: &Inspection) -> Option<Drawn> {
    Some(Drawn {
        list: inspection.list_name.clone()?,
        listed: inspection.listed,
        came_out: inspection.drawn_day.map(|_| inspection.drawn),
        list_hash: inspection.list_hash.clone()?,
        seed_hash: inspection.seed_hash.clone()?,
        day: inspection.frozen_day?.chinese(),
    })
}

fn freeze_fields(ctx: &Ctx, inspection: &Inspection) -> Vec<Field> {
    let city = inspection.region == ctx.site.home;
    let kinds = [
        (OrgKind::County, "县（市、区）"),
        (OrgKind::Department, "部门"),
        (OrgKind::Township, "乡镇（街道）"),
        (OrgKind::Village, "村和社区"),
    ];
    let kinds = kinds.iter().filter(|(kind, _)| city || *kind != OrgKind::County);
    let kinds = kinds.map(|(kind, label)| Choice::new(kind.as_str(), *label)).collect();
    let mut fields = vec![Field::select("kind", "从哪类单位里抽", kinds).value("township").within("list")];
    if city {
        let mut places = vec![Choice::new("", "全市")];
        places.extend(counties(&ctx.site).iter().map(|county| Choice::new(&county.code, &county.name)));
        fields.push(Field::select("county", "在哪个范围", places).within("list"));
    }
    fields
}

fn name_fields(ctx: &Ctx, inspection: &Inspection) -> Vec<Field> {
    let mut fields = Vec::new();
    if inspection.region == ctx.site.home {
        let mut places = vec![Choice::new("", "市直")];
        places.extend(counties(&ctx.site).iter().map(|county| Choice::new(&county.code, &county.name)));
        fields.push(Field::select("county", "在哪个县（市、区）", places).within("name"));
    }
    fields.push(Field::text("unit", "单位名称或代码").required().longest(60).within("name"));
    fields
}

fn closing_fields(inspection: &Inspection, given: &Given) -> Vec<Field> {
    let rules = SupervisionRules::built_in().map_or(3_000, |rules| rules.limit.text);
    let mut fields = vec![
        Field::area("outcome", "督查结果", 3)
            .value(&given.outcome)
            .required()
            .longest(u32::try_from(rules).unwrap_or(3_000)),
    ];
    if inspection.kind == InspectionKind::Review {
        fields.push(
            Field::number("talks", "提醒谈话、教育培训、挂职的人数").value(&given.talks).hint("只记总数，不写姓名。"),
        );
        fields.push(Field::number("removed", "免职的人数").value(&given.removed).hint("只记总数，不写姓名。"));
    }
    fields
}
