//! Activation codes by short message.

use huiyin_base::Id;
use huiyin_directory::{person_correct, phone_sealed};
use huiyin_gateways::{Gateways, SmsSettings};
use huiyin_testing::{Loopback, TestApp};
use huiyin_web::Settings;

use crate::{BRANCH, House, NEW};

async fn house(host: &Loopback) -> House {
    let sms = SmsSettings {
        url: format!("{}/send", host.url),
        headers: Vec::new(),
        body: r#"{"to":"{to}","text":"{text}"}"#.into(),
        secret: None,
        accepted: None,
    };
    let gateways = Gateways::new(Some(sms), None, None).unwrap();
    let settings = Settings { demo: true, second_factor: false, limit_factor: 1000.0, gateways, ..Settings::default() };
    House::over(TestApp::with(vec![huiyin_account::feature()], settings).await.unwrap()).await
}

impl House {
    /// A member with this telephone in the register.
    async fn reachable(&self, name: &'static str, phone: &str) -> Id {
        let person = self.member(name).await;
        let sealed = phone_sealed(&self.app.site.vault, person, phone, &mut self.app.site.rngs.rng());
        self.app
            .site
            .db
            .write("phone", move |tx| {
                let sealed = sealed.clone();
                Box::pin(async move { Ok(person_correct(tx, person, Some(name), Some(sealed)).await?) })
            })
            .await
            .unwrap();
        person
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_goes_to_the_telephone_held_and_whoever_has_none_gets_paper() {
    let host = Loopback::new(|_| (200, String::new())).await.unwrap();
    let house = house(&host).await;
    let reachable = house.reachable("王小丽", "138 1234 5678").await.to_string();
    let landline = house.reachable("李大山", "0911-2123456").await.to_string();
    let mut secretary = house.signed_in("secretary").await;
    let page = secretary.get(BRANCH).await;
    assert!(page.text().contains("用短信发给勾选的人"), "{}", page.text());
    let csrf = page.attributes("input[name=csrf]", "value").remove(0);
    let address = format!("{BRANCH}/slip-messages");
    let nobody = secretary.post(&address, &[("csrf", &csrf)]).await;
    assert_eq!(nobody.status.as_u16(), 422);
    let chosen = [("csrf", csrf.as_str()), ("person", &reachable), ("person", &landline)];
    let page = secretary.post(&address, &chosen).await;
    for words in ["已交给短信网关 1 条", "138****5678", "李大山", "没有登记可以收短信的手机号"]
    {
        assert!(page.text().contains(words), "{words}: {}", page.text());
    }
    assert!(!page.text().contains("13812345678") && page.all("article .font-mono").len() == 1);
    house.app.drain().await.unwrap();
    let heard = host.heard();
    assert_eq!(heard.len(), 1);
    let said: serde_json::Value = serde_json::from_str(&heard[0].body).unwrap();
    let text = said["text"].as_str().unwrap();
    let code = text.split("激活码是 ").nth(1).unwrap().split('，').next().unwrap();
    assert_eq!(said["to"], "13812345678");

    let mut browser = house.app.browser();
    let page = browser.get("/activation").await;
    let page = browser.submit(&page, "/activation/code", &[("code", code)]).await;
    assert!(page.text().contains("王**"), "{}", page.text());
    let page = browser.submit(&page, "/activation", &[("login", "xiaoli"), ("new", NEW), ("again", NEW)]).await;
    assert_eq!(page.path, "/me");
    let again = secretary.post(&address, &[("csrf", csrf.as_str()), ("person", &reachable)]).await;
    assert_eq!(again.status.as_u16(), 409, "who has an account goes the way of the recovery");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_gateway_there_is_only_paper_and_nobody_is_flooded() {
    let plain = House::new().await;
    let person = plain.member("王小丽").await.to_string();
    let mut secretary = plain.signed_in("secretary").await;
    let page = secretary.get(BRANCH).await;
    assert!(!page.text().contains("用短信发给"), "{}", page.text());
    let csrf = page.attributes("input[name=csrf]", "value").remove(0);
    let refused = secretary.post(&format!("{BRANCH}/slip-messages"), &[("csrf", &csrf), ("person", &person)]).await;
    assert!(refused.status.as_u16() == 409 && refused.text().contains("打印激活条"));

    let host = Loopback::new(|_| (200, String::new())).await.unwrap();
    let house = house(&host).await;
    let person = house.reachable("王小丽", "13812345678").await.to_string();
    let mut secretary = house.signed_in("secretary").await;
    let page = secretary.get(BRANCH).await;
    let csrf = page.attributes("input[name=csrf]", "value").remove(0);
    let mut statuses = Vec::new();
    for _ in 0..12 {
        let fields = [("csrf", csrf.as_str()), ("person", person.as_str())];
        statuses.push(secretary.post(&format!("{BRANCH}/slip-messages"), &fields).await.status.as_u16());
    }
    assert_eq!((statuses[0], statuses[11]), (200, 409), "{statuses:?}");
}
