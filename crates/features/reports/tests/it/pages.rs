use crate::parcels::house;

#[tokio::test]
async fn the_city_page_shows_every_public_figure_with_its_door() {
    let (app, _) = house().await;
    let page = app.browser().get("/figures").await;
    assert_eq!(page.status, 200);
    let text = page.text();
    for shown in ["寄出包裹", "120", "75.0 %", "90 / 120", "少于5", "2016年1月1日至2016年12月16日"] {
        assert!(text.contains(shown), "{shown} in {text}");
    }
    assert!(!text.contains("内部包裹"));
    let doors = page.attributes("a.number", "href");
    assert!(doors.contains(&"/figures/parcels_posted/list".to_owned()), "{doors:?}");
    assert!(doors.contains(&"/figures/parcels_arrived/list?county=610603".to_owned()), "{doors:?}");
    assert!(!doors.iter().any(|door| door.contains("parcels_rare")), "{doors:?}");
}

#[tokio::test]
async fn places_stand_in_code_order_and_rows_come_to_the_sum() {
    let (app, _) = house().await;
    let page = app.browser().get("/figures/parcels_posted").await;
    let rows = page.all("section[aria-labelledby=by-place] tbody tr");
    assert_eq!(rows.len(), 2, "{rows:?}");
    assert!(rows[0].starts_with("宝塔区") && rows[0].contains("80"), "{rows:?}");
    assert!(rows[1].starts_with("安塞区") && rows[1].contains("40"), "{rows:?}");
    assert!(page.all("section[aria-labelledby=by-place] tfoot").concat().contains("120"));
    // A category without rows is a row as well.
    let categories = page.all("section[aria-labelledby=by-category] tbody tr");
    assert_eq!(categories.len(), 3);
    assert_eq!(page.all("section[aria-labelledby=by-month] table tbody tr").len(), 12);
}

#[tokio::test]
async fn a_county_opens_into_its_townships_and_a_township_into_its_villages() {
    let (app, _) = house().await;
    let mut browser = app.browser();
    let county = browser.get("/figures?county=610602&category=c3").await;
    let rows = county.all("section[aria-labelledby=by-place] tbody tr");
    assert!(rows.len() == 2 && rows[0].starts_with("柳河镇") && rows[1].starts_with("松岭镇"), "{rows:?}");
    let doors = county.attributes("section[aria-labelledby=by-place] a.number", "href");
    assert!(doors.contains(&"/figures/parcels_posted/list?county=610602&township=610602701000&category=c3".to_owned()));
    let township = browser.get("/figures?county=610602&township=610602701000").await;
    assert_eq!(township.status, 200);
    for missing in
        ["/figures?county=999999", "/figures?county=610602&township=1", "/figures/nothing", "/figures/parcels_hidden"]
    {
        assert_eq!(browser.get(missing).await.status, 404, "{missing}");
    }
}

#[tokio::test]
async fn a_village_of_few_people_is_not_named_to_the_public() {
    let (app, city) = house().await;
    let village = city.org("上湾村");
    let township = "/figures?county=610602&township=610602701000";
    let asked = ["/figures?county=610602&township=610602701201", "/figures?unit=610602701201"];
    assert!(app.browser().get(asked[0]).await.text().contains("上湾村"));
    let write = app.site.db.write("test_place", move |tx| {
        Box::pin(async move { Ok(huiyin_directory::org_place_show(tx, village, Some(false)).await?) })
    });
    write.await.unwrap();
    app.site.cache.changed();
    let mut anybody = app.browser();
    for path in [township, asked[0], asked[1], "/figures/parcels_posted?county=610602&township=610602701201"] {
        let page = anybody.get(path).await;
        assert_eq!(page.status, 200, "{path}");
        assert!(!page.html().contains("上湾村"), "{path}: {}", page.text());
        assert!(page.text().contains("柳河镇"), "{path}: {}", page.text());
    }
    let own = app.browser_as(city.account("county")).await.unwrap().get(asked[0]).await;
    assert!(own.text().contains("上湾村"), "whoever works there reads it");
}

#[tokio::test]
async fn officials_see_what_the_public_does_not() {
    let (app, city) = house().await;
    let page = app.browser_as(city.account("city")).await.unwrap().get("/figures").await;
    let text = page.text();
    assert!(text.contains("内部包裹") && !text.contains("少于5"), "{text}");
    let county = app.browser_as(city.account("county")).await.unwrap().get("/figures").await;
    // Reaches one county, and so opens no list of the whole city.
    assert!(county.text().contains("少于5"));
}

#[tokio::test]
async fn every_address_of_the_city_page_opens() {
    let (app, city) = house().await;
    let mut browser = app.browser_as(city.account("city")).await.unwrap();
    let page = browser.get("/figures?county=610602&month=201602").await;
    let mut links = page.attributes("main a, nav a, table a", "href");
    links.retain(|link| link.starts_with("/figures"));
    links.sort();
    links.dedup();
    assert!(links.len() > 10, "{links:?}");
    for link in links {
        assert_eq!(browser.get(&link).await.status, 200, "{link}");
    }
}

#[tokio::test]
async fn what_nobody_should_ask_is_answered_calmly() {
    let (app, _) = house().await;
    let mut browser = app.browser();
    for query in [
        "from=0001-01-01&to=2016-12-16",
        "from=-9999-01-01",
        "from=2016-12-31&to=2016-01-01",
        "to=9999-12-31",
        "month=1&from=x",
        "month=999999999999999999999",
        "category=%3Cscript%3E%27%22--",
        "category=%E2%80%AE%F0%9F%98%80",
    ] {
        for path in ["/figures", "/figures/parcels_posted", "/figures/parcels_posted/list", "/api/v1/figures"] {
            let page = browser.get(&format!("{path}?{query}")).await;
            // A person sees what was understood; a program is told what was not.
            let wrong = ["from=2016-12-31", "month=1&from=x", "category="].iter().any(|asked| query.starts_with(asked));
            let understood = !(wrong && path.starts_with("/api"));
            assert_eq!(page.status, if understood { 200 } else { 422 }, "{path}?{query}");
            assert!(!page.html().contains("<script>'"), "{path}?{query}");
        }
    }
    assert_eq!(
        browser.get("/figures?from=0001-01-01").await.all("section[aria-labelledby=by-month] tbody tr").len(),
        12
    );
}
