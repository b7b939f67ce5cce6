//! Whom a case is about never sees nor handles it.

use huiyin_base::ProblemKind;
use huiyin_cases::store::{self, CaseFilter, Page};
use huiyin_cases::{Request, Subject, Submission};
use huiyin_directory::{Role, Viewer};

use crate::ground::{Ground, assign, posting};
use crate::tree::on;

const ALL: &[Role] = Role::ALL;

async fn about(ground: &mut Ground, org: &str) -> huiyin_cases::Submitted {
    let subject = Some(Subject { org: ground.tree.org(org), office: Some("村主任".into()) });
    let submission = Submission { subject, ..ground.submission() };
    ground.cases.submit(submission, on("2016-03-01"), &mut ground.rng).await.unwrap()
}

fn barred(ground: &Ground) -> Vec<Viewer> {
    let village = ground.tree.org("甲一村");
    let belongs = |viewer: &&Viewer| viewer.grants.iter().any(|grant| ground.tree.lines.within(grant.org, village));
    ground.tree.people.iter().filter(belongs).cloned().collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_subject_finds_nothing_and_does_nothing() {
    let mut ground = Ground::new().await;
    let case = about(&mut ground, "甲一村").await.case;
    ground.act(case, posting("村里账目不清"), &ground.desk(), on("2016-03-01")).await;
    let barred = barred(&ground);
    // Two officers of the village, one of them at the township too, and a county clerk who belongs to its branch.
    assert_eq!(barred.len(), 4);
    let mut tx = ground.tx().await;
    for viewer in &barred {
        let scope = viewer.scope(ALL);
        assert!(store::case_find(&mut tx, &scope, case).await.unwrap().is_none());
        let list = store::case_list(&mut tx, &scope, &CaseFilter::default(), &Page::first(10)).await.unwrap();
        assert!(list.rows.is_empty());
        assert_eq!(store::case_count(&mut tx, &scope, &CaseFilter::default()).await.unwrap().n, 0);
        let page = store::DeskPage { duty: None, view: None, at: None, limit: 10 };
        assert!(store::desk_list(&mut tx, &scope, &ground.desks(viewer), &page).await.unwrap().rows.is_empty());
        let item = store::case_get(&mut tx, case).await.unwrap().unwrap();
        assert!(ground.cases.allowed(&mut tx, &item, viewer).await.unwrap().is_empty());
        assert!(ground.cases.handler(&mut tx, &item, viewer).await.is_err());
    }
    let others = ground.desk().scope(ALL);
    assert!(store::case_find(&mut tx, &others, case).await.unwrap().is_some());
    drop(tx);
    for viewer in &barred {
        let mut rng = ground.rng.clone();
        let act = ground.cases.act(case, Request::Decline.because("无"), viewer, on("2016-03-02")).await;
        assert!(matches!(act.unwrap_err().kind, ProblemKind::NotFound));
        let look = ground.cases.original(case, viewer, on("2016-03-02").now, &mut rng).await;
        assert_eq!(look.unwrap_err().kind, ProblemKind::NotFound);
        let write = ground.cases.write_as_officer(case, "谁写的？", viewer, on("2016-03-02"), &mut rng).await;
        assert_eq!(write.unwrap_err().kind, ProblemKind::NotFound);
    }
    let to_itself = ground.cases.act(case, assign(&ground.tree, "甲一村"), &ground.desk(), on("2016-03-02")).await;
    assert!(to_itself.unwrap_err().message.contains("反映的是这个单位"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_about_the_county_begins_at_the_city() {
    let mut ground = Ground::new().await;
    let case = about(&mut ground, "县").await.case;
    let mut tx = ground.tx().await;
    let item = store::case_get(&mut tx, case).await.unwrap().unwrap();
    assert_eq!((item.desk_org(), item.owner()), (ground.tree.org("市"), ground.tree.org("市")));
    assert!(store::case_find(&mut tx, &ground.desk().scope(ALL), case).await.unwrap().is_none());
    drop(tx);
    let city = ground.tree.person(Role::CityStaff, "市").clone();
    ground.act(case, posting("县里办事慢"), &city, on("2016-03-02")).await;
    let to = ground.cases.act(case, assign(&ground.tree, "水务局"), &city, on("2016-03-02")).await;
    assert!(to.is_err(), "nobody below the county handles a case about the county");
    ground.act(case, assign(&ground.tree, "市水务局"), &city, on("2016-03-02")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn strangers_get_the_uniform_answer() {
    let mut ground = Ground::new().await;
    let case = ground.submit(on("2016-03-01")).await.case;
    for viewer in [ground.tree.person(Role::CountyStaff, "邻县"), ground.tree.person(Role::CaseOfficer, "乙一村")]
    {
        let mut tx = ground.tx().await;
        assert!(store::case_find(&mut tx, &viewer.scope(ALL), case).await.unwrap().is_none());
        drop(tx);
        let act = ground.cases.act(case, posting("水管"), viewer, on("2016-03-01")).await.unwrap_err();
        assert_eq!(act.kind, ProblemKind::NotFound, "{}", act.message);
    }
    let inspector = ground.tree.person(Role::Inspector, "县");
    ground.act(case, posting("水管坏了"), &ground.desk(), on("2016-03-01")).await;
    let act =
        ground.cases.act(case, Request::Merge(case).because("无"), inspector, on("2016-03-01")).await.unwrap_err();
    assert_eq!(act.kind, ProblemKind::Forbidden, "who sees it is told who can");
}
