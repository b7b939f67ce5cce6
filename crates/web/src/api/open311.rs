//! The error bodies of GeoReport v2: a list of codes and descriptions, as JSON or XML by the address's ending.

use axum::body::Body;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;

use super::answer::open;

/// How an answer is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// `….json`
    Json,
    /// `….xml`
    Xml,
}

impl Format {
    /// What stands before the ending of an address, and its format; none for any other ending.
    pub fn split(name: &str) -> Option<(&str, Self)> {
        match name.rsplit_once('.')? {
            (name, "json") => Some((name, Self::Json)),
            (name, "xml") => Some((name, Self::Xml)),
            _ => None,
        }
    }

    /// As a header says it.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Json => "application/json; charset=utf-8",
            Self::Xml => "text/xml; charset=utf-8",
        }
    }
}

/// A failure as the standard writes it.
pub fn fault(format: Format, status: StatusCode, message: &str) -> Response {
    let code = status.as_u16();
    let text = match format {
        Format::Json => serde_json::json!([{ "code": code, "description": message }]).to_string(),
        Format::Xml => format!(
            "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<errors><error><code>{code}</code><description>{}</description></error></errors>",
            crate::components::Html::from(message)
        ),
    };
    let mut response = Response::new(Body::from(text));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(format.media_type()));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    open(headers);
    response
}
