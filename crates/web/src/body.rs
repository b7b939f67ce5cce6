use axum::body::{Body, BodyDataStream, Bytes};
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

/// A body of at most `most` bytes, chunk by chunk.
pub(crate) struct Inflow {
    stream: BodyDataStream,
    most: usize,
    read: usize,
}

impl Inflow {
    pub(crate) fn new(body: Body, most: usize) -> Self {
        Self { stream: body.into_data_stream(), most, read: 0 }
    }

    /// What came next; after what is too much, nothing more.
    pub(crate) async fn next(&mut self) -> Option<Result<Bytes, Problem>> {
        if self.is_over() {
            return None;
        }
        let chunk = self.stream.next().await?;
        let chunk = chunk.map_err(|_| Problem::invalid("内容没有传完整，可能是网络断了。请重新提交一次。"));
        self.read += chunk.as_ref().map_or(0, Bytes::len);
        Some(if self.is_over() { Err(too_large(self.most)) } else { chunk })
    }

    /// Whether more came than may.
    pub(crate) fn is_over(&self) -> bool {
        self.read > self.most
    }

    /// Reads the rest and throws it away.
    pub(crate) async fn drain(&mut self) {
        let mut drained = 0;
        while drained < LARGEST_DRAIN {
            let Some(Ok(chunk)) = self.stream.next().await else { return };
            drained += chunk.len();
        }
    }
}

/// Reads a body of at most `most` bytes.
pub(crate) async fn read(headers: &HeaderMap, body: Body, most: usize) -> Result<Bytes, Problem> {
    let mut inflow = Inflow::new(body, most);
    let mut read = Vec::with_capacity(announced(headers).unwrap_or(0).min(most));
    while let Some(chunk) = inflow.next().await {
        match chunk {
            Ok(chunk) => read.extend_from_slice(&chunk),
            Err(problem) => {
                drop(read);
                inflow.drain().await;
                return Err(problem);
            }
        }
    }
    Ok(read.into())
}
