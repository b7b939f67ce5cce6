//! On-site records: handed in once, by who was there; what they find becomes cases.

use huiyin_base::Id;
use huiyin_cases::supervision::Closing;
use huiyin_cases::supervision::store::{InspectionKind, finding_list, inspection_find, record_list, unit_list};
use huiyin_directory::Role;

use super::House;

const SEEN: [(&str, &str); 11] = [
    ("text", "到了三户，两户有水。"),
    ("spoken", "6"),
    ("mark1", "fit"),
    ("mark2", "unfit"),
    ("note2", "第三户的责任人写了两个"),
    ("title1", "第三户还没有水"),
    ("detail1", "支管堵了，要清。"),
    ("demand1", "三户都有水"),
    ("gravity1", "grave"),
    ("deadline1", "2016-12-31"),
    ("later", "1"),
];

async fn visit(house: &mut House, kind: InspectionKind) -> (Id, String) {
    let team = house.team(&["inspector"]).await;
    let id = house.ordered(kind, team).await;
    house.drawn(id, 1).await;
    let units = unit_list(&mut house.app.site.db.read().await.unwrap(), id, true).await.unwrap();
    (id, format!("/inspections/{id}/units/{}/record", units[0].n))
}

#[tokio::test]
async fn a_record_handed_in_twice_is_one_and_its_findings_are_cases_of_the_unit() {
    let mut house = House::new().await;
    let (id, path) = visit(&mut house, InspectionKind::Concentrated).await;
    let mut inspector = house.browser("inspector").await;
    assert!(inspector.get("/inspections/mine").await.html().contains(&path));
    let form = inspector.get(&path).await;
    let sent = inspector.upload(&form, &path, &SEEN, &[]).await;
    assert_eq!((sent.status.as_u16(), sent.path.as_str()), (200, "/inspections/mine"));
    let again = inspector.upload(&form, &path, &SEEN, &[]).await;
    assert_eq!(again.path, "/inspections/mine", "the telephone may send it twice");
    house.app.drain().await.unwrap();
    house.app.drain().await.unwrap();
    let mut tx = house.app.site.db.read().await.unwrap();
    assert_eq!(record_list(&mut tx, id).await.unwrap().len(), 1);
    let findings = finding_list(&mut tx, id).await.unwrap();
    assert_eq!(findings.len(), 1);
    let case = findings[0].case().expect("a case of the unit");
    let unit = &unit_list(&mut tx, id, true).await.unwrap()[0];
    let case = huiyin_cases::store::case_get(&mut tx, case).await.unwrap().unwrap();
    assert_eq!((case.kind.as_str(), case.owner_region, case.owner_org), ("finding", unit.unit_region, unit.unit));
    assert_eq!(case.desk_org(), house.city.org("延安市"), "who inspects verifies");
    drop(tx);
    let page = inspector.get(&format!("/inspections/{id}")).await;
    assert!(page.text().contains("第三户还没有水") && page.text().contains("同 6 人谈过"), "{}", page.text());
}

#[tokio::test]
async fn two_at_once_make_one_record() {
    let mut house = House::new().await;
    let (id, path) = visit(&mut house, InspectionKind::Concentrated).await;
    let (mut one, mut other) = (house.browser("inspector").await, house.browser("inspector").await);
    let form = one.get(&path).await;
    let sent = tokio::join!(one.upload(&form, &path, &SEEN, &[]), other.upload(&form, &path, &SEEN, &[]));
    assert_eq!((sent.0.status.as_u16(), sent.1.status.as_u16()), (200, 200));
    let records = record_list(&mut house.app.site.db.read().await.unwrap(), id).await.unwrap();
    assert_eq!(records.len(), 1);
}

#[tokio::test]
async fn what_does_not_fit_is_said_and_kept() {
    let mut house = House::new().await;
    let (id, path) = visit(&mut house, InspectionKind::Concentrated).await;
    let mut inspector = house.browser("inspector").await;
    let form = inspector.get(&path).await;
    let endless = "长".repeat(100_000);
    for wrong in [
        vec![("text", "")],
        vec![("text", endless.as_str())],
        vec![("text", "看了"), ("spoken", "很多")],
        vec![("text", "看了"), ("spoken", "100000")],
        vec![("text", "看了"), ("title1", "只有标题")],
        vec![("text", "看了"), ("title1", "问题"), ("detail1", "情况"), ("deadline1", "2016-01-01")],
        vec![("text", "看了"), ("day", "2016-12-30")],
        vec![("text", "看了"), ("day", "2015-01-01")],
    ] {
        let page = inspector.upload(&form, &path, &wrong, &[]).await;
        assert_eq!(page.status, 422, "{:?}", wrong.iter().map(|(name, _)| name).collect::<Vec<_>>());
    }
    let mut county = house.browser("county").await;
    assert_eq!(county.post(&path, &[("text", "我也写"), ("nonce", "x")]).await.status, 403, "not in the team");
    assert!(record_list(&mut house.app.site.db.read().await.unwrap(), id).await.unwrap().is_empty());
}

