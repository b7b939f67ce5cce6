//! Connections are lent and come back as they were, whatever happened to whoever had them.

use futures::FutureExt as _;
use huiyin_base::{Problem, ProblemKind};
use huiyin_db::scratch::Scratch;
use huiyin_db::{Db, DbConfig, Engine, Error, query};

use crate::writes::{count, region_add};

/// A statement whose answer fills more than a packet.
const LONG: &str = "with recursive n (i) as (select 1 union all select i + 1 from n where i < 20000) select i from n";

async fn one_to(db: &Db, last: i64) -> i64 {
    let mut tx = db.read().await.unwrap();
    query("select cast($1 as bigint)").bind(last).fetch_scalar(&mut tx).await.unwrap()
}

async fn add(db: &Db, ordinal: i64) {
    let write = db.write("region_add", move |tx| Box::pin(async move { Ok(region_add(tx, ordinal, "县").await?) }));
    write.await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn who_stops_listening_leaves_nothing_to_the_next_one() {
    let scratch = Scratch::new().await.unwrap();
    for last in 1..=20 {
        let mut view = scratch.db.snapshot().await.unwrap();
        // Polled once and dropped, as a page is whose reader has gone.
        let _unheard = query(LONG).fetch_column::<i64>(&mut view).now_or_never();
        drop(view);
        assert_eq!(one_to(&scratch.db, last).await, last);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_view_stays_as_it_was_and_ends_with_its_loan() {
    let scratch = Scratch::new().await.unwrap();
    for ordinal in 1..=20 {
        let mut view = scratch.db.snapshot().await.unwrap();
        let before: i64 = query("select count(*) from region").fetch_scalar(&mut view).await.unwrap();
        add(&scratch.db, ordinal).await;
        let still: i64 = query("select count(*) from region").fetch_scalar(&mut view).await.unwrap();
        assert_eq!((before, still), (ordinal - 1, ordinal - 1));
        drop(view);
        assert_eq!(count(&scratch.db).await, ordinal);
        // One that was never asked anything.
        drop(scratch.db.snapshot().await.unwrap());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_statement_that_fails_spoils_no_connection() {
    let scratch = Scratch::new().await.unwrap();
    for ordinal in 1..=20 {
        let twice = scratch.db.write::<(), _>("twice", move |tx| {
            Box::pin(async move {
                region_add(tx, ordinal, "县").await?;
                region_add(tx, ordinal, "县").await?;
                Ok(())
            })
        });
        let error = twice.await.unwrap_err();
        assert!(error.source.unwrap().downcast_ref::<Error>().unwrap().is_unique_violation());
        let refused = scratch.db.write::<(), _>("refused", |_| Box::pin(async { Err(Problem::conflict("不行")) }));
        assert!(refused.await.is_err());
    }
    assert_eq!(count(&scratch.db).await, 0);
    add(&scratch.db, 1).await;
    assert_eq!(count(&scratch.db).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn many_share_few_connections_and_none_is_lent_after_the_end() {
    let scratch = Scratch::new().await.unwrap();
    let readers = (1..=200_i64).map(|last| {
        let db = scratch.db.clone();
        tokio::spawn(async move { one_to(&db, last).await })
    });
    for (last, reader) in (1..).zip(readers.collect::<Vec<_>>()) {
        assert_eq!(reader.await.unwrap(), last);
    }
    scratch.db.close().await;
    assert!(matches!(scratch.db.read().await.unwrap_err(), Error::Stopped));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_reads_for_long_stops_nobody() {
    let scratch = Scratch::new().await.unwrap();
    // More than there are turns, none of which is given back while it lasts.
    let cores = u32::try_from(std::thread::available_parallelism().unwrap().get()).unwrap();
    let db = Db::open(&DbConfig { connections: 3 * (cores + 2), ..scratch.config.clone() }).await.unwrap();
    let mut long = Vec::new();
    for _ in 0..=cores {
        long.push(db.snapshot().await.unwrap());
    }
    assert_eq!(one_to(&db, 7).await, 7);
    for mut view in long {
        assert_eq!(query("select count(*) from region").fetch_scalar::<i64>(&mut view).await.unwrap(), 0);
    }
    db.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_was_started_anew_is_found_again() {
    let scratch = Scratch::new().await.unwrap();
    if scratch.db.engine() == Engine::Sqlite {
        return;
    }
    // Several connections are open, and all but this one are ended by the server.
    let all = futures::future::join_all((1..=8).map(|last| one_to(&scratch.db, last)));
    assert_eq!(all.await.len(), 8);
    let mut tx = scratch.db.read().await.unwrap();
    let ended = "select count(pg_terminate_backend(pid)) from pg_stat_activity
        where datname = current_database() and pid <> pg_backend_pid()";
    let ended: i64 = query(ended).fetch_scalar(&mut tx).await.unwrap();
    assert!(ended > 0, "nothing was ended");
    let mut failures = 0;
    for _ in 0..20 {
        let mut other = scratch.db.read().await.unwrap();
        failures += i32::from(query("select cast(1 as bigint)").fetch_column::<i64>(&mut other).await.is_err());
    }
    // The first to notice forgets all of them.
    assert!(failures <= 1, "{failures} failures");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_gets_no_connection_is_told_to_come_again() {
    let nobody = DbConfig::new("postgres://nobody@127.0.0.1:1/none");
    let unreachable = Db::open(&nobody).await.unwrap_err();
    for error in [unreachable, Error::Busy] {
        let problem = Problem::from(error);
        assert_eq!(problem.kind, ProblemKind::Unavailable);
        assert!(problem.message.contains("再试") && problem.source.is_some(), "{problem}");
    }
}
