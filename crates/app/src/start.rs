//! Opens what everything stands on. Whatever does not fit ends in one sentence, before anything was written.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, Result};
use huiyin_base::{Clock, Region, RngSource, WorkCalendar};
use huiyin_db::{Db, Engine, SchemaState};
use huiyin_directory::Regions;
use huiyin_files::FileStore;
use huiyin_gateways::Gateways;
use huiyin_vault::Vault;
use huiyin_web::{AccessLog, Ground, MapOutline, Settings};
use tokio::net::TcpListener;

use crate::closing;
use crate::config::Config;
use crate::failure::{Stop, stop};
use crate::lock::FolderLock;
use crate::store::setting::{setting_find, setting_put};
use crate::store::work_day::work_day_list;

/// The working days that the program carries.
const CALENDAR: &str = include_str!("../../../data/work-calendar.csv");
/// The outlines of the demo city's counties: a sketch.
const SKETCH: &str = include_str!("../../../data/yanan-counties.geojson");
/// Under which the database remembers which keys it was made with.
const FINGERPRINT: &str = "vault_fingerprint";

/// What a command means to do with the data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Intent {
    /// Reads beside a running server: checks and exports.
    Look,
    /// Writes, and so is alone in a data folder on SQLite.
    Work,
    /// Writes, and brings the schema up to date or makes it.
    Migrate,
}

/// An open installation.
pub struct Opened {
    /// Database, clock, keys, files, calendar.
    pub ground: Ground,
    /// Every region.
    pub regions: Regions,
    /// The city that this installation serves.
    pub home: Region,
    _lock: Option<FolderLock>,
}

/// Opens the installation that `config` describes.
pub async fn open(config: &Config, intent: Intent, clock: Clock) -> Result<Opened> {
    closing::refuse_closed(&config.data)?;
    let rngs = RngSource::system();
    let vault = open_vault(config)?;
    let lock = lock(config, intent)?;
    let db = open_database(config, intent).await?;
    let regions = Regions::built_in().context("the table of regions")?;
    let home = home(config, &regions)?;
    let ready = match intent {
        Intent::Migrate => migrate(&db, &vault, &regions).await,
        Intent::Look | Intent::Work => ready(&db, &vault).await,
    };
    if let Err(error) = ready {
        db.close().await;
        return Err(error);
    }
    let files = FileStore::open(&config.files(), vault.clone())
        .with_context(|| Stop(format!("照片文件夹 {} 打不开。请检查它的所有者和权限。", config.files().display())))?;
    let imported = work_day_list(&mut db.read().await?).await?;
    let calendar = calendar(config)?.with(&imported);
    let regions_shared = Arc::new(regions.clone());
    let ground = Ground { db, clock, rngs, vault, files, calendar: Arc::new(calendar), regions: regions_shared, home };
    Ok(Opened { ground, regions, home, _lock: lock })
}

/// Takes the address before anything is opened: a port in use leaves the data untouched.
pub async fn listen(address: &str) -> Result<TcpListener> {
    let address: SocketAddr =
        address.parse().map_err(|_| stop(format!("“{address}”不是地址和端口，例如 127.0.0.1:8080。")))?;
    TcpListener::bind(address).await.map_err(|error| {
        let sentence = match error.kind() {
            std::io::ErrorKind::AddrInUse => {
                format!(
                    "端口 {} 已被占用，程序没有启动。请停止占用它的程序，或换一个端口（--listen 或配置项 listen）。",
                    address.port()
                )
            }
            std::io::ErrorKind::PermissionDenied => {
                format!("没有权限监听端口 {}，程序没有启动。请换一个 1024 以上的端口。", address.port())
            }
            _ => format!("监听不了地址 {address}，程序没有启动：{error}。"),
        };
        anyhow::Error::new(error).context(Stop(sentence))
    })
}

