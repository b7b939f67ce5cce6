//! What follows an answer, on pages: what the resident may do, and what those who handle the case never read.

use huiyin_db::query;
use huiyin_testing::Page;

use crate::pages_way::{House, TEXT, code};

/// Up to an answer that waits for its verifier; gives the address of the case on the desk.
pub(crate) async fn requested(house: &House) -> String {
    let mut county = house.browser("county").await;
    let (page, link) = house.waiting(&mut county).await;
    let looked = county.submit(&page, &format!("{link}/original"), &[]).await;
    let posted = county.submit(&looked, &format!("{link}/posting"), &[]).await;
    let water = house.city.org("区水务局").id.to_string();
    let given = [("org", water.as_str()), ("goal", "恢复供水"), ("deadline", "2016-12-30")];
    county.submit(&posted, &format!("{link}/assignment"), &given).await;
    let mut officer = house.browser("water").await;
    let page = officer.get(&link).await;
    let page = officer.submit(&page, &format!("{link}/signature"), &[]).await;
    let page = officer.submit(&page, &format!("{link}/beginning"), &[]).await;
    let answer = [("outcome", "solved"), ("text", "换了40米水管，三组已经通水。")];
    officer.upload(&page, &format!("{link}/close-request"), &answer, &[]).await;
    link
}

/// Up to a public answer.
async fn answered(house: &House) -> String {
    let (link, mut county) = (requested(house).await, house.browser("county").await);
    let page = county.get(&link).await;
    let page = county.submit(&page, &format!("{link}/acceptance"), &[]).await;
    assert!(page.text().contains("已解决"), "{}", page.text());
    link
}

fn tells_a_score(page: &Page) -> bool {
    page.html().contains("class=\"stars") || page.text().contains("您打的分")
}

#[tokio::test]
async fn nobody_who_handles_it_reads_who_rated_or_how() {
    let house = House::new().await;
    let (mut resident, _) = house.report(TEXT, "").await;
    let link = answered(&house).await;
    let before = {
        let mut officer = house.browser("water").await;
        officer.get(&link).await.text()
    };
    let page = resident.get("/follow/case").await;
    let bare = resident.submit(&page, "/follow/rating", &[("score", "1")]).await;
    assert_eq!(bare.status, 422);
    assert!(bare.text().contains("哪里没办好"), "{}", bare.text());
    let rating = [("score", "1"), ("reasons", "unsolved"), ("text", "三组还是没水")];
    let rated = resident.submit(&bare, "/follow/rating", &rating).await;
    assert!(rated.text().contains("没有真解决") && rated.text().contains("三组还是没水"), "{}", rated.text());
    let changed = resident.submit(&rated, "/follow/rating", &[("score", "2"), ("text", "有一阵没一阵")]).await;
    assert!(changed.text().contains("有一阵没一阵") && tells_a_score(&changed), "{}", changed.text());
    for login in ["water", "county"] {
        let mut staff = house.browser(login).await;
        for path in [link.as_str(), "/desk", "/cases", "/ratings", "/problems/宝塔-2016-00001", "/echo", "/wall"] {
            let page = staff.get(path).await;
            assert!(page.status.is_success(), "{login} {path}");
            assert!(!tells_a_score(&page) && !page.text().contains("有一阵没一阵"), "{login} {path}: {}", page.text());
        }
        let sheet = staff.get("/cases.xlsx").await;
        assert_eq!(sheet.status, 200);
    }
    let mut officer = house.browser("water").await;
    assert_eq!(officer.get(&link).await.text(), before, "the page of the case is as if nobody had rated");
}

