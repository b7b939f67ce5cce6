//! Who calls: a key is shown once, kept as a keyed hash, holds for a time, and gives an allowance of its own.

use axum::body::Body;
use axum::extract::{FromRequestParts, Request};
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE};
use axum::http::request::Parts;
use data_encoding::BASE64URL_NOPAD;
use huiyin_base::{Day, Id, Instant, Problem, ProblemKind, Region, Rng};
use huiyin_db::{Db, text_enum};
use huiyin_directory::AccountRef;
use huiyin_directory::audit::{self, AuditKind, Event};
use huiyin_vault::Vault;

use crate::store::api::{ApiClient, api_client_add, api_client_end, api_client_find};
use crate::{Ctx, Failure, Site, body, ctx, form};

text_enum! {
    /// What a key is good for.
    pub enum ApiScope {
        Read = "read" / "读取公开内容",
        Post = "post" / "读取公开内容、代居民提交问题",
    }
}

/// The calling program, once its key was found good.
#[derive(Clone, Debug)]
pub struct Client(pub ApiClient);

/// What a new client is given.
#[derive(Clone, Debug)]
pub struct NewClient {
    /// What it is called.
    pub name: String,
    /// Which office runs it, and its office telephone.
    pub contact: String,
    /// What it may do.
    pub scope: ApiScope,
    /// How many requests a minute.
    pub per_minute: i64,
    /// For how many days its key holds.
    pub days: i64,
    /// Who makes it; none on the command line.
    pub by: Option<AccountRef>,
}

/// What every key begins with, so that a leaked one is recognised.
const PREFIX: &str = "hy_";

/// The most requests a minute that a key may be given.
const MOST_PER_MINUTE: i64 = 6_000;
/// The longest that a key may hold.
const LONGEST_DAYS: i64 = 1_096;

/// Makes a client and its key, on record in the audit. The key is shown once and cannot be found again.
pub async fn client_open(
    db: &Db,
    vault: &Vault,
    home: Region,
    new: &NewClient,
    real_now: Instant,
    rng: &mut Rng,
) -> Result<(ApiClient, String), Problem> {
    let today = Day::of(real_now);
    let client = ApiClient {
        region: home,
        id: Id::new(home, real_now, rng),
        name: said("名称", &new.name)?,
        contact: said("单位和电话", &new.contact)?,
        scope: new.scope,
        per_minute: within("每分钟次数", new.per_minute, MOST_PER_MINUTE)?,
        from_day: today,
        until_day: today.plus(within("有效天数", new.days, LONGEST_DAYS)?),
        ended_day: None,
    };
    let key = format!("{PREFIX}{}", BASE64URL_NOPAD.encode(&rng.bytes::<24>()));
    let hash = vault.blind("api_key", &key);
    let event = Event::new(home, AuditKind::RightsChange, real_now, rng).about("api_client", client.id);
    let event = new.by.into_iter().fold(event, Event::by);
    let event = event.detail(format!("发放接口密钥：{}，到 {} 止", client.scope.label(), client.until_day));
    let written = client.clone();
    db.write("api_client_open", move |tx| {
        let (client, event) = (written.clone(), event.clone());
        Box::pin(async move {
            api_client_add(tx, &client, hash).await?;
            Ok(audit::record(tx, &event).await?)
        })
    })
    .await?;
    Ok((client, key))
}

/// Ends a client's key at once, on record in the audit.
pub async fn client_end(
    db: &Db,
    home: Region,
    id: Id,
    by: Option<AccountRef>,
    real_now: Instant,
    rng: &mut Rng,
) -> Result<(), Problem> {
    let event = Event::new(home, AuditKind::RightsChange, real_now, rng).about("api_client", id).detail("停用接口密钥");
    let event = by.into_iter().fold(event, Event::by);
    let day = Day::of(real_now);
    db.write("api_client_end", move |tx| {
        let event = event.clone();
        Box::pin(async move {
            if !api_client_end(tx, home, id, day).await? {
                return Err(Problem::invalid("没有找到这个编号的接口密钥，或者已经停用。"));
            }
            Ok(audit::record(tx, &event).await?)
        })
    })
    .await
}

