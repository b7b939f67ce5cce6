use huiyin_base::Report;
use huiyin_catalogue::{Catalogue, Column, burden};
use huiyin_db::scratch::Scratch;

async fn check(scratch: &Scratch, catalogue: &Catalogue, paths: &[&str]) -> Report {
    burden::check(&mut scratch.db.read().await.unwrap(), catalogue, paths).await.unwrap()
}

#[tokio::test]
async fn the_tables_of_the_house_are_no_burden() {
    let scratch = Scratch::new().await.unwrap();
    let paths = ["/wall", "/cases/{number}/assignment", "/sign-in", "/figures/{id}"];
    let report = check(&scratch, &Catalogue::load().unwrap(), &paths).await;
    assert!(report.passed, "{}", report.findings.join("\n"));
    assert!(report.examined > 200, "{}", report.examined);
}

#[tokio::test]
async fn a_time_or_count_about_a_person_needs_an_allowed_purpose() {
    let scratch = Scratch::new().await.unwrap();
    crate::execute(
        &scratch,
        "create table lesson (region integer, id blob, person blob, seconds integer, opened_at integer, title text)",
        "create table lesson (region bigint, id uuid, person uuid, seconds bigint, opened_at timestamptz, title text)",
    )
    .await;
    let mut catalogue = Catalogue::load().unwrap();
    let report = check(&scratch, &catalogue, &[]).await;
    assert_eq!(report.findings.len(), 2, "{report:?}");
    assert!(report.findings[0].contains("lesson.seconds") && report.findings[0].contains("没有列入数据目录"));

    // With a line, but for a purpose that allows no measure; then for one that does.
    for (purpose, findings) in [("contact", 1), ("membership", 0)] {
        let mut table = catalogue.tables["membership"].clone();
        let line = |purpose: &str| Column { purpose: purpose.into(), ..table.columns["from_day"].clone() };
        let (seconds, opened) = (line(purpose), line("membership"));
        table.columns = [("seconds".to_owned(), seconds), ("opened_at".to_owned(), opened)].into();
        catalogue.tables.insert("lesson".into(), table);
        if purpose == "contact" {
            catalogue.purposes.get_mut("contact").unwrap().measures = None;
        }
        let report = check(&scratch, &catalogue, &[]).await;
        assert_eq!(report.findings.len(), findings, "{report:?}");
    }
}

#[tokio::test]
async fn names_of_check_ins_points_rankings_and_online_time_are_found() {
    let scratch = Scratch::new().await.unwrap();
    crate::execute(
        &scratch,
        "create table branch_ranking (region integer, online_seconds integer)",
        "create table branch_ranking (region bigint, online_seconds bigint)",
    )
    .await;
    let paths =
        ["/check-in", "/members/points", "/branches/ranking", "/online-time", "/checkpoint", "/sign-in", "/frank"];
    let report = check(&scratch, &Catalogue::load().unwrap(), &paths).await;
    assert_eq!(report.findings.len(), 6, "{report:?}");
    for named in [
        "branch_ranking 的",
        "branch_ranking.online_seconds",
        "/check-in",
        "/points",
        "/branches/ranking",
        "/online-time",
    ] {
        assert!(report.findings.iter().any(|finding| finding.contains(named)), "{named}");
    }
}
