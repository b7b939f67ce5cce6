use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;
use std::sync::Arc;

use aes_gcm::aead::{Aead as _, AeadInOut as _, Payload};
use aes_gcm::{Aes256Gcm, KeyInit as _, Nonce};
use data_encoding::HEXLOWER;
use hmac::{Hmac, Mac as _};
use huiyin_base::Rng;
use sha2::Sha256;
use subtle::ConstantTimeEq as _;

use crate::key_file::{self, Key, Keys};
use crate::{Purpose, VaultError};

/// The keys, and what is done with them. Cheap to clone.
#[derive(Clone)]
pub struct Vault(Arc<Inner>);

struct Inner {
    keys: Keys,
    /// One cipher per seal key, by number.
    ciphers: BTreeMap<u16, Aes256Gcm>,
}

/// Where a sealed value stands. It opens nowhere else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place<'a> {
    /// The table's name, or a word of its own for what stands in no table.
    pub table: &'a str,
    /// The column's name.
    pub column: &'a str,
    /// The row's id.
    pub row: &'a [u8],
}

/// AES-256-GCM.
const ALGORITHM: u8 = 1;
const HEAD: usize = 3;
const NONCE: usize = 12;
const TAG: usize = 16;

impl Vault {
    /// Makes a key file with fresh keys. Never replaces one.
    pub fn create(path: &Path, rng: &mut Rng) -> Result<Self, VaultError> {
        let keys = Keys::random(rng);
        key_file::create(path, &keys)?;
        Ok(Self::with(keys))
    }

    /// Reads a key file.
    pub fn open(path: &Path) -> Result<Self, VaultError> {
        key_file::read(path).map(Self::with)
    }

    /// Adds a key of `purpose` to the file; what is new uses it, what is old still opens. Needs a restart elsewhere.
    pub fn rotate(path: &Path, purpose: Purpose, rng: &mut Rng) -> Result<Self, VaultError> {
        let mut keys = key_file::read(path)?;
        keys.add(purpose, rng);
        key_file::replace(path, &keys)?;
        Ok(Self::with(keys))
    }

    /// Takes seal key `number` out of the file for good. Whatever it sealed no longer opens, so ask first whether anything
    /// is left; backups of that time need a copy of the old file. The newest key stays.
    pub fn retire(path: &Path, number: u16) -> Result<Self, VaultError> {
        let mut keys = key_file::read(path)?;
        let found = keys.of(Purpose::Seal).find(|(found, _)| *found == number);
        let mark = found.map(|(_, key)| code(key, "fingerprint", &[])).ok_or(VaultError::UnknownKey(number))?;
        if !keys.retire(Purpose::Seal, number, mark) {
            return Err(VaultError::Newest(number));
        }
        key_file::replace(path, &keys)?;
        Ok(Self::with(keys))
    }

    /// The same keys for the same seed: tests only.
    pub fn seeded(seed: u64) -> Self {
        Self::with(Keys::random(&mut Rng::fork(seed, "vault")))
    }

    fn with(keys: Keys) -> Self {
        let cipher = |key: &Key| Aes256Gcm::new(key.into());
        let ciphers = keys.of(Purpose::Seal).map(|(number, key)| (number, cipher(key))).collect();
        Self(Arc::new(Inner { keys, ciphers }))
    }

    /// What a database keeps to notice a wrong key file. Made from the first key of each purpose, so adding keys
    /// does not change it.
    pub fn fingerprint(&self) -> String {
        let mut parts = Vec::new();
        for purpose in Purpose::ALL {
            let mark = self.0.keys.first_mark(purpose).copied();
            let first = || self.0.keys.of(purpose).next().map(|(_, key)| code(key, "fingerprint", &[]));
            parts.extend(mark.or_else(first).unwrap_or_default());
        }
        HEXLOWER.encode(&code(&[0; 32], "fingerprint", &parts)[..12])
    }

    /// Seals `plain` so that it opens only at `place`.
    pub fn seal(&self, place: Place<'_>, plain: &[u8], rng: &mut Rng) -> Vec<u8> {
        let Some((number, cipher)) = self.0.ciphers.last_key_value() else { unreachable!("a vault has a seal key") };
        let nonce: [u8; NONCE] = rng.bytes();
        let mut sealed = Vec::with_capacity(HEAD + NONCE + plain.len() + TAG);
        sealed.push(ALGORITHM);
        sealed.extend(number.to_be_bytes());
        let bound = place.bound(&sealed);
        sealed.extend(nonce);
        sealed.extend(plain);
        let tag = cipher.encrypt_inout_detached(&Nonce::from(nonce), &bound, (&mut sealed[HEAD + NONCE..]).into());
        let tag = tag.unwrap_or_else(|_| unreachable!("AES-GCM takes up to 64 GiB"));
        sealed.extend(tag);
        sealed
    }

