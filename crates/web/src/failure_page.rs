//! A refusal or failure as a page that helps, or as JSON for machines.

use askama::Template;
use axum::http::StatusCode;
use axum::http::request::Parts;
use huiyin_base::ProblemKind;

use crate::api;
use crate::failure::Carried;
use crate::layout::Density;
use crate::{Ctx, Result, Site};

#[derive(Template)]
#[template(path = "failure.html")]
struct FailurePage<'a> {
    heading: &'static str,
    message: &'a str,
    /// Where to sign in and come back from.
    sign_in: Option<String>,
    /// Whoever works here has no receipt to look up.
    signed_in: bool,
    /// What an official asks for when somebody calls about it.
    reference: Option<&'a str>,
    phone: &'a str,
}

/// The uniform 404 of the interface.
const NO_SUCH: &str = "没有这个地址，或者内容不公开。请对照 /api/openapi.json 核对。";

/// Draws the answer to `parts`. The cause is logged here, once.
pub(crate) fn draw(site: &Site, parts: &Parts, problem: Carried, status: StatusCode, reference: &str) -> Result {
    let problem = problem.0;
    match &problem.source {
        Some(cause) if problem.kind == ProblemKind::Broken => {
            tracing::error!(request.reference = reference, error = format!("{cause:#}"), "request failed");
        }
        // Whoever runs the system mends it, or it passes.
        Some(cause) if problem.kind == ProblemKind::Unavailable => {
            tracing::warn!(request.reference = reference, error = format!("{cause:#}"), "request not served");
        }
        Some(cause) => tracing::debug!(request.reference = reference, error = format!("{cause:#}"), "request refused"),
        None => {}
    }
    let path = parts.uri.path();
    if path.starts_with("/open311/") {
        let format = api::Format::split(path).map_or(api::Format::Json, |(_, format)| format);
        return Ok(api::fault(format, status, &problem.message));
    }
    if path.starts_with("/api/") {
        let reference = (problem.kind == ProblemKind::Broken).then_some(reference);
        let message = if problem.kind == ProblemKind::NotFound { NO_SUCH } else { &problem.message };
        return Ok(api::problem_json(status, api::Code::Kind(problem.kind), message, reference));
    }
    let ctx = Ctx::new(site, parts);
    let page = FailurePage {
        heading: heading(problem.kind),
        message: &problem.message,
        sign_in: (problem.kind == ProblemKind::SignInNeeded).then(|| sign_in_path(&ctx)),
        signed_in: ctx.current.viewer.is_some(),
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
