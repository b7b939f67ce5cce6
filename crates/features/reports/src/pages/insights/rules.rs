use std::sync::OnceLock;

use serde::Deserialize;

/// `rules/insights.toml`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct InsightRules {
    #[expect(dead_code, reason = "read, so that an undated file is refused")]
    from: toml::value::Datetime,
    /// Days: the upper bounds of the groups of what waits.
    pub(super) waited: Vec<i64>,
    /// Rows of the list of what waits.
    pub(super) longest: usize,
    /// How often in one village makes a repetition.
    pub(super) repeats: i64,
    /// Kinds of problem that are columns.
    pub(super) columns: usize,
}

impl InsightRules {
    /// The rules built into the program; a test proves that they can be read.
    pub(super) fn built_in() -> &'static Self {
        static RULES: OnceLock<InsightRules> = OnceLock::new();
        RULES.get_or_init(|| Self::parse().unwrap_or_else(|error| unreachable!("rules/insights.toml: {error}")))
    }

    fn parse() -> Result<Self, toml::de::Error> {
        toml::from_str(include_str!("../../../../../../rules/insights.toml"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_is_read_and_its_groups_rise() {
        let rules = InsightRules::parse().unwrap();
        assert!(rules.waited.is_sorted() && !rules.waited.is_empty() && rules.columns > 1 && rules.repeats > 1);
    }
}
