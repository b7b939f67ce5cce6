//! Pledges: with whom, who signs, what a change does, and who comes second.

use huiyin_base::{Id, ProblemKind};
use huiyin_cases::store::{self, PledgeState, SignManner};
use huiyin_cases::{DraftTarget, PledgeDraft, PledgeRules};
use huiyin_directory::{Role, Viewer};
use huiyin_testing::Browser;

use crate::ground::Ground;
use crate::pages_desk::House;
use crate::tree::{day, on};

fn draft() -> PledgeDraft {
    PledgeDraft {
        title: "2016 年度饮水安全责任书".into(),
        approval: "延办函〔2016〕12 号".into(),
        approver: "市委办公室".into(),
        until: Some(day("2016-12-31")),
        text: "市里安排资金，县里组织实施。\n每季度共同看一次进展。".into(),
        targets: vec![DraftTarget {
            text: "解决饮水困难".into(),
            target: Some(1200),
            measure: "户".into(),
            ..DraftTarget::default()
        }],
        change: String::new(),
    }
}

async fn made(ground: &mut Ground) -> Id {
    let city = ground.tree.person(Role::CityStaff, "市").clone();
    let party = ground.tree.org("县");
    ground.cases.pledge_make(party, &draft(), &city, on("2016-03-01"), &mut ground.rng).await.unwrap()
}

async fn sign(ground: &Ground, id: Id, n: i64, viewer: &Viewer) -> Result<PledgeState, huiyin_base::Problem> {
    let at = (ground.tree.org("市").region, id);
    ground.cases.pledge_sign(at, n, SignManner::Account, viewer, on("2016-03-02")).await
}

#[tokio::test]
async fn only_the_city_issues_and_only_to_counties_and_its_own_departments() {
    let mut ground = Ground::new().await;
    let city = ground.tree.person(Role::CityStaff, "市").clone();
    let county = ground.tree.person(Role::CountyStaff, "县").clone();
    for party in ["甲镇", "甲一村", "水务局", "市"] {
        let org = ground.tree.org(party);
        let refused = ground.cases.pledge_make(org, &draft(), &city, on("2016-03-01"), &mut ground.rng).await;
        let message = refused.unwrap_err().message;
        assert!(message.contains("不能再往乡镇"), "{party}: {message}");
    }
    let org = ground.tree.org("甲镇");
    let refused = ground.cases.pledge_make(org, &draft(), &county, on("2016-03-01"), &mut ground.rng).await;
    assert_eq!(refused.unwrap_err().kind, ProblemKind::Forbidden);
    for party in ["县", "邻县", "市水务局"] {
        let org = ground.tree.org(party);
        ground.cases.pledge_make(org, &draft(), &city, on("2016-03-01"), &mut ground.rng).await.unwrap();
    }
    let counts = store::pledge_counts(&mut ground.tx().await, ground.tree.org("市").region, day("2016-03-02")).await;
    let counts = counts.unwrap();
    assert_eq!(counts.len(), 1);
    assert_eq!((counts[0].made, counts[0].in_force, counts[0].awaiting, counts[0].over), (3, 0, 3, 0));
}

#[tokio::test]
async fn approval_and_a_last_day_are_not_optional() {
    let mut ground = Ground::new().await;
    let city = ground.tree.person(Role::CityStaff, "市").clone();
    let longest = PledgeRules::built_in().unwrap().longest_days;
    let wrong = [
        (PledgeDraft { approval: " ".into(), ..draft() }, "批准文号"),
        (PledgeDraft { until: None, ..draft() }, "有效期"),
        (PledgeDraft { until: Some(day("2016-03-01")), ..draft() }, "今天以后"),
        (PledgeDraft { until: Some(day("2016-03-01").plus(longest + 1)), ..draft() }, "最晚到"),
        (PledgeDraft { targets: Vec::new(), ..draft() }, "至少要有一项"),
        (PledgeDraft { text: "长".repeat(100_000), ..draft() }, "正文"),
    ];
    for (draft, word) in wrong {
        let org = ground.tree.org("县");
        let refused = ground.cases.pledge_make(org, &draft, &city, on("2016-03-01"), &mut ground.rng).await;
        let message = refused.unwrap_err().message;
        assert!(message.contains(word), "{word}: {message}");
    }
}

