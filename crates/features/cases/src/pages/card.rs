//! A case as lists and pages show it: in words, without ids and without times.

use std::collections::HashMap;

use huiyin_base::number::CaseNumber;
use huiyin_base::{Day, Id, Region};
use huiyin_directory::Regions;

use crate::store::{CaseLine, PlaceName};
use crate::{CaseAnswer, CaseItem, Categories, Outcome, State};

/// One card of the wall.
#[derive(Clone, Debug)]
pub(crate) struct Card {
    /// 宝塔-2016-00421
    pub(crate) number: String,
    pub(crate) title: String,
    pub(crate) excerpt: String,
    /// 宝塔区 柳河镇 上湾村
    pub(crate) place: String,
    pub(crate) category: String,
    pub(crate) state: Standing,
    pub(crate) posted: String,
    pub(crate) followers: i64,
    pub(crate) photos: i64,
    /// The answer, on the echo wall.
    pub(crate) echo: Option<Echo>,
    /// 1 to 5.
    pub(crate) rating: Option<i64>,
}

/// A state in words, with a tone that is never said by colour alone.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Standing {
    pub(crate) label: &'static str,
    /// good, busy, late, rest
    pub(crate) tone: &'static str,
}

/// The answer of a case.
#[derive(Clone, Debug)]
pub(crate) struct Echo {
    pub(crate) text: String,
    pub(crate) outcome: &'static str,
    pub(crate) post: String,
    pub(crate) day: String,
}

/// What cards are made with.
pub(crate) struct Cards<'a> {
    pub(crate) regions: &'a Regions,
    pub(crate) names: &'a HashMap<Id, PlaceName>,
    pub(crate) categories: &'a Categories,
    pub(crate) today: Day,
}

const EXCERPT: usize = 90;

impl Cards<'_> {
    /// The card of a line, with its answer where it has one.
    pub(crate) fn card(&self, line: &CaseLine, answer: Option<&CaseAnswer>) -> Card {
        Card {
            number: self.number(line.region, line.number()).unwrap_or_default(),
            title: line.title.clone(),
            excerpt: excerpt(&line.text, &line.title),
            place: self.place(line.region, line.township, line.village),
            category: self.category(&line.category, &line.sub_category),
            state: standing(line.state, line.outcome, line.due_day.is_some_and(|due| due < self.today)),
            posted: line.posted_day.map(Day::chinese).unwrap_or_default(),
            followers: line.followers,
            photos: line.photos,
            echo: answer.map(echo),
            rating: line.rating,
        }
    }

    pub(crate) fn number(&self, region: Region, number: Option<(i64, i64)>) -> Option<String> {
        let (year, n) = number?;
        let county = self.regions.short(region).to_owned();
        Some(CaseNumber { county, year: u16::try_from(year).ok()?, n: u32::try_from(n).ok()? }.to_string())
    }

    pub(crate) fn place(&self, region: Region, township: Option<Id>, village: Option<Id>) -> String {
        let below = [township, village].into_iter().flatten().filter_map(|id| self.names.get(&id));
        let names: Vec<&str> =
            std::iter::once(self.regions.name(region)).chain(below.map(|name| name.name.as_str())).collect();
        names.join(" ")
    }

    pub(crate) fn category(&self, category: &str, sub: &str) -> String {
        let Some(found) = self.categories.find(category) else { return String::new() };
        let name = if found.short.is_empty() { &found.name } else { &found.short };
        match found.sub.iter().find(|below| below.id == sub) {
            Some(below) => format!("{name} · {}", below.name),
            None => name.clone(),
        }
    }

    /// Where a case happened.
    pub(crate) fn place_of(&self, case: &CaseItem) -> String {
        self.place(case.region, case.township, case.village)
    }
}

/// A state as the public reads it.
pub(crate) fn standing(state: State, outcome: Option<Outcome>, late: bool) -> Standing {
    let label = match (state, outcome) {
        (State::Answered | State::Closed, Some(outcome)) => outcome.label(),
        _ if late => "已超期",
        _ => state.label(),
    };
    let tone = match (state, outcome) {
        (State::Answered | State::Closed, Some(Outcome::Solved)) => "good",
        (State::Answered | State::Closed | State::Merged | State::Referred | State::Withdrawn | State::Declined, _) => "rest",
        _ if late => "late",
        (State::Paused, _) => "rest",
        _ => "busy",
    };
    Standing { label, tone }
}

pub(crate) fn echo(answer: &CaseAnswer) -> Echo {
    Echo {
        text: answer.text.clone(),
        outcome: answer.outcome.label(),
        post: answer.post.clone(),
        day: answer.decided_day.unwrap_or(answer.requested_day).chinese(),
    }
}

/// The beginning of a text, unless the title says it already.
fn excerpt(text: &str, title: &str) -> String {
    let flat: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if flat == title {
        return String::new();
    }
    let mut letters = flat.chars();
    let beginning: String = letters.by_ref().take(EXCERPT).collect();
    if letters.next().is_some() { format!("{beginning}……") } else { beginning }
}
