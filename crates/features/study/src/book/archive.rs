//! An EPUB is an archive: what it unpacks to is counted, and its names are looked at, before anything believes it.

use std::io::{Cursor, Read as _};

use zip::ZipArchive;

use super::BookError;

/// All parts together, in bytes.
const UNZIPPED: u64 = 256 << 20;
/// Parts.
const ENTRIES: usize = 5_000;

/// Unpacks every part into nothing, counting.
pub(super) fn check(bytes: &[u8]) -> Result<(), BookError> {
    let damaged = |error: &dyn std::fmt::Display| BookError::Damaged(error.to_string());
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|error| damaged(&error))?;
    if archive.len() > ENTRIES {
        return Err(BookError::Bomb);
    }
    let mut total = 0;
    let mut chunk = vec![0; 64 << 10];
    for index in 0..archive.len() {
        let mut part = archive.by_index(index).map_err(|error| damaged(&error))?;
        let name = part.name().map_err(|error| damaged(&error))?.to_string();
        if leads_out(&name) {
            return Err(BookError::Path(name.chars().take(80).collect()));
        }
        let mut locks = Vec::new();
        loop {
            let read = part.read(&mut chunk).map_err(|error| damaged(&error))?;
            if read == 0 {
                break;
            }
            total += read as u64;
            if total > UNZIPPED {
                return Err(BookError::Bomb);
            }
            if name == "META-INF/encryption.xml" {
                locks.extend_from_slice(&chunk[..read]);
            }
        }
        if is_locked(&locks) {
            return Err(BookError::Locked);
        }
    }
    Ok(())
}

fn leads_out(name: &str) -> bool {
    let absolute = name.starts_with('/') || name.contains('\\') || name.contains(':') || name.contains('\0');
    absolute || name.split('/').any(|step| step == "..")
}

/// Fonts may be obfuscated (IDPF, Adobe): they are not used anyway. Anything else that is encrypted is a lock.
fn is_locked(encryption: &[u8]) -> bool {
    let text = String::from_utf8_lossy(encryption);
    let methods = text.matches("<enc:EncryptionMethod").count().max(text.matches("<EncryptionMethod").count());
    let fonts = text.matches("http://www.idpf.org/2008/embedding").count()
        + text.matches("http://ns.adobe.com/pdf/enc#RC").count();
    methods > fonts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_lead_out_are_seen() {
        for name in ["../a", "a/../../b", "/etc/passwd", "C:/x", "a\\b"] {
            assert!(leads_out(name), "{name}");
        }
        assert!(!leads_out("OEBPS/Text/第一章..xhtml"));
    }

    #[test]
    fn obfuscated_fonts_are_no_lock() {
        let font = b"<enc:EncryptionMethod Algorithm=\"http://www.idpf.org/2008/embedding\"/>";
        assert!(!is_locked(font) && !is_locked(b""));
        assert!(is_locked(b"<enc:EncryptionMethod Algorithm=\"http://www.w3.org/2001/04/xmlenc#aes128-cbc\"/>"));
    }
}
