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

/// What is filled in for a branch's next meeting.
fn notice(branch: &str) -> [(&str, &str); 5] {
    [("branch", branch), ("hour", "晚上七点"), ("place", "村委会"), ("subject", "学习讨论"), ("day", "2016-12-20")]
}

#[tokio::test]
async fn a_branch_reads_of_its_next_meeting() {
    let house = House::new().await;
    let branch = house.city.org("上湾村党支部").id.to_string();
    let mut member = house.browser("member").await;
    assert!(member.get("/branch-meetings").await.text().contains("还没有会议通知"));
    let mut secretary = house.browser("secretary").await;
    let form = secretary.get("/branch-meetings").await;
    let fields = notice(&branch);
    for wrong in [("day", "2016-12-01"), ("day", "明天"), ("place", " "), ("hour", "")] {
        let mut fields = fields.to_vec();
        fields.retain(|(name, _)| *name != wrong.0);
        fields.push(wrong);
        assert_eq!(secretary.submit(&form, "/branch-meetings", &fields).await.status, 422, "{wrong:?}");
    }
    let page = secretary.submit(&form, "/branch-meetings", &fields).await;
    assert!(page.text().contains("2016年12月20日 晚上七点"), "{}", page.text());
    let page = secretary.submit(&form, "/branch-meetings", &fields).await;
    assert_eq!(page.all("section.panel").len(), 1, "sent twice it is one");
    let seen = member.get("/branch-meetings").await;
    assert!(seen.text().contains("村委会") && !seen.html().contains("cancellation"), "{}", seen.text());
    let cancel = page.attributes("form[action$=cancellation]", "action").remove(0);
    for stranger in ["township2", "ansai"] {
        let mut stranger = house.browser(stranger).await;
        assert!(!stranger.get("/branch-meetings").await.text().contains("村委会"));
        assert_ne!(stranger.post(&cancel, &[]).await.status, 200);
        assert_ne!(
            stranger
                .post("/branch-meetings", &[("nonce", "x"), fields[0], fields[1], fields[2], fields[3], fields[4]])
                .await
                .status,
            200
        );
    }
    assert_eq!(member.post(&cancel, &[]).await.status, 403);
    let mut township = house.browser("township").await;
    assert!(township.get("/branch-meetings").await.text().contains("村委会"), "the township serves its branches");
    township.post(&cancel, &[]).await;
    assert!(member.get("/branch-meetings").await.text().contains("取消了"));
    assert_eq!(secretary.post(&cancel, &[]).await.status, 409, "once");
}

#[tokio::test]
async fn a_notice_goes_after_its_days_and_a_line_says_so() {
    let house = House::new().await;
    let branch = house.city.org("上湾村党支部").id.to_string();
    let mut secretary = house.browser("secretary").await;
    let form = secretary.get("/branch-meetings").await;
    let fields = notice(&branch);
    secretary.submit(&form, "/branch-meetings", &fields).await;
    let org = house.city.org("上湾村党支部");
    let meeting_day = huiyin_base::Day::new(2016, 12, 20).unwrap();
    let held = async |app: &TestApp| {
        let mut tx = app.site.db.read().await.unwrap();
        huiyin_life::store::branch_meeting_list(&mut tx, &[org], meeting_day, 9).await.unwrap().len()
    };
    for (days, left) in [(400, 1), (20, 0)] {
        house.app.advance(chrono::TimeDelta::days(days));
        house.app.periodic("branch_meeting_sweep").await.unwrap();
        house.app.periodic("branch_meeting_sweep").await.unwrap();
        assert_eq!(held(&house.app).await, left, "after {days} days");
    }
    let mut tx = house.app.site.db.read().await.unwrap();
    let rows = huiyin_db::query("select detail from audit_event where kind = $1").bind("retention");
    let told: Vec<String> = rows.fetch_column(&mut tx).await.unwrap();
    assert_eq!(told, ["删除到期的支部会议通知 1 条"], "once, and nothing of what it said");
}
