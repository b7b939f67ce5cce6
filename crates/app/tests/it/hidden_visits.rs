//! An unannounced visit before it is over, tried through every door of the house: only its team and whoever ordered it know of it.

use huiyin_base::Rng;
use huiyin_cases::supervision::store::{InspectionKind, unit_list};
use huiyin_cases::supervision::{Closing, NewInspection, NewRecord, UnitList};
use huiyin_cases::{Cases, Moment};
use huiyin_directory::{OrgKind, viewer_find};
use huiyin_testing::{City, TestApp};

/// Nothing else is called so.
const TITLE: &str = "夜里水房暗访";
const THEME: &str = "不打招呼看水房";

const DOORS: [&str; 19] = [
    "/",
    "/desk",
    "/cases",
    "/inspections",
    "/inspections?kind=unannounced",
    "/inspections?year=2016",
    "/practices",
    "/practices?q=%E6%B0%B4%E6%88%BF",
    "/talks",
    "/meetings",
    "/figures",
    "/figures/unannounced_visits",
    "/figures/unannounced_visits/list",
    "/organisations",
    "/me",
    "/wall?q=%E6%B0%B4%E6%88%BF",
    "/echo",
    "/draws",
    "/insights",
];

async fn viewer(app: &TestApp, city: &City, login: &str) -> huiyin_directory::Viewer {
    let mut tx = app.site.db.read().await.unwrap();
    viewer_find(&mut tx, city.account(login), app.site.today()).await.unwrap().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn no_door_tells_of_a_visit_before_it_is_over() {
    let app = TestApp::new(huiyin_app::features::features()).await.unwrap();
    let city = City::found(&app).await.unwrap();
    let cases = Cases::of(&app.site.db, &app.site.vault, &app.site.calendar).unwrap();
    let (mut rng, moment, real) = (Rng::seeded(3), Moment::at(app.site.clock.now()), app.site.clock.real());
    let (orderer, today) = (viewer(&app, &city, "city").await, app.site.today());
    let team = cases.team_form("暗访组", &orderer, moment, &mut rng).await.unwrap();
    cases.team_join(team, (city.account("inspector"), true), &orderer, today).await.unwrap();
    let new = NewInspection {
        kind: InspectionKind::Unannounced,
        title: TITLE.into(),
        theme: THEME.into(),
        plan: None,
        reason: "群众反映".into(),
        approval: "延办字〔2016〕50号".into(),
        from: today,
        to: today.plus(3),
        round: None,
        teams: vec![team],
        checklist: Vec::new(),
        nonce: "hidden-visit".into(),
    };
    let id = cases.inspection_order(new, &orderer, (moment, real), &mut rng).await.unwrap();
    let list = UnitList { kind: OrgKind::Village, region: None };
    cases.inspection_freeze(id, list, &app.site.regions, &orderer, (moment, real), &mut rng).await.unwrap();
    cases.inspection_draw(id, 1, &orderer, moment).await.unwrap();
    let unit = unit_list(&mut app.site.db.read().await.unwrap(), id, true).await.unwrap().remove(0);
    let inspector = viewer(&app, &city, "inspector").await;
    let record = NewRecord { text: "水房锁着".into(), nonce: "record-1".into(), ..NewRecord::default() };
    cases.record_add(id, unit.n, record, &inspector, moment, &mut rng).await.unwrap();
    app.drain().await.unwrap();

    let page = format!("/inspections/{id}");
    let mut own = app.browser_as(city.account("inspector")).await.unwrap();
    assert!(own.get("/inspections/mine").await.text().contains(TITLE), "its team works with it");
    assert_eq!(own.get(&page).await.status, 200);
    let file = own.get("/inspections.xlsx?year=2016").await;
    assert!(!holds(&file.bytes, TITLE), "in no file, also for its team");
    for login in city.logins().filter(|login| !["city", "inspector"].contains(login)) {
        let mut browser = app.browser_as(city.account(login)).await.unwrap();
        for door in DOORS {
            let shown = browser.get(door).await.text();
            assert!(!shown.contains(TITLE) && !shown.contains(THEME), "{door} tells {login}");
        }
        for (path, method) in
            [("", "get"), ("/draw", "get"), ("/draw", "post"), ("/closure", "post"), ("/units", "post")]
        {
            let path = format!("{page}{path}");
            let answer = if method == "get" {
                browser.get(&path).await
            } else {
                browser.post(&path, &[("outcome", "猜")]).await
            };
            let known = answer.text().contains(TITLE) || ![403, 404].contains(&answer.status.as_u16());
            assert!(!known, "{method} {path} answers {login} with {}", answer.status);
        }
        let form = browser.get(&format!("{page}/units/{}/record", unit.n)).await;
        assert!([403, 404].contains(&form.status.as_u16()), "{login}");
    }
    let mut stranger = app.browser();
    let figure = stranger.get("/api/v1/figures/unannounced_visits").await.text();
    assert!(!figure.contains("\"value\":1"), "not counted: {figure}");
    // The audit: that something is under way, and neither what nor where.
    let mut auditor = app.browser_as(city.account("audit")).await.unwrap();
    for door in ["/audit", "/audit?kind=supervision"] {
        let log = auditor.get(door).await;
        assert!(log.text().contains("尚未公开"), "{}", log.text());
        for word in [TITLE, THEME, unit.name.as_str(), unit.code.as_str()] {
            assert!(!log.html().contains(word), "{door} names {word}");
        }
        assert!(!log.html().contains(&id.to_string()));
    }

    let closing = Closing { outcome: "看完了".into(), ..Closing::default() };
    cases.inspection_close(id, closing, &orderer, moment, &mut rng).await.unwrap();
    let mut township = app.browser_as(city.account("county")).await.unwrap();
    let seen = township.get("/inspections?kind=unannounced").await.text();
    let of_county = unit.unit_region == city.org("宝塔区").region;
    assert_eq!(seen.contains(TITLE), of_county, "once over, the inspected county reads of it");
    assert!(own.get("/inspections").await.text().contains(TITLE));
}

/// A workbook is a packed archive: its strings are looked for unpacked.
fn holds(bytes: &[u8], words: &str) -> bool {
    use std::io::Read as _;
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    (0..archive.len()).any(|place| {
        let mut text = Vec::new();
        archive.by_index(place).unwrap().read_to_end(&mut text).unwrap();
        String::from_utf8_lossy(&text).contains(words)
    })
}
