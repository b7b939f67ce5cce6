//! One problem's way on pages: from a resident's telephone to the echo wall and his rating.

use huiyin_testing::{Browser, Chosen, City, Page, TestApp};

pub(crate) struct House {
    pub(crate) app: TestApp,
    pub(crate) city: City,
}

impl House {
    pub(crate) async fn new() -> Self {
        let app = TestApp::new(vec![huiyin_cases::feature()]).await.unwrap();
        let city = City::found(&app).await.unwrap();
        Self { app, city }
    }

    /// The same, presented and equipped as told.
    pub(crate) async fn with(settings: huiyin_web::Settings) -> Self {
        let app = TestApp::with(vec![huiyin_cases::feature()], settings).await.unwrap();
        let city = City::found(&app).await.unwrap();
        Self { app, city }
    }

    pub(crate) async fn browser(&self, login: &str) -> Browser {
        self.app.browser_as(self.city.account(login)).await.unwrap()
    }

    /// A resident reports; gives his browser with the page of the receipt.
    pub(crate) async fn report(&self, text: &str, about: &str) -> (Browser, Page) {
        let mut resident = self.app.browser();
        let form = resident.get("/problems/new?county=610602&town=610602701000").await;
        let fields = [("village", "610602701201"), ("sub", "infrastructure/water"), ("text", text), ("about", about)];
        let page = resident.upload(&form, "/problems", &fields, &[]).await;
        (resident, page)
    }

    /// The page of the only case that waits on this desk.
    pub(crate) async fn waiting(&self, browser: &mut Browser) -> (Page, String) {
        let desk = browser.get("/desk").await;
        let links = desk.attributes("a[href^='/cases/']", "href");
        let link = links.first().unwrap_or_else(|| panic!("an empty desk: {}", desk.text())).clone();
        (browser.get(&link).await, link)
    }
}

/// The code as it is printed on the page of the receipt: in fours.
pub(crate) fn code(page: &Page) -> String {
    let text = page.text();
    let words: Vec<&str> = text.split_whitespace().collect();
    let found = words.windows(4).map(|fours| fours.join("-"));
    let mut found = found.filter(|code| code.len() == 16 && huiyin_base::number::Receipt::parse(code).is_some());
    found.next().unwrap_or_else(|| panic!("no receipt on: {text}"))
}

pub(crate) const TEXT: &str = "上湾村三组三天没水了。老人要到沟里挑水，请尽快修好水管。";

