//! The figures of the wall against what happened.

use huiyin_cases::{History, Outcome, figures};
use huiyin_figures::{Cut, Period, Place, Registry};

use crate::ground::Ground;
use crate::lists::{loaded, posted};
use crate::tree::on;

#[tokio::test(flavor = "multi_thread")]
async fn every_figure_equals_its_list_and_what_happened() {
    let (ground, all) = loaded(240).await;
    let mut registry = Registry::new();
    figures(&mut registry);
    assert!(registry.mistakes().is_empty(), "{:?}", registry.mistakes());
    let year = Period { from: on("2016-01-01").today, to: on("2016-12-16").today };
    let mut snapshot = ground.cases.db.snapshot().await.unwrap();
    let report = huiyin_figures::check(&mut snapshot, &registry, year, &[]).await.unwrap();
    assert!(report.findings.is_empty(), "{:?}", report.findings);
    let value = async |tx: &mut huiyin_db::Tx, id: &str, cut: &Cut| {
        let number = registry.value(tx, registry.find(id).unwrap(), cut).await.unwrap();
        (usize::try_from(number.value).unwrap(), number.over.map(|over| usize::try_from(over).unwrap()))
    };
    let city = Cut::city(year);
    let count = |filter: &dyn Fn(&History) -> bool| posted(&all, filter).len();
    let raised = count(&|_| true);
    let solved = count(&|history| history.item.outcome == Some(Outcome::Solved));
    assert!(solved > 50 && raised > solved);
    assert_eq!(value(&mut snapshot, "problems_raised", &city).await.0, raised);
    assert_eq!(value(&mut snapshot, "problems_solved_rate", &city).await, (solved, Some(raised)));
    assert_eq!(value(&mut snapshot, "problems_open", &city).await.0, count(&|history| history.item.state.is_open()));
    let late = count(&|history| history.item.is_overdue(year.to));
    assert_eq!(value(&mut snapshot, "problems_overdue", &city).await.0, late);
    let rated = count(&|history| history.item.rating.is_some());
    let happy = count(&|history| history.item.rating.is_some_and(|rating| rating >= 4));
    assert_eq!(value(&mut snapshot, "problems_satisfied", &city).await, (happy, Some(rated)));
    let reopened = count(&|history| history.item.reopened_times > 0);
    assert!(reopened > 5);
    assert_eq!(value(&mut snapshot, "problems_reopened", &city).await.0, reopened);
    let county = city.at(Place::Region(ground.tree.org("县").region)).of_category("industry");
    let industry = count(&|history| history.item.category == "industry");
    let department = Cut { owner: Some(ground.tree.org("水务局")), ..city.clone() };
    let owned = count(&|history| history.item.assigned_day.is_some());
    assert_eq!(value(&mut snapshot, "problems_raised", &department).await.0, owned);
    assert_eq!(value(&mut snapshot, "problems_raised", &county).await.0, industry);
}

#[tokio::test(flavor = "multi_thread")]
async fn last_year_does_not_change_this_year() {
    let mut ground = Ground::new().await;
    let made = ground.answered("2016-11-01", "2016-12-30").await;
    let mut registry = Registry::new();
    figures(&mut registry);
    let year = Cut::city(Period { from: on("2016-01-01").today, to: on("2016-12-31").today });
    let autumn = Cut::city(Period { from: on("2016-01-01").today, to: on("2016-12-15").today });
    let ids = [
        "problems_raised",
        "problems_solved",
        "problems_open",
        "problems_overdue",
        "problems_rated",
        "problems_reopened",
    ];
    let values = async |ground: &Ground| {
        let mut tx = ground.tx().await;
        let mut values = Vec::new();
        for cut in [&year, &autumn] {
            for id in ids {
                values.push(registry.value(&mut tx, registry.find(id).unwrap(), cut).await.unwrap().value);
            }
        }
        values
    };
    let mut rng = ground.rng.clone();
    let score = huiyin_cases::Score { score: 5, ..huiyin_cases::Score::default() };
    ground.cases.rate(&made.receipt, score, on("2016-12-31"), &mut rng).await.unwrap();
    let before = values(&ground).await;
    assert_eq!(before, [1, 1, 0, 0, 1, 0, 1, 0, 1, 1, 0, 0]);
    let object = huiyin_cases::ReporterAct::Object("又坏了".into());
    ground.cases.act_as_reporter(&made.receipt, object, on("2017-01-05"), &mut rng).await.unwrap();
    assert_eq!(values(&ground).await, before, "an objection of January leaves December as it was");
}
