//! A refusal or failure as a page that helps, or as JSON for machines.

use askama::Template;
use axum::body::Body;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;
use huiyin_base::ProblemKind;

use crate::failure::Carried;
use crate::layout::Density;
use crate::{Ctx, Failure, Result, Site};

#[derive(Template)]
#[template(path = "failure.html")]
struct FailurePage<'a> {
    heading: &'static str,
    message: &'a str,
    /// Where to sign in and come back from.
    sign_in: Option<String>,
    /// What an official asks for when somebody calls about it.
    reference: Option<&'a str>,
    phone: &'a str,
}

/// Draws the answer to `parts`. The cause is logged here, once.
pub(crate) fn draw(site: &Site, parts: &Parts, problem: Carried, reference: &str) -> Result {
    let problem = problem.0;
    match &problem.source {
        Some(cause) if problem.kind == ProblemKind::Broken => {
            tracing::error!(request.reference = reference, error = format!("{cause:#}"), "request failed");
        }
        Some(cause) => tracing::debug!(request.reference = reference, error = format!("{cause:#}"), "request refused"),
        None => {}
    }
    if parts.uri.path().starts_with("/api/") {
        return Ok(json(Failure::status(problem.kind), &problem.message, reference));
    }
    let ctx = Ctx::new(site, parts);
    let page = FailurePage {
        heading: heading(problem.kind),
        message: &problem.message,
        sign_in: (problem.kind == ProblemKind::SignInNeeded).then(|| sign_in_path(&ctx)),
        reference: (problem.kind == ProblemKind::Broken).then_some(reference),
        phone: &site.settings.phone,
    };
    ctx.page(page.heading, Density::Calm, &page)
}

fn sign_in_path(ctx: &Ctx) -> String {
    let back = ctx.path.as_str();
    format!("/sign-in?next={}", percent_encoding::utf8_percent_encode(back, percent_encoding::NON_ALPHANUMERIC))
}

fn heading(kind: ProblemKind) -> &'static str {
    match kind {
        ProblemKind::NotFound => "没有找到",
        ProblemKind::SignInNeeded => "请先登录",
        ProblemKind::Forbidden => "这一步由别人办理",
        ProblemKind::Conflict => "情况有变化",
        ProblemKind::TooLarge => "内容太大",
        ProblemKind::Invalid => "没有办成",
        ProblemKind::TooMany => "请稍等",
        ProblemKind::Unavailable => "暂时办不了",
        ProblemKind::Broken => "系统出错了",
    }
}

fn json(status: StatusCode, message: &str, reference: &str) -> Response {
    let text = serde_json::json!({ "error": message, "reference": reference }).to_string();
    let mut response = Response::new(Body::from(text));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