#[tokio::test]
async fn a_resident_corrects_answers_and_withdraws_of_his_own_free_will() {
    let house = House::new().await;
    let (mut resident, _) = house.report(TEXT, "").await;
    let page = resident.get("/follow/case").await;
    let page = resident.submit(&page, "/follow/correction", &[("title", "没水"), ("text", "四组也没水了")]).await;
    assert!(page.text().contains("四组也没水了"), "{}", page.text());
    let unsaid = resident.submit(&page, "/follow/withdrawal", &[]).await;
    assert_eq!(unsaid.status, 422);
    assert!(unsaid.text().contains("是不是您自愿的"), "{}", unsaid.text());
    let pressed = resident.submit(&unsaid, "/follow/withdrawal", &[("free", "no")]).await;
    assert!(pressed.has_form("/follow/pressure") && pressed.text().contains("没有撤回"), "{}", pressed.text());
    let told = resident.submit(&pressed, "/follow/pressure", &[("category", "withdraw"), ("text", "村上让撤")]).await;
    assert!(told.text().contains("只有上一级看得到"), "{}", told.text());
    let own = code(&told);
    let page = resident.get("/follow/case").await;
    assert!(!page.text().contains("村上让撤"));
    let mut county = house.browser("county").await;
    let desk = county.get("/desk").await;
    assert_eq!(desk.attributes("a[href^='/cases/']", "href").len(), 1, "the county sees the problem alone");
    let mut city = house.browser("city").await;
    let (_, link) = house.waiting(&mut city).await;
    let page = city.get(&link).await;
    let words = city.submit(&page, &format!("{link}/original"), &[]).await;
    assert!(words.text().contains("村上让撤"), "{}", words.text());
    assert_eq!(county.get(&link).await.status, 404);

    let mut second = house.app.browser();
    let form = second.get("/follow").await;
    let page = second.submit(&form, "/follow", &[("code", &own)]).await;
    assert!(page.text().contains("施压反映") && !page.has_form("/follow/rating"), "{}", page.text());
    let page = resident.get("/follow/case").await;
    let gone = resident.submit(&page, "/follow/withdrawal", &[("free", "yes")]).await;
    assert!(gone.text().contains("已撤回") && gone.text().contains("自动删除"), "{}", gone.text());
}

#[tokio::test]
async fn what_is_new_since_the_last_look_is_marked() {
    let house = House::new().await;
    let (mut resident, _) = house.report(TEXT, "").await;
    assert!(resident.get("/follow/case").await.all(".event-title .tag").is_empty(), "nothing is new on a first look");
    answered(&house).await;
    let page = resident.get("/follow/case").await;
    assert!(page.text().contains("从您上次看到现在：上墙、交办、签收"), "{}", page.text());
    assert!(!page.all(".event-title .tag").is_empty(), "{}", page.html());
    let again = resident.get("/follow/case").await;
    assert!(!again.text().contains("从您上次看到现在"), "{}", again.text());
}

#[tokio::test]
async fn declined_with_a_reason_and_what_to_do_and_the_post_that_decided() {
    let house = House::new().await;
    let (mut resident, _) = house.report(TEXT, "").await;
    let mut county = house.browser("county").await;
    let (page, link) = house.waiting(&mut county).await;
    assert!(!page.has_form(&format!("{link}/decline")), "nobody declines what he has not read");
    let page = county.submit(&page, &format!("{link}/original"), &[]).await;
    let none = county.submit(&page, &format!("{link}/decline"), &[]).await;
    assert_eq!(none.status, 422);
    let other = county.submit(&page, &format!("{link}/decline"), &[("standard", "other")]).await;
    assert!(other.status == 422 && other.text().contains("写清楚是什么原因"), "{}", other.text());
    county.submit(&page, &format!("{link}/decline"), &[("standard", "private")]).await;
    let page = resident.get("/follow/case").await;
    let text = page.text();
    assert!(text.contains("个人之间的纠纷") && text.contains("人民调解") && text.contains("宝塔区"), "{text}");
    let mut anybody = house.app.browser();
    let told = anybody.get("/declines?county=610602").await;
    assert!(told.text().contains("未受理的有 1 件") && told.text().contains("个人之间的纠纷"), "{}", told.text());
    assert!(!told.text().contains(TEXT), "how many and why, not which");
    let elsewhere = anybody.get("/declines?county=610603&year=1999").await.text();
    assert!(elsewhere.contains("没有“未受理”的反映"), "{elsewhere}");
    let appealed = resident.submit(&page, "/follow/appeal", &[("text", "水管是村里的，不是个人的")]).await;
    assert!(appealed.text().contains("待审核"), "{}", appealed.text());
    let again = anybody.get("/declines").await.text();
    assert!(again.contains("未受理的有 0 件"), "{again}");
    assert!(!appealed.has_form("/follow/appeal"), "once");
}

