//! Whose hands a case may come into, and what two hands do to it at once.

use huiyin_base::ProblemKind;
use huiyin_cases::{Act, Assignment, Request, State, Subject, store};
use huiyin_directory::Role;

use crate::ground::{Ground, assign};
use crate::moderation::{opened, reported};
use crate::pages_desk::House;
use crate::tree::on;

#[tokio::test]
async fn what_is_about_a_village_goes_neither_to_it_nor_to_its_township() {
    let mut ground = Ground::new().await;
    let (day, desk) = (on("2016-03-01"), ground.desk());
    let subject = Some(Subject { org: ground.tree.org("甲一村"), office: None });
    let submission = huiyin_cases::Submission { subject, ..ground.submission() };
    let case = ground.cases.submit(submission, day, &mut ground.rng).await.unwrap().case;
    ground.act(case, crate::ground::posting("账目不清"), &desk, day).await;
    for unit in ["甲一村", "甲镇"] {
        let refused = ground.cases.act(case, assign(&ground.tree, unit), &desk, day).await.unwrap_err();
        assert!(refused.message.contains("不能交给它办理"), "{unit}: {}", refused.message);
    }
    ground.act(case, assign(&ground.tree, "乙镇"), &desk, day).await;
}

#[tokio::test]
async fn an_imported_complaint_about_a_village_stays_at_the_county_as_well() {
    let house = House::new().await;
    let county = house.city.org("宝塔区");
    let moment = on("2016-12-16");
    let ledger =
        huiyin_cases::ledger::Ledger { cases: &house.cases, county, name: "宝塔区", short: "宝塔", moment };
    let rows = "乡镇,行政村,反映问题,收集时间,责任单位,被反映单位\n\
        柳河镇,上湾村,账目不公开,2016-12-01,柳河镇,上湾村\n柳河镇,上湾村,渠塌了没人修,2016-12-02,柳河镇,\n";
    let file =
        huiyin_cases::ledger::LedgerFile { name: "台账.csv", bytes: rows.as_bytes(), dry_run: false, partial: false };
    let mut rng = huiyin_base::Rng::seeded(1);
    let report = huiyin_cases::ledger::import_ledger(&ledger, file, &mut rng).await.unwrap();
    assert_eq!(report.made, 2, "{:?}", report.errors);
    let owners = "select owner_org from case_item order by submitted_day";
    let owners: Vec<huiyin_base::Id> =
        huiyin_db::query(owners).fetch_column(&mut house.app.site.db.read().await.unwrap()).await.unwrap();
    assert_eq!(owners, [county.id, house.city.org("柳河镇").id]);
}

#[tokio::test]
async fn whoever_has_it_is_not_given_it_again_with_a_new_clock() {
    let mut ground = Ground::new().await;
    let desk = ground.desk();
    let case = ground.posted(on("2016-03-01")).await.case;
    ground.act(case, assign(&ground.tree, "水务局"), &desk, on("2016-03-01")).await;
    let owner = ground.tree.person(Role::CaseOfficer, "水务局").clone();
    ground.act(case, Request::Sign, &owner, on("2016-03-02")).await;
    let before = store::case_get(&mut ground.tx().await, case).await.unwrap().unwrap();
    let again = Assignment {
        to: ground.tree.org("水务局"),
        account: None,
        goal: "再交一次".into(),
        deadline: Some(crate::tree::day("2016-05-20")),
    };
    let refused = ground.cases.act(case, Request::Assign(again).because("再来"), &desk, on("2016-03-03")).await;
    let refused = refused.unwrap_err();
    assert!(refused.kind == ProblemKind::Conflict && refused.message.contains("已经在这个单位手里"), "{refused:?}");
    assert_eq!(store::case_get(&mut ground.tx().await, case).await.unwrap().unwrap(), before);
}