/// What pages know of this installation.
pub fn settings(config: &Config, demo: bool) -> Result<Settings> {
    let site = config.site.clone();
    // What a demo would send reaches nobody; anything else was read with the configuration.
    let gateways = if demo { Ok(Gateways::default()) } else { config.gateway.open(&site.city) };
    let gateways = gateways.unwrap_or_else(|error| {
        tracing::error!(error = %error, "the gateways are off");
        Gateways::default()
    });
    let identity = if demo { Ok(None) } else { config.identity.open(config.gateway.certificates.as_deref()) };
    let identity = identity.unwrap_or_else(|error| {
        tracing::error!(error = %error, "signing in through another house is off");
        None
    });
    Ok(Settings {
        gateways,
        identity,
        access_log: None,
        map: map(config, demo)?,
        address: site.address,
        city: site.city,
        demo,
        secure: site.secure && !demo,
        trusted_proxies: site.trusted_proxies,
        second_factor: site.second_factor && !demo,
        session_idle_hours: site.session_idle_hours,
        limit_factor: site.limit_factor,
        metrics_token: site.metrics_token,
        operator: site.operator,
        phone: site.phone,
    })
}

/// The outlines that the configuration names; a demo without them shows a sketch. A broken file stops the start.
fn map(config: &Config, demo: bool) -> Result<Option<MapOutline>> {
    let text = match &config.site.map_outline {
        Some(path) => std::fs::read_to_string(path)
            .with_context(|| Stop(format!("读不到地图文件 {}（配置项 site.map_outline）。", path.display())))?,
        None if demo => SKETCH.to_owned(),
        None => return Ok(None),
    };
    let outline: serde_json::Value =
        serde_json::from_str(&text).context(Stop("地图文件不是合格的 GeoJSON（配置项 site.map_outline）。".into()))?;
    let features = outline.get("features").and_then(serde_json::Value::as_array);
    let coded =
        |feature: &serde_json::Value| feature.pointer("/properties/code").is_some_and(serde_json::Value::is_string);
    if !features.is_some_and(|features| !features.is_empty() && features.iter().all(coded)) {
        return Err(stop("地图文件里的每个区域都要有区划代码 properties.code（配置项 site.map_outline）。"));
    }
    Ok(Some(MapOutline { outline: text.into(), review: config.site.map_review.clone() }))
}

/// The log of network addresses, where it is kept; none in a demo.
pub fn access_log(config: &Config, opened: &Opened) -> Result<Option<AccessLog>> {
    if !config.site.access_log {
        return Ok(None);
    }
    let ground = &opened.ground;
    let folder = config.data.join("access");
    let log = AccessLog::open(&folder, ground.vault.clone(), ground.clock.clone(), ground.rngs.clone());
    log.map(Some).with_context(|| Stop(format!("访问日志文件夹 {} 打不开。请检查它的所有者和权限。", folder.display())))
}

/// Reads the key file that the configuration names.
pub fn open_vault(config: &Config) -> Result<Vault> {
    let Some(path) = &config.key_file else {
        return Err(stop(
            "没有配置密钥文件（配置项 key_file），程序没有启动。第一次安装请运行 huiyin admin make-key 文件名 生成一个。",
        ));
    };
    Vault::open(path).map_err(|error| {
        let sentence = Stop(error.to_string());
        anyhow::Error::new(error).context(sentence)
    })
}

fn lock(config: &Config, intent: Intent) -> Result<Option<FolderLock>> {
    let sqlite = config.db().url.starts_with("sqlite:");
    if intent == Intent::Migrate {
        std::fs::create_dir_all(&config.data).with_context(|| {
            Stop(format!("数据文件夹 {} 建立不了。请检查上级文件夹的权限。", config.data.display()))
        })?;
    }
    if !config.data.is_dir() {
        return Err(stop(format!(
            "数据文件夹 {} 不存在，程序没有启动。第一次安装请运行 huiyin migrate；否则请检查配置项 data。",
            config.data.display()
        )));
    }
    if sqlite && intent != Intent::Look { FolderLock::take(&config.data).map(Some) } else { Ok(None) }
}

