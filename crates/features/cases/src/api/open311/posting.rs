//! A service request handed in, and its token.

use axum::http::StatusCode;
use huiyin_web::api::{Client, Format, Raw, reader};
use huiyin_web::{Ctx, Path, Result};
use serde_json::json;

use super::super::posting::{NOTE, Refusal, Report, number_of, take};
use super::{NOT_OURS, is_ours, refused, services, told, write};
use crate::pages::cases;

pub(super) async fn create(ctx: Ctx, client: Client, sent: Raw, format: Format) -> Result {
    let bad = |message: &str| refused(format, StatusCode::BAD_REQUEST, message);
    if sent.kind != "application/x-www-form-urlencoded" {
        return bad("请用 application/x-www-form-urlencoded 提交。照片这里收不了，请在网页上附。");
    }
    let fields = sent.fields();
    let field = |name: &str| {
        fields.iter().find(|(found, _)| found == name).map(|(_, value)| value.trim().to_owned()).unwrap_or_default()
    };
    if !is_ours(&ctx, &field("jurisdiction_id")) {
        return refused(format, StatusCode::NOT_FOUND, NOT_OURS);
    }
    let code = field("service_code");
    if code.is_empty() {
        return bad("没有写 service_code。");
    }
    let cases = cases(&ctx.site)?;
    let Some((category, sub)) = services::found(&cases.book.categories, &code) else {
        return refused(format, StatusCode::NOT_FOUND, "没有这个 service_code，见 services。");
    };
    if field("address_id").is_empty() {
        return bad(
            "地点要用 address_id 写明：乡镇（街道）或村（社区）的 12 位区划代码。只有经纬度或地址文字的，认不准是哪个村。",
        );
    }
    let name = format!("{}{}", field("last_name"), field("first_name"));
    let report = Report::new(field("address_id"), category, sub, field("description"));
    let report = report.by(field("attribute[about]"), name, field("phone"));
    match take(&ctx, &client, &sent, report).await {
        Ok(accepted) => {
            let answer = json!({
                "token": accepted.token,
                "service_notice": NOTE,
                "account_id": null,
                "receipt": accepted.receipt.to_string(),
            });
            let mut response = write::list(&ctx, format, "service_requests", &[answer])?;
            let kept = axum::http::HeaderValue::from_static("no-store");
            response.headers_mut().insert(axum::http::header::CACHE_CONTROL, kept);
            Ok(response)
        }
        Err(Refusal::Once(again)) => {
            let (_, problem) = again.told();
            if problem.is_ours() { Err(problem.into()) } else { bad(&problem.message) }
        }
        Err(Refusal::Failure(failure)) => told(format, failure),
    }
}

/// The number behind a token: empty while it waits for its moderation.
pub(super) async fn token(ctx: Ctx, Path(name): Path<String>) -> Result {
    reader(&ctx).await?;
    let Some((token, format)) = Format::split(&name) else {
        return Err(huiyin_base::Problem::not_found().into());
    };
    let cases = cases(&ctx.site)?;
    let mut tx = ctx.site.db.read().await?;
    let Some(case) = cases.handed_in(&mut tx, token).await? else {
        return refused(format, StatusCode::NOT_FOUND, "没有这个 token。");
    };
    let answer = json!({ "service_request_id": number_of(&ctx, &case), "token": token });
    write::list(&ctx, format, "service_requests", &[answer])
}
