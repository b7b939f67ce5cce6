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