async fn open_database(config: &Config, intent: Intent) -> Result<Db> {
    if intent == Intent::Migrate {
        return Db::create(&config.db()).await.context(Stop("数据库打不开。".into()));
    }
    if config.database.url.is_none() && !config.database_file().exists() {
        return Err(stop(format!(
            "数据库 {} 不存在，程序没有启动。第一次安装请运行 huiyin migrate；否则请检查配置项 data。",
            config.database_file().display()
        )));
    }
    Db::open(&config.db()).await.context(Stop("数据库打不开。".into()))
}

/// The schema is this program's, and the keys are those of the data.
async fn ready(db: &Db, vault: &Vault) -> Result<()> {
    match db.schema_state().await? {
        SchemaState::Current => {}
        SchemaState::Empty => return Err(stop("数据库还是空的，程序没有启动。第一次安装请运行 huiyin migrate。")),
        SchemaState::Behind => {
            return Err(stop(
                "数据是旧版本程序的结构，程序没有启动。请先运行 huiyin backup 备份，再运行 huiyin migrate 升级。",
            ));
        }
        SchemaState::Ahead => return Err(ahead()),
    }
    let known = setting_find(&mut db.read().await?, FINGERPRINT).await?;
    match known {
        Some(known) if known == vault.fingerprint() => Ok(()),
        Some(_) => Err(stop(
            "密钥文件和这份数据不匹配，程序没有启动，数据没有改动。请换上建立这份数据时的密钥文件（配置项 key_file）。",
        )),
        None => Err(stop("数据库里没有密钥的记录，程序没有启动。请运行 huiyin migrate 完成安装。")),
    }
}

/// Makes or upgrades the schema. Keys that do not fit are noticed before it is touched.
async fn migrate(db: &Db, vault: &Vault, regions: &Regions) -> Result<()> {
    let state = db.schema_state().await?;
    if state == SchemaState::Ahead {
        return Err(ahead());
    }
    if state == SchemaState::Current {
        let known = setting_find(&mut db.read().await?, FINGERPRINT).await?;
        if known.is_some() {
            return ready(db, vault).await;
        }
    }
    if state == SchemaState::Behind
        && let Ok(Some(known)) = setting_find(&mut db.read().await?, FINGERPRINT).await
        && known != vault.fingerprint()
    {
        return Err(stop("密钥文件和这份数据不匹配，结构没有升级，数据没有改动。请换上建立这份数据时的密钥文件。"));
    }
    db.migrate().await?;
    let (fingerprint, regions) = (vault.fingerprint(), Arc::new(regions.clone()));
    db.write("installation_settle", move |tx| {
        let (fingerprint, regions) = (fingerprint.clone(), Arc::clone(&regions));
        Box::pin(async move {
            if setting_find(tx, FINGERPRINT).await?.is_none() {
                setting_put(tx, FINGERPRINT, &fingerprint).await?;
            }
            Ok(huiyin_directory::store::region_put(tx, &regions).await?)
        })
    })
    .await?;
    Ok(())
}

fn ahead() -> anyhow::Error {
    stop("数据是更新版本的程序建立的，本程序没有改动它。请换用新版本的程序打开。")
}

fn calendar(config: &Config) -> Result<WorkCalendar> {
    let text = match &config.calendar {
        Some(path) => read(path)?,
        None => CALENDAR.to_owned(),
    };
    WorkCalendar::parse(&text).map_err(|error| {
        anyhow::anyhow!("{error}").context(Stop(format!("放假调休日历有误：{error}。请检查配置项 calendar 指的文件。")))
    })
}

fn read(path: &Path) -> Result<String> {
    std::fs::read_to_string(path).with_context(|| Stop(format!("读不到放假调休日历 {}。", path.display())))
}

fn home(config: &Config, regions: &Regions) -> Result<Region> {
    let found = regions.all().iter().find(|entry| entry.code == config.site.region);
    found.map(|entry| entry.region).ok_or_else(|| {
        stop(format!("配置项 site.region 的值“{}”不是行政区划代码，例如延安市是 610600。", config.site.region))
    })
}

/// Which engine the data lies on, in words for the log.
pub fn engine_word(db: &Db) -> &'static str {
    match db.engine() {
        Engine::Sqlite => "SQLite",
        Engine::Postgres => "PostgreSQL",
    }
}
