//! The pages of organisations and imports, as browsers of every kind meet them.

#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

mod imports;
mod pages;

use huiyin_testing::{Browser, City, TestApp};

pub(crate) async fn house() -> (TestApp, City) {
    let app = TestApp::new(vec![huiyin_organisations::feature()]).await.unwrap();
    let city = City::found(&app).await.unwrap();
    (app, city)
}

pub(crate) async fn signed_in(app: &TestApp, city: &City, login: &str) -> Browser {
    app.browser_as(city.account(login)).await.unwrap()
}
