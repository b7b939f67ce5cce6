//! Bottom-line targets: what is to be reached, where it stands, what is missing.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use huiyin_base::{Day, Region};
use huiyin_db::Tx;
use huiyin_figures::{Cut, Dimension, Key, Kind, Period, Registry};
use serde::Deserialize;

use crate::store::target::{EnteredValue, TargetGoal, target_list, value_list};

/// A target's topic.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Topic {
    pub(crate) word: String,
    pub(crate) name: String,
    pub(crate) unit: String,
    pub(crate) definition: String,
    /// The figure that counts it; without one, values are entered.
    #[serde(default)]
    pub(crate) figure: Option<String>,
}

#[derive(Deserialize)]
struct TopicFile {
    topic: Vec<Topic>,
}

static TOPICS: LazyLock<Vec<Topic>> = LazyLock::new(|| {
    // A test reads the file; a program whose rules cannot be read must not start.
    toml::from_str::<TopicFile>(include_str!("../../../../rules/targets.toml"))
        .unwrap_or_else(|error| panic!("targets.toml: {error}"))
        .topic
});

/// All topics, in their order.
pub(crate) fn topics() -> &'static [Topic] {
    &TOPICS
}

impl Topic {
    /// By its word.
    pub(crate) fn find(word: &str) -> Option<&'static Self> {
        topics().iter().find(|topic| topic.word == word)
    }

    /// Whether its values come from records.
    pub(crate) fn counted<'a>(&self, registry: &'a Registry) -> Option<&'a huiyin_figures::Figure> {
        self.figure.as_deref().and_then(|figure| registry.find(figure))
    }
}

/// A county's line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Line {
    pub(crate) base: i64,
    pub(crate) goal: i64,
    pub(crate) basis: String,
    /// At the end of each month of the year so far; nothing where nobody has said anything yet.
    pub(crate) months: Vec<Option<i64>>,
    /// Where an entered value comes from.
    pub(crate) source: Option<(Day, String)>,
}

impl Line {
    /// Where it stands.
    pub(crate) fn now(&self) -> Option<i64> {
        self.months.last().copied().flatten()
    }

    /// What is missing; nothing once it is reached.
    pub(crate) fn gap(&self) -> Option<i64> {
        self.now().map(|now| (self.goal - now).max(0))
    }
}

/// Lines by county, over the months of a year up to a day.
pub(crate) struct Standing {
    pub(crate) months: Vec<i64>,
    pub(crate) lines: BTreeMap<Region, Line>,
}

impl Standing {
    /// Reads where a topic stands.
    pub(crate) async fn read(
        tx: &mut Tx,
        registry: &Registry,
        home: Region,
        topic: &Topic,
        today: Day,
    ) -> huiyin_db::Result<Self> {
        let period = Period::year_to(today);
        let months = period.months();
        let goals = target_list(tx, home, &topic.word, i64::from(today.year())).await?;
        let mut lines: BTreeMap<Region, Line> =
            goals.into_iter().map(|goal| (goal.place, line(goal, months.len()))).collect();
        if let Some(figure) = topic.counted(registry) {
            for (at, month) in months.iter().enumerate() {
                // A flow is told from the year's beginning up to each month's end, as the target is.
                let to = Cut::city(period).in_month(*month).until();
                let cut = Cut::city(Period { from: period.from, to });
                debug_assert!(!matches!(figure.kind, Kind::Distinct | Kind::Rate { .. }));
                let cells = registry.breakdown(tx, figure, &cut, Dimension::Region).await?;
                for line in lines.values_mut() {
                    line.months[at] = Some(line.base);
                }
                for cell in cells {
                    if let Key::Region(region) = cell.key
                        && let Some(line) = lines.get_mut(&region)
                    {
                        line.months[at] = Some(line.base + cell.number.value / figure.scale());
                    }
                }
            }
        } else {
            let entered = value_list(tx, home, &topic.word, period.from, today).await?;
            fill(&mut lines, &months, &entered);
        }
        Ok(Self { months, lines })
    }

    /// The sum over all counties, month by month; nothing before every county has said something.
    pub(crate) fn total(&self) -> Line {
        let sum = |at: usize| self.lines.values().map(|line| line.months[at]).sum::<Option<i64>>();
        Line {
            base: self.lines.values().map(|line| line.base).sum(),
            goal: self.lines.values().map(|line| line.goal).sum(),
            months: (0..self.months.len()).map(sum).collect(),
            ..Line::default()
        }
    }
}

fn line(goal: TargetGoal, months: usize) -> Line {
    Line { base: goal.base, goal: goal.goal, basis: goal.basis, months: vec![None; months], source: None }
}

/// A value stands until the next one.
fn fill(lines: &mut BTreeMap<Region, Line>, months: &[i64], entered: &[EnteredValue]) {
    for value in entered {
        let Some(line) = lines.get_mut(&value.place) else { continue };
        let month = value.day.number() / 100;
        for (at, _) in months.iter().enumerate().filter(|(_, other)| **other >= month) {
            line.months[at] = Some(value.value);
        }
        line.source = Some((value.day, value.basis.clone()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_four_topics() {
        assert_eq!(
            topics().iter().map(|topic| topic.word.as_str()).collect::<Vec<_>>(),
            ["funding", "weak", "venues", "coverage"]
        );
    }

    #[test]
    fn an_entered_value_stands_until_the_next() {
        let region = Region::new(7).unwrap();
        let day = |number| Day::from_number(number).unwrap();
        let goal = TargetGoal { place: region, base: 10, goal: 30, basis: "计划".into() };
        let mut lines = BTreeMap::from([(region, line(goal, 4))]);
        let entered =
            |on, value| EnteredValue {
                place: region, day: day(on), value, basis: "月报".into(), entered_day: day(on)
            };
        fill(&mut lines, &[201_601, 201_602, 201_603, 201_604], &[entered(20_160_205, 12), entered(20_160_401, 31)]);
        let line = &lines[&region];
        assert_eq!(line.months, [None, Some(12), Some(12), Some(31)]);
        assert_eq!((line.now(), line.gap()), (Some(31), Some(0)));
    }
}
