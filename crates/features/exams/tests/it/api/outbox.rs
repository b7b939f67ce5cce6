//! Answers as scripts send them: in pieces, twice, from two devices, too large, by others.

use axum::body::Body;
use axum::http::Method;
use serde_json::{Value, json};

use super::{one, send, state};
use crate::house::{House, sit};

#[tokio::test]
async fn an_answer_is_acknowledged_and_never_doubled() {
    let (house, test) = House::with_test(&[]).await;
    let mut member = house.browser("member").await;
    let paper = sit(&mut member, &test).await.path;
    for _ in 0..3 {
        assert_eq!(state(&send(&mut member, &paper, &one(3, 1, "112")).await), "saved");
    }
    assert_eq!(state(&send(&mut member, &paper, &one(3, 2, "120")).await), "saved");
    assert_eq!(state(&send(&mut member, &paper, &one(3, 1, "112")).await), "older", "overtaken on its way");
    assert_eq!(member.get(&paper).await.attributes("input[name=q3]", "value"), ["120"]);
    let submit =
        json!({ "device": "phone", "answers": [{ "place": 4, "seq": 1, "value": "4", "age": 0 }], "submit": true });
    let page = send(&mut member, &paper, &submit).await;
    assert_eq!(serde_json::from_slice::<Value>(&page.bytes).unwrap()["open"], json!(false));
    assert_eq!(state(&send(&mut member, &paper, &submit).await), "saved", "sent once more after the answer was lost");
    let result = member.get(&format!("{paper}/result")).await;
    assert!(result.text().contains("得分 4 / 14"), "{}", result.text());
}

#[tokio::test]
async fn of_two_devices_the_later_answer_holds_and_the_other_is_told() {
    let (house, test) = House::with_test(&[]).await;
    let mut member = house.browser("member").await;
    let paper = sit(&mut member, &test).await.path;
    send(&mut member, &paper, &one(3, 1, "119")).await;
    let tablet = json!({ "device": "a tablet", "answers": [{ "place": 3, "seq": 1, "value": "120", "age": 9 }] });
    let page = send(&mut member, &paper, &tablet).await;
    assert_eq!(state(&page), "older", "the same number: one of the two holds, whoever came first does not matter");
    let answer: Value = serde_json::from_slice(&page.bytes).unwrap();
    assert_eq!((&answer["receipts"][0]["value"], &answer["receipts"][0]["seq"]), (&json!("119"), &json!(1)));
    let again = json!({ "device": "a tablet", "answers": [{ "place": 3, "seq": 2, "value": "120", "age": 0 }] });
    assert_eq!(state(&send(&mut member, &paper, &again).await), "saved", "chosen anew with that in sight");
}

#[tokio::test]
async fn two_presses_at_once_are_one_go() {
    let (house, test) = House::with_test(&[("tries", "3")]).await;
    let (mut one, mut other) = (house.browser("member").await, house.browser("member").await);
    let path = format!("{test}/sittings");
    let (first, second) = tokio::join!(one.post(&path, &[]), other.post(&path, &[]));
    assert_eq!(first.path, second.path);
}

#[tokio::test]
async fn what_is_no_answer_is_refused_in_words() {
    let (house, test) = House::with_test(&[]).await;
    let mut member = house.browser("member").await;
    let paper = sit(&mut member, &test).await.path;
    for (place, seq, value) in
        [(-1, 1, "x".to_owned()), (9_999, 1, "x".into()), (3, 0, "x".into()), (3, 1, "长".repeat(4_001))]
    {
        assert_eq!(state(&send(&mut member, &paper, &one(place, seq, &value)).await), "refused");
    }
    let many: Vec<Value> = (0..401).map(|n| json!({ "place": n, "seq": 1, "value": "" })).collect();
    assert_eq!(send(&mut member, &paper, &json!({ "device": "phone", "answers": many })).await.status, 422);
    assert_eq!(send(&mut member, &paper, &json!({ "device": "", "answers": [] })).await.status, 422);
    assert_eq!(send(&mut member, &paper, &json!({ "answers": "x" })).await.status, 422);
    let huge = json!({ "device": "phone", "answers": [{ "place": 1, "seq": 1, "value": "x".repeat(300_000) }] });
    assert_eq!(send(&mut member, &paper, &huge).await.status, 413);
    let form = Some("application/x-www-form-urlencoded".to_owned());
    let path = format!("{paper}/outbox");
    assert_eq!(member.send(Method::POST, &path, form, Body::from("device=x")).await.status, 422);
    let mut other = house.browser("secretary").await;
    assert_eq!(send(&mut other, &paper, &one(3, 9, "120")).await.status, 404, "another's paper");
    assert_eq!(send(&mut house.app.browser(), &paper, &one(3, 9, "120")).await.status, 401);
    let kept = Some("application/json".to_owned());
    member.headers.insert("origin", "http://elsewhere.test".parse().unwrap());
    let foreign = member.send(Method::POST, &path, kept, Body::from(one(3, 9, "120").to_string())).await;
    assert_eq!(foreign.status, 403, "from another site");
}
