//! Files and images of books: whole, or the piece that a player asks for.

use axum::body::{Body, Bytes};
use axum::http::header::{
    ACCEPT_RANGES, CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE, HeaderName, RANGE,
};
use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;
use huiyin_base::{Id, Problem};
use huiyin_db::Db;
use huiyin_web::{Can, Ctx, Path, Result, SignedIn};

use super::found;
use crate::store::{FileRow, PART, book_file_find, book_file_part, image_find};

pub(crate) async fn image(ctx: Ctx, can: Can<SignedIn>, Path((book, n)): Path<(String, i64)>) -> Result {
    let mut tx = ctx.site.db.read().await?;
    let (_, book) = found(&mut tx, &ctx.site, &can.viewer, &book).await?;
    let file = image_find(&mut tx, book.id, n).await?.ok_or_else(Problem::not_found)?;
    drop(tx);
    given(&ctx, &file, None)
}

pub(crate) async fn file(ctx: Ctx, can: Can<SignedIn>, Path((book, file)): Path<(String, String)>) -> Result {
    let id: Id = file.parse().map_err(|_| Problem::not_found())?;
    let mut tx = ctx.site.db.read().await?;
    let (_, book) = found(&mut tx, &ctx.site, &can.viewer, &book).await?;
    let file = book_file_find(&mut tx, book.id, id).await?.ok_or_else(Problem::not_found)?;
    drop(tx);
    given(&ctx, &file, asked(&ctx).as_deref())
}

/// The piece that is asked for.
pub(super) fn asked(ctx: &Ctx) -> Option<String> {
    ctx.headers().get(RANGE).and_then(|range| range.to_str().ok()).map(ToOwned::to_owned)
}

pub(super) fn given(ctx: &Ctx, file: &FileRow, asked: Option<&str>) -> Result {
    let range = asked.and_then(|asked| range(asked, file.bytes));
    if range.is_none() && asked.is_some_and(|asked| asked.starts_with("bytes=")) {
        let mut refused = Response::new(Body::empty());
        *refused.status_mut() = StatusCode::RANGE_NOT_SATISFIABLE;
        set(&mut refused, CONTENT_RANGE, &format!("bytes */{}", file.bytes))?;
        return Ok(refused);
    }
    let (first, last) = range.unwrap_or((0, file.bytes - 1));
    let mut response = Response::new(pieces(ctx.site.db.clone(), file.id, first, last));
    set(&mut response, CONTENT_TYPE, &file.media_type)?;
    set(&mut response, CONTENT_LENGTH, &(last + 1 - first).to_string())?;
    set(&mut response, ACCEPT_RANGES, "bytes")?;
    set(&mut response, CACHE_CONTROL, "private, max-age=86400, immutable")?;
    if !file.name.is_empty() {
        let shown = file.media_type == "application/pdf" || !file.media_type.starts_with("application/");
        let way = if shown && !file.media_type.starts_with("text/") { "inline" } else { "attachment" };
        let name = percent_encoding::utf8_percent_encode(&file.name, percent_encoding::NON_ALPHANUMERIC);
        set(&mut response, CONTENT_DISPOSITION, &format!("{way}; filename*=UTF-8''{name}"))?;
    }
    if range.is_some() {
        *response.status_mut() = StatusCode::PARTIAL_CONTENT;
        set(&mut response, CONTENT_RANGE, &format!("bytes {first}-{last}/{}", file.bytes))?;
    }
    Ok(response)
}

fn set(response: &mut Response, name: HeaderName, value: &str) -> Result<(), Problem> {
    response.headers_mut().insert(name, HeaderValue::from_str(value).map_err(Problem::broken)?);
    Ok(())
}

/// One piece of the file after another: a telephone that stops listening stops the reading.
fn pieces(db: Db, file: Id, first: i64, last: i64) -> Body {
    let stream = futures::stream::try_unfold((db, first), move |(db, at)| async move {
        if at > last {
            return Ok(None);
        }
        let n = at / PART;
        let mut tx = db.read().await.map_err(std::io::Error::other)?;
        let part = book_file_part(&mut tx, file, n).await.map_err(std::io::Error::other)?;
        drop(tx);
        let part = part.ok_or_else(|| std::io::Error::other("a part of a file is missing"))?;
        let from = usize::try_from(at - n * PART).unwrap_or(0);
        let to = usize::try_from(last + 1 - n * PART).unwrap_or(0).min(part.len());
        let piece = part.get(from..to).unwrap_or_default().to_vec();
        if piece.is_empty() {
            return Err(std::io::Error::other("a part of a file is short"));
        }
        let next = at + i64::try_from(piece.len()).unwrap_or(i64::MAX);
        Ok(Some((Bytes::from(piece), (db, next))))
    });
    Body::from_stream(stream)
}

/// First and last byte of `bytes=a-b`, of which one may be missing; several ranges are not given.
fn range(asked: &str, bytes: i64) -> Option<(i64, i64)> {
    let (from, to) = asked.strip_prefix("bytes=")?.split_once('-')?;
    let (from, to) = match (from.trim().parse::<i64>(), to.trim().parse::<i64>()) {
        (Ok(from), Ok(to)) => (from, to.min(bytes - 1)),
        (Ok(from), Err(_)) if to.trim().is_empty() => (from, bytes - 1),
        (Err(_), Ok(count)) if from.trim().is_empty() => ((bytes - count).max(0), bytes - 1),
        _ => return None,
    };
    (from >= 0 && from <= to && from < bytes).then_some((from, to))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_as_players_ask_for_them() {
        assert_eq!(range("bytes=0-", 100), Some((0, 99)));
        assert_eq!(range("bytes=10-19", 100), Some((10, 19)));
        assert_eq!(range("bytes=90-500", 100), Some((90, 99)));
        assert_eq!(range("bytes=-5", 100), Some((95, 99)));
        for wrong in ["bytes=100-", "bytes=5-2", "bytes=a-b", "bytes=1-2,4-5", "items=0-1", "bytes=-"] {
            assert_eq!(range(wrong, 100), None, "{wrong}");
        }
    }
}
