//! Signing in through an OpenID Connect provider, which stands on loopback and signs like a real one.

use std::sync::{Arc, Mutex};

use data_encoding::BASE64URL_NOPAD;
use huiyin_gateways::{IdentitySettings, OpenIdConnect};
use huiyin_testing::{Browser, Heard, Loopback, Page, TestApp};
use huiyin_web::Settings;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};

use crate::{House, PASSWORD};

/// What the provider does at its token endpoint.
#[derive(Clone, Default)]
struct Acts {
    /// The claims of the next token.
    claims: Arc<Mutex<serde_json::Value>>,
    /// It signs with a key that it does not publish.
    forges: Arc<Mutex<bool>>,
}

struct Provider {
    host: Loopback,
    acts: Acts,
}

fn pair() -> EcdsaKeyPair {
    let random = SystemRandom::new();
    let secret = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).unwrap();
    EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, secret.as_ref(), &random).unwrap()
}

fn signed(pair: &EcdsaKeyPair, claims: &serde_json::Value) -> String {
    let part = |value: String| BASE64URL_NOPAD.encode(value.as_bytes());
    let text = format!("{}.{}", part(r#"{"alg":"ES256","kid":"k"}"#.into()), part(claims.to_string()));
    let code = pair.sign(&SystemRandom::new(), text.as_bytes()).unwrap();
    format!("{text}.{}", BASE64URL_NOPAD.encode(code.as_ref()))
}

impl Provider {
    async fn new() -> Self {
        let acts = Acts::default();
        let (own, other) = (Arc::new(pair()), Arc::new(pair()));
        let said = acts.clone();
        let host = Loopback::new(move |heard: &Heard| {
            let base = format!("http://{}", heard.headers["host"].to_str().unwrap());
            let answer = match heard.path.as_str() {
                "/.well-known/openid-configuration" => serde_json::json!({
                    "issuer": base,
                    "authorization_endpoint": format!("{base}/authorize?realm=city"),
                    "token_endpoint": format!("{base}/token"),
                    "jwks_uri": format!("{base}/keys"),
                }),
                "/keys" => {
                    let point = own.public_key().as_ref();
                    let (x, y) = (BASE64URL_NOPAD.encode(&point[1..33]), BASE64URL_NOPAD.encode(&point[33..]));
                    serde_json::json!({"keys": [{"kty": "EC", "crv": "P-256", "kid": "k", "use": "sig", "x": x, "y": y}]})
                }
                "/token" => {
                    let key = if *said.forges.lock().unwrap() { &other } else { &own };
                    serde_json::json!({"id_token": signed(key, &said.claims.lock().unwrap()), "token_type": "Bearer"})
                }
                _ => return (404, String::new()),
            };
            (200, answer.to_string())
        });
        Self { host: host.await.unwrap(), acts }
    }

    /// The provider's next token is for whoever was sent by `address`.
    fn signs_in(&self, address: &str, who: &str, now: i64) {
        *self.acts.claims.lock().unwrap() = serde_json::json!({
            "iss": self.host.url, "sub": who, "aud": "huiyin", "nonce": part(address, "nonce"), "exp": now + 60,
        });
    }
}

fn part(address: &str, name: &str) -> String {
    let query = address.split_once('?').unwrap().1;
    query.split('&').find_map(|pair| pair.strip_prefix(&format!("{name}="))).unwrap().to_owned()
}

async fn house(provider: &Provider) -> House {
    let settings = IdentitySettings {
        issuer: provider.host.url.clone(),
        client_id: "huiyin".into(),
        client_secret: Some("geheim & mehr".into()),
        return_url: "https://huiyin.example.cn/sign-in/external/return".into(),
        label: "用统一身份登录".into(),
    };
    let identity = OpenIdConnect::new(settings, None).unwrap();
    let settings = Settings {
        demo: true,
        second_factor: false,
        limit_factor: 1000.0,
        identity: Some(Arc::new(identity)),
        ..Settings::default()
    };
    House::over(TestApp::with(vec![huiyin_account::feature()], settings).await.unwrap()).await
}

/// Goes to the provider and gives the address there.
async fn leave(browser: &mut Browser) -> String {
    let page = browser.look("/sign-in/external").await;
    assert_eq!(page.status.as_u16(), 303, "{}", page.html());
    page.headers["location"].to_str().unwrap().to_owned()
}

async fn come_back(browser: &mut Browser, address: &str) -> Page {
    browser.get(&format!("/sign-in/external/return?code=abc&state={}", part(address, "state"))).await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_identity_is_tied_in_the_security_settings_and_signs_in_from_then_on() {
    let provider = Provider::new().await;
    let house = house(&provider).await;
    let now = house.app.site.clock.real().timestamp();
    let mut browser = house.app.browser();
    assert!(browser.get("/sign-in").await.text().contains("用统一身份登录"));
    let address = leave(&mut browser).await;
    assert!(address.starts_with(&format!("{}/authorize?realm=city&client_id=huiyin&", provider.host.url)), "{address}");
    assert_eq!(part(&address, "code_challenge_method"), "S256");
    provider.signs_in(&address, "42", now);
    let page = come_back(&mut browser, &address).await;
    assert!(page.status.as_u16() == 422 && page.text().contains("还没有绑定"), "no account is made: {}", page.text());

    let mut member = house.by_password("member").await;
    let page = member.get("/security").await;
    assert!(page.text().contains("未绑定"), "{}", page.text());
    let page = member.submit(&page, "/security/external", &[]).await;
    let address = page.attributes("a.btn-primary", "href").remove(0);
    provider.signs_in(&address, "42", now);
    let page = come_back(&mut member, &address).await;
    assert!(page.path == "/security" && page.text().contains("已绑定"), "{}", page.text());

    let mut browser = house.app.browser();
    let address = leave(&mut browser).await;
    provider.signs_in(&address, "42", now);
    come_back(&mut browser, &address).await;
    assert_eq!(browser.look("/me").await.status.as_u16(), 200);
    let token = provider.host.heard().into_iter().rfind(|heard| heard.path == "/token").unwrap();
    assert!(token.body.contains("code=abc") && token.body.contains("code_verifier="), "{}", token.body);
    assert!(token.headers["authorization"].to_str().unwrap().starts_with("Basic "));
    assert!(!token.body.contains("geheim"), "the secret goes in the head");

    let page = member.get("/security").await;
    let page = member.submit(&page, "/security/external/removal", &[]).await;
    assert!(page.text().contains("未绑定"), "{}", page.text());
    let mut browser = house.app.browser();
    let address = leave(&mut browser).await;
    provider.signs_in(&address, "42", now);
    assert_eq!(come_back(&mut browser, &address).await.status.as_u16(), 422);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forged_token_and_a_provider_that_is_away_let_nobody_in() {
    let provider = Provider::new().await;
    let house = house(&provider).await;
    let now = house.app.site.clock.real().timestamp();
    let mut browser = house.app.browser();
    let address = leave(&mut browser).await;
    provider.signs_in(&address, "42", now);
    *provider.acts.forges.lock().unwrap() = true;
    assert_eq!(come_back(&mut browser, &address).await.status.as_u16(), 422);
    *provider.acts.forges.lock().unwrap() = false;
    for wrong in ["", "?state=x&code=abc", "?error=access_denied"] {
        let page = browser.get(&format!("/sign-in/external/return{wrong}")).await;
        assert_eq!(page.status.as_u16(), 422, "{wrong}");
    }
    // Nobody ties by following a link.
    let mut member = house.by_password("member").await;
    assert_eq!(member.get("/sign-in/external").await.path, "/security");

    let gone = IdentitySettings {
        issuer: "http://127.0.0.1:9".into(),
        client_id: "huiyin".into(),
        client_secret: None,
        return_url: "https://huiyin.example.cn/sign-in/external/return".into(),
        label: "用统一身份登录".into(),
    };
    let settings = Settings {
        second_factor: false,
        limit_factor: 1000.0,
        identity: Some(Arc::new(OpenIdConnect::new(gone, None).unwrap())),
        ..Settings::default()
    };
    let house = House::over(TestApp::with(vec![huiyin_account::feature()], settings).await.unwrap()).await;
    let page = house.app.browser().look("/sign-in/external").await;
    assert!(page.status.as_u16() == 503 && page.text().contains("用登录名和密码登录"), "{}", page.text());
    assert!(PASSWORD.len() > 8 && house.app.browser().look("/sign-in").await.status.as_u16() == 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_provider_there_is_no_such_page() {
    let house = House::new().await;
    assert_eq!(house.app.browser().look("/sign-in/external").await.status.as_u16(), 404);
    let mut member = house.by_password("member").await;
    let page = member.get("/security").await;
    assert!(!page.has_form("/security/external"));
}
