//! A picture that was re-encoded. Its address holds 128 random bits, and is only written where the picture may be seen.

use huiyin_base::{Problem, Region};
use huiyin_web::{Ctx, Path, Query, Result};
use serde::Deserialize;

#[derive(Debug, Default, Deserialize)]
pub(crate) struct Size {
    #[serde(default)]
    small: String,
}

pub(crate) async fn show(ctx: Ctx, Path((county, token)): Path<(u16, String)>, Query(size): Query<Size>) -> Result {
    let region = Region::new(county).ok_or_else(Problem::not_found)?;
    let files = &ctx.site.files;
    let picture = if size.small.is_empty() {
        files.read_clean(region, &token).await?
    } else {
        files.read_small(region, &token).await?
    };
    let (kind, bytes) = picture.ok_or_else(Problem::not_found)?;
    Ok(huiyin_web::picture(kind, bytes))
}
