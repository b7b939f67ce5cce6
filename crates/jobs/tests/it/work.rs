use chrono::TimeDelta;
use huiyin_jobs::{JobState, Worker, job_list_failed, job_progress, run_periodic};

use crate::support::{HOME, House};

#[tokio::test(flavor = "multi_thread")]
async fn does_each_job_once_and_keeps_what_came_of_it() {
    let house = House::new().await;
    let (first, _) = house.enqueue("count", None, 1).await;
    house.enqueue("count", None, 2).await;
    assert_eq!(house.drain(&House::registry(0)).await, 2);
    assert_eq!(house.ran(), 2);
    let job = house.find(first).await;
    assert_eq!(job.state, JobState::Done);
    assert_eq!(job.result.as_deref(), Some("第1号"));
    assert_eq!(house.drain(&House::registry(0)).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_jobs_of_one_key_do_not_wait_together() {
    let house = House::new().await;
    assert!(house.enqueue("count", Some("a"), 1).await.1);
    assert!(!house.enqueue("count", Some("a"), 2).await.1);
    assert!(house.enqueue("count", Some("b"), 3).await.1);
    house.drain(&House::registry(0)).await;
    assert!(house.enqueue("count", Some("a"), 4).await.1, "the first is done, so another may wait");
}

#[tokio::test(flavor = "multi_thread")]
async fn tries_again_after_rising_pauses_and_gives_up_in_the_end() {
    let house = House::new().await;
    let (id, _) = house.enqueue("stumble", None, 1).await;
    assert_eq!(house.drain(&House::registry(1)).await, 1);
    assert_eq!(house.find(id).await.state, JobState::Waiting);
    assert_eq!(house.drain(&House::registry(1)).await, 0, "not before its pause has ended");
    house.clock.advance(TimeDelta::seconds(3));
    assert_eq!(house.drain(&House::registry(1)).await, 1);
    assert_eq!(house.find(id).await.state, JobState::Done);

    let (hopeless, _) = house.enqueue("panic", None, 1).await;
    for _ in 0..8 {
        assert_eq!(house.drain(&House::registry(0)).await, 1);
        house.clock.advance(TimeDelta::minutes(11));
    }
    assert_eq!(house.find(hopeless).await.state, JobState::Failed);
    let failed = job_list_failed(&mut house.scratch.db.read().await.unwrap(), 10).await.unwrap();
    assert_eq!(failed.len(), 1);
    assert!(failed[0].result.as_deref().unwrap().contains("panicked"));
}

#[tokio::test(flavor = "multi_thread")]
async fn tells_how_far_it_is() {
    let house = House::new().await;
    let (id, _) = house.enqueue("count", None, 1).await;
    let told = house
        .scratch
        .db
        .write("progress", move |tx| Box::pin(async move { Ok(job_progress(tx, HOME, id, 40, 100).await?) }));
    told.await.unwrap();
    let job = house.find(id).await;
    assert_eq!((job.progress, job.total), (40, 100));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_runs_periodic_jobs_until_it_is_told_to_stop() {
    let house = House::new().await;
    let (said, mut heard) = tokio::sync::mpsc::unbounded_channel();
    let registry = huiyin_jobs::Registry::new().every("tick", 3600, move |(): (), _| {
        let said = said.clone();
        async move {
            said.send(())?;
            Ok(None)
        }
    });
    let (stop, stopping) = tokio::sync::watch::channel(false);
    let (db, clock, rngs) = (house.scratch.db.clone(), house.clock.clone(), house.rngs.clone());
    let worker = Worker::new(db, clock, rngs, registry.clone(), (), HOME);
    let working = tokio::spawn(worker.run(stopping));
    heard.recv().await.unwrap();
    stop.send(true).unwrap();
    working.await.unwrap();
    assert!(heard.try_recv().is_err(), "once an hour is not twice");
    assert!(run_periodic(&house.clock, &house.rngs, &registry, (), "tick").await.is_ok());
    assert!(heard.try_recv().is_ok());
}
