//! 代录: at the counter, on the telephone, after a meeting.

use huiyin_base::number::Receipt;
use huiyin_testing::{Browser, City, Page, TestApp};

const TEXT: &str = "上湾村三组三天没水了。老人要到沟里挑水，请尽快修好水管。";
const VILLAGE: &str = "610602/610602701201";

async fn house() -> (TestApp, City) {
    let app = TestApp::new(vec![huiyin_cases::feature()]).await.unwrap();
    let city = City::found(&app).await.unwrap();
    (app, city)
}

async fn browser(app: &TestApp, city: &City, login: &str) -> Browser {
    app.browser_as(city.account(login)).await.unwrap()
}

fn codes(page: &Page) -> Vec<String> {
    let slips = page.all(".receipt-code [aria-hidden]");
    slips.iter().filter_map(|code| Receipt::parse(code)).map(|code| code.to_string()).collect()
}

#[tokio::test]
async fn a_telephone_call_becomes_a_case_with_a_slip() {
    let (app, city) = house().await;
    let mut township = browser(&app, &city, "township").await;
    let form = township.get("/intake").await;
    let given = [
        ("channel", "phone"),
        ("place", VILLAGE),
        ("sub", "infrastructure/water"),
        ("text", TEXT),
        ("name", "老王"),
        ("phone", "13900000000"),
    ];
    let slip = township.submit(&form, "/intake", &given).await;
    let code = codes(&slip);
    assert_eq!(code.len(), 1, "{}", slip.text());
    assert!(slip.html().contains("<svg class=\"qr\" role=\"img\""), "a picture for telephones");
    assert_eq!(codes(&township.submit(&form, "/intake", &given).await), code, "a doubled click makes one case");
    assert!(township.cookie("huiyin_receipt").is_none(), "the computer of a counter keeps no receipt");

    let mut resident = app.browser();
    let enter = resident.get("/follow").await;
    let own = resident.submit(&enter, "/follow", &[("code", &code[0])]).await;
    assert!(own.text().contains("老人要到沟里挑水"), "{}", own.text());

    let mut county = browser(&app, &city, "county").await;
    let link = county.get("/desk").await.attributes("a[href^='/cases/']", "href").pop().unwrap();
    assert!(county.get(&link).await.text().contains("电话"), "how it came");
}

#[tokio::test]
async fn everybody_enters_for_his_own_place_and_never_about_himself() {
    let (app, city) = house().await;
    for (login, places) in
        [("county", 4), ("township", 2), ("village", 1), ("secretary", 1), ("water", 0), ("township2", 2)]
    {
        let mut staff = browser(&app, &city, login).await;
        let page = staff.get("/intake").await;
        let offered = page.attributes("select[name=place] option:not([value=''])", "value");
        assert_eq!(offered.len(), places, "{login}: {offered:?} {}", page.text());
    }
    for login in ["member", "system", "inspector"] {
        assert_eq!(browser(&app, &city, login).await.get("/intake").await.status, 403, "{login}");
    }
    // A place of somebody else is none of one's own.
    let mut other = browser(&app, &city, "township2").await;
    let form = other.get("/intake").await;
    let given = [("place", VILLAGE), ("sub", "infrastructure/water"), ("text", TEXT)];
    let page = other.submit(&form, "/intake", &given).await;
    assert!(page.status == 422 && page.text().contains("请选择问题在哪里"), "{}", page.text());

    let mut village = browser(&app, &city, "village").await;
    let form = village.get("/intake").await;
    let given = [("place", VILLAGE), ("sub", "infrastructure/water"), ("text", TEXT), ("about", "village")];
    let page = village.submit(&form, "/intake", &given).await;
    assert!(page.status == 422 && page.text().contains("您所在的单位"), "{}", page.text());
    let mut township = browser(&app, &city, "township").await;
    let form = township.get("/intake").await;
    assert_eq!(codes(&township.submit(&form, "/intake", &given).await).len(), 1, "one level above may");
}

