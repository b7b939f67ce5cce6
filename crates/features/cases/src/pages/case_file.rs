//! A file of a case, given out whole to whoever may see the case.

use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use axum::response::IntoResponse as _;
use huiyin_base::{Id, Problem};
use huiyin_files::FileState;
use huiyin_files::store::file_find;
use huiyin_web::{Can, Ctx, Path, Result};

use super::case::reference;
use super::ledger::encoded;
use crate::permissions::{CaseSee, SEES};
use crate::store;

pub(crate) async fn show(ctx: Ctx, can: Can<CaseSee>, Path((id, file)): Path<(String, String)>) -> Result {
    let (at, file): (_, Id) = (reference(&id)?, file.parse().map_err(|_| Problem::not_found())?);
    let mut tx = ctx.site.db.read().await?;
    let case = store::case_find(&mut tx, &can.viewer.scope(SEES), at).await?.ok_or_else(Problem::not_found)?;
    let named = store::case_file_find(&mut tx, case.at(), file).await?.ok_or_else(Problem::not_found)?;
    let stored = file_find(&mut tx, case.region, file).await?.ok_or_else(Problem::not_found)?;
    drop(tx);
    let content = match stored.state {
        FileState::Kept => ctx.site.files.read_kept(&stored).await?.map(|bytes| (stored.media_type.clone(), bytes)),
        FileState::Clean => {
            let picture = ctx.site.files.read_clean(stored.region, &stored.token).await?;
            picture.map(|(kind, bytes)| (kind.to_owned(), bytes))
        }
        FileState::Accepted => return Err(Problem::conflict("这张照片刚传上来，正在处理，请过一会儿再打开。").into()),
        FileState::Refused => {
            return Err(Problem::conflict("这张照片打不开，可能已经损坏。请让上传的人换一张。").into());
        }
    };
    let (kind, bytes) = content.ok_or_else(Problem::not_found)?;
    let name = encoded(&named.name);
    let headers = [
        (CONTENT_TYPE, kind),
        // Never opened in the page's place, whatever is in it.
        (CONTENT_DISPOSITION, format!("attachment; filename=\"file\"; filename*=UTF-8''{name}")),
        (X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
        (CACHE_CONTROL, "private, no-store".to_owned()),
    ];
    Ok((headers, bytes).into_response())
}
