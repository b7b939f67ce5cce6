//! Reporting a problem on pages: what is similar, the preview with its questions, photos between the steps, a flood.

use data_encoding::BASE64;
use huiyin_base::number::Receipt;
use huiyin_testing::{Chosen, City, Page, TestApp};
use huiyin_web::Settings;

const FORM: &str = "/problems/new?county=610602&town=610602701000";
const TEXT: &str = "上湾村三组三天没水了。老人要到沟里挑水，请尽快修好水管。";
/// A picture of one pixel.
const PIXEL: &str = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

async fn house() -> (TestApp, City) {
    let app = TestApp::new(vec![huiyin_cases::feature()]).await.unwrap();
    let city = City::found(&app).await.unwrap();
    (app, city)
}

fn fields(text: &str) -> [(&str, &str); 3] {
    [("village", "610602701201"), ("sub", "infrastructure/water"), ("text", text)]
}

/// The codes that stand on slips, in fours.
fn codes(page: &Page) -> Vec<String> {
    let slips = page.all(".receipt-code [aria-hidden]");
    slips.iter().filter_map(|code| Receipt::parse(code)).map(|code| code.to_string()).collect()
}

/// Reports and has it posted; gives the number on the wall.
async fn posted(app: &TestApp, city: &City, text: &str) -> String {
    let mut resident = app.browser();
    let form = resident.get(FORM).await;
    resident.upload(&form, "/problems", &fields(text), &[]).await;
    let mut county = app.browser_as(city.account("county")).await.unwrap();
    let desk = county.get("/desk").await;
    let link = desk.attributes("a[href^='/cases/']", "href").pop().unwrap();
    let page = county.get(&link).await;
    let looked = county.submit(&page, &format!("{link}/original"), &[]).await;
    let page = county.submit(&looked, &format!("{link}/posting"), &[]).await;
    let numbers = page.attributes("a[href^='/problems/']", "href");
    numbers.first().unwrap().trim_start_matches("/problems/").to_owned()
}

#[tokio::test]
async fn the_preview_shows_what_the_public_will_see_and_asks_about_what_is_private() {
    let (app, _) = house().await;
    let mut resident = app.browser();
    let form = resident.get(FORM).await;
    let text = "水管坏了三天。找村民王建国，电话13900000000，身份证34052419800101001X。";
    let page = resident.press(&form, ("/problems", "/problems/preview"), &fields(text), &[]).await;
    assert_eq!(page.status, 200, "{}", page.text());
    let seen = page.all("article.preview").join(" ");
    assert!(seen.contains("宝塔区 柳河镇 上湾村") && seen.contains("水管坏了三天"), "{seen}");
    assert!(!seen.contains("139") && !seen.contains("3405"), "{seen}");
    let ticks = page.attributes("input[name=cover]", "value");
    assert_eq!((ticks.len(), page.attributes("input[name=cover][checked]", "value").len()), (3, 2), "{}", page.text());

    // What is ticked is covered before it is sent; the name goes as its writer left it.
    let sent = resident.upload(&page, "/problems", &[], &[]).await;
    assert_eq!(codes(&sent).len(), 1, "{}", sent.text());
    let own = resident.get("/follow/case").await;
    assert!(own.text().contains("王建国") && !own.text().contains("13900000000"), "{}", own.text());
}

#[tokio::test]
async fn a_form_sent_twice_is_one_report_and_another_text_in_it_is_another() {
    let (app, _) = house().await;
    let mut resident = app.browser();
    let form = resident.get(FORM).await;
    let first = resident.upload(&form, "/problems", &fields("水管坏了三天没人修"), &[]).await;
    let again = resident.upload(&form, "/problems", &fields("水管坏了三天没人修"), &[]).await;
    assert_eq!(codes(&first), codes(&again), "a second press is no second report");
    // Back by the browser's button, and the next thing written into the same form.
    let other = resident.upload(&form, "/problems", &fields("村口的路灯也不亮了"), &[]).await;
    assert_eq!(codes(&other).len(), 1, "{}", other.text());
    assert_ne!(codes(&first), codes(&other));
    assert!(resident.get("/follow/case").await.text().contains("路灯"));
}

