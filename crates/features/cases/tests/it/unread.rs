//! What nobody has read is not decided, and what a browser was to forget is gone.

use huiyin_base::{Id, ProblemKind, Rng};
use huiyin_cases::ledger::{ImportAction, Ledger, LedgerFile, NewLedger, import_ledger};
use huiyin_cases::{Cases, Request};
use huiyin_testing::{City, TestApp};

use crate::ground::{Ground, assign};
use crate::pages_after::requested;
use crate::pages_way::{House, TEXT};
use crate::tree::on;

#[tokio::test]
async fn an_answer_that_took_the_place_of_the_one_read_is_not_accepted() {
    let house = House::new().await;
    house.report(TEXT, "").await;
    let link = requested(&house).await;
    let (mut first, mut other) = (house.browser("county").await, house.browser("county").await);
    let stale = first.get(&link).await;
    let page = other.get(&link).await;
    other.submit(&page, &format!("{link}/refusal"), &[("reason", "没有写什么时候通的水")]).await;
    let mut officer = house.browser("water").await;
    let page = officer.get(&link).await;
    let answer = [("outcome", "explained"), ("text", "没有钱，暂时修不了。")];
    officer.upload(&page, &format!("{link}/close-request"), &answer, &[]).await;

    let unread = first.submit(&stale, &format!("{link}/acceptance"), &[]).await;
    assert!(unread.text().contains("又有了变化"), "{}", unread.text());
    assert!(!house.app.browser().get("/problems/宝塔-2016-00001").await.text().contains("暂时修不了"));
    let read = first.submit(&unread, &format!("{link}/acceptance"), &[]).await;
    assert!(read.text().contains("核验通过"), "{}", read.text());
}

#[tokio::test]
async fn who_leaves_a_borrowed_telephone_leaves_no_second_receipt() {
    let house = House::new().await;
    let (mut resident, _) = house.report(TEXT, "").await;
    let page = resident.get("/follow/pressure").await;
    let told = resident.submit(&page, "/follow/pressure", &[("category", "withdraw"), ("text", "让我撤")]).await;
    assert!(told.text().contains("只有上一级看得到"), "{}", told.text());
    let left = resident.submit(&told, "/follow/leaving", &[]).await;
    assert!(left.text().contains("不再保留"), "{}", left.text());
    for path in ["/follow/pressure/receipt", "/follow/receipt", "/follow/case"] {
        assert!(resident.get(path).await.has_form("/follow"), "{path} asks for a receipt");
    }
}

#[tokio::test]
async fn what_is_in_work_is_not_taken_away_without_a_reason() {
    let mut ground = Ground::new().await;
    let (day, desk) = (on("2016-03-01"), ground.desk());
    let case = ground.posted(day).await.case;
    ground.act(case, assign(&ground.tree, "水务局"), &desk, day).await;
    let owner = ground.tree.person(huiyin_directory::Role::CaseOfficer, "水务局").clone();
    ground.act(case, Request::Sign, &owner, day).await;
    let unsaid = ground.cases.act(case, assign(&ground.tree, "乙镇"), &desk, day).await.unwrap_err();
    assert!(unsaid.kind == ProblemKind::Invalid && unsaid.message.contains("为什么"), "{}", unsaid.message);
    ground.act(case, assign(&ground.tree, "乙镇"), &desk, day).await;
}

/// Two rows that are open, and with them how far their time may reach.
fn rows(deadlines: [&str; 2]) -> String {
    format!(
        "乡镇,行政村,反映问题,收集时间,责任单位,办理期限\n柳河镇,上湾村,渠塌了没人修,2016-12-01,区水务局,{}\n\
         柳河镇,上湾村,村口路灯不亮,2016-12-01,区水务局,{}\n",
        deadlines[0], deadlines[1]
    )
}

#[tokio::test]
async fn the_same_ledger_confirmed_by_two_clerks_comes_in_once() {
    let app = TestApp::new(vec![huiyin_cases::feature()]).await.unwrap();
    let city = City::found(&app).await.unwrap();
    let cases = Cases::of(&app.site.db, &app.site.vault, &app.site.calendar).unwrap();
    let (county, moment, mut rng) = (city.org("宝塔区"), on("2016-12-16"), Rng::seeded(1));
    let ledger = Ledger { cases: &cases, county, name: "宝塔区", short: "宝塔", moment };
    let text = rows(["", ""]);
    let mut batches = Vec::new();
    for _ in 0..2 {
        let id = Id::new(county.region, moment.now, &mut rng);
        let limits = huiyin_documents::Limits::default();
        let table =
            huiyin_documents::read_ledger("a.csv", text.as_bytes(), &["问题", "单位", "时间"], &limits).unwrap();
        let new = NewLedger { id, file_name: "a.csv".into(), by: None, check: None };
        ledger.stage(new, table, &mut rng).await.unwrap();
        assert_eq!(ledger.check(id, &mut rng).await.unwrap().add, 2);
        batches.push(id);
    }
    assert_eq!(ledger.apply(batches[0], false, &mut rng).await.unwrap(), 2);
    let twice = ledger.apply(batches[1], false, &mut rng).await.unwrap_err();
    assert!(twice.kind == ProblemKind::Conflict && twice.message.contains("宝塔-2016-0000"), "{}", twice.message);
    assert_eq!(ledger.check(batches[1], &mut rng).await.unwrap().twin, 2, "now they are asked about");
    let known = ledger.results(batches[1]).await.unwrap();
    assert!(known.iter().all(|(_, row)| row.action == Some(ImportAction::Twin)));
}

#[tokio::test]
async fn an_imported_deadline_is_one_that_the_desk_could_have_given() {
    let app = TestApp::new(vec![huiyin_cases::feature()]).await.unwrap();
    let city = City::found(&app).await.unwrap();
    let cases = Cases::of(&app.site.db, &app.site.vault, &app.site.calendar).unwrap();
    let (county, mut rng) = (city.org("宝塔区"), Rng::seeded(1));
    let ledger = Ledger { cases: &cases, county, name: "宝塔区", short: "宝塔", moment: on("2016-12-16") };
    let text = rows(["2018-12-31", "2016-11-01"]);
    let file = LedgerFile { name: "台账.csv", bytes: text.as_bytes(), dry_run: true, partial: true };
    let wrong = import_ledger(&ledger, file, &mut rng).await.unwrap();
    let told = format!("{:?}", wrong.errors);
    assert!(wrong.counts.add == 0 && told.contains("最多到") && told.contains("早于反映日期"), "{told}");
    // 2016-12-17 is a Saturday.
    let text = rows(["2016-12-17", "2016-12-20"]);
    let file = LedgerFile { name: "台账.csv", bytes: text.as_bytes(), dry_run: false, partial: false };
    assert_eq!(import_ledger(&ledger, file, &mut rng).await.unwrap().made, 2);
    let desk = app.browser_as(city.account("water")).await.unwrap().get("/desk").await;
    assert!(!desk.text().contains("12月17日"), "{}", desk.text());
}
