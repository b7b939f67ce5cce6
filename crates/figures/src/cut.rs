use huiyin_base::{Day, Region};
use huiyin_directory::OrgRef;

/// What part of the facts is asked for. A feature's selection narrows its rows by it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cut {
    /// Where the facts lie.
    pub place: Place,
    /// The organisation responsible, with all below it.
    pub owner: Option<OrgRef>,
    /// From which day to which.
    pub period: Period,
    /// The category's word.
    pub category: Option<String>,
    /// A month inside the period, as yyyymm.
    pub month: Option<i64>,
    /// The sub-category's word.
    pub sub_category: Option<String>,
    /// The mark that people gave.
    pub score: Option<i64>,
}

/// A place, as the facts keep it of their day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Place {
    /// All that this installation keeps.
    City,
    /// One county, or the city's own departments.
    Region(Region),
    /// A township or village.
    Org(OrgRef),
}

/// Days from the first to the last, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Period {
    /// The first day.
    pub from: Day,
    /// The last day; a stock is told as it stood at its end.
    pub to: Day,
}

impl Cut {
    /// The whole city over `period`.
    pub const fn city(period: Period) -> Self {
        Self { place: Place::City, owner: None, period, category: None, month: None, sub_category: None, score: None }
    }

    /// The same at another place.
    #[must_use]
    pub fn at(&self, place: Place) -> Self {
        Self { place, ..self.clone() }
    }

    /// The same for one category.
    #[must_use]
    pub fn of_category(&self, category: &str) -> Self {
        Self { category: Some(category.to_owned()), ..self.clone() }
    }

    /// The same for one sub-category.
    #[must_use]
    pub fn of_sub_category(&self, word: &str) -> Self {
        Self { sub_category: Some(word.to_owned()), ..self.clone() }
    }

    /// The same for one mark.
    #[must_use]
    pub fn of_score(&self, score: i64) -> Self {
        Self { score: Some(score), ..self.clone() }
    }

    /// The same for what one organisation, with all below it, is responsible for.
    #[must_use]
    pub fn of_owner(&self, owner: OrgRef) -> Self {
        Self { owner: Some(owner), ..self.clone() }
    }

    /// The same for one month, yyyymm.
    #[must_use]
    pub fn in_month(&self, month: i64) -> Self {
        Self { month: Some(month), ..self.clone() }
    }

    /// The days that count: the period, narrowed to the month. May be empty, the first day after the last.
    pub fn days(&self) -> Period {
        let Some((first, last)) = self.month.and_then(month_days) else { return self.period };
        Period { from: self.period.from.max(first), to: self.period.to.min(last) }
    }

    /// The day at whose end a stock is told.
    pub fn until(&self) -> Day {
        self.days().to
    }
}

impl Period {
    /// The calendar year in which `today` lies, up to `today`.
    pub fn year_to(today: Day) -> Self {
        Self { from: Day::new(today.year(), 1, 1).unwrap_or(today), to: today }
    }

    /// The months that it touches, yyyymm, oldest first.
    pub fn months(self) -> Vec<i64> {
        let (mut month, last) = (self.from.number() / 100, self.to.number() / 100);
        let mut months = Vec::new();
        while month <= last {
            months.push(month);
            month = next_month(month);
        }
        months
    }
}

fn month_days(month: i64) -> Option<(Day, Day)> {
    let first = Day::from_number(month * 100 + 1)?;
    let last = Day::from_number(next_month(month) * 100 + 1)?.plus(-1);
    Some((first, last))
}

const fn next_month(month: i64) -> i64 {
    if month % 100 == 12 { month + 89 } else { month + 1 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_narrows_the_period_and_never_widens_it() {
        let day = |number| Day::from_number(number).unwrap();
        let cut = Cut::city(Period::year_to(day(20_161_216)));
        assert_eq!(cut.days(), Period { from: day(20_160_101), to: day(20_161_216) });
        assert_eq!(cut.in_month(201_602).days(), Period { from: day(20_160_201), to: day(20_160_229) });
        assert_eq!(cut.in_month(201_612).until(), day(20_161_216));
        let outside = cut.in_month(201_701).days();
        assert!(outside.from > outside.to);
    }

    #[test]
    fn months_run_over_the_new_year() {
        let day = |number| Day::from_number(number).unwrap();
        let period = Period { from: day(20_151_130), to: day(20_160_201) };
        assert_eq!(period.months(), [201_511, 201_512, 201_601, 201_602]);
    }
}
