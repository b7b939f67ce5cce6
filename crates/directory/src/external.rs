use std::pin::Pin;

use chrono::TimeDelta;
use data_encoding::BASE64URL_NOPAD;
use huiyin_base::{Day, Instant, Problem, ProblemKind, Rng};
use huiyin_vault::Place;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

use crate::AccountRef;
use crate::account::AccountStatus;
use crate::audit::{self, AuditKind, Event};
use crate::rules::AccountRules;
use crate::sign_in::{Door, SignIn};
use crate::store::{account_find, external_find, external_link, external_unlink};

/// What the other house's token says about who signed in.
#[derive(Clone, Debug, Deserialize)]
pub struct Claims {
    /// The issuer.
    pub iss: String,
    /// The person there.
    pub sub: String,
    /// For whom the token was made.
    pub aud: Audience,
    /// The nonce we sent.
    #[serde(default)]
    pub nonce: Option<String>,
    /// The end of its validity, in seconds since 1970.
    pub exp: i64,
}

/// One audience or several.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
#[expect(missing_docs, reason = "each variant is named after what it holds")]
pub enum Audience {
    One(String),
    Several(Vec<String>),
}

/// What an exchange gives.
pub type ExternalFuture<'a> = Pin<Box<dyn Future<Output = anyhow::Result<Claims>> + Send + 'a>>;

/// Where the browser is sent.
pub type AddressFuture<'a> = Pin<Box<dyn Future<Output = anyhow::Result<String>> + Send + 'a>>;

/// A house whose sign-in is accepted here: one OpenID Connect provider. The exchange over HTTPS stands behind this
/// trait; it gives claims only of a token whose signature it has checked.
pub trait ExternalIdentity: Send + Sync + std::fmt::Debug {
    /// The issuer as its tokens name it.
    fn issuer(&self) -> &str;

    /// Our name there.
    fn client_id(&self) -> &str;

    /// What the button says: 用陕政通登录.
    fn label(&self) -> &str;

    /// Where the browser is sent; `query` holds state, nonce and challenge, form-encoded.
    fn authorize_url<'a>(&'a self, query: &'a str) -> AddressFuture<'a>;

    /// Changes the code for the claims.
    fn exchange<'a>(&'a self, code: &'a str, verifier: &'a str) -> ExternalFuture<'a>;
}

/// A sign-in under way at the other house: sealed into a cookie of the browser that began it.
#[derive(Debug, Serialize, Deserialize)]
struct Departure {
    state: String,
    nonce: String,
    verifier: String,
    at: i64,
    /// The account that wants to be tied, where somebody signed in began it.
    link: Option<String>,
}

/// Where the browser goes, and the cookie it takes along.
#[derive(Debug)]
pub struct Outbound {
    /// The other house's page.
    pub url: String,
    /// The sealed cookie; only for `/sign-in/external`, same-site lax.
    pub cookie: String,
}

/// With what the browser came back.
#[derive(Clone, Copy, Debug)]
pub struct Returned<'a> {
    /// The sealed cookie that it took along.
    pub cookie: &'a str,
    /// The state that the other house repeats.
    pub state: &'a str,
    /// The code to be changed for the claims.
    pub code: &'a str,
    /// Who is signed in here meanwhile.
    pub viewer: Option<AccountRef>,
}

const COOKIE: Place<'static> = Place { table: "external_identity", column: "departure", row: b"cookie" };

impl Door {
    /// Sends the browser to the other house. `link` is the signed-in account that wants to be tied.
    pub async fn external_begin(
        &self,
        house: &dyn ExternalIdentity,
        link: Option<AccountRef>,
        rng: &mut Rng,
    ) -> Result<Outbound, Problem> {
        let mut word = || BASE64URL_NOPAD.encode(&rng.bytes::<32>());
        let departure = Departure {
            state: word(),
            nonce: word(),
            verifier: word(),
            at: self.now.timestamp(),
            link: link.map(|at| at.id.to_string()),
        };
        let challenge = BASE64URL_NOPAD.encode(&Sha256::digest(departure.verifier.as_bytes()));
        // Only letters, digits, dash and underscore: nothing needs escaping.
        let query = format!(
            "response_type=code&scope=openid&state={}&nonce={}&code_challenge={challenge}&code_challenge_method=S256",
            departure.state, departure.nonce
        );
        let plain = serde_json::to_vec(&departure).unwrap_or_default();
        let cookie = BASE64URL_NOPAD.encode(&self.vault.seal(COOKIE, &plain, rng));
        let url = house.authorize_url(&query).await.map_err(|error| {
            let words = "统一身份认证现在连不上，请过一会儿再试，或者用登录名和密码登录。";
            Problem { source: Some(error), ..Problem::new(ProblemKind::Unavailable, words) }
        })?;
        Ok(Outbound { url, cookie })
    }

