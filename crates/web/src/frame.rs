//! What happens around every request: who asks, how often, from where; what is logged, counted and sent with the answer.

use std::net::{IpAddr, SocketAddr};
use std::time::{Duration, Instant};

use axum::body::Body;
use axum::extract::{ConnectInfo, MatchedPath, State};
use axum::http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName, RETRY_AFTER};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, Request, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use data_encoding::HEXLOWER;
use huiyin_base::{Problem, ProblemKind};

use crate::failure::Carried;
use crate::limiter::{Allowance, network_of};
use crate::{AccessLine, Failure, MediaOrigin, Site, csrf, ctx, failure_page, session};

/// Reading: a whole village behind one mobile address may read quickly.
const READING: Allowance = Allowance { name: "reading", burst: 1000.0, per_second: 200.0, debt: 1000.0 };
/// Sending forms.
const SENDING: Allowance = Allowance { name: "sending", burst: 60.0, per_second: 2.0, debt: 40.0 };

/// The layer around all routes.
pub(crate) async fn frame(State(site): State<Site>, request: Request<Body>, next: Next) -> Response {
    let started = Instant::now();
    let (mut parts, body) = request.into_parts();
    let caller = caller(&site, &parts);
    let found = session::current(&site, &parts.headers, caller).await;
    let (current, early) = match found {
        Ok(current) => (current, None),
        Err(problem) => (session::Current::default(), Some(problem)),
    };
    parts.extensions.insert(current);
    let asked = parts.clone();
    let mut response = match early {
        Some(problem) => Failure(problem).into_response(),
        None => match guard(&site, &asked).await {
            Ok(()) => next.run(Request::from_parts(parts, body)).await,
            Err(problem) => Failure(problem).into_response(),
        },
    };
    let changed = asked.method != Method::GET && asked.method != Method::HEAD;
    if changed && (response.status().is_success() || response.status().is_redirection()) {
        site.cache.changed();
    }
    let reference = HEXLOWER.encode(&site.rngs.rng().bytes::<4>());
    if let Some(problem) = refusal(&response) {
        let status = response.status();
        response = failure_page::draw(&site, &asked, problem, status, &reference).unwrap_or(response);
        // axum's own refusals keep the status they had.
        *response.status_mut() = status;
        if matches!(status, StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE) {
            // In seconds, for programs; people read it on the page.
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("60"));
        }
    }
    observe(&site, &asked, &response, started, &reference);
    if let Some(policy) = response.extensions().get::<MediaOrigin>().and_then(MediaOrigin::policy) {
        response.headers_mut().insert(CONTENT_SECURITY_POLICY, policy);
    }
    protect(response.headers_mut(), site.settings.secure);
    response
}

/// The problem in a response, also where axum itself has refused.
fn refusal(response: &Response) -> Option<Carried> {
    if let Some(carried) = response.extensions().get::<Carried>() {
        return Some(carried.clone());
    }
    let kind = match response.status() {
        StatusCode::NOT_FOUND => ProblemKind::NotFound,
        StatusCode::METHOD_NOT_ALLOWED | StatusCode::BAD_REQUEST | StatusCode::UNSUPPORTED_MEDIA_TYPE => {
            ProblemKind::Invalid
        }
        StatusCode::REQUEST_TIMEOUT => ProblemKind::Unavailable,
        StatusCode::INTERNAL_SERVER_ERROR => ProblemKind::Broken,
        _ => return None,
    };
    let drawn = response.headers().get(CONTENT_TYPE).is_some_and(|kind| !kind.as_bytes().starts_with(b"text/plain"));
    if drawn {
        return None;
    }
    let problem = match kind {
        ProblemKind::NotFound => Problem::not_found(),
        ProblemKind::Broken => Problem::broken(anyhow::anyhow!("a handler panicked")),
        _ => Problem::new(kind, "这个地址不能这样打开。请从首页重新进入。"),
    };
    Some(Carried(std::sync::Arc::new(problem)))
}

