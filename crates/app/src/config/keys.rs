//! Every key with its meaning, and the document that is made of them.

use std::fmt::Write as _;

use toml::Table;

use super::Config;
use super::environment::default_of;

/// One key of the configuration.
#[derive(Clone, Copy, Debug)]
pub struct Key {
    /// `name` or `section.name`.
    pub path: &'static str,
    /// What it does, for operators.
    pub meaning: &'static str,
}

impl Key {
    /// The environment variable that overrides it.
    pub fn variable(&self) -> String {
        format!("HUIYIN_{}", self.path.replace('.', "_").to_uppercase())
    }

    /// The default as it would stand in the file.
    pub fn default_text(&self) -> String {
        let defaults = Table::try_from(Config::default()).unwrap_or_default();
        default_of(&defaults, self.path).map_or_else(|| "（无）".to_owned(), ToString::to_string)
    }
}

const fn key(path: &'static str, meaning: &'static str) -> Key {
    Key { path, meaning }
}

/// Every key there is, in the order of the document.
pub const KEYS: &[Key] = &[
    key("listen", "监听的地址和端口。对外服务时放在提供 TLS 的反向代理后面，仍监听本机地址。"),
    key("data", "数据文件夹：SQLite 数据库和加密存放的照片、附件。"),
    key("key_file", "密钥文件，用 `huiyin admin make-key` 生成。不能放在数据文件夹里；没有它，`serve` 不启动。"),
    key("calendar", "放假调休日历（CSV）。不填用程序自带的 2016 至 2026 年日历。"),
    key("database.url", "数据库：`sqlite:路径` 或 `postgres://用户:口令@主机/库名`。不填用数据文件夹里的 SQLite。"),
    key("database.connections", "数据库连接数：SQLite 只指读连接；PostgreSQL 指全部连接，一半只用来写。"),
    key("database.group_size", "SQLite：最多多少次写入合并成一次落盘。1 表示不合并，只在测量时使用。"),
    key("database.commit_delay_ms", "SQLite：每次落盘前等待的毫秒数，只在测量慢磁盘时使用。"),
    key("site.region", "本市的行政区划代码（GB/T 2260，六位）。"),
    key("site.city", "页面上显示的城市名。"),
    key("site.operator", "运行单位，显示在“关于本站”。"),
    key("site.phone", "运行单位的办公电话，显示在“关于本站”。"),
    key(
        "site.secure",
        "经 TLS 提供服务：Cookie 带 Secure，浏览器被要求一直使用 https。只有在没有 TLS 的内部试用时才关。",
    ),
    key("site.trusted_proxies", "可信的反向代理地址；只相信它们给出的 X-Forwarded-For。环境变量里用逗号分开。"),
    key("site.second_factor", "工作人员登录要第二重验证（动态口令）；没有第二重验证时，其工作人员权限不生效。"),
    key("site.session_idle_hours", "多少小时没有操作就要重新登录。"),
    key("site.limit_factor", "访问频率上限的倍数。测量时调大，平时不动。"),
    key("site.metrics_token", "从其他机器读取 /metrics 要带的口令。不填则只有本机能读。"),
    key(
        "site.access_log",
        "留存访问日志（网络地址）：加密写在数据文件夹的 access 里，期满自动删除。前面的反向代理已按法律留存时才关。",
    ),
    key(
        "gateway.sms_url",
        "短信网关的网址：每条短信发一个 POST 请求。空着就不发短信。须是 https；http 只能用于本机或内网地址。",
    ),
    key("gateway.sms_headers", "请求头，每条写成 `名称: 值`，例如应用的编号。环境变量里用逗号分开。"),
    key(
        "gateway.sms_body",
        "请求正文的 JSON 模板，`{to}` 是号码，`{text}` 是内容，`{reference}` 是每条短信固定的编号（重发时不变）。",
    ),
    key(
        "gateway.sms_secret",
        "签名密钥。请求头 `X-Huiyin-Signature` 是 `sha256=` 加上对“`X-Huiyin-Timestamp` 的值、一个点、正文”的 HMAC-SHA-256。",
    ),
    key("gateway.sms_accepted", "受理的回答里应有的字样，例如 `\"code\":0`。不填则状态码 2xx 就算受理。"),
    key("gateway.mail_host", "发邮件的 SMTP 服务器。空着就不发邮件。"),
    key("gateway.mail_port", "SMTP 端口：`tls` 通常是 465，`starttls` 通常是 587。"),
    key("gateway.mail_security", "连接的保护：`tls`、`starttls`，或 `plain`（不加密，只能用于本机或内网地址）。"),
    key("gateway.mail_user", "SMTP 用户名。"),
    key("gateway.mail_password", "SMTP 口令。"),
    key("gateway.mail_from", "发件地址，例如 `回音 <huiyin@example.cn>`。"),
    key("gateway.certificates", "除公共证书机构以外还信任的证书（PEM 文件），例如政务内网自己的根证书。"),
    key(
        "site.address",
        "公众访问的网址，例如 `https://huiyin.example.cn`：订阅、二维码、转发的链接用它。不填就用访问时的域名。",
    ),
    key(
        "site.map_outline",
        "各县（市、区）边界的 GeoJSON 文件，每个区域带区划代码 `code`。不填则页面只列表，没有地图。",
    ),
    key("site.map_review", "地图的审图号，印在地图下面。公开地图必须有，所以和 site.map_outline 一起填。"),
    key(
        "identity.issuer",
        "统一身份平台（OpenID Connect）的发行者网址，与它的令牌里写的完全一致。空着就只用本站的登录。",
    ),
    key("identity.client_id", "本站在统一身份平台登记的编号。"),
    key("identity.client_secret", "本站在统一身份平台的密钥；公开客户端不填。"),
    key("identity.return_url", "登录后回到本站的网址：本站网址加上 `/sign-in/external/return`，要在统一身份平台登记。"),
    key("identity.label", "登录页按钮上的字。"),
    key("log.format", "日志格式：`text` 给人看，`json` 给日志系统。日志写到标准错误，不含个人信息。"),
    key("log.level", "日志级别，例如 `info`，或 `huiyin_web=debug,info`。"),
];