#[tokio::test]
async fn nobody_sends_private_data_unasked() {
    let (app, _) = house().await;
    let mut resident = app.browser();
    let form = resident.get(FORM).await;
    let asked = resident.upload(&form, "/problems", &fields("我的电话是13900000000，水管坏了"), &[]).await;
    assert!(asked.has_form("/problems") && asked.text().contains("要不要盖住"), "{}", asked.text());
    assert!(codes(&asked).is_empty());
    // Left open on purpose: those who handle it may read it, the public never.
    let sent = resident.upload(&asked, "/problems", &[("cover", "")], &[]).await;
    assert_eq!(codes(&sent).len(), 1, "{}", sent.text());
    assert!(resident.get("/follow/case").await.text().contains("13900000000"));
    // What a browser kept without a network is not asked about: nobody sits before it.
    let form = resident.get(FORM).await;
    let later = [fields("我的电话是13900000000，水管坏了").as_slice(), &[("later", "1")]].concat();
    assert_eq!(codes(&resident.upload(&form, "/problems", &later, &[]).await).len(), 1);
}

#[tokio::test]
async fn similar_problems_are_shown_and_followed_instead() {
    let (app, city) = house().await;
    let number = posted(&app, &city, TEXT).await;
    let mut resident = app.browser();
    let form = resident.get(FORM).await;
    let text = "我们三组好几天没水了，水管修好没有？老人吃水困难。";
    let page = resident.press(&form, ("/problems", "/problems/preview"), &fields(text), &[]).await;
    assert!(page.text().contains("是不是这一件") && page.text().contains("三天没水"), "{}", page.text());
    let leads = page.attributes("button[formaction$='/follower']", "formaction");
    assert_eq!(leads, [format!("/problems/{number}/follower")]);
    let page = resident.post(&format!("/problems/{number}/follower"), &[]).await;
    assert_eq!(codes(&page).len(), 1, "{}", page.text());

    // While somebody writes: the panel alone. Another category, another township and other words find nothing.
    let mut typing = app.browser();
    typing.headers.insert("hx-request", "true".parse().unwrap());
    let ask = |sub: &'static str, town: &'static str, text: &'static str| {
        [("county", "610602"), ("town", town), ("village", ""), ("sub", sub), ("text", text)]
    };
    let found =
        typing.post("/problems/similar", &ask("infrastructure/water", "610602701000", "三组没水，水管坏了")).await;
    assert!(found.text().contains("是不是这一件") && !found.html().contains("<html"), "{}", found.html());
    for other in [
        ask("infrastructure/water", "610602702000", "三组没水，水管坏了"),
        ask("other/other", "610602701000", "三组没水，水管坏了"),
        ask("infrastructure/water", "610602701000", "低保名单没有公示"),
        ask("infrastructure/water", "610602701000", "水"),
        ask("", "", "'; drop table case_item; -- \" * OR"),
        ask("infrastructure/water", "610602701000", "\" OR * ( ) ' : & | ! 三组没水 水管"),
    ] {
        let page = typing.post("/problems/similar", &other).await;
        assert_eq!(page.status, 200, "{other:?}");
    }
    let nothing =
        typing.post("/problems/similar", &ask("infrastructure/water", "610602702000", "三组没水，水管坏了")).await;
    assert!(!nothing.text().contains("是不是这一件"), "{}", nothing.text());
}

