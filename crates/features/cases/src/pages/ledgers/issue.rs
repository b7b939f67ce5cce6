//! Handing something down: to one unit below, or to several at once with the same words.

use std::collections::BTreeMap;

use askama::Template;
use huiyin_base::{Id, Problem, ProblemKind};
use huiyin_db::Tx;
use huiyin_directory::{OrgKind, OrgRef, Viewer, org_find, org_root};
use huiyin_web::components::{Breadcrumb, Choice, Field};
use huiyin_web::{Can, Csrf, Ctx, Density, Path, Query, Result, Upload};

use super::super::action::org_of;
use super::super::action_post::day_of;
use super::super::card::knowing;
use super::super::kind_fields::{Choices, files_chosen, first_inputs, has_files, taken, values_of};
use super::super::place::counties;
use crate::permissions::CaseIssue;
use crate::store::{self, PlaceName};
use crate::{Attached, Issuing, Kind, Moment, Standing};

#[derive(Template)]
#[template(path = "ledger_issue.html")]
struct IssuePage {
    csrf: Csrf,
    steps: Breadcrumb,
    title: String,
    path: String,
    mistake: Option<String>,
    nonce: String,
    /// The unit in whose name it is handed down, where there are several to choose from: changing it asks again.
    issuer: Field,
    issuers: usize,
    issuer_id: String,
    units: Option<Field>,
    fields: Vec<Field>,
    own: Vec<Field>,
    /// The form sends files.
    files: bool,
}

type Given = BTreeMap<String, String>;

pub(crate) async fn new(ctx: Ctx, can: Can<CaseIssue>, Path(name): Path<String>, Query(given): Query<Given>) -> Result {
    draw(&ctx, &can.viewer, &name, given, &[], None).await
}

pub(crate) async fn create(ctx: Ctx, can: Can<CaseIssue>, Path(name): Path<String>, upload: Upload) -> Result {
    let to: Vec<String> = upload.all("to").map(str::to_owned).collect();
    let mut given = Given::new();
    for (name, text) in upload.texts() {
        given.entry(name.to_owned()).or_insert_with(|| text.to_owned());
    }
    let engine = knowing(&ctx.site, &name).await?;
    let kind = engine.book.kind(&name).filter(|kind| kind.is_issued()).ok_or_else(Problem::not_found)?;
    let all = match asked(kind, &given, &to) {
        Ok(all) => with_files(&ctx, kind, &upload, &can.viewer, all).await,
        Err(problem) => Err(problem),
    };
    let all = match all {
        Ok(all) => all,
        Err(problem) if matches!(problem.kind, ProblemKind::Invalid | ProblemKind::TooLarge) => {
            let again = if files_chosen(kind, &upload) { AGAIN } else { "" };
            return draw(&ctx, &can.viewer, &name, given, &to, Some(format!("{}{again}", problem.message))).await;
        }
        Err(problem) => return Err(problem.into()),
    };
    let count = all.len();
    let files: Vec<Attached> = all.iter().flat_map(|(_, files)| files.clone()).collect();
    let done = engine.issue_with_files(&name, all, &can.viewer, Moment::at(ctx.now()), &mut ctx.rng()).await;
    let named = done.as_ref().is_ok_and(|issued| issued.iter().any(|one| !one.repeated));
    if !named {
        crate::discard(&ctx.site.files, &files).await;
    }
    match done {
        Ok(issued) => {
            let new = issued.iter().filter(|one| !one.repeated).count();
            let message =
                if new == 0 { "这张表单已经下达过。".to_owned() } else { format!("已下达 {new} 件。") };
            let first = issued.first().filter(|_| count == 1).map(|one| format!("/cases/{}", one.case.id));
            ctx.redirect(&first.unwrap_or_else(|| format!("/ledgers/{name}")), Some(&message))
        }
        Err(problem) if problem.kind == ProblemKind::Invalid => {
            let again = if files.is_empty() { "" } else { AGAIN };
            draw(&ctx, &can.viewer, &name, given, &to, Some(format!("{}{again}", problem.message))).await
        }
        Err(problem) => Err(problem.into()),
    }
}

