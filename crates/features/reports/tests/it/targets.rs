use crate::year::year;

#[tokio::test]
async fn a_county_enters_its_own_values_and_says_where_they_come_from() {
    let (app, city) = year().await;
    let mut county = app.browser_as(city.account("county")).await.unwrap();
    let page = county.get("/targets/funding").await;
    assert_eq!(page.status, 200);
    assert!(page.text().contains("人工录入"), "{}", page.text());
    let action = "/targets/funding/values";
    let good = [("place", "610602"), ("day", "2016-12-15"), ("value", "12345"), ("basis", "区财政局拨款文件")];
    for (field, value) in [
        ("day", "2016-12-17"),
        ("day", "2015-12-31"),
        ("value", "-1"),
        ("value", "1e3"),
        ("value", "99999999999999999999"),
        ("basis", " "),
        ("place", "1"),
    ] {
        let fields: Vec<(&str, &str)> =
            good.iter().map(|(name, given)| (*name, if *name == field { value } else { *given })).collect();
        assert_eq!(county.submit(&page, action, &fields).await.status, 422, "{field} {value}");
    }
    let elsewhere: Vec<(&str, &str)> =
        good.iter().map(|(name, given)| (*name, if *name == "place" { "610603" } else { *given })).collect();
    assert_eq!(county.submit(&page, action, &elsewhere).await.status, 403);
    let done = county.submit(&page, action, &good).await;
    assert!(done.text().contains("12,345") && done.text().contains("区财政局拨款文件（录入）"), "{}", done.text());
    let mut village = app.browser_as(city.account("village")).await.unwrap();
    assert_eq!(village.get("/targets/funding").await.status, 200);
    assert_eq!(village.post_only(action, &good).await.status, 403);
    assert_eq!(app.browser().look("/targets").await.status, 401);
    assert_eq!(county.get("/targets/unknown").await.status, 404);
}

#[tokio::test]
async fn the_city_sets_targets_and_counties_stand_in_code_order() {
    let (app, city) = year().await;
    let mut issuer = app.browser_as(city.account("city")).await.unwrap();
    let page = issuer.get("/targets/coverage").await;
    let action = "/targets/coverage/goals";
    let wrong =
        issuer.submit(&page, action, &[("county", "610602"), ("base", "1"), ("goal", "x"), ("source", "文件")]).await;
    assert_eq!(wrong.status, 422);
    let set = [("county", "610602"), ("base", "10"), ("goal", "4321"), ("source", "市委组织部文件")];
    let done = issuer.submit(&page, action, &set).await;
    assert!(done.text().contains("4,321"), "{}", done.text());
    let names = done.all("tbody th");
    assert_eq!(&names[..2], ["宝塔区", "安塞区"]);
    let overview = issuer.get("/targets").await;
    assert!(overview.attributes("tbody a", "href").contains(&"/targets/coverage".to_owned()), "{}", overview.text());
    let mut county = app.browser_as(city.account("county")).await.unwrap();
    assert_eq!(county.post_only(action, &set).await.status, 403);
}
