//! The fields of a ledger and the headings under which offices write them: `rules/ledger-import.toml`.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde::Deserialize;

use crate::Outcome;
use crate::rules::RulesError;

/// Which column of the file holds which field, by the field's word.
pub type Places = BTreeMap<String, usize>;

/// The words of all fields, in the order in which the page asks for them.
pub const FIELDS: [&str; 18] = [
    "title",
    "text",
    "category",
    "sub_category",
    "township",
    "village",
    "submitted",
    "posted",
    "owner",
    "subject",
    "deadline",
    "answer",
    "answered",
    "outcome",
    "name",
    "phone",
    "number",
    "county",
];

/// How ledgers are read.
#[derive(Clone, Debug)]
pub struct LedgerRules {
    /// The most rows of one file.
    pub rows: usize,
    fields: Vec<Field>,
    outcomes: Vec<OutcomeWords>,
}

/// A field of a ledger.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Field {
    /// Its word.
    pub id: String,
    /// What people call it.
    pub label: String,
    /// It is known without being asked for: read where a sheet says it.
    #[serde(default)]
    pub known: bool,
    words: Vec<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct OutcomeWords {
    id: String,
    /// The whole cell.
    #[serde(default)]
    cells: Vec<String>,
    words: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RulesFile {
    #[expect(dead_code, reason = "read, so that an undated file is refused")]
    from: toml::value::Datetime,
    rows: usize,
    field: Vec<Field>,
    outcome: Vec<OutcomeWords>,
}

impl LedgerRules {
    /// The rules built into the program.
    pub fn built_in() -> Result<&'static Self, RulesError> {
        static RULES: OnceLock<LedgerRules> = OnceLock::new();
        if let Some(rules) = RULES.get() {
            return Ok(rules);
        }
        let rules = Self::parse(include_str!("../../../../../rules/ledger-import.toml"))?;
        Ok(RULES.get_or_init(|| rules))
    }

    /// Reads the file; every field must have its words.
    pub fn parse(text: &str) -> Result<Self, RulesError> {
        let file: RulesFile = toml::from_str(text)?;
        for word in FIELDS {
            if !file.field.iter().any(|field| field.id == word && !field.words.is_empty()) {
                return Err(RulesError::Rule(format!("no headings for {word}")));
            }
        }
        Ok(Self { rows: file.rows, fields: file.field, outcomes: file.outcome })
    }

    /// The fields in the order in which the page asks for them.
    pub fn fields(&self) -> impl Iterator<Item = &Field> {
        FIELDS.iter().filter_map(|word| self.fields.iter().find(|field| field.id == *word))
    }

    /// What people call a field.
    pub fn label<'a>(&'a self, word: &'a str) -> &'a str {
        self.fields.iter().find(|field| field.id == word).map_or(word, |field| field.label.as_str())
    }

    /// Every word that a heading may contain.
    pub fn headings(&self) -> Vec<&str> {
        self.fields.iter().flat_map(|field| field.words.iter().map(String::as_str)).collect()
    }

    /// Guesses what stands under which heading: what the office said before, else the longest word that a heading
    /// contains. A field stands under one heading.
    pub fn guess(&self, headers: &[String], remembered: &BTreeMap<String, String>) -> Places {
        let mut guesses: Vec<(usize, usize, &str)> = Vec::new();
        for (place, header) in headers.iter().enumerate() {
            let heading = plain(header);
            if let Some(word) = remembered.get(&heading) {
                guesses.extend(FIELDS.iter().find(|known| *known == word).map(|word| (usize::MAX, place, *word)));
                continue;
            }
            guesses.extend(self.best(&heading).map(|(length, word)| (length, place, word)));
        }
        // The surest first; of equals the one further left.
        guesses.sort_by_key(|(length, place, _)| (std::cmp::Reverse(*length), *place));
        let mut places = Places::new();
        for (_, place, word) in guesses {
            places.entry(word.to_owned()).or_insert(place);
        }
        places
    }

    /// How a cell says that a matter ended: none where it did not, or where nothing known is written.
    pub(crate) fn outcome(&self, cell: &str) -> Ending {
        let cell = cell.trim();
        let fits = |outcome: &&OutcomeWords| {
            outcome.cells.iter().any(|whole| whole == cell)
                || outcome.words.iter().any(|word| cell.contains(word.as_str()))
        };
        let found = self.outcomes.iter().find(fits);
        match found.map(|outcome| outcome.id.as_str()) {
            Some("open") => Ending::Open,
            Some("explained") => Ending::As(Outcome::Explained),
            Some("solved") => Ending::As(Outcome::Solved),
            _ => Ending::Untold,
        }
    }

    fn best(&self, heading: &str) -> Option<(usize, &str)> {
        let hits = self.fields.iter().flat_map(|field| field.words.iter().map(move |word| (field, word)));
        let hits = hits.filter(|(_, word)| heading.contains(word.as_str()));
        // The whole heading is surer than a part of it.
        let hits =
            hits.map(|(field, word)| (word.chars().count() * 2 + usize::from(heading == word), field.id.as_str()));
        hits.max_by_key(|(length, _)| *length)
    }
}

