//! Places with the telephone of their office: where a problem can lie.

use huiyin_directory::OrgKind;
use huiyin_web::api::{json, reader};
use huiyin_web::{Ctx, Path, Query, Result};
use serde::{Deserialize, Serialize};

use crate::pages::{Spot, below, counties, is_public, spot};
use crate::store;

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    /// The code of the place whose parts are listed; the city without it.
    within: String,
}

#[derive(Debug, Serialize)]
struct PlaceList {
    places: Vec<PlaceEntry>,
}

#[derive(Debug, Serialize)]
struct PlaceEntry {
    code: String,
    name: String,
    kind: String,
    within: Option<String>,
    phone: Option<String>,
    /// Degrees; none where the place has no point.
    longitude: Option<f64>,
    latitude: Option<f64>,
    page: String,
    feed: String,
}

pub(super) async fn list(ctx: Ctx, Query(asked): Query<Asked>) -> Result {
    reader(&ctx).await?;
    let site = &ctx.site;
    let mut tx = site.db.read().await?;
    let home = site.regions.get(site.home).map(|entry| entry.code.clone()).unwrap_or_default();
    let within = if asked.within.is_empty() { &home } else { &asked.within };
    let whole = spot(&mut tx, site, within).await?;
    let mut places = Vec::new();
    if whole.kind == OrgKind::City {
        for county in counties(site) {
            let found = spot(&mut tx, site, &county.code).await?;
            places.push(entry(&found, None));
        }
    } else {
        let parts = below(&mut tx, site, &whole).await?;
        let points = store::place_points(&mut tx, parts.iter().map(|part| part.id).collect()).await?;
        for part in parts {
            let point = points.get(&part.id).copied();
            // Reported from every village, read by township where few people live.
            let (page, feed) = addresses(if is_public(site, &part)? { &part.code } else { &whole.code });
            places.push(PlaceEntry {
                kind: part.kind.as_str().to_owned(),
                within: Some(whole.code.clone()),
                phone: part.phone,
                longitude: point.map(|point| degrees(point.0)),
                latitude: point.map(|point| degrees(point.1)),
                code: part.code,
                name: part.name,
                page,
                feed,
            });
        }
    }
    json(&ctx, &PlaceList { places })
}

pub(super) async fn show(ctx: Ctx, Path(code): Path<String>) -> Result {
    reader(&ctx).await?;
    let mut tx = ctx.site.db.read().await?;
    let found = spot(&mut tx, &ctx.site, &code).await?;
    let point = match found.org {
        Some(org) => store::place_points(&mut tx, vec![org.id]).await?.get(&org.id).copied(),
        None => None,
    };
    json(&ctx, &entry(&found, point))
}

fn entry(found: &Spot, point: Option<(i64, i64)>) -> PlaceEntry {
    let (page, feed) = addresses(&found.code);
    PlaceEntry {
        code: found.code.clone(),
        name: found.name.clone(),
        kind: found.kind.as_str().to_owned(),
        within: found.above.last().map(|(_, code)| code.clone()),
        phone: found.phone.clone(),
        longitude: point.map(|point| degrees(point.0)),
        latitude: point.map(|point| degrees(point.1)),
        page,
        feed,
    }
}

fn addresses(code: &str) -> (String, String) {
    (format!("/places/{code}"), format!("/places/{code}/feed"))
}

/// Microdegrees as degrees.
#[expect(clippy::cast_precision_loss, reason = "180 million is far below 2^53")]
pub(super) fn degrees(micro: i64) -> f64 {
    micro as f64 / 1e6
}
