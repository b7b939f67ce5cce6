//! How a breaking down works: `rules/lists.toml`.

use std::sync::OnceLock;

use huiyin_base::Problem;
use serde::Deserialize;

/// Limits of a breaking down.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the rule file says what each is")]
pub struct ListRules {
    pub from: toml::value::Datetime,
    pub most: usize,
    pub chunk: usize,
    pub templates: usize,
    pub name: usize,
    pub measure: usize,
}

impl ListRules {
    /// The rules that are committed with the program.
    pub fn built_in() -> Result<&'static Self, Problem> {
        static RULES: OnceLock<ListRules> = OnceLock::new();
        if let Some(rules) = RULES.get() {
            return Ok(rules);
        }
        let rules = toml::from_str(include_str!("../../../../../rules/lists.toml")).map_err(Problem::broken)?;
        Ok(RULES.get_or_init(|| rules))
    }
}
