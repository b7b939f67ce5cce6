//! What changed above: on the case it is about, and on the desk of the unit.

use askama::Template;
use huiyin_base::{Id, Problem, ProblemKind};
use huiyin_db::Tx;
use huiyin_directory::{OrgRef, Viewer};
use huiyin_web::components::{DataTable, Empty, Field, Html, Notice, Row};
use huiyin_web::{Can, Csrf, Ctx, Density, Form, Path, Result};
use serde::Deserialize;

use super::super::card::cases;
use super::super::case::reference;
use crate::lists::words;
use crate::permissions::{ListBreak, OWNERS, SEES};
use crate::store::{self, CaseProposal, ProposalState};
use crate::{CaseItem, CaseRef, Moment};

/// A proposal on the page of its case, with the two answers where the viewer may give them.
#[derive(Template)]
#[template(path = "list_asking.html")]
pub(crate) struct Asking {
    csrf: Csrf,
    case: String,
    id: String,
    what: String,
    text: Option<String>,
    why: String,
    by: String,
    may: bool,
    outcome: Option<String>,
    reason: Field,
}

/// The newest proposals of a case: what waits, and what became of the last.
pub(crate) async fn asking(tx: &mut Tx, ctx: &Ctx, case: &CaseItem, viewer: &Viewer) -> Result<Vec<Html>> {
    if case.kind == "problem" {
        return Ok(Vec::new());
    }
    let all = store::proposal_list(tx, case.at()).await?;
    let may = viewer.grants_of(OWNERS).any(|grant| grant.org == case.owner());
    let shown = all.into_iter().take(3).filter(|one| one.state != ProposalState::Replaced);
    Ok(shown.map(|one| Html::drawn(of(ctx, &one, may).render().unwrap_or_default())).collect())
}

fn of(ctx: &Ctx, proposal: &CaseProposal, may: bool) -> Asking {
    let waits = proposal.state == ProposalState::Waiting;
    let outcome = (!waits).then(|| {
        let by = proposal.decided_post.as_deref().unwrap_or_default();
        let day = proposal.decided_day.map(huiyin_base::Day::chinese).unwrap_or_default();
        let reason = proposal.reason.as_ref().map(|reason| format!("：{reason}")).unwrap_or_default();
        format!("{}（{by}　{day}）{reason}", proposal.state.label())
    });
    Asking {
        csrf: ctx.csrf(),
        case: proposal.case_id.to_string(),
        id: proposal.id.to_string(),
        what: words(proposal),
        text: proposal.text.clone(),
        why: proposal.why.clone(),
        by: format!("{}　{}", proposal.post, proposal.day.chinese()),
        may: may && waits,
        outcome,
        reason: Field::text("reason", "不接受的原因").hint("接受时可以不写。"),
    }
}

/// A word on the desk and the lists while something waits for the viewer's units.
pub(crate) async fn band(tx: &mut Tx, viewer: &Viewer) -> Result<Option<Notice>> {
    let units: Vec<OrgRef> = viewer.grants_of(OWNERS).map(|grant| grant.org).collect();
    let waiting = store::proposal_waiting(tx, &units, 100).await?.len();
    let words =
        format!("上级调整了 {waiting} 项任务，等您回应。<a class=\"link\" href=\"/lists/proposals\">逐项看</a>");
    Ok((waiting > 0).then(|| Notice::attention(Html::drawn(words))))
}

#[derive(Template)]
#[template(path = "list_proposals.html")]
struct ProposalsPage {
    table: Option<DataTable>,
    empty: Option<Empty>,
}

/// What waits for the viewer's units.
pub(crate) async fn list(ctx: Ctx, can: Can<ListBreak>) -> Result {
    let mut tx = ctx.site.db.snapshot().await?;
    let units: Vec<OrgRef> = can.viewer.grants_of(OWNERS).map(|grant| grant.org).collect();
    let waiting = store::proposal_waiting(&mut tx, &units, 100).await?;
    let refs: Vec<CaseRef> = waiting.iter().map(CaseProposal::case).collect();
    let lines = store::case_lines(&mut tx, &can.viewer.scope(SEES), &refs).await?;
    drop(tx);
    let table =
        DataTable::new("等您回应的调整").column("任务").column("调整").column("原因").column("谁提的").column("日期");
    let rows = waiting.iter().filter_map(|one| {
        let line = lines.iter().find(|line| line.id == one.case_id)?;
        let cells = [
            Html::from(line.title.as_str()),
            words(one).into(),
            Html::from(one.why.as_str()),
            Html::from(one.post.as_str()),
            one.day.chinese().into(),
        ];
        Some(Row::new(cells).to(format!("/lists/{}", one.case_id)).named(line.title.clone()))
    });
    let page = ProposalsPage {
        empty: waiting
            .is_empty()
            .then(|| Empty::new("没有要回应的调整").text("上级调整任务时，会出现在这里和您的待办里。")),
        table: (!waiting.is_empty()).then(|| table.rows(rows)),
    };
    ctx.page("上级的调整", Density::Desk, &page)
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Answering {
    proposal: String,
    answer: String,
    reason: String,
}

/// Takes a proposal over, or says why not.
pub(crate) async fn answer(
    ctx: Ctx,
    can: Can<ListBreak>,
    Path(id): Path<String>,
    Form(given): Form<Answering>,
) -> Result {
    let at = reference(&id)?;
    let found = store::case_find(&mut ctx.site.db.read().await?, &can.viewer.scope(SEES), at).await?;
    found.ok_or_else(Problem::not_found)?;
    let proposal: Id = given.proposal.parse().map_err(|_| Problem::not_found())?;
    let accept = given.answer == "accept";
    let moment = Moment::at(ctx.now());
    let done = cases(&ctx.site)?.proposal_answer(at, proposal, accept, &given.reason, &can.viewer, moment).await;
    let words = match done {
        Ok(ProposalState::Accepted) => "已接受，任务按新的要求办。".to_owned(),
        Ok(_) => "已回应，上级看得到您的原因。".to_owned(),
        Err(problem) if matches!(problem.kind, ProblemKind::Invalid | ProblemKind::Conflict) => problem.message,
        Err(problem) => return Err(problem.into()),
    };
    ctx.redirect(&format!("/lists/{id}"), Some(&words))
}
