//! The wall for machines: JSON, Atom, GeoJSON and Open311. All of it shows what the pages show, and no more.

mod feed;
mod geojson;
mod lists;
mod open311;
mod parameters;
mod places;
mod posting;
mod problems;
mod shape;

use huiyin_web::{Public, Routes};

use crate::permissions::ProblemPost;

/// Every interface of this feature.
pub(crate) fn routes() -> Routes {
    Routes::new()
        .get::<Public, _>("/places/{code}/feed", feed::show)
        .get::<Public, _>("/api/v1/problems", problems::list)
        .post::<ProblemPost, _>("/api/v1/problems", posting::create)
        .get::<Public, _>("/api/v1/problems.geojson", geojson::show)
        .get::<Public, _>("/api/v1/problems/{number}", problems::show)
        .get::<Public, _>("/api/v1/echoes", problems::echoes)
        .get::<Public, _>("/api/v1/tokens/{token}", posting::token)
        .get::<Public, _>("/api/v1/categories", lists::categories)
        .get::<Public, _>("/api/v1/places", places::list)
        .get::<Public, _>("/api/v1/places/{code}", places::show)
        .merge(open311::routes())
}
