//! The JSON interface: what it tells, how it refuses, and that sending twice makes one case.

mod open311;
mod photos;
mod village;

use axum::body::Body;
use axum::http::{HeaderValue, Method};
use huiyin_cases::Outcome;
use huiyin_testing::{Browser, Page};
use huiyin_web::api::ApiScope;
use serde_json::{Value, json};

use crate::posted::{New, Posted, ROAD, WATER};

fn value(page: &Page) -> Value {
    serde_json::from_slice(&page.bytes).unwrap_or_else(|_| panic!("{} is no JSON: {}", page.path, page.html()))
}

/// A program with a key and, where one is given, an Idempotency-Key.
fn program(wall: &Posted, key: &str, once: Option<&str>) -> Browser {
    let mut program = wall.app.browser();
    program.headers.insert("authorization", HeaderValue::from_str(&format!("Bearer {key}")).unwrap());
    // Programs say no origin.
    program.headers.insert("origin", HeaderValue::from_static("null"));
    if let Some(once) = once {
        program.headers.insert("idempotency-key", HeaderValue::from_str(once).unwrap());
    }
    program
}

async fn send(program: &mut Browser, body: &Value) -> Page {
    let body = Body::from(body.to_string());
    program.send(Method::POST, "/api/v1/problems", Some("application/json".into()), body).await
}

fn report() -> Value {
    json!({ "place": "610602701201", "category": "infrastructure", "sub_category": "water", "text": "三组没水了。请修。", "phone": "13900000000" })
}

#[tokio::test]
async fn problems_are_listed_and_told_whole() {
    let wall = Posted::new().await;
    let case = wall.post(WATER).await;
    wall.post(ROAD).await;
    wall.answer(case, Outcome::Explained, "主管道明年改造。").await;
    let mut reader = wall.app.browser();
    let page = reader.get("/api/v1/problems").await;
    assert_eq!(page.headers["access-control-allow-origin"], "*");
    assert_eq!(page.headers["cross-origin-resource-policy"], "cross-origin");
    let list = value(&page);
    let numbers: Vec<&str> =
        list["problems"].as_array().unwrap().iter().map(|one| one["number"].as_str().unwrap()).collect();
    assert_eq!(numbers, ["宝塔-2016-00002", "宝塔-2016-00001"]);
    assert!(list["next"].is_null());
    let whole = value(&reader.get("/api/v1/problems/宝塔-2016-00001").await);
    assert_eq!(whole["open"], false, "nothing is to be done");
    assert_eq!(whole["outcome"]["id"], "explained", "and it is not solved");
    assert_eq!(whole["answer"]["text"], "主管道明年改造。");
    assert_eq!(whole["unit"], json!({ "name": "区水务局", "phone": "0911-0000000" }));
    assert_eq!(whole["place"]["name"], "宝塔区 柳河镇 上湾村");
    assert_eq!(whole["posted"], "2016-12-16");
    assert!(whole["history"].as_array().unwrap().len() >= 5);
    assert!(!page.html().contains(&case.id.to_string()) && !page.html().contains("T09"));
    let echoes = value(&reader.get("/api/v1/echoes").await);
    assert_eq!(echoes["echoes"].as_array().unwrap().len(), 1);
    // An unchanged answer is not sent again.
    let tag = page.headers["etag"].clone();
    reader.headers.insert("if-none-match", tag);
    let again = reader.get("/api/v1/problems").await;
    assert_eq!((again.status.as_u16(), again.bytes.len()), (304, 0));
}

#[tokio::test]
async fn lists_are_narrowed_and_go_on_by_number() {
    let wall = Posted::new().await;
    for n in 1..=5 {
        wall.post(New { title: &format!("水管{n}"), ..WATER }).await;
    }
    wall.post(ROAD).await;
    let mut reader = wall.app.browser();
    let mut seen = Vec::new();
    let mut next = Some("/api/v1/problems?place=610602701201&limit=2".to_owned());
    while let Some(address) = next {
        let list = value(&reader.get(&address).await);
        seen.extend(list["problems"].as_array().unwrap().iter().map(|one| one["title"].as_str().unwrap().to_owned()));
        next = list["next"].as_str().map(ToOwned::to_owned);
    }
    assert_eq!(seen, ["水管5", "水管4", "水管3", "水管2", "水管1"]);
    for (query, n) in [
        ("category=infrastructure", 6),
        ("category=infrastructure&sub_category=road", 1),
        ("state=open", 6),
        ("state=posted", 6),
        ("state=answered", 0),
        ("from=2016-12-16&to=2016-12-16", 6),
        ("to=2016-12-15", 0),
        ("q=路基", 1),
        ("place=610602", 6),
        ("place=610603", 0),
        ("order=followed&limit=3", 3),
    ] {
        let list = value(&reader.get(&format!("/api/v1/problems?{query}")).await);
        assert_eq!(list["problems"].as_array().unwrap().len(), n, "{query}");
    }
}