/// No browser keeps a file that was chosen.
const AGAIN: &str = "附件要重新选择。";

/// The most units to which files go at once: each has its own, so that each can be kept and removed with its case.
const MOST_WITH_FILES: usize = 20;

/// Each unit's case with its own copy of the files.
async fn with_files(
    ctx: &Ctx,
    kind: &Kind,
    upload: &Upload,
    viewer: &Viewer,
    all: Vec<Issuing>,
) -> std::result::Result<Vec<(Issuing, Vec<Attached>)>, Problem> {
    let chosen = files_chosen(kind, upload);
    if chosen && all.len() > MOST_WITH_FILES {
        let message = format!("带附件的一次最多下达给 {MOST_WITH_FILES} 个单位，请分几次，或者下达后在各件里上传。");
        return Err(Problem::invalid(message));
    }
    if chosen && issuers(viewer, kind).is_empty() {
        return Err(Problem::forbidden(format!("您的岗位不下达“{}”。", kind.label)));
    }
    let mut ready: Vec<(Issuing, Vec<Attached>)> = Vec::with_capacity(all.len());
    for mut issuing in all {
        match taken(ctx, kind, upload, issuing.to.region).await {
            Ok(files) => {
                issuing.values.extend(files.iter().map(Attached::value));
                ready.push((issuing, files));
            }
            Err(problem) => {
                for (_, files) in &ready {
                    crate::discard(&ctx.site.files, files).await;
                }
                return Err(problem);
            }
        }
    }
    Ok(ready)
}

/// What the form asks for, unit by unit.
fn asked(kind: &Kind, given: &Given, to: &[String]) -> std::result::Result<Vec<Issuing>, Problem> {
    let of = |name: &str| given.get(name).cloned().unwrap_or_default();
    let issuer = org_of(&of("issuer")).ok_or_else(|| Problem::invalid("请选择以哪个单位的名义下达。"))?;
    let units: Vec<OrgRef> = to.iter().filter_map(|id| org_of(id)).collect();
    if units.is_empty() {
        return Err(Problem::invalid("请选择交给哪些单位。"));
    }
    let nonce = of("nonce");
    if nonce.len() < 8 {
        return Err(Problem::invalid("这张表单不完整，请刷新页面后重新填写。"));
    }
    let (values, deadline) = (values_of(kind, given)?, day_of(&of("deadline"))?);
    let one = |to: OrgRef| Issuing {
        to,
        account: None,
        title: of("title"),
        text: of("text"),
        values: values.clone(),
        deadline,
        issuer,
        parent: None,
        nonce: format!("{nonce}/{}", to.id),
    };
    Ok(units.into_iter().map(one).collect())
}