#[tokio::test]
async fn what_a_hidden_visit_finds_waits_for_its_end() {
    let mut house = House::new().await;
    let (id, path) = visit(&mut house, InspectionKind::Unannounced).await;
    let mut inspector = house.browser("inspector").await;
    let form = inspector.get(&path).await;
    inspector.upload(&form, &path, &SEEN, &[]).await;
    house.app.drain().await.unwrap();
    let db = house.app.site.db.clone();
    let findings = finding_list(&mut db.read().await.unwrap(), id).await.unwrap();
    assert!(findings[0].case().is_none(), "a case would tell the unit");
    // Whoever sees all of the city does not see it either, unless it is his.
    let water = house.viewer("county").await;
    let scope = water.scope(&[Role::CountyStaff]);
    assert!(inspection_find(&mut db.read().await.unwrap(), &scope, id).await.unwrap().is_none());
    for login in ["county", "ansai", "township", "village", "water"] {
        let mut browser = house.browser(login).await;
        assert_eq!(browser.get(&format!("/inspections/{id}")).await.status, 404, "{login}");
        let list = browser.get("/inspections").await;
        assert!(list.status == 200 && !list.text().contains("饮水安全回头看"), "{login}");
        assert_eq!(
            browser.post(&format!("/inspections/{id}/closure"), &[("outcome", "猜的")]).await.status.as_u16() / 100,
            4
        );
    }
    let city = house.viewer("city").await;
    let closing = Closing { outcome: "查了一个镇".into(), ..Closing::default() };
    house.cases.inspection_close(id, closing.clone(), &city, house.moment(), &mut house.rng).await.unwrap();
    let moment = house.moment();
    assert!(house.cases.inspection_close(id, closing, &city, moment, &mut house.rng).await.is_err(), "once");
    house.app.drain().await.unwrap();
    let findings = finding_list(&mut db.read().await.unwrap(), id).await.unwrap();
    assert!(findings[0].case().is_some());
    let late = inspector.upload(&form, &path, &[("text", "补一份"), ("nonce", "other")], &[]).await;
    assert_eq!(late.status, 409, "nothing is written down after the end");
}

#[tokio::test]
async fn the_empty_sheet_belongs_to_nobody() {
    let house = House::new().await;
    let page = house.app.browser().get("/inspections/sheet").await;
    assert_eq!(page.status, 200);
    assert!(page.html().contains("data-sheet") && !page.html().contains("<form class=\"form\""));
}

#[tokio::test]
async fn what_was_found_is_handed_down_although_whoever_ordered_it_has_left() {
    use huiyin_directory::{HandoverOrder, Holdings};
    let mut house = House::new().await;
    let (id, path) = visit(&mut house, InspectionKind::Concentrated).await;
    let mut inspector = house.browser("inspector").await;
    let form = inspector.get(&path).await;
    inspector.upload(&form, &path, &SEEN, &[]).await;
    let holdings = huiyin_cases::supervision::InspectionHoldings;
    let db = house.app.site.db.clone();
    let (city, successor) = (house.city.account("city"), house.city.account("inspector"));
    let held = async |account| holdings.count(&mut db.read().await.unwrap(), account).await.unwrap();
    assert_eq!(held(city).await, 1);
    let order = |to| HandoverOrder {
        from: city,
        to: Some(to),
        by: house.city.account("system"),
        reason: "调离".into(),
        at: house.app.site.clock.now(),
        day: house.app.site.today(),
        rng: huiyin_base::Rng::seeded(1),
    };
    let give = async |order: HandoverOrder| {
        let given = db.write("handover", move |tx| {
            let order = order.clone();
            Box::pin(async move { holdings.hand_over(tx, &order).await })
        });
        given.await
    };
    let stranger = give(order(house.city.account("county"))).await.unwrap_err();
    assert!(stranger.message.contains("请另选一人"), "{}", stranger.message);
    assert_eq!(give(order(successor)).await.unwrap(), 1);
    assert_eq!((held(city).await, held(successor).await), (0, 1));
    // Whoever follows has gone as well, without a word: a colleague's name stands under what the unit is told.
    let gone = db.write("gone", move |tx| {
        Box::pin(async move {
            let end = huiyin_db::query("update role_grant set to_day = 20160101 where account = $1");
            Ok(end.bind(successor.id).execute(tx).await?)
        })
    });
    gone.await.unwrap();
    house.app.drain().await.unwrap();
    let findings = finding_list(&mut db.read().await.unwrap(), id).await.unwrap();
    assert!(findings[0].case().is_some(), "a colleague of the same office hands it down");
}