#[tokio::test]
async fn a_look_at_the_number_is_read_by_its_owner() {
    let house = House::new().await;
    let mut resident = house.app.browser();
    let form = resident.get("/problems/new?county=610602&town=610602701000").await;
    let fields = [("sub", "infrastructure/water"), ("text", TEXT), ("name", "张三"), ("phone", "13900000000")];
    resident.upload(&form, "/problems", &fields, &[]).await;
    let mut county = house.browser("county").await;
    let (page, link) = house.waiting(&mut county).await;
    let looked = county.submit(&page, &format!("{link}/original"), &[]).await;
    assert!(!looked.text().contains("13900000000"), "{}", looked.text());
    let bare = county.submit(&looked, &format!("{link}/contact"), &[("reason", " ")]).await;
    assert_eq!(bare.status, 422);
    assert!(!bare.text().contains("13900000000"));
    let shown = county.submit(&bare, &format!("{link}/contact"), &[("reason", "核实漏水的地方")]).await;
    assert!(shown.text().contains("13900000000"), "{}", shown.text());
    let page = resident.get("/follow/case").await.text();
    assert!(page.contains("查看联系方式") && page.contains("核实漏水的地方") && page.contains("宝塔区"), "{page}");
    for login in ["village", "ansai"] {
        let mut stranger = house.browser(login).await;
        let look = stranger.post(&format!("{link}/contact"), &[("reason", "想知道")]).await;
        assert_eq!(look.status, 404, "{login}");
    }
}

#[tokio::test]
async fn an_official_writes_of_a_burden_and_nothing_of_him_is_kept() {
    let house = House::new().await;
    let mut officer = house.browser("water").await;
    let page = officer.get("/burdens/new").await;
    assert!(page.text().contains("宝塔"), "{}", page.text());
    let form = officer.get("/burdens/new?county=610602").await;
    assert!(form.text().contains("不记录您的账号"), "{}", form.text());
    let codes = form.attributes("option", "value");
    let water = house.city.org("区水务局");
    let unit: String = {
        let mut tx = house.app.site.db.read().await.unwrap();
        let code = query("select code from org where region = $1 and id = $2").bind(water.region).bind(water.id);
        code.fetch_scalar(&mut tx).await.unwrap()
    };
    assert!(codes.contains(&unit), "{codes:?}");
    let wrong = officer.submit(&form, "/burdens", &[("unit", "nowhere"), ("text", "")]).await;
    assert_eq!(wrong.status, 422);
    let count = async |table: &'static str| -> i64 {
        let mut tx = house.app.site.db.read().await.unwrap();
        let all = match table {
            "audit_event" => query("select count(*) from audit_event"),
            "job" => query("select count(*) from job"),
            _ => query("select count(*) from session"),
        };
        all.fetch_scalar(&mut tx).await.unwrap()
    };
    let before = (count("audit_event").await, count("job").await, count("session").await);
    let fields = [("unit", unit.as_str()), ("category", "traces"), ("text", "每天要拍八张照片")];
    let done = officer.submit(&wrong, "/burdens", &fields).await;
    let receipt = code(&done);
    assert_eq!(before, (count("audit_event").await, count("job").await, count("session").await));
    let mut tx = house.app.site.db.read().await.unwrap();
    let kept: Vec<(String, Option<huiyin_base::Id>, Option<huiyin_base::Id>, i64)> = query(
        "select x.kind, e.account, x.owner_account, case when e.at = $1 then 1 else 0 end from case_item x
         join case_event e on e.region = x.region and e.case_id = x.id",
    )
    .bind(house.app.site.today().start())
    .fetch_all(&mut tx)
    .await
    .unwrap();
    assert_eq!(kept, [("burden".to_owned(), None, None, 1)], "no account, and no time finer than the day");
    drop(tx);
    assert!(officer.get("/desk").await.attributes("a[href^='/cases/']", "href").is_empty(), "not to whom it is about");
    let mut county = house.browser("county").await;
    let (page, link) = house.waiting(&mut county).await;
    assert!(page.text().contains("负担反映 · 过度留痕"), "{}", page.text());
    assert!(!page.has_form(&format!("{link}/posting")));
    assert!(county.get("/cases").await.all("tbody tr").is_empty(), "the ledger of problems has problems alone");
    assert_eq!(county.get("/cases?kind=burden").await.all("tbody tr").len(), 1);
    assert!(house.app.browser().get("/wall").await.status.is_success());
    let mut anybody = house.app.browser();
    let form = anybody.get("/follow").await;
    let page = anybody.submit(&form, "/follow", &[("code", &receipt)]).await;
    assert!(page.text().contains("我的负担反映"), "{}", page.text());
}