async fn draw(ctx: &Ctx, viewer: &Viewer, name: &str, given: Given, to: &[String], mistake: Option<String>) -> Result {
    let engine = knowing(&ctx.site, name).await?;
    let kind = engine.book.kind(name).filter(|kind| kind.is_issued()).ok_or_else(Problem::not_found)?;
    let mut tx = ctx.site.db.read().await?;
    let issuers = issuers(viewer, kind);
    let chosen = given.get("issuer").and_then(|id| org_of(id));
    let issuer = issuers.iter().find(|(org, _)| Some(*org) == chosen).or(issuers.first());
    let Some((issuer, _)) = issuer else {
        let message = format!("您的岗位不下达“{}”。需要下达的，请联系县（市、区）或者市级的负责岗位。", kind.label);
        return Err(Problem::forbidden(message).into());
    };
    let units = units(ctx, &mut tx, *issuer).await?;
    let county = org_root(&mut tx, issuer.region).await?.map_or(*issuer, |root| root.at());
    let choices = Choices::find(ctx, &mut tx, kind, county, &[*issuer]).await?;
    let of = |name: &str| given.get(name).cloned().unwrap_or_default();
    let nonce = given.get("nonce").filter(|nonce| nonce.len() >= 8).cloned();
    let nonce = nonce.unwrap_or_else(|| Id::new(viewer.account.region, ctx.now(), &mut ctx.rng()).to_string());
    let names = issuers.iter().map(|(org, name)| Choice::new(org.id, name)).collect();
    let title = format!("下达{}", kind.label);
    let boxes = units.iter().map(|unit| Choice::new(unit.id, &unit.name)).collect();
    let page = IssuePage {
        csrf: ctx.csrf(),
        steps: Breadcrumb::new(title.as_str())
            .step("分类台账", "/ledgers")
            .step(kind.label.as_str(), format!("/ledgers/{name}")),
        path: format!("/ledgers/{name}"),
        nonce,
        issuer: Field::select("issuer", "下达单位", names)
            .value(issuer.id)
            .hint("换了下达单位，下面能选的单位也会变。"),
        issuers: issuers.len(),
        issuer_id: issuer.id.to_string(),
        units: (!units.is_empty()).then(|| {
            Field::boxes("to", "交给哪些单位", boxes)
                .values(to)
                .hint("可以选几个，每个单位各一件，各自签收、各自销号。")
        }),
        fields: vec![
            title_field(kind).value(of("title")),
            Field::area("text", "要办的事，办到什么程度", 4).value(of("text")).required(),
            Field::date("deadline", "完成期限").value(of("deadline")).hint("选一个工作日；不填就按规则从签收起计算。"),
        ],
        files: has_files(kind),
        own: first_inputs(kind, &given, &choices),
        title: title.clone(),
        mistake,
    };
    if page.mistake.is_some() {
        return ctx.refused(&title, Density::Desk, &page);
    }
    ctx.page(&title, Density::Desk, &page)
}

fn title_field(kind: &Kind) -> Field {
    let field = Field::text("title", "名称").longest(60).required();
    if kind.public_ledger {
        field.hint("这类事项对外公开，名称谁都能看到：不要写人名、门牌号。")
    } else {
        field
    }
}

/// In whose name the viewer may hand this kind down.
pub(super) fn issuers(viewer: &Viewer, kind: &Kind) -> Vec<(OrgRef, String)> {
    let roles = kind.roles(Standing::Desk);
    let mut all: Vec<(OrgRef, String)> = viewer
        .grants
        .iter()
        .filter(|grant| roles.contains(&grant.role))
        .map(|grant| (grant.org, grant.org_name.clone()))
        .collect();
    all.dedup();
    all
}

/// The units that it may be handed down to from here: those below, and the unit itself.
pub(crate) async fn units(ctx: &Ctx, tx: &mut Tx, issuer: OrgRef) -> Result<Vec<PlaceName>> {
    const BELOW: [OrgKind; 4] = [OrgKind::Department, OrgKind::Township, OrgKind::Village, OrgKind::Community];
    let Some(org) = org_find(tx, issuer).await? else { return Ok(Vec::new()) };
    let head = match (org.kind, org.parent) {
        (OrgKind::Department, Some(parent)) => OrgRef { region: issuer.region, id: parent },
        _ => issuer,
    };
    let mut units = Vec::new();
    if org_find(tx, head).await?.is_some_and(|head| head.kind == OrgKind::City) {
        let mut roots = Vec::new();
        for county in counties(&ctx.site) {
            roots.extend(org_root(tx, county.region).await?.map(|root| root.id));
        }
        let named = store::place_names(tx, roots.clone()).await?;
        units.extend(roots.iter().filter_map(|id| named.get(id).cloned()));
    }
    units.extend(store::place_children(tx, head.region, head.id, &BELOW, ctx.today()).await?);
    units.retain(|unit| unit.id != issuer.id);
    units.extend(store::place_names(tx, vec![issuer.id]).await?.into_values());
    Ok(units)
}
