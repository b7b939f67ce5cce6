//! How far a handing down is, and how the units answered a change.

use askama::Template;
use huiyin_base::{Id, Problem};
use huiyin_web::components::{Breadcrumb, Button, ProgressJob};
use huiyin_web::{Can, Ctx, Density, Path, Result};

use crate::permissions::{ListBreak, SEES};
use crate::store::{self, HanddownAct, ProposalState};

#[derive(Template)]
#[template(path = "list_run.html")]
struct RunPage {
    steps: Breadcrumb,
    heading: String,
    job: ProgressJob,
    answers: Vec<(&'static str, i64)>,
}

pub(crate) async fn show(ctx: Ctx, can: Can<ListBreak>, Path(id): Path<String>) -> Result {
    let id: Id = id.parse().map_err(|_| Problem::not_found())?;
    let mut tx = ctx.site.db.snapshot().await?;
    let run = store::handdown_get(&mut tx, id.region(), id).await?.ok_or_else(Problem::not_found)?;
    let scope = can.viewer.scope(SEES);
    let case = store::case_find(&mut tx, &scope, run.parent_at()).await?.ok_or_else(Problem::not_found)?;
    let waiting = store::handdown_waiting_count(&mut tx, run.region, id).await?;
    let answers = match run.act {
        HanddownAct::Change => store::proposal_counts(&mut tx, id).await?,
        HanddownAct::Issue => Vec::new(),
    };
    let failed = huiyin_jobs::job_has_failed(&mut tx, run.region, crate::HANDDOWN, &id.to_string()).await?;
    drop(tx);
    let heading = format!("{}给 {} 个单位", run.act.label(), run.total);
    let done = u64::try_from(run.total - waiting).unwrap_or(0);
    let words = match waiting {
        0 if run.act == HanddownAct::Change => "都已送到，等各单位回应。".to_owned(),
        0 => "都已下达，各单位在待办里能看到。".to_owned(),
        _ if failed => format!("还剩 {waiting} 个时系统出了故障，已停下。请联系系统管理员重试。"),
        _ => format!("已下达 {done} 个，还剩 {waiting} 个。"),
    };
    let back = format!("/lists/{}", case.id);
    let job = ProgressJob::new(heading.clone(), done, u64::try_from(run.total).ok()).words(words);
    let job = match waiting {
        0 => job.result(Button::primary("回到这件事").to(&back)),
        _ if failed => job,
        _ => job.watch(format!("/lists/runs/{id}")),
    };
    let count = |state: ProposalState| answers.iter().find(|(of, _)| *of == state).map_or(0, |(_, n)| *n);
    let states = [ProposalState::Accepted, ProposalState::Declined, ProposalState::Waiting, ProposalState::Replaced];
    let page = RunPage {
        steps: Breadcrumb::new(heading.clone()).step("三张清单", "/lists").step(&case.title, back),
        job,
        answers: if answers.is_empty() { Vec::new() } else { states.map(|state| (state.label(), count(state))).into() },
        heading: heading.clone(),
    };
    ctx.page(&heading, Density::Desk, &page)
}
