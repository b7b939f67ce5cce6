//! What a rate means, as dated data: `rules/rates.toml`. A period is judged by the version in force on its last day, so
//! that a new definition never rewrites an old year.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use huiyin_base::Day;
use serde::Deserialize;

/// The versions of every rate, by the id of its figure.
#[derive(Clone, Debug, Default)]
pub struct RateBook(BTreeMap<String, Vec<Terms>>);

/// One version of a rate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Terms {
    /// The first day on which it holds.
    pub from: Day,
    /// What is counted.
    pub numerator: String,
    /// Of what it is a part.
    pub denominator: String,
    /// What is left out, and why.
    pub exclusions: String,
    /// Which days belong to the period.
    pub window: String,
    /// A rate over fewer is not shown as one.
    pub least: i64,
    /// From which mark on somebody counts as satisfied; only for rates of marks.
    pub score: Option<i64>,
}

/// The file does not hold together; the program does not start with it.
#[derive(Debug, thiserror::Error)]
pub enum TermsError {
    /// Not TOML, or a field missing or unknown.
    #[error("rules/rates.toml cannot be read: {0}")]
    Toml(#[from] toml::de::Error),
    /// A rate without versions, or versions out of order.
    #[error("rules/rates.toml does not hold together: {0}")]
    Rule(String),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RatesFile {
    rate: Vec<RateFile>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RateFile {
    figure: String,
    version: Vec<VersionFile>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct VersionFile {
    from: toml::value::Datetime,
    numerator: String,
    denominator: String,
    exclusions: String,
    window: String,
    least: i64,
    #[serde(default)]
    score: Option<i64>,
}

impl RateBook {
    /// The rates built into the program.
    pub fn built_in() -> &'static Self {
        static BOOK: LazyLock<RateBook> = LazyLock::new(|| {
            let book = RateBook::parse(include_str!("../../../rules/rates.toml"));
            // Committed with the program and read by a test of this crate.
            book.unwrap_or_else(|error| unreachable!("rules/rates.toml: {error}"))
        });
        &BOOK
    }

    /// Reads the file.
    pub fn parse(text: &str) -> Result<Self, TermsError> {
        let file: RatesFile = toml::from_str(text)?;
        let mut rates = BTreeMap::new();
        for rate in file.rate {
            let versions = rate.version.into_iter().map(VersionFile::read).collect::<Result<Vec<Terms>, _>>()?;
            if versions.is_empty() || !versions.is_sorted_by(|one, next| one.from < next.from) {
                return Err(TermsError::Rule(format!("{}: versions are missing or out of order", rate.figure)));
            }
            if rates.insert(rate.figure.clone(), versions).is_some() {
                return Err(TermsError::Rule(format!("{} stands twice", rate.figure)));
            }
        }
        Ok(Self(rates))
    }

    /// The version of a rate in force on a day; of days before the first, the first.
    pub fn in_force(&self, figure: &str, day: Day) -> Option<&Terms> {
        let versions = self.versions(figure);
        versions.iter().rev().find(|terms| terms.from <= day).or_else(|| versions.first())
    }

    /// All versions of a rate, the oldest first.
    pub fn versions(&self, figure: &str) -> &[Terms] {
        self.0.get(figure).map(Vec::as_slice).unwrap_or_default()
    }

    /// The ids of the rates.
    pub fn figures(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// Over how many a rate must be to be shown as one on a day; 0 where nothing is said.
    pub fn least(&self, figure: &str, day: Day) -> i64 {
        self.in_force(figure, day).map_or(0, |terms| terms.least)
    }
}

impl VersionFile {
    fn read(self) -> Result<Terms, TermsError> {
        let from = self.from.to_string();
        let from = from.parse().map_err(|_| TermsError::Rule(format!("{from} is no day")))?;
        let Self { numerator, denominator, exclusions, window, least, score, .. } = self;
        Ok(Terms { from, numerator, denominator, exclusions, window, least, score })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_of_the_day_holds() {
        let version = |from: &str, least: i64| {
            format!(
                "[[rate.version]]\nfrom = {from}\nnumerator = \"a\"\ndenominator = \"b\"\nexclusions = \"c\"\nwindow = \"d\"\nleast = {least}\n"
            )
        };
        let text = |one: &str, two: &str| format!("[[rate]]\nfigure = \"x\"\n{one}{two}");
        let book = RateBook::parse(&text(&version("2016-01-01", 10), &version("2018-01-01", 30))).unwrap();
        let day = |number| Day::from_number(number).unwrap();
        assert_eq!(book.least("x", day(20_171_231)), 10);
        assert_eq!(book.least("x", day(20_180_101)), 30);
        assert_eq!(book.least("x", day(20_100_101)), 10);
        assert_eq!(book.least("y", day(20_180_101)), 0);
        assert!(RateBook::parse(&text(&version("2018-01-01", 1), &version("2016-01-01", 1))).is_err());
        assert!(RateBook::parse("[[rate]]\nfigure = \"x\"\nversion = []\n").is_err());
    }

    #[test]
    fn the_file_of_this_program_is_read() {
        let book = RateBook::parse(include_str!("../../../rules/rates.toml")).unwrap();
        assert!(book.figures().count() >= 5);
        for figure in book.figures() {
            assert!(book.least(figure, Day::new(2016, 12, 16).unwrap()) > 0, "{figure}");
        }
    }
}
