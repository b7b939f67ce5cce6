use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use huiyin_base::{Clock, Id, Region, RngSource};
use huiyin_db::Db;
use tokio::sync::watch;

use crate::registry::Entry;
use crate::{Job, NewJob, Outcome, Registry, store};

/// How long a worker may be silent before another takes its job.
const LEASE: TimeDelta = TimeDelta::seconds(60);
/// How often an idle worker looks: well within the two seconds in which a change crosses a region's border.
const LOOK: Duration = Duration::from_millis(400);
/// A job that fails this often is given up and shown to the system administrator.
const MOST_ATTEMPTS: i64 = 8;
/// Jobs that run at once in one process.
const LANES: usize = 2;
/// Done jobs are kept so long, for the pages that show their result.
const KEPT: TimeDelta = TimeDelta::days(7);

/// Does jobs until it is told to stop.
pub struct Worker<C> {
    parts: Arc<Parts<C>>,
    home: Region,
}

struct Parts<C> {
    db: Db,
    clock: Clock,
    rngs: RngSource,
    registry: Registry<C>,
    context: C,
    name: String,
}

impl<C: Clone + Send + Sync + 'static> Worker<C> {
    /// A worker whose periodic jobs stand in the shard of `home`.
    pub fn new(db: Db, clock: Clock, rngs: RngSource, registry: Registry<C>, context: C, home: Region) -> Self {
        let name = format!("{:016x}", u64::from_be_bytes(rngs.rng().bytes()));
        Self { parts: Arc::new(Parts { db, clock, rngs, registry, context, name }), home }
    }

    /// Works until `stop` becomes true; then finishes what is under way.
    pub async fn run(self, stop: watch::Receiver<bool>) {
        if let Err(error) = self.parts.plan_periodic(self.home).await {
            tracing::error!(error = format!("{error:#}"), "periodic jobs could not be planned");
        }
        let lanes = (0..LANES).map(|_| {
            let (parts, stop) = (Arc::clone(&self.parts), stop.clone());
            tokio::spawn(async move { parts.lane(stop).await })
        });
        for lane in lanes.collect::<Vec<_>>() {
            // A lane that panicked has logged why; the others go on.
            let _ = lane.await;
        }
    }
}

/// Does everything that is due now, one after another; tells how many jobs ran. For tests and commands.
pub async fn drain<C: Clone + Send + Sync + 'static>(
    db: &Db,
    clock: &Clock,
    rngs: &RngSource,
    registry: &Registry<C>,
    context: C,
) -> anyhow::Result<usize> {
    let worker = Worker::new(db.clone(), clock.clone(), rngs.clone(), registry.clone(), context, Region::FIRST);
    let mut done = 0;
    while worker.parts.one().await? {
        done += 1;
    }
    Ok(done)
}

/// Runs the periodic job `kind` once, now.
pub async fn run_periodic<C: Clone + Send + Sync + 'static>(
    clock: &Clock,
    rngs: &RngSource,
    registry: &Registry<C>,
    context: C,
    kind: &str,
) -> Outcome {
    let entry = registry.find(kind).ok_or_else(|| anyhow::anyhow!("no job is called {kind}"))?;
    let job = Job {
        region: Region::FIRST,
        id: Id::new(Region::FIRST, clock.real(), &mut rngs.rng()),
        kind: kind.to_owned(),
        payload: serde_json::Value::Null,
        run_at: clock.real(),
        state: crate::JobState::Waiting,
        attempts: 1,
        leased_until: None,
        progress: 0,
        total: 0,
        result: None,
        created_by: None,
    };
    (entry.handler)(context, job).await
}

