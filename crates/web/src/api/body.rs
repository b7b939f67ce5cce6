use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::header::CONTENT_TYPE;

use crate::{Failure, Site, body};

/// What a program has sent, as it came and within bounds. No form of a page: it proves itself by its key.
#[derive(Debug)]
pub struct Raw {
    /// The content.
    pub bytes: Bytes,
    /// What it says it is, without parameters.
    pub kind: String,
}

impl Raw {
    /// The fields of a form.
    pub fn fields(&self) -> Vec<(String, String)> {
        crate::form::pairs(&self.bytes)
    }
}

impl FromRequest<Site> for Raw {
    type Rejection = Failure;

    async fn from_request(request: Request, _: &Site) -> Result<Self, Failure> {
        let (parts, sent) = request.into_parts();
        let kind = parts.headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        Ok(Self { bytes: body::read(&parts.headers, sent, body::LARGEST_FORM).await?, kind })
    }
}
