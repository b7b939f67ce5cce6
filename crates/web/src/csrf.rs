use std::fmt;

use axum::http::header::{HOST, ORIGIN};
use axum::http::{HeaderMap, Uri};
use data_encoding::BASE64URL_NOPAD;

use crate::Site;
use crate::session::Current;

/// The hidden field of every form: `{{ csrf }}`.
#[derive(Clone, Debug, Default)]
pub struct Csrf(pub(crate) String);

impl fmt::Display for Csrf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The token is base64: nothing in it needs escaping.
        write!(f, r#"<input type="hidden" name="csrf" value="{}">"#, self.0)
    }
}

impl askama::filters::HtmlSafe for Csrf {}

/// The token of the session, or of the anonymous browser.
pub(crate) fn token(site: &Site, current: &Current) -> Option<String> {
    Some(BASE64URL_NOPAD.encode(&site.vault.mac("csrf", bound(current)?)))
}

/// Whether a token is this session's or this anonymous browser's.
fn fits(site: &Site, current: &Current, given: &str) -> bool {
    let given = BASE64URL_NOPAD.decode(given.as_bytes());
    bound(current).zip(given.ok()).is_some_and(|(bound, given)| site.vault.mac_fits("csrf", bound, &given))
}

fn bound(current: &Current) -> Option<&[u8]> {
    let session = current.session.as_ref().map(<[u8; 32]>::as_slice);
    session.or_else(|| current.visitor.as_ref().map(String::as_bytes))
}

/// What the browser itself says about where a request comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    /// From a page of this site.
    Same,
    /// From another site.
    Foreign,
    /// An old browser that says nothing: the form's token decides.
    Unsaid,
}

/// Reads `Sec-Fetch-Site` and `Origin`.
pub(crate) fn origin(headers: &HeaderMap) -> Origin {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    match text("sec-fetch-site") {
        Some("same-origin" | "none") => return Origin::Same,
        Some(_) => return Origin::Foreign,
        None => {}
    }
    match (text(ORIGIN.as_str()), text(HOST.as_str())) {
        (None | Some("null"), _) => Origin::Unsaid,
        (Some(origin), Some(host)) => {
            let authority = origin.parse::<Uri>().ok().and_then(|uri| uri.authority().map(ToString::to_string));
            if authority.as_deref() == Some(host) { Origin::Same } else { Origin::Foreign }
        }
        (Some(_), None) => Origin::Foreign,
    }
}

/// Whether a form may be believed: it was sent by this site's page, or carries this session's token.
pub(crate) fn believed(site: &Site, current: &Current, headers: &HeaderMap, given: Option<&str>) -> bool {
    match origin(headers) {
        Origin::Foreign => false,
        Origin::Same => true,
        Origin::Unsaid => given.is_some_and(|given| fits(site, current, given)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(pairs: &[(&'static str, &'static str)]) -> Origin {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.insert(*name, value.parse().unwrap());
        }
        origin(&headers)
    }

    #[test]
    fn believes_what_the_browser_says_about_itself() {
        assert_eq!(said(&[("sec-fetch-site", "same-origin")]), Origin::Same);
        assert_eq!(said(&[("sec-fetch-site", "cross-site"), ("origin", "http://a"), ("host", "a")]), Origin::Foreign);
        assert_eq!(said(&[("sec-fetch-site", "same-site")]), Origin::Foreign);
        assert_eq!(said(&[("origin", "http://a:8080"), ("host", "a:8080")]), Origin::Same);
        assert_eq!(said(&[("origin", "http://b"), ("host", "a")]), Origin::Foreign);
        assert_eq!(said(&[("origin", "null"), ("host", "a")]), Origin::Unsaid);
        assert_eq!(said(&[]), Origin::Unsaid);
    }
}
