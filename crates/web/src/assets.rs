//! Styles, scripts and pictures, embedded in the executable. Their names carry a hash of their content, so that a browser
//! keeps them for good.

use std::collections::HashMap;
use std::sync::LazyLock;

use axum::Router;
use axum::body::Body;
use axum::extract::Path;
use axum::http::header::{ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, VARY};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::Response;
use axum::routing::get;
use rust_embed::Embed;

use crate::Site;
use crate::frame::protect;

#[derive(Embed)]
#[folder = "assets"]
struct Files;

/// Names as the sources say them → names as they are served.
static MANIFEST: LazyLock<HashMap<String, String>> = LazyLock::new(|| {
    let manifest = Files::get("manifest.json");
    manifest.and_then(|file| serde_json::from_slice(&file.data).ok()).unwrap_or_default()
});

/// The address of the asset `name`, such as `app.css`. One that was never built has an address that answers 404.
pub fn asset(name: &str) -> String {
    format!("/assets/{}", MANIFEST.get(name).map_or(name, String::as_str))
}

/// Everything below `/assets`.
pub(crate) fn routes() -> Router<Site> {
    Router::new().route("/assets/{*name}", get(serve)).route("/favicon.ico", get(favicon)).route("/sw.js", get(worker))
}

async fn favicon(headers: HeaderMap) -> Response {
    answer(MANIFEST.get("favicon.svg").map_or("", String::as_str), &headers)
}

async fn serve(Path(name): Path<String>, headers: HeaderMap) -> Response {
    answer(&name, &headers)
}

/// The service worker stands at the root, since it may only answer for what lies below it. It is told which version it is of
/// and what it keeps; a browser asks for it anew each time, so that a new version takes over.
async fn worker() -> Response {
    let file = MANIFEST.get("sw.js").and_then(|name| Files::get(name));
    let mut response = if let Some(file) = file {
        let told = told();
        let script = format!("self.huiyin={told};\n{}", String::from_utf8_lossy(&file.data));
        Response::new(Body::from(script))
    } else {
        let mut missing = Response::new(Body::empty());
        *missing.status_mut() = StatusCode::NOT_FOUND;
        missing
    };
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/javascript; charset=utf-8"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    protect(headers, false);
    response
}

/// What the form of a report needs, and the version that these make together.
fn told() -> serde_json::Value {
    let files: Vec<String> = ["app.css", "app.js", "report.js", "favicon.svg", "icons.svg"].map(asset).into();
    let version: String = files.iter().filter_map(|file| file.split('.').nth(1)).collect();
    serde_json::json!({ "version": version, "files": files })
}

fn answer(name: &str, headers: &HeaderMap) -> Response {
    let mut response = found(name, headers).unwrap_or_else(|| {
        let mut missing = Response::new(Body::empty());
        *missing.status_mut() = StatusCode::NOT_FOUND;
        missing
    });
    protect(response.headers_mut(), false);
    response
}

fn found(name: &str, headers: &HeaderMap) -> Option<Response> {
    let kind = media_type(name)?;
    let packed = takes_gzip(headers).then(|| Files::get(&format!("{name}.gz"))).flatten();
    let encoded = packed.is_some();
    let file = packed.or_else(|| Files::get(name))?;
    let body = match file.data {
        std::borrow::Cow::Borrowed(bytes) => Body::from(bytes),
        std::borrow::Cow::Owned(bytes) => Body::from(bytes),
    };
    let mut response = Response::new(body);
    let answer = response.headers_mut();
    answer.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    answer.insert(CACHE_CONTROL, HeaderValue::from_static("public, max-age=31536000, immutable"));
    answer.insert(VARY, HeaderValue::from_static("Accept-Encoding"));
    if encoded {
        answer.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    Some(response)
}

fn takes_gzip(headers: &HeaderMap) -> bool {
    headers.get(ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).is_some_and(|value| value.contains("gzip"))
}

/// Only what is meant to be served has a type.
fn media_type(name: &str) -> Option<&'static str> {
    Some(match name.rsplit_once('.')?.1 {
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn serves_what_was_built_and_nothing_else() {
        for name in ["manifest.json", "../Cargo.toml", "app.css.gz", "nothing.css", ""] {
            assert!(found(name, &HeaderMap::new()).is_none(), "{name}");
        }
        for name in MANIFEST.values() {
            let response = found(name, &HeaderMap::new()).expect("a built file");
            assert!(response.headers()[CACHE_CONTROL].to_str().unwrap().contains("immutable"));
        }
    }

    #[test]
    fn a_service_worker_has_the_version_of_what_it_keeps() {
        let told = told();
        assert_eq!(told["files"].as_array().map(Vec::len), Some(5));
        if MANIFEST.contains_key("app.css") {
            assert_eq!(told["version"].as_str().map(str::len), Some(50), "{told}");
        }
    }

    #[test]
    fn names_an_address_even_before_the_first_build() {
        assert!(asset("app.css").starts_with("/assets/app."));
    }

    #[test]
    fn packs_for_those_who_can_unpack() {
        let mut headers = HeaderMap::new();
        assert!(!takes_gzip(&headers));
        headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("br, gzip"));
        assert!(takes_gzip(&headers));
    }
}
