//! A photo of what was found at a unit, for whoever reads of that unit.

use huiyin_base::Problem;
use huiyin_web::{Can, Ctx, Path, Result};

use super::id_of;
use super::inspection::reads;
use crate::permissions::{InspectionSee, SEES};
use crate::supervision::store::{inspection_find, photo_list, record_list};

pub(super) async fn show(ctx: Ctx, can: Can<InspectionSee>, Path((id, token)): Path<(String, String)>) -> Result {
    let id = id_of(&id)?;
    let mut tx = ctx.site.db.read().await?;
    let inspection = inspection_find(&mut tx, &can.viewer.scope(SEES), id).await?.ok_or_else(Problem::not_found)?;
    let units = reads(&ctx, &mut tx, &can.viewer, &inspection).await?.units;
    let photo = photo_list(&mut tx, id).await?.into_iter().find(|photo| photo.token == token);
    let photo = photo.ok_or_else(Problem::not_found)?;
    let record = record_list(&mut tx, id).await?.into_iter().find(|record| record.id == photo.record);
    if record.is_none_or(|record| units.iter().all(|unit| unit.n != record.unit_n)) {
        return Err(Problem::not_found().into());
    }
    drop(tx);
    let picture = ctx.site.files.read_clean(photo.region, &photo.token).await?.ok_or_else(Problem::not_found)?;
    Ok(huiyin_web::private_picture(picture.0, picture.1))
}
