//! A village where few people live is named nowhere to the public: neither as a problem's place nor as the unit that answers.

use huiyin_cases::{Assignment, Outcome, Request};

use crate::pages_desk::House;
use crate::tree::on;

#[tokio::test(flavor = "multi_thread")]
async fn the_township_is_named_where_a_small_village_answers() {
    let mut house = House::new().await;
    let village = house.city.org("上湾村");
    let case = house.posted("上湾村", None, "井房的门坏了", "infrastructure", "2016-12-12").await;
    let goal = "修好井房的门".to_owned();
    let assign = Request::Assign(Assignment { to: village, account: None, goal, deadline: None });
    house.act(case, assign, "county", on("2016-12-12")).await;
    house.act(case, Request::Sign, "village", on("2016-12-12")).await;
    house.act(case, Request::Begin, "village", on("2016-12-13")).await;
    let town = house.city.entry("柳河镇").code.clone();
    let public = [
        "/wall".to_owned(),
        "/problems/宝塔-2016-00001".to_owned(),
        "/api/v1/problems".to_owned(),
        "/api/v1/problems/宝塔-2016-00001".to_owned(),
        "/open311/v2/requests.json".to_owned(),
        format!("/places/{town}/poster"),
    ];
    let echoed = ["/echo".to_owned(), format!("/places/{town}/feed")];
    shown(&house, &public, true).await;
    let hide = house.app.site.db.write("test_place", move |tx| {
        Box::pin(async move { Ok(huiyin_directory::org_place_show(tx, village, Some(false)).await?) })
    });
    hide.await.unwrap();
    house.app.site.cache.changed();
    shown(&house, &public, false).await;
    let text = "门已换新，钥匙放在井房管理员处。".to_owned();
    let close = Request::RequestClose { outcome: Outcome::Solved, text, photos: Vec::new() };
    house.act(case, close, "village", on("2016-12-14")).await;
    house.act(case, Request::Accept, "county", on("2016-12-15")).await;
    house.app.site.cache.changed();
    shown(&house, &public, false).await;
    shown(&house, &echoed, false).await;
    let page = house.app.browser().get("/problems/宝塔-2016-00001").await;
    assert!(page.text().contains("柳河镇 ") && page.text().contains("门已换新"), "{}", page.text());
    // Those who handle it read who it was.
    let desk = house.browser("county").await.get(&format!("/cases/{}", case.id)).await;
    assert!(desk.text().contains("上湾村"), "{}", desk.text());
}

async fn shown(house: &House, paths: &[String], named: bool) {
    for path in paths {
        let page = house.app.browser().look(path).await;
        assert_eq!(page.status, 200, "{path}");
        let html = page.html();
        assert_eq!(html.contains("上湾村"), named, "{path} named={named}: {html}");
    }
}
