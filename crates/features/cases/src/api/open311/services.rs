//! What can be reported: the categories as services, each with the one further question.

use axum::http::StatusCode;
use huiyin_web::api::{Format, reader};
use huiyin_web::{Ctx, Path, Query, Result};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{NOT_OURS, is_ours, refused, write};
use crate::pages::cases;
use crate::{Categories, Category, SubCategory};

/// Stands between category and sub-category in a service's code; no word of either holds it.
const BETWEEN: char = '-';

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    jurisdiction_id: String,
}

pub(super) async fn list(ctx: Ctx, format: Format) -> Result {
    reader(&ctx).await?;
    let cases = cases(&ctx.site)?;
    let mut services = Vec::new();
    for category in cases.book.categories.all() {
        if category.sub.is_empty() {
            services.push(service(category, None));
        }
        services.extend(category.sub.iter().map(|sub| service(category, Some(sub))));
    }
    write::list(&ctx, format, "services", &services)
}

pub(super) async fn show(ctx: Ctx, Path(name): Path<String>, Query(asked): Query<Asked>) -> Result {
    reader(&ctx).await?;
    let Some((code, format)) = Format::split(&name) else {
        return Err(huiyin_base::Problem::not_found().into());
    };
    if !is_ours(&ctx, &asked.jurisdiction_id) {
        return refused(format, StatusCode::NOT_FOUND, NOT_OURS);
    }
    let cases = cases(&ctx.site)?;
    if found(&cases.book.categories, code).is_none() {
        return refused(format, StatusCode::NOT_FOUND, "没有这个 service_code，见 services。");
    }
    let answer = json!({
        "service_code": code,
        "attributes": [{
            "variable": true,
            "code": "about",
            "datatype": "singlevaluelist",
            "required": false,
            "datatype_description": "反映村（社区）或乡镇（街道）干部的，由上一级受理，被反映的单位不经手",
            "order": 1,
            "description": "反映的是不是干部本人",
            "values": [
                { "key": "village", "name": "是，村（社区）干部" },
                { "key": "township", "name": "是，乡镇（街道）干部" },
            ],
        }],
    });
    write::object(&ctx, format, "service_definition", &answer)
}

fn service(category: &Category, sub: Option<&SubCategory>) -> Value {
    let keywords: Vec<&str> = sub.map_or(&category.aliases, |sub| &sub.aliases).iter().map(String::as_str).collect();
    json!({
        "service_code": code(&category.id, sub.map_or("", |sub| sub.id.as_str())),
        "service_name": sub.map_or(category.name.as_str(), |sub| sub.name.as_str()),
        "description": format!("{}。地点用 address_id（乡镇或村的 12 位区划代码）写明。", category.name),
        "metadata": true,
        // Moderated before it is public: the number comes later, by the token.
        "type": "batch",
        "keywords": keywords.join(","),
        "group": category.name,
    })
}

/// The code of a service.
pub(super) fn code(category: &str, sub: &str) -> String {
    if sub.is_empty() { category.to_owned() } else { format!("{category}{BETWEEN}{sub}") }
}

/// Category and sub-category behind a code.
pub(super) fn found(categories: &Categories, code: &str) -> Option<(String, String)> {
    let (category, sub) = code.split_once(BETWEEN).unwrap_or((code, ""));
    let offered = categories.find(category).is_some_and(|found| found.sub.is_empty() == sub.is_empty());
    (offered && categories.allows(category, sub)).then(|| (category.to_owned(), sub.to_owned()))
}

/// The name of a service as a request carries it.
pub(super) fn name(categories: &Categories, category: &str, sub: &str) -> String {
    categories.sub(category, sub).map_or_else(|| categories.name(category).to_owned(), |sub| sub.name.clone())
}
