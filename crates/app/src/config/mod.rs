//! One TOML file, overridable by environment. Every key stands in [`keys::KEYS`] with its meaning; the document for
//! operators is made from that list, and a test compares both with the struct.

mod environment;
mod gateway;
mod identity;
pub mod keys;

use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, Result};
use huiyin_db::DbConfig;
use serde::{Deserialize, Serialize};

use crate::failure::{Stop, stop};

pub use gateway::{Gateway, Security};
pub use identity::Identity;

/// Where the file is looked for when none is named.
pub const DEFAULT_FILE: &str = "huiyin.toml";

/// How this installation runs.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Address and port.
    pub listen: String,
    /// The folder of the database and the sealed files.
    pub data: PathBuf,
    /// The keys. Never inside the data folder, so that no copy of the data carries them.
    pub key_file: Option<PathBuf>,
    /// A working calendar newer than the built-in one.
    pub calendar: Option<PathBuf>,
    /// The database.
    pub database: Database,
    /// How pages present and protect themselves.
    pub site: Site,
    /// Gateways of short messages.
    pub gateway: Gateway,
    /// Whose sign-in is accepted beside our own.
    pub identity: Identity,
    /// The log.
    pub log: Log,
}

/// The database.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq)]
#[serde(deny_unknown_fields, default)]
pub struct Database {
    /// `sqlite:PATH` or `postgres://…`; SQLite in the data folder when left out.
    pub url: Option<String>,
    /// Connections for reading (SQLite) or in all (PostgreSQL).
    pub connections: u32,
    /// Most writes that share one commit (SQLite).
    pub group_size: usize,
    /// A pause before each commit, for measuring.
    pub commit_delay_ms: u64,
}

/// How pages present and protect themselves.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq)]
#[serde(deny_unknown_fields, default)]
pub struct Site {
    /// The city's code in GB/T 2260.
    pub region: String,
    /// The city's name.
    pub city: String,
    /// Who runs the installation.
    pub operator: String,
    /// The office's telephone.
    pub phone: String,
    /// Served through TLS.
    pub secure: bool,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpAddr>,
    /// Staff need a second factor.
    pub second_factor: bool,
    /// An idle session ends after so many hours.
    pub session_idle_hours: i64,
    /// Every allowance is multiplied by this.
    pub limit_factor: f64,
    /// Who may read `/metrics` from elsewhere.
    pub metrics_token: Option<String>,
    /// The address under which the public finds the site.
    pub address: Option<String>,
    /// A GeoJSON file with the outlines of the counties.
    pub map_outline: Option<PathBuf>,
    /// The number under which the map was reviewed (审图号).
    pub map_review: Option<String>,
    /// Network addresses are kept, sealed, as long as the law asks.
    pub access_log: bool,
}

/// The log, written to standard error.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq)]
#[serde(deny_unknown_fields, default)]
pub struct Log {
    /// For people or for machines.
    pub format: LogFormat,
    /// `info`, or a filter such as `huiyin_web=debug,info`.
    pub level: String,
}

/// The two forms of a log line.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// One readable line.
    Text,
    /// One JSON object a line.
    Json,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            listen: "127.0.0.1:8080".into(),
            data: "data/huiyin".into(),
            key_file: None,
            calendar: None,
            database: Database::default(),
            site: Site::default(),
            gateway: Gateway::default(),
            identity: Identity::default(),
            log: Log::default(),
        }
    }
}

impl Default for Database {
    fn default() -> Self {
        Self { url: None, connections: 8, group_size: 256, commit_delay_ms: 0 }
    }
}

impl Default for Site {
    fn default() -> Self {
        Self {
            region: "610600".into(),
            city: "延安市".into(),
            operator: String::new(),
            phone: String::new(),
            secure: true,
            trusted_proxies: Vec::new(),
            second_factor: true,
            session_idle_hours: 12,
            limit_factor: 1.0,
            metrics_token: None,
            address: None,
            map_outline: None,
            map_review: None,
            access_log: true,
        }
    }
}

