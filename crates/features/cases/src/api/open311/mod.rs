//! Open311 GeoReport v2: the wall in the words of the standard, as JSON and XML.
//!
//! What the standard leaves open: a request's id is the short number; `status` says only whether something is still to be
//! done, and what came of it stands in `extended_attributes.outcome`, so that closed never reads as fixed.

mod posting;
mod requests;
mod services;
mod write;

use axum::http::StatusCode;
use axum::response::Response;
use huiyin_base::{Problem, ProblemKind};
use huiyin_web::api::{Format, fault};
use huiyin_web::{Ctx, Failure, Public, Result, Routes};
use serde_json::json;

use crate::permissions::ProblemPost;

pub(super) fn routes() -> Routes {
    Routes::new()
        .get::<Public, _>("/open311/discovery.json", async |ctx: Ctx| discovery(&ctx, Format::Json))
        .get::<Public, _>("/open311/discovery.xml", async |ctx: Ctx| discovery(&ctx, Format::Xml))
        .get::<Public, _>("/open311/v2/services.json", async |ctx: Ctx| services::list(ctx, Format::Json).await)
        .get::<Public, _>("/open311/v2/services.xml", async |ctx: Ctx| services::list(ctx, Format::Xml).await)
        .get::<Public, _>("/open311/v2/services/{name}", services::show)
        .get::<Public, _>("/open311/v2/requests.json", async |ctx: Ctx, query| {
            requests::list(ctx, query, Format::Json).await
        })
        .get::<Public, _>("/open311/v2/requests.xml", async |ctx: Ctx, query| {
            requests::list(ctx, query, Format::Xml).await
        })
        .get::<Public, _>("/open311/v2/requests/{name}", requests::show)
        .get::<Public, _>("/open311/v2/tokens/{name}", posting::token)
        .post::<ProblemPost, _>("/open311/v2/requests.json", async |ctx: Ctx, client, raw| {
            posting::create(ctx, client, raw, Format::Json).await
        })
        .post::<ProblemPost, _>("/open311/v2/requests.xml", async |ctx: Ctx, client, raw| {
            posting::create(ctx, client, raw, Format::Xml).await
        })
}

/// Where which version of the interface stands.
fn discovery(ctx: &Ctx, format: Format) -> Result {
    let answer = json!({
        "changeset": "2016-12-16T00:00:00+08:00",
        "contact": ctx.site.settings.phone,
        "key_service": "向运行单位申请密钥",
        "endpoints": [{
            "specification": "http://wiki.open311.org/GeoReport_v2",
            "url": format!("{}/open311/v2", ctx.address()),
            "changeset": "2016-12-16T00:00:00+08:00",
            "type": if ctx.site.settings.demo { "test" } else { "production" },
            "formats": ["text/xml", "application/json"],
        }],
    });
    write::object(ctx, format, "discovery", &answer)
}

#[expect(clippy::unnecessary_wraps, reason = "handlers return it as it is")]
/// The standard's own refusal: 400 for what is missing, 404 for what is not there.
fn refused(format: Format, status: StatusCode, message: &str) -> Result {
    Ok(fault(format, status, message))
}

/// What the engine does not accept is a bad request in the words of the standard.
fn told(format: Format, failure: Failure) -> Result<Response> {
    let Problem { kind, message, .. } = &failure.0;
    match kind {
        ProblemKind::Invalid => refused(format, StatusCode::BAD_REQUEST, message),
        ProblemKind::NotFound => refused(format, StatusCode::NOT_FOUND, "没有找到，或者内容不公开。"),
        _ => Err(failure),
    }
}

/// Whether the jurisdiction that is named is this city.
fn is_ours(ctx: &Ctx, jurisdiction: &str) -> bool {
    let home = ctx.site.regions.get(ctx.site.home).map_or("", |entry| entry.code.as_str());
    jurisdiction.is_empty() || jurisdiction == home
}

const NOT_OURS: &str = "没有这个 jurisdiction_id。可以不写，或写本市的区划代码。";
