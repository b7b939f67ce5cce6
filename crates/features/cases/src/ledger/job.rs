//! Checking and writing a ledger, outside the request that asked for it. Both may run twice: a check decides anew, and what
//! is written is written once.

use anyhow::Context as _;
use huiyin_base::{Id, Problem, ProblemKind};
use huiyin_directory::{OrgRef, org_root};
use huiyin_jobs::{Job, NewJob, Outcome, enqueue};
use huiyin_web::Site;

use super::{ImportState, Ledger};
use crate::pages::county_name;
use crate::{Cases, Moment, store};

/// The job that decides about every row.
pub(crate) const CHECK: &str = "case_import_check";
/// The job that writes a checked ledger.
pub(crate) const APPLY: &str = "case_import_apply";

/// The check of a ledger with its id, to be enqueued in the write that asks for it.
pub(crate) fn checking(site: &Site, batch: Id) -> (NewJob, Id) {
    let id = Id::new(batch.region(), site.clock.real(), &mut site.rngs.rng());
    (job(site, CHECK, batch, serde_json::json!({ "batch": batch })), id)
}

/// Lets a checked ledger be written; from now on it cannot be changed.
pub(crate) async fn enqueue_apply(site: &Site, batch: Id, partial: bool) -> Result<(), Problem> {
    let job = job(site, APPLY, batch, serde_json::json!({ "batch": batch, "partial": partial }));
    let id = Id::new(batch.region(), site.clock.real(), &mut site.rngs.rng());
    let write = site.db.write("ledger_begin", move |tx| {
        let job = job.clone();
        Box::pin(async move {
            if !store::ledger_advance(tx, batch, ImportState::Checked, ImportState::Applying).await? {
                return Err(super::changed());
            }
            enqueue(tx, &job, id).await?;
            Ok(())
        })
    });
    write.await
}

fn job(site: &Site, kind: &'static str, batch: Id, payload: serde_json::Value) -> NewJob {
    let run_at = site.clock.real();
    NewJob { region: batch.region(), kind, key: Some(batch.to_string()), payload, run_at, created_by: None }
}

pub(crate) async fn check(site: &Site, job: &Job) -> Outcome {
    let work = Work::of(site, job).await?;
    let (ledger, batch) = (work.ledger(), work.batch);
    // Also what a check that began earlier has set to be checked: a word was explained while it read.
    if !matches!(ledger.find(batch).await?.state, ImportState::Staged | ImportState::Checked) {
        return Ok(None);
    }
    let checked = ledger.check(batch, &mut site.rngs.rng()).await;
    told(&ledger, batch, checked.map(|_| None)).await
}

pub(crate) async fn apply(site: &Site, job: &Job) -> Outcome {
    let partial = job.payload["partial"].as_bool().unwrap_or(false);
    let work = Work::of(site, job).await?;
    let (ledger, batch) = (work.ledger(), work.batch);
    if ledger.find(batch).await?.state != ImportState::Applying {
        return Ok(None);
    }
    let applied = ledger.apply(batch, partial, &mut site.rngs.rng()).await;
    site.cache.changed();
    let changed = matches!(&applied, Err(problem) if problem.kind == ProblemKind::Conflict);
    let outcome = told(&ledger, batch, applied.map(|made| Some(format!("台账导入了 {made} 件")))).await;
    if changed && ledger.find(batch).await?.state == ImportState::Checked {
        // What was found out since is shown beside its row.
        ledger.check(batch, &mut site.rngs.rng()).await?;
    }
    outcome
}

/// The ledger of a job, with the engine over it.
struct Work {
    batch: Id,
    cases: Cases,
    county: OrgRef,
    name: String,
    short: String,
    moment: Moment,
}

impl Work {
    async fn of(site: &Site, job: &Job) -> anyhow::Result<Self> {
        let batch: Id = job.payload["batch"].as_str().context("a job without its batch")?.parse()?;
        let region = batch.region();
        let county = org_root(&mut site.db.read().await?, region).await?.context("a ledger of no county")?;
        Ok(Self {
            batch,
            cases: Cases::of(&site.db, &site.vault, &site.calendar)?,
            county: county.at(),
            name: county_name(site, region),
            short: site.regions.short(region).to_owned(),
            moment: Moment::at(site.clock.now()),
        })
    }

    fn ledger(&self) -> Ledger<'_> {
        let Self { cases, county, name, short, moment, .. } = self;
        Ledger { cases, county: *county, name, short, moment: *moment }
    }
}

/// A refusal is told on the import's page and is no reason to try again; what is broken is.
async fn told(ledger: &Ledger<'_>, batch: Id, outcome: Result<Option<String>, Problem>) -> Outcome {
    match outcome {
        Ok(words) => Ok(words),
        Err(problem) if problem.is_ours() => Err(problem.into()),
        Err(problem) => {
            ledger.refused(batch, &problem.message).await?;
            Ok(Some(problem.message))
        }
    }
}
