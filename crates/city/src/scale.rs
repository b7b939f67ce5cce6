use chrono::NaiveTime;
use huiyin_base::{Day, Instant};

/// How large a city, from which seed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scale {
    /// Everything follows from it.
    pub seed: u64,
    /// The whole city or a hundredth of it.
    pub size: Size,
    /// Multiplies the problems only.
    pub cases: u32,
    /// The city's today; nothing happens after it.
    pub today: Day,
}

/// The whole city or a hundredth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Size {
    /// 117 townships, 1,959 villages and communities, 80,000 members, 31,602 problems.
    Full,
    /// For tests: 26 townships, 78 villages and communities, 1,000 members, 316 problems.
    Small,
}

impl Scale {
    /// The whole city.
    pub fn full() -> Self {
        // The demo clock begins here: the last Friday before the year's accounts were drawn up.
        let today = Day::new(2016, 12, 16).unwrap_or_else(|| unreachable!("a day of the calendar"));
        Self { seed: 2016, size: Size::Full, cases: 1, today }
    }

    /// One hundredth.
    pub fn small() -> Self {
        Self { size: Size::Small, ..Self::full() }
    }

    /// The moment at which the demo clock begins; nothing happened after it.
    pub fn now(&self) -> Instant {
        self.today.at(NaiveTime::from_hms_opt(9, 0, 0).unwrap_or(NaiveTime::MIN))
    }

    /// Members of the directory (data/seed-figures.csv, `satchel_readers`: just under 80,000 were entitled).
    pub fn members(&self) -> u64 {
        match self.size {
            Size::Full => 80_000,
            Size::Small => 1_000,
        }
    }

    /// Kits handed out on paper (data/seed-figures.csv, `kits_issued`).
    pub(crate) fn kits(&self) -> usize {
        match self.size {
            Size::Full => 44_510,
            Size::Small => 445,
        }
    }

    /// Problems posted in the year (data/seed-figures.csv, `problems_raised`).
    pub fn posted(&self) -> u64 {
        let year = match self.size {
            Size::Full => 31_602,
            Size::Small => 316,
        };
        year * u64::from(self.cases)
    }

    /// Of these solved and answered (data/seed-figures.csv, `problems_solved`).
    pub fn solved(&self) -> u64 {
        let year = match self.size {
            Size::Full => 28_096,
            Size::Small => 281,
        };
        year * u64::from(self.cases)
    }
}
