//! `rules/case-clocks.toml`: office hours, limits by category, extensions, close-out numbers, call-backs.

use chrono::NaiveTime;
use huiyin_base::{Day, OfficeHours};
use huiyin_directory::OrgKind;
use serde::Deserialize;

use crate::rules::{CaseRules, RulesError, day, word};

/// `rules/case-clocks.toml`.
#[derive(Clone, Debug)]
pub struct ClockRules {
    /// The hour at which the forenoon ends.
    pub noon: u32,
    /// The hour at which offices close.
    pub close: u32,
    /// Limits by category, the most exact first.
    pub categories: Vec<CategoryLimit>,
    /// Longer times to answer.
    pub extension: ExtensionRules,
    /// Close-out numbers by kind.
    pub close_numbers: Vec<CloseNumberRule>,
    /// Call-backs by lot.
    pub callback: CallbackRules,
    /// Days before a year begins without a calendar from which it is said.
    pub calendar_warn_days: i64,
}

/// The time of an owner of one case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OwnerLimits {
    /// Half working days to sign.
    pub sign_halves: u32,
    /// Working days to answer, from signing.
    pub answer: u32,
}

/// Limits of a category or sub-category.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CategoryLimit {
    /// The category's word.
    pub category: String,
    /// The sub-category's word; none for all of them.
    pub sub: Option<String>,
    /// Only for owners of these kinds; empty for all.
    pub kinds: Vec<OrgKind>,
    /// For cases assigned from this day on.
    pub from: Day,
    /// Half working days to sign, where they differ from the level's.
    pub sign_halves: Option<u32>,
    /// Working days to answer, where they differ from the level's.
    pub answer: Option<u32>,
}

/// How long and how often a deadline may be extended on approval.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExtensionRules {
    /// Working days of one extension.
    pub most: u32,
    /// How many may be granted to one owner.
    pub times: i64,
    /// Calendar days from the beginning of the clock after which no deadline of a problem may lie.
    pub furthest: i64,
}

/// How the close-out number of a kind is written.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CloseNumberRule {
    /// The kind's word.
    pub kind: String,
    /// `{county}`, `{year}`, `{n}`, `{n:05}`.
    pub pattern: String,
}

/// Call-backs drawn by lot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CallbackRules {
    /// Percent of the list.
    pub share: i64,
    /// The fewest calls of a county and month, if there are so many.
    pub least: i64,
    /// The most calls of a county and month.
    pub most: i64,
    /// After so many calls without an answer it ends.
    pub tries: i64,
    /// Lots of a case whose rating came from the handling unit's own network.
    pub lots: i64,
}

impl ClockRules {
    /// Reads the file.
    pub fn parse(text: &str) -> Result<Self, RulesError> {
        let file: File = toml::from_str(text)?;
        let mut categories = file.category.into_iter().map(CategoryFile::read).collect::<Result<Vec<_>, _>>()?;
        categories
            .sort_by_key(|row: &CategoryLimit| (row.sub.is_none(), row.kinds.is_empty(), std::cmp::Reverse(row.from)));
        let hour = |hour: u32| if hour < 24 { Ok(hour) } else { Err(RulesError::Rule(format!("{hour} is no hour"))) };
        for rule in &file.close_number {
            if !(rule.pattern.contains("{year}") && rule.pattern.contains("{n")) {
                return Err(RulesError::Rule(format!("the pattern {} is not unique", rule.pattern)));
            }
        }
        Ok(Self {
            noon: hour(file.office.noon)?,
            close: hour(file.office.close)?,
            categories,
            extension: file.extension,
            close_numbers: file.close_number,
            callback: file.callback,
            calendar_warn_days: file.calendar.warn_days,
        })
    }

    /// The time that an owner of this kind has for a case assigned today.
    pub fn limits(&self, rules: &CaseRules, kind: OrgKind, category: &str, sub: &str, today: Day) -> OwnerLimits {
        let level = rules.level(kind);
        let fits = |row: &&CategoryLimit| {
            row.category == category
                && row.sub.as_deref().is_none_or(|own| own == sub)
                && (row.kinds.is_empty() || row.kinds.contains(&kind))
                && row.from <= today
        };
        let rows = || self.categories.iter().filter(fits);
        OwnerLimits {
            sign_halves: rows().find_map(|row| row.sign_halves).unwrap_or(level.sign * 2),
            answer: rows().find_map(|row| row.answer).unwrap_or(level.answer),
        }
    }

