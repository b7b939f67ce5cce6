//! The pages for those who lead, over parcels: what they need is not there, and is said so; the real figures are tried with
//! the demo city and in the crate of the cases.

use crate::parcels::house;

#[tokio::test]
async fn without_the_figures_they_need_the_pages_are_not_there_and_nobody_else_opens_them() {
    let (app, city) = house().await;
    let mut county = app.browser_as(city.account("county")).await.unwrap();
    for path in ["/insights/waiting", "/insights/repeats", "/insights/reopened", "/insights/seasons"] {
        assert_eq!(county.get(path).await.status, 404, "{path}");
        assert_eq!(app.browser().look(path).await.status, 401, "{path}");
        assert_eq!(app.browser_as(city.account("member")).await.unwrap().get(path).await.status, 403, "{path}");
    }
    let unit = county.get("/insights/unit").await;
    assert_eq!(unit.status, 200);
    assert!(unit.text().contains("宝塔区的情况"), "{}", unit.text());
}

#[tokio::test]
async fn a_list_narrows_to_a_unit_and_says_so() {
    let (app, city) = house().await;
    let code = &city.entry("区水务局").code;
    // Nobody is responsible for parcels: a cut that the figure cannot make is empty, never wider than was asked for.
    let page = app.browser().get(&format!("/figures/parcels_posted/list?unit={code}")).await;
    assert!(page.text().contains("承办：区水务局") && page.text().contains("共 0 条"), "{}", page.text());
    let page = app.browser().get("/figures/parcels_posted/list?unit=610602999999").await;
    assert_eq!(page.status, 404);
    assert_eq!(app.browser().get("/figures/parcels_posted/list?unit=区").await.status, 404);
    let page = app.browser().get("/figures/parcels_posted/list?score=9&sub=").await;
    assert!(page.text().contains("共 120 条"), "{}", page.text());
}