impl Default for Log {
    fn default() -> Self {
        Self { format: LogFormat::Text, level: "info".into() }
    }
}

impl Config {
    /// Reads the named file, or `huiyin.toml` where there is one, then what the environment overrides.
    pub fn load(file: Option<&Path>) -> Result<Self> {
        let path = file.unwrap_or_else(|| Path::new(DEFAULT_FILE));
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound && file.is_none() => String::new(),
            Err(error) => {
                return Err(error).context(Stop(format!("读不到配置文件 {}。请检查路径和权限。", path.display())));
            }
        };
        // Which of the two is wrong stands in the sentence: a key or a variable.
        Self::read(&text, std::env::vars()).map_err(|error| {
            let wrong = crate::failure::sentence(&error);
            error.context(Stop(format!("{wrong}程序没有启动，请改配置文件 {} 或环境变量。", path.display())))
        })
    }

    /// Reads `text`, overridden by those of `variables` that begin with `HUIYIN_`.
    pub fn read(text: &str, variables: impl IntoIterator<Item = (String, String)>) -> Result<Self> {
        let mut table: toml::Table = toml::from_str(text)
            .map_err(|error| stop(format!("配置文件不是合格的 TOML：{}。", first_lines(&error))))?;
        environment::overlay(&mut table, variables)?;
        let config: Self = table
            .try_into()
            .map_err(|error| stop(format!("配置有误：{}。各项含义见 docs/configuration.md。", first_lines(&error))))?;
        config.checked()
    }

    /// How to open the database.
    pub fn db(&self) -> DbConfig {
        let url = self.database.url.clone().unwrap_or_else(|| format!("sqlite:{}", self.database_file().display()));
        DbConfig {
            url,
            connections: self.database.connections,
            group_size: self.database.group_size,
            commit_delay: Duration::from_millis(self.database.commit_delay_ms),
        }
    }

    /// The SQLite file in the data folder.
    pub fn database_file(&self) -> PathBuf {
        self.data.join("huiyin.db")
    }

    /// The folder of the sealed files.
    pub fn files(&self) -> PathBuf {
        self.data.join("files")
    }

    fn checked(self) -> Result<Self> {
        let wrong = |key: &str, hint: &str| Err(stop(format!("配置项 {key} 不合适：{hint}")));
        if self.listen.parse::<std::net::SocketAddr>().is_err() {
            return wrong("listen", "应为地址和端口，例如 127.0.0.1:8080。");
        }
        if self.database.connections == 0 || self.database.connections > 200 {
            return wrong("database.connections", "应在 1 到 200 之间。");
        }
        if self.site.session_idle_hours < 1 {
            return wrong("site.session_idle_hours", "至少 1 小时。");
        }
        if !self.site.limit_factor.is_finite() || self.site.limit_factor <= 0.0 {
            return wrong("site.limit_factor", "应大于 0。");
        }
        let plain = |address: &String| {
            let host = address.strip_prefix("https://").or_else(|| address.strip_prefix("http://"));
            host.is_some_and(|host| {
                !host.is_empty() && host.chars().all(|letter| letter.is_ascii_alphanumeric() || ".-:".contains(letter))
            })
        };
        if !self.site.address.as_ref().is_none_or(plain) {
            return wrong("site.address", "应以 https:// 开头，只写到域名，例如 https://huiyin.example.cn。");
        }
        if self.site.map_outline.is_some() != self.site.map_review.is_some() {
            return wrong(
                "site.map_outline",
                "公开的地图要有审图号，请同时填写 site.map_review；没有就都不填，页面只列表。",
            );
        }
        if self.key_file.as_ref().is_some_and(|file| file.starts_with(&self.data)) {
            return wrong("key_file", "密钥文件不能放在数据文件夹里，否则数据的副本会带走密钥。");
        }
        self.gateway.open(&self.site.city)?;
        self.identity.open(self.gateway.certificates.as_deref())?;
        Ok(self)
    }
}

/// What the parser says, on one line.
fn first_lines(error: &toml::de::Error) -> String {
    error.message().split_whitespace().collect::<Vec<_>>().join(" ")
}
