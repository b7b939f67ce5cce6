//! Signed tokens of other houses (JWS, RFC 7515), checked against their published keys (RFC 7517).

use data_encoding::BASE64URL_NOPAD;
use ring::signature::{
    self, ECDSA_P256_SHA256_FIXED, RSA_PKCS1_2048_8192_SHA256, RSA_PSS_2048_8192_SHA256, RsaPublicKeyComponents,
    UnparsedPublicKey,
};
use serde::Deserialize;

/// The keys with which another house signs.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct TokenKeys {
    keys: Vec<TokenKey>,
}

/// One key as it is published. What it does not say stays empty.
#[derive(Clone, Debug, Deserialize)]
struct TokenKey {
    kty: String,
    #[serde(default, rename = "use")]
    purpose: Option<String>,
    #[serde(default)]
    kid: Option<String>,
    #[serde(default)]
    alg: Option<String>,
    #[serde(default)]
    crv: String,
    #[serde(default)]
    n: String,
    #[serde(default)]
    e: String,
    #[serde(default)]
    x: String,
    #[serde(default)]
    y: String,
}

/// Why a token is not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TokenFault {
    /// Not three parts, or not readable.
    #[error("the token is malformed")]
    Malformed,
    /// An algorithm that is not accepted: unsigned, or signed with a shared secret.
    #[error("the token is signed in a way that is not accepted")]
    Algorithm,
    /// No published key has its number: the other house may have changed them.
    #[error("the token is signed with a key that is not published")]
    UnknownKey,
    /// The signature is not that of the content.
    #[error("the token's signature does not fit")]
    Signature,
}

#[derive(Deserialize)]
struct Head {
    alg: String,
    #[serde(default)]
    kid: Option<String>,
}

impl TokenKeys {
    /// The content of `token`, if one of these keys has signed it. Its claims are not looked at.
    pub fn open(&self, token: &str) -> Result<Vec<u8>, TokenFault> {
        let mut parts = token.split('.');
        let (Some(head), Some(content), Some(code), None) = (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(TokenFault::Malformed);
        };
        let signed = &token[..head.len() + 1 + content.len()];
        let read: Head = serde_json::from_slice(&decoded(head)?).map_err(|_| TokenFault::Malformed)?;
        let (content, code) = (decoded(content)?, decoded(code)?);
        if !["RS256", "PS256", "ES256"].contains(&read.alg.as_str()) {
            return Err(TokenFault::Algorithm);
        }
        let mut candidates = self.keys.iter().filter(|key| key.fits(&read)).peekable();
        if candidates.peek().is_none() {
            return Err(TokenFault::UnknownKey);
        }
        let good = candidates.any(|key| key.verifies(&read.alg, signed.as_bytes(), &code));
        if good { Ok(content) } else { Err(TokenFault::Signature) }
    }
}

impl TokenKey {
    fn fits(&self, head: &Head) -> bool {
        let family = if head.alg == "ES256" { "EC" } else { "RSA" };
        let numbered = head.kid.is_none() || self.kid == head.kid;
        let signs = self.purpose.as_deref().is_none_or(|purpose| purpose == "sig");
        self.kty == family && numbered && signs && self.alg.as_ref().is_none_or(|alg| *alg == head.alg)
    }

    fn verifies(&self, algorithm: &str, signed: &[u8], code: &[u8]) -> bool {
        let rsa = |parameters: &signature::RsaParameters| {
            let (Ok(n), Ok(e)) = (decoded(&self.n), decoded(&self.e)) else { return false };
            RsaPublicKeyComponents { n: &n, e: &e }.verify(parameters, signed, code).is_ok()
        };
        match algorithm {
            "RS256" => rsa(&RSA_PKCS1_2048_8192_SHA256),
            "PS256" => rsa(&RSA_PSS_2048_8192_SHA256),
            "ES256" if self.crv == "P-256" => {
                let (Ok(x), Ok(y)) = (decoded(&self.x), decoded(&self.y)) else { return false };
                let point = [&[4][..], &x, &y].concat();
                UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point).verify(signed, code).is_ok()
            }
            _ => false,
        }
    }
}

fn decoded(text: &str) -> Result<Vec<u8>, TokenFault> {
    BASE64URL_NOPAD.decode(text.as_bytes()).map_err(|_| TokenFault::Malformed)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The keys and the token of RFC 7515, appendix A.3 (ES256).
    const KEYS: &str = r#"{"keys":[{"kty":"EC","crv":"P-256","kid":"a","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}]}"#;
    const TOKEN: &str = "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";

    /// Those of appendix A.2 (RS256).
    const RSA_KEYS: &str = r#"{"keys":[{"kty":"RSA","n":"ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ","e":"AQAB"}]}"#;
    const RSA_TOKEN: &str = "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw";

    fn keys(text: &str) -> TokenKeys {
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn tokens_of_the_standard_are_believed() {
        for (published, token) in [(KEYS, TOKEN), (RSA_KEYS, RSA_TOKEN)] {
            let content = keys(published).open(token).unwrap();
            assert!(String::from_utf8(content).unwrap().contains("joe"));
        }
    }

    #[test]
    fn whatever_was_changed_is_not() {
        let parts: Vec<&str> = TOKEN.split('.').collect();
        let with = |head: &str, content: &str, code: &str| {
            let encoded = |text: &str| BASE64URL_NOPAD.encode(text.as_bytes());
            let head = if head.is_empty() { parts[0].to_owned() } else { encoded(head) };
            let content = if content.is_empty() { parts[1].to_owned() } else { encoded(content) };
            keys(KEYS).open(&format!("{head}.{content}.{code}"))
        };
        assert_eq!(with("", r#"{"iss":"jim"}"#, parts[2]), Err(TokenFault::Signature));
        assert_eq!(with("", "", "AAAA"), Err(TokenFault::Signature));
        assert_eq!(with(r#"{"alg":"none"}"#, "", ""), Err(TokenFault::Algorithm));
        assert_eq!(with(r#"{"alg":"HS256"}"#, "", parts[2]), Err(TokenFault::Algorithm));
        assert_eq!(with(r#"{"alg":"ES256","kid":"b"}"#, "", parts[2]), Err(TokenFault::UnknownKey));
        assert_eq!(with(r#"{"alg":"RS256"}"#, "", parts[2]), Err(TokenFault::UnknownKey));
        assert_eq!(with("{", "", parts[2]), Err(TokenFault::Malformed));
        assert_eq!(keys(KEYS).open("a.b"), Err(TokenFault::Malformed));
        assert_eq!(keys(r#"{"keys":[]}"#).open(TOKEN), Err(TokenFault::UnknownKey));
    }
}
