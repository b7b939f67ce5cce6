//! A short message as one HTTP request: JSON from a template, signed.

use data_encoding::HEXLOWER;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use crate::config::SmsSettings;
use crate::http::{HttpClient, Request};
use crate::message::Fault;

/// Sends `[number, text, reference]`.
pub(crate) async fn deliver(
    settings: &SmsSettings,
    client: &HttpClient,
    parts: [&str; 3],
    seconds: i64,
) -> Result<(), Fault> {
    let body = filled(&settings.body, parts);
    let mut request = Request::post(&settings.url, "application/json; charset=utf-8", body.clone().into_bytes());
    for line in &settings.headers {
        request = request.header_line(line);
    }
    request = request.header("x-huiyin-reference", parts[2]).header("x-huiyin-timestamp", &seconds.to_string());
    if let Some(secret) = &settings.secret {
        request = request.header("x-huiyin-signature", &signature(secret, seconds, &body));
    }
    let answer = client.send(&request).await.map_err(|_| Fault::Unreachable)?;
    match answer.status {
        200..=299 => {}
        401 | 403 | 407 => return Err(Fault::Unauthorised),
        400 | 410 | 413 | 422 => return Err(Fault::Refused),
        _ => return Err(Fault::Busy),
    }
    match &settings.accepted {
        Some(wanted) if !String::from_utf8_lossy(&answer.body).contains(wanted.as_str()) => Err(Fault::Busy),
        _ => Ok(()),
    }
}

/// The template with its places filled: once, so that a text which holds `{to}` stays what it is.
pub(crate) fn filled(template: &str, parts: [&str; 3]) -> String {
    let mut filled = String::with_capacity(template.len() + parts.iter().map(|part| part.len()).sum::<usize>());
    let mut rest = template;
    let places = ["{to}", "{text}", "{reference}"];
    loop {
        let next = places.iter().zip(parts).filter_map(|(place, part)| Some((rest.find(place)?, *place, part)));
        let Some((at, place, part)) = next.min_by_key(|(at, _, _)| *at) else { break };
        filled.push_str(&rest[..at]);
        // As the inside of a JSON string, without its quotation marks.
        let quoted = serde_json::Value::from(part).to_string();
        filled.push_str(quoted.get(1..quoted.len() - 1).unwrap_or_default());
        rest = &rest[at + place.len()..];
    }
    filled.push_str(rest);
    filled
}

/// `sha256=` and the code over `timestamp.body`, so that a copied request cannot be sent again with another time.
fn signature(secret: &str, seconds: i64, body: &str) -> String {
    let Ok(mut code) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) else {
        unreachable!("HMAC takes keys of any length")
    };
    code.update(seconds.to_string().as_bytes());
    code.update(b".");
    code.update(body.as_bytes());
    format!("sha256={}", HEXLOWER.encode(&code.finalize().into_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_never_leaves_its_place() {
        let template = r#"{"phone":"{to}","content":"{text}","id":"{reference}"}"#;
        let text = "他说\"{to}\"\\\n第二行\",\"phone\":\"1";
        let filled = filled(template, ["138", text, "r"]);
        let read: serde_json::Value = serde_json::from_str(&filled).unwrap();
        assert_eq!(read, serde_json::json!({"phone": "138", "content": text, "id": "r"}));
    }

    #[test]
    fn the_signature_is_that_of_the_document() {
        // printf '1700000000.{}' | openssl dgst -sha256 -hmac geheim
        let expected = "sha256=75e8aa01e776401a6bfda6664664c1271ca25506052e3b8c43308bdf92f3c8d5";
        assert_eq!(signature("geheim", 1_700_000_000, "{}"), expected);
    }
}
