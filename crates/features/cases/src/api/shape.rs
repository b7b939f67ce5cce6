//! A problem as programs read it. Every field is one that the public page shows.

use std::collections::HashMap;

use huiyin_base::{Day, Id};
use serde::Serialize;

use crate::pages::Cards;
use crate::store::CaseLine;
use crate::{CaseAnswer, CaseItem, Outcome, State};

#[derive(Debug, Serialize)]
pub(super) struct Named {
    pub(super) id: String,
    pub(super) name: String,
}

#[derive(Debug, Serialize)]
pub(super) struct PlaceShape {
    pub(super) code: String,
    pub(super) name: String,
}

#[derive(Debug, Serialize)]
pub(super) struct Unit {
    pub(super) name: String,
    pub(super) phone: Option<String>,
}

#[derive(Debug, Serialize)]
pub(super) struct AnswerShape {
    pub(super) day: Day,
    pub(super) by: String,
    pub(super) outcome: Named,
    pub(super) text: String,
}

#[derive(Debug, Serialize)]
pub(super) struct ProblemShape {
    pub(super) number: String,
    pub(super) title: String,
    pub(super) text: String,
    pub(super) category: Named,
    pub(super) sub_category: Option<Named>,
    pub(super) place: PlaceShape,
    pub(super) state: Named,
    /// Something is still to be done.
    pub(super) open: bool,
    /// What came of it; no state says that by itself.
    pub(super) outcome: Option<Named>,
    pub(super) posted: Option<Day>,
    pub(super) due: Option<Day>,
    pub(super) late: bool,
    pub(super) answered: Option<Day>,
    pub(super) unit: Unit,
    pub(super) followers: i64,
    pub(super) reopened: i64,
    pub(super) answer: Option<AnswerShape>,
    pub(super) page: String,
}

#[derive(Debug, Serialize)]
pub(super) struct EventShape {
    pub(super) day: Day,
    pub(super) action: Named,
    pub(super) by: String,
    pub(super) reason: Option<String>,
}

/// The problem of a line with its standing answer.
pub(super) fn problem(cards: &Cards<'_>, line: &CaseLine, answer: Option<&CaseAnswer>) -> ProblemShape {
    let number = cards.number(line.region, line.number()).unwrap_or_default();
    let sub = cards.categories.sub(&line.category, &line.sub_category);
    let answer = answer.filter(|_| State::ECHOED.contains(&line.state));
    ProblemShape {
        page: format!("/problems/{number}"),
        number,
        title: line.title.clone(),
        text: line.text.clone(),
        category: Named { id: line.category.clone(), name: cards.categories.name(&line.category).to_owned() },
        sub_category: sub.map(|sub| Named { id: sub.id.clone(), name: sub.name.clone() }),
        place: PlaceShape {
            code: cards.place_code(line.region, line.township, line.village),
            name: cards.public_place(line.region, line.township, line.village),
        },
        state: Named { id: line.state.as_str().to_owned(), name: line.state.label().to_owned() },
        open: line.state.is_open(),
        outcome: line.outcome.map(outcome),
        posted: line.posted_day,
        due: line.due_day,
        late: line.due_day.is_some_and(|due| due < cards.today),
        answered: line.answered_day,
        unit: Unit {
            name: cards.public_unit(line.owner_org).to_owned(),
            phone: cards.public_phone(line.owner_org).map(ToOwned::to_owned),
        },
        followers: line.followers,
        reopened: line.reopened_times,
        answer: answer.map(|answer| answered(cards, answer)),
    }
}

/// All problems of a list.
pub(super) fn problems(cards: &Cards<'_>, lines: &[CaseLine], answers: &HashMap<Id, CaseAnswer>) -> Vec<ProblemShape> {
    lines.iter().map(|line| problem(cards, line, answers.get(&line.id))).collect()
}

pub(super) fn answered(cards: &Cards<'_>, answer: &CaseAnswer) -> AnswerShape {
    AnswerShape {
        day: answer.decided_day.unwrap_or(answer.requested_day),
        by: cards.public_post(&answer.post),
        outcome: outcome(answer.outcome),
        text: answer.text.clone(),
    }
}

fn outcome(outcome: Outcome) -> Named {
    Named { id: outcome.as_str().to_owned(), name: outcome.label().to_owned() }
}

/// The line of a whole case.
pub(super) fn line(case: &CaseItem) -> CaseLine {
    CaseLine {
        region: case.region,
        id: case.id,
        seq: case.seq,
        number_year: case.number_year,
        number_n: case.number_n,
        state: case.state,
        outcome: case.outcome,
        channel: case.channel,
        category: case.category.clone(),
        sub_category: case.sub_category.clone(),
        township: case.township,
        village: case.village,
        title: case.title.clone(),
        text: case.text.clone(),
        owner_region: case.owner_region,
        owner_org: case.owner_org,
        owner_account: case.owner_account,
        submitted_day: case.submitted_day,
        posted_day: case.posted_day,
        assigned_day: case.assigned_day,
        answer_from: case.answer_from,
        answered_day: case.answered_day,
        due_day: case.due_day,
        kind: case.kind.clone(),
        reopened_times: case.reopened_times,
        followers: case.followers,
        photos: case.photos,
        close_year: case.close_year,
        close_n: case.close_n,
        due_at: case.due_at,
        reminded_day: case.reminded_day,
    }
}
