use axum::body::Body;
use axum::http::Method;
use huiyin_testing::Chosen;

use crate::house::house;

#[tokio::test]
async fn a_form_is_sent_and_its_notice_said_once() {
    let (app, _, _) = house().await;
    let mut browser = app.browser();
    let page = browser.get("/notes/new").await;
    let answer = browser.submit(&page, "/notes", &[("text", "没水了"), ("tag", "水"), ("tag", "路")]).await;
    assert!(answer.text().contains("收到：没水了 水、路"), "{}", answer.text());
    assert!(!browser.get("/notes/new").await.text().contains("收到"), "said once");
}

#[tokio::test]
async fn a_mistake_is_shown_with_what_was_written() {
    let (app, _, _) = house().await;
    let mut browser = app.browser();
    let page = browser.get("/notes/new").await;
    assert_eq!(browser.submit(&page, "/notes", &[("text", "")]).await.status, 422);
}

#[tokio::test]
async fn another_site_cannot_send_a_form() {
    let (app, city, _) = house().await;
    let mut browser = app.browser_as(city.account("county")).await.unwrap();
    for (name, value) in [("sec-fetch-site", "cross-site"), ("origin", "https://evil.example")] {
        browser.headers.clear();
        browser.headers.insert(name, value.parse().unwrap());
        assert_eq!(browser.post_only("/notes/decision", &[("text", "x")]).await.status, 403, "{name}");
    }
}

#[tokio::test]
async fn an_old_browser_needs_the_token() {
    let (app, _, _) = house().await;
    let mut browser = app.browser();
    browser.headers.insert("origin", "null".parse().unwrap());
    let refused = browser.post_only("/notes", &[("text", "x")]).await;
    assert_eq!(refused.status, 403);
    assert!(refused.text().contains("刷新"), "{}", refused.text());
    let page = browser.get("/notes/new").await;
    assert_eq!(browser.submit(&page, "/notes", &[("text", "x")]).await.status, 200);
    let mut other = app.browser();
    other.headers.insert("origin", "null".parse().unwrap());
    other.get("/notes/new").await;
    assert_eq!(other.submit(&page, "/notes", &[("text", "x")]).await.status, 403, "another browser's token");
}

#[tokio::test]
async fn files_come_with_their_fields() {
    let (app, _, _) = house().await;
    let mut browser = app.browser();
    let page = browser.get("/notes/new").await;
    let files = [
        Chosen { field: "photos", name: "a.jpg", bytes: &[1; 3000] },
        Chosen { field: "photos", name: "", bytes: &[] },
        Chosen { field: "photos", name: "../../b.jpg", bytes: &[2; 10] },
    ];
    let answer = browser.upload(&page, "/notes/files", &[("text", "照片")], &files).await;
    assert!(answer.text().contains("照片：3000、10"), "{}", answer.text());
}

#[tokio::test]
async fn what_is_too_large_is_refused_in_words() {
    let (app, _, _) = house().await;
    let mut browser = app.browser();
    let kind = Some("application/x-www-form-urlencoded".to_owned());
    let body = Body::from(format!("text={}", "x".repeat(3 * 1024 * 1024)));
    let refused = browser.send(Method::POST, "/notes", kind, body).await;
    assert_eq!(refused.status, 413);
    assert!(refused.text().contains("MB"), "{}", refused.text());
    let page = browser.get("/notes/new").await;
    let large = vec![0; 73 * 1024 * 1024];
    let files = [Chosen { field: "photos", name: "a.jpg", bytes: &large }];
    assert_eq!(browser.upload(&page, "/notes/files", &[], &files).await.status, 413);
}

#[tokio::test]
async fn half_a_form_is_no_form() {
    let (app, _, _) = house().await;
    let kind = Some("multipart/form-data; boundary=x".to_owned());
    let body = Body::from("--x\r\nContent-Disposition: form-data; name=\"text\"\r\n\r\nhalf");
    let page = app.browser().send(Method::POST, "/notes/files", kind, body).await;
    assert_eq!(page.status, 422);
}

#[tokio::test]
async fn three_photos_of_a_telephone_fit() {
    let (app, _, _) = house().await;
    let mut browser = app.browser();
    let page = browser.get("/notes/new").await;
    let photo = vec![7; 4 * 1024 * 1024];
    let files = [Chosen { field: "photos", name: "a.jpg", bytes: &photo }; 3];
    let answer = browser.upload(&page, "/notes/files", &[("text", "三张")], &files).await;
    assert!(answer.text().contains("三张：4194304、4194304、4194304"), "{} {}", answer.status, answer.text());
}
