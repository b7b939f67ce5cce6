use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use huiyin_base::{Clock, Day, Id, Region, RngSource};
use huiyin_db::scratch::Scratch;
use huiyin_jobs::{Job, NewJob, Registry, enqueue, job_find};

/// A database, a clock that stands still, and a count of what ran.
pub(crate) struct House {
    pub(crate) scratch: Scratch,
    pub(crate) clock: Clock,
    pub(crate) rngs: RngSource,
    pub(crate) ran: Arc<AtomicUsize>,
}

pub(crate) const HOME: Region = Region::FIRST;

impl House {
    pub(crate) async fn new() -> Self {
        Self {
            scratch: Scratch::new().await.unwrap(),
            clock: Clock::fixed(Day::new(2016, 12, 16).unwrap().start()),
            rngs: RngSource::seeded(1),
            ran: Arc::default(),
        }
    }

    /// One kind, `count`, which succeeds; one, `stumble`, which fails `failures` times.
    pub(crate) fn registry(failures: usize) -> Registry<Arc<AtomicUsize>> {
        Registry::new()
            .on("count", |ran: Arc<AtomicUsize>, job: Job| async move {
                ran.fetch_add(1, Ordering::SeqCst);
                Ok(Some(format!("第{}号", job.payload["n"])))
            })
            .on("stumble", move |ran: Arc<AtomicUsize>, _job: Job| async move {
                if ran.fetch_add(1, Ordering::SeqCst) < failures {
                    anyhow::bail!("not yet")
                }
                Ok(None)
            })
            .on("panic", |_: Arc<AtomicUsize>, _: Job| async { panic!("on purpose") })
    }

    pub(crate) async fn enqueue(&self, kind: &'static str, key: Option<&str>, n: i64) -> (Id, bool) {
        let now = self.clock.real();
        let id = Id::new(HOME, now, &mut self.rngs.rng());
        let payload = format!("{{\"n\": {n}}}").parse().unwrap();
        let job =
            NewJob { region: HOME, kind, key: key.map(ToOwned::to_owned), payload, run_at: now, created_by: None };
        let written = self.scratch.db.write("enqueue", move |tx| {
            let job = job.clone();
            Box::pin(async move { Ok(enqueue(tx, &job, id).await?) })
        });
        (id, written.await.unwrap())
    }

    pub(crate) async fn find(&self, id: Id) -> Job {
        job_find(&mut self.scratch.db.read().await.unwrap(), HOME, id).await.unwrap().unwrap()
    }

    pub(crate) async fn drain(&self, registry: &Registry<Arc<AtomicUsize>>) -> usize {
        huiyin_jobs::drain(&self.scratch.db, &self.clock, &self.rngs, registry, Arc::clone(&self.ran)).await.unwrap()
    }

    pub(crate) fn ran(&self) -> usize {
        self.ran.load(Ordering::SeqCst)
    }
}
