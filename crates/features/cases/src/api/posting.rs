//! Handing a problem in, and asking what became of it.

use axum::http::StatusCode;
use axum::http::header::CACHE_CONTROL;
use axum::response::{IntoResponse as _, Response};
use huiyin_base::{Problem, ProblemKind, Region};
use huiyin_directory::{OrgKind, OrgRef};
use huiyin_files::NewFile;
use huiyin_web::api::{Client, NotOnce, Raw, json, once, reader, refuse};
use huiyin_web::{Ctx, Failure, Path, Result, Upload};
use serde::{Deserialize, Serialize};

use crate::handed_in::{About, Accepted, HandedIn};
use crate::pages::{case_number, cases, lacks_digits, spot_exact, title_of};
use crate::{CaseItem, Cases, Contact, Moment, State, store};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Report {
    place: String,
    category: String,
    #[serde(default)]
    sub_category: String,
    text: String,
    #[serde(default)]
    title: String,
    /// 空、village 或 township
    #[serde(default)]
    about: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    phone: String,
}

#[derive(Debug, Serialize)]
struct Taken {
    token: String,
    receipt: String,
    check: String,
    note: &'static str,
}

#[derive(Debug, Serialize)]
struct TokenState {
    token: String,
    /// waiting, posted or ended
    state: &'static str,
    number: Option<String>,
    page: Option<String>,
}

/// What whoever hands a problem in should know.
pub(super) const NOTE: &str =
    "已收到，工作人员审核后上墙公开。回执码请交给反映人本人，查进展、回话、打分都凭它；不要留存。";

/// The field of a form with files that holds photos.
const PHOTOS: &str = "photos";

pub(super) async fn create(ctx: Ctx, client: Client, sent: Raw) -> Result {
    let read = match &sent.upload {
        Some(upload) => fields(upload),
        None if sent.kind == "application/json" => serde_json::from_slice(&sent.bytes),
        None => {
            return Ok(unfit("请求头应写 Content-Type: application/json；带照片的用 multipart/form-data。"));
        }
    };
    let report: Report = match read {
        Ok(report) => report,
        Err(error) => {
            return Ok(unfit(&format!("内容不合格，或字段不对：{error}。请对照 /api/openapi.json。")));
        }
    };
    if sent.upload.iter().flat_map(Upload::all_files).any(|file| file.field != PHOTOS) {
        return Ok(unfit("照片的字段名应为 photos。"));
    }
    let accepted = match take(&ctx, &client, &sent, report).await {
        Ok(accepted) => accepted,
        Err(Refusal::Once(refused)) => {
            let (code, problem) = refused.told();
            return if problem.is_ours() { Err(problem.into()) } else { Ok(refuse(code, &problem)) };
        }
        Err(Refusal::Failure(Failure(problem))) if problem.kind == ProblemKind::Invalid => {
            return Ok(refuse("body_unfit", &problem));
        }
        Err(Refusal::Failure(failure)) => return Err(failure),
    };
    let taken = Taken {
        check: format!("/api/v1/tokens/{}", accepted.token),
        receipt: accepted.receipt.to_string(),
        token: accepted.token,
        note: NOTE,
    };
    Ok((StatusCode::CREATED, [(CACHE_CONTROL, "no-store")], axum::Json(taken)).into_response())
}

/// Why nothing was taken.
pub(super) enum Refusal {
    Once(NotOnce),
    Failure(Failure),
}

impl<E> From<E> for Refusal
where
    Failure: From<E>,
{
    fn from(error: E) -> Self {
        Self::Failure(error.into())
    }
}

/// Checks the report and hands it to the engine.
pub(super) async fn take(ctx: &Ctx, client: &Client, raw: &Raw, report: Report) -> Result<Accepted, Refusal> {
    let cases = cases(&ctx.site)?;
    let mut new = understood(ctx, &cases, report).await?;
    let sent = once(ctx, client, &raw.bytes).await.map_err(Refusal::Once)?;
    if let Some(upload) = &raw.upload {
        new.photos = photos(ctx, new.region, upload, cases.book.rules.limit.photos).await?;
    }
    Ok(cases.hand_in(new, &sent.word, Moment::at(ctx.now()), &mut ctx.rng()).await?)
}

