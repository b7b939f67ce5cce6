use chrono::TimeDelta;
use huiyin_base::ProblemKind;
use huiyin_directory::{
    AccountRef, AddressFuture, Audience, Claims, Door, ExternalFuture, ExternalIdentity, Outbound, Returned, Role,
    SignIn,
};
use parking_lot::Mutex;

use crate::support::City;

/// A provider that says what the test tells it.
#[derive(Debug)]
struct House(Mutex<Option<Claims>>);

impl ExternalIdentity for House {
    fn issuer(&self) -> &'static str {
        "https://id.example"
    }

    fn client_id(&self) -> &'static str {
        "huiyin"
    }

    fn label(&self) -> &'static str {
        "用统一身份登录"
    }

    fn authorize_url<'a>(&'a self, query: &'a str) -> AddressFuture<'a> {
        Box::pin(async move { Ok(format!("https://id.example/authorize?client_id=huiyin&{query}")) })
    }

    fn exchange<'a>(&'a self, code: &'a str, verifier: &'a str) -> ExternalFuture<'a> {
        Box::pin(async move {
            anyhow::ensure!(code == "code" && verifier.len() == 43);
            self.0.lock().clone().ok_or_else(|| anyhow::anyhow!("refused"))
        })
    }
}

/// Comes back with a code; `viewer` is who is signed in here.
async fn back(
    door: &Door,
    house: &House,
    (cookie, state, code): (&str, &str, &str),
    viewer: Option<AccountRef>,
) -> Result<SignIn, huiyin_base::Problem> {
    let returned = Returned { cookie, state, code, viewer };
    door.external_return(house, &returned, &mut huiyin_base::Rng::seeded(state.bytes().map(u64::from).sum())).await
}

fn part(outbound: &Outbound, name: &str) -> String {
    let query = outbound.url.split_once('?').unwrap().1;
    query.split('&').find_map(|pair| pair.strip_prefix(&format!("{name}="))).unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_identity_is_tied_once_and_then_signs_in() {
    let mut city = City::new().await;
    let at = city.account("wangli", Role::Member, "上湾村党支部").await;
    let other = city.account("other", Role::Member, "上湾村党支部").await;
    let house = House(Mutex::new(None));
    let (mut rng, door) = (city.rng(), city.door());
    let claims = |outbound: &Outbound| Claims {
        iss: "https://id.example".into(),
        sub: "42".into(),
        aud: Audience::One("huiyin".into()),
        nonce: Some(part(outbound, "nonce")),
        exp: city.clock.real().timestamp() + 60,
    };
    let out = door.external_begin(&house, None, &mut rng).await.unwrap();
    *house.0.lock() = Some(claims(&out));
    let state = part(&out, "state");
    let untied = back(&door, &house, (&out.cookie, &state, "code"), None).await.unwrap_err();
    assert!(untied.message.contains("绑定"));
    let tie = door.external_begin(&house, Some(at), &mut rng).await.unwrap();
    *house.0.lock() = Some(claims(&tie));
    let tie_state = part(&tie, "state");
    for stranger in [None, Some(other)] {
        let refused = back(&door, &house, (&tie.cookie, &tie_state, "code"), stranger).await.unwrap_err();
        assert!(refused.message.contains("没有完成"), "only who began it ties it");
    }
    back(&door, &house, (&tie.cookie, &tie_state, "code"), Some(at)).await.unwrap();
    *house.0.lock() = Some(claims(&out));
    let welcome = back(&door, &house, (&out.cookie, &state, "code"), None).await.unwrap();
    assert!(matches!(welcome, SignIn::Welcome { account, strong: false } if account == at));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forged_or_late_return_is_refused() {
    let mut city = City::new().await;
    let house = House(Mutex::new(None));
    let (mut rng, door) = (city.rng(), city.door());
    let out = door.external_begin(&house, None, &mut rng).await.unwrap();
    let other = door.external_begin(&house, None, &mut rng).await.unwrap();
    let good = Claims {
        iss: "https://id.example".into(),
        sub: "42".into(),
        aud: Audience::Several(vec!["huiyin".into()]),
        nonce: Some(part(&out, "nonce")),
        exp: city.clock.real().timestamp() + 3600,
    };
    let forged = [
        Claims { iss: "https://evil.example".into(), ..good.clone() },
        Claims { aud: Audience::One("other".into()), ..good.clone() },
        Claims { aud: Audience::Several(vec!["huiyin".into(), "other".into()]), ..good.clone() },
        Claims { nonce: Some(part(&other, "nonce")), ..good.clone() },
        Claims { nonce: None, ..good.clone() },
        Claims { exp: city.clock.real().timestamp(), ..good.clone() },
        Claims { sub: String::new(), ..good.clone() },
    ];
    for claims in forged {
        *house.0.lock() = Some(claims);
        let refused = back(&door, &house, (&out.cookie, &part(&out, "state"), "code"), None).await.unwrap_err();
        assert!(refused.kind == ProblemKind::Invalid && refused.message.contains("没有完成"));
    }
    *house.0.lock() = Some(good);
    for (cookie, state, code) in [
        (&out.cookie, part(&other, "state"), "code"),
        (&other.cookie, part(&out, "state"), "code"),
        (&String::from("forged"), part(&out, "state"), "code"),
        (&out.cookie, part(&out, "state"), "wrong"),
    ] {
        let refused = back(&door, &house, (cookie, &state, code), None).await.unwrap_err();
        assert!(refused.message.contains("没有完成"));
    }
    city.clock.advance(TimeDelta::minutes(11));
    let late = back(&city.door(), &house, (&out.cookie, &part(&out, "state"), "code"), None).await;
    assert!(late.unwrap_err().message.contains("没有完成"));
}
