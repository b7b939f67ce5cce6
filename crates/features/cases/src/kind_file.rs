//! How a kind's file is read: `rules/kinds/NAME.toml`, with the ready sets of states that it names.

use std::collections::BTreeMap;

use huiyin_directory::Role;
use serde::Deserialize;

use crate::kind_field::{FieldFile, MARKED, fields};
use crate::rules::{LevelFile, RulesError, levels, word};
use crate::{
    Action, Begins, ClockChange, FieldType, Kind, KindCategory, Outcome, Standing, State, Transition, VerifierRule,
    VoteRule,
};

/// The ready sets: word, what people read, file.
pub const STATE_SETS: [(&str, &str, &str); 4] = [
    ("issued", "下达、签收、办理、核验、销号", include_str!("../../../../rules/kinds/states/issued.toml")),
    ("paused", "可以暂缓办理", include_str!("../../../../rules/kinds/states/paused.toml")),
    ("rated", "群众评议，只记票数", include_str!("../../../../rules/kinds/states/rated.toml")),
    ("watched", "销号后有巩固期，反弹重办", include_str!("../../../../rules/kinds/states/watched.toml")),
];

impl Kind {
    /// Reads `rules/kinds/NAME.toml`. What is kept of it holds the rows of its ready sets as well: they are frozen with it.
    pub fn parse(text: &str) -> Result<Self, RulesError> {
        let file: KindFile = toml::from_str(text)?;
        if file.states.is_empty() {
            return Self::read(file, text.to_owned());
        }
        let mut whole: Vec<&str> = text.lines().filter(|line| !line.starts_with("states = ")).collect();
        for name in &file.states {
            let (_, _, rows) = STATE_SETS
                .iter()
                .find(|(word, _, _)| word == name)
                .ok_or_else(|| RulesError::Rule(format!("the states {name} are unknown")))?;
            whole.extend(rows.lines());
        }
        let whole = whole.join("\n") + "\n";
        Self::read(toml::from_str(&whole)?, whole)
    }

    fn read(file: KindFile, text: String) -> Result<Self, RulesError> {
        let who = file.who.iter().map(|(standing, roles)| Ok((word(Standing::parse, standing)?, roles_of(roles)?)));
        let labels = file.labels.into_iter().map(|(state, label)| Ok((word(State::parse, &state)?, label)));
        let kind = Self {
            who: who.collect::<Result<_, RulesError>>()?,
            transitions: file.transition.iter().map(TransitionFile::read).collect::<Result<_, _>>()?,
            from: crate::rules::day(file.from)?,
            name: file.name,
            label: file.label,
            version: file.version,
            public: file.public,
            rated: file.rated,
            public_ledger: file.public_ledger,
            begins: file.begins.as_deref().map_or(Ok(Begins::County), |begins| word(Begins::parse, begins))?,
            verifier: file
                .verifier
                .as_deref()
                .map_or(Ok(VerifierRule::Above), |rule| word(VerifierRule::parse, rule))?,
            fields: fields(file.field)?,
            clocks: levels(file.level)?,
            close_number: file.close_number,
            window: file.window,
            vote: file.vote,
            labels: labels.collect::<Result<_, RulesError>>()?,
            print: file.print,
            categories: file.category,
            text,
        };
        kind.check()?;
        kind.check_fields()?;
        Ok(kind)
    }

    /// An outcome stands exactly where the state has one, and no action is ambiguous in a state.
    pub(crate) fn check(&self) -> Result<(), RulesError> {
        for row in &self.transitions {
            let after: Vec<State> = row.to.map_or_else(|| row.from.clone(), |to| vec![to]);
            let outcome_stands = after.iter().all(|state| state.has_outcome());
            if row.to.is_some() && outcome_stands == row.outcome.is_empty() {
                return Err(RulesError::Rule(format!("{}: its outcome does not fit its state", row.action.as_str())));
            }
            for state in &row.from {
                let rows =
                    self.transitions.iter().filter(|other| other.action == row.action && other.from.contains(state));
                if rows.count() > 1 {
                    return Err(RulesError::Rule(format!(
                        "{} stands twice for {}",
                        row.action.as_str(),
                        state.as_str()
                    )));
                }
            }
        }
        Ok(())
    }

    /// What is said of fields names fields; a ledger has so many marked columns and no more; a number of its own is unique.
    fn check_fields(&self) -> Result<(), RulesError> {
        let no = |what: String| Err(RulesError::Rule(format!("{}: {what}", self.name)));
        for (at, field) in self.fields.iter().enumerate() {
            if self.fields[..at].iter().any(|other| other.id == field.id) {
                return no(format!("the field {} stands twice", field.id));
            }
            if (field.kind == FieldType::Choice) == field.options.is_empty() {
                return no(format!("the field {} and its options do not fit", field.id));
            }
        }
        let slots: Vec<u8> = self.fields.iter().filter_map(|field| field.slot).collect();
        if slots.iter().enumerate().any(|(at, slot)| usize::from(*slot) >= MARKED || slots[..at].contains(slot)) {
            return no(format!("more than {MARKED} fields are marked, or two have one place"));
        }
        let named = self.vote.iter().flat_map(|vote| [&vote.favour, &vote.against, &vote.abstained]);
        if let Some(missing) = named.chain(&self.print).find(|id| self.field(id).is_none()) {
            return no(format!("there is no field {missing}"));
        }
        if self.close_number.as_ref().is_some_and(|pattern| !(pattern.contains("{year}") && pattern.contains("{n"))) {
            return no("its close-out number is not unique".to_owned());
        }
        Ok(())
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct KindFile {
    name: String,
    label: String,
    version: i64,
    from: toml::value::Datetime,
    public: bool,
    rated: bool,
    #[serde(default)]
    public_ledger: bool,
    begins: Option<String>,
    verifier: Option<String>,
    /// Ready sets of states: files of `rules/kinds/states`.
    #[serde(default)]
    states: Vec<String>,
    close_number: Option<String>,
    window: Option<i64>,
    #[serde(default)]
    print: Vec<String>,
    vote: Option<VoteRule>,
    #[serde(default)]
    labels: BTreeMap<String, String>,
    #[serde(default)]
    level: Vec<LevelFile>,
    #[serde(default)]
    field: Vec<FieldFile>,
    #[serde(default)]
    category: Vec<KindCategory>,
    who: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    transition: Vec<TransitionFile>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TransitionFile {
    action: String,
    from: Vec<String>,
    to: Option<String>,
    who: Vec<String>,
    #[serde(default)]
    reason: bool,
    #[serde(default)]
    public: bool,
    #[serde(default)]
    outcome: Vec<String>,
    #[serde(default)]
    clock: Option<String>,
}

impl TransitionFile {
    fn read(&self) -> Result<Transition, RulesError> {
        Ok(Transition {
            action: word(Action::parse, &self.action)?,
            from: self.from.iter().map(|state| word(State::parse, state)).collect::<Result<_, _>>()?,
            to: self.to.as_deref().map(|state| word(State::parse, state)).transpose()?,
            who: self.who.iter().map(|standing| word(Standing::parse, standing)).collect::<Result<_, _>>()?,
            reason: self.reason,
            public: self.public,
            outcome: self.outcome.iter().map(|outcome| word(Outcome::parse, outcome)).collect::<Result<_, _>>()?,
            clock: self.clock.as_deref().map_or(Ok(ClockChange::Keep), |clock| word(ClockChange::parse, clock))?,
        })
    }
}

fn roles_of(words: &[String]) -> Result<Vec<Role>, RulesError> {
    words.iter().map(|role| word(Role::parse, role)).collect()
}
