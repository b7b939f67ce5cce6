//! Acting for a member of the family: only under a consent that holds, and every act bears whose it is.

use huiyin_base::Id;
use huiyin_directory::{Consent, Door, FamilyOrder, Viewer, viewer_find};
use huiyin_testing::Browser;

use crate::kits::members;
use crate::{House, TEXT, bring};

fn door(house: &House) -> Door {
    let site = &house.app.site;
    Door {
        db: site.db.clone(),
        vault: site.vault.clone(),
        home: site.home,
        now: site.clock.now(),
        today: site.today(),
        sessions_end: |_, _, _| Box::pin(async { Ok(0) }),
        session: None,
    }
}

async fn viewer(house: &House, login: &str) -> Viewer {
    let mut tx = house.app.site.db.read().await.unwrap();
    viewer_find(&mut tx, house.city.account(login), house.app.site.today()).await.unwrap().unwrap()
}

/// The member's consent for the account "village", written down by the secretary; gives its address.
async fn consented(house: &House, person: Id) -> (Id, String) {
    let order = FamilyOrder {
        person,
        helper: house.city.account("village"),
        kin: "女儿".into(),
        consent: Consent::Paper,
        to_day: house.app.site.today().plus(30),
        notes: false,
    };
    let secretary = viewer(house, "secretary").await;
    let made = door(house).family_consent(&secretary, order, &mut house.app.site.rngs.rng()).await.unwrap();
    let id = made.unwrap();
    (id, format!("/satchel/for/{id}"))
}

async fn book(house: &House) -> String {
    let mut city: Browser = house.browser("city").await;
    let page = bring(&mut city, &[("title", "山村新事")], ("a.txt", TEXT.as_bytes())).await;
    page.path.trim_start_matches("/library/").to_owned()
}

#[tokio::test]
async fn a_helper_reads_notes_and_fetches_for_the_member_and_nothing_else() {
    let house = House::new().await;
    let people = members(&house).await;
    let book = book(&house).await;
    let (id, path) = consented(&house, people[0]).await;
    let mut helper = house.browser("village").await;
    let page = helper.get(&path).await;
    assert!(page.status == 200 && page.text().contains("代 甲老汉"), "{}", page.text());
    let far = [("deed", "place"), ("book", book.as_str()), ("chapter", "99"), ("nonce", "a")];
    assert_eq!(helper.post(&path, &far).await.status, 422);
    let place = [("deed", "place"), ("book", book.as_str()), ("chapter", "2"), ("nonce", "b")];
    let page = helper.post(&path, &place).await;
    assert!(
        page.text().contains("读到第 2 节") && page.text().contains("记了读到哪里：《山村新事》第 2 节"),
        "{}",
        page.text()
    );
    let page = helper.post(&path, &place).await;
    assert_eq!(page.text().matches("第 2 节").count(), 2, "pressed twice it is one: {}", page.text());
    let note = [("deed", "note"), ("book", book.as_str()), ("words", "水来了，好"), ("nonce", "c")];
    let page = helper.post(&path, &note).await;
    assert!(page.text().contains("记了一条笔记") && !page.text().contains("水来了，好"), "{}", page.text());
    assert_eq!(helper.post(&path, &[("deed", "kit"), ("kit", "x"), ("nonce", "d")]).await.status, 422);

    // Nobody else acts by it, and it ends at once.
    for stranger in ["secretary", "member", "county"] {
        let mut stranger = house.browser(stranger).await;
        assert_eq!(stranger.get(&path).await.status, 404);
        assert_eq!(stranger.post(&path, &place).await.status, 404);
    }
    let helper_viewer = viewer(&house, "village").await;
    let panels = house.app.site.panels("me", Some(&helper_viewer)).await.unwrap();
    assert!(panels.iter().any(|panel| panel.contains("甲老汉")), "he sees for whom he acts");
    let taker = Viewer { person: Some(people[0]), ..viewer(&house, "member").await };
    let panels = house.app.site.panels("me", Some(&taker)).await.unwrap();
    assert!(panels.iter().any(|panel| panel.contains("记了一条笔记：《山村新事》")), "{panels:?}");
    let secretary = viewer(&house, "secretary").await;
    door(&house).family_end(&secretary, id, &mut house.app.site.rngs.rng()).await.unwrap();
    assert_eq!(helper.get(&path).await.status, 404);
    assert_eq!(helper.post(&path, &note).await.status, 404);
}

