use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::header::CONTENT_TYPE;

use crate::{Failure, Site, Upload, body};

/// What a program has sent, as it came and within bounds. No form of a page: it proves itself by its key.
#[derive(Debug)]
pub struct Raw {
    /// The content.
    pub bytes: Bytes,
    /// What it says it is, without parameters.
    pub kind: String,
    /// A form with files, taken apart.
    pub upload: Option<Upload>,
}

impl Raw {
    /// The fields of a form.
    pub fn fields(&self) -> Vec<(String, String)> {
        crate::form::pairs(&self.bytes)
    }
}

impl FromRequest<Site> for Raw {
    type Rejection = Failure;

    async fn from_request(request: Request, site: &Site) -> Result<Self, Failure> {
        let (parts, sent) = request.into_parts();
        let kind = parts.headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        if kind == "multipart/form-data" {
            let upload = crate::upload::read(site, &parts, sent).await?;
            return Ok(Self { bytes: canonical(&upload).into(), kind, upload: Some(upload) });
        }
        Ok(Self { bytes: body::read(&parts.headers, sent, body::LARGEST_FORM).await?, kind, upload: None })
    }
}

/// The same fields and files are the same content, whatever stood between them: a program that sends again draws another
/// boundary.
fn canonical(upload: &Upload) -> Vec<u8> {
    let texts = upload.texts().map(|(field, text)| (field, text.as_bytes()));
    let files = upload.all_files().map(|file| (file.field.as_str(), &file.bytes[..]));
    let mut all = Vec::new();
    for (field, content) in texts.chain(files) {
        for part in [field.as_bytes(), content] {
            all.extend((part.len() as u64).to_be_bytes());
            all.extend(part);
        }
    }
    all
}
