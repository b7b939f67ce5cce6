//! Books as files bring them, and the library as readers meet it.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

mod catalogue;
mod docx;
mod epub;
mod evenings;
mod family;
mod figures;
mod import;
mod keep;
mod keys;
mod kits;
mod opds;
mod reading;
mod reflection_store;
mod reflections;

use huiyin_testing::{Browser, Chosen, City, Page, TestApp};

struct House {
    app: TestApp,
    city: City,
}

impl House {
    async fn new() -> Self {
        let app = TestApp::new(vec![huiyin_study::feature()]).await.unwrap();
        let city = City::found(&app).await.unwrap();
        Self { app, city }
    }

    async fn browser(&self, login: &str) -> Browser {
        self.app.browser_as(self.city.account(login)).await.unwrap()
    }
}

/// Three chapters.
const TEXT: &str = "第一章 修渠\n　　水来了。大家都去看水。\n　　渠通了。\n第二章 栽树\n　　山上栽满了苹果树。\n第三章 路灯\n　　路灯亮了。";

/// Somebody who may takes a book in; gives the page of the book.
async fn bring(browser: &mut Browser, fields: &[(&str, &str)], file: (&str, &[u8])) -> Page {
    let form = browser.get("/library/new").await;
    let usual = [("source", "自编"), ("summary", "给大家看")];
    let fields: Vec<(&str, &str)> = usual
        .into_iter()
        .filter(|(name, _)| !fields.iter().any(|(given, _)| given == name))
        .chain(fields.iter().copied())
        .collect();
    let chosen = [Chosen { field: "file", name: file.0, bytes: file.1 }];
    browser.upload(&form, "/library", &fields, &chosen).await
}
