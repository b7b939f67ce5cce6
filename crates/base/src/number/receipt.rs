use std::fmt;

use super::tidy;

/// The code a resident gets for a report: 60 random bits as 12 characters of Crockford's base 32 and a check character.
///
/// Whoever holds it may follow and rate the report, so `Debug` hides it and the database keeps only its hash.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Receipt(u64);

const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const PLACES: usize = 12;

impl Receipt {
    /// From random bytes, of which 60 bits are used.
    pub fn new(bytes: &[u8; 8]) -> Self {
        Self(u64::from_be_bytes(*bytes) >> 4)
    }

    /// The code of a number below 2^60: for what is counted and not secret, such as a label.
    pub fn of_number(number: u64) -> Option<Self> {
        (number >> 60 == 0).then_some(Self(number))
    }

    /// The number that the code stands for.
    pub fn number(&self) -> u64 {
        self.0
    }

    /// Reads a code as people type it: small letters, O for 0, I and L for 1, spaces, dashes, full-width letters.
    ///
    /// `None` when the check character does not fit: one wrong character and two swapped ones are always noticed.
    pub fn parse(text: &str) -> Option<Self> {
        let values: Vec<u8> = tidy(text).chars().map(value).collect::<Option<_>>()?;
        let (check, body) = values.split_last()?;
        (body.len() == PLACES && check_value(body) == *check)
            .then(|| Self(body.iter().fold(0, |bits, value| bits << 5 | u64::from(*value))))
    }

    /// The 13 characters without dashes: what is hashed.
    pub fn canonical(&self) -> String {
        let body = self.values();
        body.into_iter().chain([check_value(&body)]).map(|value| char::from(ALPHABET[usize::from(value)])).collect()
    }

    fn values(self) -> [u8; PLACES] {
        let mut bits = self.0;
        let mut values = [0; PLACES];
        for place in values.iter_mut().rev() {
            *place = bits.to_le_bytes()[0] & 31;
            bits >>= 5;
        }
        values
    }
}

impl fmt::Display for Receipt {
    /// `7K2M-9QXA-04TD-H`: in fours, as it is printed and read out.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let code = self.canonical();
        write!(f, "{}-{}-{}-{}", &code[..4], &code[4..8], &code[8..12], &code[12..])
    }
}

impl fmt::Debug for Receipt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Receipt(…)")
    }
}

fn value(letter: char) -> Option<u8> {
    let letter = match letter.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    };
    let place = ALPHABET.iter().position(|known| char::from(*known) == letter)?;
    u8::try_from(place).ok()
}

/// Horner's rule in the field of 32 elements (x^5 + x^2 + 1): every place has a weight of its own, so that a changed
/// character and a swap of any two are noticed. Crockford's own check needs five signs nobody can read out.
fn check_value(values: &[u8]) -> u8 {
    let double = |value: u8| if value & 16 == 0 { value << 1 } else { (value << 1) ^ 0b10_0101 };
    values.iter().fold(0, |sum, value| double(sum ^ value))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn is_printed_in_fours_and_read_forgivingly() {
        let receipt = Receipt::new(&[0x08, 0x42, 0x10, 0x84, 0x21, 0x08, 0x42, 0x1f]);
        let printed = receipt.to_string();
        assert_eq!(printed.len(), 16);
        assert!(printed.starts_with("1111-1111-1111-"), "{printed}");
        let check = &printed[15..];
        for typed in [
            format!("iLI1 ill1 1l1i {}", check.to_lowercase()),
            format!(" １１１１－ＩＬ１１　1111–{check}\u{200b}\n"),
            format!("111111111111{check}"),
        ] {
            assert_eq!(Receipt::parse(&typed), Some(receipt), "{typed}");
        }
        let zeros = Receipt::new(&[0; 8]);
        assert_eq!(Receipt::parse("ooooOOOO00000"), Some(zeros));
    }

    #[test]
    fn what_is_no_receipt_is_refused() {
        for text in ["", "0", "000000000000", "00000000000000", "000000000000U", "回执码"] {
            assert_eq!(Receipt::parse(text), None, "{text}");
        }
        assert_eq!(format!("{:?}", Receipt::new(&[7; 8])), "Receipt(…)");
        assert_eq!(Receipt::of_number(41).map(|code| code.number()), Some(41));
        assert_eq!(Receipt::of_number(1 << 60), None);
    }

    proptest! {
        #[test]
        fn comes_back_as_it_was_printed(bytes: [u8; 8]) {
            let receipt = Receipt::new(&bytes);
            prop_assert_eq!(Receipt::parse(&receipt.to_string()), Some(receipt));
            prop_assert_eq!(Receipt::parse(&receipt.canonical()), Some(receipt));
        }

        #[test]
        fn a_wrong_or_swapped_character_is_always_noticed(bytes: [u8; 8], at in 0_usize..13, other in 0_usize..13, step in 1_usize..32) {
            let code = Receipt::new(&bytes).canonical().into_bytes();
            let mut wrong = code.clone();
            let place = ALPHABET.iter().position(|known| *known == code[at]).unwrap();
            wrong[at] = ALPHABET[(place + step) % 32];
            prop_assert_eq!(Receipt::parse(std::str::from_utf8(&wrong).unwrap()), None);
            let mut swapped = code.clone();
            swapped.swap(at, other);
            prop_assert!(swapped == code || Receipt::parse(std::str::from_utf8(&swapped).unwrap()).is_none());
        }
    }
}
