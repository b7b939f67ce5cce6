use std::fmt;
use std::str::FromStr;

use chrono::{Datelike, Days, FixedOffset, NaiveDate, NaiveTime, TimeZone, Utc};
use serde::{Deserialize, Serialize};

use crate::Instant;

/// A calendar day in Asia/Shanghai, stored as the integer yyyymmdd so that no date arithmetic is needed in SQL.
///
/// China has kept one offset, +08:00, without summer time since 1992.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(NaiveDate);

impl Day {
    /// `None` when there is no such day.
    pub fn new(year: i32, month: u32, day: u32) -> Option<Self> {
        NaiveDate::from_ymd_opt(year, month, day).map(Self)
    }

    /// The day in Asia/Shanghai on which `instant` falls.
    pub fn of(instant: Instant) -> Self {
        Self(instant.with_timezone(&shanghai()).date_naive())
    }

    /// From the stored integer; `None` when it names no day.
    pub fn from_number(number: i64) -> Option<Self> {
        let number = i32::try_from(number).ok()?;
        Self::new(number / 10_000, u32::try_from(number / 100 % 100).ok()?, u32::try_from(number % 100).ok()?)
    }

    /// The stored integer yyyymmdd.
    pub fn number(self) -> i64 {
        i64::from(self.year()) * 10_000 + i64::from(self.month()) * 100 + i64::from(self.0.day())
    }

    /// The instant at which the day reaches the given time of day in Asia/Shanghai.
    pub fn at(self, time: NaiveTime) -> Instant {
        let local = self.0.and_time(time);
        shanghai().from_local_datetime(&local).single().map_or_else(|| local.and_utc(), |at| at.with_timezone(&Utc))
    }

    /// Midnight at which the day begins.
    pub fn start(self) -> Instant {
        self.at(NaiveTime::MIN)
    }

    /// `days` later, or earlier when negative; stays put at the ends of the calendar.
    #[must_use]
    pub fn plus(self, days: i64) -> Self {
        let step = Days::new(days.unsigned_abs());
        let moved = if days < 0 { self.0.checked_sub_days(step) } else { self.0.checked_add_days(step) };
        Self(moved.unwrap_or(self.0))
    }

    /// Days from `earlier` to this day.
    pub fn since(self, earlier: Self) -> i64 {
        (self.0 - earlier.0).num_days()
    }

    /// The calendar year.
    pub fn year(self) -> i32 {
        self.0.year()
    }

    /// 1 to 12.
    pub fn month(self) -> u32 {
        self.0.month()
    }

    /// The plain date.
    pub fn date(self) -> NaiveDate {
        self.0
    }

    /// `2016年12月16日`
    pub fn chinese(self) -> String {
        format!("{}年{}月{}日", self.0.year(), self.0.month(), self.0.day())
    }
}

fn shanghai() -> FixedOffset {
    FixedOffset::east_opt(8 * 3600).unwrap_or_else(|| unreachable!("+08:00 is a valid offset"))
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.format("%Y-%m-%d"))
    }
}

impl fmt::Debug for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The text is no day written as yyyy-mm-dd.
#[derive(Debug, thiserror::Error)]
#[error("not a day")]
pub struct NotADay;

impl FromStr for Day {
    type Err = NotADay;

    fn from_str(text: &str) -> Result<Self, NotADay> {
        NaiveDate::parse_from_str(text, "%Y-%m-%d").map(Self).map_err(|_| NotADay)
    }
}

impl Serialize for Day {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_begins_at_sixteen_hundred_utc() {
        let before = "2016-12-15T15:59:59Z".parse::<Instant>().unwrap();
        let after = "2016-12-15T16:00:00Z".parse::<Instant>().unwrap();
        assert_eq!(Day::of(before).number(), 20_161_215);
        assert_eq!(Day::of(after).number(), 20_161_216);
        assert_eq!(Day::new(2016, 12, 16).unwrap().start(), after);
        assert_eq!(Day::from_number(20_160_230), None);
    }
}
