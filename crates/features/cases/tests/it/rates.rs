//! The rates whose terms are dated, against what happened.

use huiyin_cases::{Request, figures};
use huiyin_directory::Role;
use huiyin_figures::{Cut, Dimension, Key, Period, Registry};

use crate::ground::{Ground, assign};
use crate::tree::on;

#[tokio::test]
async fn rates_count_what_their_terms_say() {
    let mut ground = Ground::new().await;
    let mut registry = Registry::new();
    figures(&mut registry);
    let year = |to: &str| Cut::city(Period { from: crate::tree::day("2016-01-01"), to: crate::tree::day(to) });
    // In time: asked to close within fifteen working days. Too late: after a month and a half.
    let early = ground.answered("2016-03-01", "2016-03-08").await;
    let late = ground.answered("2016-03-01", "2016-04-20").await;
    // Open, and long past its day.
    let open = ground.posted(on("2016-03-01")).await;
    let owner = ground.tree.person(Role::CaseOfficer, "水务局").clone();
    ground.act(open.case, assign(&ground.tree, "水务局"), &ground.desk(), on("2016-03-01")).await;
    ground.act(open.case, Request::Sign, &owner, on("2016-03-01")).await;
    ground.act(open.case, Request::Begin, &owner, on("2016-03-01")).await;
    let mut tx = ground.tx().await;
    let value = async |tx: &mut huiyin_db::Tx, id: &str, to: &str| {
        let figure = registry.find(id).unwrap();
        registry.value(tx, figure, &year(to)).await.unwrap()
    };
    // On 10 March one is answered and nothing else is due; at the year's end one of three came in time.
    assert_eq!(value(&mut tx, "problems_on_time_rate", "2016-03-10").await.both().unwrap(), "1 / 1");
    assert_eq!(value(&mut tx, "problems_on_time_rate", "2016-12-16").await.both().unwrap(), "1 / 3");
    drop(tx);
    let score = |score| huiyin_cases::Score { score, comment: "说明".into(), ..Default::default() };
    let mut rng = huiyin_base::Rng::seeded(4);
    ground.cases.rate(&early.receipt, score(5), on("2016-03-20"), &mut rng).await.unwrap();
    ground.cases.rate(&late.receipt, score(2), on("2016-04-21"), &mut rng).await.unwrap();
    let object = huiyin_cases::ReporterAct::Object("没有修好".into());
    ground.cases.act_as_reporter(&late.receipt, object, on("2016-04-25"), &mut rng).await.unwrap();
    let mut tx = ground.tx().await;
    assert_eq!(value(&mut tx, "problems_reopened_rate", "2016-12-16").await.both().unwrap(), "1 / 2");
    assert_eq!(value(&mut tx, "problems_reopened_rate", "2016-04-24").await.both().unwrap(), "0 / 2");
    assert_eq!(value(&mut tx, "problems_satisfied", "2016-12-16").await.both().unwrap(), "1 / 1");
    // Told by whole months: the day of a single rating is in no difference of two numbers.
    assert_eq!(value(&mut tx, "problems_rated", "2016-03-30").await.value, 0);
    for day in ["2016-03-31", "2016-04-22", "2016-04-29"] {
        assert_eq!(value(&mut tx, "problems_satisfied", day).await.both().unwrap(), "1 / 1", "{day}");
    }
    for figure in registry.all() {
        let (_, found) =
            huiyin_figures::check_cuts(&mut tx, &registry, figure, &[year("2016-12-16"), year("2016-04-22")])
                .await
                .unwrap();
        assert_eq!(found, Vec::<String>::new());
    }
    let rated = registry.find("problems_rated").unwrap();
    let marks = registry.breakdown(&mut tx, rated, &year("2016-12-16"), Dimension::Score).await.unwrap();
    assert_eq!(
        marks.iter().map(|cell| (cell.key.clone(), cell.number.value)).collect::<Vec<_>>(),
        [(Key::Score(5), 1)]
    );
    // By no other figure can one narrow to a mark, and so read a single case's.
    let raised = registry.find("problems_raised").unwrap();
    assert_eq!(registry.value(&mut tx, raised, &year("2016-12-16").of_score(5)).await.unwrap().value, 0);
}
