use crate::House;

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_made_shown_once_listed_and_ended_and_all_of_it_is_on_record() {
    let house = House::new().await;
    let mut admin = house.app.browser_as(house.city.account("security")).await.unwrap();
    let page = admin.get("/api-clients").await;
    assert!(page.text().contains("还没有发放过"), "{}", page.text());
    let wrong = admin.submit(&page, "/api-clients", &[("name", " "), ("contact", "县融媒体中心")]).await;
    assert_eq!(wrong.status, 422);
    assert!(wrong.text().contains("名称要写"), "{}", wrong.text());
    for (per_minute, days) in [("0", "365"), ("x", "365"), ("99999999", "365"), ("60", "0"), ("60", "99999")] {
        let fields = [("name", "融媒体"), ("contact", "中心"), ("per_minute", per_minute), ("days", days)];
        assert_eq!(admin.submit(&page, "/api-clients", &fields).await.status, 422, "{per_minute} {days}");
    }
    let fields = [("name", "融媒体<客户端>"), ("contact", "县融媒体中心 0911-0000000"), ("scope", "post")];
    let made = admin.submit(&page, "/api-clients", &fields).await;
    let key = made.all("code").concat();
    assert!(key.starts_with("hy_") && key.len() > 30, "{key}");
    let list = admin.get("/api-clients").await;
    assert!(list.text().contains("融媒体<客户端>") && !list.html().contains(&key), "shown once: {}", list.text());
    let end = list.attributes("form[action$='/end']", "action").remove(0);
    let ended = admin.submit(&list, &end, &[]).await;
    assert!(ended.text().contains("已停用"), "{}", ended.text());
    assert_eq!(admin.post(&end, &[]).await.status, 422, "a second time there is nothing to end");
    let mut audit = house.app.browser_as(house.city.account("audit")).await.unwrap();
    let log = audit.get("/audit?kind=rights_change").await;
    assert!(log.text().contains("发放接口密钥") && log.text().contains("停用接口密钥"), "{}", log.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_else_makes_keys() {
    let house = House::new().await;
    for login in ["system", "audit", "city", "member"] {
        let mut other = house.app.browser_as(house.city.account(login)).await.unwrap();
        assert_eq!(other.get("/api-clients").await.status, 403, "{login}");
        assert_eq!(other.post("/api-clients", &[("name", "x")]).await.status, 403, "{login}");
    }
}
