//! Working days of China: Monday to Friday, less the holidays, plus the make-up days (调休) that the State Council's
//! yearly notice names. The days that differ are data; later years come by import.

mod half;
mod term;

use std::collections::{BTreeMap, BTreeSet};

use chrono::Datelike as _;

use crate::{Day, Instant};

pub use half::{Due, OfficeHours};
pub use term::{Pause, Term};

/// The working calendar, parsed from a table `date,is,occasion` of the days that differ from Monday-to-Friday.
#[derive(Clone, Debug)]
pub struct WorkCalendar {
    /// `true` = a make-up day at a weekend, `false` = a holiday on a weekday.
    differing: BTreeMap<Day, bool>,
    /// The years whose holidays are known.
    known: BTreeSet<i32>,
}

/// A day that differs from Monday to Friday.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OddDay {
    /// Which.
    pub day: Day,
    /// A make-up day at a weekend; else a holiday on a weekday.
    pub is_work: bool,
    /// Why.
    pub occasion: String,
}

impl WorkCalendar {
    /// Reads the table. A line that changes nothing, or stands twice, is refused: it is a typing mistake.
    pub fn parse(csv: &str) -> Result<Self, CalendarError> {
        let (days, mut errors) = read_days(csv);
        if !errors.is_empty() {
            return Err(errors.swap_remove(0));
        }
        Self::of(&days).ok_or(CalendarError::Empty)
    }

    /// The calendar with these days in place of what it knows of their years.
    #[must_use]
    pub fn with(&self, days: &[OddDay]) -> Self {
        let years: BTreeSet<i32> = days.iter().map(|odd| odd.day.year()).collect();
        let kept = self.differing.iter().filter(|(day, _)| !years.contains(&day.year()));
        let differing =
            kept.map(|(day, is_work)| (*day, *is_work)).chain(days.iter().map(|odd| (odd.day, odd.is_work)));
        let differing: BTreeMap<Day, bool> = differing.collect();
        Self { known: self.known.union(&years).copied().collect(), differing }
    }

    fn of(days: &[OddDay]) -> Option<Self> {
        let known: BTreeSet<i32> = days.iter().map(|odd| odd.day.year()).collect();
        let differing = days.iter().map(|odd| (odd.day, odd.is_work)).collect();
        (!known.is_empty()).then_some(Self { differing, known })
    }

    /// Whether people are at work on `day`.
    pub fn is_working(&self, day: Day) -> bool {
        self.differing.get(&day).copied().unwrap_or_else(|| is_weekday(day))
    }

    /// Whether the calendar knows the holidays of `day`'s year. Outside it counts Monday to Friday, and a page that
    /// shows such a deadline should say that it may move.
    pub fn is_published(&self, day: Day) -> bool {
        self.known.contains(&day.year())
    }

    /// The last year whose holidays are known.
    pub fn last_year(&self) -> i32 {
        self.known.last().copied().unwrap_or_default()
    }

    /// The `n`-th working day after `day`; `day` itself when `n` is 0. The day of the event never counts.
    pub fn add_working_days(&self, day: Day, n: u32) -> Day {
        let mut reached = day;
        for _ in 0..n {
            reached = self.next_working_day(reached);
        }
        reached
    }

    /// Like [`Self::add_working_days`], keeping the time of day: 10:00 stays 10:00, however many days are crossed.
    pub fn add_working_days_at(&self, instant: Instant, n: u32) -> Instant {
        let day = Day::of(instant);
        self.add_working_days(day, n).start() + (instant - day.start())
    }

    /// Working days after `from` up to and with `to`; negative when `to` is earlier.
    pub fn working_days_between(&self, from: Day, to: Day) -> i64 {
        if to < from {
            return -self.working_days_between(to, from);
        }
        let differing = self.differing.range(from.plus(1)..).take_while(|(day, _)| **day <= to);
        let moved: i64 = differing.map(|(_, is_work)| if *is_work { 1 } else { -1 }).sum();
        weekdays_until(to) - weekdays_until(from) + moved
    }

