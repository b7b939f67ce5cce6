//! A house with this feature, a bank and a test.

use chrono::TimeDelta;
use huiyin_directory::{Viewer, viewer_find};
use huiyin_testing::{Browser, City, Page, TestApp};

pub(crate) struct House {
    pub(crate) app: TestApp,
    pub(crate) city: City,
}

/// Six questions, one of each way of answering; nothing is shuffled, so that a test knows the places.
pub(crate) const BANK: &str = "$CATEGORY: 常识/演示

::日期::国家宪法日是哪一天{=12月4日 ~10月1日 ~7月1日 ####记住这一天}

哪些要公示{~%50%低保名单 ~%50%救灾款物 ~%-100%村民病历}

村务公开栏可以空着{F#要按时公开#对，要按时公开}

急救电话是{=120 =一二零}

一年有几个季度{#4}

连一连{
=春 -> 播种
=秋 -> 收获
}

谈谈怎样开好一次支部会。{####说准备、讨论、落实三件事}
";

impl House {
    pub(crate) async fn new() -> Self {
        let app = TestApp::new(vec![huiyin_exams::feature()]).await.unwrap();
        let city = City::found(&app).await.unwrap();
        Self { app, city }
    }

    pub(crate) async fn browser(&self, login: &str) -> Browser {
        self.app.browser_as(self.city.account(login)).await.unwrap()
    }

    pub(crate) async fn viewer(&self, login: &str) -> Viewer {
        let mut tx = self.app.site.db.read().await.unwrap();
        viewer_find(&mut tx, self.city.account(login), self.app.site.today()).await.unwrap().unwrap()
    }

    /// A house with the bank above and an open test over it, set by the city; gives the test's address.
    pub(crate) async fn with_test(extra: &[(&str, &str)]) -> (Self, String) {
        let house = Self::new().await;
        let mut city = house.browser("city").await;
        bank(&mut city, BANK).await;
        let path = set(&mut city, extra).await;
        let page = city.get(&path).await;
        let page = city.submit(&page, &format!("{path}/opening"), &[]).await;
        assert!(page.text().contains("已开放"), "{}", page.text());
        (house, path)
    }

    /// Minutes go by.
    pub(crate) fn wait(&self, minutes: i64) {
        self.app.advance(TimeDelta::minutes(minutes));
    }
}

pub(crate) async fn bank(browser: &mut Browser, text: &str) -> Page {
    let form = browser.get("/questions/import").await;
    let checked = browser.upload(&form, "/questions/import", &[("text", text)], &[]).await;
    assert!(checked.text().contains("可以入库"), "{}", checked.text());
    browser.submit(&checked, "/questions/batch", &[]).await
}

/// Sets a test over everything in 常识: 2 marks a question, half an hour.
pub(crate) async fn set(browser: &mut Browser, extra: &[(&str, &str)]) -> String {
    let form = browser.get("/tests/new").await;
    let mut fields = vec![
        ("title", "演示测试"),
        ("shuffled", "0"),
        ("part", "全部"),
        ("category", "常识"),
        ("kind", ""),
        ("tag", ""),
        ("drawn", ""),
        ("marks", "2"),
    ];
    fields.retain(|(name, _)| !extra.iter().any(|(other, _)| other == name));
    fields.extend_from_slice(extra);
    let page = browser.submit(&form, "/tests", &fields).await;
    assert!(page.path.starts_with("/tests/"), "{} {}", page.status, page.text());
    page.path
}

/// Sits down; gives the page with the paper.
pub(crate) async fn sit(browser: &mut Browser, test: &str) -> Page {
    let page = browser.get(test).await;
    browser.submit(&page, &format!("{test}/sittings"), &[]).await
}
