//! What a bulletin is: its period, its state, its number.

use huiyin_base::{Day, Id, Region};
use huiyin_db::{row, text_enum};
use huiyin_figures::{Cut, Period};

text_enum! {
    /// Which kind.
    pub(crate) enum BulletinKind {
        Monthly = "monthly" / "月度通报",
        Quarterly = "quarterly" / "季度综述",
    }
}

text_enum! {
    /// How far it is.
    pub(crate) enum BulletinState {
        Draft = "draft" / "草稿",
        Issuing = "issuing" / "正在印发",
        Issued = "issued" / "已印发",
    }
}

row! {
    /// A version of a bulletin or review.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub(crate) struct Bulletin {
        pub(crate) region: Region,
        pub(crate) id: Id,
        pub(crate) kind: BulletinKind,
        pub(crate) period: i64,
        pub(crate) version: i64,
        pub(crate) template: i64,
        pub(crate) state: BulletinState,
        pub(crate) revision: i64,
        pub(crate) remarks: String,
        pub(crate) correction: Option<String>,
        pub(crate) public: bool,
        pub(crate) year: Option<i64>,
        pub(crate) number: Option<i64>,
        pub(crate) made_day: Day,
        pub(crate) issued_day: Option<Day>,
    }
}

/// A kind with its first month: what an address names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Term {
    pub(crate) kind: BulletinKind,
    /// yyyymm.
    pub(crate) first: i64,
}

impl BulletinKind {
    /// How many months it covers.
    const fn months(self) -> i64 {
        match self {
            Self::Monthly => 1,
            Self::Quarterly => 3,
        }
    }

    /// Where its pages stand.
    pub(crate) const fn path(self) -> &'static str {
        match self {
            Self::Monthly => "/bulletins",
            Self::Quarterly => "/reviews",
        }
    }
}

impl Term {
    /// From an address: `201611` for a month, `2016-3` for a quarter.
    pub(crate) fn parse(kind: BulletinKind, text: &str) -> Option<Self> {
        let first = match kind {
            BulletinKind::Monthly if text.len() == 6 => text.parse::<i64>().ok()?,
            BulletinKind::Quarterly if text.len() == 6 => {
                let (year, quarter) = text.split_once('-')?;
                let quarter = quarter.parse::<i64>().ok().filter(|quarter| (1..=4).contains(quarter))?;
                year.parse::<i64>().ok()? * 100 + quarter * 3 - 2
            }
            _ => return None,
        };
        let term = Self { kind, first };
        Day::from_number(first * 100 + 1).filter(|day| (2000..=2100).contains(&day.year())).map(|_| term)
    }

    /// As the address says it.
    pub(crate) fn key(self) -> String {
        match self.kind {
            BulletinKind::Monthly => self.first.to_string(),
            BulletinKind::Quarterly => format!("{}-{}", self.first / 100, self.first % 100 / 3 + 1),
        }
    }

    /// The page.
    pub(crate) fn path(self) -> String {
        format!("{}/{}", self.kind.path(), self.key())
    }

    /// “2016年11月”, “2016年第三季度”.
    pub(crate) fn name(self) -> String {
        let (year, month) = (self.first / 100, self.first % 100);
        match self.kind {
            BulletinKind::Monthly => format!("{year}年{month}月"),
            BulletinKind::Quarterly => {
                let quarter = ["一", "二", "三", "四"].get(usize::try_from(month / 3).unwrap_or(0)).unwrap_or(&"");
                format!("{year}年第{quarter}季度")
            }
        }
    }

    /// “上月”, “上季度”.
    pub(crate) const fn last_word(self) -> &'static str {
        match self.kind {
            BulletinKind::Monthly => "上月",
            BulletinKind::Quarterly => "上季度",
        }
    }

    /// The one before.
    pub(crate) fn before(self) -> Self {
        let months = self.first / 100 * 12 + self.first % 100 - 1 - self.kind.months();
        Self { first: months / 12 * 100 + months % 12 + 1, ..self }
    }

    fn after(self) -> i64 {
        let months = self.first / 100 * 12 + self.first % 100 - 1 + self.kind.months();
        months / 12 * 100 + months % 12 + 1
    }

    /// Its days.
    pub(crate) fn days(self) -> Period {
        let day = |month: i64| Day::from_number(month * 100 + 1);
        let from = day(self.first).unwrap_or_else(|| unreachable!("a term begins with a month"));
        let to = day(self.after()).unwrap_or_else(|| unreachable!("a term ends before a month")).plus(-1);
        Period { from, to }
    }

    /// The whole city over its days.
    pub(crate) fn cut(self) -> Cut {
        Cut::city(self.days())
    }

    /// The last whole one before `today`.
    pub(crate) fn last(kind: BulletinKind, today: Day) -> Self {
        let month = i64::from(today.month());
        let first = (month - 1) / kind.months() * kind.months() + 1;
        Self { kind, first: i64::from(today.year()) * 100 + first }.before()
    }
}

impl Bulletin {
    /// Which kind and period.
    pub(crate) fn term(&self) -> Term {
        Term { kind: self.kind, first: self.period }
    }

    /// Its page, a version that is not the newest by its number.
    pub(crate) fn path(&self) -> String {
        format!("{}?version={}", self.term().path(), self.version)
    }

    /// 基层通〔2016〕11号; of a correction with its version.
    pub(crate) fn number_name(&self, series: &str) -> String {
        let (Some(year), Some(number)) = (self.year, self.number) else { return String::new() };
        let version = if self.version > 1 { format!("（第{}版）", self.version) } else { String::new() };
        format!("{series}〔{year}〕{number}号{version}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn term(kind: BulletinKind, text: &str) -> Term {
        Term::parse(kind, text).unwrap()
    }

    #[test]
    fn terms_are_read_named_and_follow_each_other() {
        let month = term(BulletinKind::Monthly, "201601");
        assert_eq!((month.name().as_str(), month.before().key().as_str()), ("2016年1月", "201512"));
        let days = term(BulletinKind::Monthly, "201602").days();
        assert_eq!((days.from.number(), days.to.number()), (20_160_201, 20_160_229));
        let quarter = term(BulletinKind::Quarterly, "2016-3");
        assert_eq!((quarter.name().as_str(), quarter.key().as_str()), ("2016年第三季度", "2016-3"));
        assert_eq!((quarter.days().from.number(), quarter.days().to.number()), (20_160_701, 20_160_930));
        assert_eq!(term(BulletinKind::Quarterly, "2016-4").days().to.number(), 20_161_231);
        assert_eq!(term(BulletinKind::Quarterly, "2016-1").before().key(), "2015-4");
        for wrong in ["", "201613", "201600", "2016-5", "2016-0", "20161", "999901", "2016年1", "-20161"] {
            assert!(Term::parse(BulletinKind::Monthly, wrong).is_none(), "{wrong}");
            assert!(Term::parse(BulletinKind::Quarterly, wrong).is_none(), "{wrong}");
        }
    }

    #[test]
    fn the_last_whole_term_is_over() {
        let day = |number| Day::from_number(number).unwrap();
        assert_eq!(Term::last(BulletinKind::Monthly, day(20_161_216)).key(), "201611");
        assert_eq!(Term::last(BulletinKind::Monthly, day(20_170_103)).key(), "201612");
        assert_eq!(Term::last(BulletinKind::Quarterly, day(20_161_216)).key(), "2016-3");
        assert_eq!(Term::last(BulletinKind::Quarterly, day(20_170_103)).key(), "2016-4");
    }
}