    /// Opens what [`Vault::seal`] made for the same place.
    pub fn open_sealed(&self, place: Place<'_>, sealed: &[u8]) -> Result<Vec<u8>, VaultError> {
        let number = key_number(sealed)?;
        let cipher = self.0.ciphers.get(&number).ok_or(VaultError::UnknownKey(number))?;
        let (head, rest) = sealed.split_at(HEAD);
        let (nonce, data) = rest.split_first_chunk::<NONCE>().ok_or(VaultError::Malformed)?;
        let payload = Payload { msg: data, aad: &place.bound(head) };
        cipher.decrypt(&Nonce::from(*nonce), payload).map_err(|_| VaultError::Tampered)
    }

    /// Whether a sealed value uses an older key than the newest.
    pub fn needs_resealing(&self, sealed: &[u8]) -> bool {
        !sealed.starts_with(&self.newest_head())
    }

    /// With what every value begins that the newest key has sealed.
    pub fn newest_head(&self) -> [u8; HEAD] {
        self.0.ciphers.last_key_value().map_or([0; HEAD], |(number, _)| head_of(*number))
    }

    /// The numbers of the keys that seal and open, oldest first.
    pub fn seal_numbers(&self) -> Vec<u16> {
        self.0.ciphers.keys().copied().collect()
    }

    /// Opens a value and seals it again with the newest key, for the same place.
    pub fn reseal(&self, place: Place<'_>, sealed: &[u8], rng: &mut Rng) -> Result<Vec<u8>, VaultError> {
        Ok(self.seal(place, &self.open_sealed(place, sealed)?, rng))
    }

    /// The blind index of `value`: what is stored and looked up instead of it.
    pub fn blind(&self, purpose: &'static str, value: &str) -> [u8; 32] {
        self.newest(Purpose::Blind, purpose, value.as_bytes())
    }

    /// The blind indexes of `value` under every key, newest first: for looking up while a rotation is under way.
    pub fn blinds(&self, purpose: &'static str, value: &str) -> Vec<[u8; 32]> {
        self.every(Purpose::Blind, purpose, value.as_bytes()).collect()
    }

    /// A code that only this vault can make of `message`.
    pub fn mac(&self, purpose: &'static str, message: &[u8]) -> [u8; 32] {
        self.newest(Purpose::Mac, purpose, message)
    }

    /// The codes of `message` under every key, newest first: for looking up what was printed before a rotation.
    pub fn macs(&self, purpose: &'static str, message: &[u8]) -> Vec<[u8; 32]> {
        self.every(Purpose::Mac, purpose, message).collect()
    }

    /// Whether `code` was made by [`Vault::mac`] with any of the keys; in constant time.
    pub fn mac_fits(&self, purpose: &'static str, message: &[u8], code: &[u8]) -> bool {
        self.every(Purpose::Mac, purpose, message).any(|own| own.ct_eq(code).into())
    }

    /// The code of a link of the audit's chain.
    pub fn audit_mac(&self, message: &[u8]) -> [u8; 32] {
        self.newest(Purpose::Audit, "audit", message)
    }

    /// Whether `code` was made by [`Vault::audit_mac`] with any of the keys; in constant time.
    pub fn audit_mac_fits(&self, message: &[u8], code: &[u8]) -> bool {
        self.every(Purpose::Audit, "audit", message).any(|own| own.ct_eq(code).into())
    }

    fn newest(&self, key: Purpose, purpose: &'static str, message: &[u8]) -> [u8; 32] {
        self.every(key, purpose, message).next().unwrap_or_else(|| unreachable!("each purpose has a key"))
    }

    fn every(&self, key: Purpose, purpose: &'static str, message: &[u8]) -> impl Iterator<Item = [u8; 32]> {
        self.0.keys.of(key).rev().map(move |(_, key)| code(key, purpose, message))
    }
}

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Vault(…)")
    }
}

impl Place<'_> {
    /// The associated data: each part with its length, so that no two places give the same bytes.
    fn bound(self, head: &[u8]) -> Vec<u8> {
        let mut bound = head.to_vec();
        for part in [self.table.as_bytes(), self.column.as_bytes(), self.row] {
            bound.extend((part.len() as u64).to_be_bytes());
            bound.extend(part);
        }
        bound
    }
}

/// With what every value begins that key `number` has sealed.
pub const fn head_of(number: u16) -> [u8; HEAD] {
    let [high, low] = number.to_be_bytes();
    [ALGORITHM, high, low]
}

fn key_number(sealed: &[u8]) -> Result<u16, VaultError> {
    match sealed {
        [ALGORITHM, high, low, rest @ ..] if rest.len() >= NONCE + TAG => Ok(u16::from_be_bytes([*high, *low])),
        _ => Err(VaultError::Malformed),
    }
}

/// HMAC-SHA-256; the purpose goes in with its length, so that one purpose and message never equal another pair.
fn code(key: &Key, purpose: &str, message: &[u8]) -> [u8; 32] {
    let Ok(mut hmac) = Hmac::<Sha256>::new_from_slice(key) else { unreachable!("HMAC takes keys of any length") };
    hmac.update(&(purpose.len() as u64).to_be_bytes());
    hmac.update(purpose.as_bytes());
    hmac.update(message);
    hmac.finalize().into_bytes().into()
}
