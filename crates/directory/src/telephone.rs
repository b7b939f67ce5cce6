use huiyin_base::{Id, Problem, Rng};
use huiyin_db::Tx;
use huiyin_vault::{Place, Vault};

use crate::AccountRef;
use crate::import::code_text;
use crate::store::{account_find, person_find};

/// The telephone of an account's holder in the register; none for a post, and where it is not known or does not open.
pub async fn register_phone(tx: &mut Tx, vault: &Vault, account: AccountRef) -> Result<Option<String>, Problem> {
    let Some(person) = account_find(tx, account).await?.and_then(|account| account.person) else { return Ok(None) };
    let found = person_find(tx, person).await?;
    Ok(found.and_then(|found| phone_opened(vault, person, found.phone.as_deref())))
}

/// A telephone of the register, opened.
pub(crate) fn phone_opened(vault: &Vault, person: Id, sealed: Option<&[u8]>) -> Option<String> {
    let row = person.uuid();
    String::from_utf8(vault.open_sealed(place(row.as_bytes()), sealed?).ok()?).ok()
}

/// A telephone for the register, sealed.
pub fn phone_sealed(vault: &Vault, person: Id, phone: &str, rng: &mut Rng) -> Vec<u8> {
    vault.seal(place(person.uuid().as_bytes()), phone.as_bytes(), rng)
}

fn place(person: &[u8]) -> Place<'_> {
    Place { table: "person", column: "phone", row: person }
}

/// A mobile number or an office line as somebody wrote it: its digits, 7 to 12 of them; none where it is neither.
pub fn phone_read(text: &str) -> Option<String> {
    let digits: String = code_text(text).chars().filter(|letter| !matches!(letter, '-' | '(' | ')' | '+')).collect();
    let digits = digits.strip_prefix("86").filter(|rest| rest.len() == 11).unwrap_or(&digits);
    let fits = (7..=12).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    let mobile = !digits.starts_with('1') || digits.len() == 11;
    (fits && mobile).then(|| digits.to_owned())
}