#[tokio::test]
async fn what_does_not_fit_is_said_with_a_stable_code() {
    let wall = Posted::new().await;
    let mut reader = wall.app.browser();
    let long = "长".repeat(61);
    for query in [
        "category=x",
        "sub_category=water",
        "category=infrastructure&sub_category=x",
        "state=x",
        "from=2016-02-30",
        "to=x",
        "order=rating",
        "limit=0",
        "limit=101",
        "limit=x",
        "after=宝塔-2016-00009",
        "after='; drop table",
        &format!("q={long}"),
    ] {
        let page = reader.get(&format!("/api/v1/problems?{}", query.replace(' ', "%20"))).await;
        assert_eq!((page.status.as_u16(), &value(&page)["code"]), (422, &json!("parameter_unfit")), "{query}");
        assert_eq!(page.headers["content-type"], "application/problem+json");
    }
    assert_eq!(value(&reader.get("/api/v1/echoes?state=open").await)["code"], "parameter_unfit");
    let mut missing = Vec::new();
    for path in [
        "/api/v1/problems/宝塔-2016-00001",
        "/api/v1/problems/x",
        "/api/v1/places/610602100001",
        "/api/v1/tokens/x",
        "/api/v1/problems?place=999999",
        "/api/v1/nothing",
        "/api/v1/places?within=1",
    ] {
        let page = reader.get(path).await;
        assert_eq!(page.status, 404, "{path}");
        missing.push(value(&page));
    }
    assert!(missing.iter().all(|one| one == &missing[0] && one["code"] == "not_found"), "the same words: {missing:?}");
}

#[tokio::test]
async fn a_key_is_needed_to_send_and_ends_when_it_is_told_to() {
    let wall = Posted::new().await;
    let anonymous = send(&mut wall.app.browser(), &report()).await;
    assert_eq!((anonymous.status.as_u16(), &value(&anonymous)["code"]), (401, &json!("key_needed")));
    let wrong = send(&mut program(&wall, "hy_wrong", None), &report()).await;
    assert_eq!(wrong.status, 401);
    let reading = wall.key(ApiScope::Read, 100).await;
    assert_eq!(send(&mut program(&wall, &reading, None), &report()).await.status, 403);
    assert_eq!(program(&wall, &reading, None).get("/api/v1/categories").await.status, 200);
    assert_eq!(program(&wall, "hy_wrong", None).get("/api/v1/categories").await.status, 401);
    // Neither does a session stand for a key.
    let mut county = wall.app.browser_as(wall.city.account("county")).await.unwrap();
    assert_eq!(send(&mut county, &report()).await.status, 401);
    let posting = wall.key(ApiScope::Post, 100).await;
    assert_eq!(send(&mut program(&wall, &posting, None), &report()).await.status, 201);
    // A page of another site cannot use it in a browser.
    let mut foreign = program(&wall, &posting, None);
    foreign.headers.insert("origin", HeaderValue::from_static("http://elsewhere.example"));
    assert_eq!(send(&mut foreign, &report()).await.status, 403);
    let site = &wall.app.site;
    let clients = {
        let mut tx = site.db.read().await.unwrap();
        huiyin_web::store::api::api_client_list(&mut tx, site.home).await.unwrap()
    };
    for client in &clients {
        let rng = &mut site.rngs.rng();
        huiyin_web::api::client_end(&site.db, site.home, client.id, None, site.clock.real(), rng).await.unwrap();
        assert!(
            huiyin_web::api::client_end(&site.db, site.home, client.id, None, site.clock.real(), rng).await.is_err()
        );
    }
    assert_eq!(send(&mut program(&wall, &posting, None), &report()).await.status, 401);
    let late = wall.key(ApiScope::Post, 100).await;
    wall.app.advance(chrono::TimeDelta::days(31));
    assert_eq!(send(&mut program(&wall, &late, None), &report()).await.status, 401, "thirty days are over");
}

