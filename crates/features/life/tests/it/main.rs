//! Meetings, as browsers meet them.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

use huiyin_testing::{Browser, City, Page, TestApp};

struct House {
    app: TestApp,
    city: City,
}

impl House {
    async fn new() -> Self {
        let app = TestApp::new(vec![huiyin_life::feature()]).await.unwrap();
        let city = City::found(&app).await.unwrap();
        Self { app, city }
    }

    async fn browser(&self, login: &str) -> Browser {
        self.app.browser_as(self.city.account(login)).await.unwrap()
    }
}

const FIELDS: [(&str, &str); 5] = [
    ("kind", "observation"),
    ("title", "问题墙现场观摩"),
    ("theme", "看怎么把问题办到群众满意"),
    ("day", "2016-12-10"),
    ("stops", "柳河镇便民中心：一窗办结\n上湾村：问题墙"),
];

async fn called(browser: &mut Browser) -> Page {
    let form = browser.get("/meetings/new").await;
    browser.submit(&form, "/meetings", &FIELDS).await
}

#[tokio::test]
async fn a_meeting_is_called_held_and_leads_to_the_library() {
    let house = House::new().await;
    let mut city = house.browser("city").await;
    let page = called(&mut city).await;
    assert_eq!(page.status, 200);
    assert!(page.text().contains("柳河镇便民中心") && page.text().contains("准备中"));
    let form = [("outcome", "各县回去对照着改"), ("title", "一窗办结"), ("text", "一个窗口收件，后面分办")];
    let action = format!("{}/outcome", page.path);
    let page = city.submit(&page, &action, &form).await;
    assert!(page.text().contains("已开过") && page.text().contains("值得学的做法"));
    assert!(page.html().contains("/practices/new?title=") && page.html().contains("meeting="));
    let again = city.post(&action, &form).await;
    assert_eq!(again.status, 422, "once");
    let mut village = house.browser("village").await;
    assert!(village.get("/meetings").await.text().contains("问题墙现场观摩"));
}

#[tokio::test]
async fn only_who_calls_it_may_call_it_and_only_what_is_whole() {
    let house = House::new().await;
    let mut village = house.browser("village").await;
    assert_eq!(village.post("/meetings", &FIELDS).await.status, 403);
    let mut county = house.browser("county").await;
    let form = county.get("/meetings/new").await;
    let bare = county.submit(&form, "/meetings", &[("kind", "observation"), ("stops", "没有冒号")]).await;
    assert_eq!(bare.status, 422);
    let endless = "长".repeat(20_000);
    let long =
        county.submit(&form, "/meetings", &[FIELDS[0], FIELDS[1], ("theme", &endless), FIELDS[3], FIELDS[4]]).await;
    assert_eq!(long.status, 422);
    let page = called(&mut county).await;
    let mut city = house.browser("city").await;
    let foreign = city.post(&format!("{}/outcome", page.path), &[("outcome", "代记")]).await;
    assert_eq!(foreign.status, 403, "another organisation's meeting");
    assert_eq!(city.get("/meetings/nothing").await.status, 404);
}

#[tokio::test]
async fn sent_twice_it_is_one_meeting() {
    let house = House::new().await;
    let mut city = house.browser("city").await;
    let form = city.get("/meetings/new").await;
    let one = city.submit(&form, "/meetings", &FIELDS).await;
    let other = city.submit(&form, "/meetings", &FIELDS).await;
    assert_eq!(one.path, other.path);
}