impl<C: Clone + Send + Sync + 'static> Parts<C> {
    /// One row a periodic kind; it is never finished, only run again.
    async fn plan_periodic(&self, home: Region) -> anyhow::Result<()> {
        let now = self.clock.real();
        let mut rng = self.rngs.rng();
        let jobs: Vec<(NewJob, Id)> = self
            .registry
            .periodic()
            .map(|kind| {
                let key = Some("periodic".to_owned());
                let payload = serde_json::Value::Null;
                let job = NewJob { region: home, kind, key, payload, run_at: now, created_by: None };
                (job, Id::new(home, now, &mut rng))
            })
            .collect();
        self.db
            .write("jobs_plan_periodic", move |tx| {
                let jobs = jobs.clone();
                Box::pin(async move {
                    for (job, id) in &jobs {
                        store::enqueue(tx, job, *id).await?;
                    }
                    store::job_sweep(tx, now - KEPT).await?;
                    Ok(())
                })
            })
            .await?;
        Ok(())
    }

    async fn lane(&self, mut stop: watch::Receiver<bool>) {
        while !*stop.borrow() {
            match self.one().await {
                Ok(true) => continue,
                Ok(false) => {}
                Err(error) => tracing::warn!(error = format!("{error:#}"), "jobs could not be read; trying again"),
            }
            tokio::select! {
                () = tokio::time::sleep(LOOK) => {}
                _ = stop.changed() => {}
            }
        }
    }

    /// Does one due job; false when there is none.
    async fn one(&self) -> anyhow::Result<bool> {
        let now = self.clock.real();
        let region = store::region_due(&mut self.db.read().await?, now).await?;
        let Some(region) = region else { return Ok(false) };
        let name = self.name.clone();
        let claimed = self
            .db
            .write("job_claim", move |tx| {
                let name = name.clone();
                Box::pin(async move { Ok(store::job_claim(tx, region, now, now + LEASE, &name).await?) })
            })
            .await?;
        // Another worker was quicker: look again.
        let Some(job) = claimed else { return Ok(true) };
        let outcome = match self.registry.find(&job.kind) {
            Some(entry) => self.attempt(entry, &job).await,
            None => Err(anyhow::anyhow!("this program knows no job of the kind {}", job.kind)),
        };
        self.settle(job, outcome).await?;
        Ok(true)
    }

    /// Runs the handler and keeps the lease meanwhile.
    async fn attempt(&self, entry: &Entry<C>, job: &Job) -> Outcome {
        let mut running = tokio::spawn((entry.handler)(self.context.clone(), job.clone()));
        let mut beat = tokio::time::interval(Duration::from_secs(20));
        beat.tick().await;
        loop {
            tokio::select! {
                finished = &mut running => {
                    return finished.unwrap_or_else(|error| Err(anyhow::anyhow!("the job panicked: {error}")));
                }
                _ = beat.tick() => {
                    if !self.hold(job).await {
                        running.abort();
                        anyhow::bail!("another worker has taken over");
                    }
                }
            }
        }
    }

    async fn hold(&self, job: &Job) -> bool {
        let until = self.clock.real() + LEASE;
        let (job, name) = (job.clone(), self.name.clone());
        let held = self.db.write("job_hold", move |tx| {
            let (job, name) = (job.clone(), name.clone());
            Box::pin(async move { Ok(store::job_hold(tx, &job, &name, until).await?) })
        });
        // A database that is away for a moment is no reason to stop; the lease ends by itself.
        held.await.unwrap_or(true)
    }

    async fn settle(&self, job: Job, outcome: Outcome) -> anyhow::Result<()> {
        let now = self.clock.real();
        let name = self.name.clone();
        let every = self.registry.find(&job.kind).and_then(|entry| entry.every);
        let failure = outcome.as_ref().err().map(|error| format!("{error:#}"));
        if let Some(error) = &failure {
            tracing::warn!(job.kind = job.kind, job.attempts = job.attempts, error, "job failed");
        }
        let result = failure.clone().or_else(|| outcome.ok().flatten());
        self.db
            .write("job_settle", move |tx| {
                let (job, name, result) = (job.clone(), name.clone(), result.clone());
                let failure = failure.clone();
                Box::pin(async move {
                    match (failure, every) {
                        (_, Some(seconds)) => {
                            let next = now + TimeDelta::seconds(i64::from(seconds));
                            store::job_again(tx, &job, &name, result, next, 0).await?;
                        }
                        (None, None) => store::job_done(tx, &job, &name, result, now).await?,
                        (Some(error), None) if job.attempts >= MOST_ATTEMPTS => {
                            store::job_failed(tx, &job, &name, error, now).await?;
                        }
                        (Some(_), None) => {
                            let next = now + pause_after(job.attempts);
                            store::job_again(tx, &job, &name, result, next, job.attempts).await?;
                        }
                    }
                    Ok(())
                })
            })
            .await?;
        Ok(())
    }
}

/// 2, 4, 8, … seconds, at most ten minutes.
fn pause_after(attempts: i64) -> TimeDelta {
    let exponent = u32::try_from(attempts.clamp(1, 10)).unwrap_or(10);
    TimeDelta::seconds(2_i64.pow(exponent).min(600))
}