    /// `instant` itself when it lies on a working day between the two times of day, else the next such moment: what
    /// reminds or disturbs a person waits for it.
    pub fn next_office_moment(&self, instant: Instant, opens: chrono::NaiveTime, closes: chrono::NaiveTime) -> Instant {
        let day = Day::of(instant);
        if self.is_working(day) && instant < day.at(closes) {
            return instant.max(day.at(opens));
        }
        self.next_working_day(day).at(opens)
    }

    fn next_working_day(&self, day: Day) -> Day {
        let mut next = day.plus(1);
        // Ends: no notice has ever made a whole month of holidays, and past the last year every Monday works.
        while !self.is_working(next) && next.plus(1) > next {
            next = next.plus(1);
        }
        next
    }
}

/// Reads a whole table: its good days, and every line that is wrong.
pub fn read_days(csv: &str) -> (Vec<OddDay>, Vec<CalendarError>) {
    let (mut days, mut errors, mut seen) = (Vec::new(), Vec::new(), BTreeSet::new());
    let text = csv.trim_start_matches('\u{feff}');
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(text.as_bytes());
    for (index, record) in reader.records().enumerate() {
        // The first line is the head.
        match read_day(index + 2, record, &mut seen) {
            Ok(day) => days.push(day),
            Err(error) => errors.push(error),
        }
    }
    (days, errors)
}

fn read_day(
    line: usize,
    record: Result<csv::StringRecord, csv::Error>,
    seen: &mut BTreeSet<Day>,
) -> Result<OddDay, CalendarError> {
    let record = record.map_err(|_| CalendarError::Columns { line })?;
    let date = record.get(0).unwrap_or_default();
    let day: Day = date.parse().map_err(|_| CalendarError::Date { line, found: date.to_owned() })?;
    let is_work = match record.get(1) {
        Some("work") => true,
        Some("rest") => false,
        found => return Err(CalendarError::Word { line, found: found.unwrap_or_default().to_owned() }),
    };
    if is_work == is_weekday(day) {
        return Err(CalendarError::ChangesNothing { line, day });
    }
    if !seen.insert(day) {
        return Err(CalendarError::Twice { line, day });
    }
    Ok(OddDay { day, is_work, occasion: record.get(2).unwrap_or_default().to_owned() })
}

/// What is wrong with a calendar file, for whoever imports it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "each message says what its fields are")]
pub enum CalendarError {
    #[error("工作日历是空的：至少要有一行节假日或调休日。")]
    Empty,
    #[error("工作日历第 {line} 行的列数不对，应为 date,is,occasion 三列。")]
    Columns { line: usize },
    #[error("工作日历第 {line} 行的日期“{found}”无法识别，应写成 2016-02-06 这样。")]
    Date { line: usize, found: String },
    #[error("工作日历第 {line} 行的“{found}”无法识别，只能是 rest（放假）或 work（调休上班）。")]
    Word { line: usize, found: String },
    #[error("工作日历第 {line} 行的 {day} 与平常的周一至周五没有区别，请核对日期。")]
    ChangesNothing { line: usize, day: Day },
    #[error("工作日历第 {line} 行的 {day} 出现了两次，请删去一行。")]
    Twice { line: usize, day: Day },
}

fn is_weekday(day: Day) -> bool {
    day.date().weekday().num_days_from_monday() < 5
}

/// Weekdays up to and with `day`, counted from the first Monday of the common era; only differences mean something.
fn weekdays_until(day: Day) -> i64 {
    // Day 1 of the common era, 0001-01-01, was a Monday in the proleptic calendar.
    let days = i64::from(day.date().num_days_from_ce());
    days.div_euclid(7) * 5 + days.rem_euclid(7).min(5)
}

#[cfg(test)]
mod half_tests;
#[cfg(test)]
mod tests;
