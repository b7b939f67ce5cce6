//! The wall as a reader sees it: narrowed by place, time and words, a place's own page, the map, paper.

use huiyin_cases::Outcome;

use crate::posted::{New, Posted, ROAD, WATER};

#[tokio::test]
async fn the_wall_is_narrowed_by_place_category_time_and_words() {
    let wall = Posted::new().await;
    wall.post(WATER).await;
    wall.post(ROAD).await;
    wall.post(New { village: "桥沟村", category: ("industry", "apple"), title: "苹果卖不出去" }).await;
    let mut browser = wall.app.browser();
    let both = ["三组自来水管裂了", "村口路基塌了一截", "苹果卖不出去"];
    for (query, shown) in [
        ("", &[true, true, true]),
        ("county=610602", &[true, true, false]),
        ("county=610602&town=610602701000", &[true, false, false]),
        ("county=610602&town=610602702000&village=610602702201", &[false, true, false]),
        ("county=610603&town=610602701000", &[false, false, true]),
        ("category=infrastructure", &[true, true, false]),
        ("category=infrastructure&sub=road", &[false, true, false]),
        ("category=industry&sub=road", &[false, false, true]),
        ("month=201612", &[true, true, true]),
        ("month=201611", &[false, false, false]),
        ("from=2016-12-16&to=2016-12-16", &[true, true, true]),
        ("from=2016-12-17", &[false, false, false]),
        ("to=2016-12-15", &[false, false, false]),
        ("to=2016-02-31", &[true, true, true]),
        ("state=open", &[true, true, true]),
        ("state=answered", &[false, false, false]),
        ("q=水管", &[true, false, false]),
        ("q=路基", &[false, true, false]),
        ("q=果卖", &[false, false, true]),
        ("q=宝塔-2016-00002", &[false, true, false]),
        ("q=宝塔-2016-00009", &[false, false, false]),
        ("order=followed", &[true, true, true]),
    ] {
        let page = browser.get(&format!("/wall?{query}")).await;
        assert_eq!(page.status, 200, "{query}");
        let found = both.map(|title| page.text().contains(title));
        assert_eq!(&found, shown, "{query}: {}", page.text());
        let count = page.all(".lead strong").concat();
        assert_eq!(count, shown.iter().filter(|shown| **shown).count().to_string(), "{query}");
    }
    let page = browser.get("/wall?county=610602").await;
    let fields = |page: &huiyin_testing::Page| page.attributes(".filter select", "name");
    assert!(fields(&page).contains(&"town".to_owned()), "the townships of a chosen county are offered");
    assert!(!fields(&browser.get("/wall").await).contains(&"town".to_owned()));
}

#[tokio::test]
async fn who_searches_for_a_place_or_a_category_is_led_there() {
    let wall = Posted::new().await;
    wall.post(WATER).await;
    let mut browser = wall.app.browser();
    let village = browser.get("/wall?q=桥沟村").await;
    assert_eq!(village.attributes("a[href^='/places/']", "href").len(), 2, "the village, beside the whole city");
    assert!(village.text().contains("“桥沟村”也可能是") && village.text().contains("桥沟村"), "{}", village.text());
    let category = browser.get("/wall?q=道路").await;
    let leads = category.attributes("a[href*='sub=road']", "href");
    assert!(leads.iter().any(|href| !href.contains("q=")), "{leads:?}");
    for strange in ["%25", "_", "'", "没有这样的地方"] {
        let page = browser.get(&format!("/wall?q={strange}")).await;
        assert!(page.status == 200 && !page.text().contains("也可能是"), "{strange}");
    }
    let day = browser.get("/wall?from=2016-13-45").await.text();
    assert!(day.contains("“2016-13-45”不像日期"), "{day}");
    let nowhere = browser.get("/wall?county=999999&category=nothing&town=000").await.text();
    assert!(nowhere.contains("网址里写的县（市、区）、类别不存在"), "{nowhere}");
    assert!(!browser.get("/wall?county=610602&town=000").await.text().contains("不存在"));
}