    /// Office hours, which open when the clocks fire.
    pub fn hours(&self, office_hour: u32) -> OfficeHours {
        let at = |hour| NaiveTime::from_hms_opt(hour, 0, 0).unwrap_or(NaiveTime::MIN);
        OfficeHours { open: at(office_hour), noon: at(self.noon), close: at(self.close) }
    }

    /// A close-out number as it is printed; none where the kind has none.
    pub fn close_number(&self, kind: &str, county: &str, (year, n): (i64, i64)) -> Option<String> {
        let rule = self.close_numbers.iter().find(|rule| rule.kind == kind)?;
        numbered(&rule.pattern, county, (year, n))
    }
}

/// Fills in a pattern; none where its width is no number.
pub(crate) fn numbered(pattern: &str, county: &str, (year, n): (i64, i64)) -> Option<String> {
    let filled = pattern.replace("{county}", county).replace("{year}", &year.to_string());
    let filled = filled.replace("{n}", &n.to_string());
    let Some((before, rest)) = filled.split_once("{n:0") else { return Some(filled) };
    let (width, after) = rest.split_once('}')?;
    Some(format!("{before}{n:0width$}{after}", width = width.parse().ok()?))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(rename = "from")]
    _from: toml::value::Datetime,
    office: Office,
    category: Vec<CategoryFile>,
    extension: ExtensionRules,
    close_number: Vec<CloseNumberRule>,
    callback: CallbackRules,
    calendar: CalendarFile,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Office {
    noon: u32,
    close: u32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CalendarFile {
    warn_days: i64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CategoryFile {
    category: String,
    sub: Option<String>,
    #[serde(default)]
    kinds: Vec<String>,
    from: toml::value::Datetime,
    sign: Option<f64>,
    answer: Option<u32>,
}

impl CategoryFile {
    fn read(self) -> Result<CategoryLimit, RulesError> {
        let kinds = self.kinds.iter().map(|kind| word(OrgKind::parse, kind)).collect::<Result<_, _>>()?;
        let sign_halves = self.sign.map(halves).transpose()?;
        Ok(CategoryLimit {
            category: self.category,
            sub: self.sub,
            kinds,
            from: day(self.from)?,
            sign_halves,
            answer: self.answer,
        })
    }
}

/// 0.5 is one half day; nothing between halves, and not nothing.
fn halves(days: f64) -> Result<u32, RulesError> {
    (1..=80).find(|halves| (f64::from(*halves) / 2.0 - days).abs() < 1e-9).ok_or_else(|| {
        RulesError::Rule(format!("{days} working days to sign: only whole and half days up to 40 are counted"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<ClockRules, RulesError> {
        ClockRules::parse(&include_str!("../../../../rules/case-clocks.toml").replace("sign = 0.5", text))
    }

    #[test]
    fn limits_are_whole_or_half_days() {
        assert!(read("sign = 0.5").is_ok());
        assert!(read("sign = 0.3").unwrap_err().to_string().contains("half"));
        assert!(read("sign = 0.0").is_err());
    }

    #[test]
    fn the_most_exact_row_in_force_wins() {
        let rules = CaseRules::parse(include_str!("../../../../rules/cases.toml")).unwrap();
        let clocks = read("sign = 0.5").unwrap();
        let on = |day: &str| day.parse::<Day>().unwrap();
        let limits = |kind, sub, day: &str| clocks.limits(&rules, kind, "infrastructure", sub, on(day));
        assert_eq!(limits(OrgKind::Township, "water", "2016-12-16").sign_halves, 1);
        assert_eq!(limits(OrgKind::Township, "water", "2016-12-11").sign_halves, 4, "not in force yet");
        assert_eq!(limits(OrgKind::Township, "road", "2016-12-16").sign_halves, 4);
        let land = |kind| clocks.limits(&rules, kind, "village_affairs", "land", on("2016-12-16")).answer;
        assert_eq!((land(OrgKind::Village), land(OrgKind::County)), (15, 15));
        assert_eq!(clocks.limits(&rules, OrgKind::Village, "village_affairs", "pension", on("2016-12-16")).answer, 7);
    }

    #[test]
    fn a_close_out_number_is_filled_in() {
        let clocks = read("sign = 0.5").unwrap();
        assert_eq!(clocks.close_number("problem", "宝塔", (2016, 421)).unwrap(), "宝塔销〔2016〕00421号");
        assert_eq!(clocks.close_number("problem", "宝塔", (2016, 123_456)).unwrap(), "宝塔销〔2016〕123456号");
        assert_eq!(clocks.close_number("burden", "宝塔", (2016, 1)), None);
    }
}
