//! The description at `/api/openapi.json` compared with the router, and with what the interface really answers.

use std::collections::BTreeSet;

use axum::body::Body;
use axum::http::{HeaderValue, Method};
use huiyin_cases::{Act, Assignment, Cases, Channel, Moment, Outcome, Posting, Request, Submission};
use huiyin_directory::{Viewer, viewer_find};
use huiyin_testing::{Browser, City, Page, TestApp};
use huiyin_web::api::{ApiScope, NewClient, client_open};
use serde_json::{Value, json};

async fn house() -> (TestApp, City) {
    let app = TestApp::new(huiyin_app::features::features()).await.expect("a house");
    let city = City::found(&app).await.expect("a city");
    (app, city)
}

fn value(page: &Page) -> Value {
    serde_json::from_slice(&page.bytes).unwrap_or_else(|_| panic!("{} is no JSON", page.path))
}

#[tokio::test(flavor = "multi_thread")]
async fn every_route_is_described_and_nothing_else() {
    let (app, _) = house().await;
    let description = value(&app.browser().get("/api/openapi.json").await);
    assert_eq!(description["openapi"], "3.1.0");
    let routed: BTreeSet<String> = app
        .site
        .table
        .iter()
        .filter(|route| route.path.starts_with("/api/"))
        .map(|route| format!("{} {}", route.method, route.path))
        .collect();
    let paths = description["paths"].as_object().expect("paths");
    let described: BTreeSet<String> = paths
        .iter()
        .flat_map(|(path, methods)| {
            let methods = methods.as_object().expect("methods").keys();
            methods.map(move |method| format!("{} {path}", method.to_uppercase()))
        })
        .collect();
    assert_eq!(routed, described);
    let mut names = BTreeSet::new();
    for (path, methods) in paths {
        for (method, operation) in methods.as_object().expect("methods") {
            let id = operation["operationId"].as_str().unwrap_or_default().to_owned();
            assert!(!id.is_empty() && names.insert(id), "{method} {path} has no name of its own");
            let named: BTreeSet<&str> = operation["parameters"]
                .as_array()
                .into_iter()
                .flatten()
                .filter(|one| one["in"] == "path")
                .filter_map(|one| one["name"].as_str())
                .collect();
            let wanted: BTreeSet<&str> =
                path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}')).collect();
            assert_eq!(named, wanted, "{method} {path}");
        }
    }
}

/// Checks an answer against what the description says of its route and status.
fn fits(description: &Value, page: &Page, route: &str, method: &str) {
    let status = page.status.as_u16().to_string();
    let mut response = &description["paths"][route][method]["responses"][&status];
    if let Some(pointer) = response["$ref"].as_str() {
        response = description.pointer(pointer.trim_start_matches('#')).expect("a described answer");
    }
    let kind = page.headers["content-type"].to_str().expect("plain");
    let schema = &response["content"][kind]["schema"];
    assert!(schema.is_object(), "{method} {route}: {status} as {kind} is not described");
    let mut whole = schema.clone();
    whole["components"] = description["components"].clone();
    let validator = jsonschema::validator_for(&whole).expect("a schema");
    let answer = value(page);
    let wrong: Vec<String> =
        validator.iter_errors(&answer).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(wrong.is_empty(), "{method} {}: {wrong:?}", page.path);
}

async fn viewer(app: &TestApp, city: &City, login: &str) -> Viewer {
    let mut tx = app.site.db.read().await.expect("a connection");
    viewer_find(&mut tx, city.account(login), app.site.today()).await.expect("read").expect("a viewer")
}

/// One problem that was answered, and one that was not.
async fn fill(app: &TestApp, city: &City) {
    let site = &app.site;
    let cases = Cases::of(&site.db, &site.vault, &site.calendar).expect("the engine");
    let moment = Moment::at(site.clock.now());
    let village = city.entry("上湾村").clone();
    let at = city.org("上湾村");
    let point = site.db.write("point", move |tx| {
        Box::pin(async move {
            let point = "update org set longitude = 109490000, latitude = 36600000 where region = $1 and id = $2";
            Ok(huiyin_db::query(point).bind(at.region).bind(at.id).execute(tx).await?)
        })
    });
    point.await.expect("a point");
    for n in 0..2 {
        let submission = Submission {
            region: village.region,
            township: village.parent,
            village: Some(village.id),
            category: "infrastructure".into(),
            sub_category: "water".into(),
            title: "三组没水".into(),
            text: "三组没水了，请修。".into(),
            contact: None,
            subject: None,
            channel: Channel::Web,
            photos: Vec::new(),
            nonce: format!("described-{n}"),
        };
        let case = cases.submit(submission, moment, &mut site.rngs.rng()).await.expect("submitted").case;
        let posting = Posting {
            title: "三组没水".into(),
            text: "三组没水了，请修。".into(),
            edited: false,
            category: "infrastructure".into(),
            sub_category: "water".into(),
            photos: Vec::new(),
        };
        let (county, water) = (viewer(app, city, "county").await, viewer(app, city, "water").await);
        let to = city.org("区水务局");
        let assignment = Assignment { to, account: None, goal: "恢复供水".into(), deadline: None };
        let answer =
            Request::RequestClose { outcome: Outcome::Solved, text: "已通水。".into(), photos: Vec::new() };
        let mut steps: Vec<(Request, &Viewer)> = vec![(Request::Post(posting), &county)];
        if n == 0 {
            steps.push((Request::Assign(assignment), &county));
            steps.extend([(Request::Sign, &water), (Request::Begin, &water), (answer, &water)]);
            steps.push((Request::Accept, &county));
        }
        for (request, who) in steps {
            let act: Act = request.because("按规定办理");
            cases.act(case, act, who, moment).await.expect("done");
        }
    }
}