/// The fields of a form with files, which are those of the JSON.
fn fields(upload: &Upload) -> serde_json::Result<Report> {
    let fields = upload.texts().map(|(field, text)| (field.to_owned(), text.into()));
    serde_json::from_value(serde_json::Value::Object(fields.collect()))
}

/// The photos, sealed on the disk. Those of a report that came before belong to nobody, and are swept after a day.
async fn photos(ctx: &Ctx, region: Region, upload: &Upload, most: usize) -> Result<Vec<NewFile>> {
    let sent: Vec<_> = upload.files(PHOTOS).collect();
    if sent.len() > most {
        return Err(Problem::invalid(format!("最多附 {most} 张照片。")).into());
    }
    let mut photos = Vec::new();
    for file in sent {
        photos.push(ctx.site.files.accept(region, &file.name, &file.bytes, &mut ctx.rng(), ctx.now()).await?);
    }
    Ok(photos)
}

async fn understood(ctx: &Ctx, cases: &Cases, report: Report) -> Result<HandedIn> {
    let mut tx = ctx.site.db.read().await?;
    let wrong = || Problem::invalid("place 应为乡镇（街道）或村（社区）的 12 位区划代码，见 /api/v1/places。");
    let place = match spot_exact(&mut tx, &ctx.site, &report.place).await {
        Err(Failure(problem)) if problem.kind == ProblemKind::NotFound => return Err(wrong().into()),
        found => found?,
    };
    let org = place.org.ok_or_else(wrong)?;
    let (township, village) = match place.kind {
        OrgKind::Township => (org, None),
        OrgKind::Village | OrgKind::Community => {
            let names = store::place_names(&mut tx, vec![org.id]).await?;
            let above = names.get(&org.id).and_then(|name| name.parent).ok_or_else(wrong)?;
            (OrgRef { region: org.region, id: above }, Some(org))
        }
        _ => return Err(wrong().into()),
    };
    if !cases.book.categories.allows(&report.category, &report.sub_category) {
        return Err(Problem::invalid("category 和 sub_category 应为 /api/v1/categories 里的 id。").into());
    }
    let about = match report.about.as_str() {
        "" => About::Nobody,
        "village" => About::Village,
        "township" => About::Township,
        _ => return Err(Problem::invalid("about 只能是空、village 或 township。").into()),
    };
    if lacks_digits(&report.phone) {
        return Err(Problem::invalid("phone 像是少了数字；没有电话的不用写。").into());
    }
    let title = if report.title.trim().is_empty() { title_of(&report.text) } else { report.title };
    Ok(HandedIn {
        region: org.region,
        township,
        village,
        category: report.category,
        sub_category: report.sub_category,
        title,
        text: report.text,
        contact: Some(Contact { name: report.name, phone: report.phone }),
        about,
        photos: Vec::new(),
    })
}

impl Report {
    /// From the fields of Open311.
    pub(super) fn new(place: String, category: String, sub_category: String, text: String) -> Self {
        let none = String::new;
        Self { place, category, sub_category, text, title: none(), about: none(), name: none(), phone: none() }
    }

    /// Whom it is about, and how to reach whoever reports.
    pub(super) fn by(self, about: String, name: String, phone: String) -> Self {
        Self { about, name, phone, ..self }
    }
}

pub(super) async fn token(ctx: Ctx, Path(token): Path<String>) -> Result {
    reader(&ctx).await?;
    let cases = cases(&ctx.site)?;
    let mut tx = ctx.site.db.read().await?;
    let case = cases.handed_in(&mut tx, &token).await?.ok_or_else(Problem::not_found)?;
    let number = number_of(&ctx, &case);
    let ended = matches!(case.state, State::Declined | State::Withdrawn);
    let state = match (&number, ended) {
        (Some(_), _) => "posted",
        (None, true) => "ended",
        (None, false) => "waiting",
    };
    let page = number.as_ref().map(|number| format!("/problems/{number}"));
    json(&ctx, &TokenState { token, state, number, page })
}

/// The short number, once it is posted.
pub(super) fn number_of(ctx: &Ctx, case: &CaseItem) -> Option<String> {
    case.posted_day?;
    case_number(&ctx.site.regions, case.region, case.number())
}

fn unfit(message: &str) -> Response {
    refuse("body_unfit", &Problem::invalid(message))
}
