//! GeoReport v2 as the standard has it, in both formats.

use axum::body::Body;
use axum::http::{HeaderValue, Method};
use huiyin_cases::Outcome;
use huiyin_testing::{Browser, Page};
use huiyin_web::api::ApiScope;
use serde_json::{Value, json};

use crate::posted::{Posted, ROAD, WATER};

fn value(page: &Page) -> Value {
    serde_json::from_slice(&page.bytes).unwrap_or_else(|_| panic!("{} is no JSON: {}", page.path, page.html()))
}

async fn send(sender: &mut Browser, path: &str, fields: &[(&str, &str)]) -> Page {
    let body: Vec<String> = fields
        .iter()
        .map(|(name, value)| format!("{name}={}", value.replace('%', "%25").replace('&', "%26").replace(' ', "+")))
        .collect();
    let kind = Some("application/x-www-form-urlencoded".to_owned());
    sender.headers.insert("origin", HeaderValue::from_static("null"));
    sender.send(Method::POST, path, kind, Body::from(body.join("&"))).await
}

#[tokio::test]
async fn services_are_the_categories() {
    let wall = Posted::new().await;
    let mut reader = wall.app.browser();
    let services = value(&reader.get("/open311/v2/services.json").await);
    let water = services.as_array().unwrap().iter().find(|one| one["service_code"] == "infrastructure-water").unwrap();
    assert_eq!((&water["type"], &water["metadata"]), (&json!("batch"), &json!(true)));
    let xml = reader.get("/open311/v2/services.xml").await;
    assert_eq!(xml.headers["content-type"], "text/xml; charset=utf-8");
    assert!(xml.html().contains("<services><service>") && xml.html().contains("infrastructure-water"));
    let definition = value(&reader.get("/open311/v2/services/infrastructure-water.json").await);
    assert_eq!(definition["attributes"][0]["code"], "about");
    let xml = reader.get("/open311/v2/services/infrastructure-water.xml").await.html();
    assert!(
        xml.contains("<service_definition>")
            && xml.contains("<attributes><attribute>")
            && xml.contains("<values><value>"),
        "{xml}"
    );
    for name in ["x.json", "infrastructure.json", "infrastructure-x.json", "-.json"] {
        let page = reader.get(&format!("/open311/v2/services/{name}")).await;
        assert_eq!((page.status.as_u16(), &value(&page)[0]["code"]), (404, &json!(404)), "{name}");
    }
    let page = reader.get("/open311/v2/services/infrastructure-water.json?jurisdiction_id=sf.gov").await;
    assert_eq!(page.status, 404);
    assert_eq!(reader.get("/open311/v2/services/infrastructure-water.json?jurisdiction_id=610600").await.status, 200);
    assert!(reader.get("/open311/discovery.xml").await.html().contains("GeoReport_v2"));
    let unknown = reader.get("/open311/v2/nothing.xml").await;
    assert!(unknown.html().contains("<errors><error><code>404</code>"), "{}", unknown.html());
}

