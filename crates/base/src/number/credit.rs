use std::fmt;

use super::tidy;

/// A unified social credit code of 18 places (GB 32100-2015).
///
/// Codes with a wrong check character were really issued in the early pilots, so a wrong one only warns.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CreditCode(String);

/// Why a text is no credit code, as shown beside the field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CreditCodeError {
    /// Not 18 places.
    #[error("统一社会信用代码应为 18 位，请对照登记证书填写。")]
    Length,
    /// A sign outside the alphabet.
    #[error("统一社会信用代码只用数字和大写字母，并且不用 I、O、S、V、Z，请对照登记证书核对。")]
    Letter,
}

const ALPHABET: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";

impl CreditCode {
    /// Reads a code as people type it. A wrong check character is no error: see [`CreditCode::warning`].
    pub fn parse(text: &str) -> Result<Self, CreditCodeError> {
        let code = tidy(text).to_ascii_uppercase();
        if code.chars().count() != 18 {
            return Err(CreditCodeError::Length);
        }
        if code.bytes().any(|letter| value(letter).is_none()) {
            return Err(CreditCodeError::Letter);
        }
        Ok(Self(code))
    }

    /// The 18 places.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the 18th place fits the others.
    pub fn check_fits(&self) -> bool {
        check_character(&self.0.as_bytes()[..17]) == self.0.as_bytes()[17]
    }

    /// A sentence to show beside the field when the check character does not fit; saving goes on.
    pub fn warning(&self) -> Option<&'static str> {
        (!self.check_fits()).then_some("校验位不符，可能有一位写错了。如与登记证书一致，可以照常保存。")
    }
}

impl fmt::Display for CreditCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn value(letter: u8) -> Option<usize> {
    ALPHABET.iter().position(|known| *known == letter)
}

/// The weight of place i (from 0) is 3^i mod 31.
fn check_character(letters: &[u8]) -> u8 {
    let (sum, _) = letters.iter().fold((0, 1), |(sum, weight), letter| {
        ((sum + value(*letter).unwrap_or_default() * weight) % 31, weight * 3 % 31)
    });
    ALPHABET[(31 - sum) % 31]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_vectors() {
        for text in ["91350100M000100Y43", "91350200ma2yj1xr9g"] {
            let code = CreditCode::parse(text).unwrap();
            assert!(code.check_fits(), "{text}");
            assert_eq!(code.warning(), None);
        }
    }

    #[test]
    fn codes_of_the_pilots_warn_and_pass() {
        for (text, right) in [("91350203M0001QAY9B", b'9'), ("91350100M0001TGQXM", b'1'), ("91350211M0000XUF46", b'R')]
        {
            let code = CreditCode::parse(text).unwrap();
            assert!(code.warning().is_some(), "{text}");
            assert_eq!(check_character(&code.as_str().as_bytes()[..17]), right);
        }
    }

    #[test]
    fn says_what_is_wrong() {
        assert_eq!(CreditCode::parse("9135"), Err(CreditCodeError::Length));
        assert_eq!(CreditCode::parse("91350100M000100YO3"), Err(CreditCodeError::Letter));
        assert_eq!(CreditCode::parse("请对照登记证书"), Err(CreditCodeError::Length));
    }
}
