use axum::http::StatusCode;
use huiyin_web::Settings;

use crate::house::notes;

/// The order of passing, waiting and refusing is tested beside the limiter; here, that the frame asks it.
#[tokio::test]
async fn who_asks_far_too_often_is_told_to_wait() {
    let (feature, _) = notes();
    let settings = Settings { limit_factor: 0.001, ..Settings::default() };
    let app = huiyin_testing::TestApp::with(vec![feature], settings).await.unwrap();
    let page = app.browser().post_only("/notes", &[("text", "x")]).await;
    assert_eq!(page.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(page.headers.get("retry-after").and_then(|value| value.to_str().ok()), Some("60"));
    assert!(page.text().contains("稍等"), "{}", page.text());
}
