use std::net::IpAddr;
use std::ops::Deref;
use std::sync::Arc;

use huiyin_base::{Clock, Day, Region, RngSource, WorkCalendar};
use huiyin_db::Db;
use huiyin_directory::{ExternalIdentity, Regions};
use huiyin_figures::Registry as Figures;
use huiyin_files::FileStore;
use huiyin_gateways::{Delivery, Gateways, Outbox};
use huiyin_vault::Vault;
use tokio::sync::Semaphore;

use crate::cache::PublicCache;
use crate::limiter::Limiter;
use crate::metering::Meter;
use crate::{AccessLog, NavEntry, Panel, Route};

/// What everything stands on. The program opens it once; jobs and pages share it.
#[derive(Clone, Debug)]
pub struct Ground {
    /// The database.
    pub db: Db,
    /// The city's time and real time.
    pub clock: Clock,
    /// Fresh randomness for each request and job.
    pub rngs: RngSource,
    /// Keys.
    pub vault: Vault,
    /// Photos and attachments.
    pub files: FileStore,
    /// Working days.
    pub calendar: Arc<WorkCalendar>,
    /// Every region of the country.
    pub regions: Arc<Regions>,
    /// The city's own region.
    pub home: Region,
}

/// How this installation presents and protects itself.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The city's name, such as 延安市.
    pub city: String,
    /// Invented data on a demo clock; pages say so.
    pub demo: bool,
    /// Served through TLS: cookies are `Secure`, browsers are told to stay with it.
    pub secure: bool,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpAddr>,
    /// Staff sign in with a second factor; without one their staff roles rest.
    pub second_factor: bool,
    /// An idle session ends after so many hours.
    pub session_idle_hours: i64,
    /// Every allowance is multiplied by this; measuring sets it high.
    pub limit_factor: f64,
    /// Who may read `/metrics` from elsewhere; none: this machine only.
    pub metrics_token: Option<String>,
    /// Who runs the installation, and how to reach him: shown on 关于本站.
    pub operator: String,
    /// The office's telephone.
    pub phone: String,
    /// What short messages leave through; off unless configured.
    pub gateways: Gateways,
    /// The house whose sign-in is accepted beside our own.
    pub identity: Option<Arc<dyn ExternalIdentity>>,
    /// The one place that keeps network addresses; none in a demo.
    pub access_log: Option<AccessLog>,
    /// The address under which the public finds the site, such as `https://huiyin.example.cn`; none: as it was asked for.
    pub address: Option<String>,
    /// The outlines of the counties; none: pages show tables only.
    pub map: Option<MapOutline>,
}

/// The outlines of the city's counties, as a public map may show them.
#[derive(Clone)]
pub struct MapOutline {
    /// GeoJSON whose features carry a division code.
    pub outline: Arc<str>,
    /// The number under which the map was reviewed (审图号); none in a demo, which says that it is a sketch.
    pub review: Option<String>,
}

impl MapOutline {
    /// What is printed under the map.
    pub fn words(&self) -> String {
        match &self.review {
            Some(review) => format!("审图号：{review}"),
            None => "演示用的示意图，没有经过地图审核，不能作为划界依据。".to_owned(),
        }
    }
}

impl std::fmt::Debug for MapOutline {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MapOutline").field("review", &self.review).finish_non_exhaustive()
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            city: "延安市".into(),
            demo: false,
            secure: false,
            trusted_proxies: Vec::new(),
            second_factor: true,
            session_idle_hours: 12,
            limit_factor: 1.0,
            metrics_token: None,
            operator: String::new(),
            phone: String::new(),
            gateways: Gateways::default(),
            address: None,
            map: None,
            identity: None,
            access_log: None,
        }
    }
}

/// The running city: the state of every handler and the context of every job.
#[derive(Clone)]
pub struct Site(Arc<SiteParts>);

/// The parts of a [`Site`].
pub struct SiteParts {
    /// Database, clock, keys, files.
    pub ground: Ground,
    /// How it presents itself.
    pub settings: Settings,
    /// Every figure of every feature.
    pub figures: Figures,
    /// The table of rights.
    pub table: Vec<Route>,
    /// How often what may be asked for.
    pub limiter: Limiter,
    /// Public pages in memory.
    pub cache: PublicCache,
    /// What is counted for `/metrics`.
    pub meter: Meter,
    pub(crate) description: crate::api::Description,
    pub(crate) nav: Vec<NavEntry>,
    pub(crate) panels: Vec<Panel>,
    /// Megabytes of uploads held in memory at once.
    pub(crate) uploads: Semaphore,
}

impl Site {
    pub(crate) fn new(parts: SiteParts) -> Self {
        Self(Arc::new(parts))
    }

    /// Today in the city's time.
    pub fn today(&self) -> Day {
        self.ground.clock.today()
    }

    /// What messages to people outside are made ready with, in real time.
    pub fn outbox(&self) -> Outbox<'_> {
        Outbox {
            vault: &self.vault,
            calendar: &self.calendar,
            gateways: &self.settings.gateways,
            now: self.clock.real(),
        }
    }

    pub(crate) fn delivery(&self) -> Delivery<'_> {
        Delivery {
            db: &self.db,
            clock: &self.clock,
            rngs: &self.rngs,
            vault: &self.vault,
            calendar: &self.calendar,
            gateways: &self.settings.gateways,
        }
    }

    /// The panels of other features for `place`, rendered for `viewer`.
    pub async fn panels(&self, place: &str, viewer: Option<&huiyin_directory::Viewer>) -> crate::Result<Vec<String>> {
        let mut rendered = Vec::new();
        for panel in self.panels.iter().filter(|panel| panel.place == place) {
            rendered.extend((panel.draw)(self, viewer).await?);
        }
        Ok(rendered)
    }
}

impl Deref for Site {
    type Target = SiteParts;

    fn deref(&self) -> &SiteParts {
        &self.0
    }
}

impl Deref for SiteParts {
    type Target = Ground;

    fn deref(&self) -> &Ground {
        &self.ground
    }
}

impl std::fmt::Debug for Site {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Site").field("settings", &self.settings).finish_non_exhaustive()
    }
}
