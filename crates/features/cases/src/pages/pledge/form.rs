//! Writing a pledge: the unit first, then what is drawn from its list and what is added.

use askama::Template;
use huiyin_base::{Day, Id, Problem, ProblemKind};
use huiyin_db::Tx;
use huiyin_directory::{OrgKind, OrgRef, Viewer, org_children, org_find, org_root};
use huiyin_web::components::{Breadcrumb, Choice, Field};
use huiyin_web::{Can, Csrf, Ctx, Density, Form, Path, Query, Result};
use serde::Deserialize;

use super::super::action::org_of;
use super::super::card::cases;
use super::super::case::reference;
use super::super::fields::{Fields, grouped};
use super::super::place::counties;
use super::show;
use crate::Moment;
use crate::permissions::PledgeMake;
use crate::pledge::{DraftTarget, PledgeDraft, PledgeRules, issuing_grant};
use crate::store::{self, CaseOffer};

/// Rows to write targets in, beside those that are drawn from the list.
const ROWS: usize = 6;

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    party: String,
}

#[derive(Template)]
#[template(path = "pledge_form.html")]
struct FormPage {
    csrf: Csrf,
    steps: Breadcrumb,
    heading: String,
    lead: String,
    mistake: Option<String>,
    /// The first step: with whom.
    party: Option<Field>,
    /// The second: what.
    draft: Option<Draft>,
    /// Why this viewer cannot write one at all.
    refusal: Option<String>,
}

struct Draft {
    action: String,
    party: String,
    seen: String,
    head: Vec<Field>,
    text: Field,
    offers: Vec<Offer>,
    rows: Vec<[String; 4]>,
    change: Option<Field>,
    send: &'static str,
}

struct Offer {
    case: String,
    title: String,
    words: String,
    chosen: bool,
}

pub(crate) async fn new(ctx: Ctx, can: Can<PledgeMake>, Query(asked): Query<Asked>) -> Result {
    let given = Fields(vec![("party".into(), asked.party)]);
    draw_new(&ctx, &can.viewer, &given, None).await
}

async fn draw_new(ctx: &Ctx, viewer: &Viewer, given: &Fields, mistake: Option<String>) -> Result {
    let rules = PledgeRules::built_in()?;
    let mut tx = ctx.site.db.snapshot().await?;
    let may = issuing_grant(viewer).is_some();
    let party = org_of(given.first("party"));
    let found = match party {
        Some(org) if may => org_find(&mut tx, org).await?,
        _ => None,
    };
    let draft = match &found {
        Some(org) => {
            let offers = store::case_offers(&mut tx, org.at(), 60).await?;
            Some(drafted(ctx, "/pledges".to_owned(), org.at(), &offers, given, None))
        }
        None => None,
    };
    let refused = mistake.is_some();
    let page = FormPage {
        csrf: ctx.csrf(),
        steps: Breadcrumb::new("写一份责任书").step("责任书", "/pledges"),
        heading: found.as_ref().map_or("写一份责任书".into(), |org| format!("与{}的责任书", org.name)),
        lead: if draft.is_some() {
            "目标尽量从清单里选：进展由清单里的办理情况说话，不用另外报数。".into()
        } else {
            "先选与谁签。".into()
        },
        mistake,
        party: (may && draft.is_none()).then_some(parties(ctx, &mut tx).await?),
        draft,
        refusal: (!may).then(|| rules.refusal()),
    };
    if refused {
        return ctx.refused("写一份责任书", Density::Desk, &page);
    }
    ctx.page("写一份责任书", Density::Desk, &page)
}

/// The counties and the city's own departments.
async fn parties(ctx: &Ctx, tx: &mut Tx) -> Result<Field> {
    let mut choices = vec![Choice::new("", "请选择")];
    for county in counties(&ctx.site) {
        if let Some(root) = org_root(tx, county.region).await? {
            choices.push(Choice::new(root.id, &county.name).group("县（市、区）"));
        }
    }
    if let Some(city) = org_root(tx, ctx.site.home).await? {
        let below = org_children(tx, city.at(), ctx.today()).await?;
        let departments = below.iter().filter(|org| org.kind == OrgKind::Department);
        choices.extend(departments.map(|org| Choice::new(org.id, &org.name).group("市直部门")));
    }
    Ok(Field::select("party", "与谁签", choices).required())
}

