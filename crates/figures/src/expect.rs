use huiyin_db::text_enum;

use crate::Number;

/// The figures published for 2016, as the program carries them.
const PUBLISHED: &str = include_str!("../../../data/seed-figures.csv");

/// What a figure over the whole city must come to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expectation {
    /// The figure's id.
    pub figure: String,
    /// How the number stands to `value`.
    pub relation: Relation,
    /// As published.
    pub value: i64,
}

text_enum! {
    /// How a number stands to the published one.
    pub enum Relation {
        Equal = "eq" / "等于",
        AtLeast = "ge" / "不少于",
        JustUnder = "lt" / "略少于",
        About = "approx" / "约为",
    }
}

impl Expectation {
    /// The published figures of the demo city's year. Lines that cannot be read are left out; a test counts them.
    pub fn published() -> Vec<Self> {
        PUBLISHED.lines().skip(1).filter_map(Self::parse).collect()
    }

    /// Whether `number` is as published: just under and about mean within a twentieth.
    pub fn holds(&self, number: Number) -> bool {
        let (found, value) = (number.value, self.value);
        let near = (found - value).abs() * 20 <= value;
        match self.relation {
            Relation::Equal => found == value,
            Relation::AtLeast => found >= value,
            Relation::JustUnder => found < value && near,
            Relation::About => near,
        }
    }

    fn parse(line: &str) -> Option<Self> {
        let mut cells = line.split(',');
        let (figure, _label, relation, value) = (cells.next()?, cells.next()?, cells.next()?, cells.next()?);
        Some(Self { figure: figure.to_owned(), relation: Relation::parse(relation)?, value: value.parse().ok()? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_published_figure_is_read() {
        let published = Expectation::published();
        assert_eq!(published.len(), PUBLISHED.lines().count() - 1);
        let raised = published.iter().find(|expected| expected.figure == "problems_raised").unwrap();
        assert_eq!((raised.relation, raised.value), (Relation::Equal, 31_602));
        assert!(raised.holds(Number::plain(31_602)) && !raised.holds(Number::plain(31_601)));
    }

    #[test]
    fn relations_mean_what_the_source_says() {
        let expected = |relation, value| Expectation { figure: "a".into(), relation, value };
        assert!(expected(Relation::AtLeast, 80).holds(Number::plain(81)));
        assert!(!expected(Relation::AtLeast, 80).holds(Number::plain(79)));
        assert!(expected(Relation::JustUnder, 80_000).holds(Number::plain(79_900)));
        assert!(!expected(Relation::JustUnder, 80_000).holds(Number::plain(80_000)));
        assert!(!expected(Relation::JustUnder, 80_000).holds(Number::plain(60_000)));
        assert!(expected(Relation::About, 28_000).holds(Number::plain(28_210)));
        assert!(!expected(Relation::About, 28_000).holds(Number::plain(30_000)));
    }
}
