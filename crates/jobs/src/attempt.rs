use std::time::Duration;

use chrono::TimeDelta;
use huiyin_base::{Clock, RngSource};
use huiyin_db::Db;
use tokio::task::JoinSet;

use crate::registry::Entry;
use crate::store::{self, Lease};
use crate::{Job, JobState, Outcome, Registry};

/// How long a worker may be silent before another takes its job.
const LEASE: TimeDelta = TimeDelta::seconds(60);
/// How often it gives a sign of life.
const BEAT: Duration = Duration::from_secs(20);
/// A job that fails this often is given up and shown to the system administrator.
const MOST_ATTEMPTS: i64 = 8;

/// What a worker's lanes share.
pub(crate) struct Parts<C> {
    pub(crate) db: Db,
    pub(crate) clock: Clock,
    pub(crate) rngs: RngSource,
    pub(crate) registry: Registry<C>,
    pub(crate) context: C,
    pub(crate) name: String,
}

impl<C: Clone + Send + Sync + 'static> Parts<C> {
    /// Does one due job; `None` when there is none, `false` when another worker was quicker.
    pub(crate) async fn one(&self) -> anyhow::Result<Option<bool>> {
        let now = self.clock.real();
        // Kinds that this program does not know wait for one that does: servers are renewed one after another.
        let kinds: Vec<&'static str> = self.registry.kinds().collect();
        let region = store::region_due(&mut self.db.read().await?, now, &kinds).await?;
        let Some(region) = region else { return Ok(None) };
        let name = self.name.clone();
        let claimed = self.db.write("job_claim", move |tx| {
            let (name, kinds) = (name.clone(), kinds.clone());
            Box::pin(async move { Ok(store::job_claim(tx, region, (now, now + LEASE), &name, &kinds).await?) })
        });
        let Some(job) = claimed.await? else { return Ok(Some(false)) };
        let Some(entry) = self.registry.find(&job.kind) else { return Ok(Some(false)) };
        let outcome = if entry.every.is_none() && job.attempts > MOST_ATTEMPTS {
            // It never came back to be counted as failed: it takes its worker down with it.
            Err(anyhow::anyhow!("every worker that began it died"))
        } else {
            self.attempt(entry, &job).await
        };
        self.settle(entry, job, outcome).await?;
        Ok(Some(true))
    }

    /// Runs the handler and keeps the lease meanwhile. The set stops the handler when this is dropped.
    async fn attempt(&self, entry: &Entry<C>, job: &Job) -> Outcome {
        let mut running = JoinSet::new();
        running.spawn((entry.handler)(self.context.clone(), job.clone()));
        let mut beat = tokio::time::interval(BEAT);
        beat.tick().await;
        loop {
            tokio::select! {
                finished = running.join_next() => {
                    let finished = finished.unwrap_or_else(|| unreachable!("one handler runs"));
                    return finished.unwrap_or_else(|error| Err(anyhow::anyhow!("the job panicked: {error}")));
                }
                _ = beat.tick() => {
                    if !self.hold(job).await {
                        anyhow::bail!("another worker has taken over");
                    }
                }
            }
        }
    }

    async fn hold(&self, job: &Job) -> bool {
        let until = self.clock.real() + LEASE;
        let lease = self.lease(job);
        let held = self.db.write("job_hold", move |tx| {
            let lease = lease.clone();
            Box::pin(async move { Ok(store::job_hold(tx, &lease, until).await?) })
        });
        // A database that is away for a moment is no reason to stop; the lease ends by itself.
        held.await.unwrap_or(true)
    }

    async fn settle(&self, entry: &Entry<C>, job: Job, outcome: Outcome) -> anyhow::Result<()> {
        let now = self.clock.real();
        let (every, attempts) = (entry.every, job.attempts);
        let lease = self.lease(&job);
        let failure = outcome.as_ref().err().map(|error| format!("{error:#}"));
        if let Some(error) = &failure {
            tracing::warn!(job.kind = job.kind, job.attempts = attempts, error, "job failed");
        }
        let failed = failure.is_some();
        let result = failure.or_else(|| outcome.ok().flatten());
        let settled = self.db.write("job_settle", move |tx| {
            let (lease, result) = (lease.clone(), result.clone());
            Box::pin(async move {
                match every {
                    Some(seconds) => {
                        let next = now + TimeDelta::seconds(i64::from(seconds));
                        store::job_again(tx, &lease, result, next, 0).await?;
                    }
                    None if failed && attempts < MOST_ATTEMPTS => {
                        store::job_again(tx, &lease, result, now + pause_after(attempts), attempts).await?;
                    }
                    None => {
                        let state = if failed { JobState::Failed } else { JobState::Done };
                        store::job_finish(tx, &lease, state, result, now).await?;
                    }
                }
                Ok(())
            })
        });
        Ok(settled.await?)
    }

    fn lease(&self, job: &Job) -> Lease {
        Lease { region: job.region, id: job.id, worker: self.name.clone(), attempts: job.attempts }
    }
}

/// 2, 4, 8, … seconds, at most ten minutes.
fn pause_after(attempts: i64) -> TimeDelta {
    let exponent = u32::try_from(attempts.clamp(1, 10)).unwrap_or(10);
    TimeDelta::seconds(2_i64.pow(exponent).min(600))
}
