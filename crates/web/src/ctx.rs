use std::sync::OnceLock;

use askama::Template;
use axum::body::Body;
use axum::extract::FromRequestParts;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, HOST, LOCATION, SET_COOKIE, VARY};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::response::Response;
use cookie::Cookie;
use data_encoding::BASE64URL_NOPAD;
use huiyin_base::{Day, Instant, Problem, Rng};
use huiyin_directory::{AccountRef, Viewer};

use crate::csrf::{self, Csrf};
use crate::layout::{self, Density, Shell};
use crate::limiter::{Allowance, Verdict};
use crate::session::{self, Current};
use crate::{Failure, Result, Site};

/// So many bytes the bodies of most pages have: room that need not be made while they are drawn.
const USUAL_BODY: usize = 48 * 1024;

/// One request and all a handler needs to answer it.
#[derive(Debug)]
pub struct Ctx {
    /// The running city.
    pub site: Site,
    /// Whoever is signed in.
    pub viewer: Option<Viewer>,
    /// Large type.
    pub elder: bool,
    /// What was found before the handler ran.
    pub current: Current,
    /// The path and query of this page.
    pub path: String,
    headers: HeaderMap,
    method: Method,
    fresh_visitor: OnceLock<String>,
}

impl FromRequestParts<Site> for Ctx {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, site: &Site) -> std::result::Result<Self, Self::Rejection> {
        Ok(Self::new(site, parts))
    }
}

impl Ctx {
    pub(crate) fn new(site: &Site, parts: &Parts) -> Self {
        let current = parts.extensions.get::<Current>().cloned().unwrap_or_default();
        Self {
            site: site.clone(),
            viewer: current.viewer.clone(),
            elder: current.elder,
            current,
            path: parts.uri.path_and_query().map_or_else(|| "/".to_owned(), ToString::to_string),
            headers: parts.headers.clone(),
            method: parts.method.clone(),
            fresh_visitor: OnceLock::new(),
        }
    }

    /// The city's time.
    pub fn now(&self) -> Instant {
        self.site.clock.now()
    }

    /// Today in the city's time.
    pub fn today(&self) -> Day {
        self.site.today()
    }

    /// Real time: sessions, one-time codes, audit.
    pub fn real_now(&self) -> Instant {
        self.site.clock.real()
    }

    /// Fresh randomness.
    pub fn rng(&self) -> Rng {
        self.site.rngs.rng()
    }

    /// The hidden field of a form on this page.
    pub fn csrf(&self) -> Csrf {
        if let Some(token) = csrf::token(&self.site, &self.current) {
            return Csrf(token);
        }
        let visitor = self.fresh_visitor.get_or_init(|| BASE64URL_NOPAD.encode(&self.rng().bytes::<16>()));
        let current = Current { visitor: Some(visitor.clone()), ..Current::default() };
        Csrf(csrf::token(&self.site, &current).unwrap_or_default())
    }

    /// Whether htmx asked: it gets the body alone.
    pub fn is_htmx(&self) -> bool {
        self.headers.contains_key("hx-request") && !self.headers.contains_key("hx-history-restore-request")
    }

    /// This browser, by the one cookie that its forms need anyway; none where it keeps no cookies.
    pub fn device(&self) -> Option<&str> {
        self.current.visitor.as_deref()
    }

    /// The request's headers.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// Scheme and host under which the public finds this site: what feeds, printed links and QR codes begin with.
    ///
    /// Without the setting it is what the browser asked for, so pages that hold it are never kept for others.
    pub fn address(&self) -> String {
        if let Some(address) = &self.site.settings.address {
            return address.trim_end_matches('/').to_owned();
        }
        let host = self.headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or("localhost");
        let plain = |letter: char| letter.is_ascii_alphanumeric() || ".-:[]".contains(letter);
        let host = if host.chars().all(plain) { host } else { "localhost" };
        format!("{}://{host}", if self.site.settings.secure { "https" } else { "http" })
    }

    /// Waits, or refuses with 429, when `who` asks for something too often.
    pub async fn limit(&self, allowance: Allowance, who: &str) -> Result<(), Problem> {
        limit(&self.site, allowance, who).await
    }

    /// A page.
    pub fn page(&self, title: &str, density: Density, body: &impl Template) -> Result {
        self.answer(StatusCode::OK, title, density, body)
    }

    /// The page again, with what was wrong beside each field: 422.
    pub fn refused(&self, title: &str, density: Density, body: &impl Template) -> Result {
        self.answer(StatusCode::UNPROCESSABLE_ENTITY, title, density, body)
    }

    /// Goes on to `path` after an action, where `notice` is said once.
    pub fn redirect(&self, path: &str, notice: Option<&str>) -> Result {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = StatusCode::SEE_OTHER;
        let location = HeaderValue::from_str(path).map_err(|error| Failure(Problem::broken(error)))?;
        response.headers_mut().insert(LOCATION, location);
        if let Some(notice) = notice {
            set_cookie(&mut response, &session::sealed_notice(&self.site, notice));
        }
        Ok(response)
    }

    /// Begins a session for `account` and goes on to `path`.
    pub async fn sign_in(&self, account: AccountRef, strong: bool, path: &str) -> Result {
        let cookie = session::begin(&self.site, account, strong, &self.headers).await?;
        let mut response = self.redirect(path, None)?;
        set_cookie(&mut response, &cookie);
        Ok(response)
    }

