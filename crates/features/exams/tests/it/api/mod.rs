//! Answers as scripts send them.

mod outbox;

use axum::body::Body;
use axum::http::Method;
use huiyin_testing::{Browser, Page};
use serde_json::{Value, json};

/// Sends answers as a script does.
pub(crate) async fn send(browser: &mut Browser, sitting: &str, body: &Value) -> Page {
    let kind = Some("application/json".to_owned());
    browser.send(Method::POST, &format!("{sitting}/outbox"), kind, Body::from(body.to_string())).await
}

/// One answer.
pub(crate) fn one(place: i64, seq: i64, value: &str) -> Value {
    json!({ "device": "phone", "answers": [{ "place": place, "seq": seq, "value": value, "age": 0 }] })
}

/// What the server said of the only answer.
pub(crate) fn state(page: &Page) -> String {
    let answer: Value = serde_json::from_slice(&page.bytes).unwrap();
    answer["receipts"][0]["state"].as_str().unwrap().to_owned()
}