#[tokio::test]
async fn a_key_has_an_allowance_of_its_own() {
    let wall = Posted::new().await;
    let key = wall.key(ApiScope::Read, 3).await;
    let mut reader = program(&wall, &key, None);
    for _ in 0..3 {
        assert_eq!(reader.get("/api/v1/categories").await.status, 200);
    }
    let refused = reader.get("/api/v1/categories").await;
    assert_eq!((refused.status.as_u16(), &value(&refused)["code"]), (429, &json!("too_many")));
    assert!(refused.headers.contains_key("retry-after"));
    assert_eq!(wall.app.browser().get("/api/v1/categories").await.status, 200);
}

#[tokio::test]
async fn the_same_key_and_body_make_one_case() {
    let wall = Posted::new().await;
    let key = wall.key(ApiScope::Post, 1000).await;
    let mut sender = program(&wall, &key, Some("order-0001"));
    let first = send(&mut sender, &report()).await;
    assert_eq!(first.status, 201, "{}", first.html());
    let again = send(&mut program(&wall, &key, Some("order-0001")), &report()).await;
    assert_eq!((again.status, again.bytes.clone()), (first.status, first.bytes.clone()), "the same answer");
    let mut other = report();
    other["text"] = json!("别的事");
    let reused = send(&mut sender, &other).await;
    assert_eq!((reused.status.as_u16(), &value(&reused)["code"]), (422, &json!("idempotency_key_reused")));
    let unfit = send(&mut program(&wall, &key, Some("short")), &report()).await;
    assert_eq!(value(&unfit)["code"], "idempotency_key_unfit");
    // Another client's key of the same words is another sending; and without one each is its own.
    let second = wall.key(ApiScope::Post, 1000).await;
    let other = send(&mut program(&wall, &second, Some("order-0001")), &report()).await;
    assert_ne!(value(&other)["token"], value(&first)["token"]);
    let free = send(&mut program(&wall, &key, None), &report()).await;
    assert_ne!(value(&free)["token"], value(&first)["token"]);
    let mut county = wall.app.browser_as(wall.city.account("county")).await.unwrap();
    assert_eq!(county.get("/desk").await.attributes("a[href^='/cases/']", "href").len(), 3);
}

#[tokio::test]
async fn two_at_once_under_one_key_make_one_case() {
    let wall = Posted::new().await;
    let key = wall.key(ApiScope::Post, 1000).await;
    let (mut one, mut two) = (program(&wall, &key, Some("twice-0001")), program(&wall, &key, Some("twice-0001")));
    let body = report();
    let (one, two) = tokio::join!(send(&mut one, &body), send(&mut two, &body));
    assert_eq!((one.status.as_u16(), two.status.as_u16()), (201, 201));
    assert_eq!(one.bytes, two.bytes);
}

#[tokio::test]
async fn what_was_sent_is_moderated_like_everything_and_asked_for_by_its_token() {
    let wall = Posted::new().await;
    let key = wall.key(ApiScope::Post, 1000).await;
    let taken = value(&send(&mut program(&wall, &key, None), &report()).await);
    let check = taken["check"].as_str().unwrap();
    let mut reader = wall.app.browser();
    let waiting = value(&reader.get(check).await);
    assert_eq!((&waiting["state"], &waiting["number"]), (&json!("waiting"), &Value::Null));
    assert!(value(&reader.get("/api/v1/problems").await)["problems"].as_array().unwrap().is_empty());
    let mut county = wall.app.browser_as(wall.city.account("county")).await.unwrap();
    let link = county.get("/desk").await.attributes("a[href^='/cases/']", "href").remove(0);
    let page = county.get(&link).await;
    let looked = county.submit(&page, &format!("{link}/original"), &[]).await;
    assert!(looked.text().contains("三组没水了"), "{}", looked.text());
    county.submit(&looked, &format!("{link}/posting"), &[]).await;
    let posted = value(&reader.get(check).await);
    assert_eq!((&posted["state"], &posted["number"]), (&json!("posted"), &json!("宝塔-2016-00001")));
    // The receipt opens the case for whoever reported; the token never does.
    let (receipt, token) = (taken["receipt"].as_str().unwrap(), taken["token"].as_str().unwrap());
    let form = reader.get("/follow").await;
    assert!(reader.submit(&form, "/follow", &[("code", receipt)]).await.text().contains("三组没水了"));
    let mut thief = wall.app.browser();
    let form = thief.get("/problems/new?county=610602&town=610602701000").await;
    let fields = [("sub", "infrastructure/water"), ("text", "三组没水了。请修。"), ("nonce", token)];
    let got = thief.upload(&form, "/problems", &fields, &[]).await;
    assert!(!got.text().replace([' ', '-'], "").contains(&receipt.replace('-', "")), "a token is no form's word");
}

