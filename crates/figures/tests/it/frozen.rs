use huiyin_base::{Id, Instant, Rng};
use huiyin_figures::{Number, freeze, frozen_list, snapshot_find};

use crate::feature::{COUNTY, execute, filled, region, registry, year};

#[tokio::test]
async fn a_frozen_number_keeps_its_rows_as_they_were() {
    let (scratch, registry) = (filled().await, registry());
    let now = "2016-12-16T01:00:00Z".parse::<Instant>().unwrap();
    let id = Id::new(region(COUNTY), now, &mut Rng::seeded(5));
    let figure = registry.find("dear_rate").unwrap();
    let frozen = freeze(&scratch.db, &registry, figure, &year().of_category("c3"), id, now).await.unwrap();
    execute(&scratch.db, "update delivery set title = 'changed', category = 'c0'").await;

    let mut tx = scratch.db.read().await.unwrap();
    let later = registry.value(&mut tx, figure, &year().of_category("c3")).await.unwrap();
    assert_eq!(later, Number { value: 0, over: Some(0) });
    let snapshot = snapshot_find(&mut tx, id).await.unwrap().unwrap();
    assert_eq!(Number { value: snapshot.value, over: snapshot.whole }, frozen);
    assert_eq!((snapshot.figure.as_str(), snapshot.to_day), ("dear_rate", year().period.to));

    let first = frozen_list(&mut tx, id, 0, 2).await.unwrap();
    let rest = frozen_list(&mut tx, id, 2, 100).await.unwrap();
    assert_eq!(i64::try_from(first.len() + rest.len()).unwrap(), frozen.value);
    assert!(first.iter().chain(&rest).all(|record| record.title.starts_with("包裹")));
    assert!(first.iter().chain(&rest).all(|record| record.category.as_deref() == Some("c3")));
}

#[tokio::test]
async fn an_unfinished_snapshot_does_not_show() {
    let (scratch, registry) = (filled().await, registry());
    let now = Instant::UNIX_EPOCH;
    let id = Id::new(region(COUNTY), now, &mut Rng::seeded(5));
    let figure = registry.find("spent").unwrap();
    freeze(&scratch.db, &registry, figure, &year(), id, now).await.unwrap();
    let complete = "update figure_snapshot set complete = (1 = 0)";
    let complete = if scratch.db.engine() == huiyin_db::Engine::Sqlite {
        "update figure_snapshot set complete = 0"
    } else {
        complete
    };
    execute(&scratch.db, complete).await;
    assert_eq!(snapshot_find(&mut scratch.db.read().await.unwrap(), id).await.unwrap(), None);
}

#[tokio::test]
async fn a_number_frozen_in_a_write_is_frozen_once_and_its_regions_add_up() {
    let (scratch, registry) = (filled().await, registry());
    let figure = registry.find("spent").unwrap().clone();
    let registry = std::sync::Arc::new(registry);
    let now = Instant::UNIX_EPOCH;
    let id = Id::new(region(COUNTY), now, &mut Rng::seeded(5));
    for _ in 0..2 {
        let (registry, figure) = (std::sync::Arc::clone(&registry), figure.clone());
        let write = scratch.db.write("freeze", move |tx| {
            let (registry, figure) = (std::sync::Arc::clone(&registry), figure.clone());
            Box::pin(async move { Ok(huiyin_figures::freeze_in(tx, &registry, &figure, &year(), id, now).await?) })
        });
        write.await.unwrap();
    }
    let mut tx = scratch.db.read().await.unwrap();
    let kept = snapshot_find(&mut tx, id).await.unwrap().unwrap();
    let regions = huiyin_figures::frozen_regions(&mut tx, id, &figure).await.unwrap();
    assert_eq!(regions.iter().map(|(_, value)| value).sum::<i64>(), kept.value);
    let live = registry.list(&mut tx, &figure, &year(), None, 10_000).await.unwrap().records;
    assert_eq!(frozen_list(&mut tx, id, 0, 10_000).await.unwrap(), live);
    let (region, number) = regions[0];
    let rows = huiyin_figures::frozen_list_in(&mut tx, id, Some(region), 0, 10_000).await.unwrap();
    assert!(number > 0 && !rows.is_empty());
    assert!(rows.iter().all(|row| row.region == region));
}
