//! The pages for those who lead, over cases that came from a county's own ledger: every page opens, every number is a door,
//! and no place stands by a number.

use std::fmt::Write as _;

use huiyin_base::Rng;
use huiyin_cases::ledger::{Ledger, LedgerFile, import_ledger};
use huiyin_cases::{Cases, Moment};
use huiyin_testing::{City, TestApp};

const PAGES: [&str; 6] = [
    "/insights",
    "/insights/waiting",
    "/insights/repeats",
    "/insights/reopened",
    "/insights/seasons",
    "/insights/unit",
];

async fn house() -> (TestApp, City) {
    let app = TestApp::new(huiyin_app::features::features()).await.expect("a house");
    let city = City::found(&app).await.expect("a city");
    let cases = Cases::of(&app.site.db, &app.site.vault, &app.site.calendar).expect("cases");
    let mut table = "乡镇,行政村,反映问题,责任单位,反映日期,整改情况,是否解决,办结日期,办理期限\n".to_owned();
    for n in 0..40 {
        let month = n % 11 + 1;
        let end = if n % 4 == 0 {
            ",,,".to_owned()
        } else {
            format!("修好了第{n}处,已解决,2016-{month:02}-20,2016-{month:02}-{:02}", 15 + n % 9)
        };
        let _ = writeln!(table, "柳河镇,上湾村,第{n}处自来水管坏了,区水务局,2016-{month:02}-05,{end}");
    }
    let ledger = Ledger {
        cases: &cases,
        county: city.org("宝塔区"),
        name: "宝塔区",
        short: "宝塔",
        moment: Moment::at(app.site.clock.now()),
    };
    let file = LedgerFile { name: "台账.csv", bytes: table.as_bytes(), dry_run: false, partial: false };
    let report = import_ledger(&ledger, file, &mut Rng::seeded(1)).await.expect("imported");
    assert_eq!(report.made, 40, "{:?}", report.errors);
    (app, city)
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_opens_for_every_level_and_every_number_is_a_door() {
    let (app, city) = house().await;
    for login in ["city", "county", "township", "water", "inspector"] {
        let mut browser = app.browser_as(city.account(login)).await.expect("signed in");
        for path in PAGES {
            for query in
                ["", "?county=all", "?county=610602", "?county=610602&township=610602701000&category=infrastructure"]
            {
                let page = browser.get(&format!("{path}{query}")).await;
                assert_eq!(page.status, 200, "{login} {path}{query}");
            }
        }
    }
    let mut county = app.browser_as(city.account("county")).await.expect("signed in");
    for path in PAGES {
        let page = county.get(path).await;
        let mut doors = page.attributes("main a[href^='/figures/'], main a[href^='/problems/']", "href");
        doors.sort();
        doors.dedup();
        assert!(!doors.is_empty(), "{path}: {}", page.text());
        for door in doors.iter().take(12) {
            assert_eq!(county.get(door).await.status, 200, "{path} → {door}");
        }
    }
    let waiting = county.get("/insights/waiting").await;
    assert!(waiting.text().contains("区水务局") && waiting.text().contains("10 在办"), "{}", waiting.text());
    let repeats = county.get("/insights/repeats").await.text();
    assert!(repeats.contains("上湾村") && repeats.contains("饮水"), "{repeats}");
    for wrong in ["?county=999999", "?county=610602&township=610603701000&category=x&month=1&unit="] {
        let page = county.get(&format!("/insights/repeats{wrong}")).await;
        assert!(page.status == 404 || page.status == 200, "{wrong}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rate_says_by_which_terms_it_is_judged() {
    let (app, _) = house().await;
    let page = app.browser().get("/figures/problems_on_time_rate?county=610602").await;
    let text = page.text();
    for said in ["按期答复率", "分子：", "剔除：", "分母不足 10 件", "本期按这一版"] {
        assert!(text.contains(said), "{said} in {text}");
    }
    let few = app.browser().get("/figures/problems_on_time_rate?county=610602&month=201601").await.text();
    assert!(few.contains("不足 10 件，不算比率"), "{few}");
}
