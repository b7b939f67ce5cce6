use chrono::TimeDelta;
use huiyin_base::ProblemKind;
use huiyin_directory::{Audience, Claims, ExternalFuture, ExternalIdentity, Outbound, Role, SignIn, claims_of};
use parking_lot::Mutex;

use crate::support::City;

/// A provider that says what the test tells it.
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

    fn authorize_url(&self, query: &str) -> String {
        format!("https://id.example/authorize?client_id=huiyin&{query}")
    }

    fn exchange<'a>(&'a self, code: &'a str, verifier: &'a str) -> ExternalFuture<'a> {
        Box::pin(async move {
            anyhow::ensure!(code == "code" && verifier.len() == 43);
            self.0.lock().clone().ok_or_else(|| anyhow::anyhow!("refused"))
        })
    }
}

fn part(outbound: &Outbound, name: &str) -> String {
    let query = outbound.url.split_once('?').unwrap().1;
    query.split('&').find_map(|pair| pair.strip_prefix(&format!("{name}="))).unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_identity_is_tied_once_and_then_signs_in() {
    let mut city = City::new().await;
    let at = city.account("wangli", Role::Member, "上湾村党支部").await;
    let house = House(Mutex::new(None));
    let (mut rng, door) = (city.rng(), city.door());
    let claims = |outbound: &Outbound| Claims {
        iss: "https://id.example".into(),
        sub: "42".into(),
        aud: Audience::One("huiyin".into()),
        nonce: Some(part(outbound, "nonce")),
        exp: city.clock.real().timestamp() + 60,
    };
    let out = door.external_begin(&house, None, &mut rng);
    *house.0.lock() = Some(claims(&out));
    let state = part(&out, "state");
    let untied = door.external_return(&house, &out.cookie, &state, "code", &mut rng).await.unwrap_err();
    assert!(untied.message.contains("绑定"));
    let tie = door.external_begin(&house, Some(at), &mut rng);
    *house.0.lock() = Some(claims(&tie));
    door.external_return(&house, &tie.cookie, &part(&tie, "state"), "code", &mut rng).await.unwrap();
    *house.0.lock() = Some(claims(&out));
    let back = door.external_return(&house, &out.cookie, &state, "code", &mut rng).await.unwrap();
    assert!(matches!(back, SignIn::Welcome { account, strong: false } if account == at));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forged_or_late_return_is_refused() {
    let mut city = City::new().await;
    let house = House(Mutex::new(None));
    let (mut rng, door) = (city.rng(), city.door());
    let out = door.external_begin(&house, None, &mut rng);
    let other = door.external_begin(&house, None, &mut rng);
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
        let refused =
            door.external_return(&house, &out.cookie, &part(&out, "state"), "code", &mut rng).await.unwrap_err();
        assert!(refused.kind == ProblemKind::Invalid && refused.message.contains("没有完成"));
    }
    *house.0.lock() = Some(good);
    for (cookie, state, code) in [
        (&out.cookie, part(&other, "state"), "code"),
        (&other.cookie, part(&out, "state"), "code"),
        (&String::from("forged"), part(&out, "state"), "code"),
        (&out.cookie, part(&out, "state"), "wrong"),
    ] {
        let refused = door.external_return(&house, cookie, &state, code, &mut rng).await.unwrap_err();
        assert!(refused.message.contains("没有完成"));
    }
    city.clock.advance(TimeDelta::minutes(11));
    let late = city.door().external_return(&house, &out.cookie, &part(&out, "state"), "code", &mut rng).await;
    assert!(late.unwrap_err().message.contains("没有完成"));
}

#[test]
fn claims_are_read_from_a_token() {
    let body = data_encoding::BASE64URL_NOPAD.encode(br#"{"iss":"i","sub":"s","aud":["a"],"exp":1,"nonce":"n"}"#);
    assert_eq!(claims_of(&format!("h.{body}.s")).unwrap().sub, "s");
    assert!(claims_of("h.e").is_err() && claims_of("h.!.s").is_err());
}
