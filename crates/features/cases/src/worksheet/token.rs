//! A row's token: which case, how its history stood, and a code that nobody can work out without the key. A row that
//! was changed for another's, or invented, does not open.

use data_encoding::{BASE32_NOPAD, HEXLOWER};
use huiyin_base::Id;
use huiyin_vault::Vault;

const PURPOSE: &str = "worksheet";
const ID: usize = 16;
const EVENTS: usize = 4;
/// Eighty bits: a guess in a sheet of thousands of rows finds nothing.
const CODE: usize = 10;

/// The token of a case whose history has so many lines.
pub(super) fn token(vault: &Vault, case: Id, events: i64) -> String {
    let mut bytes = case.uuid().into_bytes().to_vec();
    bytes.extend(u32::try_from(events).unwrap_or(0).to_be_bytes());
    let code = vault.mac(PURPOSE, &bytes);
    bytes.extend(&code[..CODE]);
    BASE32_NOPAD.encode(&bytes)
}

/// The case of a token and how many lines its history had; none for one that was not given here.
pub(super) fn opened(vault: &Vault, token: &str) -> Option<(Id, i64)> {
    let bytes = BASE32_NOPAD.decode(token.trim().to_ascii_uppercase().as_bytes()).ok()?;
    let (said, _) = bytes.split_at_checked(ID + EVENTS)?;
    let case: Id = HEXLOWER.encode(said.get(..ID)?).parse().ok()?;
    let events = i64::from(u32::from_be_bytes(said.get(ID..)?.try_into().ok()?));
    // The same bytes make the same token: a longer or shorter code never does.
    (self::token(vault, case, events) == token.trim().to_ascii_uppercase()).then_some((case, events))
}

#[cfg(test)]
mod tests {
    use huiyin_base::{Instant, Region, Rng};

    use super::*;

    #[test]
    fn a_token_opens_as_it_was_given_and_not_otherwise() {
        let (vault, other) = (Vault::seeded(1), Vault::seeded(2));
        let case = Id::new(Region::new(7).unwrap(), Instant::UNIX_EPOCH, &mut Rng::seeded(1));
        let given = token(&vault, case, 9);
        assert_eq!(opened(&vault, &given), Some((case, 9)));
        assert_eq!(opened(&vault, &format!(" {} ", given.to_lowercase())), Some((case, 9)));
        assert_eq!(opened(&other, &given), None);
        for wrong in ["", "AAAA", "不是", &given[1..], &token(&vault, case, 8)[..40]] {
            assert_eq!(opened(&vault, wrong), None, "{wrong}");
        }
        let mut swapped = given.clone().into_bytes();
        swapped[40] = if swapped[40] == b'A' { b'B' } else { b'A' };
        assert_eq!(opened(&vault, std::str::from_utf8(&swapped).unwrap()), None);
    }
}