#[tokio::test]
async fn photos_stay_through_the_steps_and_belong_to_one_form() {
    let (app, _) = house().await;
    let pixel = BASE64.decode(PIXEL.as_bytes()).unwrap();
    let photo = |name| Chosen { field: "photos", name, bytes: &pixel };
    let mut resident = app.browser();
    let form = resident.get(FORM).await;
    let page = resident
        .press(&form, ("/problems", "/problems/preview"), &fields(TEXT), &[photo("a.png"), photo("b.png")])
        .await;
    assert_eq!(page.attributes("article.preview img[src^='data:image/jpeg']", "src").len(), 2, "{}", page.html());

    let form = resident.upload(&page, "/problems", &[("kept", "broken")], &[]).await;
    assert!(form.status == 422 && form.text().contains("请重新选择"), "{}", form.text());

    let again = resident.press(&page, ("/problems", "/problems/correction"), &[], &[]).await;
    assert_eq!(again.attributes("input[name=drop]", "value").len(), 2, "{}", again.text());
    let page = resident.press(&again, ("/problems", "/problems/preview"), &[("drop", "0")], &[photo("c.png")]).await;
    assert_eq!(page.attributes("article.preview img", "src").len(), 2);
    let sent = resident.upload(&page, "/problems", &[], &[]).await;
    let same = resident.upload(&page, "/problems", &[], &[]).await;
    assert_eq!((codes(&sent).len(), codes(&sent)), (1, codes(&same)), "a doubled click makes one case");
    app.drain().await.unwrap();

    // The word of one form opens nothing in another.
    let kept = page.attributes("input[name=kept]", "value").pop().unwrap();
    let other = resident.get(FORM).await;
    let stolen = [fields(TEXT).as_slice(), &[("kept", kept.as_str())]].concat();
    assert_eq!(resident.upload(&other, "/problems", &stolen, &[]).await.status, 422);
}

#[tokio::test]
async fn nine_photos_and_not_ten() {
    let (app, _) = house().await;
    let pixel = BASE64.decode(PIXEL.as_bytes()).unwrap();
    let photos = |count| vec![Chosen { field: "photos", name: "a.png", bytes: &pixel }; count];
    let mut resident = app.browser();
    let form = resident.get(FORM).await;
    let ten = resident.upload(&form, "/problems", &fields(TEXT), &photos(10)).await;
    assert!(ten.status == 422 && ten.text().contains("最多附 9 张"), "{}", ten.text());
    assert_eq!(codes(&resident.upload(&form, "/problems", &fields(TEXT), &photos(9)).await).len(), 1);
    // Bad ones are named, and the good ones stay.
    let mut bomb = pixel.clone();
    bomb[16..24].copy_from_slice(&[0, 0, 0x9c, 0x40, 0, 0, 0x9c, 0x40]);
    let form = resident.get(FORM).await;
    let mixed = [
        Chosen { field: "photos", name: "bomb.png", bytes: &bomb },
        Chosen { field: "photos", name: "a.heic", bytes: b"\0\0\0\x18ftypheic\0\0\0\0" },
        Chosen { field: "photos", name: "<b>.txt", bytes: "文字".as_bytes() },
        Chosen { field: "photos", name: "good.png", bytes: &pixel },
    ];
    let page = resident.press(&form, ("/problems", "/problems/preview"), &fields(TEXT), &mixed).await;
    assert_eq!(page.status, 422);
    for words in ["40000×40000", "兼容性最佳", "不是照片"] {
        assert!(page.text().contains(words), "{words}: {}", page.text());
    }
    assert_eq!(page.attributes("input[name=drop]", "value").len(), 1);
}

#[tokio::test]
async fn whatever_is_typed_comes_back_whole_and_harmless() {
    let (app, _) = house().await;
    let mut resident = app.browser();
    let form = resident.get(FORM).await;
    let nasty = "<img src=x onerror=alert(1)>'; drop table case_item; --\u{202e}反\u{200b}😀";
    for field in [
        "county", "town", "village", "sub", "text", "about", "name", "phone", "nonce", "cover", "drop", "kept",
        "puzzle",
    ] {
        for action in ["/problems/preview", "/problems/correction", "/problems"] {
            let given = [fields(TEXT).as_slice(), &[(field, nasty)]].concat();
            let given: Vec<_> = given.into_iter().filter(|(name, value)| *name != field || *value == nasty).collect();
            let page = resident.press(&form, ("/problems", action), &given, &[]).await;
            assert!(page.status.as_u16() < 500, "{field} at {action}: {}", page.status);
            assert!(!page.html().contains("<img src=x"), "{field} at {action}");
        }
    }
    let long = "长".repeat(100_000);
    let page = resident.press(&form, ("/problems", "/problems/preview"), &fields(&long), &[]).await;
    assert!(page.status == 422 && page.text().contains("超出了"), "{}", page.status);
    let unseen =
        resident.press(&form, ("/problems", "/problems/preview"), &fields("\u{200b}\u{200b} \u{202e}"), &[]).await;
    assert!(unseen.status == 422 && unseen.text().contains("请写下是什么问题"));
}

