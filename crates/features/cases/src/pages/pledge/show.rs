//! One pledge: what is promised, by when, who has signed, what was before.

use askama::Template;
use huiyin_base::{Day, Id, Problem};
use huiyin_db::Tx;
use huiyin_directory::Viewer;
use huiyin_web::components::{Breadcrumb, Button, DataTable, Event, Field, Html, Notice, Row, Tag, Timeline, Tone};
use huiyin_web::{Can, Csrf, Ctx, Density, Path, Query, Result};
use serde::Deserialize;

use super::super::fields::grouped;
use super::list::state_tag;
use crate::permissions::{PLEDGED, PledgeSee, SEES};
use crate::pledge::{issuing_grant, side_of};
use crate::store::{self, Pledge, PledgeSignature, PledgeState, PledgeTarget, PledgeVersion, Side, SignManner};
use crate::{CaseRef, store::CaseLine};

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    pub(super) version: String,
}

/// A pledge in one of its versions.
pub(super) struct Found {
    pub(super) pledge: Pledge,
    pub(super) version: PledgeVersion,
    pub(super) versions: Vec<PledgeVersion>,
    pub(super) targets: Vec<PledgeTarget>,
    pub(super) signatures: Vec<PledgeSignature>,
    pub(super) issuer: String,
    pub(super) party: String,
}

/// The pledge of an address, in the version asked for or the newest.
pub(super) async fn found(tx: &mut Tx, ctx: &Ctx, viewer: &Viewer, id: &str, version: &str) -> Result<Found> {
    let id: Id = id.parse().map_err(|_| Problem::not_found())?;
    let scope = viewer.scope(PLEDGED);
    let pledge = store::pledge_find(tx, &scope, ctx.site.home, id).await?.ok_or_else(Problem::not_found)?;
    let versions = store::pledge_versions(tx, pledge.region, id).await?;
    let n = if version.is_empty() { pledge.versions } else { version.parse().map_err(|_| Problem::not_found())? };
    let version = versions.iter().find(|one| one.n == n).cloned().ok_or_else(Problem::not_found)?;
    let names = store::place_names(tx, vec![pledge.issuer, pledge.party]).await?;
    let name = |org: &Id| names.get(org).map(|place| place.name.clone()).unwrap_or_default();
    Ok(Found {
        targets: store::pledge_targets(tx, pledge.region, id, n).await?,
        signatures: store::pledge_signatures(tx, pledge.region, id).await?,
        issuer: name(&pledge.issuer),
        party: name(&pledge.party),
        pledge,
        version,
        versions,
    })
}

