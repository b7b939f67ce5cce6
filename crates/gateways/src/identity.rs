//! Signing in through one OpenID Connect provider: discovery, authorization code with PKCE, and a token whose signature is checked.

use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, ensure};
use data_encoding::BASE64;
use huiyin_directory::{AddressFuture, Claims, ExternalFuture, ExternalIdentity};
use huiyin_vault::token::{TokenFault, TokenKeys};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use tokio::sync::RwLock;

use crate::config::Misfit;
use crate::http::{self, HttpClient, Request};

/// A provider, as the operator has written it down.
#[derive(Clone)]
pub struct IdentitySettings {
    /// The issuer, exactly as its tokens name it.
    pub issuer: String,
    /// Our name there.
    pub client_id: String,
    /// Our secret there; a public client has none.
    pub client_secret: Option<String>,
    /// Our page to which the browser comes back.
    pub return_url: String,
    /// What the button says.
    pub label: String,
}

/// One provider. What it publishes is read when it is first needed, and again when it no longer fits.
pub struct OpenIdConnect {
    settings: IdentitySettings,
    client: HttpClient,
    published: RwLock<Option<Arc<Published>>>,
}

/// What a provider says of itself (OpenID Connect Discovery 1.0).
#[derive(Clone, Debug, Deserialize)]
struct Discovery {
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
    jwks_uri: String,
    #[serde(default)]
    token_endpoint_auth_methods_supported: Option<Vec<String>>,
}

struct Published {
    discovery: Discovery,
    keys: TokenKeys,
}

#[derive(Deserialize)]
struct Exchanged {
    id_token: String,
}

impl OpenIdConnect {
    /// Nothing is asked yet: a provider that is away does not keep the house shut.
    pub fn new(settings: IdentitySettings, certificates: Option<&Path>) -> Result<Self, Misfit> {
        http::check_url(&settings.issuer)?;
        http::check_url(&settings.return_url)?;
        Ok(Self { settings, client: HttpClient::new(certificates)?, published: RwLock::new(None) })
    }

    async fn published(&self) -> anyhow::Result<Arc<Published>> {
        if let Some(published) = &*self.published.read().await {
            return Ok(Arc::clone(published));
        }
        self.read_again().await
    }

    async fn read_again(&self) -> anyhow::Result<Arc<Published>> {
        let address = format!("{}/.well-known/openid-configuration", self.settings.issuer.trim_end_matches('/'));
        let discovery: Discovery = self.read(&address).await.context("the provider's discovery document")?;
        ensure!(discovery.issuer == self.settings.issuer, "the provider calls itself otherwise than the configuration");
        http::check_url(&discovery.authorization_endpoint)?;
        let keys = self.read(&discovery.jwks_uri).await.context("the provider's keys")?;
        let published = Arc::new(Published { discovery, keys });
        *self.published.write().await = Some(Arc::clone(&published));
        Ok(published)
    }

    async fn read<T: DeserializeOwned>(&self, address: &str) -> anyhow::Result<T> {
        let answer = self.client.send(&Request::get(address).header("accept", "application/json")).await?;
        ensure!(answer.status == 200, "status {}", answer.status);
        Ok(serde_json::from_slice(&answer.body)?)
    }

    async fn address(&self, query: &str) -> anyhow::Result<String> {
        let published = self.published().await?;
        let endpoint = &published.discovery.authorization_endpoint;
        let joint = if endpoint.contains('?') { '&' } else { '?' };
        let own = form(&[
            ("client_id", self.settings.client_id.as_str()),
            ("redirect_uri", self.settings.return_url.as_str()),
        ]);
        Ok(format!("{endpoint}{joint}{own}&{query}"))
    }

    async fn claims(&self, code: &str, verifier: &str) -> anyhow::Result<Claims> {
        let published = self.published().await?;
        let exchanged = self.exchanged(&published.discovery, code, verifier).await;
        if exchanged.is_err() {
            // The provider may have moved: the next sign-in asks anew.
            *self.published.write().await = None;
        }
        let token = exchanged?.id_token;
        let content = match published.keys.open(&token) {
            // It may have changed its keys since we read them.
            Err(TokenFault::UnknownKey) => self.read_again().await?.keys.open(&token)?,
            other => other?,
        };
        Ok(serde_json::from_slice(&content)?)
    }

    async fn exchanged(&self, discovery: &Discovery, code: &str, verifier: &str) -> anyhow::Result<Exchanged> {
        let (id, secret) = (&self.settings.client_id, self.settings.client_secret.as_deref());
        let methods = discovery.token_endpoint_auth_methods_supported.as_deref();
        // Without a word of the provider it is the head (OpenID Connect Discovery 1.0, section 3).
        let in_head = methods.is_none_or(|methods| methods.iter().any(|method| method == "client_secret_basic"));
        let mut fields = vec![
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", self.settings.return_url.as_str()),
            ("code_verifier", verifier),
        ];
        match secret {
            Some(secret) if !in_head => fields.extend([("client_id", id.as_str()), ("client_secret", secret)]),
            Some(_) => {}
            None => fields.push(("client_id", id.as_str())),
        }
        let kind = "application/x-www-form-urlencoded";
        let mut request = Request::post(&discovery.token_endpoint, kind, form(&fields).into_bytes());
        if let Some(secret) = secret.filter(|_| in_head) {
            let pair = format!("{}:{}", encoded(id), encoded(secret));
            request = request.header("authorization", &format!("Basic {}", BASE64.encode(pair.as_bytes())));
        }
        let answer = self.client.send(&request.header("accept", "application/json")).await?;
        ensure!(answer.status == 200, "the token endpoint answers with status {}", answer.status);
        Ok(serde_json::from_slice(&answer.body)?)
    }
}

impl ExternalIdentity for OpenIdConnect {
    fn issuer(&self) -> &str {
        &self.settings.issuer
    }

    fn client_id(&self) -> &str {
        &self.settings.client_id
    }

    fn label(&self) -> &str {
        &self.settings.label
    }

    fn authorize_url<'a>(&'a self, query: &'a str) -> AddressFuture<'a> {
        Box::pin(self.address(query))
    }

    fn exchange<'a>(&'a self, code: &'a str, verifier: &'a str) -> ExternalFuture<'a> {
        Box::pin(self.claims(code, verifier))
    }
}

fn form(fields: &[(&str, &str)]) -> String {
    let mut text = String::new();
    for (name, value) in fields {
        let joint = if text.is_empty() { "" } else { "&" };
        let _ = write!(text, "{joint}{name}={}", encoded(value));
    }
    text
}

fn encoded(value: &str) -> String {
    utf8_percent_encode(value, NON_ALPHANUMERIC).to_string()
}

/// Holds a secret: a log never shows it.
impl std::fmt::Debug for IdentitySettings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("IdentitySettings(…)")
    }
}

impl std::fmt::Debug for OpenIdConnect {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("OpenIdConnect(…)")
    }
}
