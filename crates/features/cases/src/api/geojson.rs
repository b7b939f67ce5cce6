//! Open problems on the map, one point a village: no place is finer. Where few people live, the point is the township's; a place
//! without a point is left out.

use std::collections::BTreeMap;

use huiyin_base::Id;
use huiyin_web::api::{document, reader};
use huiyin_web::{Ctx, Query, Result};
use serde_json::{Value, json};

use super::parameters::{Asked, Stop};
use super::places::degrees;
use crate::pages::{cases, is_public};
use crate::store;

/// What is open in one place.
#[derive(Debug, Default)]
struct Open {
    all: i64,
    late: i64,
    categories: BTreeMap<String, i64>,
}

pub(super) async fn show(ctx: Ctx, Query(asked): Query<Asked>) -> Result {
    match drawn(&ctx, &asked).await {
        Ok(collection) => document(&ctx, "application/geo+json", collection.to_string()),
        Err(stop) => stop.answer(),
    }
}

async fn drawn(ctx: &Ctx, asked: &Asked) -> Result<Value, Stop> {
    reader(ctx).await?;
    let site = &ctx.site;
    let cases = cases(site)?;
    let mut tx = site.db.read().await?;
    let narrowed = Asked { place: asked.place.clone(), category: asked.category.clone(), ..Asked::default() };
    let (filter, _) = narrowed.read(&mut tx, site, &cases.book.categories, false).await?;
    let rows = store::village_open(&mut tx, &filter, site.today()).await?;
    let names = store::place_names(&mut tx, rows.iter().map(|(village, ..)| *village).collect()).await?;
    let mut spots: BTreeMap<Id, Open> = BTreeMap::new();
    for (village, category, all, late) in rows {
        let Some(place) = names.get(&village) else { continue };
        let spot = if is_public(site, place)? { Some(village) } else { place.parent };
        let Some(spot) = spot else { continue };
        let open = spots.entry(spot).or_default();
        open.all += all;
        open.late += late;
        *open.categories.entry(category).or_default() += all;
    }
    let ids: Vec<_> = spots.keys().copied().collect();
    let names = store::place_names(&mut tx, ids.clone()).await?;
    let points = store::place_points(&mut tx, ids).await?;
    let features: Vec<Value> = spots
        .iter()
        .filter_map(|(id, open)| {
            let (name, (longitude, latitude)) = (names.get(id)?, points.get(id)?);
            Some(json!({
                "type": "Feature",
                "geometry": { "type": "Point", "coordinates": [degrees(*longitude), degrees(*latitude)] },
                "properties": {
                    "code": name.code,
                    "name": name.name,
                    "open": open.all,
                    "late": open.late,
                    "categories": open.categories,
                    "page": format!("/places/{}", name.code),
                },
            }))
        })
        .collect();
    Ok(json!({ "type": "FeatureCollection", "features": features }))
}