    /// The browser is back: with the state we sent, from the house we sent it to, in time, with our nonce.
    pub async fn external_return(
        &self,
        house: &dyn ExternalIdentity,
        returned: &Returned<'_>,
        rng: &mut Rng,
    ) -> Result<SignIn, Problem> {
        let strange =
            || Problem::invalid("这次外部登录没有完成，或者等待太久。请回到登录页重新开始，也可以用登录名和密码登录。");
        let departure = self.departure(returned.cookie).ok_or_else(strange)?;
        if !bool::from(departure.state.as_bytes().ct_eq(returned.state.as_bytes())) {
            return Err(strange());
        }
        let claims = house
            .exchange(returned.code, &departure.verifier)
            .await
            .map_err(|error| Problem { source: Some(error), ..strange() })?;
        if !self.accepts(house, &claims, &departure.nonce) {
            return Err(strange());
        }
        let subject = format!("{} {}", claims.iss, claims.sub);
        if let Some(link) = departure.link {
            let id: huiyin_base::Id = link.parse().map_err(|_| strange())?;
            let at = AccountRef { region: id.region(), id };
            // Whoever has left since, or another who sits down at the same computer, ties nothing.
            if returned.viewer != Some(at) {
                return Err(strange());
            }
            return self.external_tie(at, &subject, claims.iss, rng).await;
        }
        let tx = &mut self.db.read().await?;
        let mut found = None;
        for hash in self.vault.blinds("external", &subject) {
            found = found.or(external_find(tx, hash).await?);
        }
        let Some(at) = found else {
            return Err(Problem::invalid(
                "这个外部身份还没有绑定本站账号。请先用登录名和密码登录，在“安全设置”里绑定一次。",
            ));
        };
        let account = account_find(tx, at).await?.ok_or_else(strange)?;
        if account.status != AccountStatus::Active {
            return Ok(SignIn::Suspended);
        }
        if account.has_second_factor() {
            return Ok(SignIn::NeedsCode { token: self.pending(at, rng) });
        }
        let event = Event::new(at.region, AuditKind::SignIn, self.now, rng).by(at);
        self.welcome(at, false, event.detail("外部身份登录")).await
    }

    async fn external_tie(
        &self,
        at: AccountRef,
        subject: &str,
        issuer: String,
        rng: &mut Rng,
    ) -> Result<SignIn, Problem> {
        let event = Event::new(at.region, AuditKind::AccountChange, self.now, rng).by(at).detail("绑定外部身份");
        let (now, hash) = (self.now, self.vault.blind("external", subject));
        self.db
            .write("external_link", move |tx| {
                let (issuer, event) = (issuer.clone(), event.clone());
                Box::pin(async move {
                    external_link(tx, at, hash, &issuer, now).await?;
                    Ok(audit::record(tx, &event).await?)
                })
            })
            .await?;
        Ok(SignIn::Welcome { account: at, strong: false })
    }

    /// Unties every foreign identity of an account.
    pub async fn external_untie(&self, at: AccountRef, rng: &mut Rng) -> Result<(), Problem> {
        let event = Event::new(at.region, AuditKind::AccountChange, self.now, rng).by(at).detail("解除外部身份");
        self.db
            .write("external_unlink", move |tx| {
                let event = event.clone();
                Box::pin(async move {
                    external_unlink(tx, at).await?;
                    Ok(audit::record(tx, &event).await?)
                })
            })
            .await
    }

    fn departure(&self, cookie: &str) -> Option<Departure> {
        let sealed = BASE64URL_NOPAD.decode(cookie.as_bytes()).ok()?;
        let departure: Departure = serde_json::from_slice(&self.vault.open_sealed(COOKIE, &sealed).ok()?).ok()?;
        let since = Instant::from_timestamp(departure.at, 0)?;
        let minutes = AccountRules::on(Day::of(self.now)).external.minutes;
        (self.now >= since && self.now - since <= TimeDelta::minutes(minutes)).then_some(departure)
    }

    fn accepts(&self, house: &dyn ExternalIdentity, claims: &Claims, nonce: &str) -> bool {
        let ours = match &claims.aud {
            Audience::One(one) => one == house.client_id(),
            // With several, others could use the token too; a provider for one client has no reason for that.
            Audience::Several(several) => several.len() == 1 && several[0] == house.client_id(),
        };
        let fresh = claims.exp > self.now.timestamp() && claims.nonce.as_deref() == Some(nonce);
        ours && fresh && claims.iss == house.issuer() && !claims.sub.is_empty()
    }
}
