use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use data_encoding::{BASE64, HEXLOWER};
use huiyin_base::Rng;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::VaultError;

/// What a key is for. No key serves two purposes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Purpose {
    /// Sealing values and files.
    Seal,
    /// Blind indexes.
    Blind,
    /// Message codes.
    Mac,
    /// The chain of the audit.
    Audit,
}

impl Purpose {
    pub(crate) const ALL: [Self; 4] = [Self::Seal, Self::Blind, Self::Mac, Self::Audit];
}

pub(crate) type Key = [u8; 32];

/// Every key by purpose and number. Each purpose has at least one.
#[derive(Clone)]
pub(crate) struct Keys {
    keys: BTreeMap<(Purpose, u16), Key>,
    /// What stays of a retired key: the mark by which a database knows its key file. It gives no key away.
    marks: BTreeMap<(Purpose, u16), Key>,
}

impl Keys {
    /// Key 1 of each purpose.
    pub(crate) fn random(rng: &mut Rng) -> Self {
        let keys = Purpose::ALL.into_iter().map(|purpose| ((purpose, 1), rng.bytes())).collect();
        Self { keys, marks: BTreeMap::new() }
    }

    /// The keys of `purpose`, oldest first.
    pub(crate) fn of(&self, purpose: Purpose) -> impl DoubleEndedIterator<Item = (u16, &Key)> {
        self.keys.range((purpose, 0)..=(purpose, u16::MAX)).map(|((_, number), key)| (*number, key))
    }

    /// Adds the next key of `purpose`.
    pub(crate) fn add(&mut self, purpose: Purpose, rng: &mut Rng) {
        let last = self.of(purpose).next_back().map_or(0, |(number, _)| number);
        self.keys.insert((purpose, last.saturating_add(1)), rng.bytes());
    }

    /// Takes a key out and leaves its mark. The newest of its purpose stays.
    pub(crate) fn retire(&mut self, purpose: Purpose, number: u16, mark: Key) -> bool {
        let newest = self.of(purpose).next_back().map(|(number, _)| number);
        if newest == Some(number) || self.keys.remove(&(purpose, number)).is_none() {
            return false;
        }
        self.marks.insert((purpose, number), mark);
        true
    }

    /// The mark of the first key of `purpose`, where that was retired.
    pub(crate) fn first_mark(&self, purpose: Purpose) -> Option<&Key> {
        self.marks.range((purpose, 0)..=(purpose, u16::MAX)).next().map(|(_, mark)| mark)
    }

    fn to_text(&self) -> String {
        let entries = |keys: &BTreeMap<(Purpose, u16), Key>| -> Vec<Entry> {
            let entry = |((purpose, number), key): (&(Purpose, u16), &Key)| Entry {
                purpose: *purpose,
                number: *number,
                secret: BASE64.encode(key),
            };
            keys.iter().map(entry).collect()
        };
        let form =
            Form { version: 1, check: self.check(), key: entries(&self.keys), retired: entries(&self.marks) };
        let body = toml::to_string(&form).unwrap_or_else(|_| unreachable!("a flat table is always written"));
        format!("{HEAD}\n{body}")
    }

    fn from_text(text: &str) -> Result<Self, String> {
        // The parser's own message would quote the line, and with it a key.
        let form: Form = toml::from_str(text).map_err(|_| "内容不是完整的密钥文件".to_owned())?;
        if form.version != 1 {
            return Err(format!("版本 {} 不认识，可能需要更新的程序", form.version));
        }
        let read = |entries: Vec<Entry>| -> Result<BTreeMap<(Purpose, u16), Key>, String> {
            let mut keys = BTreeMap::new();
            for Entry { purpose, number, secret } in entries {
                let bytes = BASE64.decode(secret.as_bytes()).ok().and_then(|bytes| Key::try_from(bytes).ok());
                let key = bytes.ok_or_else(|| format!("{purpose:?} 的第 {number} 号密钥不完整"))?;
                keys.insert((purpose, number), key);
            }
            Ok(keys)
        };
        let keys = Self { keys: read(form.key)?, marks: read(form.retired)? };
        if let Some(lacking) = Purpose::ALL.into_iter().find(|purpose| keys.of(*purpose).next().is_none()) {
            return Err(format!("缺少 {lacking:?} 类密钥"));
        }
        if keys.check() != form.check {
            return Err("校验不符，内容被改动过".to_owned());
        }
        Ok(keys)
    }

    /// Tells a damaged file; it says nothing about the keys that could help to guess them.
    fn check(&self) -> String {
        let mut hash = Sha256::new();
        for ((purpose, number), key) in self.keys.iter().chain(&self.marks) {
            hash.update([*purpose as u8]);
            hash.update(number.to_be_bytes());
            hash.update(key);
        }
        HEXLOWER.encode(&hash.finalize()[..8])
    }
}

const HEAD: &str = "\
# 回音的密钥文件。没有它，已加密的内容再也打不开。
# 另存一份在安全的地方（纸质或保险柜），不要与数据库或数据库备份放在一起，不要改动内容。";

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Form {
    version: u32,
    check: String,
    key: Vec<Entry>,
    /// Of a retired key only the mark is kept, in the place of its secret.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    retired: Vec<Entry>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    purpose: Purpose,
    number: u16,
    secret: String,
}

/// Reads the file; warns in the log when others may read it too.
pub(crate) fn read(path: &Path) -> Result<Keys, VaultError> {
    let text = fs::read_to_string(path).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => VaultError::Missing(path.to_owned()),
        io::ErrorKind::InvalidData => VaultError::Damaged(path.to_owned(), "内容不是文本".to_owned()),
        _ => VaultError::Unreadable(path.to_owned(), error),
    })?;
    if is_open_to_others(path) {
        tracing::warn!(key_file.path = %path.display(), "密钥文件的权限过宽，其他用户也能读取。请运行 chmod 600 收紧");
    }
    Keys::from_text(&text).map_err(|reason| VaultError::Damaged(path.to_owned(), reason))
}

/// Writes a file that did not exist.
pub(crate) fn create(path: &Path, keys: &Keys) -> Result<(), VaultError> {
    write_new(path, keys).map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => VaultError::Exists(path.to_owned()),
        _ => VaultError::Unreadable(path.to_owned(), error),
    })
}

/// Replaces the file whole: a power cut leaves the old one or the new one.
pub(crate) fn replace(path: &Path, keys: &Keys) -> Result<(), VaultError> {
    let mut name = path.as_os_str().to_owned();
    name.push(".new");
    let new = PathBuf::from(name);
    // Left behind by an interrupted attempt; never the file in use.
    let _ = fs::remove_file(&new);
    write_new(&new, keys)
        .and_then(|()| fs::rename(&new, path))
        .and_then(|()| sync_folder(path))
        .map_err(|error| VaultError::Unreadable(path.to_owned(), error))
}

pub(crate) fn is_open_to_others(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|data| data.permissions().mode() & 0o077 != 0)
}

fn write_new(path: &Path, keys: &Keys) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(keys.to_text().as_bytes())?;
    file.sync_all()?;
    sync_folder(path)
}

fn sync_folder(path: &Path) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder)?.sync_all()
}