#[derive(Template)]
#[template(path = "pledge.html")]
struct PledgePage {
    csrf: Csrf,
    steps: Breadcrumb,
    at: String,
    heading: String,
    state: Tag,
    old: Option<Notice>,
    ended: Option<Notice>,
    mistake: Option<String>,
    text: Vec<String>,
    change: String,
    targets: DataTable,
    facts: Vec<(&'static str, String)>,
    signatures: Vec<(&'static str, String, Tag)>,
    /// Version and password, for whoever may sign now.
    sign: Option<(i64, Field)>,
    acts: Vec<Button>,
    end: Option<Field>,
    history: Timeline,
}

pub(crate) async fn show(ctx: Ctx, can: Can<PledgeSee>, Path(id): Path<String>, Query(asked): Query<Asked>) -> Result {
    draw(&ctx, &can.viewer, &id, &asked.version, None).await
}

/// The page, with what was wrong with a signature or an end.
pub(super) async fn draw(ctx: &Ctx, viewer: &Viewer, id: &str, version: &str, mistake: Option<String>) -> Result {
    let mut tx = ctx.site.db.snapshot().await?;
    let found = found(&mut tx, ctx, viewer, id, version).await?;
    let drawn: Vec<CaseRef> = found.targets.iter().filter_map(case_of).collect();
    let lines = store::case_lines(&mut tx, &viewer.scope(SEES), &drawn).await?;
    drop(tx);
    let (today, pledge, version) = (ctx.today(), &found.pledge, &found.version);
    let newest = version.n == pledge.versions;
    let runs = pledge.ended_day.is_none() && pledge.until_day >= today;
    let writes = runs && newest && issuing_grant(viewer).is_some_and(|grant| grant.org == pledge.issuer_org());
    let refused = mistake.is_some();
    let page = PledgePage {
        csrf: ctx.csrf(),
        steps: Breadcrumb::new(found.party.clone()).step("责任书", "/pledges"),
        at: pledge.id.to_string(),
        heading: pledge.title.clone(),
        state: state_tag(pledge, today),
        old: (!newest).then(|| old(&found)),
        ended: pledge.ended_day.map(|day| {
            Notice::info(format!("{}终止：{}", day.chinese(), pledge.end_reason.as_deref().unwrap_or_default()))
        }),
        mistake,
        text: version.text.lines().map(str::to_owned).filter(|line| !line.trim().is_empty()).collect(),
        change: version.change.clone(),
        targets: targets(&found.targets, &lines),
        facts: facts(&found),
        signatures: signatures(&found),
        sign: (runs && newest).then(|| sign(&found, viewer)).flatten(),
        acts: acts(pledge, version, writes),
        end: writes.then(|| Field::area("reason", "终止的原因", 2).required()),
        history: history(&found),
    };
    if refused {
        return ctx.refused(&pledge.title, Density::Desk, &page);
    }
    ctx.page(&pledge.title, Density::Desk, &page)
}

fn old(found: &Found) -> Notice {
    let newest = found.pledge.versions;
    let words = format!(
        "您看的是第 {} 版。<a class=\"link\" href=\"/pledges/{}\">看最新的第 {newest} 版</a>",
        found.version.n, found.pledge.id
    );
    Notice::attention(Html::drawn(words))
}

fn acts(pledge: &Pledge, version: &PledgeVersion, writes: bool) -> Vec<Button> {
    let (id, n) = (pledge.id, version.n);
    let mut acts = vec![
        Button::secondary("打印（可手签）").icon("printer").to(format!("/pledges/{id}/print?version={n}")),
        Button::secondary("下载 Word").icon("download").to(format!("/pledges/{id}/document?version={n}")).download(),
    ];
    if writes {
        acts.push(Button::secondary("修改，另起一版").icon("file-pen").to(format!("/pledges/{id}/change")));
    }
    acts
}

/// The case a target was drawn from.
pub(super) fn case_of(target: &PledgeTarget) -> Option<CaseRef> {
    target.case_region.zip(target.case_id).map(|(region, id)| CaseRef { region, id })
}

/// 解决饮水困难 1,200 户
pub(super) fn amount(target: &PledgeTarget) -> String {
    target.target.map(|n| format!("{}{}", grouped(n), target.measure)).unwrap_or_default()
}

fn targets(targets: &[PledgeTarget], lines: &[CaseLine]) -> DataTable {
    let table =
        DataTable::new("目标").titled().column("序号").column("目标").figure("目标数").column("时限").column("清单");
    table.rows(targets.iter().map(|target| {
        let line = target.case_id.and_then(|case| lines.iter().find(|line| line.id == case));
        let from = match (line, target.case_id) {
            (Some(line), _) => Html::join([
                Html::drawn(format!("<a class=\"link\" href=\"/lists/{}\">看进展</a>", line.id)),
                super::super::card::state_tag(line.state, line.outcome, false),
            ]),
            (None, Some(_)) => Html::from("来自任务清单"),
            (None, None) => Html::default(),
        };
        Row::new([
            Html::from(target.position.to_string()),
            Html::from(target.text.as_str()),
            Html::from(amount(target)),
            Html::from(target.due_day.map(Day::chinese).unwrap_or_default()),
            from,
        ])
    }))
}

fn facts(found: &Found) -> Vec<(&'static str, String)> {
    let Found { pledge, version, .. } = found;
    vec![
        ("发出方", found.issuer.clone()),
        ("承担方", found.party.clone()),
        ("批准文号", pledge.approval.clone()),
        ("批准机关", pledge.approver.clone()),
        ("有效期到", pledge.until_day.chinese()),
        ("版本", format!("第 {} 版，{}", version.n, version.state.label())),
        ("起草", format!("{}　{}", version.made_post, version.made_day.chinese())),
    ]
}

pub(super) fn signature(found: &Found, side: Side) -> Option<&PledgeSignature> {
    found.signatures.iter().find(|one| one.n == found.version.n && one.side == side)
}

fn signatures(found: &Found) -> Vec<(&'static str, String, Tag)> {
    let side = |side: Side, unit: &str| match signature(found, side) {
        Some(one) => {
            (side.label(), format!("{}　{}", one.post, one.day.chinese()), Tag::good(one.manner.label()).icon("check"))
        }
        None => (side.label(), unit.to_owned(), Tag::attention("还没有签")),
    };
    vec![side(Side::Issuer, &found.issuer), side(Side::Party, &found.party)]
}

fn sign(found: &Found, viewer: &Viewer) -> Option<(i64, Field)> {
    let side = side_of(&found.pledge, viewer)?;
    let open = signature(found, side).is_none() && found.version.state == PledgeState::Awaiting;
    let password = Field::password("password", "再输一次您的登录密码").hint("签署要确认是您本人。").required();
    open.then(|| (found.version.n, password.with("autocomplete", "current-password")))
}

fn history(found: &Found) -> Timeline {
    let mut events = Vec::new();
    for version in found.versions.iter().rev() {
        let href = format!("/pledges/{}?version={}", found.pledge.id, version.n);
        let mut signed: Vec<&PledgeSignature> = found.signatures.iter().filter(|one| one.n == version.n).collect();
        signed.sort_by_key(|one| std::cmp::Reverse(one.day));
        for one in signed {
            let how = if one.manner == SignManner::Paper { "在纸上签署" } else { "签署" };
            let title = format!("{}{how}第 {} 版", one.side.label(), version.n);
            events.push(Event::new(Tone::Good, "check", title, one.day.chinese()).by(&one.post));
        }
        let what = if version.change.is_empty() { "起草" } else { version.change.as_str() };
        let text = Html::drawn(format!("{}　<a class=\"link\" href=\"{href}\">看这一版</a>", Html::from(what)));
        let title = format!("第 {} 版送双方签署", version.n);
        events.push(
            Event::new(Tone::Info, "file-pen", title, version.made_day.chinese()).by(&version.made_post).text(text),
        );
    }
    Timeline::new(events)
}
