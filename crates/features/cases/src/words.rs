//! What people write: cleaned, limited, sealed and opened.

use huiyin_base::{Id, Problem, Rng};
use huiyin_vault::{Place, Vault};
use serde::{Deserialize, Serialize};

use crate::CaseItem;

/// A report as it was written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Words {
    /// The title as it was written; may be empty.
    pub title: String,
    /// The text as it was written.
    pub text: String,
    /// How to reach whoever wrote it, where he said so.
    pub contact: Option<Contact>,
}

/// How to reach whoever wrote a report. Sealed; never public.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    /// The name.
    pub name: String,
    /// The telephone number.
    pub phone: String,
}

#[derive(Serialize, Deserialize)]
struct Original {
    title: String,
    text: String,
}

/// Without control characters, zero-width characters and marks that turn the direction of writing; line breaks stay.
pub fn cleaned(text: &str) -> String {
    let hidden = |letter: char| matches!(letter, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{00ad}');
    let unix = text.replace("\r\n", "\n").replace('\r', "\n");
    let kept: String =
        unix.chars().filter(|letter| *letter == '\n' || !(letter.is_control() || hidden(*letter))).collect();
    kept.trim().to_owned()
}

/// Cleaned, neither empty nor too long; the sentence says which field.
pub fn limited(field: &str, text: &str, most: usize) -> Result<String, Problem> {
    let text = cleaned(text);
    let length = text.chars().count();
    if length == 0 {
        return Err(Problem::invalid(format!("请填写{field}。")));
    }
    if length > most {
        return Err(Problem::invalid(format!("{field}最多 {most} 字，现在有 {length} 字，请精简。")));
    }
    Ok(text)
}

/// Seals title and text for their case.
pub(crate) fn seal_original(vault: &Vault, case: Id, words: &Words, rng: &mut Rng) -> Vec<u8> {
    let original = Original { title: words.title.clone(), text: words.text.clone() };
    seal_json(vault, place("case_item", "original", &row_of(case)), &original, rng)
}

/// Seals the contact for its case.
pub(crate) fn seal_contact(vault: &Vault, case: Id, contact: &Contact, rng: &mut Rng) -> Vec<u8> {
    seal_json(vault, place("case_item", "contact", &row_of(case)), contact, rng)
}

/// Seals the body of a message.
pub(crate) fn seal_body(vault: &Vault, case: Id, body: &str, rng: &mut Rng) -> Vec<u8> {
    vault.seal(place("case_message", "body", &row_of(case)), body.as_bytes(), rng)
}

/// Opens the body of a message.
pub(crate) fn open_body(vault: &Vault, case: Id, sealed: &[u8]) -> Result<String, Problem> {
    if sealed.is_empty() {
        return Ok("（已按规定删除）".to_owned());
    }
    let plain = vault.open_sealed(place("case_message", "body", &row_of(case)), sealed).map_err(Problem::broken)?;
    String::from_utf8(plain).map_err(Problem::broken)
}

/// Seals a number, or the receipt for which it stands.
pub(crate) fn seal_phone(vault: &Vault, column: &'static str, case: Id, plain: &str, rng: &mut Rng) -> Vec<u8> {
    vault.seal(place("case_phone", column, &row_of(case)), plain.as_bytes(), rng)
}

/// Opens what [`seal_phone`] sealed.
pub(crate) fn open_phone(vault: &Vault, column: &'static str, case: Id, sealed: &[u8]) -> Result<String, Problem> {
    let plain = vault.open_sealed(place("case_phone", column, &row_of(case)), sealed).map_err(Problem::broken)?;
    String::from_utf8(plain).map_err(Problem::broken)
}

/// Seals to whom news go.
pub(crate) fn seal_notice(vault: &Vault, case: Id, recipient: &str, rng: &mut Rng) -> Vec<u8> {
    vault.seal(place("case_notice", "recipient", &row_of(case)), recipient.as_bytes(), rng)
}

/// Opens to whom news go.
pub(crate) fn open_notice(vault: &Vault, case: Id, sealed: &[u8]) -> Result<String, Problem> {
    let plain = vault.open_sealed(place("case_notice", "recipient", &row_of(case)), sealed).map_err(Problem::broken)?;
    String::from_utf8(plain).map_err(Problem::broken)
}

/// Seals where whoever is on call is reached in this turn.
pub(crate) fn seal_reach(vault: &Vault, turn: Id, reach: &str, rng: &mut Rng) -> Vec<u8> {
    vault.seal(place("duty_roster", "reach", &row_of(turn)), reach.as_bytes(), rng)
}

/// Opens where whoever is on call is reached; none where it does not open.
pub(crate) fn open_reach(vault: &Vault, turn: Id, sealed: &[u8]) -> Option<String> {
    let plain = vault.open_sealed(place("duty_roster", "reach", &row_of(turn)), sealed).ok()?;
    String::from_utf8(plain).ok()
}

/// Seals what somebody wrote beside his rating.
pub(crate) fn seal_comment(vault: &Vault, case: Id, comment: &str, rng: &mut Rng) -> Vec<u8> {
    vault.seal(place("case_rating", "comment", &row_of(case)), comment.as_bytes(), rng)
}

/// Opens what somebody wrote beside his rating.
pub(crate) fn open_comment(vault: &Vault, case: Id, sealed: &[u8]) -> Result<String, Problem> {
    let plain = vault.open_sealed(place("case_rating", "comment", &row_of(case)), sealed).map_err(Problem::broken)?;
    String::from_utf8(plain).map_err(Problem::broken)
}

/// Opens the original and the contact of a case; both empty once they were deleted.
pub(crate) fn open_words(vault: &Vault, case: &CaseItem) -> Result<Words, Problem> {
    let original = match &case.original {
        Some(sealed) => open_json::<Original>(vault, place("case_item", "original", &row_of(case.id)), sealed)?,
        None => Original { title: String::new(), text: String::new() },
    };
    let contact = match &case.contact {
        Some(sealed) => Some(open_json(vault, place("case_item", "contact", &row_of(case.id)), sealed)?),
        None => None,
    };
    Ok(Words { title: original.title, text: original.text, contact })
}

fn place<'a>(table: &'static str, column: &'static str, row: &'a [u8]) -> Place<'a> {
    Place { table, column, row }
}

/// Everything sealed is bound to its case, so that it opens beside no other.
fn row_of(case: Id) -> [u8; 16] {
    case.uuid().into_bytes()
}

fn seal_json<T: Serialize>(vault: &Vault, place: Place<'_>, value: &T, rng: &mut Rng) -> Vec<u8> {
    // Structs of plain strings always become JSON.
    vault.seal(place, &serde_json::to_vec(value).unwrap_or_default(), rng)
}

fn open_json<T: for<'de> Deserialize<'de>>(vault: &Vault, place: Place<'_>, sealed: &[u8]) -> Result<T, Problem> {
    let plain = vault.open_sealed(place, sealed).map_err(Problem::broken)?;
    serde_json::from_slice(&plain).map_err(Problem::broken)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hidden_characters_go_and_line_breaks_stay() {
        assert_eq!(cleaned(" 水\u{200b}管\u{202e}坏了\r\n三天\u{0007} 👍 "), "水管坏了\n三天 👍");
    }

    #[test]
    fn empty_and_endless_texts_are_refused() {
        assert!(limited("内容", " \u{feff}\n", 10).is_err());
        assert!(limited("内容", &"长".repeat(100_000), 5_000).is_err());
        assert_eq!(limited("内容", "<b>'; drop table", 50).unwrap(), "<b>'; drop table");
    }
}
