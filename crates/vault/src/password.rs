//! Passwords: argon2id with 19 MiB and two passes (OWASP's first recommendation). Takes tens of milliseconds and its
//! memory, so call it inside `spawn_blocking` and not too often at once.

use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _, phc::PasswordHash};
use argon2::{Algorithm, Argon2, Params, Version};
use huiyin_base::Rng;

use crate::VaultError;

/// The text to store: algorithm, costs, salt and hash in one (PHC form).
pub fn hash(password: &str, rng: &mut Rng) -> Result<String, VaultError> {
    let salt: [u8; 16] = rng.bytes();
    let hashed = hasher().hash_password_with_salt(password.as_bytes(), &salt);
    hashed.map(|hash| hash.to_string()).map_err(|error| VaultError::Hash(error.to_string()))
}

/// Whether `password` gave `phc`; false when `phc` is no hash at all.
pub fn verify(password: &str, phc: &str) -> bool {
    // The costs stand in the text, so hashes of earlier costs still fit.
    PasswordHash::new(phc).is_ok_and(|hash| hasher().verify_password(password.as_bytes(), &hash).is_ok())
}

/// As slow as [`verify`], for a sign-in name that does not exist: the time must not tell.
pub fn verify_nobody(password: &str) {
    let mut unused = [0; 32];
    // Only the time it takes matters.
    let _ = hasher().hash_password_into(password.as_bytes(), b"nobody's salt...", &mut unused);
}

fn hasher() -> Argon2<'static> {
    Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::DEFAULT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_fits_its_hash_only() {
        let mut rng = Rng::seeded(1);
        let phc = hash("黄土高原-2016", &mut rng).unwrap();
        assert!(phc.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{phc}");
        assert!(verify("黄土高原-2016", &phc));
        assert!(!verify("黄土高原-2017", &phc));
        assert_ne!(hash("黄土高原-2016", &mut rng).unwrap(), phc, "each has its own salt");
    }

    #[test]
    fn what_is_no_hash_fits_nothing() {
        for phc in ["", "plain", "$argon2id$v=19$m=19456,t=2,p=1$", "5f4dcc3b5aa765d61d8327deb882cf99"] {
            assert!(!verify("", phc), "{phc}");
        }
        verify_nobody("anything");
    }
}
