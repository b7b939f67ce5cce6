//! The pages of accounts, as browsers of every kind meet them.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod api_client;
mod branch;
mod departure;
mod external;
mod me;
mod rights;
mod security;
mod sign_in;
mod slip_message;

use huiyin_base::Id;
use huiyin_directory::{AccountRef, account_password_set, password_hashed};
use huiyin_testing::{Browser, City, TestApp};
use huiyin_web::Settings;

pub(crate) const PASSWORD: &str = "坡上青草 2016";
pub(crate) const NEW: &str = "黄河边上有三只羊 7";

pub(crate) struct House {
    pub(crate) app: TestApp,
    pub(crate) city: City,
}

impl House {
    pub(crate) async fn new() -> Self {
        Self::over(TestApp::new(vec![huiyin_account::feature()]).await.unwrap()).await
    }

    /// A house in which staff need their second factor.
    pub(crate) async fn strict() -> Self {
        let settings = Settings { second_factor: true, limit_factor: 1000.0, ..Settings::default() };
        Self::over(TestApp::with(vec![huiyin_account::feature()], settings).await.unwrap()).await
    }

    pub(crate) async fn over(app: TestApp) -> Self {
        let city = City::found(&app).await.unwrap();
        let house = Self { app, city };
        for login in ["member", "secretary", "township"] {
            house.give_password(house.city.account(login)).await;
        }
        house
    }

    async fn give_password(&self, at: AccountRef) {
        let phc = password_hashed(PASSWORD, &mut self.app.site.rngs.rng()).await.unwrap();
        let now = self.app.site.clock.real();
        self.app
            .site
            .db
            .write("test_password", move |tx| {
                let phc = phc.clone();
                Box::pin(async move { Ok(account_password_set(tx, at, &phc, now).await?) })
            })
            .await
            .unwrap();
    }

    pub(crate) async fn signed_in(&self, login: &str) -> Browser {
        self.app.browser_as(self.city.account(login)).await.unwrap()
    }

    /// A browser that goes through the sign-in page.
    pub(crate) async fn by_password(&self, login: &str) -> Browser {
        let mut browser = self.app.browser();
        let page = browser.get("/sign-in").await;
        browser.submit(&page, "/sign-in", &[("login", login), ("password", PASSWORD)]).await;
        browser
    }

    /// A member of the branch without an account.
    pub(crate) async fn member(&self, name: &str) -> Id {
        self.city.members(&self.app, &[name]).await.unwrap().remove(0)
    }
}

/// The address of the branch's accounts.
pub(crate) const BRANCH: &str = "/accounts/610602/610602701901";
