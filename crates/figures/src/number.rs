use huiyin_base::Region;
use huiyin_directory::OrgRef;

/// A number, and for a rate the number it is a part of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Number {
    /// The value; of a rate, the part.
    pub value: i64,
    /// Of a rate, the whole.
    pub over: Option<i64>,
}

/// One cell of a breakdown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    /// Which.
    pub key: Key,
    /// How many.
    pub number: Number,
}

/// One cell of a breakdown by two things at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CrossCell {
    /// Which row and which column.
    pub keys: (Key, Key),
    /// How many.
    pub number: Number,
}

/// What a cell stands for.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Key {
    /// A county, or the city's departments.
    Region(Region),
    /// An organisation: region and id.
    Org(Region, huiyin_base::Id),
    /// A category's word.
    Category(String),
    /// yyyymm.
    Month(i64),
    /// A sub-category's word.
    SubCategory(String),
    /// A mark.
    Score(i64),
    /// Rows that name none.
    None,
}

/// A number as it may be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shown {
    /// Openly.
    Open(Number),
    /// 少于n.
    Under(i64),
    /// Left out, so that a neighbour's cannot be worked out from the sum.
    Withheld,
}

impl Number {
    /// A plain number.
    pub const fn plain(value: i64) -> Self {
        Self { value, over: None }
    }

    /// Tenths of a percent, rounded half up; `None` for a plain number and over nothing.
    pub const fn permille(self) -> Option<i64> {
        match self.over {
            Some(over) if over > 0 => Some((self.value * 2000 + over) / (2 * over)),
            _ => None,
        }
    }

    /// As [`Number::text`]; a rate over fewer than `least` is no rate: `—`.
    pub fn text_over(self, least: i64) -> String {
        if self.is_few(least) { "—".to_owned() } else { self.text() }
    }

    /// Whether it is a rate over fewer than `least`.
    pub fn is_few(self, least: i64) -> bool {
        self.over.is_some_and(|over| over < least)
    }

    /// `31,602`, or `88.9 %` for a rate; `—` for a rate over nothing.
    pub fn text(self) -> String {
        match (self.over, self.permille()) {
            (None, _) => grouped(self.value),
            (Some(_), Some(permille)) => format!("{}.{} %", permille / 10, permille % 10),
            (Some(_), None) => "—".to_owned(),
        }
    }

    /// Both numbers of a rate: `28,096 / 31,602`.
    pub fn both(self) -> Option<String> {
        self.over.map(|over| format!("{} / {}", grouped(self.value), grouped(over)))
    }
}

impl Key {
    /// The organisation of an organisation's cell.
    pub const fn org(&self) -> Option<OrgRef> {
        match self {
            Self::Org(region, id) => Some(OrgRef { region: *region, id: *id }),
            _ => None,
        }
    }
}

impl Shown {
    /// As it is printed.
    pub fn text(&self) -> String {
        match self {
            Self::Open(number) => number.text(),
            Self::Under(least) => format!("少于{least}"),
            Self::Withheld => "不公布".to_owned(),
        }
    }

    /// The number, where it is open.
    pub const fn open(&self) -> Option<Number> {
        match self {
            Self::Open(number) => Some(*number),
            _ => None,
        }
    }
}

/// Hides the cells under `least`, and the smallest other one when a single hidden cell could be worked out from the sum.
pub fn mask(cells: &[Cell], least: i64) -> Vec<Shown> {
    let small = |cell: &Cell| cell.number.over.unwrap_or(cell.number.value) < least || cell.number.value < least;
    let mut shown: Vec<Shown> =
        cells.iter().map(|cell| if small(cell) { Shown::Under(least) } else { Shown::Open(cell.number) }).collect();
    let hidden = shown.iter().filter(|shown| matches!(shown, Shown::Under(_))).count();
    if hidden == 1 {
        let smallest =
            cells.iter().enumerate().filter(|(_, cell)| !small(cell)).min_by_key(|(_, cell)| cell.number.value);
        if let Some((index, _)) = smallest {
            shown[index] = Shown::Withheld;
        }
    }
    shown
}

/// Fen as yuan with two decimals: `-1,234.05`.
pub(crate) fn yuan(fen: i64) -> String {
    let sign = if fen < 0 { "-" } else { "" };
    let whole = i64::try_from(fen.unsigned_abs() / 100).unwrap_or(i64::MAX);
    format!("{sign}{}.{:02}", grouped(whole), fen.unsigned_abs() % 100)
}

/// Groups of three digits: `31,602`.
pub(crate) fn grouped(value: i64) -> String {
    let digits = value.unsigned_abs().to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3 + 1);
    if value < 0 {
        text.push('-');
    }
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(values: &[i64]) -> Vec<Cell> {
        (201_601..)
            .zip(values)
            .map(|(month, value)| Cell { key: Key::Month(month), number: Number::plain(*value) })
            .collect()
    }

    fn texts(values: &[i64], least: i64) -> Vec<String> {
        mask(&cells(values), least).iter().map(Shown::text).collect()
    }

    #[test]
    fn the_published_rate_reads_as_published() {
        let rate = Number { value: 28_096, over: Some(31_602) };
        assert_eq!(rate.text(), "88.9 %");
        assert_eq!(rate.both().unwrap(), "28,096 / 31,602");
        assert_eq!(Number { value: 0, over: Some(0) }.text(), "—");
        assert_eq!(Number { value: 7, over: Some(7) }.text(), "100.0 %");
        assert_eq!(Number::plain(-1_234_567).text(), "-1,234,567");
        assert_eq!(Number::plain(100).text(), "100");
    }

    #[test]
    fn money_is_read_in_yuan() {
        assert_eq!([123_405, -7, 0, 100].map(yuan), ["1,234.05", "-0.07", "0.00", "1.00"]);
        assert!(yuan(i64::MIN).starts_with("-92,233,"));
    }

    #[test]
    fn small_cells_are_hidden_and_cannot_be_worked_out() {
        assert_eq!(texts(&[4, 100, 20], 5), ["少于5", "100", "不公布"]);
        assert_eq!(texts(&[4, 0, 20], 5), ["少于5", "少于5", "20"]);
        assert_eq!(texts(&[5, 100], 5), ["5", "100"]);
        assert_eq!(texts(&[0, 1], 0), ["0", "1"]);
    }
}
