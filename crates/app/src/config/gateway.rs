//! The section `gateway`: what short messages leave through. Empty by default, and then nothing leaves.

use std::path::PathBuf;

use anyhow::Result;
use huiyin_gateways::{Gateways, MailSecurity, MailSettings, Misfit, SmsSettings};
use serde::{Deserialize, Serialize};

use crate::failure::stop;

/// Gateways of short messages.
#[derive(Clone, Serialize, Deserialize, PartialEq)]
#[serde(deny_unknown_fields, default)]
pub struct Gateway {
    /// Where a short message is posted to; empty: no gateway.
    pub sms_url: String,
    /// Further headers, `name: value`.
    pub sms_headers: Vec<String>,
    /// The body's template.
    pub sms_body: String,
    /// Signs the body.
    pub sms_secret: Option<String>,
    /// What an accepted answer contains.
    pub sms_accepted: Option<String>,
    /// The mail server; empty: no gateway.
    pub mail_host: String,
    /// Its port.
    pub mail_port: u16,
    /// How the connection is protected.
    pub mail_security: Security,
    /// Who signs in there.
    pub mail_user: Option<String>,
    /// With what.
    pub mail_password: Option<String>,
    /// Whom the mail is from.
    pub mail_from: String,
    /// Further certificate authorities, in a PEM file.
    pub certificates: Option<PathBuf>,
}

/// How a connection to the mail server is protected.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum Security {
    /// TLS from the first byte.
    Tls,
    /// Plain, then TLS.
    StartTls,
    /// Not at all.
    Plain,
}

impl Default for Gateway {
    fn default() -> Self {
        Self {
            sms_url: String::new(),
            sms_headers: Vec::new(),
            sms_body: r#"{"to":"{to}","text":"{text}","reference":"{reference}"}"#.into(),
            sms_secret: None,
            sms_accepted: None,
            mail_host: String::new(),
            mail_port: 465,
            mail_security: Security::Tls,
            mail_user: None,
            mail_password: None,
            mail_from: String::new(),
            certificates: None,
        }
    }
}

/// Holds secrets: a log never shows it.
impl std::fmt::Debug for Gateway {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Gateway").field("sms_url", &self.sms_url).field("mail_host", &self.mail_host).finish_non_exhaustive()
    }
}

impl Gateway {
    /// Makes ready what is configured; `city` stands in the subject of mails.
    pub fn open(&self, city: &str) -> Result<Gateways> {
        let sms = (!self.sms_url.is_empty()).then(|| SmsSettings {
            url: self.sms_url.clone(),
            headers: self.sms_headers.clone(),
            body: self.sms_body.clone(),
            secret: self.sms_secret.clone(),
            accepted: self.sms_accepted.clone(),
        });
        let mail = (!self.mail_host.is_empty()).then(|| MailSettings {
            host: self.mail_host.clone(),
            port: self.mail_port,
            security: match self.mail_security {
                Security::Tls => MailSecurity::Tls,
                Security::StartTls => MailSecurity::StartTls,
                Security::Plain => MailSecurity::Plain,
            },
            user: self.mail_user.clone(),
            password: self.mail_password.clone(),
            from: self.mail_from.clone(),
            city: city.to_owned(),
        });
        Gateways::new(sms, mail, self.certificates.as_deref())
            .map_err(|misfit| stop(format!("配置项 {} 不合适：{misfit}。", key_of(&misfit))))
    }
}

fn key_of(misfit: &Misfit) -> &'static str {
    match misfit {
        Misfit::Url => "gateway.sms_url",
        Misfit::Header => "gateway.sms_headers",
        Misfit::Body => "gateway.sms_body",
        Misfit::From => "gateway.mail_from",
        Misfit::Login => "gateway.mail_user",
        Misfit::Plain => "gateway.mail_security",
        Misfit::Certificates(_) => "gateway.certificates",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_configured_by_default_and_mistakes_are_named() {
        assert!(!Gateway::default().open("某市").unwrap().any());
        let sms = Gateway { sms_url: "https://sms.example.cn/send".into(), ..Gateway::default() };
        assert!(sms.open("某市").unwrap().any());
        for (wrong, key) in [
            (Gateway { sms_url: "http://sms.example.cn/".into(), ..sms.clone() }, "sms_url"),
            (Gateway { sms_headers: vec!["X-Key".into()], ..sms.clone() }, "sms_headers"),
            (Gateway { sms_body: "{\"to\":{to}}".into(), ..sms.clone() }, "sms_body"),
            (Gateway { mail_host: "mail.example.cn".into(), ..Gateway::default() }, "mail_from"),
            (Gateway { certificates: Some("/nowhere.pem".into()), ..sms.clone() }, "certificates"),
        ] {
            let error = wrong.open("某市").unwrap_err().to_string();
            assert!(error.contains(key), "{key}: {error}");
        }
    }
}
