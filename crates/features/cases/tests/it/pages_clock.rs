//! Emergencies, rosters, extensions, notes and call-backs, as browsers meet them.

use huiyin_base::Rng;
use huiyin_cases::{Assignment, CaseRef, Cases, Channel, Contact, Moment, Outcome, Posting, Request, Submission};
use huiyin_directory::{Viewer, viewer_find};
use huiyin_testing::{Browser, City, Page, TestApp};

use crate::tree::{day, on};

struct House {
    app: TestApp,
    city: City,
    cases: Cases,
    rng: Rng,
}

impl House {
    async fn new() -> Self {
        let app = TestApp::new(vec![huiyin_cases::feature()]).await.unwrap();
        let city = City::found(&app).await.unwrap();
        let cases = Cases::of(&app.site.db, &app.site.vault, &app.site.calendar).unwrap();
        Self { app, city, cases, rng: Rng::seeded(5) }
    }

    async fn browser(&self, login: &str) -> Browser {
        self.app.browser_as(self.city.account(login)).await.unwrap()
    }

    async fn viewer(&self, login: &str) -> Viewer {
        let mut tx = self.app.site.db.read().await.unwrap();
        viewer_find(&mut tx, self.city.account(login), self.app.site.today()).await.unwrap().unwrap()
    }

    /// A resident reports; gives his browser with the page of the receipt.
    async fn report(&self, text: &str) -> (Browser, Page) {
        let mut resident = self.app.browser();
        let form = resident.get("/problems/new?county=610602&town=610602701000").await;
        let fields = [("village", "610602701201"), ("sub", "infrastructure/water"), ("text", text), ("about", "")];
        let page = resident.upload(&form, "/problems", &fields, &[]).await;
        (resident, page)
    }

    async fn act(&self, case: CaseRef, request: Request, login: &str, day: &str) {
        let viewer = self.viewer(login).await;
        self.cases.act(case, request.because("按规定办理"), &viewer, on(day)).await.unwrap();
    }

    /// Given to the water department and in hand.
    async fn in_hand(&mut self, day: &str) -> CaseRef {
        let village = self.city.entry("上湾村");
        let submission = Submission {
            region: village.region,
            township: village.parent,
            village: Some(village.id),
            category: "infrastructure".into(),
            sub_category: "road".into(),
            title: String::new(),
            text: "村口路断了".into(),
            contact: Some(Contact { name: "高先生".into(), phone: "12900000000".into() }),
            subject: None,
            channel: Channel::Web,
            photos: Vec::new(),
            nonce: format!("nonce-{}", self.rng.below(u64::MAX)),
        };
        let case = self.cases.submit(submission, on(day), &mut self.rng).await.unwrap().case;
        let posting = Posting {
            title: "村口路断了".into(),
            text: "村口的路塌了一半".into(),
            edited: true,
            category: "infrastructure".into(),
            sub_category: "road".into(),
            photos: Vec::new(),
        };
        self.act(case, Request::Post(posting), "county", day).await;
        let to = Assignment { to: self.city.org("区水务局"), account: None, goal: "修好".into(), deadline: None };
        self.act(case, Request::Assign(to), "county", day).await;
        self.act(case, Request::Sign, "water", day).await;
        self.act(case, Request::Begin, "water", day).await;
        case
    }
}

#[tokio::test]
async fn an_emergency_is_answered_with_whom_to_call_and_no_promise() {
    let house = House::new().await;
    let mut asked = house.app.browser();
    let form = asked.get("/problems/new?county=610602&town=610602701000").await;
    for (text, call) in [("二单元楼道里闻到煤气味，老人在家", true), ("煤气费涨了，没人解释", false)]
    {
        let fields = [("village", "610602701201"), ("sub", "infrastructure/water"), ("text", text), ("about", "")];
        let preview = asked.press(&form, ("/problems", "/problems/preview"), &fields, &[]).await;
        assert_eq!(preview.text().contains("请现在就打 119"), call, "before it is sent: {}", preview.text());
    }
    let (mut resident, page) = house.report("二单元楼道里闻到煤气味，老人在家").await;
    let text = page.text();
    assert!(text.contains("请现在就打 119") && text.contains("不等于报警"), "{text}");
    assert!(text.contains("受理岗") && text.contains("现在还没有人回应"), "{text}");
    for promise in ["马上派人", "正在赶来", "请等待", "已安排"] {
        assert!(!text.contains(promise), "{promise}: {text}");
    }
    let mut county = house.browser("county").await;
    let desk = county.get("/desk").await;
    let alarms = desk.all("section.panel");
    assert!(alarms[0].contains("紧急情况，请先处置") && alarms[0].contains("燃气泄漏"), "{alarms:?}");
    assert!(!desk.html().contains("二单元"), "what was written stays sealed");
    let link = desk.attributes("section.panel a[href^='/cases/']", "href").remove(0);
    let case = county.get(&link).await;
    assert!(case.text().contains("前要有人处置"), "{}", case.text());
    let silent = county.submit(&case, &format!("{link}/emergency-response"), &[("reason", " ")]).await;
    assert_eq!(silent.status, 422);
    let given = [("reason", "已打 119 和燃气公司，09:40 到现场关阀")];
    let done = county.submit(&silent, &format!("{link}/emergency-response"), &given).await;
    assert!(done.text().contains("处置情况已记录"), "{}", done.text());
    assert!(!county.get("/desk").await.text().contains("请先处置"));
    let follow = resident.get("/follow/case").await;
    assert!(follow.text().contains("值班人员已经看到") && follow.text().contains("关阀"), "{}", follow.text());
    let (_, plain) = house.report("煤气费涨了，没人解释").await;
    assert!(!plain.text().contains("请现在就打"), "{}", plain.text());
    // Another county neither finds it nor calls it off.
    let mut other = house.browser("ansai").await;
    assert_eq!(other.get(&link).await.status, 404);
    assert_eq!(other.post(&format!("{link}/emergency-end"), &[("reason", "没事")]).await.status, 404);
}