#[tokio::test]
async fn a_flood_is_asked_a_question_that_elders_can_answer_and_nobody_is_dropped() {
    let settings = Settings { demo: true, second_factor: false, ..Settings::default() };
    let app = TestApp::with(vec![huiyin_cases::feature()], settings).await.unwrap();
    let city = City::found(&app).await.unwrap();
    let mut resident = app.browser();
    for n in 0..10 {
        let form = resident.get(FORM).await;
        let page = resident.upload(&form, "/problems", &fields(TEXT), &[]).await;
        assert_eq!(codes(&page).len(), 1, "{n}: {}", page.text());
    }
    let form = resident.get(FORM).await;
    let page = resident.upload(&form, "/problems", &fields(TEXT), &[]).await;
    assert!(page.status == 422 && page.text().contains("请答一题"), "{}", page.text());
    let wrong = resident.upload(&page, "/problems", &[("answer", "一百")], &[]).await;
    assert!(wrong.text().contains("答得不对"), "{}", wrong.text());
    // The answer to another form's question counts for nothing, and each question is for one case.
    let question = wrong.all("label[for='f-answer']").join(" ");
    let sum = answer(&question);
    let other = resident.upload(&wrong, "/problems", &[("answer", &sum), ("nonce", "another-form-1")], &[]).await;
    assert_eq!(other.status, 422);
    let right = resident.upload(&wrong, "/problems", &[("answer", &sum)], &[]).await;
    assert_eq!(codes(&right).len(), 1, "{question} {sum}: {}", right.text());
    let again = resident.upload(&wrong, "/problems", &[("answer", &sum)], &[]).await;
    assert_eq!(codes(&again), codes(&right));

    // Whoever cannot answer hands it in all the same, and is told that a person reads it.
    let form = resident.get(FORM).await;
    let page = resident.upload(&form, "/problems", &fields(TEXT), &[]).await;
    let taken = resident.upload(&page, "/problems", &[("by_hand", "1")], &[]).await;
    assert_eq!(codes(&taken).len(), 1, "{}", taken.text());
    assert!(resident.get("/follow/case").await.text().contains("正在人工查看"));
    let mut county = app.browser_as(city.account("county")).await.unwrap();
    let links = county.get("/desk").await.attributes("a[href^='/cases/']", "href");
    let mut held = 0;
    for link in links {
        held += usize::from(county.get(&link).await.text().contains("待人工查看"));
    }
    assert_eq!(held, 1);

    // An hour later the question has expired.
    let form = resident.get(FORM).await;
    let page = resident.upload(&form, "/problems", &fields(TEXT), &[]).await;
    let sum = answer(&page.all("label[for='f-answer']").join(" "));
    app.advance(chrono::TimeDelta::hours(2));
    let late = resident.upload(&page, "/problems", &[("answer", &sum)], &[]).await;
    assert!(late.text().contains("答得不对"), "{}", late.text());

    // Another browser is not asked for what this one does.
    let mut other = app.browser();
    let form = other.get(FORM).await;
    assert_eq!(codes(&other.upload(&form, "/problems", &fields(TEXT), &[]).await).len(), 1);
}

/// 三加四等于几 → 7
fn answer(question: &str) -> String {
    let numerals = "零一二三四五六七八九十";
    let number = |words: &str| {
        let tens = if words.chars().count() == 2 { 10 } else { 0 };
        let last = words.chars().last().and_then(|last| numerals.chars().position(|numeral| numeral == last));
        tens + last.unwrap()
    };
    let sum = question.split('：').nth(1).unwrap().split("等于").next().unwrap();
    if let Some((one, other)) = sum.split_once('加') {
        (number(one) + number(other)).to_string()
    } else {
        let (one, other) = sum.split_once('减').unwrap();
        (number(one) - number(other)).to_string()
    }
}