/// How a matter ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    /// It did not.
    Open,
    /// With this outcome.
    As(Outcome),
    /// The sheet does not say.
    Untold,
}

/// A heading as it is compared and remembered.
pub(crate) fn plain(heading: &str) -> String {
    let narrow = heading.chars().map(|letter| match u32::from(letter) {
        code @ 0xff01..=0xff5e => char::from_u32(code - 0xfee0).unwrap_or(letter),
        _ => letter,
    });
    narrow.filter(|letter| !letter.is_whitespace() && !matches!(letter, '*' | ':' | '(' | ')' | '、' | '/')).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guess(headers: &[&str]) -> Vec<(String, usize)> {
        let headers: Vec<String> = headers.iter().map(|header| (*header).to_owned()).collect();
        LedgerRules::built_in().unwrap().guess(&headers, &BTreeMap::new()).into_iter().collect()
    }

    #[test]
    fn headings_of_offices_are_understood() {
        let places: BTreeMap<_, _> = guess(&[
            "序号",
            "乡镇",
            "村",
            "反映人姓名",
            "联系电话",
            "反映的问题",
            "问题类别",
            "责任单位",
            "收集时间",
            "整改情况",
            "是否解决",
            "办结时间",
            "责任人",
        ])
        .into_iter()
        .collect();
        let wanted = [
            ("number", 0),
            ("township", 1),
            ("village", 2),
            ("name", 3),
            ("phone", 4),
            ("text", 5),
            ("category", 6),
            ("owner", 7),
            ("submitted", 8),
            ("answer", 9),
            ("outcome", 10),
            ("answered", 11),
        ];
        for (word, place) in wanted {
            assert_eq!(places.get(word), Some(&place), "{word} in {places:?}");
        }
        assert_eq!(places.len(), wanted.len(), "{places:?}");
    }

    #[test]
    fn the_empty_table_is_understood_as_it_is_handed_out() {
        let rules = LedgerRules::built_in().unwrap();
        let asked: Vec<&Field> = rules.fields().filter(|field| !field.known).collect();
        let places = guess(&asked.iter().map(|field| field.label.as_str()).collect::<Vec<_>>());
        for (place, field) in asked.iter().enumerate() {
            assert!(places.contains(&(field.id.clone(), place)), "{} in {places:?}", field.label);
        }
    }

    #[test]
    fn what_an_office_said_before_goes_first_and_endings_are_read() {
        let remembered = BTreeMap::from([("事由".to_owned(), "text".to_owned())]);
        let rules = LedgerRules::built_in().unwrap();
        assert_eq!(rules.guess(&["内容".into(), "事由".into()], &remembered).get("text"), Some(&1));
        for (cell, ending) in [
            ("未解决", Ending::Open),
            ("已解决", Ending::As(Outcome::Solved)),
            ("已向群众解释", Ending::As(Outcome::Explained)),
            ("√", Ending::As(Outcome::Solved)),
            ("是", Ending::As(Outcome::Solved)),
            ("已完成，未发现反弹", Ending::As(Outcome::Solved)),
            ("接待群众后已解决", Ending::As(Outcome::Solved)),
            ("待解决", Ending::Open),
            ("部分解决", Ending::Open),
            ("否", Ending::Open),
            ("解决不了", Ending::As(Outcome::Explained)),
            ("不予解决", Ending::As(Outcome::Explained)),
            ("没有经费，无法解决", Ending::As(Outcome::Explained)),
            ("是历史遗留问题", Ending::Untold),
            ("", Ending::Untold),
        ] {
            assert_eq!(rules.outcome(cell), ending, "{cell}");
        }
    }
}
