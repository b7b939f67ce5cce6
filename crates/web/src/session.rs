use std::borrow::Cow;

use axum::http::HeaderMap;
use axum::http::header::{COOKIE, USER_AGENT};
use chrono::TimeDelta;
use cookie::{Cookie, SameSite};
use data_encoding::BASE64URL_NOPAD;
use huiyin_base::{Instant, Problem};
use huiyin_directory::{AccountRef, Viewer};

use crate::Site;
use crate::store::session::{self, SessionRow};

/// Who asks, found before anything else happens.
#[derive(Clone, Debug, Default)]
pub struct Current {
    /// Whoever is signed in.
    pub viewer: Option<Viewer>,
    /// The hash of his session's token.
    pub session: Option<[u8; 32]>,
    /// A cookie came whose session was here and has ended.
    pub ended: bool,
    /// Staff roles rest until a second factor is set up.
    pub resting: bool,
    /// Large type.
    pub elder: bool,
    /// Said once, after a redirect.
    pub notice: Option<String>,
    /// An anonymous browser, for its forms.
    pub(crate) visitor: Option<String>,
    /// The network the request came from.
    pub caller: String,
}

pub(crate) const SESSION: &str = "huiyin_session";
pub(crate) const VISITOR: &str = "huiyin_visitor";
pub(crate) const ELDER: &str = "huiyin_elder";
pub(crate) const NOTICE: &str = "huiyin_notice";

/// A session's end is moved at most this often, so that reading a page rarely writes.
const RENEW_AFTER: TimeDelta = TimeDelta::minutes(10);

/// Reads the cookies and the session behind them.
pub(crate) async fn current(site: &Site, headers: &HeaderMap, caller: String) -> Result<Current, Problem> {
    let mut current = Current { caller, ..Current::default() };
    let mut token = None;
    for cookie in cookies(headers) {
        match cookie.name() {
            SESSION => token = Some(cookie.value().to_owned()),
            VISITOR => current.visitor = Some(cookie.value().to_owned()),
            ELDER => current.elder = cookie.value() == "1",
            NOTICE => current.notice = opened_notice(site, cookie.value()),
            _ => {}
        }
    }
    if let Some(token) = token {
        sign_in_of(site, &token, &mut current).await?;
    }
    Ok(current)
}

pub(crate) fn cookies(headers: &HeaderMap) -> impl Iterator<Item = Cookie<'_>> {
    headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok()).flat_map(Cookie::split_parse).flatten()
}

async fn sign_in_of(site: &Site, token: &str, current: &mut Current) -> Result<(), Problem> {
    let hash = site.vault.blind("session", token);
    let now = site.clock.real();
    let mut tx = site.db.read().await?;
    // An invented cookie is no session that has ended.
    let Some((times, viewer)) = session::session_find(&mut tx, hash, site.today()).await? else { return Ok(()) };
    drop(tx);
    let Some(mut viewer) = viewer.filter(|_| times.expires_at > now) else {
        current.ended = true;
        return Ok(());
    };
    current.resting = rest(site, &mut viewer);
    if now - times.renewed_at > RENEW_AFTER {
        renew(site, hash, now).await?;
    }
    current.viewer = Some(viewer);
    current.session = Some(hash);
    Ok(())
}

/// Staff roles rest where a second factor is asked for and was not given; tells whether one does.
pub(crate) fn rest(site: &Site, viewer: &mut Viewer) -> bool {
    let before = viewer.grants.len();
    if site.settings.second_factor && !viewer.strong {
        viewer.grants.retain(|grant| !grant.role.needs_second_factor());
    }
    viewer.grants.len() < before
}

async fn renew(site: &Site, hash: [u8; 32], now: Instant) -> Result<(), Problem> {
    let expires_at = now + TimeDelta::hours(site.settings.session_idle_hours);
    site.db
        .write("session_renew", move |tx| {
            Box::pin(async move { Ok(session::session_renew(tx, hash, now, expires_at).await?) })
        })
        .await
}

/// Begins a session; gives the cookie to set.
pub(crate) async fn begin(
    site: &Site,
    account: AccountRef,
    strong: bool,
    headers: &HeaderMap,
) -> Result<Cookie<'static>, Problem> {
    let token = BASE64URL_NOPAD.encode(&site.rngs.rng().bytes::<32>());
    let now = site.clock.real();
    let row = SessionRow {
        hash: site.vault.blind("session", &token),
        region: account.region,
        account: account.id,
        created_at: now,
        expires_at: now + TimeDelta::hours(site.settings.session_idle_hours),
        renewed_at: now,
        strong,
        device: device(headers).to_owned(),
    };
    site.db
        .write("session_add", move |tx| {
            let row = row.clone();
            Box::pin(async move { Ok(session::session_add(tx, &row).await?) })
        })
        .await?;
    Ok(made(site, SESSION, token, None))
}

/// Coarse on purpose: enough to recognise one's own telephone, too little to follow a person.
fn device(headers: &HeaderMap) -> &'static str {
    let agent = headers.get(USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if agent.contains("Mobile") || agent.contains("Android") || agent.contains("iPhone") {
        "手机上的浏览器"
    } else {
        "电脑上的浏览器"
    }
}

/// A cookie of this site: out of reach of scripts, sent to this site only.
pub(crate) fn made(
    site: &Site,
    name: impl Into<Cow<'static, str>>,
    value: String,
    days: Option<i64>,
) -> Cookie<'static> {
    let mut cookie = Cookie::new(name, value);
    cookie.set_path("/");
    cookie.set_http_only(true);
    cookie.set_same_site(SameSite::Lax);
    cookie.set_secure(site.settings.secure);
    if let Some(days) = days {
        cookie.set_max_age(cookie::time::Duration::days(days));
    }
    cookie
}

/// A notice for the next page: `mac.text`, so that nobody can put words into our mouth.
pub(crate) fn sealed_notice(site: &Site, text: &str) -> Cookie<'static> {
    let mac = site.vault.mac("notice", text.as_bytes());
    let value = format!("{}.{}", BASE64URL_NOPAD.encode(&mac), BASE64URL_NOPAD.encode(text.as_bytes()));
    let mut cookie = made(site, NOTICE, value, None);
    cookie.set_max_age(cookie::time::Duration::minutes(5));
    cookie
}

fn opened_notice(site: &Site, value: &str) -> Option<String> {
    let (mac, text) = value.split_once('.')?;
    let text = String::from_utf8(BASE64URL_NOPAD.decode(text.as_bytes()).ok()?).ok()?;
    let mac = BASE64URL_NOPAD.decode(mac.as_bytes()).ok()?;
    site.vault.mac_fits("notice", text.as_bytes(), &mac).then_some(text)
}