#[tokio::test]
async fn both_sides_sign_the_newest_version_and_nobody_signs_for_both() {
    let mut ground = Ground::new().await;
    let id = made(&mut ground).await;
    let region = ground.tree.org("市").region;
    let city = ground.tree.person(Role::CityStaff, "市").clone();
    let county = ground.tree.person(Role::CountyStaff, "县").clone();
    let other = ground.tree.person(Role::CountyStaff, "邻县").clone();
    let both = ground.tree.viewer(&[(Role::CityStaff, "市"), (Role::CountyStaff, "县")]);
    assert_eq!(sign(&ground, id, 1, &other).await.unwrap_err().kind, ProblemKind::Forbidden);
    assert_eq!(sign(&ground, id, 1, &both).await.unwrap(), PledgeState::Awaiting);
    let again = sign(&ground, id, 1, &city).await.unwrap_err();
    assert!(again.kind == ProblemKind::Conflict && again.message.contains("不用再签"), "{}", again.message);
    assert_eq!(sign(&ground, id, 1, &county).await.unwrap(), PledgeState::InForce);

    let change = PledgeDraft { change: "资金晚到，目标改为 1,000 户。".into(), ..draft() };
    let made = ground.cases.pledge_change((region, id), 1, &change, &city, on("2016-06-01")).await.unwrap();
    assert_eq!(made, 2);
    let stale = ground.cases.pledge_change((region, id), 1, &change, &city, on("2016-06-01")).await.unwrap_err();
    assert!(stale.message.contains("第 2 版"));
    let old = sign(&ground, id, 1, &county).await.unwrap_err();
    assert!(old.kind == ProblemKind::Conflict && old.message.contains("请看过第 2 版再签"), "{}", old.message);
    let tx = &mut ground.tx().await;
    let states = |versions: Vec<store::PledgeVersion>| versions.iter().map(|one| one.state).collect::<Vec<_>>();
    let now = states(store::pledge_versions(tx, region, id).await.unwrap());
    assert_eq!(now, [PledgeState::InForce, PledgeState::Awaiting]);
    sign(&ground, id, 2, &county).await.unwrap();
    assert_eq!(sign(&ground, id, 2, &city).await.unwrap(), PledgeState::InForce);
    let now = states(store::pledge_versions(tx, region, id).await.unwrap());
    assert_eq!(now, [PledgeState::Replaced, PledgeState::InForce]);
}

#[tokio::test]
async fn of_two_signatures_at_once_one_counts_and_the_other_is_told() {
    let mut ground = Ground::new().await;
    let id = made(&mut ground).await;
    let counties: Vec<Viewer> = ground.tree.persons(Role::CountyStaff, "县").into_iter().take(2).cloned().collect();
    let (first, second) = tokio::join!(sign(&ground, id, 1, &counties[0]), sign(&ground, id, 1, &counties[1]));
    let refused = match (&first, &second) {
        (Ok(_), Err(problem)) | (Err(problem), Ok(_)) => problem,
        both => panic!("one of two: {both:?}"),
    };
    assert!(refused.kind == ProblemKind::Conflict && refused.message.contains("不用再签"));
    let region = ground.tree.org("市").region;
    let signed = store::pledge_signatures(&mut ground.tx().await, region, id).await.unwrap();
    assert_eq!(signed.len(), 1);
}

#[tokio::test]
async fn a_change_while_somebody_signs_leaves_no_version_half_signed_in_force() {
    let mut ground = Ground::new().await;
    let id = made(&mut ground).await;
    let region = ground.tree.org("市").region;
    let city = ground.tree.person(Role::CityStaff, "市").clone();
    let county = ground.tree.person(Role::CountyStaff, "县").clone();
    sign(&ground, id, 1, &city).await.unwrap();
    let change = PledgeDraft { change: "改目标。".into(), ..draft() };
    let changing = ground.cases.pledge_change((region, id), 1, &change, &city, on("2016-03-02"));
    let (signed, changed) = tokio::join!(sign(&ground, id, 1, &county), changing);
    changed.unwrap();
    let versions = store::pledge_versions(&mut ground.tx().await, region, id).await.unwrap();
    match signed {
        Ok(state) => {
            assert_eq!(state, PledgeState::InForce);
            assert_eq!(versions[0].state, PledgeState::InForce);
        }
        Err(problem) => {
            assert!(problem.message.contains("第 2 版"), "{}", problem.message);
            assert_eq!(versions[0].state, PledgeState::Replaced);
        }
    }
    assert_eq!(versions[1].state, PledgeState::Awaiting);
}

async fn sign_page(browser: &mut Browser, at: &str, password: &str) -> huiyin_testing::Page {
    let page = browser.get(at).await;
    browser.submit(&page, &format!("{at}/signature"), &[("password", password), ("manner", "account")]).await
}

#[tokio::test]
async fn a_pledge_goes_from_the_form_to_both_signatures() {
    let house = House::new().await;
    let mut city = house.browser("city").await;
    let party = house.city.org("宝塔区").id.to_string();
    let form = city.get(&format!("/pledges/new?party={party}")).await;
    let fields = [
        ("title", "饮水安全责任书"),
        ("approval", "延办函〔2016〕12 号"),
        ("approver", "市委办公室"),
        ("until", "2016-12-31"),
        ("text", "一起把水通上。"),
        ("target", "解决饮水困难"),
        ("target_n", "1,200"),
        ("target_measure", "户"),
    ];
    let made = city.submit(&form, "/pledges", &fields).await;
    let at = made.path.clone();
    assert!(at.starts_with("/pledges/"), "{at}: {}", made.text());
    assert!(made.text().contains("1,200户"), "{}", made.text());
    let wrong = sign_page(&mut city, &at, "falsch").await;
    assert!(wrong.text().contains("密码不对"), "{}", wrong.text());
    // Who has no part in it does not learn that it exists.
    let mut ansai = house.browser("ansai").await;
    assert_eq!(ansai.get(&at).await.status, 404);
    let mut township = house.browser("township").await;
    assert_eq!(township.get("/pledges").await.status, 403);
    let mut county = house.browser("county").await;
    let refused = county.get("/pledges/new").await;
    assert!(refused.text().contains("不能再往乡镇"), "{}", refused.text());
    let print = county.get(&format!("{at}/print")).await;
    assert!(print.text().contains("负责人（签字）"));
    let anybody = house.app.browser().get("/pledges/counts").await;
    assert!(anybody.text().contains("延安市") && !anybody.text().contains("饮水"));
}
