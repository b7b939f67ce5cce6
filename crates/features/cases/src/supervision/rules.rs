//! `rules/supervision.toml`: limits, the usual checklist, how long a talk is kept, what good practice is about.

use std::sync::OnceLock;

use huiyin_base::{Day, Problem};
use serde::Deserialize;

use crate::RulesError;

/// The settings.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SupervisionRules {
    /// The first day they are in force.
    pub from: toml::value::Datetime,
    /// The most characters, and of some things the most of them.
    pub limit: SupervisionLimits,
    /// Of inspections.
    pub inspection: InspectionRules,
    /// Of talks.
    pub talk: TalkRules,
    /// What good practice is about.
    pub category: Vec<PracticeCategory>,
}

/// The most characters; of items, findings, people and photos the most of them.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "each is named for what it limits")]
pub struct SupervisionLimits {
    pub title: usize,
    pub theme: usize,
    pub text: usize,
    pub item: usize,
    pub items: usize,
    pub findings: usize,
    pub spoken: i64,
    pub reason: usize,
    pub talk: usize,
    pub photos: usize,
}

/// Of inspections.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InspectionRules {
    /// What is asked where nothing else was laid down.
    pub checklist: Vec<String>,
    /// Days for a finding where the record names no day.
    pub finding_days: i64,
}

/// Of talks.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TalkRules {
    /// Days after which a talk ends by itself.
    pub expires_days: i64,
    /// Days to appeal.
    pub appeal_days: i64,
}

/// What good practice is about.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PracticeCategory {
    /// The stored word.
    pub id: String,
    /// The word for people.
    pub label: String,
}

impl SupervisionRules {
    /// Those built into the program, read once.
    pub fn built_in() -> Result<&'static Self, Problem> {
        static RULES: OnceLock<SupervisionRules> = OnceLock::new();
        if let Some(rules) = RULES.get() {
            return Ok(rules);
        }
        let rules: Result<Self, RulesError> =
            toml::from_str(include_str!("../../../../../rules/supervision.toml")).map_err(RulesError::from);
        let rules = rules.map_err(Problem::broken)?;
        Ok(RULES.get_or_init(|| rules))
    }

    /// The last day on which a talk of `day` is shown.
    pub fn talk_until(&self, day: Day) -> Day {
        day.plus(self.talk.expires_days)
    }

    /// The word for people of a category.
    pub fn category(&self, id: &str) -> &str {
        self.category.iter().find(|category| category.id == id).map_or("", |category| &category.label)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rules_are_read() {
        let rules = SupervisionRules::built_in().unwrap();
        assert!(rules.talk.expires_days > rules.talk.appeal_days);
        assert!(rules.inspection.checklist.len() <= rules.limit.items);
        assert_eq!(rules.category("service"), "服务群众");
    }
}
