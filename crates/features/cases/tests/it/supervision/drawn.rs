//! Units by lot: committed before, repeatable after; nobody goes where he works.

use huiyin_base::ProblemKind;
use huiyin_cases::check_draws;
use huiyin_cases::supervision::store::{InspectionKind, inspection_get, unit_list};
use huiyin_cases::supervision::{UnitList, conflicts};
use huiyin_db::query;
use huiyin_directory::OrgKind;

use super::House;

#[tokio::test]
async fn list_and_seed_are_on_record_before_the_draw_which_can_be_repeated() {
    let mut house = House::new().await;
    let team = house.team(&["inspector"]).await;
    let id = house.ordered(InspectionKind::Concentrated, team).await;
    let city = house.viewer("city").await;
    let early = house.cases.inspection_draw(id, 2, &city, house.moment()).await.unwrap_err();
    assert_eq!(early.kind, ProblemKind::Invalid, "nothing is drawn from no list");
    let when = (house.moment(), house.app.site.clock.real());
    let list = UnitList { kind: OrgKind::Township, region: None };
    let regions = house.app.site.regions.clone();
    house.cases.inspection_freeze(id, list, &regions, &city, when, &mut house.rng).await.unwrap();
    let db = house.app.site.db.clone();
    let before = inspection_get(&mut db.read().await.unwrap(), id).await.unwrap().unwrap();
    assert!(before.seed.is_none() && before.seed_hash.is_some() && before.list_hash.is_some());
    assert_eq!(before.listed, 3);
    let events = "select detail from audit_event where kind = 'supervision'";
    let said: Vec<String> = query(events).fetch_column(&mut db.read().await.unwrap()).await.unwrap();
    let hash = before.list_hash.clone().unwrap();
    assert!(said.iter().any(|detail| detail.contains(&hash)), "the fingerprints are in the audit: {said:?}");
    let again = house.cases.inspection_freeze(id, list, &regions, &city, when, &mut house.rng).await.unwrap_err();
    assert_eq!(again.kind, ProblemKind::Conflict, "a list is frozen once");
    for wrong in [0, 4] {
        let wrong = house.cases.inspection_draw(id, wrong, &city, when.0).await.unwrap_err();
        assert_eq!(wrong.kind, ProblemKind::Invalid);
    }
    assert_eq!(house.cases.inspection_draw(id, 2, &city, when.0).await.unwrap(), 2);
    let again = house.cases.inspection_draw(id, 2, &city, when.0).await.unwrap_err();
    assert_eq!(again.kind, ProblemKind::Conflict, "and drawn from once");
    let report = check_draws(&mut db.read().await.unwrap()).await.unwrap();
    assert!(report.passed && report.examined == 1, "{report:?}");
    let page = house.browser("city").await.get(&format!("/inspections/{id}/draw")).await;
    let after = inspection_get(&mut db.read().await.unwrap(), id).await.unwrap().unwrap();
    assert!(page.text().contains(&after.seed.unwrap()) && page.text().contains("sha256sum"));
    for forged in [
        "update inspection_unit set chosen = $1 where n = 1",
        "update inspection_unit set code = 'x' where $1 and n = 1",
        "update inspection set seed_hash = 'x' where $1",
    ] {
        let write = db.write("forge", move |tx| {
            Box::pin(async move {
                query("update inspection_unit set chosen = $1 where listed").bind(true).execute(tx).await?;
                query(forged).bind(true).execute(tx).await?;
                Ok(())
            })
        });
        write.await.unwrap();
        assert!(!check_draws(&mut db.read().await.unwrap()).await.unwrap().passed, "{forged}");
    }
}

#[tokio::test]
async fn nobody_inspects_where_he_works_nor_above_or_below_it() {
    let mut house = House::new().await;
    let team = house.team(&["inspector", "township"]).await;
    let id = house.ordered(InspectionKind::Concentrated, team).await;
    let db = house.app.site.db.clone();
    let mut tx = db.read().await.unwrap();
    let inspection = inspection_get(&mut tx, id).await.unwrap().unwrap();
    for (unit, barred) in [("柳河镇", true), ("上湾村", true), ("宝塔区", true), ("松岭镇", false), ("安塞区", false)]
    {
        let found = conflicts(&mut tx, &inspection, team, house.city.org(unit)).await.unwrap();
        assert_eq!(found, barred, "{unit}");
    }
    drop(tx);
    assert_eq!(house.drawn(id, 3).await, 3);
    let units = unit_list(&mut db.read().await.unwrap(), id, true).await.unwrap();
    for unit in units {
        assert_eq!(unit.team.is_none(), unit.name == "柳河镇", "{}", unit.name);
        let mut member = house.browser("township").await;
        let form = member.get(&format!("/inspections/{id}/units/{}/record", unit.n)).await;
        assert_eq!(form.status, if unit.name == "柳河镇" { 403 } else { 200 });
    }
}

#[tokio::test]
async fn a_county_draws_from_its_own_units_only_and_others_order_nothing() {
    let mut house = House::new().await;
    let county = house.viewer("county").await;
    let moment = house.moment();
    let team = house.cases.team_form("县督导组", &county, moment, &mut house.rng).await.unwrap();
    let foreign = house.cases.team_end(team, &house.viewer("city").await, moment).await.unwrap_err();
    assert_eq!(foreign.kind, ProblemKind::NotFound, "another organisation's team");
    let mut village = house.browser("village").await;
    assert_eq!(village.get("/inspections/new").await.status, 403);
    let mut browser = house.browser("county").await;
    let form = browser.get("/inspections/new").await;
    let team = team.to_string();
    let fields = [
        ("kind", "concentrated"),
        ("title", "乡镇窗口"),
        ("theme", "看窗口有没有人"),
        ("from", "2016-12-12"),
        ("to", "2016-12-16"),
        ("team", team.as_str()),
    ];
    let bare = browser.submit(&form, "/inspections", &fields).await;
    assert_eq!(bare.status, 422, "outside the plan it needs a reason and an approval");
    let mut whole = fields.to_vec();
    whole.extend([("reason", "群众反映多"), ("approval", "宝办字〔2016〕9号")]);
    let page = browser.submit(&form, "/inspections", &whole).await;
    assert_eq!(page.status, 200);
    let again = browser.submit(&form, "/inspections", &whole).await;
    assert_eq!(page.path, again.path, "sent twice it is one");
    let list = format!("{}/list", page.path);
    assert_eq!(browser.post(&list, &[("kind", "township"), ("county", "610603")]).await.status, 422);
    let frozen = browser.post(&list, &[("kind", "township")]).await;
    assert!(frozen.text().contains("2 个单位"), "{}", frozen.text());
    let counted = browser.get("/inspections").await;
    assert!(
        counted.text().contains("计划外") && counted.text().contains("宝塔区"),
        "counted in plain sight: {}",
        counted.text()
    );
    assert_eq!(house.browser("ansai").await.get(&page.path).await.status, 404, "another county's");
}
