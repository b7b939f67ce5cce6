//! Problems and echoes as JSON.

use huiyin_base::Day;
use huiyin_web::api::{json, reader};
use huiyin_web::{Ctx, Path, Query, Result};
use serde::Serialize;

use super::parameters::{Asked, Stop};
use super::shape::{self, AnswerShape, EventShape, Named, ProblemShape};
use crate::pages::{Cards, Units, cases, posted, units_of};
use crate::{Action, CaseEvent, CaseRules, store};

#[derive(Debug, Serialize)]
struct ProblemList {
    problems: Vec<ProblemShape>,
    next: Option<String>,
}

#[derive(Debug, Serialize)]
struct EchoList {
    echoes: Vec<ProblemShape>,
    next: Option<String>,
}

#[derive(Debug, Serialize)]
struct WholeProblem {
    #[serde(flatten)]
    problem: ProblemShape,
    goal: String,
    /// The public text differs from what was written.
    edited: bool,
    objection_until: Option<Day>,
    answers: Vec<AnswerShape>,
    history: Vec<EventShape>,
}

pub(super) async fn list(ctx: Ctx, Query(asked): Query<Asked>) -> Result {
    match found(&ctx, &asked, false).await {
        Ok((problems, next)) => json(&ctx, &ProblemList { problems, next }),
        Err(stop) => stop.answer(),
    }
}

pub(super) async fn echoes(ctx: Ctx, Query(asked): Query<Asked>) -> Result {
    match found(&ctx, &asked, true).await {
        Ok((echoes, next)) => json(&ctx, &EchoList { echoes, next }),
        Err(stop) => stop.answer(),
    }
}

async fn found(ctx: &Ctx, asked: &Asked, echo: bool) -> Result<(Vec<ProblemShape>, Option<String>), Stop> {
    reader(ctx).await?;
    let site = &ctx.site;
    let cases = cases(site)?;
    let mut tx = site.db.read().await?;
    let (filter, page) = asked.read(&mut tx, site, &cases.book.categories, echo).await?;
    let slice = if echo {
        store::echo_list(&mut tx, &filter, &page).await?
    } else {
        store::wall_list(&mut tx, &filter, &page).await?
    };
    let answers = store::answers_of(&mut tx, &slice.rows).await?;
    let cards = Cards::of_lines(&mut tx, site, &cases, &slice.rows).await?;
    let problems = shape::problems(&cards, &slice.rows, &answers);
    let last = problems.last().filter(|_| slice.next.is_some()).map(|problem| problem.number.as_str());
    let next = asked.next(if echo { "/api/v1/echoes" } else { "/api/v1/problems" }, last);
    Ok((problems, next))
}

pub(super) async fn show(ctx: Ctx, Path(number): Path<String>) -> Result {
    reader(&ctx).await?;
    let site = &ctx.site;
    let cases = cases(site)?;
    let mut tx = site.db.read().await?;
    let case = posted(&mut tx, site, &number).await?;
    let cards = Cards::of_case(&mut tx, site, &cases, &case).await?;
    let answers = store::answer_list(&mut tx, case.at(), true).await?;
    let events = store::event_list(&mut tx, case.at(), true).await?;
    let units = units_of(&mut tx, &cards, &events).await?;
    let answer = WholeProblem {
        problem: shape::problem(&cards, &shape::line(&case), answers.last()),
        goal: case.goal.clone(),
        edited: case.edited,
        objection_until: case.answered_day.map(|day| cases.book.objection_ends(day)),
        answers: answers.iter().map(|answer| shape::answered(&cards, answer)).collect(),
        history: events.iter().map(|event| told(&cases.book.rules, &units, event, case.posted_day)).collect(),
    };
    json(&ctx, &answer)
}

/// An event as the public reads it. Nobody reads on which day the problem was sent: it is told with that on which it was `posted`.
fn told(rules: &CaseRules, units: &Units, event: &CaseEvent, posted: Option<Day>) -> EventShape {
    let reason = event.reason.as_deref().filter(|reason| !reason.is_empty());
    EventShape {
        day: posted.filter(|_| event.kind == Action::Submit).unwrap_or(event.day),
        action: Named { id: event.kind.as_str().to_owned(), name: event.kind.label().to_owned() },
        by: if event.post.is_empty() { event.actor.label().to_owned() } else { units.public_post(&event.post) },
        reason: reason.map(|reason| rules.pause_reason(reason).map_or(reason, |known| known.label.as_str()).to_owned()),
    }
}
