//! Checking and writing an import, outside the request that asked for it.

use anyhow::Context as _;
use chrono::TimeDelta;
use huiyin_base::{Id, Problem, Region};
use huiyin_directory::audit::{AuditKind, Event, record};
use huiyin_directory::import::Import;
use huiyin_directory::{import_batch_list_old, import_batch_note, import_sweep};
use huiyin_jobs::{Job, NewJob, Registry};
use huiyin_web::Site;

const CHECK: &str = "import_check";
const APPLY: &str = "import_apply";
/// Days for which the rows of an import are kept, sealed, for its result: a setting of the house.
const KEPT_DAYS: i64 = 30;

/// Registers the jobs.
pub(crate) fn register(jobs: Registry<Site>) -> Registry<Site> {
    jobs.on(CHECK, |site, job| async move { check(&site, &job).await })
        .on(APPLY, |site, job| async move { apply(&site, &job).await })
        .every("import_sweep", 86_400, |site, _| async move { sweep(&site).await })
}

/// The job that checks a batch.
pub(crate) fn check_job(batch: Id, site: &Site) -> NewJob {
    job(CHECK, batch, site, serde_json::json!({ "batch": batch }))
}

/// The job that writes a batch; rows with errors are left out if `partial`.
pub(crate) fn apply_job(batch: Id, partial: bool, site: &Site) -> NewJob {
    job(APPLY, batch, site, serde_json::json!({ "batch": batch, "partial": partial }))
}

/// What an import works with, in the running city.
pub(crate) fn import(site: &Site) -> Import<'_> {
    Import { db: &site.db, vault: &site.vault, regions: &site.regions, now: site.clock.now(), today: site.today() }
}

fn job(kind: &'static str, batch: Id, site: &Site, payload: serde_json::Value) -> NewJob {
    let run_at = site.clock.real();
    NewJob { region: batch.region(), kind, key: Some(batch.to_string()), payload, run_at, created_by: None }
}

async fn check(site: &Site, job: &Job) -> anyhow::Result<Option<String>> {
    let batch = batch_of(job)?;
    let outcome = import(site).check(batch, &mut site.rngs.rng(), &mut |_, _| {}).await;
    told(site, batch, outcome.map(|_| ())).await
}

async fn apply(site: &Site, job: &Job) -> anyhow::Result<Option<String>> {
    let batch = batch_of(job)?;
    let partial = job.payload["partial"].as_bool().unwrap_or(false);
    let outcome = import(site).apply(batch, partial, &mut site.rngs.rng(), &mut |_, _| {}).await;
    if outcome.is_ok() {
        site.cache.changed();
    }
    told(site, batch, outcome).await
}

/// Deletes imports that are older than they are kept, in small writes, and leaves a record.
async fn sweep(site: &Site) -> anyhow::Result<Option<String>> {
    const SOME: u32 = 500;
    let before = site.clock.now() - TimeDelta::days(KEPT_DAYS);
    let mut swept = 0_u64;
    for region in site.regions.with_children(site.home) {
        let old = import_batch_list_old(&mut site.db.read().await?, region, before, SOME).await?;
        for batch in old {
            loop {
                let write = site
                    .db
                    .write("import_sweep", move |tx| Box::pin(async move { Ok(import_sweep(tx, batch, SOME).await?) }));
                match write.await? {
                    0 => break,
                    some => swept += some,
                }
            }
            note(site, region, batch).await?;
        }
    }
    Ok((swept > 0).then(|| format!("已删除 {swept} 行过期的导入内容。")))
}

async fn note(site: &Site, region: Region, batch: Id) -> Result<(), Problem> {
    let event = Event::new(region, AuditKind::Retention, site.clock.real(), &mut site.rngs.rng());
    let event = event.about("import_batch", batch).detail(format!("导入内容保存满 {KEPT_DAYS} 天，已删除"));
    site.db
        .write("import_sweep_note", move |tx| {
            let event = event.clone();
            Box::pin(async move { Ok(record(tx, &event).await?) })
        })
        .await
}

fn batch_of(job: &Job) -> anyhow::Result<Id> {
    let text = job.payload["batch"].as_str().context("a job without its batch")?;
    text.parse().context("a job with an unknown batch")
}

/// A refusal is told on the import's page and is no reason to try again; what is broken is.
async fn told(site: &Site, batch: Id, outcome: Result<(), Problem>) -> anyhow::Result<Option<String>> {
    match outcome {
        Ok(()) => Ok(None),
        Err(problem) if problem.is_ours() => Err(problem.into()),
        Err(problem) => {
            let message = problem.message.clone();
            site.db
                .write("import_batch_note", move |tx| {
                    let message = message.clone();
                    Box::pin(async move { Ok(import_batch_note(tx, batch, &message).await?) })
                })
                .await?;
            Ok(Some(problem.message))
        }
    }
}
