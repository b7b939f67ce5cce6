//! The one exception to “nothing foreign”: a page with a recording that lies elsewhere may ask that host, and no other page may.

use axum::http::HeaderValue;
use axum::response::Response;

use crate::frame::POLICY;

/// Scheme, host and port of a recording that lies elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MediaOrigin(String);

impl MediaOrigin {
    /// Of an address over https; none where its host is not written in plain letters, digits, dots and dashes.
    pub fn of(address: &str) -> Option<Self> {
        let rest = address.strip_prefix("https://")?;
        let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
        let (name, port) = host.split_once(':').unwrap_or((host, "443"));
        let plain = |letter: char| letter.is_ascii_alphanumeric() || letter == '.' || letter == '-';
        let fair = name.contains('.') && name.chars().all(plain) && port.parse::<u16>().is_ok();
        fair.then(|| Self(format!("https://{}", host.to_ascii_lowercase())))
    }

    /// Lets this one answer's page fetch and play from there.
    pub fn open(self, response: &mut Response) {
        response.extensions_mut().insert(self);
    }

    /// The policy of a page that is opened for it. What a script puts together from pieces is played as a blob.
    pub(crate) fn policy(&self) -> Option<HeaderValue> {
        let origin = &self.0;
        let opened = POLICY
            .replace("connect-src 'self'", &format!("connect-src 'self' {origin}"))
            .replace("media-src 'self'", &format!("media-src 'self' blob: {origin}"));
        HeaderValue::from_str(&opened).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_scheme_host_and_port_and_nothing_that_widens_a_policy() {
        let of = |address: &str| MediaOrigin::of(address).map(|origin| origin.0);
        assert_eq!(of("https://Video.Example.cn/a/live.m3u8?x=1").unwrap(), "https://video.example.cn");
        assert_eq!(of("https://video.example.cn:8443/a.m3u8").unwrap(), "https://video.example.cn:8443");
        for wrong in [
            "http://video.example.cn/a.m3u8",
            "https://*.example.cn/a.m3u8",
            "https://a.cn;script-src/a.m3u8",
            "https://user@a.cn/x",
            "https://a.cn:99999/x",
            "https://localhost/a.m3u8",
            "https:///a",
        ] {
            assert_eq!(of(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn only_media_and_what_fetches_it_is_opened() {
        let policy = MediaOrigin::of("https://v.example.cn/a.m3u8").unwrap().policy().unwrap();
        let policy = policy.to_str().unwrap();
        assert!(policy.contains("connect-src 'self' https://v.example.cn;"));
        assert!(policy.contains("media-src 'self' blob: https://v.example.cn;"));
        assert_eq!(policy.matches("v.example.cn").count(), 2);
        assert!(policy.contains("script-src 'self';") && policy.contains("default-src 'none'"));
    }
}
