//! A copy taken while others write holds one moment, and comes back as it was.

use huiyin_db::scratch::Scratch;
use huiyin_db::{Db, DbConfig, Engine, insert_many, query, values};

async fn add(db: &Db, ordinal: i64) {
    db.write("region_pair", move |tx| {
        Box::pin(async move {
            let rows = vec![
                values![2 * ordinal, format!("{ordinal}a"), "甲", "county", None::<i64>],
                values![2 * ordinal + 1, format!("{ordinal}b"), "乙", "county", None::<i64>],
            ];
            insert_many(tx, "insert into region (ordinal, code, name, level, parent)", rows, "").await?;
            Ok(())
        })
    })
    .await
    .unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_copy_under_writes_is_one_moment_and_comes_back() {
    let scratch = Scratch::new().await.unwrap();
    for ordinal in 1..=20 {
        add(&scratch.db, ordinal).await;
    }
    let folder = std::env::temp_dir().join(format!("huiyin-copy-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let target = folder.join("copy");
    let writing = {
        let db = scratch.db.clone();
        tokio::spawn(async move {
            for ordinal in 21..=400 {
                add(&db, ordinal).await;
            }
        })
    };
    let mut view = scratch.db.copy_to(&scratch.config, &target).await.unwrap();
    let seen: i64 = query("select count(*) from region").fetch_scalar(&mut view).await.unwrap();
    drop(view);
    writing.await.unwrap();
    assert!(seen >= 40 && seen % 2 == 0, "half a write was copied: {seen}");

    let empty = Scratch::unmigrated().await.unwrap();
    let config = match empty.db.engine() {
        Engine::Sqlite => DbConfig::new(format!("sqlite:{}", folder.join("back.db").display())),
        Engine::Postgres => empty.config.clone(),
    };
    Db::restore(&config, &target).await.unwrap();
    let back = Db::open(&config).await.unwrap();
    let restored: i64 =
        query("select count(*) from region").fetch_scalar(&mut back.read().await.unwrap()).await.unwrap();
    assert_eq!(restored, seen);
    assert!(back.damage().await.unwrap().is_empty());
    back.close().await;
    let refused = Db::restore(&config, &target).await.unwrap_err();
    assert!(refused.to_string().contains("空的"), "{refused}");
    std::fs::remove_dir_all(&folder).unwrap();
}

#[tokio::test]
async fn what_is_no_database_is_called_damaged() {
    let folder = std::env::temp_dir().join(format!("huiyin-damaged-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join("a.db");
    std::fs::write(&file, "this is a text and no database, long enough to have the length of a header. ".repeat(40))
        .unwrap();
    let error = Db::open(&DbConfig::new(format!("sqlite:{}", file.display()))).await.unwrap_err();
    assert!(error.is_damaged(), "{error}");
    let missing = Db::open(&DbConfig::new(format!("sqlite:{}", folder.join("none.db").display()))).await.unwrap_err();
    assert!(missing.is_unreachable() && !missing.is_damaged(), "{missing}");
    std::fs::remove_dir_all(&folder).unwrap();
}
