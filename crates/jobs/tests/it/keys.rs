use std::sync::Arc;

use chrono::TimeDelta;
use huiyin_base::Id;
use huiyin_jobs::{Job, JobState, Registry, Worker, job_retry};
use tokio::sync::mpsc;

use crate::support::{HOME, House};

/// Says when it has begun, and goes on when it is told to.
fn waiting_registry() -> (Registry<()>, mpsc::UnboundedReceiver<Job>, Arc<tokio::sync::Semaphore>) {
    let (begun, began) = mpsc::unbounded_channel();
    let go_on = Arc::new(tokio::sync::Semaphore::new(0));
    let gate = Arc::clone(&go_on);
    let registry = Registry::new().on("count", move |(): (), job: Job| {
        let (begun, gate) = (begun.clone(), Arc::clone(&gate));
        async move {
            begun.send(job)?;
            gate.acquire().await?.forget();
            Ok(None)
        }
    });
    (registry, began, go_on)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_changes_while_a_job_runs_gets_a_job_of_its_own() {
    let house = House::new().await;
    let (first, _) = house.enqueue("count", Some("roll-up"), 1).await;
    let (registry, mut began, go_on) = waiting_registry();
    let (db, clock, rngs) = (house.scratch.db.clone(), house.clock.clone(), house.rngs.clone());
    let own = registry.clone();
    let running = tokio::spawn(async move { huiyin_jobs::drain(&db, &clock, &rngs, &own, ()).await.unwrap() });
    assert_eq!(began.recv().await.unwrap().id, first);
    assert_eq!(house.find(first).await.state, JobState::Running);

    let (second, written) = house.enqueue("count", Some("roll-up"), 2).await;
    assert!(written, "the running one may have read the old state");
    assert!(!house.enqueue("count", Some("roll-up"), 3).await.1, "one that waits is enough");
    let (db, clock, rngs) = (house.scratch.db.clone(), house.clock.clone(), house.rngs.clone());
    assert_eq!(huiyin_jobs::drain(&db, &clock, &rngs, &registry, ()).await.unwrap(), 0, "not while the first runs");

    go_on.add_permits(2);
    assert_eq!(running.await.unwrap(), 2);
    assert_eq!(house.find(second).await.state, JobState::Done);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_that_is_put_off_is_made_now() {
    let house = House::new().await;
    let put_off = Id::new(HOME, house.clock.real(), &mut house.rngs.rng());
    let run_at = house.clock.real() + TimeDelta::hours(12);
    let job = huiyin_jobs::NewJob {
        region: HOME,
        kind: "count",
        key: None,
        payload: "{}".parse().unwrap(),
        run_at,
        created_by: None,
    };
    let write = house.scratch.db.write("enqueue", move |tx| {
        let job = job.clone();
        Box::pin(async move { Ok(huiyin_jobs::enqueue(tx, &job, put_off).await?) })
    });
    write.await.unwrap();
    let made = huiyin_db::query("select count(*) from job where created_at <= $1").bind(house.clock.real());
    assert_eq!(made.fetch_scalar::<i64>(&mut house.scratch.db.read().await.unwrap()).await.unwrap(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_try_gives_way_to_a_newer_job_of_its_key() {
    let house = House::new().await;
    let (first, _) = house.enqueue("count", Some("roll-up"), 1).await;
    let db = house.scratch.db.clone();
    let (began, mut begun) = mpsc::unbounded_channel();
    let gate = Arc::new(tokio::sync::Semaphore::new(0));
    let inside = Arc::clone(&gate);
    let failing = Registry::new().on("count", move |(): (), _| {
        let (began, inside) = (began.clone(), Arc::clone(&inside));
        async move {
            began.send(())?;
            inside.acquire().await?.forget();
            anyhow::bail!("not yet")
        }
    });
    let (clock, rngs) = (house.clock.clone(), house.rngs.clone());
    let running = tokio::spawn(async move { huiyin_jobs::drain(&db, &clock, &rngs, &failing, ()).await.unwrap() });
    begun.recv().await.unwrap();
    let (second, _) = house.enqueue("count", Some("roll-up"), 2).await;
    gate.add_permits(2);
    running.await.unwrap();
    assert_eq!(house.find(first).await.state, JobState::Done, "the second goes on in its place");
    assert_eq!(house.find(second).await.state, JobState::Waiting);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kind_that_nobody_knows_waits_for_somebody_who_does() {
    let house = House::new().await;
    let (id, _) = house.enqueue("of_tomorrow", None, 1).await;
    house.enqueue("count", None, 1).await;
    assert_eq!(house.drain(&House::registry(0)).await, 1);
    let job = house.find(id).await;
    assert_eq!((job.state, job.attempts), (JobState::Waiting, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_that_kills_its_workers_is_given_up_and_can_be_tried_again() {
    let house = House::new().await;
    let (id, _) = house.enqueue("count", None, 1).await;
    for _ in 0..8 {
        let (registry, mut began, _) = waiting_registry();
        let (db, clock, rngs) = (house.scratch.db.clone(), house.clock.clone(), house.rngs.clone());
        let dying = tokio::spawn(async move { huiyin_jobs::drain(&db, &clock, &rngs, &registry, ()).await });
        began.recv().await.unwrap();
        dying.abort();
        let _ = dying.await;
        house.clock.advance(TimeDelta::seconds(61));
    }
    assert_eq!(house.drain(&House::registry(0)).await, 1);
    assert_eq!(house.ran(), 0, "nobody begins it a ninth time");
    assert_eq!(house.find(id).await.state, JobState::Failed);

    let now = house.clock.real();
    let retried =
        house.scratch.db.write("job_retry", move |tx| Box::pin(async move { Ok(job_retry(tx, HOME, id, now).await?) }));
    assert!(retried.await.unwrap());
    assert_eq!(house.drain(&House::registry(0)).await, 1);
    assert_eq!(house.find(id).await.state, JobState::Done);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_is_told_to_stop_finishes_what_it_began() {
    let house = House::new().await;
    let (id, _) = house.enqueue("count", None, 1).await;
    let (registry, mut began, go_on) = waiting_registry();
    let (stop, stopping) = tokio::sync::watch::channel(false);
    let (db, clock, rngs) = (house.scratch.db.clone(), house.clock.clone(), house.rngs.clone());
    let working = tokio::spawn(Worker::new(db, clock, rngs, registry, (), HOME).run(stopping));
    began.recv().await.unwrap();
    stop.send(true).unwrap();
    go_on.add_permits(1);
    working.await.unwrap();
    assert_eq!(house.find(id).await.state, JobState::Done);
}
