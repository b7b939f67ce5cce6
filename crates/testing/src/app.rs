use std::sync::Arc;

use axum::Router;
use chrono::TimeDelta;
use huiyin_base::{Clock, Day, RngSource, WorkCalendar};
use huiyin_db::scratch::Scratch;
use huiyin_directory::{AccountRef, Regions};
use huiyin_files::FileStore;
use huiyin_vault::Vault;
use huiyin_web::store::session::{SessionRow, session_add, session_end};
use huiyin_web::{Feature, Ground, House, Settings, Site, assemble};

use crate::Browser;

/// A house with the features it is given. Its clock stands at 2016-12-16 09:00 in Shanghai.
pub struct TestApp {
    /// The state of its handlers.
    pub site: Site,
    router: Router,
    jobs: huiyin_jobs::Registry<Site>,
    // Dropped last: the database and the folder go with the test.
    _scratch: Scratch,
    _folder: tempfile::TempDir,
}

/// The working days of the project's own calendar.
const CALENDAR: &str = include_str!("../../../data/work-calendar.csv");

impl TestApp {
    /// An empty house.
    pub async fn new(features: Vec<Feature>) -> anyhow::Result<Self> {
        Self::with(features, Settings { demo: true, second_factor: false, limit_factor: 1000.0, ..Settings::default() })
            .await
    }

    /// An empty house that presents and protects itself as told.
    pub async fn with(features: Vec<Feature>, settings: Settings) -> anyhow::Result<Self> {
        let scratch = Scratch::new().await?;
        let folder = tempfile::tempdir()?;
        let vault = Vault::seeded(1);
        let regions = Regions::built_in()?;
        let morning = chrono::NaiveTime::from_hms_opt(9, 0, 0).unwrap_or_default();
        let today = Day::new(2016, 12, 16).ok_or_else(|| anyhow::anyhow!("a day"))?;
        let ground = Ground {
            db: scratch.db.clone(),
            clock: Clock::fixed(today.at(morning)),
            rngs: RngSource::seeded(1),
            files: FileStore::open(folder.path(), vault.clone())?,
            vault,
            calendar: Arc::new(WorkCalendar::parse(CALENDAR)?),
            home: regions.by_code("610600").ok_or_else(|| anyhow::anyhow!("the city"))?,
            regions: Arc::new(regions),
        };
        let House { site, router, jobs } = assemble(ground, settings, features);
        Ok(Self { site, router, jobs, _scratch: scratch, _folder: folder })
    }

    /// A browser without cookies.
    pub fn browser(&self) -> Browser {
        Browser::new(self.router.clone())
    }

    /// A browser signed in as `account`, without the way through the sign-in page.
    pub async fn browser_as(&self, account: AccountRef) -> anyhow::Result<Browser> {
        self.signed_in(account, true).await
    }

    /// The same, without a second factor.
    pub async fn browser_weak(&self, account: AccountRef) -> anyhow::Result<Browser> {
        self.signed_in(account, false).await
    }

    async fn signed_in(&self, account: AccountRef, strong: bool) -> anyhow::Result<Browser> {
        let token = format!("test-{}", account.id);
        let now = self.site.clock.real();
        let row = SessionRow {
            hash: self.site.vault.blind("session", &token),
            region: account.region,
            account: account.id,
            created_at: now,
            expires_at: now + TimeDelta::hours(self.site.settings.session_idle_hours),
            renewed_at: now,
            strong,
            device: "测试".into(),
        };
        self.site
            .db
            .write("test_session", move |tx| {
                let row = row.clone();
                Box::pin(async move {
                    session_end(tx, row.hash).await?;
                    Ok(session_add(tx, &row).await?)
                })
            })
            .await?;
        let mut browser = self.browser();
        browser.keep("huiyin_session", &token);
        Ok(browser)
    }

    /// Moves the clock, the city's and the real one.
    pub fn advance(&self, by: TimeDelta) {
        self.site.clock.advance(by);
    }

    /// Runs a periodic job once, now.
    pub async fn periodic(&self, kind: &str) -> anyhow::Result<()> {
        let site = self.site.clone();
        huiyin_jobs::run_periodic(&self.site.clock, &self.site.rngs, &self.jobs, site, kind).await?;
        Ok(())
    }

    /// Runs every job that is due.
    pub async fn drain(&self) -> anyhow::Result<()> {
        huiyin_jobs::drain(&self.site.db, &self.site.clock, &self.site.rngs, &self.jobs, self.site.clone()).await?;
        Ok(())
    }
}
