//! One-time codes of an authenticator app (RFC 6238): six digits, thirty seconds, SHA-1, because some apps silently
//! know nothing else.

use huiyin_base::{Instant, Rng};
use totp_rs::{Algorithm, Builder, Totp};

/// A fresh secret of 160 bits. Store it sealed.
pub fn new_secret(rng: &mut Rng) -> Vec<u8> {
    rng.bytes::<20>().to_vec()
}

/// The `otpauth://` address that the app reads from a QR code.
pub fn uri(secret: &[u8], account: &str) -> String {
    // The form keeps the colon for itself.
    let account = account.replace(':', " ");
    let account = if account.trim().is_empty() { "回音" } else { account.trim() };
    let totp = builder(secret).with_issuer(Some("回音")).with_account_name(account).build_noncompliant();
    totp.to_url().unwrap_or_default()
}

/// The step whose code was given, to be stored as the next `last_step`: no code passes twice.
///
/// One step to either side is accepted, for clocks that differ and people who type slowly.
pub fn check(secret: &[u8], code: &str, now: Instant, last_step: Option<i64>) -> Option<i64> {
    let code: String = code.chars().filter_map(plain_digit).collect();
    let step = totp(secret)?.check(&code, u64::try_from(now.timestamp()).ok()?)?;
    i64::try_from(step).ok().filter(|step| last_step.is_none_or(|last| *step > last))
}

/// The code an app would show at `now`: for tests and for the demo's sign-in help. `None` when the secret is too short.
pub fn code_at(secret: &[u8], now: Instant) -> Option<String> {
    Some(totp(secret)?.generate(u64::try_from(now.timestamp()).ok()?).to_string())
}

fn totp(secret: &[u8]) -> Option<Totp> {
    builder(secret).build().ok()
}

fn builder(secret: &[u8]) -> Builder {
    Builder::new()
        .with_algorithm(Algorithm::SHA1)
        .with_digits(6)
        .with_skew(1)
        .with_step_duration(30)
        .with_secret(secret)
}

/// People copy `123 456`, and a Chinese keyboard may be in its full-width mode.
fn plain_digit(letter: char) -> Option<char> {
    match letter {
        '0'..='9' => Some(letter),
        '０'..='９' => char::from_digit(u32::from(letter) - u32::from('０'), 10),
        letter if letter.is_whitespace() => None,
        other => Some(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The secret of RFC 6238, appendix B.
    const SECRET: &[u8] = b"12345678901234567890";

    fn at(seconds: i64) -> Instant {
        Instant::from_timestamp(seconds, 0).unwrap()
    }

    #[test]
    fn published_vectors() {
        // The RFC prints eight digits; the last six are the six-digit code.
        for (seconds, code) in [(59, "287082"), (1_111_111_109, "081804"), (2_000_000_000, "279037")] {
            assert_eq!(code_at(SECRET, at(seconds)).unwrap(), code);
            assert_eq!(check(SECRET, code, at(seconds), None), Some(seconds / 30));
        }
    }

    #[test]
    fn a_code_passes_once_and_not_late() {
        let step = check(SECRET, "287 082", at(59), None).unwrap();
        assert_eq!(check(SECRET, "287082", at(59), Some(step)), None);
        assert_eq!(check(SECRET, "２８７０８２", at(89), None), Some(step), "the next half minute");
        assert_eq!(check(SECRET, "287082", at(90), None), None);
        for code in ["", "000000", "28708", "2870823", "abcdef", "287082x"] {
            assert_eq!(check(SECRET, code, at(59), None), None, "{code}");
        }
    }

    #[test]
    fn the_address_carries_secret_and_account() {
        let uri = uri(SECRET, "安塞:王");
        assert!(uri.starts_with("otpauth://totp/"), "{uri}");
        assert!(uri.contains("secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"), "{uri}");
        assert!(super::uri(SECRET, "").starts_with("otpauth://totp/"));
    }
}
