use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use huiyin_base::{Clock, Id, Region, RngSource};
use huiyin_db::Db;
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::attempt::Parts;
use crate::store::{self, PERIODIC};
use crate::{Job, JobState, NewJob, Outcome, Registry};

/// How often an idle worker looks: well within the two seconds in which a change crosses a region's border.
const LOOK: Duration = Duration::from_millis(400);
/// Jobs that run at once in one process.
const LANES: usize = 2;
/// Done jobs are kept so long, for the pages that show their result.
const KEPT: TimeDelta = TimeDelta::days(7);
/// How often those that are older are deleted.
const SWEEP: Duration = Duration::from_hours(1);
/// How long a stopping worker lets its jobs go on; what takes longer is given back and begins anew.
const GRACE: Duration = Duration::from_secs(20);

/// Does jobs until it is told to stop.
pub struct Worker<C> {
    parts: Arc<Parts<C>>,
    home: Region,
}

impl<C: Clone + Send + Sync + 'static> Worker<C> {
    /// A worker whose periodic jobs stand in the shard of `home`.
    pub fn new(db: Db, clock: Clock, rngs: RngSource, registry: Registry<C>, context: C, home: Region) -> Self {
        let name = format!("{:016x}", u64::from_be_bytes(rngs.rng().bytes()));
        Self { parts: Arc::new(Parts { db, clock, rngs, registry, context, name }), home }
    }

    /// Works until `stop` becomes true; then finishes what is under way.
    pub async fn run(self, stop: watch::Receiver<bool>) {
        if let Err(error) = self.plan_periodic().await {
            tracing::error!(error = format!("{error:#}"), "periodic jobs could not be planned");
        }
        let mut lanes = JoinSet::new();
        for _ in 0..LANES {
            let (parts, stop) = (Arc::clone(&self.parts), stop.clone());
            lanes.spawn(async move { lane(&parts, stop).await });
        }
        tokio::select! {
            () = self.sweep() => {}
            () = stopped(stop) => {}
        }
        // A lane that panicked has logged why; the others go on.
        let finished = tokio::time::timeout(GRACE, async { while lanes.join_next().await.is_some() {} });
        if finished.await.is_err() {
            lanes.shutdown().await;
        }
        self.release().await;
    }

    /// One row a periodic kind; it is never finished, only run again.
    async fn plan_periodic(&self) -> anyhow::Result<()> {
        let now = self.parts.clock.real();
        let home = self.home;
        let mut rng = self.parts.rngs.rng();
        let plan = |kind| {
            let (key, payload) = (Some(PERIODIC.to_owned()), serde_json::Value::Null);
            (NewJob { region: home, kind, key, payload, run_at: now, created_by: None }, Id::new(home, now, &mut rng))
        };
        let jobs: Vec<(NewJob, Id)> = self.parts.registry.periodic().map(plan).collect();
        let planned = self.parts.db.write("jobs_plan_periodic", move |tx| {
            let jobs = jobs.clone();
            Box::pin(async move {
                for (job, id) in &jobs {
                    if !store::periodic_exists(tx, home, job.kind).await? {
                        store::enqueue(tx, job, *id).await?;
                    }
                }
                Ok(())
            })
        });
        Ok(planned.await?)
    }

    async fn sweep(&self) {
        loop {
            let before = self.parts.clock.real() - KEPT;
            let swept = self
                .parts
                .db
                .write("job_sweep", move |tx| Box::pin(async move { Ok(store::job_sweep(tx, before).await?) }));
            if let Err(problem) = swept.await {
                tracing::warn!(error = ?problem.source, "old jobs could not be deleted");
            }
            tokio::time::sleep(SWEEP).await;
        }
    }

    async fn release(&self) {
        let (now, name) = (self.parts.clock.real(), self.parts.name.clone());
        let released = self.parts.db.write("job_release", move |tx| {
            let name = name.clone();
            Box::pin(async move { Ok(store::job_release(tx, &name, now).await?) })
        });
        // Without it the leases end by themselves within the minute.
        let _ = released.await;
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
    while let Some(ran) = worker.parts.one().await? {
        done += usize::from(ran);
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
        state: JobState::Running,
        attempts: 1,
        leased_until: None,
        progress: 0,
        total: 0,
        result: None,
        created_by: None,
    };
    (entry.handler)(context, job).await
}

async fn lane<C: Clone + Send + Sync + 'static>(parts: &Parts<C>, stop: watch::Receiver<bool>) {
    while !*stop.borrow() {
        match parts.one().await {
            Ok(Some(_)) => continue,
            Ok(None) => {}
            Err(error) => tracing::warn!(error = format!("{error:#}"), "jobs could not be read; trying again"),
        }
        tokio::select! {
            () = tokio::time::sleep(LOOK) => {}
            () = stopped(stop.clone()) => return,
        }
    }
}

/// Waits for the word to stop; whoever could say it having gone counts as the word.
async fn stopped(mut stop: watch::Receiver<bool>) {
    let _ = stop.wait_for(|stop| *stop).await;
}