#[tokio::test]
async fn the_most_followed_stand_first_and_pages_go_on() {
    let wall = Posted::new().await;
    for n in 1..=25 {
        wall.post(New { title: &format!("第{n}件"), ..WATER }).await;
    }
    let mut reader = wall.app.browser();
    for number in ["宝塔-2016-00003", "宝塔-2016-00003", "宝塔-2016-00020"] {
        let mut other = wall.app.browser();
        let page = other.get(&format!("/problems/{number}")).await;
        other.submit(&page, &format!("/problems/{number}/follower"), &[]).await;
    }
    let first = reader.get("/wall?order=followed").await;
    let titles = first.all(".echo-title");
    assert_eq!(titles[..3], ["第3件", "第20件", "第25件"], "{titles:?}");
    assert_eq!(titles.len(), 20);
    let next = first.attributes("a[rel=next]", "href").remove(0);
    let second = reader.get(&next).await.all(".echo-title");
    assert_eq!(second.len(), 5);
    assert!(second.iter().all(|title| !titles.contains(title)));
    let back = reader.get(&next).await.attributes("a[rel=prev]", "href").remove(0);
    assert_eq!(reader.get(&back).await.all(".echo-title"), titles);
}

#[tokio::test]
async fn the_echo_wall_begins_with_the_newest_answer() {
    let wall = Posted::new().await;
    let (old, new) = (wall.post(WATER).await, wall.post(New { title: "水泵坏了", ..WATER }).await);
    wall.answer(new, Outcome::Solved, "水泵已换。").await;
    wall.app.advance(chrono::TimeDelta::days(1));
    wall.answer(old, Outcome::Explained, "主管道明年开春改造，先拉水。").await;
    let page = wall.app.browser().get("/echo").await;
    assert_eq!(page.all(".echo-title"), ["三组自来水管裂了", "水泵坏了"]);
    assert!(page.text().contains("已说明") && page.text().contains("已解决"));
}

#[tokio::test]
async fn a_problem_is_told_in_plain_words_and_passed_on() {
    let wall = Posted::new().await;
    let case = wall.post(WATER).await;
    let mut reader = wall.app.browser();
    let page = reader.get("/problems/宝塔-2016-00001").await;
    assert!(page.text().contains("接下来：确定由谁来办"), "{}", page.text());
    wall.answer(case, Outcome::Solved, "水管已换。").await;
    let page = reader.get("/problems/宝塔-2016-00001").await;
    for words in [
        "审核以后上墙公开",
        "交给区水务局办理",
        "区水务局签收，定了承办人",
        "核验通过，问题已解决，公开答复",
        "前可以提出异议",
        "区水务局 水利股股长",
        "0911-0000000",
        "关注 1 人反映或关注",
    ] {
        assert!(page.text().contains(words), "{words}: {}", page.text());
    }
    let address = "http://huiyin.test/problems/%E5%AE%9D%E5%A1%94-2016-00001";
    assert!(page.attributes(".share-address a", "href").contains(&address.to_owned()));
    assert_eq!(page.attributes("button[data-copy]", "data-copy"), [address]);
    assert_eq!(page.all("svg.qr").len(), 2, "on the screen and on paper");
    let id = case.id.to_string();
    assert!(!page.html().contains(&id) && !page.html().contains("09:00"));
}

#[tokio::test]
async fn a_place_has_a_page_a_poster_and_a_feed() {
    let wall = Posted::new().await;
    let case = wall.post(WATER).await;
    wall.post(New { title: "水泵<坏>了&响", ..WATER }).await;
    wall.answer(case, Outcome::Solved, "水管已换，<今天>通水。").await;
    let mut reader = wall.app.browser();
    for code in ["610600", "610602", "610602000000", "610602701000", "610602701201"] {
        let page = reader.get(&format!("/places/{code}")).await;
        assert_eq!(page.status, 200, "{code}");
        assert!(page.text().contains("水泵<坏>了&响") && page.text().contains("水管已换"), "{code}: {}", page.text());
        assert!(page.text().contains("0911-0000000"), "{code} has a telephone");
        for paper in ["", "?paper=a3", "?paper=../a9"] {
            let poster = reader.get(&format!("/places/{code}/poster{paper}")).await;
            assert!(poster.text().contains("2016年12月16日") && poster.text().contains("水泵<坏>了&响"), "{code}");
            assert_eq!(poster.all("svg.qr").len(), 1);
            assert!(poster.html().contains(if paper == "?paper=a3" { "poster-a3" } else { "poster-a4" }));
        }
        let feed = reader.get(&format!("/places/{code}/feed")).await;
        assert_eq!(feed.headers["content-type"], "application/atom+xml; charset=utf-8");
        let text = feed.html();
        assert_eq!(text.matches("<entry>").count(), 3, "{text}");
        assert!(text.contains("水泵&#60;坏&#62;了&#38;响") && text.contains("#echo-1</id>"), "{text}");
        assert_eq!(text.matches("2016-12-16T00:00:00+08:00").count(), 4, "days only: {text}");
        assert!(!text.contains(&case.id.to_string()));
    }
    let other = reader.get("/places/610603").await;
    assert!(other.text().contains("这里还没有上墙的问题"), "{}", other.text());
    assert!(reader.get("/places/610603/poster").await.text().contains("现在没有等着答复的问题"));
    assert_eq!(reader.get("/places/610603/feed").await.html().matches("<entry>").count(), 0);
    // A department, another city, a township of nowhere, nonsense: all the same.
    for code in ["610602100001", "110000", "610000", "610602799000", "x", "6106027012011", "%00", "６１０６０２"]
    {
        for path in ["", "/poster", "/feed"] {
            let page = reader.get(&format!("/places/{code}{path}")).await;
            assert_eq!(page.status, 404, "{code}{path}");
            assert_eq!(page.all("h1"), ["没有找到"], "{code}{path}");
        }
    }
}