async fn guard(site: &Site, parts: &Parts) -> Result<(), Problem> {
    let caller = parts.extensions.get::<session::Current>().map(|current| current.caller.as_str()).unwrap_or_default();
    if parts.method == Method::GET || parts.method == Method::HEAD {
        return ctx::limit(site, READING, caller).await;
    }
    if csrf::origin(&parts.headers) == csrf::Origin::Foreign {
        let message = "这次提交来自别的网站，没有受理。请从本站的页面提交。";
        return Err(Problem::forbidden(message));
    }
    ctx::limit(site, SENDING, caller).await
}

/// The network of whoever asks; a trusted proxy tells.
fn caller(site: &Site, parts: &Parts) -> String {
    address(site, parts).map(network_of).unwrap_or_default()
}

fn address(site: &Site, parts: &Parts) -> Option<IpAddr> {
    let peer = peer(parts);
    let behind_proxy = peer.is_some_and(|peer| site.settings.trusted_proxies.contains(&peer));
    let told = parts.headers.get("x-forwarded-for").and_then(|value| value.to_str().ok());
    match (behind_proxy, told) {
        // The last entry is the one our own proxy has added.
        (true, Some(told)) => told.rsplit(',').next().and_then(|last| last.trim().parse().ok()).or(peer),
        _ => peer,
    }
}

pub(crate) fn peer(parts: &Parts) -> Option<IpAddr> {
    parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(address)| address.ip())
}

/// One line a request: the route, never the path; nothing about the person.
fn observe(site: &Site, parts: &Parts, response: &Response, started: Instant, reference: &str) {
    let took = started.elapsed();
    let status = response.status().as_u16();
    let matched = response.extensions().get::<MatchedPath>().map_or("none", MatchedPath::as_str);
    site.meter.answered(parts.method.as_str(), matched, status, took);
    if let Some(log) = &site.settings.access_log {
        let viewer = parts.extensions.get::<session::Current>().and_then(|current| current.viewer.as_ref());
        log.note(AccessLine {
            at: site.clock.real(),
            address: address(site, parts),
            account: viewer.map(|viewer| viewer.account.id),
            method: parts.method.to_string(),
            route: matched.to_owned(),
            status,
        });
    }
    tracing::info!(
        request.reference = reference,
        request.method = %parts.method,
        request.route = matched,
        response.status = status,
        duration_ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX),
        "request answered"
    );
}

/// How long an answer may take, and how long when photos are sent along: nine of them over a village's network take minutes.
const IN_TIME: Duration = Duration::from_mins(1);
const IN_TIME_WITH_FILES: Duration = Duration::from_mins(6);

/// Ends what takes too long with 408.
pub(crate) async fn in_time(request: Request<Body>, next: Next) -> Response {
    let kind = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let limit = if kind.starts_with("multipart/") { IN_TIME_WITH_FILES } else { IN_TIME };
    tokio::time::timeout(limit, next.run(request)).await.unwrap_or_else(|_| {
        let mut late = Response::new(Body::empty());
        *late.status_mut() = StatusCode::REQUEST_TIMEOUT;
        late
    })
}

/// Puts the matched route where the frame can see it. Runs inside the router.
pub(crate) async fn tell_route(route: Option<MatchedPath>, request: Request<Body>, next: Next) -> Response {
    let mut response = next.run(request).await;
    if let Some(route) = route {
        response.extensions_mut().insert(route);
    }
    response
}

/// Nothing inline, nothing foreign: no script, style, frame or form of another origin.
pub(crate) const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; \
    font-src 'self'; connect-src 'self'; media-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; \
    frame-ancestors 'none'; base-uri 'none'";

pub(crate) fn protect(headers: &mut HeaderMap, secure: bool) {
    let mut put = |name: &'static str, value: &'static str| {
        headers.entry(HeaderName::from_static(name)).or_insert(HeaderValue::from_static(value));
    };
    put("content-security-policy", POLICY);
    put("x-content-type-options", "nosniff");
    put("x-frame-options", "DENY");
    put("referrer-policy", "same-origin");
    put("cross-origin-opener-policy", "same-origin");
    put("cross-origin-resource-policy", "same-origin");
    put("permissions-policy", "camera=(self), microphone=(), geolocation=(), payment=(), usb=()");
    if secure {
        put("strict-transport-security", "max-age=31536000; includeSubDomains");
    }
}