fn drafted(ctx: &Ctx, action: String, party: OrgRef, offers: &[CaseOffer], given: &Fields, seen: Option<i64>) -> Draft {
    let year = ctx.today().year();
    let value = |name: &str, other: &str| match given.all(name).next() {
        Some(text) => text.to_owned(),
        None => other.to_owned(),
    };
    let chosen: Vec<&str> = given.all("case").collect();
    let offer = |offer: &CaseOffer| Offer {
        case: offer.id.to_string(),
        title: offer.title.clone(),
        words: [
            offer.target.map(|n| format!("{}{}", grouped(n), offer.measure)),
            offer.due_day.map(|day| format!("{}前", day.chinese())),
        ]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join("，"),
        chosen: chosen.contains(&offer.id.to_string().as_str()),
    };
    let mut rows: Vec<[String; 4]> = rows(given).collect();
    rows.resize_with(rows.len().max(ROWS), Default::default);
    Draft {
        action,
        party: party.id.to_string(),
        seen: seen.map(|n| n.to_string()).unwrap_or_default(),
        head: vec![
            Field::text("title", "标题")
                .value(value("title", &format!("{year} 年度目标责任书")))
                .longest(60)
                .required(),
            Field::text("approval", "批准文号")
                .value(value("approval", ""))
                .hint("例如：延办函〔2016〕12 号")
                .longest(40)
                .required(),
            Field::text("approver", "批准机关").value(value("approver", "")).longest(40).required(),
            Field::date("until", "有效期到").value(value("until", &format!("{year}-12-31"))).required(),
        ],
        text: Field::area("text", "正文", 8)
            .value(value("text", ""))
            .hint("写双方各做什么、怎么支持、怎么检查。每段一行。")
            .required(),
        offers: offers.iter().map(offer).collect(),
        rows,
        change: seen.map(|_| Field::area("change", "这一版改了什么，为什么", 2).value(value("change", "")).required()),
        send: if seen.is_some() { "存为新版，送双方再签" } else { "存好，送双方签署" },
    }
}

/// The rows that were written: text, number, measure, day.
fn rows(given: &Fields) -> impl Iterator<Item = [String; 4]> {
    let column = |name| given.all(name).map(str::to_owned).collect::<Vec<_>>();
    let (target, measure, due) = (column("target_n"), column("target_measure"), column("target_due"));
    let texts = column("target");
    texts.into_iter().enumerate().filter_map(move |(at, text)| {
        let of = |column: &[String]| column.get(at).cloned().unwrap_or_default();
        (!text.is_empty()).then(|| [text, of(&target), of(&measure), of(&due)])
    })
}

fn read(given: &Fields, offers: &[CaseOffer]) -> std::result::Result<PledgeDraft, Problem> {
    let mut targets = Vec::new();
    for case in given.all("case") {
        let offer = offers.iter().find(|offer| offer.id.to_string() == case);
        let offer = offer.ok_or_else(|| Problem::invalid("选的任务不在这个单位的清单里了，请重新选。"))?;
        targets.push(DraftTarget {
            text: offer.title.clone(),
            target: offer.target,
            measure: offer.measure.clone(),
            due: offer.due_day,
            case: Some(offer.at()),
        });
    }
    for [text, number, measure, due] in rows(given) {
        let target = match number.as_str() {
            "" => None,
            number => Some(
                Fields::number(number)
                    .ok_or_else(|| Problem::invalid(format!("“{text}”的目标数请写整数，例如 120。")))?,
            ),
        };
        targets.push(DraftTarget { text, target, measure, due: due.parse::<Day>().ok(), case: None });
    }
    Ok(PledgeDraft {
        title: given.first("title").to_owned(),
        approval: given.first("approval").to_owned(),
        approver: given.first("approver").to_owned(),
        until: given.first("until").parse().ok(),
        text: given.first("text").to_owned(),
        targets,
        change: given.first("change").to_owned(),
    })
}

pub(crate) async fn create(ctx: Ctx, can: Can<PledgeMake>, Form(given): Form<Vec<(String, String)>>) -> Result {
    let given = Fields(given);
    let made = make(&ctx, &can.viewer, &given).await;
    match made {
        Ok(id) => ctx.redirect(&format!("/pledges/{id}"), Some("已存好，等双方签署。")),
        Err(problem) if problem.kind == ProblemKind::Invalid => {
            draw_new(&ctx, &can.viewer, &given, Some(problem.message)).await
        }
        Err(problem) => Err(problem.into()),
    }
}

