//! Numbers that people write down and type again: read forgivingly, checked, printed in one way.

mod case_number;
mod citizen;
mod credit;
mod phone;
mod receipt;

pub use case_number::{CaseNumber, NotACaseNumber};
pub use citizen::{CitizenNumber, CitizenNumberError, Sex};
pub use credit::{CreditCode, CreditCodeError};
pub use phone::phone_masked;
pub use receipt::Receipt;

/// As typed on a Chinese keyboard, in a chat, on paper: full-width letters become plain, and what only separates or
/// cannot be seen is dropped.
fn tidy(text: &str) -> String {
    text.chars().map(narrow).filter(|letter| !is_separator(*letter)).collect()
}

/// The plain form of a full-width letter, digit or sign (U+FF01 to U+FF5E).
fn narrow(letter: char) -> char {
    let code = u32::from(letter);
    if (0xff01..=0xff5e).contains(&code) { char::from_u32(code - 0xfee0).unwrap_or(letter) } else { letter }
}

fn is_separator(letter: char) -> bool {
    let dash = matches!(letter, '-' | '_' | '.' | '·' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{30fc}' | '\u{4e00}');
    let unseen = matches!(letter, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}' | '\u{feff}');
    letter.is_whitespace() || letter.is_control() || dash || unseen
}
