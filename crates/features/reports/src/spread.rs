//! How a number lies over places: told without saying whose is the highest.

use huiyin_figures::{Cell, Figure, Number};

/// The least, the middle and the greatest, as they are printed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Spread {
    pub(crate) places: usize,
    pub(crate) least: String,
    pub(crate) quarter: String,
    pub(crate) middle: String,
    pub(crate) three_quarters: String,
    pub(crate) greatest: String,
}

/// `None` under four places: there is no distribution to speak of, and each could be told from it.
pub(crate) fn spread(figure: &Figure, cells: &[Cell]) -> Option<Spread> {
    let mut numbers: Vec<Number> =
        cells.iter().map(|cell| cell.number).filter(|number| number.over != Some(0)).collect();
    if numbers.len() < 4 {
        return None;
    }
    numbers.sort_by_key(|number| number.permille().unwrap_or(number.value));
    // The lower of two middles: a number that really stands in the table.
    let at = |quarters: usize| figure.text(numbers[(numbers.len() - 1) * quarters / 4]);
    Some(Spread {
        places: numbers.len(),
        least: at(0),
        quarter: at(1),
        middle: at(2),
        three_quarters: at(3),
        greatest: at(4),
    })
}

#[cfg(test)]
mod tests {
    use huiyin_figures::{Key, Kind, Sight};

    use super::*;

    fn figure(kind: Kind) -> Figure {
        Figure {
            id: "sample",
            name: "样例",
            unit: "元",
            definition: "样例。",
            kind,
            rows: |_| unreachable!("only its words are asked for"),
            breakdowns: &[],
            categories: Vec::new,
            sub_categories: Vec::new,
            least: 0,
            seen_by: Sight::Everyone,
            opened_by: Sight::Everyone,
            record_path: None,
        }
    }

    fn cells(values: &[i64]) -> Vec<Cell> {
        values.iter().map(|value| Cell { key: Key::Month(*value), number: Number::plain(*value) }).collect()
    }

    #[test]
    fn quarters_of_thirteen_counties() {
        let values: Vec<i64> = (1..=13).rev().collect();
        let found = spread(&figure(Kind::Count), &cells(&values)).unwrap();
        assert_eq!((found.least.as_str(), found.quarter.as_str(), found.middle.as_str()), ("1", "4", "7"));
        assert_eq!((found.three_quarters.as_str(), found.greatest.as_str(), found.places), ("10", "13", 13));
    }

    #[test]
    fn money_is_told_in_yuan() {
        let found = spread(&figure(Kind::Money), &cells(&[100, 250, 300, 123_456])).unwrap();
        assert_eq!((found.least.as_str(), found.greatest.as_str()), ("1.00", "1,234.56"));
    }

    #[test]
    fn few_places_have_no_distribution() {
        assert_eq!(spread(&figure(Kind::Count), &cells(&[1, 2, 3])), None);
    }
}
