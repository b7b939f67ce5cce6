use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, SubsecRound, TimeDelta, Utc};

use crate::{Day, Instant};

/// Where the current time comes from. The only place that asks the operating system.
///
/// `now` is the time of the city's work, which a demo or a test may move; `real` is for what must not move with it:
/// sessions, one-time codes, rate limits, audit and logs (design: section 8).
#[derive(Clone, Debug)]
pub struct Clock {
    /// Microseconds added to real time, or the fixed instant of a test.
    state: Arc<AtomicI64>,
    fixed: bool,
}

impl Clock {
    /// Real time.
    pub fn system() -> Self {
        Self { state: Arc::new(AtomicI64::new(0)), fixed: false }
    }

    /// Runs on from `start` at the pace of real time: the demo's clock.
    pub fn starting_at(start: Instant) -> Self {
        let offset = (start - system_now()).num_microseconds().unwrap_or(0);
        Self { state: Arc::new(AtomicI64::new(offset)), fixed: false }
    }

    /// Stands still until [`Clock::advance`] moves it: the tests' clock.
    pub fn fixed(at: Instant) -> Self {
        Self { state: Arc::new(AtomicI64::new(at.timestamp_micros())), fixed: true }
    }

    /// The time of the city's work.
    pub fn now(&self) -> Instant {
        let state = self.state.load(Ordering::Relaxed);
        if self.fixed {
            DateTime::from_timestamp_micros(state).unwrap_or(DateTime::UNIX_EPOCH)
        } else {
            system_now() + TimeDelta::microseconds(state)
        }
    }

    /// Today in Asia/Shanghai by [`Clock::now`].
    pub fn today(&self) -> Day {
        Day::of(self.now())
    }

    /// Real time; a fixed clock answers its fixed time so that tests can expire a session.
    pub fn real(&self) -> Instant {
        if self.fixed { self.now() } else { system_now() }
    }

    /// Moves the clock forward; every clone of it moves along.
    pub fn advance(&self, by: TimeDelta) {
        self.state.fetch_add(by.num_microseconds().unwrap_or(0), Ordering::Relaxed);
    }
}

#[expect(clippy::disallowed_methods, reason = "the one place where the system clock is read")]
fn system_now() -> Instant {
    Utc::now().trunc_subsecs(6)
}
