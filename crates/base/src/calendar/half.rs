use chrono::NaiveTime;

use crate::{Day, Instant, WorkCalendar};

/// When offices open, rest at noon and close, as times of day in Asia/Shanghai.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OfficeHours {
    /// The forenoon begins.
    pub open: NaiveTime,
    /// The forenoon ends.
    pub noon: NaiveTime,
    /// The afternoon ends.
    pub close: NaiveTime,
}

/// The day by which something is due, and the moment of it where the limit is finer than a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Due {
    /// The last day.
    pub day: Day,
    /// Noon or the end of office hours of that day; none where the whole day counts.
    pub at: Option<Instant>,
}

impl WorkCalendar {
    /// When a limit of `halves` half working days ends that begins at `from`.
    ///
    /// Whole days: the day of the event never counts, and the last day counts to its end, whether it came in before or
    /// after noon. Half a day: the half in which it came in does not count, so what comes in before noon is due when
    /// offices close, and what comes in after noon, at night or on a holiday at the next working day's noon. What comes in
    /// before offices open has the whole forenoon. One and a half: the day of the event does not count, then one whole
    /// day, then until noon.
    pub fn add_half_days(&self, from: Instant, halves: u32, hours: OfficeHours) -> Due {
        let (day, whole) = (Day::of(from), halves / 2);
        if halves.is_multiple_of(2) {
            return Due { day: self.add_working_days(day, whole), at: None };
        }
        let noon_of = |day: Day| Due { day, at: Some(day.at(hours.noon)) };
        if whole > 0 {
            return noon_of(self.add_working_days(day, whole + 1));
        }
        if !self.is_working(day) || from >= day.at(hours.noon) {
            return noon_of(self.add_working_days(day, 1));
        }
        if from < day.at(hours.open) { noon_of(day) } else { Due { day, at: Some(day.at(hours.close)) } }
    }

    /// The day `n` working days before `day`; `day` itself when `n` is 0.
    pub fn sub_working_days(&self, day: Day, n: u32) -> Day {
        let mut reached = day;
        for _ in 0..n {
            let mut before = reached.plus(-1);
            while !self.is_working(before) && before.plus(-1) < before {
                before = before.plus(-1);
            }
            reached = before;
        }
        reached
    }
}