/// The document docs/configuration.md.
pub fn document() -> String {
    let mut text = String::from(
        "# 配置\n\n\
        回音读取一个 TOML 文件：命令行 `--config 文件` 指定，不指定时读当前文件夹里的 `huiyin.toml`（没有这个文件就全用默认值）。\n\
        每一项都可以用环境变量覆盖；空的环境变量等于没有设置。文件里写错的项名会被指出来，程序不启动。\n\n\
        这份文件由 `crates/app/src/config/keys.rs` 生成，测试保证它和程序一致；改动后运行\n\
        `HUIYIN_UPDATE=1 cargo test -p huiyin-app configuration` 重新生成。\n\n\
        | 配置项 | 环境变量 | 默认值 | 含义 |\n| --- | --- | --- | --- |\n",
    );
    for key in KEYS {
        let _ = writeln!(text, "| `{}` | `{}` | {} | {} |", key.path, key.variable(), shown(key), key.meaning);
    }
    text.push_str("\n## 例子\n\n```toml\n");
    text.push_str(EXAMPLE);
    text.push_str("```\n");
    text
}

fn shown(key: &Key) -> String {
    let text = key.default_text();
    if text.starts_with('（') { text } else { format!("`{text}`") }
}

/// A production file, read by a test.
pub const EXAMPLE: &str = r#"listen = "127.0.0.1:8080"
data = "/var/lib/huiyin"
key_file = "/etc/huiyin/huiyin.key"

[site]
city = "延安市"
operator = "中共某某市委组织部"
phone = "0911-0000000"
trusted_proxies = ["127.0.0.1"]

[log]
format = "json"
"#;

#[cfg(test)]
mod tests {
    use toml::Value;

    use super::*;

