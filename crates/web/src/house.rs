use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse as _, Response};
use axum::{Router, middleware};
use huiyin_base::Problem;
use huiyin_figures::Registry as Figures;
use huiyin_jobs::Registry as Jobs;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::timeout::TimeoutLayer;

use crate::access::Public;
use crate::cache::PublicCache;
use crate::limiter::Limiter;
use crate::metering::Meter;
use crate::site::SiteParts;
use crate::{
    Ctx, Failure, Feature, Ground, Result, Routes, Settings, Site, about, assets, frame, gallery, home, kept, upload,
};

/// A whole house: its state, its pages, its jobs.
pub struct House {
    /// The state of handlers and jobs.
    pub site: Site,
    /// All pages and interfaces.
    pub router: Router,
    /// All jobs.
    pub jobs: Jobs<Site>,
}

/// Joins the features over `ground`.
pub fn assemble(ground: Ground, settings: Settings, features: Vec<Feature>) -> House {
    let mut routes = own_routes();
    let mut figures = Figures::default();
    let mut jobs = own_jobs();
    let mut nav = Vec::new();
    let mut panels: Vec<Arc<dyn crate::Panel>> = Vec::new();
    for feature in features {
        routes = routes.merge(feature.routes);
        nav.extend(feature.nav);
        panels.extend(feature.panels);
        if let Some(register) = feature.figures {
            register(&mut figures);
        }
        if let Some(register) = feature.jobs {
            jobs = register(jobs);
        }
    }
    let site = Site::new(SiteParts {
        ground,
        settings,
        figures,
        table: routes.table().to_vec(),
        limiter: Limiter::default(),
        cache: PublicCache::default(),
        meter: Meter::default(),
        nav,
        panels,
        uploads: Semaphore::new(upload::UPLOAD_MEGABYTES),
    });
    let router = framed(routes, &site);
    House { site, router, jobs }
}

fn framed(routes: Routes, site: &Site) -> Router {
    routes
        .into_router(site)
        .fallback(async || Failure(Problem::not_found()))
        .layer(middleware::from_fn(frame::tell_route))
        // Form and Upload bound what they read; axum's own two megabytes would cut three photos off.
        .layer(DefaultBodyLimit::disable())
        .layer(CatchPanicLayer::new())
        .layer(TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, Duration::from_mins(1)))
        .layer(middleware::from_fn_with_state(site.clone(), frame::frame))
        .merge(assets::routes())
        .layer(CompressionLayer::new())
        .with_state(site.clone())
}

/// Answers on `listener` until `shutdown`, then lets requests under way finish.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    axum::serve(listener, service).with_graceful_shutdown(shutdown).await
}

fn own_routes() -> Routes {
    Routes::new()
        .get::<Public, _>("/", home::show)
        .get::<Public, _>("/about", about::show)
        .get::<Public, _>("/healthz", healthz)
        .get::<Public, _>("/metrics", metrics)
        .get::<Public, _>("/gallery", gallery::show)
        .get::<Public, _>("/kept/{token}", kept::show)
        .post::<Public, _>("/display", crate::display::choose)
}

fn own_jobs() -> Jobs<Site> {
    const DAY: u32 = 86_400;
    Jobs::new().every("web_sweep", 600, |site: Site, _job| async move { sweep(&site).await }).every(
        "files_sweep",
        DAY,
        |site: Site, _job| async move {
            // What was written longer ago than any submission lasts, and was never named, belongs to nobody.
            let before = site.clock.real() - chrono::TimeDelta::days(1);
            let swept = site.files.sweep(&site.db, before).await?;
            Ok((swept > 0).then(|| format!("清理了 {swept} 个无主文件")))
        },
    )
    .on(huiyin_gateways::JOB, |site: Site, job| async move { huiyin_gateways::deliver(&site.delivery(), &job).await })
    .every(huiyin_gateways::SWEEP_JOB, DAY, |site: Site, _job| async move {
        huiyin_gateways::sweep(&site.delivery()).await
    })
}

async fn sweep(site: &Site) -> huiyin_jobs::Outcome {
    let now = site.clock.real();
    site.db
        .write("web_sweep", move |tx| {
            Box::pin(async move {
                crate::store::session::session_sweep(tx, now).await?;
                crate::store::kept_form::kept_form_sweep(tx, now).await?;
                Ok(())
            })
        })
        .await?;
    Ok(None)
}

/// Whether this server can answer: it reads from its database.
async fn healthz(ctx: Ctx) -> Result {
    let mut tx = ctx.site.db.read().await?;
    crate::store::session::session_find(&mut tx, [0; 32], ctx.real_now()).await?;
    Ok((StatusCode::OK, [(CACHE_CONTROL, "no-store")], "ok\n").into_response())
}

/// For this machine's Prometheus, or for whoever holds the token.
async fn metrics(ctx: Ctx, parts: axum::http::request::Parts) -> Result {
    let local =
        frame::peer(&parts).is_none_or(|peer| peer.is_loopback()) && !parts.headers.contains_key("x-forwarded-for");
    let bearer = parts.headers.get("authorization").and_then(|value| value.to_str().ok());
    let allowed = match &ctx.site.settings.metrics_token {
        Some(token) => bearer.and_then(|bearer| bearer.strip_prefix("Bearer ")) == Some(token.as_str()),
        None => local,
    };
    if !allowed {
        return Err(Problem::not_found().into());
    }
    let mut response = Response::new(ctx.site.meter.text().into());
    let kind = axum::http::HeaderValue::from_static("text/plain; version=0.0.4");
    response.headers_mut().insert(CONTENT_TYPE, kind);
    Ok(response)
}
