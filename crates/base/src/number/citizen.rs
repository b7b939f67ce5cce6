use std::fmt;

use super::tidy;
use crate::Day;

/// A citizen's identity number of 18 places (GB 11643-1999). Sensitive: it has no `Display`, and `Debug` masks it.
///
/// The division code at its head is never checked: divisions are renamed and merged, numbers stay for life.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct CitizenNumber(String);

/// What the 17th digit says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Sex {
    /// 女
    Female,
    /// 男
    Male,
}

/// Why a text is no citizen number, as shown beside the field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CitizenNumberError {
    /// The old form of before 1999.
    #[error("这是 15 位的旧号码。请按现在的身份证填写 18 位号码。")]
    Old,
    /// Not 17 digits and a digit or X.
    #[error("身份证号应为 18 位：前 17 位是数字，最后一位是数字或 X。")]
    Form,
    /// Digits 7 to 14 are no day.
    #[error("身份证号第 7 至 14 位不是有效的出生日期，请核对。")]
    Date,
    /// The check character is wrong.
    #[error("身份证号的校验位不对，可能有一位写错了，请逐位核对。")]
    Check,
}

impl CitizenNumber {
    /// Reads a number as people type it; a small x, spaces and full-width digits are fine.
    pub fn parse(text: &str) -> Result<Self, CitizenNumberError> {
        let number = tidy(text).to_ascii_uppercase();
        let bytes = number.as_bytes();
        if bytes.len() == 15 && bytes.iter().all(u8::is_ascii_digit) {
            return Err(CitizenNumberError::Old);
        }
        let Some((last, digits)) = bytes.split_last().filter(|(_, digits)| digits.len() == 17) else {
            return Err(CitizenNumberError::Form);
        };
        if !digits.iter().all(u8::is_ascii_digit) || !(last.is_ascii_digit() || *last == b'X') {
            return Err(CitizenNumberError::Form);
        }
        number[6..14].parse().ok().and_then(Day::from_number).ok_or(CitizenNumberError::Date)?;
        if check_character(digits) != *last {
            return Err(CitizenNumberError::Check);
        }
        Ok(Self(number))
    }

    /// All 18 places, for sealing and the blind index.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The day of birth.
    pub fn birthday(&self) -> Day {
        let day = self.0[6..14].parse().ok().and_then(Day::from_number);
        day.unwrap_or_else(|| unreachable!("parse proved the date"))
    }

    /// The year of birth, often all that a page needs.
    pub fn birth_year(&self) -> i32 {
        self.birthday().year()
    }

    /// Odd 17th digit: male.
    pub fn sex(&self) -> Sex {
        if self.0.as_bytes()[16] % 2 == 1 { Sex::Male } else { Sex::Female }
    }

    /// `**************001X`: enough to tell two namesakes apart. The head would give away the place and the birthday.
    pub fn masked(&self) -> String {
        format!("**************{}", &self.0[14..])
    }
}

impl fmt::Debug for CitizenNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CitizenNumber(…)")
    }
}

/// ISO 7064 MOD 11-2 over the first 17 digits: the weight of place i (from 1) is 2^(18-i) mod 11.
fn check_character(digits: &[u8]) -> u8 {
    let sum = digits.iter().fold(0_usize, |sum, digit| (sum + usize::from(digit - b'0')) * 2 % 11);
    b"10X98765432"[sum]
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn published_vectors() {
        let woman = CitizenNumber::parse("11010519491231002x").unwrap();
        assert_eq!(woman.as_str(), "11010519491231002X");
        assert_eq!((woman.birth_year(), woman.sex()), (1949, Sex::Female));
        let man = CitizenNumber::parse(" 340524 19800101 001Ｘ").unwrap();
        assert_eq!(man.birthday(), Day::new(1980, 1, 1).unwrap());
        assert_eq!(man.sex(), Sex::Male);
        assert_eq!(CitizenNumber::parse("340524198001010013"), Err(CitizenNumberError::Check));
    }

    #[test]
    fn says_what_is_wrong() {
        assert_eq!(CitizenNumber::parse("340524800101001"), Err(CitizenNumberError::Old));
        assert!(CitizenNumberError::Old.to_string().contains("18 位"));
        for text in
            ["", "1234", "34052419800101001Y", "X4052419800101001X", "３４０", "身份证号码一二三四五六七八九十十一"]
        {
            assert_eq!(CitizenNumber::parse(text), Err(CitizenNumberError::Form), "{text}");
        }
        assert_eq!(CitizenNumber::parse("34052419800230001X"), Err(CitizenNumberError::Date));
    }

    #[test]
    fn old_and_unknown_divisions_are_accepted() {
        for head in ["610623", "610624", "999999"] {
            let digits = format!("{head}19700101001");
            let check = char::from(check_character(digits.as_bytes()));
            assert!(CitizenNumber::parse(&format!("{digits}{check}")).is_ok(), "{head}");
        }
    }

    #[test]
    fn logs_and_lists_do_not_give_it_away() {
        let number = CitizenNumber::parse("34052419800101001X").unwrap();
        assert!(!format!("{number:?}").contains("1980"));
        assert_eq!(number.masked(), "**************001X");
    }

    proptest! {
        #[test]
        fn one_wrong_digit_is_always_noticed(place in 0_usize..17, add in 1_u8..10, serial in 0_u32..1000) {
            let digits = format!("61060219900615{serial:03}");
            let check = check_character(digits.as_bytes());
            let mut wrong = digits.into_bytes();
            wrong[place] = (wrong[place] - b'0' + add) % 10 + b'0';
            prop_assert_ne!(check_character(&wrong), check);
        }

        #[test]
        fn no_text_makes_it_panic(text in ".{0,24}") {
            let _ = CitizenNumber::parse(&text);
        }
    }
}
