//! Keys of reading apps: shown once, tried a few times, ended by their holder and with his sessions.

use huiyin_db::scratch::Scratch;
use huiyin_directory::{AccountStatus, account_status_set};
use huiyin_web::Settings;
use huiyin_web::store::reading_key::{
    ReadingKey, reading_key_add, reading_key_end, reading_key_end_all, reading_key_find, reading_key_list,
};
use huiyin_web::store::session::session_end_all;

use crate::House;
use crate::opds::{app, key};

#[tokio::test]
async fn it_is_shown_once_and_ended_by_its_holder() {
    let house = House::new().await;
    let code = key(&house, "member", "我的平板").await;
    let mut member = house.browser("member").await;
    let page = member.get("/satchel/keys").await;
    assert!(page.text().contains("我的平板") && !page.html().contains(&code), "never again");
    let mut tablet = app(&house, "member", &code);
    assert_eq!(tablet.get("/opds").await.status, 200);
    // As people type it.
    assert_eq!(app(&house, "MEMBER", &code.to_lowercase().replace('-', " ")).get("/opds").await.status, 200);
    assert_eq!(app(&house, "secretary", &code).get("/opds").await.status, 401, "another's name");
    let removal = page.attributes(".stored form", "action")[0].clone();
    let mut other = house.browser("secretary").await;
    assert_eq!(other.post(&removal, &[]).await.status, 404, "somebody else's key");
    member.post(&removal, &[]).await;
    assert_eq!(tablet.get("/opds").await.status, 401);
}

#[tokio::test]
async fn a_device_needs_a_name_and_there_is_an_end_to_keys() {
    let house = House::new().await;
    let mut member = house.browser("member").await;
    for wrong in ["", "　", &"长".repeat(21)] {
        assert_eq!(member.post("/satchel/keys", &[("device", wrong)]).await.status, 422, "{wrong}");
    }
    for n in 0..10 {
        assert_eq!(member.post("/satchel/keys", &[("device", &n.to_string())]).await.status, 200);
    }
    let page = member.post("/satchel/keys", &[("device", "再一台")]).await;
    assert!(page.status == 422 && page.text().contains("先作废"), "{}", page.text());
}

#[tokio::test]
async fn it_ends_with_the_sessions_and_with_the_account() {
    let house = House::new().await;
    let account = house.city.account("member");
    let db = &house.app.site.db;
    let mut tablet = app(&house, "member", &key(&house, "member", "平板").await);
    db.write("test", move |tx| {
        Box::pin(async move { Ok(account_status_set(tx, account, AccountStatus::Suspended).await?) })
    })
    .await
    .unwrap();
    assert_eq!(tablet.get("/opds").await.status, 401, "suspended");
    db.write("test", move |tx| {
        Box::pin(async move { Ok(account_status_set(tx, account, AccountStatus::Active).await?) })
    })
    .await
    .unwrap();
    assert_eq!(tablet.get("/opds").await.status, 200);
    db.write("test", move |tx| Box::pin(async move { Ok(session_end_all(tx, account, None).await?) })).await.unwrap();
    assert_eq!(tablet.get("/opds").await.status, 401, "signed out everywhere");
}

#[tokio::test]
async fn wrong_keys_are_tried_a_few_times_only() {
    let settings = Settings { demo: true, second_factor: false, limit_factor: 1.0, ..Settings::default() };
    let app_of = huiyin_testing::TestApp::with(vec![huiyin_study::feature()], settings).await.unwrap();
    let city = huiyin_testing::City::found(&app_of).await.unwrap();
    let house = House { app: app_of, city };
    let right = key(&house, "member", "平板").await;
    let mut statuses = Vec::new();
    for _ in 0..22 {
        statuses.push(app(&house, "member", "0000-0000-0000-0").get("/opds").await.status.as_u16());
    }
    assert_eq!((statuses[0], statuses[19], statuses[20], statuses[21]), (401, 401, 429, 429), "{statuses:?}");
    assert_eq!(app(&house, "member", &right).get("/opds").await.status, 429, "nobody goes on guessing");
    let other = key(&house, "secretary", "平板").await;
    assert_eq!(app(&house, "secretary", &other).get("/opds").await.status, 200, "nobody else is shut out");
}

#[tokio::test]
async fn the_store_keeps_hashes_by_account() {
    let scratch = Scratch::new().await.unwrap();
    let mut rng = huiyin_base::Rng::seeded(3);
    let region = huiyin_base::Region::new(7).unwrap();
    let now = huiyin_base::Clock::system().now();
    let mut id = || huiyin_base::Id::new(region, now, &mut rng);
    let account = huiyin_directory::AccountRef { region, id: id() };
    let keys = [id(), id(), id()].map(|id| ReadingKey { id, device: "平板".into() });
    let first = keys[0].id;
    let written = keys.clone();
    scratch
        .db
        .write("test", move |tx| {
            let keys = written.clone();
            Box::pin(async move {
                for (key, n) in keys.iter().zip(0_u8..) {
                    reading_key_add(tx, account, key, [n; 32]).await?;
                }
                assert!(reading_key_end(tx, account, keys[0].id).await?);
                assert!(!reading_key_end(tx, account, keys[0].id).await?);
                Ok(())
            })
        })
        .await
        .unwrap();
    let mut tx = scratch.db.read().await.unwrap();
    assert_eq!(reading_key_find(&mut tx, [1; 32]).await.unwrap(), Some(account));
    assert_eq!(reading_key_find(&mut tx, [0; 32]).await.unwrap(), None);
    let left = reading_key_list(&mut tx, account).await.unwrap();
    assert!(left.len() == 2 && left.iter().all(|key| key.id != first));
    drop(tx);
    scratch
        .db
        .write("test", move |tx| Box::pin(async move { Ok(reading_key_end_all(tx, account).await?) }))
        .await
        .unwrap();
    let mut tx = scratch.db.read().await.unwrap();
    assert_eq!(reading_key_find(&mut tx, [1; 32]).await.unwrap(), None);
}