#[tokio::test]
async fn a_county_plans_who_is_on_call() {
    let house = House::new().await;
    assert_eq!(house.app.browser().look("/roster").await.status, 401);
    assert_eq!(house.browser("water").await.get("/roster").await.status, 403);
    let mut county = house.browser("county").await;
    let page = county.get("/roster").await;
    assert!(page.text().contains("现在没有人值班") && page.text().contains("空班"), "{}", page.text());
    let who = page.attributes("select[name=who] option", "value").remove(0);
    let today = house.app.site.today().to_string();
    let fields = [
        ("who", who.as_str()),
        ("post", "值班室"),
        ("day", today.as_str()),
        ("from", "00:00"),
        ("to", "00:00"),
        ("days", "15"),
    ];
    let wrong = county
        .submit(&page, "/roster", &[fields[0], fields[1], fields[2], ("from", "25点"), fields[4], fields[5]])
        .await;
    assert!(wrong.status == 422 && wrong.text().contains("08:00 的样子"), "{}", wrong.text());
    let done = county.submit(&page, "/roster", &fields).await;
    assert!(done.text().contains("已排好 15 班") && done.text().contains("没有空班"), "{}", done.text());
    assert!(county.submit(&page, "/roster", &fields).await.text().contains("早已排好"));
    let gone = county.submit(&done, "/roster/removal", &[]).await;
    assert!(gone.text().contains("已撤下这一班"), "{}", gone.text());
    // Another county's page and form are not found.
    assert_eq!(county.get("/roster?county=610603").await.status, 404);
    let foreign = [("county", "610603"), ("who", "x/y"), ("entry", "zz")];
    assert_eq!(county.post("/roster", &foreign).await.status, 404);
    assert_eq!(county.post("/roster/removal", &foreign).await.status, 404);
    assert_eq!(house.browser("city").await.get("/roster?county=610603").await.status, 200);
}

#[tokio::test]
async fn an_extension_and_its_reasons_are_public_and_notes_are_not() {
    let mut house = House::new().await;
    let case = house.in_hand("2016-12-12").await;
    let link = format!("/cases/{}", case.id);
    let mut owner = house.browser("water").await;
    let page = owner.get(&link).await;
    // Signed on Monday with 15 working days: due on 3 January 2017.
    let empty = owner.submit(&page, &format!("{link}/extension-request"), &[("reason", "等管材")]).await;
    assert!(empty.status == 422 && empty.text().contains("请填写申请延到哪一天"), "{}", empty.text());
    let given = [("deadline", "2017-01-10"), ("reason", "路基要等解冻")];
    let asked = owner.submit(&page, &format!("{link}/extension-request"), &given).await;
    assert!(asked.text().contains("延期申请已提交"), "{}", asked.text());
    let public = house.app.browser().get("/problems/宝塔-2016-00001").await;
    assert!(
        public.text().contains("申请把答复期限延到2017年1月10日") && public.text().contains("路基要等解冻"),
        "{}",
        public.text()
    );
    let mut county = house.browser("county").await;
    assert!(county.get("/desk").await.text().contains("延期审批"));
    let before = county.get(&link).await;
    let noted = county.submit(&before, &format!("{link}/notes"), &[("text", "同意前请看现场<b>")]).await;
    assert!(noted.text().contains("同意前请看现场<b>") && !noted.html().contains("现场<b>"), "{}", noted.text());
    assert!(owner.get(&link).await.text().contains("同意前请看现场"), "the owner reads it");
    assert!(!house.browser("inspector").await.get(&link).await.text().contains("同意前请看现场"));
    assert_eq!(house.browser("inspector").await.post(&format!("{link}/notes"), &[("text", "看")]).await.status, 404);
    let granted = county.submit(&noted, &format!("{link}/extension"), &[("reason", "同意")]).await;
    assert!(granted.text().contains("期限已调整"), "{}", granted.text());
    let public = house.app.browser().get("/problems/宝塔-2016-00001").await;
    assert!(public.text().contains("经受理单位同意，答复期限延到2017年1月10日"), "{}", public.text());
    assert!(!public.text().contains("请看现场"));
}

