use huiyin_base::{Id, Problem};
use huiyin_db::Tx;
use huiyin_vault::{Place, Vault};

use crate::AccountRef;
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
    let place = Place { table: "person", column: "phone", row: row.as_bytes() };
    String::from_utf8(vault.open_sealed(place, sealed?).ok()?).ok()
}
