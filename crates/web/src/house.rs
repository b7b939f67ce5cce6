use std::net::SocketAddr;

use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse as _, Response};
use axum::{Router, middleware};
use huiyin_base::{Day, Problem};
use huiyin_directory::AccountRules;
use huiyin_directory::audit::{self, AuditKind, Event};
use huiyin_figures::Registry as Figures;
use huiyin_jobs::Registry as Jobs;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;

use crate::access::Public;
use crate::api::Description;
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
    let mut described = Vec::new();
    let mut nav = Vec::new();
    let mut panels: Vec<crate::Panel> = Vec::new();
    for feature in features {
        routes = routes.merge(feature.routes);
        nav.extend(feature.nav);
        described.extend(feature.described);
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
        description: Description::of(&described, &settings.city),
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
        .layer(middleware::from_fn(frame::in_time))
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
        .get::<Public, _>("/api/openapi.json", description)
        .get::<Public, _>("/gallery", gallery::show)
        .get::<Public, _>("/kept/{token}", kept::show)
        .post::<Public, _>("/display", crate::display::choose)
}

fn own_jobs() -> Jobs<Site> {
    const DAY: u32 = 86_400;
    Jobs::new()
        .every("web_sweep", 600, |site: Site, _job| async move { sweep(&site).await })
        .every("files_sweep", DAY, |site: Site, _job| async move {
            // What was written longer ago than any submission lasts, and was never named, belongs to nobody.
            let before = site.clock.real() - chrono::TimeDelta::days(1);
            let swept = site.files.sweep(&site.db, before).await?;
            Ok((swept > 0).then(|| format!("清理了 {swept} 个无主文件")))
        })
        .every("access_log_cut", DAY, |site: Site, _job| async move { access_log_cut(&site).await })
        .on(
            huiyin_gateways::JOB,
            |site: Site, job| async move { huiyin_gateways::deliver(&site.delivery(), &job).await },
        )
        .every(huiyin_gateways::SWEEP_JOB, DAY, |site: Site, _job| async move {
            huiyin_gateways::sweep(&site.delivery()).await
        })
}

/// Deletes what the access log has kept long enough (rules/account.toml), and says so in the audit.
async fn access_log_cut(site: &Site) -> huiyin_jobs::Outcome {
    let Some(log) = site.settings.access_log.clone() else { return Ok(None) };
    let days = AccountRules::on(Day::of(site.clock.real())).access_log.days;
    let gone = tokio::task::spawn_blocking(move || log.cut(days)).await??;
    let (Some(first), Some(last)) = (gone.first(), gone.last()) else { return Ok(None) };
    let words = format!("访问日志到期删除：{first} 至 {last}");
    let event = Event::new(site.home, AuditKind::Retention, site.clock.real(), &mut site.rngs.rng());
    let event = event.detail(words.clone());
    site.db
        .write("access_log_cut_record", move |tx| {
            let event = event.clone();
            Box::pin(async move { Ok(audit::record(tx, &event).await?) })
        })
        .await?;
    Ok(Some(words))
}

/// For so many days the same Idempotency-Key with another body is refused.
const KEPT_POSTS: i64 = 30;

async fn sweep(site: &Site) -> huiyin_jobs::Outcome {
    let now = site.clock.real();
    site.db
        .write("web_sweep", move |tx| {
            Box::pin(async move {
                crate::store::session::session_sweep(tx, now).await?;
                crate::store::kept_form::kept_form_sweep(tx, now).await?;
                crate::store::api::api_post_sweep(tx, Day::of(now).plus(-KEPT_POSTS)).await?;
                Ok(())
            })
        })
        .await?;
    Ok(None)
}

/// Whether this server can answer: it reads from its database.
async fn healthz(ctx: Ctx) -> Result {
    let mut tx = ctx.site.db.read().await?;
    crate::store::session::session_find(&mut tx, [0; 32], ctx.today()).await?;
    Ok((StatusCode::OK, [(CACHE_CONTROL, "no-store")], "ok\n").into_response())
}

/// What the interface for machines offers.
async fn description(ctx: Ctx) -> Result {
    crate::api::document(&ctx, "application/json", ctx.site.description.0.clone())
}

/// For this machine's Prometheus, or for whoever holds the token.
async fn metrics(ctx: Ctx, parts: axum::http::request::Parts) -> Result {
    let local =
        frame::peer(&parts).is_none_or(|peer| peer.is_loopback()) && !parts.headers.contains_key("x-forwarded-for");
    let bearer = parts.headers.get("authorization").and_then(|value| value.to_str().ok());
    let allowed = match &ctx.site.settings.metrics_token {
        Some(token) => bearer.and_then(|bearer| bearer.strip_prefix("Bearer ")).is_some_and(|given| {
            let vault = &ctx.site.vault;
            vault.mac_fits("metrics", given.as_bytes(), &vault.mac("metrics", token.as_bytes()))
        }),
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
