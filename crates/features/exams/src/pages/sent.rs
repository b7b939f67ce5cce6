//! Answers as a page with scripts sends them: a few at a time, as often as it takes.

use axum::Json;
use axum::body::{Body, to_bytes};
use axum::extract::{FromRequest, Request};
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse as _;
use huiyin_base::{Problem, ProblemKind};
use huiyin_web::{Can, Ctx, Failure, Path, Result, Site};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::id_of;
use crate::permissions::TestTake;
use crate::sittings::{self, Receipt, Sent, is_open};

/// Four hundred answers of the longest kind do not come at once; what is more is cut into several by the page.
const LARGEST: usize = 256 * 1024;

/// A body of JSON. A page of another site cannot send this type without being asked, and is not let.
pub(crate) struct SentJson<T>(pub T);

impl<T: DeserializeOwned> FromRequest<Site> for SentJson<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, _site: &Site) -> Result<Self, Failure> {
        let (parts, body): (_, Body) = request.into_parts();
        let kind = parts.headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        if !kind.starts_with("application/json") {
            return Err(Problem::invalid("这个地址不能这样打开。请从首页重新进入。").into());
        }
        let too_large = || Problem::new(ProblemKind::TooLarge, "一次传来的答案太多，请刷新页面后再试。");
        let bytes = to_bytes(body, LARGEST).await.map_err(|_| too_large())?;
        let read = serde_json::from_slice(&bytes).map_err(|_| Problem::invalid("答案没有传完整，会再传一次。"))?;
        Ok(Self(read))
    }
}

#[derive(Debug, Deserialize)]
pub(crate) struct Outbox {
    /// A word for this browser.
    device: String,
    answers: Vec<Sent>,
    /// Hand in after these.
    #[serde(default)]
    submit: bool,
}

#[derive(Debug, Serialize)]
struct Answered {
    receipts: Vec<Receipt>,
    /// Whether answers still count.
    open: bool,
    /// What is left, in seconds.
    left: i64,
}

pub(crate) async fn outbox(
    ctx: Ctx,
    can: Can<TestTake>,
    Path(id): Path<String>,
    SentJson(outbox): SentJson<Outbox>,
) -> Result {
    let (id, now) = (id_of(&id)?, ctx.now());
    let db = &ctx.site.db;
    let (receipts, sitting) = sittings::answer(db, &can.viewer, id, &outbox.device, outbox.answers, now).await?;
    let mut open = is_open(&sitting, now);
    if outbox.submit {
        sittings::submit(db, &can.viewer, id, now).await?;
        open = false;
    }
    let left = (sitting.ends_at - now).num_seconds().max(0);
    Ok(Json(Answered { receipts, open, left }).into_response())
}