async fn make(ctx: &Ctx, viewer: &Viewer, given: &Fields) -> std::result::Result<Id, Problem> {
    let party = org_of(given.first("party")).ok_or_else(|| Problem::invalid("请选与谁签。"))?;
    let offers = store::case_offers(&mut ctx.site.db.read().await?, party, 60).await?;
    let draft = read(given, &offers)?;
    cases(&ctx.site)?.pledge_make(party, &draft, viewer, Moment::at(ctx.now()), &mut ctx.rng()).await
}

/// The newest version as a form.
pub(crate) async fn edit(ctx: Ctx, can: Can<PledgeMake>, Path(id): Path<String>) -> Result {
    draw_change(&ctx, &can.viewer, &id, None, None).await
}

async fn draw_change(ctx: &Ctx, viewer: &Viewer, id: &str, given: Option<&Fields>, mistake: Option<String>) -> Result {
    let mut tx = ctx.site.db.snapshot().await?;
    let found = show::found(&mut tx, ctx, viewer, id, "").await?;
    if issuing_grant(viewer).is_none_or(|grant| grant.org != found.pledge.issuer_org()) {
        return Err(Problem::forbidden("责任书由发出方修改，双方再签。需要修改请与发出方联系。").into());
    }
    let party = found.pledge.party_org();
    let offers = store::case_offers(&mut tx, party, 60).await?;
    drop(tx);
    let stored;
    let given = if let Some(given) = given {
        given
    } else {
        stored = as_fields(&found, &offers);
        &stored
    };
    let action = format!("/pledges/{id}/versions");
    let refused = mistake.is_some();
    let page = FormPage {
        csrf: ctx.csrf(),
        steps: Breadcrumb::new("修改").step("责任书", "/pledges").step(&found.party, format!("/pledges/{id}")),
        heading: format!("修改与{}的责任书", found.party),
        lead: "改了就是新的一版，双方都要再签。新版生效以前，原来生效的一版照旧。".into(),
        mistake,
        party: None,
        draft: Some(drafted(ctx, action, party, &offers, given, Some(found.pledge.versions))),
        refusal: None,
    };
    if refused {
        return ctx.refused("修改责任书", Density::Desk, &page);
    }
    ctx.page("修改责任书", Density::Desk, &page)
}

/// What was drawn from an entry that has ended since stays as a written line.
fn as_fields(found: &show::Found, offers: &[CaseOffer]) -> Fields {
    let pledge = &found.pledge;
    let mut fields = vec![
        ("title", pledge.title.clone()),
        ("approval", pledge.approval.clone()),
        ("approver", pledge.approver.clone()),
        ("until", pledge.until_day.to_string()),
        ("text", found.version.text.clone()),
    ];
    for target in &found.targets {
        match target.case_id.filter(|case| offers.iter().any(|offer| offer.id == *case)) {
            Some(case) => fields.push(("case", case.to_string())),
            None => fields.extend([
                ("target", target.text.clone()),
                ("target_n", target.target.map(|n| n.to_string()).unwrap_or_default()),
                ("target_measure", target.measure.clone()),
                ("target_due", target.due_day.map(|day| day.to_string()).unwrap_or_default()),
            ]),
        }
    }
    Fields(fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
}

pub(crate) async fn change(
    ctx: Ctx,
    can: Can<PledgeMake>,
    Path(id): Path<String>,
    Form(given): Form<Vec<(String, String)>>,
) -> Result {
    let given = Fields(given);
    match new_version(&ctx, &can.viewer, &id, &given).await {
        Ok(n) => ctx.redirect(&format!("/pledges/{id}"), Some(&format!("第 {n} 版已存好，等双方签署。"))),
        Err(problem) if matches!(problem.kind, ProblemKind::Invalid | ProblemKind::Conflict) => {
            draw_change(&ctx, &can.viewer, &id, Some(&given), Some(problem.message)).await
        }
        Err(problem) => Err(problem.into()),
    }
}

async fn new_version(ctx: &Ctx, viewer: &Viewer, id: &str, given: &Fields) -> std::result::Result<i64, Problem> {
    let at = reference(id).map_err(|_| Problem::not_found())?.id;
    let mut tx = ctx.site.db.read().await?;
    let scope = viewer.scope(crate::permissions::PLEDGED);
    let found = store::pledge_find(&mut tx, &scope, ctx.site.home, at).await?.ok_or_else(Problem::not_found)?;
    let offers = store::case_offers(&mut tx, found.party_org(), 60).await?;
    drop(tx);
    let seen = given.first("seen").parse().map_err(|_| Problem::not_found())?;
    let draft = read(given, &offers)?;
    cases(&ctx.site)?.pledge_change((found.region, at), seen, &draft, viewer, Moment::at(ctx.now())).await
}
