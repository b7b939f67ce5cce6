use huiyin_base::Id;
use huiyin_gateways::{Address, Gateways, Message, SmsSettings};
use huiyin_jobs::NewJob;
use huiyin_testing::{City, Loopback, TestApp};
use huiyin_web::{Feature, Settings};

/// A feature whose only job fails until it has been asked often enough.
fn stumbling() -> Feature {
    Feature {
        name: "stumbling",
        jobs: Some(|jobs| {
            jobs.on("stumble", |_, job: huiyin_jobs::Job| async move {
                anyhow::ensure!(job.payload["ready"] == true, "磁盘已满");
                Ok(None)
            })
        }),
        ..Feature::default()
    }
}

async fn house(gateways: Gateways) -> (TestApp, City) {
    let settings = Settings { second_factor: false, limit_factor: 1000.0, gateways, ..Settings::default() };
    let app = TestApp::with(vec![huiyin_operations::feature(), stumbling()], settings).await.unwrap();
    let city = City::found(&app).await.unwrap();
    (app, city)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_house_says_so() {
    let (app, city) = house(Gateways::default()).await;
    let mut system = app.browser_as(city.account("system")).await.unwrap();
    let page = system.get("/operations").await;
    assert_eq!(page.status.as_u16(), 200);
    for words in ["没有配置", "没有失败的任务", "第 1 号（现在使用）"] {
        assert!(page.text().contains(words), "{words}: {}", page.text());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_failed_is_seen_without_its_content() {
    let host = Loopback::new(|_| (422, "13812345678".into())).await.unwrap();
    let sms = SmsSettings {
        url: format!("{}/send", host.url),
        headers: Vec::new(),
        body: r#"{"to":"{to}","text":"{text}"}"#.into(),
        secret: None,
        accepted: None,
    };
    let (app, city) = house(Gateways::new(Some(sms), None, None).unwrap()).await;
    let message = Message {
        to: Address::parse("13812345678").unwrap(),
        text: "只有本人该看到的话".into(),
        purpose: "账号激活码",
        urgent: true,
        key: None,
    };
    let home = app.site.home;
    let outgoing = app.site.outbox().prepare(home, &message, &mut app.site.rngs.rng()).unwrap();
    let sent = app.site.db.write("send", move |tx| {
        let outgoing = outgoing.clone();
        Box::pin(async move { Ok(huiyin_gateways::send(tx, &outgoing).await?) })
    });
    assert!(sent.await.unwrap());
    app.drain().await.unwrap();
    assert_eq!(host.heard().len(), 1);

    let mut system = app.browser_as(city.account("system")).await.unwrap();
    let page = system.get("/operations").await;
    for words in ["已接通", "未送出 1 条", "账号激活码", "网关拒收"] {
        assert!(page.text().contains(words), "{words}: {}", page.text());
    }
    assert!(!page.html().contains("1381234") && !page.html().contains("只有本人"));
    let mut other = app.browser_as(city.account("security")).await.unwrap();
    assert_eq!(other.get("/operations").await.status.as_u16(), 403);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_that_was_given_up_can_try_again() {
    let (app, city) = house(Gateways::default()).await;
    let home = app.site.home;
    let now = app.site.clock.real();
    let id = Id::new(home, now, &mut app.site.rngs.rng());
    let job = NewJob {
        region: home,
        kind: "stumble",
        key: None,
        payload: serde_json::Value::Null,
        run_at: now,
        created_by: None,
    };
    let written = app.site.db.write("job", move |tx| {
        let job = job.clone();
        Box::pin(async move { Ok(huiyin_jobs::enqueue(tx, &job, id).await?) })
    });
    assert!(written.await.unwrap());
    for _ in 0..10 {
        app.drain().await.unwrap();
        app.advance(chrono::TimeDelta::minutes(20));
    }
    let mut system = app.browser_as(city.account("system")).await.unwrap();
    let page = system.get("/operations").await;
    assert!(page.text().contains("stumble") && page.text().contains("磁盘已满"), "{}", page.text());
    let action = format!("/operations/jobs/{id}/attempts");
    let csrf = page.attributes("input[name=csrf]", "value").remove(0);
    let page = system.submit(&page, &action, &[]).await;
    assert!(page.text().contains("已重新排队") && !page.has_form(&action), "{}", page.text());
    let again = system.post(&action, &[("csrf", &csrf)]).await;
    assert!(again.text().contains("不用重试"), "twice: {}", again.text());
    let missing = format!("/operations/jobs/{}/attempts", Id::new(home, now, &mut app.site.rngs.rng()));
    assert_eq!(system.post(&missing, &[("csrf", &csrf)]).await.status.as_u16(), 404);
}
