use crate::house::house;

#[tokio::test]
async fn every_answer_carries_the_strict_headers() {
    let (app, _, _) = house().await;
    for path in ["/notes", "/nowhere", "/notes/broken", "/healthz"] {
        let page = app.browser().get(path).await;
        let policy = page.headers["content-security-policy"].to_str().unwrap();
        assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe"), "{path}: {policy}");
        assert_eq!(page.headers["x-content-type-options"], "nosniff", "{path}");
        assert_eq!(page.headers["referrer-policy"], "same-origin", "{path}");
    }
}

#[tokio::test]
async fn what_is_missing_says_what_to_do_next() {
    let (app, _, _) = house().await;
    let page = app.browser().get("/nowhere").await;
    assert_eq!(page.status, 404);
    assert!(page.text().contains("没有找到"));
    assert!(page.attributes("a", "href").contains(&"/".to_owned()));
}

#[tokio::test]
async fn a_failure_has_a_reference_and_gives_nothing_away() {
    let (app, _, _) = house().await;
    for path in ["/notes/broken", "/notes/panic"] {
        let page = app.browser().get(path).await;
        assert_eq!(page.status, 500, "{path}");
        assert!(page.text().contains("编号"), "{path}: {}", page.text());
        assert!(!page.html().contains("secret") && !page.html().contains("purpose"), "{path}");
    }
}

#[tokio::test]
async fn a_machine_gets_json() {
    let (app, _, _) = house().await;
    let page = app.browser().get("/api/v1/nothing").await;
    assert_eq!(page.status, 404);
    assert_eq!(page.headers["content-type"], "application/problem+json");
}

#[tokio::test]
async fn the_wrong_method_is_explained() {
    let (app, _, _) = house().await;
    let page = app.browser().get("/notes/decision").await;
    assert_eq!(page.status, 405);
    assert!(page.text().contains("首页"), "{}", page.text());
}