#[tokio::test]
async fn without_a_gateway_no_telephone_is_offered_and_guessing_finds_nothing() {
    let house = House::new().await;
    let mut stranger = house.app.browser();
    let page = stranger.get("/follow").await;
    assert!(!page.has_form("/follow/phone"));
    assert_eq!(stranger.post("/follow/phone", &[("phone", "13900000000")]).await.status, 404);
    for path in ["/follow/code", "/follow/cases", "/follow/pressure", "/follow/receipt"] {
        assert!(stranger.get(path).await.has_form("/follow"), "{path} leads back");
    }
    assert!(stranger.get("/conduct").await.text().contains("不做的事"));
}

#[tokio::test]
async fn what_may_not_be_seen_is_not_found_in_one_and_the_same_way() {
    let house = House::new().await;
    house.report(TEXT, "village").await;
    let mut county = house.browser("county").await;
    let (_, link) = house.waiting(&mut county).await;
    let mut village = house.browser("village").await;
    let hidden = village.get(&link).await;
    let missing = village.get("/cases/0158f2a0000070100000000000000001").await;
    let number = village.get("/problems/宝塔-2016-99999").await;
    let plain = |page: &Page| page.all("main").join(" ");
    assert_eq!((hidden.status, plain(&hidden)), (missing.status, plain(&missing)));
    assert_eq!(hidden.status, number.status);
}

/// A house whose short messages go to nobody: they wait, sealed.
async fn house_with_gateway() -> House {
    let sms = huiyin_gateways::SmsSettings {
        url: "http://127.0.0.1:9/send".into(),
        headers: Vec::new(),
        body: r#"{"to":"{to}","text":"{text}"}"#.into(),
        secret: None,
        accepted: None,
    };
    let gateways = huiyin_gateways::Gateways::new(Some(sms), None, None).unwrap();
    let settings = huiyin_web::Settings {
        demo: true,
        second_factor: false,
        limit_factor: 1000.0,
        gateways,
        ..huiyin_web::Settings::default()
    };
    House::with(settings).await
}

/// What waits to be sent, opened.
async fn waiting(house: &House) -> Vec<String> {
    let mut tx = house.app.site.db.read().await.unwrap();
    let rows: Vec<(huiyin_base::Id, Vec<u8>)> =
        query("select id, text from gateway_message where text is not null order by created_at, id")
            .fetch_all(&mut tx)
            .await
            .unwrap();
    let open = |(id, sealed): (huiyin_base::Id, Vec<u8>)| {
        let row = id.uuid().into_bytes();
        let place = huiyin_vault::Place { table: "gateway_message", column: "text", row: &row };
        String::from_utf8(house.app.site.vault.open_sealed(place, &sealed).unwrap()).unwrap()
    };
    rows.into_iter().map(open).collect()
}