#[tokio::test]
async fn what_cannot_be_taken_is_said() {
    let wall = Posted::new().await;
    let key = wall.key(ApiScope::Post, 1000).await;
    let mut sender = program(&wall, &key, None);
    let with = |field: &str, value: Value| {
        let mut report = report();
        report[field] = value;
        report
    };
    for body in [
        with("place", json!("610602")),
        with("place", json!("610602100001")),
        with("place", json!("999999999999")),
        with("category", json!("x")),
        with("sub_category", json!("x")),
        with("text", json!("  ")),
        with("text", json!("长".repeat(100_000))),
        with("about", json!("county")),
        with("id", json!("0158")),
        with("text", json!(7)),
        json!([]),
        json!("x"),
        json!({}),
    ] {
        let page = send(&mut sender, &body).await;
        assert_eq!(
            (page.status.as_u16(), &value(&page)["code"]),
            (422, &json!("body_unfit")),
            "{}",
            &body.to_string()[..30.min(body.to_string().len())]
        );
    }
    let mut town = with("place", json!("610602701000"));
    town["about"] = json!("village");
    assert_eq!(send(&mut sender, &town).await.status, 422, "no village was named");
    let form = sender.send(Method::POST, "/api/v1/problems", Some("text/plain".into()), Body::from("x")).await;
    assert_eq!(form.status, 422);
    let broken = sender.send(Method::POST, "/api/v1/problems", Some("application/json".into()), Body::from("{")).await;
    assert_eq!(value(&broken)["code"], "body_unfit");
    let huge = Body::from(vec![b' '; 3 * 1024 * 1024]);
    let huge = sender.send(Method::POST, "/api/v1/problems", Some("application/json".into()), huge).await;
    assert_eq!((huge.status.as_u16(), &value(&huge)["code"]), (413, &json!("too_large")));
    let deleted = sender.send(Method::DELETE, "/api/v1/problems", None, Body::empty()).await;
    assert_eq!((deleted.status.as_u16(), &value(&deleted)["status"]), (405, &json!(405)));
}

#[tokio::test]
async fn places_and_open_problems_lie_on_the_map() {
    let wall = Posted::new().await;
    let village = wall.city.org("上湾村");
    let site = &wall.app.site;
    let write = site.db.write("point", move |tx| {
        Box::pin(async move {
            let point = "update org set longitude = 109490000, latitude = 36600000 where region = $1 and id = $2";
            Ok(huiyin_db::query(point).bind(village.region).bind(village.id).execute(tx).await?)
        })
    });
    write.await.unwrap();
    wall.post(WATER).await;
    wall.post(New { category: ("industry", "apple"), ..WATER }).await;
    wall.post(ROAD).await;
    let mut reader = wall.app.browser();
    let page = reader.get("/api/v1/problems.geojson").await;
    assert_eq!(page.headers["content-type"], "application/geo+json");
    let map = value(&page);
    let features = map["features"].as_array().unwrap();
    assert_eq!(features.len(), 1, "下坪村 has no point");
    assert_eq!(features[0]["geometry"]["coordinates"], json!([109.49, 36.6]));
    assert_eq!(features[0]["properties"]["open"], 2);
    assert_eq!(features[0]["properties"]["categories"], json!({ "industry": 1, "infrastructure": 1 }));
    let narrowed = value(&reader.get("/api/v1/problems.geojson?category=industry&place=610602701000").await);
    assert_eq!(narrowed["features"][0]["properties"]["open"], 1);
    let places = value(&reader.get("/api/v1/places?within=610602701000").await);
    assert_eq!(places["places"][0]["code"], "610602701201");
    assert_eq!(places["places"][0]["longitude"], 109.49);
    assert_eq!(value(&reader.get("/api/v1/places").await)["places"].as_array().unwrap().len(), 13);
    assert_eq!(value(&reader.get("/api/v1/places/610602701201").await)["within"], "610602701000");
    let categories = value(&reader.get("/api/v1/categories").await);
    assert_eq!(categories["categories"][0]["id"], "leadership");
}
