use std::sync::LazyLock;

use chrono::{NaiveDate, NaiveTime};
use huiyin_base::Day;
use serde::Deserialize;

/// When messages may disturb and how long they are tried: `rules/gateways.toml`.
#[derive(Clone, Debug, Deserialize)]
pub struct GatewayRules {
    from: toml::value::Datetime,
    hours: Hours,
    /// Attempts and their pauses.
    pub attempts: Attempts,
    /// What one address may get.
    pub limits: Limits,
    /// How long records stay.
    pub retention: Retention,
}

#[derive(Clone, Debug, Deserialize)]
struct Hours {
    opens: toml::value::Datetime,
    closes: toml::value::Datetime,
}

/// Attempts and their pauses.
#[derive(Clone, Debug, Deserialize)]
pub struct Attempts {
    /// Minutes between one attempt and the next.
    pub pauses: Vec<i64>,
    /// Days after which whatever still waits is given up.
    pub give_up_days: i64,
}

/// What one address may get.
#[derive(Clone, Copy, Debug, Deserialize)]
pub struct Limits {
    /// Ordinary messages to one address within 24 hours.
    pub per_address_day: i64,
    /// Most characters of a text.
    pub text: usize,
}

/// How long records stay.
#[derive(Clone, Copy, Debug, Deserialize)]
pub struct Retention {
    /// Days after the end of a message.
    pub days: i64,
}

impl GatewayRules {
    /// The version in force on `day`; before the first one, the first.
    pub fn on(day: Day) -> &'static Self {
        let in_force = RULES.iter().rev().find(|rules| rules.begins().is_none_or(|begins| begins <= day.date()));
        in_force.unwrap_or(&RULES[0])
    }

    /// The times of day between which an ordinary message may go out.
    pub fn hours(&self) -> (NaiveTime, NaiveTime) {
        (time(&self.hours.opens), time(&self.hours.closes))
    }

    fn begins(&self) -> Option<NaiveDate> {
        let date = self.from.date?;
        NaiveDate::from_ymd_opt(date.year.into(), date.month.into(), date.day.into())
    }
}

fn time(written: &toml::value::Datetime) -> NaiveTime {
    let read = written.time.and_then(|time| NaiveTime::from_hms_opt(time.hour.into(), time.minute.into(), 0));
    read.unwrap_or_else(|| unreachable!("rules/gateways.toml: a time of day"))
}

#[derive(Deserialize)]
struct File {
    version: Vec<GatewayRules>,
}

static RULES: LazyLock<Vec<GatewayRules>> = LazyLock::new(|| {
    let file: Result<File, _> = toml::from_str(include_str!("../../../rules/gateways.toml"));
    // Committed with the program and read by a test of this crate.
    file.map_or_else(|error| unreachable!("rules/gateways.toml: {error}"), |file| file.version)
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_committed_rules_are_read() {
        for rules in RULES.iter() {
            let (opens, closes) = rules.hours();
            assert!(opens < closes && rules.begins().is_some());
            assert!(rules.attempts.pauses.is_sorted() && rules.limits.per_address_day > 0);
        }
    }
}
