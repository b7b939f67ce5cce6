//! The check passes on sound figures, and each of its comparisons fails when it should.

use huiyin_base::Report;
use huiyin_db::scratch::Scratch;
use huiyin_figures::{Columns, Cut, Expectation, Kind, Registry, Relation, Selection, check};

use crate::feature::{figure, filled, registry, year};

async fn run(scratch: &Scratch, registry: &Registry, expected: &[Expectation]) -> Report {
    let mut tx = scratch.db.snapshot().await.unwrap();
    check(&mut tx, registry, year().period, expected).await.unwrap()
}

fn expected(value: i64) -> [Expectation; 1] {
    [Expectation { figure: "delivered".into(), relation: Relation::Equal, value }]
}

#[tokio::test]
async fn sound_figures_pass() {
    let report = run(&filled().await, &registry(), &expected(30)).await;
    assert_eq!(report.findings, Vec::<String>::new());
    assert!(report.passed && report.examined > 100, "{}", report.examined);
}

#[tokio::test]
async fn a_number_other_than_published_is_found() {
    let report = run(&filled().await, &registry(), &expected(31)).await;
    assert_eq!(report.findings, ["指标 delivered：应等于 31，实为 30"]);
    assert!(!report.passed);
}

#[tokio::test]
async fn a_row_counted_twice_is_found() {
    // A join that doubles rows: the number counts both, the list can tell them apart only once.
    fn doubled(cut: &Cut) -> Selection {
        Selection::new(
            "from delivery d join delivery e on e.region = d.region and e.day = d.day where d.day > 0",
            COLUMNS,
        )
        .within(cut)
        .during(cut)
    }
    const COLUMNS: Columns =
        Columns { id: "d.id", region: "d.region", day: "d.day", title: "d.title", ..Columns::NONE };
    let mut registry = Registry::new();
    registry.add(figure("doubled", Kind::Count, doubled));
    let report = run(&filled().await, &registry, &[]).await;
    assert!(report.findings.iter().any(|finding| finding.contains("清单合计")), "{report:?}");
}

#[tokio::test]
async fn a_part_greater_than_its_whole_is_found() {
    fn dear(cut: &Cut) -> Selection {
        crate::feature::delivered(cut).narrowed(|rows| rows.and("d.amount > 60"))
    }
    let mut registry = Registry::new();
    registry.add(figure("turned", Kind::Rate { over: "dear" }, crate::feature::delivered));
    let mut dear = figure("dear", Kind::Count, dear);
    dear.breakdowns = &[];
    registry.add(dear);
    let report = run(&filled().await, &registry, &[]).await;
    assert!(report.findings.iter().any(|finding| finding.contains("分母不能按同样的维度细分")), "{report:?}");
    assert!(report.findings.contains(&"指标 turned（全市）：分子大于分母".to_owned()), "{report:?}");
}

#[tokio::test]
async fn a_breakdown_that_does_not_add_up_is_found() {
    // The whole of a rate that ignores the cut's month: right for the year, wrong for each month.
    fn ignores_months(cut: &Cut) -> Selection {
        crate::feature::delivered(&Cut { month: None, ..cut.clone() })
    }
    let mut registry = Registry::new();
    registry.add(figure("deaf", Kind::Count, ignores_months));
    let report = run(&filled().await, &registry, &[]).await;
    // The number, its list and its sums all ignore the month alike; only the cell beside the number gives it away.
    assert!(
        report.findings.iter().any(|finding| finding.contains("201601") && finding.contains("单元格")),
        "{report:?}"
    );
}

#[tokio::test]
async fn a_rate_over_nothing_and_an_empty_definition_are_found() {
    let mut registry = Registry::new();
    let mut rate = figure("rate", Kind::Rate { over: "missing" }, crate::feature::delivered);
    rate.definition = "";
    registry.add(rate);
    let report = run(&filled().await, &registry, &[]).await;
    assert_eq!(report.findings, ["指标 rate：名称、单位或定义没有写", "指标 rate：比率的分母没有登记"]);
}

#[test]
#[should_panic(expected = "declared twice")]
fn an_id_is_declared_once() {
    let mut registry = registry();
    registry.add(figure("spent", Kind::Sum, crate::feature::delivered));
}
