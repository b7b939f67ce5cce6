//! What somebody had written when his session ended: kept, sealed, until he has signed in again.

use askama::Template;
use axum::body::Body;
use axum::http::Request;
use axum::response::{IntoResponse as _, Response};
use chrono::TimeDelta;
use data_encoding::BASE64URL_NOPAD;
use huiyin_base::{Problem, ProblemKind};
use huiyin_vault::Place;
use serde::{Deserialize, Serialize};

use crate::csrf::Csrf;
use crate::layout::Density;
use crate::store::kept_form;
use crate::{Ctx, Failure, Path, Result, Site, body, form};

/// Long enough to find a password, short enough for what may be sensitive.
const KEPT_FOR: TimeDelta = TimeDelta::hours(2);

/// Room for twenty thousand characters: whoever has no session any more must not fill the store.
const LARGEST_KEPT: usize = 64 * 1024;

/// The token of another session, and passwords.
const NEVER_KEPT: [&str; 5] = ["csrf", "password", "old", "new", "again"];

#[derive(Serialize, Deserialize)]
struct Kept {
    path: String,
    fields: Vec<(String, String)>,
    /// How many files came along, which are not kept.
    #[serde(default)]
    files: usize,
}

/// Keeps the fields of a form, without its files; gives the path where it can be sent on.
pub(crate) async fn keep(site: &Site, request: Request<Body>) -> Result<Option<String>, Problem> {
    let (parts, sent) = request.into_parts();
    let kind = parts.headers.get("content-type").and_then(|value| value.to_str().ok()).unwrap_or_default();
    let with_files = kind.starts_with("multipart/form-data");
    let is_form = with_files || kind.starts_with("application/x-www-form-urlencoded");
    if !is_form || crate::csrf::origin(&parts.headers) == crate::csrf::Origin::Foreign {
        return Ok(None);
    }
    let read = if with_files {
        crate::upload::read(site, &parts, sent).await.map(crate::upload::Upload::without_files)
    } else {
        body::read(&parts.headers, sent, LARGEST_KEPT).await.map(|bytes| (form::pairs(&bytes), 0))
    };
    let (pairs, files) = match read {
        Ok(read) => read,
        Err(problem) if problem.kind == ProblemKind::TooLarge => return Ok(None),
        Err(problem) => return Err(problem),
    };
    let fields = pairs.into_iter().filter(|(name, _)| !NEVER_KEPT.contains(&name.as_str())).collect();
    let kept = Kept { path: parts.uri.path().to_owned(), fields, files };
    let plain = serde_json::to_vec(&kept).map_err(Problem::broken)?;
    if plain.len() > LARGEST_KEPT {
        return Ok(None);
    }
    let mut rng = site.rngs.rng();
    let token = BASE64URL_NOPAD.encode(&rng.bytes::<24>());
    let hash = site.vault.blind("kept_form", &token);
    let sealed = site.vault.seal(place(&hash), &plain, &mut rng);
    let expires_at = site.clock.real() + KEPT_FOR;
    site.db
        .write("kept_form_add", move |tx| {
            let sealed = sealed.clone();
            Box::pin(async move { Ok(kept_form::kept_form_add(tx, hash, sealed, expires_at).await?) })
        })
        .await?;
    Ok(Some(format!("/kept/{token}")))
}

/// On to the sign-in page, and from there to what was kept at `path`.
pub(crate) fn to_sign_in(path: &str) -> Response {
    let next = percent_encoding::utf8_percent_encode(path, percent_encoding::NON_ALPHANUMERIC);
    axum::response::Redirect::to(&format!("/sign-in?next={next}&kept=1")).into_response()
}

fn place(hash: &[u8; 32]) -> Place<'_> {
    Place { table: "kept_form", column: "sealed", row: hash }
}

#[derive(Template)]
#[template(path = "kept.html")]
struct KeptPage {
    csrf: Csrf,
    path: String,
    /// What he wrote in words, to look over once more.
    shown: Vec<(&'static str, String)>,
    fields: Vec<(String, String)>,
    files: usize,
}

/// What fields of words are called; a choice says nothing without the form it was made in.
const LABELS: [(&str, &str); 8] = [
    ("title", "标题"),
    ("text", "内容"),
    ("goal", "办到什么程度"),
    ("reason", "原因"),
    ("note", "说明"),
    ("name", "称呼"),
    ("phone", "电话"),
    ("deadline", "期限"),
];

fn shown(fields: &[(String, String)]) -> Vec<(&'static str, String)> {
    let written = fields.iter().filter(|(_, value)| !value.trim().is_empty());
    let labelled = |(name, value): &(String, String)| {
        let (_, label) = LABELS.iter().find(|(known, _)| known == name)?;
        Some((*label, value.clone()))
    };
    written.filter_map(labelled).collect()
}

/// Shows what was kept, to be sent on with one press.
pub(crate) async fn show(ctx: Ctx, Path(token): Path<String>) -> Result<Response> {
    let hash = ctx.site.vault.blind("kept_form", &token);
    let mut tx = ctx.site.db.read().await?;
    let Some(sealed) = kept_form::kept_form_find(&mut tx, hash, ctx.real_now()).await? else {
        let message = "暂存的内容已经过期。请返回原来的页面重新填写。";
        return Ok(Failure(Problem::new(ProblemKind::NotFound, message)).into_response());
    };
    let plain = ctx.site.vault.open_sealed(place(&hash), &sealed).map_err(|error| Failure(Problem::broken(error)))?;
    let kept: Kept = serde_json::from_slice(&plain).map_err(|error| Failure(Problem::broken(error)))?;
    let (shown, files) = (shown(&kept.fields), kept.files);
    let page = KeptPage { csrf: ctx.csrf(), path: kept.path, shown, fields: kept.fields, files };
    ctx.page("继续提交", Density::Calm, &page)
}
