use huiyin_base::{Id, Instant, Problem, Region, Rng, RngSource};
use huiyin_db::scratch::Scratch;
use huiyin_db::{Db, SchemaState, Tx, insert_many, query, values};

pub(crate) async fn region_add(tx: &mut Tx, ordinal: i64, name: &str) -> huiyin_db::Result<()> {
    query("insert into region (ordinal, code, name, level) values ($1, $2, $3, 'county')")
        .bind(ordinal)
        .bind(ordinal.to_string())
        .bind(name)
        .execute(tx)
        .await?;
    Ok(())
}

pub(crate) async fn count(db: &Db) -> i64 {
    query("select count(*) from region").fetch_scalar(&mut db.read().await.unwrap()).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_write_leaves_its_neighbours_alone() {
    let scratch = Scratch::new().await.unwrap();
    let writes = (1..=200_i64).map(|ordinal| {
        let db = scratch.db.clone();
        tokio::spawn(async move {
            db.write("region_add", move |tx| {
                Box::pin(async move {
                    region_add(tx, ordinal, "县").await?;
                    if ordinal % 3 == 0 { Err(Problem::conflict("不行")) } else { Ok(ordinal) }
                })
            })
            .await
        })
    });
    let mut accepted = 0;
    for write in writes.collect::<Vec<_>>() {
        accepted += i64::from(write.await.unwrap().is_ok());
    }
    assert_eq!(accepted, 134);
    assert_eq!(count(&scratch.db).await, 134);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_panicking_write_is_undone_and_the_writer_lives() {
    let scratch = Scratch::new().await.unwrap();
    if scratch.db.engine() == huiyin_db::Engine::Sqlite {
        let panicked = scratch.db.write::<(), _>("panics", |tx| {
            Box::pin(async move {
                region_add(tx, 1, "县").await?;
                panic!("on purpose")
            })
        });
        assert!(panicked.await.is_err());
        let at_once = scratch.db.write::<(), _>("panics_at_once", |_| panic!("on purpose"));
        assert!(at_once.await.is_err());
    }
    let added = scratch.db.write("region_add", |tx| Box::pin(async move { Ok(region_add(tx, 2, "县").await?) }));
    added.await.unwrap();
    assert_eq!(count(&scratch.db).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_schema_that_cannot_be_read_is_not_taken_for_an_empty_one() {
    let scratch = Scratch::new().await.unwrap();
    assert_eq!(scratch.db.schema_state().await.unwrap(), SchemaState::Current);
    for (change, empty) in [
        ("alter table _sqlx_migrations rename column version to other", None),
        ("drop table _sqlx_migrations", Some(SchemaState::Empty)),
    ] {
        let changed = scratch.db.write("test", move |tx| Box::pin(async move { Ok(query(change).execute(tx).await?) }));
        changed.await.unwrap();
        assert_eq!(scratch.db.schema_state().await.ok(), empty);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_violated_key_is_named_alike_on_both_engines() {
    let scratch = Scratch::new().await.unwrap();
    let org_add = || {
        scratch.db.write("org_add", |tx| {
            Box::pin(async move {
                // Each try has an id of its own, but the same code.
                let id = Id::new(Region::try_from(1).unwrap(), Instant::UNIX_EPOCH, &mut RngSource::system().rng());
                let row = values![1_i64, id, "village", "c", "n", "n", "n", false, 0_i64, 20_160_101_i64];
                let head = "insert into org
                    (region, id, kind, code, name, short_name, initials, names_shown, position, from_day)";
                Ok(insert_many(tx, head, vec![row], "").await?)
            })
        })
    };
    assert_eq!(org_add().await.unwrap(), 1);
    let source = org_add().await.unwrap_err().source.unwrap();
    let error = source.downcast_ref::<huiyin_db::Error>().unwrap();
    assert!(error.is_unique_violation());
    assert_eq!(error.constraint().unwrap(), "org_region_code_key");
}

#[tokio::test(flavor = "multi_thread")]
async fn values_come_back_as_they_went_in() {
    let scratch = Scratch::new().await.unwrap();
    let region = Region::try_from(7).unwrap();
    let at = "2016-12-16T01:02:03.456789Z".parse::<Instant>().unwrap();
    let account = Id::new(region, at, &mut Rng::seeded(2));
    let kept = scratch
        .db
        .write("session_add", move |tx| {
            Box::pin(async move {
                query(
                    "insert into session (hash, region, account, created_at, expires_at, renewed_at, strong, device)
                     values ($1, $2, $3, $4, $4, $4, $5, $6)",
                )
                .bind([9_u8; 32])
                .bind(region)
                .bind(account)
                .bind(at)
                .bind(true)
                .bind("手机 📱")
                .execute(tx)
                .await?;
                let select =
                    "select hash, region, account, created_at, strong, device from session where account in (list)";
                Ok(query(select)
                    .bind_list([account])
                    .fetch_one::<([u8; 32], Region, Id, Instant, bool, String)>(tx)
                    .await?)
            })
        })
        .await
        .unwrap();
    assert_eq!(kept, ([9; 32], region, account, at, true, "手机 📱".to_owned()));
}
