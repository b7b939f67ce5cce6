use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::multipart::{Field, MultipartError};
use axum::extract::{FromRequest, Multipart, Request};
use axum::http::request::Parts;
use huiyin_base::{Problem, ProblemKind};
use tokio::sync::{Mutex, SemaphorePermit};

use crate::body::Inflow;
use crate::{Failure, Site, body, form};

/// Everything in one form with files, together: nine photos as a telephone takes them, for a browser that cannot make them
/// smaller.
const LARGEST_UPLOAD: usize = 72 * 1024 * 1024;
/// Megabytes of uploads that may be in memory at once; further ones wait for their turn.
pub(crate) const UPLOAD_MEGABYTES: usize = 160;

/// A form with files, sent by a page of this site.
#[derive(Debug)]
pub struct Upload {
    texts: Vec<(String, String)>,
    files: Vec<UploadedFile>,
}

/// One chosen file, as it was sent.
#[derive(Clone, Debug)]
pub struct UploadedFile {
    /// The form's field.
    pub field: String,
    /// What the sender calls it; never trusted.
    pub name: String,
    /// The content.
    pub bytes: Bytes,
}

impl Upload {
    /// The text of a field, trimmed of nothing; empty when it is missing.
    pub fn text(&self, field: &str) -> &str {
        self.texts.iter().find(|(name, _)| name == field).map_or("", |(_, text)| text.as_str())
    }

    /// All values of a repeated field.
    pub fn all<'a>(&'a self, field: &'a str) -> impl Iterator<Item = &'a str> {
        self.texts.iter().filter(move |(name, _)| name == field).map(|(_, text)| text.as_str())
    }

    /// The files of a field; a field left empty gives none.
    pub fn files<'a>(&'a self, field: &'a str) -> impl Iterator<Item = &'a UploadedFile> {
        self.files.iter().filter(move |file| file.field == field)
    }

    /// Its texts, and how many files there were.
    pub(crate) fn without_files(self) -> (Vec<(String, String)>, usize) {
        (self.texts, self.files.len())
    }

    /// The texts as they came, each with its field.
    pub fn texts(&self) -> impl Iterator<Item = (&str, &str)> {
        self.texts.iter().map(|(field, text)| (field.as_str(), text.as_str()))
    }

    /// The files of all fields.
    pub fn all_files(&self) -> impl Iterator<Item = &UploadedFile> {
        self.files.iter()
    }
}

impl FromRequest<Site> for Upload {
    type Rejection = Failure;

    async fn from_request(request: Request, site: &Site) -> Result<Self, Failure> {
        let (parts, sent) = request.into_parts();
        let upload = read(site, &parts, sent).await?;
        let token = upload.text("csrf");
        form::believe(site, &parts, (!token.is_empty()).then_some(token))?;
        Ok(upload)
    }
}

/// Reads a form with files, whoever sent it: whether it may be believed is asked by whoever uses it.
pub(crate) async fn read(site: &Site, parts: &Parts, sent: Body) -> Result<Upload, Problem> {
    let _room = room(site, body::announced(&parts.headers).unwrap_or(LARGEST_UPLOAD)).await?;
    let content_type = parts.headers.get("content-type").and_then(|value| value.to_str().ok()).unwrap_or_default();
    if !content_type.starts_with("multipart/") {
        // An old browser, or a form without its files.
        let bytes = body::read(&parts.headers, sent, LARGEST_UPLOAD).await?;
        return Ok(Upload { texts: form::pairs(&bytes), files: Vec::new() });
    }
    // Taken apart while it arrives: a whole form beside its files would be all photos twice.
    let inflow = Arc::new(Mutex::new(Inflow::new(sent, LARGEST_UPLOAD)));
    let chunks = futures::stream::unfold(Arc::clone(&inflow), async |inflow| {
        let chunk = inflow.lock().await.next().await?;
        Some((chunk, inflow))
    });
    let parsed = parse(site, Request::from_parts(parts.clone(), Body::from_stream(chunks))).await;
    let mut inflow = inflow.lock().await;
    inflow.drain().await;
    if inflow.is_over() { Err(body::too_large(LARGEST_UPLOAD)) } else { parsed }
}

/// The content in as much memory as it needs: grown piece by piece it would take up to twice that.
async fn whole(mut part: Field<'_>) -> Result<Bytes, MultipartError> {
    let (mut chunks, mut size) = (Vec::new(), 0);
    while let Some(chunk) = part.chunk().await? {
        size += chunk.len();
        chunks.push(chunk);
    }
    let mut bytes = Vec::with_capacity(size);
    for chunk in &chunks {
        bytes.extend_from_slice(chunk);
    }
    Ok(bytes.into())
}

async fn room(site: &Site, bytes: usize) -> Result<SemaphorePermit<'_>, Problem> {
    let megabytes = (bytes / (1024 * 1024) + 1).min(LARGEST_UPLOAD / (1024 * 1024));
    let permits = u32::try_from(megabytes).unwrap_or(1);
    let busy = || Problem::new(ProblemKind::Unavailable, "现在上传的人较多，请稍等片刻再提交一次。");
    site.uploads.acquire_many(permits).await.map_err(|_| busy())
}

async fn parse(site: &Site, request: Request) -> Result<Upload, Problem> {
    let broken = || Problem::invalid("表单没有传完整，可能是网络断了。请返回上一页，重新提交一次。");
    let mut multipart = Multipart::from_request(request, site).await.map_err(|_| broken())?;
    let mut upload = Upload { texts: Vec::new(), files: Vec::new() };
    while let Some(part) = multipart.next_field().await.map_err(|_| broken())? {
        let field = part.name().unwrap_or_default().to_owned();
        let name = part.file_name().map(ToOwned::to_owned);
        let bytes = whole(part).await.map_err(|_| broken())?;
        match name {
            Some(name) if !(name.is_empty() && bytes.is_empty()) => {
                upload.files.push(UploadedFile { field, name, bytes });
            }
            Some(_) => {}
            None => upload.texts.push((field, String::from_utf8_lossy(&bytes).into_owned())),
        }
    }
    Ok(upload)
}