#[tokio::test]
async fn an_answer_of_an_officer_is_asked_about_names() {
    let (app, city) = house().await;
    posted(&app, &city, TEXT).await;
    let mut county = app.browser_as(city.account("county")).await.unwrap();
    let link = county.get("/desk").await.attributes("a[href^='/cases/']", "href").pop().unwrap();
    let water = city.org("区水务局").id.to_string();
    let page = county.get(&link).await;
    let given = [("org", water.as_str()), ("goal", "恢复供水"), ("deadline", "2016-12-30")];
    county.submit(&page, &format!("{link}/assignment"), &given).await;
    let mut officer = app.browser_as(city.account("water")).await.unwrap();
    let page = officer.get(&link).await;
    let page = officer.submit(&page, &format!("{link}/signature"), &[]).await;
    let page = officer.submit(&page, &format!("{link}/beginning"), &[]).await;
    let answer = [("outcome", "solved"), ("text", "已和村民王建国说清楚，水管换好了。")];
    let asked = officer.upload(&page, &format!("{link}/close-request"), &answer, &[]).await;
    assert!(asked.status == 422 && asked.text().contains("王建国"), "{}", asked.text());
    let fields = [("outcome", "solved"), ("checked", "1")];
    let checked = officer.upload(&asked, &format!("{link}/close-request"), &fields, &[]).await;
    assert!(checked.text().contains("待核验"), "{}", checked.text());
}

#[tokio::test]
async fn where_few_people_live_the_public_reads_the_township() {
    let (app, city) = house().await;
    let number = posted(&app, &city, TEXT).await;
    for (shown, named) in [(None, true), (Some(false), false), (Some(true), true)] {
        let village = city.org("上湾村");
        let write = app.site.db.write("test_place", move |tx| {
            Box::pin(async move { Ok(huiyin_directory::org_place_show(tx, village, shown).await?) })
        });
        write.await.unwrap();
        app.site.cache.changed();
        let mut tx = app.site.db.read().await.unwrap();
        assert_eq!(huiyin_directory::org_place_shown(&mut tx, village).await.unwrap(), shown);
        drop(tx);
        let mut anybody = app.browser();
        for path in ["/wall".to_owned(), format!("/problems/{number}")] {
            let places = anybody.get(&path).await.all(".echo-place, .echo-meta").join(" ");
            assert!(places.contains("柳河镇"), "{path}: {places}");
            assert_eq!(places.contains("上湾村"), named, "{path} {shown:?}: {places}");
        }
        let form = anybody.get(FORM).await;
        let page = anybody.press(&form, ("/problems", "/problems/preview"), &fields("井房的门坏了好些天"), &[]).await;
        assert_eq!(page.all(".preview-meta").join(" ").contains("上湾村"), named, "{}", page.text());
        assert_eq!(page.text().contains("住的人少"), !named);
        // Those who handle it know the village.
        let mut county = app.browser_as(city.account("county")).await.unwrap();
        assert!(county.get("/cases").await.text().contains("上湾村"));
    }
}

#[test]
fn a_village_of_few_people_is_told_by_their_number() {
    let name = |population, place_shown| huiyin_cases::store::PlaceName {
        id: huiyin_base::Id::new(
            huiyin_base::Region::new(11).unwrap(),
            chrono::DateTime::UNIX_EPOCH,
            &mut huiyin_base::Rng::seeded(1),
        ),
        region: huiyin_base::Region::new(11).unwrap(),
        kind: huiyin_directory::OrgKind::Village,
        code: "1".into(),
        name: "上湾村".into(),
        parent: None,
        phone: None,
        population,
        place_shown,
    };
    assert!(name(None, None).is_shown(200) && name(Some(200), None).is_shown(200));
    assert!(!name(Some(199), None).is_shown(200) && name(Some(199), None).is_shown(0));
    assert!(name(Some(10), Some(true)).is_shown(200) && !name(Some(9_000), Some(false)).is_shown(200));
}
