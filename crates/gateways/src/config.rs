use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::http::{self, HttpClient};
use crate::mail::Mailer;
use crate::message::{Address, Channel, Fault};
use crate::sms;

/// The gateways of this installation, made ready. Cheap to clone; off by default.
#[derive(Clone, Debug, Default)]
pub struct Gateways(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    sms: Option<(SmsSettings, HttpClient)>,
    mail: Option<Mailer>,
}

/// A gateway for short messages: one HTTP request a message.
#[derive(Clone)]
pub struct SmsSettings {
    /// Where the request goes.
    pub url: String,
    /// `name: value`, such as an application's key.
    pub headers: Vec<String>,
    /// JSON with `{to}`, `{text}` and `{reference}` inside its strings.
    pub body: String,
    /// Signs the body: HMAC-SHA-256 over `timestamp.body`.
    pub secret: Option<String>,
    /// What an accepted answer contains besides its status, such as `"code":0`.
    pub accepted: Option<String>,
}

/// A mail server.
#[derive(Clone)]
pub struct MailSettings {
    /// Its name.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the connection is protected.
    pub security: MailSecurity,
    /// Who signs in there.
    pub user: Option<String>,
    /// With what.
    pub password: Option<String>,
    /// Whom the mail is from.
    pub from: String,
    /// The city, for the subject.
    pub city: String,
}

/// How a connection to a mail server is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MailSecurity {
    /// TLS from the first byte.
    Tls,
    /// Plain, then TLS before anything else is said.
    StartTls,
    /// Not at all: only inside a private network.
    Plain,
}

/// What is wrong with the settings of a gateway.
#[derive(Debug, thiserror::Error)]
pub enum Misfit {
    /// No address of a web server, or one that would carry messages readably through a public network.
    #[error("网址应以 https:// 开头；http:// 只能用于本机或内网地址")]
    Url,
    /// A header without colon, or with signs that no header takes.
    #[error("请求头应写成“名称: 值”")]
    Header,
    /// Not JSON, or without the two places.
    #[error("正文模板应是 JSON，并在字符串里写上 {{to}} 和 {{text}}")]
    Body,
    /// Not an address one can write from.
    #[error("发件地址不是合格的邮箱地址")]
    From,
    /// A name or a password without the other.
    #[error("邮箱的用户名和口令要么都写，要么都不写")]
    Login,
    /// An unprotected connection through a public network.
    #[error("不加密的连接只能用于本机或内网地址")]
    Plain,
    /// No certificates in the file.
    #[error("证书文件 {0} 读不到，或者不是 PEM 格式的证书")]
    Certificates(PathBuf),
}

impl Gateways {
    /// Makes the gateways ready. `certificates` is a PEM file of further authorities, such as a government network's own.
    pub fn new(
        sms: Option<SmsSettings>,
        mail: Option<MailSettings>,
        certificates: Option<&Path>,
    ) -> Result<Self, Misfit> {
        let sms = match sms {
            Some(settings) => {
                settings.check()?;
                Some((settings, HttpClient::new(certificates)?))
            }
            None => None,
        };
        let mail = mail.map(|settings| Mailer::new(&settings, certificates)).transpose()?;
        Ok(Self(Arc::new(Inner { sms, mail })))
    }

    /// Whether a gateway of this kind is configured.
    pub fn can(&self, channel: Channel) -> bool {
        match channel {
            Channel::Sms => self.0.sms.is_some(),
            Channel::Mail => self.0.mail.is_some(),
        }
    }

    /// Whether any gateway is configured.
    pub fn any(&self) -> bool {
        Channel::ALL.iter().any(|channel| self.can(*channel))
    }

    /// Sends now, once, past the queue: for the queue itself and for `huiyin admin test-gateway`. `reference` is the same at
    /// every attempt; `seconds` is real time since 1970, for the signature.
    pub async fn deliver(
        &self,
        to: &Address,
        purpose: &str,
        text: &str,
        reference: &str,
        seconds: i64,
    ) -> Result<(), Fault> {
        match (to, &self.0.sms, &self.0.mail) {
            (Address::Phone(number), Some((settings, client)), _) => {
                sms::deliver(settings, client, [number, text, reference], seconds).await
            }
            (Address::Mail(address), _, Some(mailer)) => {
                mailer.deliver(address, purpose, text, reference, seconds).await
            }
            _ => Err(Fault::Off),
        }
    }
}

impl SmsSettings {
    fn check(&self) -> Result<(), Misfit> {
        http::check_url(&self.url)?;
        for header in &self.headers {
            http::header(header)?;
        }
        let complete = ["{to}", "{text}"].iter().all(|place| self.body.contains(place));
        let filled = sms::filled(&self.body, ["1", "\"", "2"]);
        if !complete || serde_json::from_str::<serde_json::Value>(&filled).is_err() {
            return Err(Misfit::Body);
        }
        Ok(())
    }
}

/// Secrets never reach a log through a settings struct.
impl std::fmt::Debug for SmsSettings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SmsSettings(…)")
    }
}

impl std::fmt::Debug for MailSettings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("MailSettings(…)")
    }
}

/// Whether what is said to `host` stays on this machine or in a private network.
pub(crate) fn is_private(host: &str) -> bool {
    let host = host.trim_start_matches('[').trim_end_matches(']');
    match host.parse::<IpAddr>() {
        Ok(IpAddr::V4(address)) => address.is_loopback() || address.is_private(),
        Ok(IpAddr::V6(address)) => address.is_loopback() || address.is_unique_local(),
        Err(_) => host == "localhost",
    }
}
