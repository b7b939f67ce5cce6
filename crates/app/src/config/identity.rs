//! The section `identity`: one OpenID Connect provider whose sign-in is accepted beside our own. Empty by default.

use std::path::Path;
use std::sync::Arc;

use anyhow::Result;
use huiyin_directory::ExternalIdentity;
use huiyin_gateways::{IdentitySettings, Misfit, OpenIdConnect};
use serde::{Deserialize, Serialize};

use crate::failure::stop;

/// One OpenID Connect provider.
#[derive(Clone, Serialize, Deserialize, PartialEq)]
#[serde(deny_unknown_fields, default)]
pub struct Identity {
    /// The issuer; empty: none is accepted.
    pub issuer: String,
    /// Our name there.
    pub client_id: String,
    /// Our secret there.
    pub client_secret: Option<String>,
    /// Our page to which the browser comes back.
    pub return_url: String,
    /// What the button says.
    pub label: String,
}

/// The path of the page to which the browser comes back.
const RETURN: &str = "/sign-in/external/return";

impl Default for Identity {
    fn default() -> Self {
        Self {
            issuer: String::new(),
            client_id: String::new(),
            client_secret: None,
            return_url: String::new(),
            label: "用统一身份登录".into(),
        }
    }
}

/// Holds a secret: a log never shows it.
impl std::fmt::Debug for Identity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Identity").field("issuer", &self.issuer).finish_non_exhaustive()
    }
}

impl Identity {
    /// Makes ready what is configured. `certificates` are those of the gateways.
    pub fn open(&self, certificates: Option<&Path>) -> Result<Option<Arc<dyn ExternalIdentity>>> {
        if self.issuer.is_empty() {
            return Ok(None);
        }
        if self.client_id.is_empty() {
            return Err(stop("配置项 identity.client_id 不合适：写明本站在统一身份平台登记的编号。"));
        }
        if !self.return_url.ends_with(RETURN) {
            return Err(stop(format!(
                "配置项 identity.return_url 不合适：应是本站网址加上 {RETURN}，并与统一身份平台登记的一致。"
            )));
        }
        let settings = IdentitySettings {
            issuer: self.issuer.clone(),
            client_id: self.client_id.clone(),
            client_secret: self.client_secret.clone(),
            return_url: self.return_url.clone(),
            label: self.label.clone(),
        };
        let provider = OpenIdConnect::new(settings, certificates).map_err(|misfit| {
            let key = match misfit {
                Misfit::Certificates(_) => "gateway.certificates",
                _ => "identity.issuer 或 identity.return_url",
            };
            stop(format!("配置项 {key} 不合适：{misfit}。"))
        })?;
        Ok(Some(Arc::new(provider)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_accepted_by_default_and_mistakes_are_named() {
        assert!(Identity::default().open(None).unwrap().is_none());
        let good = Identity {
            issuer: "https://id.example.cn".into(),
            client_id: "huiyin".into(),
            return_url: "https://huiyin.example.cn/sign-in/external/return".into(),
            ..Identity::default()
        };
        assert!(good.open(None).unwrap().is_some());
        for (wrong, key) in [
            (Identity { client_id: String::new(), ..good.clone() }, "client_id"),
            (Identity { return_url: "https://huiyin.example.cn/".into(), ..good.clone() }, "return_url"),
            (Identity { issuer: "http://id.example.cn".into(), ..good.clone() }, "issuer"),
        ] {
            let error = wrong.open(None).unwrap_err().to_string();
            assert!(error.contains(key), "{key}: {error}");
        }
    }
}