async fn key(app: &TestApp) -> String {
    let site = &app.site;
    let new = NewClient {
        name: "试".into(),
        contact: "试 0911".into(),
        scope: ApiScope::Post,
        per_minute: 1000,
        days: 1,
        by: None,
    };
    let rng = &mut site.rngs.rng();
    client_open(&site.db, &site.vault, site.home, &new, site.clock.real(), rng).await.expect("a key").1
}

async fn send(sender: &mut Browser, body: Value) -> Page {
    let body = Body::from(body.to_string());
    sender.send(Method::POST, "/api/v1/problems", Some("application/json".into()), body).await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_answered_is_what_is_described() {
    let (app, city) = house().await;
    fill(&app, &city).await;
    let mut reader = app.browser();
    let description = value(&reader.get("/api/openapi.json").await);
    let mut walked = BTreeSet::new();
    for (path, route) in [
        ("/api/openapi.json", "/api/openapi.json"),
        ("/api/v1/problems", "/api/v1/problems"),
        ("/api/v1/problems?limit=1", "/api/v1/problems"),
        ("/api/v1/problems?limit=x", "/api/v1/problems"),
        ("/api/v1/problems?place=1", "/api/v1/problems"),
        ("/api/v1/problems.geojson", "/api/v1/problems.geojson"),
        ("/api/v1/problems/宝塔-2016-00001", "/api/v1/problems/{number}"),
        ("/api/v1/problems/宝塔-2016-00009", "/api/v1/problems/{number}"),
        ("/api/v1/echoes", "/api/v1/echoes"),
        ("/api/v1/categories", "/api/v1/categories"),
        ("/api/v1/places", "/api/v1/places"),
        ("/api/v1/places?within=610602701000", "/api/v1/places"),
        ("/api/v1/places/610602", "/api/v1/places/{code}"),
        ("/api/v1/places/610602701201", "/api/v1/places/{code}"),
        ("/api/v1/tokens/x", "/api/v1/tokens/{token}"),
        ("/api/v1/figures", "/api/v1/figures"),
        ("/api/v1/figures?county=1", "/api/v1/figures"),
    ] {
        fits(&description, &reader.get(path).await, route, "get");
        walked.insert(route.to_owned());
    }
    let all: BTreeSet<String> = description["paths"].as_object().expect("paths").keys().cloned().collect();
    assert_eq!(walked, all, "every route was really asked");

    reader.headers.insert("authorization", HeaderValue::from_static("Bearer hy_x"));
    fits(&description, &reader.get("/api/v1/categories").await, "/api/v1/categories", "get");
    let key = format!("Bearer {}", key(&app).await);
    let mut sender = app.browser();
    sender.headers.insert("origin", HeaderValue::from_static("null"));
    let report =
        json!({ "place": "610602701201", "category": "infrastructure", "sub_category": "water", "text": "没水了" });
    fits(&description, &send(&mut sender, report.clone()).await, "/api/v1/problems", "post");
    sender.headers.insert("authorization", HeaderValue::from_str(&key).expect("plain"));
    fits(&description, &send(&mut sender, json!({})).await, "/api/v1/problems", "post");
    let taken = send(&mut sender, report).await;
    assert_eq!(taken.status, 201);
    fits(&description, &taken, "/api/v1/problems", "post");
    let check = value(&taken)["check"].as_str().expect("an address").to_owned();
    fits(&description, &sender.get(&check).await, "/api/v1/tokens/{token}", "get");
}

/// A check that cannot fail is none.
#[test]
fn a_field_too_many_is_noticed() {
    let description: Value =
        serde_json::from_str(include_str!("../../../features/cases/src/api/openapi.json")).expect("a description");
    let mut schema = json!({ "$ref": "#/components/schemas/Named" });
    schema["components"] = description["components"].clone();
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    assert!(validator.is_valid(&json!({ "id": "a", "name": "b" })));
    assert!(!validator.is_valid(&json!({ "id": "a", "name": "b", "internal": 1 })));
    assert!(!validator.is_valid(&json!({ "id": "a" })));
}