#[tokio::test]
async fn a_consent_ends_by_itself() {
    let house = House::new().await;
    let people = members(&house).await;
    let (_, path) = consented(&house, people[0]).await;
    house.app.advance(chrono::TimeDelta::days(31));
    let mut helper = house.browser("village").await;
    assert_eq!(helper.get(&path).await.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_consents_at_the_same_time_the_same_helper_stands_once() {
    let house = House::new().await;
    let people = members(&house).await;
    let secretary = viewer(&house, "secretary").await;
    let order = FamilyOrder {
        person: people[0],
        helper: house.city.account("village"),
        kin: "女儿".into(),
        consent: Consent::Paper,
        to_day: house.app.site.today().plus(30),
        notes: false,
    };
    let (door, mut one, mut two) = (door(&house), house.app.site.rngs.rng(), house.app.site.rngs.rng());
    let (left, right) = tokio::join!(
        door.family_consent(&secretary, order.clone(), &mut one),
        door.family_consent(&secretary, order.clone(), &mut two)
    );
    let made = [left.unwrap().is_ok(), right.unwrap().is_ok()];
    assert_eq!(made.iter().filter(|made| **made).count(), 1, "{made:?}");
    for to_day in [house.app.site.today().plus(-1), house.app.site.today().plus(366)] {
        let order = FamilyOrder { to_day, helper: house.city.account("water"), ..order.clone() };
        let fault = door.family_consent(&secretary, order, &mut one).await.unwrap().unwrap_err();
        assert_eq!(fault.field, "to_day");
    }
}

#[tokio::test]
async fn earlier_notes_are_read_where_the_consent_names_them_and_every_look_stands() {
    let house = House::new().await;
    let people = members(&house).await;
    let book = book(&house).await;
    let (_, path) = consented(&house, people[0]).await;
    let mut helper = house.browser("village").await;
    let note = [("deed", "note"), ("book", book.as_str()), ("words", "水来了，好"), ("nonce", "c")];
    helper.post(&path, &note).await;
    let page = helper.get(&path).await;
    assert!(page.text().contains("他没有同意您看以前的笔记") && !page.html().contains("/notes"));
    let look = format!("{path}/notes");
    assert_eq!(helper.post(&look, &[("nonce", "l")]).await.status, 404, "not named in the consent");

    let order = FamilyOrder {
        person: people[0],
        helper: house.city.account("water"),
        kin: "儿子".into(),
        consent: Consent::Paper,
        to_day: house.app.site.today().plus(30),
        notes: true,
    };
    let secretary = viewer(&house, "secretary").await;
    let made = door(&house).family_consent(&secretary, order, &mut house.app.site.rngs.rng()).await.unwrap();
    let path = format!("/satchel/for/{}", made.unwrap());
    let look = format!("{path}/notes");
    let mut son = house.browser("water").await;
    let page = son.get(&path).await;
    for _ in 0..2 {
        let seen = son.submit(&page, &look, &[]).await;
        assert!(seen.status == 200 && seen.text().contains("水来了，好"), "{}", seen.text());
    }
    let again = son.get(&path).await;
    assert_eq!(again.text().matches("看了以前的笔记：读书笔记").count(), 1, "pressed twice it is one look");
    let taker = Viewer { person: Some(people[0]), ..viewer(&house, "member").await };
    let panels = house.app.site.panels("me", Some(&taker)).await.unwrap();
    assert!(panels.iter().any(|panel| panel.contains("看了以前的笔记")), "the member reads of it");
    for stranger in ["secretary", "village", "county"] {
        assert_eq!(house.browser(stranger).await.post(&look, &[("nonce", "z")]).await.status, 404, "{stranger}");
    }
}
