use std::fmt;
use std::str::FromStr;

use super::narrow;

/// The short number of a case, given when it is posted: `宝塔-2016-00421`. Public, and the only name a public page uses.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CaseNumber {
    /// The county's short name, such as 宝塔.
    pub county: String,
    /// The year of posting.
    pub year: u16,
    /// Counted from 1 within county and year.
    pub n: u32,
}

/// The text is no case number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("编号应写成“宝塔-2016-00421”这样：县区简称、年份、序号。")]
pub struct NotACaseNumber;

impl fmt::Display for CaseNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{:04}-{:05}", self.county, self.year, self.n)
    }
}

impl FromStr for CaseNumber {
    type Err = NotACaseNumber;

    /// Forgives full-width digits, any kind of dash, spaces and missing zeros.
    fn from_str(text: &str) -> Result<Self, NotACaseNumber> {
        let plain: String = text.chars().map(narrow).filter(|letter| !letter.is_whitespace()).collect();
        let parts: Vec<&str> = plain.split(is_dash).filter(|part| !part.is_empty()).collect();
        let [county, year, n] = parts[..] else { return Err(NotACaseNumber) };
        let named = county.chars().count() <= 12 && county.chars().all(char::is_alphabetic);
        let digits = |part: &str| part.bytes().all(|digit| digit.is_ascii_digit());
        if !named || year.len() != 4 || !digits(year) || !digits(n) {
            return Err(NotACaseNumber);
        }
        let n = n.parse().ok().filter(|n| *n > 0).ok_or(NotACaseNumber)?;
        Ok(Self { county: county.to_owned(), year: year.parse().map_err(|_| NotACaseNumber)?, n })
    }
}

fn is_dash(letter: char) -> bool {
    matches!(letter, '-' | '_' | '\u{2010}'..='\u{2015}' | '\u{2212}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_printed_and_read_in_one_way() {
        let number = CaseNumber { county: "宝塔".into(), year: 2016, n: 421 };
        assert_eq!(number.to_string(), "宝塔-2016-00421");
        for text in ["宝塔-2016-00421", "宝塔—2016—421", " 宝塔－２０１６－００４２１ ", "宝塔 - 2016 - 421"]
        {
            assert_eq!(text.parse(), Ok(number.clone()), "{text}");
        }
        let large = CaseNumber { n: 1_234_567, ..number };
        assert_eq!(large.to_string().parse(), Ok(large));
    }

    #[test]
    fn what_is_no_number_is_refused() {
        for text in [
            "",
            "宝塔",
            "宝塔-2016",
            "宝塔-16-1",
            "宝塔-2016-0",
            "宝塔-2016-x",
            "-2016-1",
            "1-2016-1",
            "宝塔-2016-1-2",
            "宝塔-2016-99999999999",
        ] {
            assert_eq!(text.parse::<CaseNumber>(), Err(NotACaseNumber), "{text}");
        }
    }
}