#[tokio::test]
async fn what_is_there_already_is_followed_with_a_slip() {
    let (app, city) = house().await;
    let mut township = browser(&app, &city, "township").await;
    let form = township.get("/intake").await;
    let given = [("place", VILLAGE), ("sub", "infrastructure/water"), ("text", TEXT)];
    township.submit(&form, "/intake", &given).await;
    let mut county = browser(&app, &city, "county").await;
    let link = county.get("/desk").await.attributes("a[href^='/cases/']", "href").pop().unwrap();
    let page = county.get(&link).await;
    let looked = county.submit(&page, &format!("{link}/original"), &[]).await;
    county.submit(&looked, &format!("{link}/posting"), &[]).await;

    let form = township.get("/intake").await;
    let again = [("place", VILLAGE), ("sub", "infrastructure/water"), ("text", "三组没水好几天了，水管坏了没人修")];
    let asked = township.submit(&form, "/intake", &again).await;
    assert!(asked.status == 422 && asked.text().contains("是不是这一件"), "{}", asked.text());
    let slip = township.submit(&asked, "/intake", &[]).await;
    assert_eq!(codes(&slip).len(), 1, "asked once: {}", slip.text());
    let slip = township.post("/intake/followers", &[("number", "宝塔-2016-00001")]).await;
    assert_eq!(codes(&slip).len(), 1, "{}", slip.text());
    assert_eq!(township.post("/intake/followers", &[("number", "宝塔-2016-99999")]).await.status, 404);
}

#[tokio::test]
async fn a_sheet_enters_what_is_right_and_keeps_what_is_wrong() {
    let (app, city) = house().await;
    let mut township = browser(&app, &city, "township").await;
    let form = township.get("/intake/sheet").await;
    assert_eq!(form.all(".sheet-row").len(), 20);
    let long = "长".repeat(100_000);
    let given = [
        ("meeting", VILLAGE),
        ("sub-1", "infrastructure/water"),
        ("text-1", TEXT),
        ("sub-2", ""),
        ("text-2", "路灯不亮"),
        ("sub-3", "infrastructure/water"),
        ("text-3", "井房的门坏了"),
        ("place-3", "下坪村"),
        ("sub-4", "infrastructure/water"),
        ("text-4", long.as_str()),
        ("sub-5", "infrastructure/water"),
        ("text-5", "<b>'; --\u{202e}😀 水塔漏水"),
        ("place-5", "上湾村"),
        ("name-6", "只写了名字"),
    ];
    let page = township.submit(&form, "/intake/sheet", &given).await;
    assert_eq!(page.status, 422);
    assert_eq!(codes(&page).len(), 2, "{}", page.text());
    assert_eq!(page.all(".sheet-row").len(), 4);
    for words in ["没有找到“下坪村”", "请选择最接近的一类", "超出了", "请写下是什么问题"]
    {
        assert!(page.text().contains(words), "{words}: {}", page.all(".field-error").join(" "));
    }
    assert!(page.html().contains(&long) && !page.html().contains("<b>'"));
    let mended = [
        ("sub-2", "infrastructure/water"),
        ("place-3", ""),
        ("text-4", ""),
        ("text-6", "水费收高了"),
        ("sub-6", "infrastructure/water"),
    ];
    let done = township.submit(&page, "/intake/sheet", &mended).await;
    assert_eq!(codes(&done).len(), 3, "{}", done.text());
    let twice = township.submit(&page, "/intake/sheet", &mended).await;
    assert_eq!(codes(&twice), codes(&done), "the same sheet makes the same cases");
    let empty = township.submit(&form, "/intake/sheet", &[]).await;
    assert!(empty.status == 422 && empty.text().contains("一行都没有填"), "{}", empty.text());
    let urgent = [("meeting", VILLAGE), ("sub-1", "infrastructure/water"), ("text-1", "煤气泄漏了快来")];
    let slip = township.submit(&form, "/intake/sheet", &urgent).await;
    assert!(slip.text().contains("119"), "whom to call now stands above the slip: {}", slip.text());
}

#[tokio::test]
async fn a_session_that_ends_amid_a_long_form_loses_nothing() {
    let (app, city) = house().await;
    let mut township = browser(&app, &city, "township").await;
    let form = township.get("/intake").await;
    app.advance(chrono::TimeDelta::hours(13));
    let given = [("place", VILLAGE), ("sub", "infrastructure/water"), ("text", TEXT)];
    let mut kept = township.submit(&form, "/intake", &given).await;
    let path = kept.path.clone();
    assert!(path.contains("kept"), "{path}");
    let mut again = browser(&app, &city, "township").await;
    let token = path.split("next=").nth(1).unwrap_or_default().split('&').next().unwrap_or_default();
    let address = token.replace("%2F", "/").replace("%2D", "-").replace("%5F", "_");
    kept = again.get(&address).await;
    let slip = again.submit(&kept, "/intake", &[]).await;
    assert_eq!(codes(&slip).len(), 1, "{}", slip.text());
}
