use crate::{Day, Instant, WorkCalendar};

/// A time limit in working days with the pauses it had. The due time is always worked out from these facts and never
/// pushed along, so that neither a changed limit nor a second pause can lose or double a day.
#[derive(Clone, Debug)]
pub struct Term {
    /// When the clock began.
    pub since: Instant,
    /// The limit; the day it began does not count.
    pub working_days: u32,
    /// In any order; they may overlap.
    pub pauses: Vec<Pause>,
}

/// A stretch in which the clock stands still.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Pause {
    /// When it began.
    pub from: Instant,
    /// When it ended; `None` while it lasts.
    pub until: Option<Instant>,
}

impl Term {
    /// When the limit ends: at the time of day at which it began. `None` while a pause lasts.
    pub fn due(&self, calendar: &WorkCalendar) -> Option<Instant> {
        let paused = self.paused_working_days(calendar)?;
        Some(calendar.add_working_days_at(self.since, self.working_days.saturating_add(paused)))
    }

    /// Whether the limit has passed; never while a pause lasts.
    pub fn is_late(&self, calendar: &WorkCalendar, now: Instant) -> bool {
        self.due(calendar).is_some_and(|due| now > due)
    }

    /// Working days in which the clock stood still, each once; `None` while a pause lasts.
    fn paused_working_days(&self, calendar: &WorkCalendar) -> Option<u32> {
        let mut pauses = self.pauses.clone();
        pauses.sort();
        let mut counted_until = Day::of(self.since);
        let mut days = 0;
        for pause in pauses {
            let from = Day::of(pause.from).max(counted_until);
            let until = Day::of(pause.until?);
            if until > from {
                days += calendar.working_days_between(from, until);
                counted_until = until;
            }
        }
        u32::try_from(days).ok()
    }
}
