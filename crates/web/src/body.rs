use axum::body::{Body, Bytes};
use axum::http::HeaderMap;
use axum::http::header::CONTENT_LENGTH;
use futures::StreamExt as _;
use huiyin_base::{Problem, ProblemKind};

/// A form without files: room for a hundred thousand characters and everything around them.
pub(crate) const LARGEST_FORM: usize = 2 * 1024 * 1024;

/// What is read and thrown away so that the browser gets to read the refusal instead of a broken connection.
const LARGEST_DRAIN: usize = 128 * 1024 * 1024;

pub(crate) fn too_large(most: usize) -> Problem {
    let megabytes = most / (1024 * 1024);
    Problem::new(
        ProblemKind::TooLarge,
        format!("内容太大了，一次最多 {megabytes} MB。请减少文字，或换小一些、少一些照片再提交。"),
    )
}

/// The announced length, if any.
pub(crate) fn announced(headers: &HeaderMap) -> Option<usize> {
    headers.get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

/// Reads a body of at most `most` bytes.
pub(crate) async fn read(headers: &HeaderMap, body: Body, most: usize) -> Result<Bytes, Problem> {
    let mut stream = body.into_data_stream();
    let mut read = Vec::with_capacity(announced(headers).unwrap_or(0).min(most));
    let mut drained = 0;
    let mut over = false;
    while let Some(chunk) = stream.next().await {
        let chunk = chunk.map_err(|_| Problem::invalid("内容没有传完整，可能是网络断了。请重新提交一次。"))?;
        if over || read.len() + chunk.len() > most {
            over = true;
            read = Vec::new();
            drained += chunk.len();
            if drained > LARGEST_DRAIN {
                break;
            }
        } else {
            read.extend_from_slice(&chunk);
        }
    }
    if over { Err(too_large(most)) } else { Ok(read.into()) }
}
