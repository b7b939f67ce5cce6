//! Answers for machines. What is public may be read by the pages of other sites, since no cookie changes it.

use axum::body::Body;
use axum::http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::Response;
use data_encoding::HEXLOWER;
use huiyin_base::{Problem, ProblemKind};
use serde::Serialize;

use crate::{Ctx, Failure, Result};

/// The stable word of a failure, for programs: it never changes, while the sentence may.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Code {
    /// One of the kinds.
    Kind(ProblemKind),
    /// A word of its own.
    Word(&'static str),
}

impl Code {
    /// As it is written.
    pub fn word(self) -> &'static str {
        match self {
            Self::Word(word) => word,
            Self::Kind(kind) => match kind {
                ProblemKind::NotFound => "not_found",
                ProblemKind::SignInNeeded => "key_needed",
                ProblemKind::Forbidden => "forbidden",
                ProblemKind::Conflict => "conflict",
                ProblemKind::TooLarge => "too_large",
                ProblemKind::Invalid => "invalid",
                ProblemKind::TooMany => "too_many",
                ProblemKind::Unavailable => "unavailable",
                ProblemKind::Broken => "broken",
            },
        }
    }
}

/// A public answer as JSON.
pub fn json(ctx: &Ctx, answer: &impl Serialize) -> Result {
    let text = serde_json::to_string(answer).map_err(Problem::broken)?;
    document(ctx, "application/json", text)
}

/// A public answer of any kind: open to all, asked for anew each time, and sent only when it has changed.
pub fn document(ctx: &Ctx, kind: &'static str, text: String) -> Result {
    let tag = format!("W/\"{}\"", HEXLOWER.encode(&ctx.site.vault.mac("etag", text.as_bytes())[..12]));
    let known = ctx.headers().get(IF_NONE_MATCH).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let unchanged = known.split(',').any(|one| one.trim() == tag);
    let mut response = Response::new(if unchanged { Body::empty() } else { Body::from(text) });
    if unchanged {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
    }
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    headers.insert(ETAG, HeaderValue::from_str(&tag).map_err(Problem::broken)?);
    open(headers);
    Ok(response)
}

/// Lets pages of other sites read the answer: it holds nothing but what everybody may see.
pub(crate) fn open(headers: &mut axum::http::HeaderMap) {
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    let policy = HeaderName::from_static("cross-origin-resource-policy");
    headers.insert(policy, HeaderValue::from_static("cross-origin"));
}

/// A failure as problem+json with a word of its own, where the kind says too little.
pub fn refuse(code: &'static str, problem: &Problem) -> Response {
    problem_json(Failure::status(problem.kind), Code::Word(code), &problem.message, None)
}

/// RFC 9457, with a stable code beside its Chinese sentence.
pub(crate) fn problem_json(status: StatusCode, code: Code, message: &str, reference: Option<&str>) -> Response {
    let mut body = serde_json::json!({
        "type": "about:blank",
        "title": status.canonical_reason().unwrap_or("Error"),
        "status": status.as_u16(),
        "code": code.word(),
        "detail": message,
    });
    if let (Some(reference), Some(body)) = (reference, body.as_object_mut()) {
        body.insert("reference".into(), reference.into());
    }
    let mut response = Response::new(Body::from(body.to_string()));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    open(headers);
    response
}
