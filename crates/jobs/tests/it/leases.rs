use std::sync::Arc;

use chrono::TimeDelta;
use huiyin_jobs::JobState;

use crate::support::House;

#[tokio::test(flavor = "multi_thread")]
async fn two_workers_never_do_one_job_twice() {
    let house = House::new().await;
    for n in 0..40 {
        house.enqueue("count", None, n).await;
    }
    let drains = (0..4).map(|_| {
        let (db, clock, rngs) = (house.scratch.db.clone(), house.clock.clone(), house.rngs.clone());
        let (registry, ran) = (House::registry(0), Arc::clone(&house.ran));
        tokio::spawn(async move { huiyin_jobs::drain(&db, &clock, &rngs, &registry, ran).await.unwrap() })
    });
    for drain in drains.collect::<Vec<_>>() {
        drain.await.unwrap();
    }
    assert_eq!(house.ran(), 40);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_dead_worker_held_is_taken_over_when_its_lease_ends() {
    let house = House::new().await;
    let (id, _) = house.enqueue("count", None, 1).await;
    // A worker takes the job and dies: its future is dropped in the middle of the handler.
    let (reached, mut reach) = tokio::sync::mpsc::unbounded_channel();
    let stuck = huiyin_jobs::Registry::new().on("count", move |(): (), _| {
        let reached = reached.clone();
        async move {
            reached.send(())?;
            std::future::pending::<()>().await;
            Ok(None)
        }
    });
    let (db, clock, rngs) = (house.scratch.db.clone(), house.clock.clone(), house.rngs.clone());
    let dying = tokio::spawn(async move { huiyin_jobs::drain(&db, &clock, &rngs, &stuck, ()).await });
    reach.recv().await.unwrap();
    dying.abort();

    assert_eq!(house.drain(&House::registry(0)).await, 0, "its lease still holds");
    house.clock.advance(TimeDelta::seconds(61));
    assert_eq!(house.drain(&House::registry(0)).await, 1);
    let job = house.find(id).await;
    assert_eq!((job.state, job.attempts), (JobState::Done, 2));
}