    /// Ends this session, tells a shared computer to forget everything, and goes on to `path`.
    pub async fn sign_out(&self, path: &str, notice: &str) -> Result {
        if let Some(hash) = self.current.session {
            self.site
                .db
                .write("session_end", move |tx| {
                    Box::pin(async move { Ok(crate::store::session::session_end(tx, hash).await?) })
                })
                .await?;
        }
        let mut response = self.redirect(path, Some(notice))?;
        let mut gone = session::made(&self.site, session::SESSION, String::new(), None);
        gone.make_removal();
        set_cookie(&mut response, &gone);
        self.forget_all(&mut response);
        // Not "cookies": the notice is one.
        response.headers_mut().insert("clear-site-data", HeaderValue::from_static(r#""cache", "storage""#));
        Ok(response)
    }

    /// A public page from memory where that is possible: for anonymous readers in the usual type.
    ///
    /// Never for a page with a form that is sent (its token belongs to one browser).
    pub async fn cached<F>(&self, draw: F) -> Result
    where
        F: AsyncFnOnce() -> Result,
    {
        let current = &self.current;
        let plain = current.viewer.is_none() && !current.elder && current.notice.is_none() && !current.ended;
        if !plain || self.is_htmx() || self.method != Method::GET {
            return draw().await;
        }
        if let Some(page) = self.site.cache.get(&self.path) {
            return Ok(html(StatusCode::OK, Body::from(page)));
        }
        let generation = self.site.cache.generation();
        let response = draw().await?;
        if response.status() != StatusCode::OK || response.headers().contains_key(SET_COOKIE) {
            return Ok(response);
        }
        let (parts, body) = response.into_parts();
        let page = axum::body::to_bytes(body, usize::MAX).await.map_err(|error| Failure(Problem::broken(error)))?;
        self.site.cache.put(self.path.clone(), generation, page.clone());
        Ok(Response::from_parts(parts, Body::from(page)))
    }

    fn answer(&self, status: StatusCode, title: &str, density: Density, body: &impl Template) -> Result {
        let mut drawn = String::with_capacity(USUAL_BODY);
        body.render_into(&mut drawn)?;
        let page = if self.is_htmx() { drawn } else { layout::render(&self.shell(title, density, drawn))? };
        let mut response = html(status, Body::from(page));
        if let Some(visitor) = self.fresh_visitor.get() {
            set_cookie(&mut response, &session::made(&self.site, session::VISITOR, visitor.clone(), Some(30)));
        }
        if self.current.notice.is_some() && !self.is_htmx() {
            let mut gone = session::made(&self.site, session::NOTICE, String::new(), None);
            gone.make_removal();
            set_cookie(&mut response, &gone);
        }
        Ok(response)
    }

    fn shell(&self, title: &str, density: Density, body: String) -> Shell {
        let viewer = self.viewer.as_ref();
        let path = self.path.split('?').next().unwrap_or("/");
        let nav = self.site.nav.iter().filter(|entry| entry.audience.includes(viewer));
        Shell {
            title: title.to_owned(),
            density,
            nav: nav
                .map(|entry| layout::NavLink {
                    label: entry.label,
                    href: entry.href,
                    icon: entry.icon,
                    current: entry.href == path || (entry.href != "/" && path.starts_with(entry.href)),
                })
                .collect(),
            viewer_name: viewer.map(|viewer| viewer.name.clone()),
            viewer_posts: viewer.map(posts).unwrap_or_default(),
            elder: self.elder,
            notice: self.current.notice.clone(),
            today: self.today().chinese(),
            demo_date: self.site.settings.demo.then(|| self.today().chinese()),
            // Only a signed-in reader has a form in the frame that needs it: signing out.
            csrf: if viewer.is_some() { self.csrf().to_string() } else { String::new() },
            path: self.path.clone(),
            site_name: self.site.settings.city.clone(),
            body,
        }
    }
}

fn posts(viewer: &Viewer) -> Vec<String> {
    viewer.grants.iter().map(|grant| format!("{} · {}", grant.org_name, grant.role.label())).collect()
}

/// Waits, or refuses, when `who` asks for something too often.
pub(crate) async fn limit(site: &Site, allowance: Allowance, who: &str) -> Result<(), Problem> {
    let allowance = allowance.times(site.settings.limit_factor);
    match site.limiter.ask(allowance, who, std::time::Instant::now()) {
        Verdict::Pass => Ok(()),
        Verdict::Wait(pause) => {
            tokio::time::sleep(pause).await;
            Ok(())
        }
        Verdict::Refuse => Err(Problem::new(
            huiyin_base::ProblemKind::TooMany,
            "操作太频繁了，请稍等一两分钟再试。您填写的内容可以用浏览器的“返回”找回。",
        )),
    }
}

/// Counts one request of a client; refuses beyond its allowance without making it wait.
pub(crate) fn limit_client(site: &Site, per_minute: i64, client: &str) -> Result<(), Problem> {
    let burst = f64::from(i32::try_from(per_minute).unwrap_or(i32::MAX));
    let allowance = Allowance { name: "api_client", burst, per_second: burst / 60.0, debt: 0.0 };
    match site.limiter.ask(allowance, client, std::time::Instant::now()) {
        Verdict::Refuse => Err(Problem::new(
            huiyin_base::ProblemKind::TooMany,
            format!("这个密钥每分钟最多 {per_minute} 次，已经超过，请一分钟后再试。"),
        )),
        Verdict::Pass | Verdict::Wait(_) => Ok(()),
    }
}

pub(crate) fn html(status: StatusCode, body: Body) -> Response {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(VARY, HeaderValue::from_static("HX-Request, Cookie"));
    response
}

pub(crate) fn set_cookie(response: &mut Response, cookie: &Cookie<'_>) {
    if let Ok(value) = HeaderValue::from_str(&cookie.to_string()) {
        response.headers_mut().append(SET_COOKIE, value);
    }
}
