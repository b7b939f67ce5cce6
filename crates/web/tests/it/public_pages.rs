use std::sync::atomic::Ordering;

use crate::house::house;

#[tokio::test]
async fn a_public_page_is_drawn_once_until_something_is_written() {
    let (app, _, drawn) = house().await;
    let mut browser = app.browser();
    for _ in 0..3 {
        assert!(browser.get("/notes").await.text().contains("第1次"));
    }
    browser.post("/notes", &[("text", "x")]).await;
    browser.get("/notes/new").await;
    assert!(app.browser().get("/notes").await.text().contains("第2次"));
    assert_eq!(drawn.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn whoever_is_signed_in_never_gets_a_page_from_memory() {
    let (app, city, _) = house().await;
    app.browser().get("/notes").await;
    let mut browser = app.browser_as(city.account("county")).await.unwrap();
    let page = browser.get("/notes").await;
    assert!(page.text().contains("第2次"));
    assert!(page.html().contains("区问题墙办公室"), "his own frame");
    assert!(!app.browser().get("/notes").await.html().contains("区问题墙办公室"), "and not for others");
}

#[tokio::test]
async fn the_front_page_the_page_about_the_site_and_the_gallery_open_for_everybody() {
    let (app, _, _) = house().await;
    let mut browser = app.browser();
    for (path, heading) in [("/", "事事有回音"), ("/about", "关于本站"), ("/gallery", "部件")] {
        let page = browser.get(path).await;
        assert_eq!(page.status, 200, "{path}");
        assert_eq!(page.all("h1"), [heading]);
        assert!(!page.html().contains(" style="), "{path}");
    }
    let doors = browser.get("/").await.attributes("a.door", "href");
    assert_eq!(doors, ["/problems/new", "/wall", "/follow"]);
}

#[tokio::test]
async fn htmx_gets_the_body_alone() {
    let (app, _, _) = house().await;
    let mut browser = app.browser();
    browser.headers.insert("hx-request", "true".parse().unwrap());
    let page = browser.get("/notes/new").await;
    assert!(!page.html().contains("<html"), "{}", page.html());
    assert!(page.headers["vary"].to_str().unwrap().contains("HX-Request"));
}

#[tokio::test]
async fn machines_see_health_and_counts() {
    let (app, _, _) = house().await;
    let mut browser = app.browser();
    assert_eq!(browser.get("/healthz").await.html(), "ok\n");
    browser.get("/notes").await;
    let metrics = browser.get("/metrics").await.html();
    assert!(metrics.contains(r#"huiyin_requests_total{method="GET",route="/notes",status="2xx"} 1"#), "{metrics}");
    browser.headers.insert("x-forwarded-for", "203.0.113.9".parse().unwrap());
    assert_eq!(browser.get("/metrics").await.status, 404, "not through a proxy");
}
