//! What a quarterly review hands down: from its draft to the desk of the unit, and back to the page of the review.

use chrono::TimeDelta;
use huiyin_testing::{City, TestApp};

#[tokio::test(flavor = "multi_thread")]
async fn what_a_review_hands_down_is_done_by_the_unit_and_found_from_the_review() {
    let app = TestApp::new(huiyin_app::features::features()).await.unwrap();
    let city = City::found(&app).await.unwrap();
    app.advance(TimeDelta::days(31));
    app.periodic("bulletin_draft").await.unwrap();
    let mut issuer = app.browser_as(city.account("city")).await.unwrap();
    let draft = issuer.get("/reviews/2016-4/draft").await;
    assert_eq!(draft.status, 200, "{}", draft.text());
    // A Saturday: whoever writes it need not look into the calendar.
    let fields = [
        ("unit", "610602000000"),
        ("title", "逐件复核超期问题"),
        ("words", "每件写明原因和办法。"),
        ("deadline", "2017-02-25"),
    ];
    let listed = issuer.submit(&draft, "/reviews/2016-4/follow-ups", &fields).await;
    assert_eq!(listed.status, 200, "{}", listed.text());
    let issued = issuer.submit(&listed, "/reviews/2016-4/issuing", &[]).await;
    assert_eq!(issued.status, 200, "{}", issued.text());
    for _ in 0..3 {
        app.drain().await.unwrap();
    }
    app.periodic("review_follow_up").await.unwrap();
    let review = issuer.get("/reviews/2016-4").await;
    assert!(review.text().contains("已交办"), "{}", review.text());
    let cases = |page: &huiyin_testing::Page| -> Vec<String> {
        let links = page.attributes("a", "href").into_iter();
        links.filter(|href| href.starts_with("/cases/")).collect()
    };
    let case = cases(&review).pop().expect("the review leads to its case");

    let mut county = app.browser_as(city.account("county")).await.unwrap();
    let desk = county.get("/desk").await;
    assert!(desk.text().contains("逐件复核超期问题"), "{}", desk.text());
    let page = county.get(&case).await;
    assert!(page.text().contains("每件写明原因和办法") && page.text().contains("2月27日"), "{}", page.text());
    for step in ["signature", "beginning"] {
        let page = county.get(&case).await;
        assert_eq!(county.submit(&page, &format!("{case}/{step}"), &[]).await.status, 200, "{step}");
    }
    let page = county.get(&case).await;
    let close = [("outcome", "solved"), ("text", "三件超期的都已办结，原因写在各件里。")];
    let closed = county.upload(&page, &format!("{case}/close-request"), &close, &[]).await;
    assert_eq!(closed.status, 200, "{}", closed.text());
    let waiting = issuer.get(&case).await;
    let struck = issuer.submit(&waiting, &format!("{case}/acceptance"), &[]).await;
    assert!(struck.text().contains("已销号"), "{}", struck.text());
    // Another county reads the review and is not led to what it may not open.
    let mut other = app.browser_as(city.account("ansai")).await.unwrap();
    let seen = other.get("/reviews/2016-4").await;
    assert!(seen.text().contains("逐件复核超期问题") && cases(&seen).is_empty(), "{}", seen.text());
    assert_eq!(other.get(&case).await.status, 404);
}
