//! Photos that another office's program hands in.

use axum::body::Body;
use axum::http::{HeaderValue, Method};
use huiyin_web::api::ApiScope;

use crate::counter_photos::photos_of;
use crate::moderation::PNG;
use crate::posted::Posted;

fn body(boundary: &str, fields: &[(&str, &str)], photos: usize) -> (String, Body) {
    let mut all = Vec::new();
    for (name, value) in fields {
        let head = format!("--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
        all.extend(head.as_bytes());
    }
    for _ in 0..photos {
        let head = format!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"photos\"; filename=\"a.png\"\r\n\
             Content-Type: image/png\r\n\r\n"
        );
        all.extend(head.as_bytes());
        all.extend(PNG);
        all.extend(b"\r\n");
    }
    all.extend(format!("--{boundary}--\r\n").as_bytes());
    (format!("multipart/form-data; boundary={boundary}"), Body::from(all))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_sends_photos_once() {
    let wall = Posted::new().await;
    let key = wall.key(ApiScope::Post, 100).await;
    let mut program = wall.app.browser();
    program.headers.insert("authorization", HeaderValue::from_str(&format!("Bearer {key}")).unwrap());
    program.headers.insert("idempotency-key", HeaderValue::from_static("with-photos-1"));
    let fields = [
        ("place", "610602701201"),
        ("category", "infrastructure"),
        ("sub_category", "water"),
        ("text", "三组没水了。请修。"),
    ];
    let mut receipts = Vec::new();
    // Another boundary is the same content.
    for boundary in ["first-boundary", "another-boundary"] {
        let (kind, body) = body(boundary, &fields, 2);
        let taken = program.send(Method::POST, "/api/v1/problems", Some(kind), body).await;
        assert_eq!(taken.status, 201, "{}", taken.text());
        let taken: serde_json::Value = serde_json::from_str(&taken.html()).unwrap();
        receipts.push(taken["receipt"].as_str().unwrap().to_owned());
    }
    assert_eq!(receipts[0], receipts[1]);
    assert_eq!(photos_of(&wall.app).await, 2);
    let (kind, other) = body("first-boundary", &fields, 1);
    let other = program.send(Method::POST, "/api/v1/problems", Some(kind), other).await;
    assert!(other.status == 422 && other.html().contains("idempotency_key_reused"), "{}", other.html());
    program.headers.insert("idempotency-key", HeaderValue::from_static("with-photos-2"));
    let wrong = [("place", "610602701201"), ("category", "infrastructure"), ("text", "没水"), ("colour", "red")];
    for (fields, photos, says) in [(&fields[..], 10, "最多附 9 张"), (&wrong[..], 1, "字段不对")] {
        let (kind, body) = body("b", fields, photos);
        let refused = program.send(Method::POST, "/api/v1/problems", Some(kind), body).await;
        assert!(refused.status == 422 && refused.html().contains(says), "{}", refused.html());
    }
    assert_eq!(photos_of(&wall.app).await, 2);
}