    fn variables(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    fn paths(prefix: &str, table: &Table) -> Vec<String> {
        table
            .iter()
            .flat_map(|(name, value)| match value {
                Value::Table(inner) => paths(&format!("{name}."), inner),
                _ => vec![format!("{prefix}{name}")],
            })
            .collect()
    }

    #[test]
    fn the_list_of_keys_is_the_struct() {
        let full = Config {
            key_file: Some("k".into()),
            calendar: Some("c".into()),
            database: super::super::Database { url: Some("sqlite:x".into()), ..Default::default() },
            gateway: super::super::Gateway {
                sms_secret: Some("s".into()),
                sms_accepted: Some("a".into()),
                mail_user: Some("u".into()),
                mail_password: Some("p".into()),
                certificates: Some("c".into()),
                ..Default::default()
            },
            site: super::super::Site {
                metrics_token: Some("t".into()),
                address: Some("https://a".into()),
                map_outline: Some("m".into()),
                map_review: Some("r".into()),
                ..Default::default()
            },
            identity: super::super::Identity { client_secret: Some("s".into()), ..Default::default() },
            ..Config::default()
        };
        let mut found = paths("", &Table::try_from(full).unwrap());
        let mut listed: Vec<String> = KEYS.iter().map(|key| key.path.to_owned()).collect();
        found.sort();
        listed.sort();
        assert_eq!(found, listed);
    }

    #[test]
    fn the_example_is_a_configuration() {
        let config = Config::read(EXAMPLE, []).unwrap();
        assert_eq!(config.data.to_str(), Some("/var/lib/huiyin"));
        assert_eq!(config.db().url, "sqlite:/var/lib/huiyin/huiyin.db");
    }

    #[test]
    fn the_environment_overrides_the_file() {
        let environment = variables(&[
            ("HUIYIN_LISTEN", "0.0.0.0:80"),
            ("HUIYIN_SITE_SECURE", "false"),
            ("HUIYIN_SITE_TRUSTED_PROXIES", "10.0.0.1, ::1"),
            ("HUIYIN_SITE_LIMIT_FACTOR", "2.5"),
            ("HUIYIN_DATABASE_URL", "postgres://h/d"),
            ("HUIYIN_LOG_FORMAT", "json"),
            ("HUIYIN_SITE_CITY", ""),
            ("HUIYIN_TEST_ENGINE", "sqlite"),
        ]);
        let config = Config::read("listen = '127.0.0.1:1'\n[site]\ncity = '甲市'", environment).unwrap();
        assert_eq!(config.listen, "0.0.0.0:80");
        assert_eq!(config.site.city, "甲市");
        assert!(!config.site.secure);
        assert_eq!(config.site.trusted_proxies.len(), 2);
        assert_eq!(config.db().url, "postgres://h/d");
        assert_eq!(config.log.format, super::super::LogFormat::Json);
    }

    #[test]
    fn mistakes_are_named() {
        for (text, word) in [
            ("lisen = 'x'", "lisen"),
            ("listen = 'x'", "listen"),
            ("[site]\nlimit_factor = 0.0", "limit_factor"),
            ("data = 'd'\nkey_file = 'd/key'", "key_file"),
            ("[site]\naddress = 'huiyin.example.cn'", "site.address"),
            ("[site]\nmap_outline = 'a.geojson'", "审图号"),
            ("listen = ", "TOML"),
        ] {
            let error = Config::read(text, []).unwrap_err();
            assert!(crate::failure::sentence(&error).contains(word), "{text}: {error}");
        }
        let error = Config::read("", variables(&[("HUIYIN_SITE_SECURE", "ja")])).unwrap_err();
        assert!(error.to_string().contains("HUIYIN_SITE_SECURE"));
        // And so they are where a file was read: the program says what it refused, and where to mend it.
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.toml");
        for (text, word) in [("listen = 'x'", "listen"), ("listen = ", "TOML")] {
            std::fs::write(&file, text).unwrap();
            let said = crate::failure::sentence(&Config::load(Some(&file)).unwrap_err());
            assert!(said.contains(word) && said.contains("a.toml") && said.contains("。程序没有启动"), "{said}");
        }
    }

    #[test]
    fn the_configuration_document_is_current() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/configuration.md");
        if std::env::var_os("HUIYIN_UPDATE").is_some() {
            std::fs::write(path, document()).unwrap();
        }
        assert!(
            std::fs::read_to_string(path).unwrap_or_default() == document(),
            "docs/configuration.md is old: see its head"
        );
    }
}
