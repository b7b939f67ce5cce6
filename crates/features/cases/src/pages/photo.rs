//! A picture that was re-encoded. What the public may see is given to everybody; any other only to those on whose pages it stands. Its
//! address is no key: one that was passed on opens nothing, and a photo that was covered is gone for whoever knew it before.

use huiyin_base::{Problem, Region};
use huiyin_db::Tx;
use huiyin_files::store::file_find_token;
use huiyin_web::{Ctx, Path, Query, Result};
use serde::Deserialize;

use super::card::cases;
use super::follow::remembered;
use crate::permissions::SEES;
use crate::{CaseItem, CasePhoto, CaseRef, PhotoPart, State, store};

#[derive(Debug, Default, Deserialize)]
pub(crate) struct Size {
    #[serde(default)]
    small: String,
}

pub(crate) async fn show(ctx: Ctx, Path((county, token)): Path<(u16, String)>, Query(size): Query<Size>) -> Result {
    let region = Region::new(county).ok_or_else(Problem::not_found)?;
    let mut tx = ctx.site.db.read().await?;
    let public = opened(&ctx, &mut tx, region, &token).await?.ok_or_else(Problem::not_found)?;
    drop(tx);
    let files = &ctx.site.files;
    let picture = if size.small.is_empty() {
        files.read_clean(region, &token).await?
    } else {
        files.read_small(region, &token).await?
    };
    let (kind, bytes) = picture.ok_or_else(Problem::not_found)?;
    Ok(if public { huiyin_web::picture(kind, bytes) } else { huiyin_web::private_picture(kind, bytes) })
}

/// Whether everybody may see it, or whoever asks; none where he may not.
async fn opened(ctx: &Ctx, tx: &mut Tx, region: Region, token: &str) -> Result<Option<bool>, Problem> {
    let Some(file) = file_find_token(tx, region, token).await? else { return Ok(None) };
    let mut opened = None;
    for photo in store::photo_find(tx, region, file.id).await? {
        let at = CaseRef { region, id: photo.case_id };
        let Some(case) = store::case_get(tx, at).await? else { continue };
        let told = photo.public && is_told(&case, &photo);
        if told && case.posted_day.is_some() {
            return Ok(Some(true));
        }
        if is_reporter(ctx, tx, &case, &photo).await? || is_staff(ctx, tx, &case, &photo).await? {
            opened = Some(false);
        }
    }
    Ok(opened)
}

/// An answer's photos are told with the answer: not while it waits to be verified.
fn is_told(case: &CaseItem, photo: &CasePhoto) -> bool {
    photo.part == PhotoPart::Report || State::ECHOED.contains(&case.state)
}

/// What he sent himself, and what came with the answer, for whoever holds the receipt that he was given for it.
async fn is_reporter(ctx: &Ctx, tx: &mut Tx, case: &CaseItem, photo: &CasePhoto) -> Result<bool, Problem> {
    if photo.part == PhotoPart::Answer && !(photo.public && is_told(case, photo)) {
        return Ok(false);
    }
    let Some(receipt) = remembered(ctx) else { return Ok(false) };
    let followed = cases(&ctx.site)?.followed(tx, &receipt).await?;
    Ok(followed.is_some_and(|followed| followed.raised && followed.case.at() == case.at()))
}

/// A report's photos are for those who handle it; an answer's for whoever sees the case.
async fn is_staff(ctx: &Ctx, tx: &mut Tx, case: &CaseItem, photo: &CasePhoto) -> Result<bool, Problem> {
    let Some(viewer) = ctx.viewer.as_ref() else { return Ok(false) };
    if photo.part == PhotoPart::Report {
        return Ok(cases(&ctx.site)?.handler(tx, case, viewer).await.is_ok());
    }
    Ok(store::case_find(tx, &viewer.scope(SEES), case.at()).await?.is_some())
}
