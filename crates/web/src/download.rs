use axum::body::{Body, Bytes};
use axum::http::HeaderValue;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::Response;

/// A picture that never changes at its address, kept by this browser only.
pub fn picture(kind: &'static str, bytes: Bytes) -> Response {
    kept_picture(kind, bytes, "private, max-age=86400, immutable")
}

/// A picture that one person may see and the next on the same telephone may not: no browser keeps it.
pub fn private_picture(kind: &'static str, bytes: Bytes) -> Response {
    kept_picture(kind, bytes, "private, no-store")
}

fn kept_picture(kind: &'static str, bytes: Bytes, kept: &'static str) -> Response {
    let mut response = Response::new(Body::from(bytes));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static(kept));
    response
}
