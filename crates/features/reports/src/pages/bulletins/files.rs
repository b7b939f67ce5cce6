//! The paper as a Word file, its table as a sheet.

use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::IntoResponse as _;
use huiyin_base::Problem;
use huiyin_web::{Allowance, Ctx, Path, Query, Result};

use super::{Version, seen};
use crate::bulletin::BulletinKind;
use crate::paper::Paper;

/// A file is some milliseconds of work; many readers may want the same one on the day it is issued.
const FILES: Allowance = Allowance { name: "bulletin_file", burst: 20.0, per_second: 1.0, debt: 5.0 };
const WORD: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
const EXCEL: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

pub(crate) async fn paper(
    ctx: Ctx,
    kind: BulletinKind,
    Path(term): Path<String>,
    Query(asked): Query<Version>,
) -> Result {
    let paper = read(&ctx, kind, &term, &asked).await?;
    let bytes = paper.official().docx().map_err(Problem::broken)?;
    Ok(file(&paper, WORD, "docx", bytes))
}

pub(crate) async fn sheet(
    ctx: Ctx,
    kind: BulletinKind,
    Path(term): Path<String>,
    Query(asked): Query<Version>,
) -> Result {
    let paper = read(&ctx, kind, &term, &asked).await?;
    let bytes = paper.sheet().map_err(Problem::broken)?;
    Ok(file(&paper, EXCEL, "xlsx", bytes))
}

async fn read(ctx: &Ctx, kind: BulletinKind, term: &str, asked: &Version) -> Result<Paper> {
    let who = ctx.viewer.as_ref().map(|viewer| viewer.account.id.to_string());
    ctx.limit(FILES, who.as_deref().unwrap_or("public")).await?;
    let mut tx = ctx.site.db.snapshot().await?;
    let bulletin = seen(&mut tx, ctx, kind, term, &asked.version).await?;
    Ok(Paper::read(&mut tx, &ctx.site, bulletin).await?)
}

fn file(paper: &Paper, kind: &'static str, ending: &str, bytes: Vec<u8>) -> axum::response::Response {
    let bulletin = &paper.bulletin;
    let name = format!("{}-{}-v{}.{ending}", bulletin.kind.as_str(), bulletin.term().key(), bulletin.version);
    let headers = [
        (CONTENT_TYPE, kind.to_owned()),
        (CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
        (CACHE_CONTROL, "no-store".to_owned()),
    ];
    (headers, bytes).into_response()
}
