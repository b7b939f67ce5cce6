use chrono::TimeDelta;

use crate::house::house;

#[tokio::test]
async fn a_session_ends_when_it_is_idle_and_lives_while_it_is_used() {
    let (app, city, _) = house().await;
    let mut browser = app.browser_as(city.account("county")).await.unwrap();
    for _ in 0..3 {
        app.advance(TimeDelta::hours(11));
        assert_eq!(browser.get("/notes/mine").await.status, 200);
    }
    app.advance(TimeDelta::hours(13));
    let page = browser.get("/notes/mine").await;
    assert_eq!(page.status, 401);
    assert!(page.attributes("a", "href").contains(&"/sign-in?next=%2Fnotes%2Fmine".to_owned()), "{}", page.html());
}

#[tokio::test]
async fn what_was_written_when_the_session_ended_is_kept() {
    let (app, city, _) = house().await;
    let mut browser = app.browser_as(city.account("county")).await.unwrap();
    let written = "很长的答复。\n第二行 <b>&amp; 😀";
    app.advance(TimeDelta::hours(13));
    let answer = browser.post_only("/notes/decision", &[("text", written), ("tag", "水")]).await;
    assert_eq!(answer.status, 303);
    let next = answer.headers["location"].to_str().unwrap().to_owned();
    let kept = next.strip_prefix("/sign-in?next=").unwrap().split('&').next().unwrap().replace("%2F", "/");
    let kept = kept.replace("%2D", "-").replace("%5F", "_");

    let mut again = app.browser_as(city.account("county")).await.unwrap();
    let page = again.get(&kept).await;
    assert_eq!(page.status, 200, "{}", page.text());
    assert!(page.attributes("input[name=text]", "value").contains(&written.to_owned()));
    let done = again.submit(&page, "/notes/decision", &[]).await;
    assert!(done.text().contains("由区问题墙办公室处理"), "{}", done.text());
    app.advance(TimeDelta::hours(3));
    assert_eq!(again.get(&kept).await.status, 404, "not for ever");
}

#[tokio::test]
async fn a_stranger_cannot_fill_the_store_of_kept_forms() {
    let (app, _, _) = house().await;
    let answer = app.browser().post_only("/notes/decision", &[("text", "x")]).await;
    assert_eq!(answer.status, 401);
    let mut inventor = app.browser();
    inventor.keep("huiyin_session", "invented");
    assert_eq!(inventor.post_only("/notes/decision", &[("text", "x")]).await.status, 401);
}

#[tokio::test]
async fn nor_can_whoever_had_a_session_keep_more_than_a_form() {
    let (app, city, _) = house().await;
    let mut browser = app.browser_as(city.account("county")).await.unwrap();
    app.advance(TimeDelta::hours(13));
    let most = "x".repeat(60_000);
    assert_eq!(browser.post_only("/notes/decision", &[("text", &most)]).await.status, 303);
    let more = "x".repeat(70_000);
    assert_eq!(browser.post_only("/notes/decision", &[("text", &more)]).await.status, 401);
}

#[tokio::test]
async fn large_type_is_remembered_by_the_browser() {
    let (app, _, _) = house().await;
    let mut browser = app.browser();
    let page = browser.post("/display", &[("elder", "1"), ("next", "/notes/new")]).await;
    assert!(page.attributes("html", "class").iter().any(|class| class.contains("elder")), "{}", page.html());
    assert_eq!(browser.post_only("/display", &[("elder", "1"), ("next", "//evil.example")]).await.status, 404);
}

#[tokio::test]
async fn staff_roles_rest_without_a_second_factor() {
    let (feature, _) = crate::house::notes();
    let settings = huiyin_web::Settings { second_factor: true, ..huiyin_web::Settings::default() };
    let app = huiyin_testing::TestApp::with(vec![feature], settings).await.unwrap();
    let city = huiyin_testing::City::found(&app).await.unwrap();
    let mut strong = app.browser_as(city.account("county")).await.unwrap();
    assert_eq!(strong.post_only("/notes/decision", &[("text", "x")]).await.status, 200);
    let mut weak = app.browser_weak(city.account("county2")).await.unwrap();
    assert_eq!(weak.post_only("/notes/decision", &[("text", "x")]).await.status, 403);
}