#[tokio::test]
async fn a_late_answer_that_waits_for_its_verifier_says_both() {
    let mut house = House::new().await;
    let case = house.in_hand("2016-10-10").await;
    let ask = Request::RequestClose { outcome: Outcome::Solved, text: "修好了".into(), photos: vec![] };
    house.act(case, ask, "water", "2016-12-14").await;
    for page in [
        house.app.browser().get("/problems/宝塔-2016-00001").await,
        house.browser("county").await.get(&format!("/cases/{}", case.id)).await,
        house.app.browser().get("/wall").await,
    ] {
        assert!(page.text().contains("待核验") && page.text().contains("已超期"), "{}", page.text());
        assert!(!page.text().contains("超期未答复"), "{}", page.text());
    }
}

#[tokio::test]
async fn calls_are_made_by_others_and_their_numbers_are_public() {
    let mut house = House::new().await;
    let region = house.city.entry("上湾村").region;
    house.cases.callback_commit(&[region], day("2016-10-15"), &mut Rng::seeded(1)).await.unwrap();
    let public = house.app.browser().get("/draws?county=610602").await;
    assert!(public.text().contains("还没有抽签") && public.text().contains("2016年11月"), "{}", public.text());
    let mut cases = Vec::new();
    for _ in 0..2 {
        let case = house.in_hand("2016-11-02").await;
        let ask = Request::RequestClose { outcome: Outcome::Solved, text: "修好了".into(), photos: vec![] };
        house.act(case, ask, "water", "2016-11-10").await;
        house.act(case, Request::Accept, "county", "2016-11-11").await;
        cases.push(case);
    }
    house.cases.callback_draw(day("2016-12-01"), |_| "宝塔".into()).await.unwrap();
    assert_eq!(house.browser("water").await.get("/callbacks").await.status, 403);
    let verifier = house.browser("county").await.get("/callbacks").await;
    assert!(verifier.attributes("a[href^='/callbacks/']", "href").is_empty(), "he accepted both answers");
    assert!(verifier.text().contains("承办、核验过这件事的人不做回访"), "{}", verifier.text());
    let mut county = house.browser("county2").await;
    let list = county.get("/callbacks").await;
    assert!(list.text().contains("等着回访的 2 件") && list.text().contains("宝塔-2016-00001"), "{}", list.text());
    let link = list.attributes("a[href^='/callbacks/']", "href").remove(0);
    let page = county.get(&link).await;
    let wrong = county.submit(&page, &format!("{link}/result"), &[("result", "solved"), ("score", "")]).await;
    assert!(wrong.status == 422 && wrong.text().contains("一到五分"), "{}", wrong.text());
    let said = [("result", "solved"), ("score", "5"), ("text", "路通了")];
    let done = county.submit(&page, &format!("{link}/result"), &said).await;
    assert!(done.text().contains("已记下，谢谢") && done.text().contains("等着回访的 1 件"), "{}", done.text());
    assert!(county.submit(&page, &format!("{link}/result"), &said).await.text().contains("别人刚记过"));
    assert_eq!(house.browser("ansai").await.get(&link).await.status, 404);
    let public = house.app.browser().get("/draws?county=610602").await;
    assert!(
        public.text().contains("不足 5 件") && !public.text().contains("说已解决") && !public.text().contains("路通了"),
        "{}",
        public.text()
    );
    let ledger = county.get("/cases").await;
    assert!(ledger.text().contains("宝塔销〔2016〕00001号"), "{}", ledger.text());
    let moment = Moment::at(house.app.site.clock.now());
    let late = house
        .cases
        .callback_record(
            cases[0],
            huiyin_cases::CallResult::Missed,
            &house.viewer("city").await,
            moment,
            &mut Rng::seeded(1),
        )
        .await;
    let also = house
        .cases
        .callback_record(
            cases[1],
            huiyin_cases::CallResult::Missed,
            &house.viewer("city").await,
            moment,
            &mut Rng::seeded(1),
        )
        .await;
    assert!(late.is_ok() != also.is_ok(), "one of the two still waits");
}

#[tokio::test]
async fn networks_are_kept_by_the_county() {
    let house = House::new().await;
    let mut county = house.browser("county").await;
    let page = county.get("/networks").await;
    let water = house.city.org("区水务局").id.to_string();
    let wrong = county.submit(&page, "/networks", &[("org", &water), ("network", "10.61")]).await;
    assert!(wrong.status == 422 && wrong.text().contains("10.61.8.0/24 的样子"), "{}", wrong.text());
    let done = county.submit(&page, "/networks", &[("org", &water), ("network", "10.61.8.3/24")]).await;
    assert!(done.text().contains("10.61.8.0/24"), "{}", done.text());
    let gone = county.submit(&done, "/networks/removal", &[]).await;
    assert!(gone.text().contains("还没有登记网段"), "{}", gone.text());
    assert_eq!(house.browser("township").await.get("/networks").await.status, 403);
}
