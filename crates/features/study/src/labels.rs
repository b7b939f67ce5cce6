//! What is scanned when a kit is handed over: the label of the kit, and the card of the member. Neither holds a name, neither is secret.

use huiyin_base::number::Receipt;
use huiyin_base::{Id, Region};
use huiyin_web::Site;

/// A kit by its label: the edition's number, the office's region, and its own number there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Label {
    pub(crate) edition: i64,
    pub(crate) region: Region,
    pub(crate) serial: i64,
}

impl Label {
    /// As it is printed.
    pub(crate) fn code(self) -> Option<Receipt> {
        let edition = u64::try_from(self.edition).ok().filter(|edition| *edition < 1 << 12)?;
        let serial = u64::try_from(self.serial).ok().filter(|serial| *serial < 1 << 32)?;
        Receipt::of_number(edition << 48 | u64::from(self.region.ordinal()) << 32 | serial)
    }

    /// As it is scanned or typed.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let number = scanned(text)?.number();
        let region = u16::try_from(number >> 32 & 0xFFFF).ok().and_then(Region::new)?;
        let part = |bits: u64| i64::try_from(bits).ok().filter(|bits| *bits > 0);
        Some(Self { edition: part(number >> 48)?, region, serial: part(number & 0xFFFF_FFFF)? })
    }
}

/// The code on a member's card.
pub(crate) fn card(site: &Site, person: Id) -> Receipt {
    cut(&site.vault.mac("kit_card", person.uuid().as_bytes()))
}

/// Whether what was scanned is the card of this member, also one that was printed under an older key.
pub(crate) fn is_card(site: &Site, person: Id, scanned: &Receipt) -> bool {
    site.vault.macs("kit_card", person.uuid().as_bytes()).iter().any(|mac| cut(mac) == *scanned)
}

/// A code as it was scanned or typed.
pub(crate) fn scanned(text: &str) -> Option<Receipt> {
    Receipt::parse(text)
}

fn cut(mac: &[u8; 32]) -> Receipt {
    Receipt::new(mac.first_chunk().unwrap_or(&[0; 8]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_is_read_as_it_was_printed() {
        let label = Label { edition: 3, region: Region::FIRST, serial: 41 };
        let code = label.code().unwrap().to_string();
        assert_eq!(Label::read(&format!(" {} ", code.to_lowercase())), Some(label));
        assert_eq!(Label::read("0000-0000-0000-0"), None, "no edition has the number nought");
        assert_eq!(Label { edition: 1 << 12, ..label }.code(), None);
    }
}