fn said(what: &str, text: &str) -> Result<String, Problem> {
    let text = text.trim();
    let fits = !text.is_empty() && text.chars().count() <= 60 && !text.chars().any(char::is_control);
    if fits { Ok(text.to_owned()) } else { Err(Problem::invalid(format!("{what}要写，最多 60 字。"))) }
}

fn within(what: &str, number: i64, most: i64) -> Result<i64, Problem> {
    let fits = (1..=most).contains(&number);
    if fits { Ok(number) } else { Err(Problem::invalid(format!("{what}应在 1 到 {most} 之间。"))) }
}

/// The request goes on with its client when its key is good for `scope`; Open311 may carry the key in the form itself.
pub(crate) async fn admitted(site: &Site, request: Request, scope: ApiScope) -> Result<Request, Problem> {
    let (mut parts, sent) = request.into_parts();
    let (key, sent) = match bearer(&parts) {
        Some(key) => (Some(key), sent),
        None => in_form(&parts, sent).await?,
    };
    let key = key.or_else(|| in_query(&parts)).ok_or_else(key_missing)?;
    let client = found(site, &key).await?;
    if scope == ApiScope::Post && client.scope != ApiScope::Post {
        return Err(Problem::forbidden("这个接口密钥只能读取，不能提交。需要提交的，请向发放密钥的单位申请。"));
    }
    parts.extensions.insert(Client(client));
    Ok(Request::from_parts(parts, sent))
}

/// Counts a reader who shows a key against that key; without one he is counted like everybody.
pub async fn reader(ctx: &Ctx) -> Result<(), Problem> {
    match ctx.headers().get(AUTHORIZATION) {
        None => Ok(()),
        Some(value) => {
            let key = value.to_str().ok().and_then(|text| text.strip_prefix("Bearer ")).ok_or_else(key_wrong)?;
            found(&ctx.site, key.trim()).await.map(|_| ())
        }
    }
}

async fn found(site: &Site, key: &str) -> Result<ApiClient, Problem> {
    let hash = site.vault.blind("api_key", key);
    let mut tx = site.db.read().await?;
    let client = api_client_find(&mut tx, hash).await?;
    drop(tx);
    let today = Day::of(site.clock.real());
    let client = client.filter(|client| client.holds_on(today)).ok_or_else(key_wrong)?;
    ctx::limit_client(site, client.per_minute, &client.id.to_string())?;
    Ok(client)
}

pub(crate) fn key_missing() -> Problem {
    Problem::new(ProblemKind::SignInNeeded, "这个接口要带密钥：请求头写 Authorization: Bearer 密钥。")
}

fn key_wrong() -> Problem {
    Problem::new(ProblemKind::SignInNeeded, "接口密钥不对、已过期或已停用。请向发放密钥的单位核对。")
}

fn bearer(parts: &Parts) -> Option<String> {
    let value = parts.headers.get(AUTHORIZATION)?.to_str().ok()?;
    value.strip_prefix("Bearer ").map(|key| key.trim().to_owned())
}

fn in_query(parts: &Parts) -> Option<String> {
    let query = parts.uri.query().unwrap_or_default();
    form::field(query.as_bytes(), "api_key").filter(|_| is_open311(parts))
}

fn is_open311(parts: &Parts) -> bool {
    parts.uri.path().starts_with("/open311/")
}

async fn in_form(parts: &Parts, sent: Body) -> Result<(Option<String>, Body), Problem> {
    let kind = parts.headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if !is_open311(parts) || !kind.starts_with("application/x-www-form-urlencoded") {
        return Ok((None, sent));
    }
    let bytes = body::read(&parts.headers, sent, body::LARGEST_FORM).await?;
    Ok((form::field(&bytes, "api_key"), Body::from(bytes)))
}

impl FromRequestParts<Site> for Client {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &Site) -> Result<Self, Failure> {
        Ok(parts.extensions.get::<Self>().cloned().ok_or_else(key_missing)?)
    }
}