#[tokio::test]
async fn closed_never_reads_as_solved() {
    let wall = Posted::new().await;
    let case = wall.post(WATER).await;
    wall.post(ROAD).await;
    wall.answer(case, Outcome::Explained, "主管道明年改造。").await;
    let mut reader = wall.app.browser();
    let all = value(&reader.get("/open311/v2/requests.json").await);
    assert_eq!(all.as_array().unwrap().len(), 2);
    let closed = value(&reader.get("/open311/v2/requests.json?status=closed").await);
    assert_eq!(closed.as_array().unwrap().len(), 1);
    let one = &closed[0];
    assert_eq!((&one["status"], &one["extended_attributes"]["outcome"]), (&json!("closed"), &json!("explained")));
    assert!(one["status_notes"].as_str().unwrap().starts_with("已说明"));
    assert_eq!(one["requested_datetime"], "2016-12-16T00:00:00+08:00", "days only");
    assert_eq!(one["service_request_id"], "宝塔-2016-00001");
    assert_eq!(one["address_id"], "610602701201");
    let open = value(&reader.get("/open311/v2/requests.json?status=open&service_code=infrastructure-road").await);
    assert_eq!(open[0]["service_request_id"], "宝塔-2016-00002");
    assert!(open[0]["extended_attributes"]["outcome"].is_null());
    let two = "/open311/v2/requests.json?service_request_id=宝塔-2016-00002,宝塔-2016-00001,宝塔-2016-00009";
    assert_eq!(value(&reader.get(two).await).as_array().unwrap().len(), 2);
    let xml = reader.get("/open311/v2/requests/宝塔-2016-00001.xml").await.html();
    assert!(
        xml.contains("<service_requests><request><service_request_id>") || xml.contains("<service_requests><request>"),
        "{xml}"
    );
    assert!(xml.contains("<status>closed</status>") && xml.contains("<outcome>explained</outcome>"), "{xml}");
    assert!(!xml.contains(&case.id.to_string()));
    let paged = value(&reader.get("/open311/v2/requests.json?page_size=1").await);
    let after =
        format!("/open311/v2/requests.json?page_size=1&after={}", paged[0]["service_request_id"].as_str().unwrap());
    assert_eq!(value(&reader.get(&after).await)[0]["service_request_id"], "宝塔-2016-00001");
    let dated = "/open311/v2/requests.json?start_date=2016-12-17T00:00:00Z";
    assert!(value(&reader.get(dated).await).as_array().unwrap().is_empty());
    for (query, status) in [
        ("status=fixed", 400),
        ("start_date=yesterday", 400),
        ("page_size=0", 400),
        ("service_code=x", 400),
        ("after=x", 400),
        ("jurisdiction_id=sf.gov", 404),
    ] {
        let page = reader.get(&format!("/open311/v2/requests.json?{query}")).await;
        assert_eq!((page.status.as_u16(), &value(&page)[0]["code"]), (status, &json!(status)), "{query}");
    }
    let missing = reader.get("/open311/v2/requests/宝塔-2016-00009.xml").await;
    assert!(missing.status == 404 && missing.html().contains("<code>404</code>"));
}

#[tokio::test]
async fn a_request_gets_a_token_and_after_posting_its_number() {
    let wall = Posted::new().await;
    let key = wall.key(ApiScope::Post, 1000).await;
    let mut sender = wall.app.browser();
    let fields = [
        ("service_code", "infrastructure-water"),
        ("address_id", "610602701201"),
        ("description", "三组没水了 请修"),
        ("last_name", "某"),
        ("phone", "13900000000"),
        ("attribute[about]", ""),
    ];
    let without = send(&mut sender, "/open311/v2/requests.json", &fields).await;
    assert_eq!((without.status.as_u16(), &value(&without)[0]["code"]), (401, &json!(401)));
    let with: Vec<(&str, &str)> = fields.iter().copied().chain([("api_key", key.as_str())]).collect();
    let taken = send(&mut sender, "/open311/v2/requests.json", &with).await;
    assert_eq!(taken.status, 200, "{}", taken.html());
    let token = value(&taken)[0]["token"].as_str().unwrap().to_owned();
    let waiting = value(&sender.get(&format!("/open311/v2/tokens/{token}.json")).await);
    assert_eq!(waiting, json!([{ "service_request_id": null, "token": token }]));
    let mut county = wall.app.browser_as(wall.city.account("county")).await.unwrap();
    let link = county.get("/desk").await.attributes("a[href^='/cases/']", "href").remove(0);
    let page = county.get(&link).await;
    let looked = county.submit(&page, &format!("{link}/original"), &[]).await;
    county.submit(&looked, &format!("{link}/posting"), &[]).await;
    let xml = sender.get(&format!("/open311/v2/tokens/{token}.xml")).await.html();
    assert!(xml.contains("<service_request_id>宝塔-2016-00001</service_request_id>"), "{xml}");
    assert_eq!(sender.get("/open311/v2/tokens/AAAAAAAAAAAAAAAAAAAAAAAA.json").await.status, 404);
    for (name, value_of, status) in [
        ("service_code", "", 400),
        ("service_code", "x", 404),
        ("address_id", "", 400),
        ("address_id", "1", 400),
        ("description", " ", 400),
        ("attribute[about]", "county", 400),
        ("jurisdiction_id", "sf.gov", 404),
    ] {
        let mut fields: Vec<(&str, &str)> = with.iter().copied().filter(|(field, _)| *field != name).collect();
        fields.push((name, value_of));
        let page = send(&mut sender, "/open311/v2/requests.xml", &fields).await;
        assert_eq!(page.status.as_u16(), status, "{name}={value_of}: {}", page.html());
        assert!(page.html().contains(&format!("<errors><error><code>{status}</code>")), "{}", page.html());
    }
}
