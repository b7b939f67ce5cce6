//! The rows of a ledger: what stands in each column, on the page and in the file.

use std::collections::HashMap;

use huiyin_base::{Day, Id, Region};
use huiyin_db::Tx;
use huiyin_web::Result;
use huiyin_web::components::Html;

use super::super::card::Cards;
use super::super::cell;
use super::super::kind_fields::Named;
use crate::store::{self, CaseLine};
use crate::{CaseAnswer, Cases, FieldValue, Kind, KindField, State, Value};

/// The lines of a page with all that their columns need.
pub(super) struct Rows<'a> {
    pub(super) kind: &'a Kind,
    pub(super) cards: Cards<'a>,
    pub(super) lines: Vec<CaseLine>,
    values: HashMap<Id, Vec<FieldValue>>,
    named: Named,
    answers: HashMap<Id, CaseAnswer>,
    window: Option<i64>,
}

impl<'a> Rows<'a> {
    pub(super) async fn find(
        tx: &mut Tx,
        site: &'a huiyin_web::Site,
        engine: &'a Cases,
        kind: &'a Kind,
        lines: Vec<CaseLine>,
    ) -> Result<Self> {
        let cards = Cards::of_lines(tx, site, engine, &lines).await?;
        let mut regions: HashMap<Region, Vec<Id>> = HashMap::new();
        for line in &lines {
            regions.entry(line.region).or_default().push(line.id);
        }
        let mut values = HashMap::new();
        for (region, ids) in regions {
            values.extend(store::values_of(tx, region, &ids).await?);
        }
        let named = Named::find(tx, kind, &values.values().flatten().collect::<Vec<_>>()).await?;
        let struck: Vec<CaseLine> = lines.iter().filter(|line| State::ECHOED.contains(&line.state)).cloned().collect();
        let answers = store::answers_of(tx, &struck).await?;
        Ok(Self { kind, cards, values, named, answers, lines, window: kind.window })
    }

    /// What stands in a field of a row.
    pub(super) fn words(&self, line: &CaseLine, field: &KindField) -> String {
        self.value(line, &field.id).map(|value| self.named.words(field, value)).unwrap_or_default()
    }

    pub(super) fn value(&self, line: &CaseLine, field: &str) -> Option<&Value> {
        self.values.get(&line.id)?.iter().find(|value| value.field == field)?.value.as_ref()
    }

    /// The close-out number, while it is struck off.
    pub(super) fn number(&self, line: &CaseLine) -> Option<String> {
        self.cards.close_number(line.region, &line.kind, line.close_number())
    }

    /// Who checked it, by unit and post.
    pub(super) fn verifier(&self, line: &CaseLine) -> Option<&str> {
        self.answers.get(&line.id)?.verifier_post.as_deref()
    }

    /// Until when a relapse is watched for.
    pub(super) fn watched(&self, line: &CaseLine) -> Option<Day> {
        let days = self.window.filter(|_| line.state == State::Answered)?;
        Some(line.answered_day?.plus(days))
    }

    /// How it stands; struck off with its number and who checked it.
    pub(super) fn state(&self, line: &CaseLine) -> Html {
        let late = line.due_day.is_some_and(|due| due < self.cards.today);
        let tag = self.cards.state_of(&line.kind, line.state, line.outcome, late);
        let small = |words: &str| Html::drawn(format!("<br><small>{}</small>", Html::from(words)));
        let watched = self.watched(line).map(|day| format!("巩固到 {day}"));
        let below = [self.number(line), self.verifier(line).map(|post| format!("核验：{post}")), watched];
        let below: Vec<Html> = below.iter().flatten().map(|words| small(words)).collect();
        let pieces: String = std::iter::once(tag).chain(below).map(|piece| piece.to_string()).collect();
        // One box: on a telephone a cell stands its pieces beside each other.
        Html::drawn(format!("<span>{pieces}</span>"))
    }

    /// How far it has come, in percent: by what is counted where the kind counts, else by its steps.
    pub(super) fn percent(&self, line: &CaseLine) -> u32 {
        if State::ECHOED.contains(&line.state) {
            return 100;
        }
        let number = |id: &str| match self.value(line, id) {
            Some(Value::Number(number)) => Some(*number),
            _ => None,
        };
        if let Some((done, target)) = number("done").zip(number("target")).filter(|(_, target)| *target > 0) {
            return u32::try_from((done * 100 / target).clamp(0, 99)).unwrap_or(0);
        }
        match line.state {
            State::Signed => 20,
            State::InHand | State::Paused | State::Reopened => 40,
            State::CloseRequested => 80,
            _ => 0,
        }
    }

    /// A bar with its number.
    pub(super) fn progress(&self, line: &CaseLine) -> Html {
        let percent = self.percent(line);
        Html::drawn(format!(
            "<span class=\"ledger-progress\"><progress value=\"{percent}\" max=\"100\" aria-hidden=\"true\"></progress> {percent}%</span>"
        ))
    }

    /// Where it lies and who does it.
    pub(super) fn unit(&self, line: &CaseLine, several: bool) -> Html {
        let unit = self.cards.unit(line.owner_org);
        if several { Html::from(format!("{} {unit}", self.cards.county(line.region))) } else { Html::from(unit) }
    }

    pub(super) fn deadline(&self, line: &CaseLine) -> Html {
        match (line.due_day, line.answered_day) {
            (None, Some(day)) => cell::nowrap(&format!("{}销号", cell::short_day(day, self.cards.today))),
            _ => cell::deadline(line, line.due_day, self.cards.today),
        }
    }
}

/// The marked fields of a kind, in its order: the columns of its ledger.
pub(super) fn marked(kind: &Kind) -> impl Iterator<Item = &KindField> {
    kind.fields.iter().filter(|field| field.slot.is_some())
}