#[tokio::test]
async fn the_counties_are_a_table_and_without_outlines_no_map() {
    let wall = Posted::new().await;
    let case = wall.post(WATER).await;
    wall.post(ROAD).await;
    wall.answer(case, Outcome::Solved, "水管已换。").await;
    let mut reader = wall.app.browser();
    let page = reader.get("/map").await;
    let row = page.all("tbody tr").into_iter().find(|row| row.contains("宝塔区")).unwrap();
    assert_eq!(row, "宝塔区 2 1 1");
    assert!(page.text().contains("子长县"), "named as in 2016: {}", page.text());
    assert!(!page.html().contains("data-map"), "no outline, no map");
    assert_eq!(reader.get("/map/outline").await.status, 404);
    let row = |page: huiyin_testing::Page| page.all("tfoot tr").concat();
    assert_eq!(row(reader.get("/map?category=industry").await), "全市 0 0 0");
    assert_eq!(row(reader.get("/map?month=201611").await), "全市 0 0 0");
    assert_eq!(row(reader.get("/map?month=201612&category=infrastructure").await), "全市 2 1 1");
    assert_eq!(row(reader.get("/map?month=x&category=x").await), "全市 2 1 1");
}

#[tokio::test]
async fn a_map_says_under_which_number_it_was_reviewed() {
    use huiyin_web::{MapOutline, Settings};
    let outline = r#"{"type":"FeatureCollection","features":[{"properties":{"code":"610681000000","name":"旧名"}}]}"#;
    let map = |review: Option<&str>| Settings {
        map: Some(MapOutline { outline: outline.into(), review: review.map(str::to_owned) }),
        limit_factor: 1000.0,
        ..Settings::default()
    };
    let app = huiyin_testing::TestApp::with(vec![huiyin_cases::feature()], map(Some("陕S(2016)001号"))).await.unwrap();
    huiyin_testing::City::found(&app).await.unwrap();
    assert!(app.browser().get("/map").await.text().contains("审图号：陕S(2016)001号"));
    let drawn = app.browser().get("/map/outline").await;
    let drawn: serde_json::Value = serde_json::from_slice(&drawn.bytes).unwrap();
    assert_eq!(drawn["features"][0]["properties"]["name"], "子长县", "the name of the day");
    let app = huiyin_testing::TestApp::with(vec![huiyin_cases::feature()], map(None)).await.unwrap();
    assert!(app.browser().get("/map").await.text().contains("示意图"));
}

#[tokio::test]
async fn a_county_has_one_name_on_one_day() {
    let wall = Posted::new().await;
    let mut reader = wall.app.browser();
    for path in ["/draws", "/burdens/new", "/problems/new", "/wall", "/draws?county=610623"] {
        let page = reader.get(path).await;
        assert!(page.text().contains("子长县") && !page.text().contains("子长市"), "{path}: {}", page.text());
    }
    let mut city = wall.app.browser_as(wall.city.account("city")).await.unwrap();
    for path in ["/cases", "/callbacks", "/roster"] {
        let page = city.get(path).await;
        assert!(page.text().contains("子长县") && !page.text().contains("子长市"), "{path}: {}", page.text());
    }
}
