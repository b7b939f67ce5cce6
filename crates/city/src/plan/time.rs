use chrono::{NaiveTime, TimeDelta};
use huiyin_base::{Day, Instant, Rng, WorkCalendar};

/// The working days of the year so far.
#[derive(Debug)]
pub(crate) struct Days {
    working: Vec<Day>,
    /// The city's now: nothing happens after it.
    pub(crate) end: Instant,
}

impl Days {
    pub(crate) fn new(calendar: &WorkCalendar, today: Day) -> Self {
        let first = Day::new(today.year(), 1, 1).unwrap_or(today);
        let all = (0..=today.since(first)).map(|offset| first.plus(offset));
        Self { working: all.filter(|day| calendar.is_working(*day)).collect(), end: today.at(clock(9 * 60)) }
    }

    /// How many working days there are, today included.
    pub(crate) fn count(&self) -> usize {
        self.working.len()
    }

    /// A working day by its number; beyond the year's end the day after it, which no problem keeps.
    pub(crate) fn day(&self, index: usize) -> Day {
        self.working.get(index).copied().unwrap_or_else(|| Day::of(self.end).plus(1))
    }

    /// The number of the first working day on or after `day`.
    pub(crate) fn index(&self, day: Day) -> usize {
        self.working.partition_point(|working| *working < day)
    }

    /// A moment of office hours `gap` working days after `from`, always later than it.
    pub(crate) fn office(&self, from: Instant, gap: usize, rng: &mut Rng) -> Instant {
        let today = self.index(Day::of(from));
        if gap == 0 && self.day(today) == Day::of(from) {
            let soon = from.max(self.day(today).at(clock(8 * 60 + 30))) + TimeDelta::minutes(rng.between(12, 190));
            if soon < self.day(today).at(clock(18 * 60)) {
                return soon + TimeDelta::seconds(rng.between(0, 59));
            }
        }
        let late = usize::from(self.day(today) == Day::of(from) && gap == 0);
        self.day(today + gap + late).at(office_time(rng))
    }

    /// A moment of a resident's day, `gap` calendar days after `from`, always later than it.
    pub(crate) fn at_home(from: Instant, gap: i64, rng: &mut Rng) -> Instant {
        let moment = Day::of(from).plus(gap).at(home_time(rng));
        if moment > from { moment } else { from + TimeDelta::minutes(rng.between(20, 200)) }
    }
}

/// Somewhere in the morning or the afternoon of an office.
fn office_time(rng: &mut Rng) -> NaiveTime {
    let minute =
        if rng.chance(520) { rng.between(8 * 60 + 32, 11 * 60 + 55) } else { rng.between(14 * 60 + 32, 17 * 60 + 50) };
    clock(minute).overflowing_add_signed(TimeDelta::seconds(rng.between(0, 59))).0
}

/// Residents write at noon and after supper more than at other times.
pub(crate) fn home_time(rng: &mut Rng) -> NaiveTime {
    let minute = match rng.below(10) {
        0..=2 => rng.between(12 * 60, 14 * 60),
        3..=6 => rng.between(18 * 60 + 30, 22 * 60 + 20),
        _ => rng.between(6 * 60 + 40, 18 * 60 + 30),
    };
    clock(minute).overflowing_add_signed(TimeDelta::seconds(rng.between(0, 59))).0
}

fn clock(minute: i64) -> NaiveTime {
    NaiveTime::MIN + TimeDelta::minutes(minute)
}
