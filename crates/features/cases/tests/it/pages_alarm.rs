//! An emergency leaves the house at once, at night, for whoever is on call; without a gateway the desk shows it.

use chrono::{NaiveTime, TimeDelta};
use huiyin_base::Rng;
use huiyin_cases::{Cases, Moment, Turn};
use huiyin_directory::viewer_find;
use huiyin_gateways::{Gateways, SmsSettings};
use huiyin_testing::{City, Loopback, TestApp};
use huiyin_web::Settings;

const TEXT: &str = "二单元楼道里闻到煤气味，王秀英老人在家";

async fn house(gateways: Gateways) -> (TestApp, City) {
    let address = Some("https://huiyin.example.cn".to_owned());
    let settings = Settings {
        demo: true,
        second_factor: false,
        limit_factor: 1000.0,
        city: "延安".into(),
        gateways,
        address,
        ..Settings::default()
    };
    let app = TestApp::with(vec![huiyin_cases::feature()], settings).await.unwrap();
    let city = City::found(&app).await.unwrap();
    // Eleven in the evening, when nothing ordinary goes out.
    app.advance(TimeDelta::hours(14));
    (app, city)
}

/// The county's own people on call from today on, each reached so.
async fn on_call(app: &TestApp, city: &City, people: &[(&str, &str)]) {
    let cases = Cases::of(&app.site.db, &app.site.vault, &app.site.calendar).unwrap();
    let (now, today) = (app.site.clock.now(), app.site.today());
    let viewer = async |login: &str| {
        viewer_find(&mut app.site.db.read().await.unwrap(), city.account(login), today).await.unwrap().unwrap()
    };
    let keeper = viewer("county").await;
    for (login, reach) in people {
        let viewer = viewer(login).await;
        let from = NaiveTime::from_hms_opt(8, 0, 0).unwrap();
        let (org, account) = (viewer.grants[0].org, viewer.account);
        let turn =
            Turn {
                org, account, post: "值班室".into(), day: today, from, to: from, days: 1, reach: (*reach).into()
            };
        let mut rng = Rng::seeded(u64::try_from(reach.len()).unwrap());
        cases.roster_add(org.region, turn, &keeper, Moment::at(now), &mut rng).await.unwrap();
    }
}

async fn report(app: &TestApp) {
    let mut resident = app.browser();
    let form = resident.get("/problems/new?county=610602&town=610602701000").await;
    let fields = [
        ("village", "610602701201"),
        ("sub", "infrastructure/water"),
        ("text", TEXT),
        ("about", ""),
        ("name", "高先生"),
        ("phone", "12900000001"),
    ];
    let page = resident.upload(&form, "/problems", &fields, &[]).await;
    assert!(page.text().contains("请现在就打"), "{}", page.text());
}

fn sms(host: &Loopback) -> Gateways {
    let sms = SmsSettings {
        url: format!("{}/send", host.url),
        headers: Vec::new(),
        body: r#"{"to":"{to}","text":"{text}"}"#.into(),
        secret: None,
        accepted: None,
    };
    Gateways::new(Some(sms), None, None).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn at_night_an_emergency_goes_to_everybody_on_call_without_a_word_of_the_reporter() {
    let host = Loopback::new(|_| (200, "ok".into())).await.unwrap();
    let (app, city) = house(sms(&host)).await;
    // The mail address finds no gateway here, which holds up nobody.
    on_call(&app, &city, &[("county", "139 0000 0001"), ("water", "duty@example.cn")]).await;
    report(&app).await;
    app.drain().await.unwrap();
    let heard = host.heard();
    assert_eq!(heard.len(), 1, "{heard:?}");
    let body = &heard[0].body;
    for words in ["13900000001", "紧急情况", "12月16日", "宝塔区", "上湾村", "https://huiyin.example.cn/cases/"]
    {
        assert!(body.contains(words), "{words}: {body}");
    }
    for secret in ["煤气", "王秀英", "老人", "高先生", "12900000001", "燃气"] {
        assert!(!body.contains(secret), "{secret}: {body}");
    }
    let mut county = app.browser_as(city.account("county")).await.unwrap();
    let link = body.split("huiyin.example.cn").nth(1).unwrap().split('"').next().unwrap().to_owned();
    assert!(county.get(&link).await.text().contains("可能是燃气泄漏"));
    // Told once; nobody is told again of what was dealt with.
    app.drain().await.unwrap();
    assert_eq!(host.heard().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_gateway_nothing_fails_and_the_desk_shows_it() {
    let (app, city) = house(Gateways::default()).await;
    on_call(&app, &city, &[("county", "13900000001")]).await;
    report(&app).await;
    app.drain().await.unwrap();
    let failed = huiyin_jobs::job_list_failed(&mut app.site.db.read().await.unwrap(), 10).await.unwrap();
    assert!(failed.is_empty(), "{failed:?}");
    let mut county = app.browser_as(city.account("county")).await.unwrap();
    let desk = county.get("/desk").await;
    assert!(desk.text().contains("紧急情况，请先处置") && desk.text().contains("燃气泄漏"), "{}", desk.text());
    let roster = county.get("/roster").await;
    assert!(roster.attributes("input[name=reach]", "name").is_empty(), "nothing is offered that cannot be sent");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_is_sealed_and_gone_after_the_turn() {
    let host = Loopback::new(|_| (200, "ok".into())).await.unwrap();
    let (app, city) = house(sms(&host)).await;
    let mut county = app.browser_as(city.account("county")).await.unwrap();
    let page = county.get("/roster").await;
    let who = page.attributes("select[name=who] option", "value").remove(0);
    let today = app.site.today().to_string();
    let fields = |reach| [("who", who.as_str()), ("day", today.as_str()), ("days", "1"), ("reach", reach)];
    let wrong = county.submit(&page, "/roster", &fields("12345")).await;
    assert!(wrong.status == 422 && wrong.text().contains("11 位"), "{}", wrong.text());
    let done = county.submit(&page, "/roster", &fields("13900000001")).await;
    assert!(done.text().contains("已排好 1 班") && !done.html().contains("13900000001"), "{}", done.text());
    let sealed = || async {
        let mut tx = app.site.db.read().await.unwrap();
        let (from, to) = (app.site.today().start(), app.site.today().plus(3).start());
        let region = city.org("宝塔区").region;
        let turns = huiyin_cases::store::roster_list(&mut tx, region, from, to).await.unwrap();
        turns[0].reach.clone()
    };
    let kept = sealed().await.unwrap();
    assert!(!String::from_utf8_lossy(&kept).contains("139"));
    app.advance(TimeDelta::hours(30));
    let now = app.site.clock.now();
    let forgotten = app
        .site
        .db
        .write("forget", move |tx| Box::pin(async move { Ok(huiyin_cases::store::roster_forget(tx, now).await?) }));
    assert_eq!(forgotten.await.unwrap(), 1);
    let mut tx = app.site.db.read().await.unwrap();
    let left = huiyin_db::query("select count(*) from duty_roster where reach is not null");
    assert_eq!(left.fetch_scalar::<i64>(&mut tx).await.unwrap(), 0);
}
