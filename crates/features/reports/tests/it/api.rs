use crate::parcels::house;

#[tokio::test]
async fn the_interface_lists_the_public_figures_with_both_numbers_of_a_rate() {
    let (app, city) = house().await;
    // Also for officials: the interface tells no more than the public may know.
    let mut browser = app.browser_as(city.account("city")).await.unwrap();
    let page = browser.get("/api/v1/figures").await;
    assert_eq!(page.headers["content-type"], "application/json");
    let answer: serde_json::Value = serde_json::from_slice(&page.bytes).unwrap();
    assert_eq!((answer["place"].as_str(), answer["to"].as_str()), (Some("延安市"), Some("2016-12-16")));
    let figures = answer["figures"].as_array().unwrap();
    let ids: Vec<&str> = figures.iter().map(|figure| figure["id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["parcels_posted", "parcels_arrived", "parcels_rate", "parcels_rare"]);
    assert_eq!(figures[0]["value"], 120);
    assert_eq!(figures[0]["list"], "/figures/parcels_posted/list");
    assert_eq!((figures[2]["value"].as_i64(), figures[2]["over"].as_i64()), (Some(90), Some(120)));
    assert_eq!((figures[2]["percent"].as_str(), figures[2]["text"].as_str()), (Some("75.0"), Some("75.0 %")));
    assert!(figures[3]["value"].is_number() || figures[3]["text"] == "少于5");
}

#[tokio::test]
async fn the_interface_takes_the_same_cut_as_the_pages() {
    let (app, _) = house().await;
    let mut browser = app.browser();
    for wrong in ["category=none", "from=2016-13-01", "from=2016-05-01&to=2016-04-01", "township=610602701000"] {
        let refused = browser.get(&format!("/api/v1/figures?{wrong}")).await;
        assert_eq!(refused.status, 422, "{wrong}: {}", refused.text());
    }
    let page = browser.get("/api/v1/figures?county=610602&month=201602&category=c6").await;
    let answer: serde_json::Value = serde_json::from_slice(&page.bytes).unwrap();
    assert_eq!((answer["from"].as_str(), answer["to"].as_str()), (Some("2016-02-01"), Some("2016-02-29")));
    let list = answer["figures"][0]["list"].as_str().unwrap();
    let foot = browser.get(list).await.all(".list-foot").concat();
    assert!(foot.contains(&format!("共 {} 条", answer["figures"][0]["value"])), "{foot}");
}