#[tokio::test]
async fn two_who_assign_at_once_do_not_undo_each_other() {
    let mut ground = Ground::new().await;
    let (day, desk) = (on("2016-03-01"), ground.desk());
    let case = ground.posted(day).await.case;
    let seen = store::case_get(&mut ground.tx().await, case).await.unwrap().unwrap().events;
    let give = |unit| -> Act { assign(&ground.tree, unit).because("按职责") };
    let (one, other) = tokio::join!(
        ground.cases.act(case, give("水务局").seen(Some(seen)), &desk, day),
        ground.cases.act(case, give("甲镇").seen(Some(seen)), &desk, day),
    );
    let refused = one.as_ref().err().or(other.as_ref().err()).expect("one of them comes too late");
    assert!(one.is_ok() != other.is_ok() && refused.message.contains("又有了变化"), "{refused:?}");
    let events = store::event_list(&mut ground.tx().await, case, false).await.unwrap();
    assert_eq!(events.iter().filter(|event| event.kind == huiyin_cases::Action::Assign).count(), 1);
}

#[tokio::test]
async fn a_pause_for_the_reporter_ends_with_his_word_and_a_word_sent_twice_is_one() {
    let mut ground = Ground::new().await;
    let desk = ground.desk();
    let submitted = ground.posted(on("2016-03-01")).await;
    let (case, owner) = (submitted.case, ground.tree.person(Role::CaseOfficer, "水务局").clone());
    ground.act(case, assign(&ground.tree, "水务局"), &desk, on("2016-03-01")).await;
    ground.act(case, Request::Sign, &owner, on("2016-03-02")).await;
    ground.act(case, Request::Begin, &owner, on("2016-03-02")).await;
    let pause = Request::Pause { reason: "reporter".into(), until: None };
    ground.act(case, pause, &owner, on("2016-03-03")).await;
    for _ in 0..2 {
        let words = "水管在三组坡下面，红砖房旁边。";
        ground.cases.write_as_reporter(&submitted.receipt, words, on("2016-03-07"), &mut ground.rng).await.unwrap();
    }
    let item = store::case_get(&mut ground.tx().await, case).await.unwrap().unwrap();
    assert_eq!((item.state, item.pause_until, item.paused_days), (State::InHand, None, 2));
    assert_eq!(store::message_list(&mut ground.tx().await, case).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_row_that_was_written_beside_its_history_is_another() {
    let mut ground = Ground::new().await;
    let case = ground.posted(on("2016-03-01")).await.case;
    let read = store::case_get(&mut ground.tx().await, case).await.unwrap().unwrap();
    let same = async |item: huiyin_cases::CaseItem| {
        let write = ground.cases.db.write("same", move |tx| {
            let item = item.clone();
            Box::pin(
                async move { Ok(store::case_lock_same(tx, item.region, std::slice::from_ref(&item)).await?.len()) },
            )
        });
        write.await.unwrap()
    };
    assert_eq!(same(read.clone()).await, 1);
    let other = read.clone();
    let write = ground.cases.db.write("touch", move |tx| {
        let other = other.clone();
        Box::pin(async move { Ok(store::case_update(tx, &other).await?) })
    });
    write.await.unwrap();
    assert_eq!(same(read).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_reporter_took_out_meanwhile_is_not_posted() {
    let house = House::new().await;
    let mut county = house.browser("county").await;
    let (mut resident, link) = reported(&house, &mut county, &[]).await;
    let form = opened(&mut county, &link).await;
    let own = resident.get("/follow/case").await;
    let text = "三组三天没水了，麻烦来修。";
    let corrected = resident.submit(&own, "/follow/correction", &[("text", text)]).await;
    assert_eq!(corrected.status, 200, "{}", corrected.text());
    let posted = county.submit(&form, &format!("{link}/posting"), &[("checked", "1")]).await;
    assert!(!posted.text().contains("宝塔-2016-00001"), "{}", posted.text());
    // A text of a novel's length is not compared with what was written.
    let form = opened(&mut county, &link).await;
    let long = "水".repeat(60_000);
    let refused = county.submit(&form, &format!("{link}/posting"), &[("text", &long)]).await;
    assert!(refused.status == 422 && refused.text().contains("内容要填写，最多"), "{}", refused.text());
}
