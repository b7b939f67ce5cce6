//! A pledge on paper, to be signed in ink or kept.

use askama::Template;
use huiyin_base::Day;
use huiyin_web::components::Breadcrumb;
use huiyin_web::{Can, Ctx, Density, Path, Query, Result};

use super::show::{self, Asked, Found, amount, signature};
use crate::permissions::PledgeSee;
use crate::store::Side;

#[derive(Template)]
#[template(path = "pledge_print.html")]
struct PrintPage {
    steps: Breadcrumb,
    mark: String,
    number: String,
    title: String,
    party: String,
    text: Vec<String>,
    targets: Vec<[String; 4]>,
    until: String,
    sides: Vec<Signed>,
    note: String,
}

/// Where a side signs, or has signed.
struct Signed {
    label: &'static str,
    unit: String,
    /// Post and day of an account's signature.
    by: Option<(String, String)>,
}

pub(crate) async fn print(ctx: Ctx, can: Can<PledgeSee>, Path(id): Path<String>, Query(asked): Query<Asked>) -> Result {
    let mut tx = ctx.site.db.snapshot().await?;
    let found = show::found(&mut tx, &ctx, &can.viewer, &id, &asked.version).await?;
    drop(tx);
    let page = PrintPage {
        steps: Breadcrumb::new("打印").step("责任书", "/pledges").step(&found.party, format!("/pledges/{id}")),
        mark: found.issuer.clone(),
        number: found.pledge.approval.clone(),
        title: found.pledge.title.clone(),
        party: found.party.clone(),
        text: found.version.text.lines().map(str::to_owned).filter(|line| !line.trim().is_empty()).collect(),
        targets: targets(&found),
        until: found.pledge.until_day.chinese(),
        sides: vec![signed(&found, Side::Issuer), signed(&found, Side::Party)],
        note: note(&found),
    };
    ctx.page("打印责任书", Density::Desk, &page)
}

/// 第 2 版，2016年3月1日起草，经……批准
pub(super) fn note(found: &Found) -> String {
    let (pledge, version) = (&found.pledge, &found.version);
    format!(
        "第 {} 版，{}起草；批准机关：{}；{}",
        version.n,
        version.made_day.chinese(),
        pledge.approver,
        version.state.label()
    )
}

pub(super) fn targets(found: &Found) -> Vec<[String; 4]> {
    let row = found.targets.iter().map(|target| {
        let due = target.due_day.map(Day::chinese).unwrap_or_default();
        [target.position.to_string(), target.text.clone(), amount(target), due]
    });
    row.collect()
}

fn signed(found: &Found, side: Side) -> Signed {
    let unit = if side == Side::Issuer { &found.issuer } else { &found.party };
    let by = signature(found, side).map(|one| (format!("{}（{}）", one.post, one.manner.label()), one.day.chinese()));
    Signed { label: side.label(), unit: unit.clone(), by }
}