#[tokio::test]
async fn a_telephone_opens_what_a_receipt_opened_and_is_never_shown() {
    let house = house_with_gateway().await;
    let (mut resident, _) = house.report(TEXT, "").await;
    let page = resident.get("/follow/case").await;
    let asked = resident.submit(&page, "/follow/phone", &[("phone", "139 0000 0000")]).await;
    let text = waiting(&house).await.pop().unwrap();
    let code: String = text.split("验证码 ").nth(1).unwrap().chars().take(6).collect();
    let wrong = resident.submit(&asked, "/follow/proof", &[("code", "1")]).await;
    assert_eq!(wrong.status, 422);
    let bound = resident.submit(&wrong, "/follow/proof", &[("code", &code)]).await;
    assert!(bound.text().contains("已绑定") && bound.has_form("/follow/phone-end"), "{}", bound.text());
    assert!(!bound.html().contains("13900000000"), "never shown");
    let left = resident.submit(&bound, "/follow/leaving", &[]).await;

    let before = waiting(&house).await.len();
    let nobody = resident.submit(&left, "/follow/phone", &[("phone", "13900000009")]).await;
    assert!(nobody.has_form("/follow/proof"), "an unknown number gets the same answer");
    assert_eq!(waiting(&house).await.len(), before, "and no message");
    let left = resident.get("/follow").await;
    let asked = resident.submit(&left, "/follow/phone", &[("phone", "13900000000")]).await;
    assert_eq!(nobody.all("main"), asked.all("main"));
    let text = waiting(&house).await.pop().unwrap();
    let code: String = text.split("验证码 ").nth(1).unwrap().chars().take(6).collect();
    let list = resident.submit(&asked, "/follow/proof", &[("code", &code)]).await;
    assert!(list.text().contains("还没有公开的一件事") && !list.html().contains("13900000000"), "{}", list.text());
    let opened = resident.submit(&list, "/follow/choice", &[]).await;
    assert!(opened.text().contains("三组三天没水"), "{}", opened.text());
    let strange = resident.submit(&list, "/follow/choice", &[("case", "00")]).await;
    assert_eq!(strange.status, 404);
    let released = resident.submit(&opened, "/follow/phone-end", &[]).await;
    assert!(!released.has_form("/follow/phone-end"), "{}", released.text());
}

#[tokio::test]
async fn whoever_asked_is_told_of_news_and_one_tap_ends_it() {
    let house = house_with_gateway().await;
    let (mut resident, _) = house.report(TEXT, "").await;
    let page = resident.get("/follow/case").await;
    let wrong = resident.submit(&page, "/follow/notice", &[("channel", "sms"), ("recipient", "12")]).await;
    assert_eq!(wrong.status, 422);
    let mail = resident.submit(&wrong, "/follow/notice", &[("channel", "email"), ("recipient", "a@b.cn")]).await;
    assert_eq!(mail.status, 422, "there is no mail gateway");
    let fields = [("channel", "sms"), ("recipient", "13900000000")];
    let asked = resident.submit(&wrong, "/follow/notice", &fields).await;
    assert!(asked.has_form("/follow/notice-end") && !asked.html().contains("13900000000"), "{}", asked.text());
    let mut county = house.browser("county").await;
    let (page, link) = house.waiting(&mut county).await;
    let looked = county.submit(&page, &format!("{link}/original"), &[]).await;
    county.submit(&looked, &format!("{link}/posting"), &[]).await;
    let engine = huiyin_cases::Cases::of(&house.app.site.db, &house.app.site.vault, &house.app.site.calendar).unwrap();
    huiyin_cases::tell(&house.app.site, &engine).await.unwrap();
    huiyin_cases::tell(&house.app.site, &engine).await.unwrap();
    let told = waiting(&house).await;
    assert_eq!(told.len(), 1, "once: {told:?}");
    assert!(told[0].contains("已上墙公开") && !told[0].contains("没水"), "{told:?}");
    let page = resident.get("/follow/case").await;
    let ended = resident.submit(&page, "/follow/notice-end", &[]).await;
    assert!(ended.has_form("/follow/notice") && !ended.has_form("/follow/notice-end"), "{}", ended.text());
}