#[tokio::test]
async fn from_a_telephone_to_the_echo_wall() {
    let house = House::new().await;
    let (mut resident, page) = house.report(TEXT, "").await;
    assert!(page.text().contains("收到了"), "{}", page.text());
    assert!(!house.app.browser().get("/wall").await.text().contains("没水"), "not before it was moderated");

    let mut county = house.browser("county").await;
    let (page, link) = house.waiting(&mut county).await;
    assert!(!page.text().contains("三天没水"), "sealed until somebody looks");
    let looked = county.submit(&page, &format!("{link}/original"), &[]).await;
    assert!(looked.text().contains("老人要到沟里挑水"));
    let posted = county.submit(&looked, &format!("{link}/posting"), &[]).await;
    assert!(posted.text().contains("宝塔-2016-00001"), "{}", posted.text());
    assert!(house.app.browser().get("/wall").await.text().contains("上湾村三组三天没水了"));

    let water = house.city.org("区水务局").id.to_string();
    let given = [("org", water.as_str()), ("goal", "恢复供水"), ("deadline", "2016-12-30")];
    let assigned = county.submit(&posted, &format!("{link}/assignment"), &given).await;
    assert!(assigned.text().contains("区水务局"), "{}", assigned.text());

    let mut officer = house.browser("water").await;
    let (page, link) = house.waiting(&mut officer).await;
    let signed = officer.submit(&page, &format!("{link}/signature"), &[]).await;
    let begun = officer.submit(&signed, &format!("{link}/beginning"), &[]).await;
    let asked = officer.submit(&begun, &format!("{link}/messages"), &[("text", "是三组的哪一段水管？")]).await;
    assert!(asked.text().contains("是三组的哪一段水管"));

    let page = resident.get("/follow/case").await;
    assert!(page.text().contains("是三组的哪一段水管"), "{}", page.text());
    let page = resident.submit(&page, "/follow/messages", &[("text", "沟口到井房那一段。")]).await;
    assert!(page.text().contains("沟口到井房那一段"));

    let page = officer.get(&link).await;
    let answer = [("outcome", "solved"), ("text", "12月16日换了40米水管，三组已经通水。今后每月查一次。")];
    let requested = officer.upload(&page, &format!("{link}/close-request"), &answer, &[]).await;
    assert!(requested.text().contains("待核验"), "{}", requested.text());
    assert!(!requested.has_form(&format!("{link}/acceptance")), "nobody closes his own case");
    assert!(!house.app.browser().get("/echo").await.text().contains("40米水管"), "not before it was verified");

    let mut verifier = house.browser("county").await;
    let page = verifier.get(&link).await;
    let accepted = verifier.submit(&page, &format!("{link}/acceptance"), &[]).await;
    assert!(accepted.text().contains("已解决"), "{}", accepted.text());
    let echo = house.app.browser().get("/echo").await;
    assert!(echo.text().contains("40米水管") && echo.text().contains("区水务局"), "{}", echo.text());

    let page = resident.get("/follow/case").await;
    let rated = resident.submit(&page, "/follow/rating", &[("score", "5"), ("text", "水来了，谢谢")]).await;
    assert!(rated.text().contains("您打的分"), "{}", rated.text());
    let page = house.app.browser().get("/problems/宝塔-2016-00001").await;
    assert_eq!(page.status, 200, "{}", page.text());
    let reopened = resident.submit(&rated, "/follow/objection", &[("text", "又停水了")]).await;
    assert!(reopened.text().contains("重新办理"), "{}", reopened.text());
}

#[tokio::test]
async fn a_public_page_gives_nobody_away() {
    let house = House::new().await;
    let (mut resident, _) = house.report(TEXT, "").await;
    let mut county = house.browser("county").await;
    let (page, link) = house.waiting(&mut county).await;
    let looked = county.submit(&page, &format!("{link}/original"), &[]).await;
    county.submit(&looked, &format!("{link}/posting"), &[]).await;
    for path in ["/wall", "/problems/宝塔-2016-00001", "/wall?q=没水&county=610602"] {
        let page = house.app.browser().get(path).await;
        assert!(page.text().contains("没水"), "{path}: {}", page.text());
        let id = link.trim_start_matches("/cases/");
        assert!(!page.html().contains(id), "{path} shows an id");
        assert!(!page.html().contains("09:00"), "{path} shows a time");
    }
    assert!(resident.get("/follow/case").await.text().contains("已上墙"));
}

#[tokio::test]
async fn a_doubled_click_makes_one_case() {
    let house = House::new().await;
    let mut resident = house.app.browser();
    let form = resident.get("/problems/new?county=610602&town=610602701000").await;
    let fields = [("sub", "infrastructure/water"), ("text", TEXT)];
    let first = code(&resident.upload(&form, "/problems", &fields, &[]).await);
    let second = code(&resident.upload(&form, "/problems", &fields, &[]).await);
    assert_eq!(first, second);
    let mut county = house.browser("county").await;
    assert_eq!(county.get("/desk").await.attributes("a[href^='/cases/']", "href").len(), 1);
}

#[tokio::test]
async fn a_mistake_stands_beside_its_field_and_nothing_is_lost() {
    let house = House::new().await;
    let mut resident = house.app.browser();
    let form = resident.get("/problems/new?county=610602&town=610602701000").await;
    let empty = resident.upload(&form, "/problems", &[("sub", ""), ("text", " ")], &[]).await;
    assert_eq!(empty.status, 422);
    assert!(empty.text().contains("请写下是什么问题") && empty.text().contains("最接近的一类"));
    let long = "长".repeat(100_000);
    let page = resident.upload(&form, "/problems", &[("sub", "infrastructure/water"), ("text", &long)], &[]).await;
    assert_eq!(page.status, 422);
    assert!(page.html().contains(&long), "what was written is still there");
    let nasty = "<script>alert(1)</script>'; drop table case_item; --\u{202e}\u{200b}😀";
    let page = resident.upload(&form, "/problems", &[("sub", "x/y"), ("text", nasty)], &[]).await;
    assert!(page.html().contains("&#60;script&#62;") && !page.html().contains("<script>alert"), "{}", page.html());
    let text_file = [Chosen { field: "photos", name: "a.jpg", bytes: "不是照片".as_bytes() }];
    let page =
        resident.upload(&form, "/problems", &[("sub", "infrastructure/water"), ("text", TEXT)], &text_file).await;
    assert_eq!(page.status, 422);
    assert!(page.html().contains("老人要到沟里挑水"), "{}", page.text());
}

#[tokio::test]
async fn whoever_is_complained_of_learns_nothing() {
    let house = House::new().await;
    house.report("村主任把低保给了自己亲戚，大家意见很大。", "village").await;
    let mut county = house.browser("county").await;
    let (page, link) = house.waiting(&mut county).await;
    assert_eq!(page.status, 200);
    for login in ["village", "secretary"] {
        let mut subject = house.browser(login).await;
        assert!(subject.get("/desk").await.attributes("a[href^='/cases/']", "href").is_empty(), "{login}");
        assert_eq!(subject.get(&link).await.status, 404, "{login}");
        assert_eq!(subject.post_only(&format!("{link}/original"), &[]).await.status, 404, "{login}");
        assert_ne!(subject.post_only(&format!("{link}/signature"), &[]).await.status, 303, "{login}");
    }
}

#[tokio::test]
async fn a_wrong_receipt_is_refused_in_words_and_another_county_sees_nothing() {
    let house = House::new().await;
    let (_, page) = house.report(TEXT, "").await;
    let right = code(&page);
    let mut stranger = house.app.browser();
    let form = stranger.get("/follow").await;
    let page = stranger.submit(&form, "/follow", &[("code", "")]).await;
    assert!(page.status == 422 && page.text().contains("请填写回执码"), "{}", page.text());
    for wrong in ["0000-0000-0000-0", "XXXX", "'; --"] {
        let page = stranger.submit(&form, "/follow", &[("code", wrong)]).await;
        assert_eq!(page.status, 422, "{wrong}");
        assert!(page.text().contains("没有查到"), "{wrong}: {}", page.text());
    }
    let lower = right.to_lowercase().replace('-', " ");
    let page = stranger.submit(&form, "/follow", &[("code", &lower)]).await;
    assert!(page.text().contains("我反映的问题"), "{}", page.text());

    let mut county = house.browser("county").await;
    let (_, link) = house.waiting(&mut county).await;
    let mut ansai = house.browser("ansai").await;
    assert_eq!(ansai.get(&link).await.status, 404);
    assert_eq!(house.app.browser().get(&link).await.status, 401);
    assert_eq!(house.browser("member").await.get(&link).await.status, 403);
}

#[tokio::test]
async fn what_is_not_allowed_now_is_said_with_the_reason() {
    let house = House::new().await;
    house.report(TEXT, "").await;
    let mut county = house.browser("county").await;
    let (page, link) = house.waiting(&mut county).await;
    let refused = county.post(&format!("{link}/acceptance"), &[]).await;
    assert_eq!(refused.status, 422, "{}", refused.text());
    assert!(refused.text().contains("待审核"), "{}", refused.text());
    let looked = county.submit(&page, &format!("{link}/original"), &[]).await;
    let posted = county.submit(&looked, &format!("{link}/posting"), &[]).await;
    let water = house.city.org("区水务局").id.to_string();
    let past = [("org", water.as_str()), ("goal", "恢复供水"), ("deadline", "2016-12-01")];
    let page = county.submit(&posted, &format!("{link}/assignment"), &past).await;
    assert_eq!(page.status, 422, "{}", page.text());
    assert!(page.html().contains("恢复供水"), "the goal is still there");
}
