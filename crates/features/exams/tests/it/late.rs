//! What comes after the end waits for somebody to look; nothing is thrown away.

use serde_json::json;

use crate::api::{one, send, state};
use crate::house::{House, sit};

#[tokio::test]
async fn a_late_answer_is_kept_looked_at_and_counted() {
    let (house, test) = House::with_test(&[("minutes", "10")]).await;
    let mut member = house.browser("member").await;
    let paper = sit(&mut member, &test).await.path;
    assert_eq!(state(&send(&mut member, &paper, &one(3, 1, "119")).await), "saved");
    house.wait(60);
    house.app.periodic("sitting_mark").await.unwrap();
    // Written 55 minutes ago by a clock that is years wrong: only how long ago counts.
    let late = json!({ "device": "phone", "answers": [{ "place": 3, "seq": 2, "value": "120", "age": 55 * 60_000 }] });
    assert_eq!(state(&send(&mut member, &paper, &late).await), "late");
    assert_eq!(state(&send(&mut member, &paper, &late).await), "late", "once more is once");
    let second = json!({ "device": "phone", "answers": [{ "place": 4, "seq": 1, "value": "4", "age": 1_000 }] });
    assert_eq!(state(&send(&mut member, &paper, &second).await), "late");
    let result = member.get(&format!("{paper}/result")).await;
    assert!(result.text().contains("得分 0 / 14") && result.text().contains("等组织单位核对"), "{}", result.text());

    let mut city = house.browser("city").await;
    let queue = city.get(&format!("{test}/late")).await;
    assert_eq!(queue.all("section.panel").len(), 2);
    assert!(queue.text().contains("在截止以前") && queue.text().contains("在截止以后"), "{}", queue.text());
    let action = format!("{test}/late");
    assert_eq!(city.submit(&queue, &action, &[("accept", "yes"), ("reason", " ")]).await.status, 422);
    city.submit(&queue, &action, &[("accept", "yes"), ("reason", "断网，写在截止以前")]).await;
    let twice = city.submit(&queue, &action, &[("accept", "no"), ("reason", "不算")]).await;
    assert_eq!(twice.status, 409, "decided once");
    let queue = city.get(&format!("{test}/late")).await;
    city.submit(&queue, &action, &[("accept", "no"), ("reason", "写在截止以后")]).await;
    let result = member.get(&format!("{paper}/result")).await;
    assert!(result.text().contains("得分 2 / 14"), "{}", result.text());
    assert!(result.text().contains("断网，写在截止以前") && result.text().contains("没有算进去：写在截止以后"));
    assert_eq!(state(&send(&mut member, &paper, &late).await), "saved", "a phone that never heard is told so");
}

#[tokio::test]
async fn what_is_on_its_way_when_time_ends_still_counts() {
    let (house, test) = House::with_test(&[("minutes", "10")]).await;
    let mut member = house.browser("member").await;
    let paper = sit(&mut member, &test).await.path;
    house.wait(10);
    assert_eq!(state(&send(&mut member, &paper, &one(3, 1, "120")).await), "saved");
    house.wait(1);
    assert_eq!(state(&send(&mut member, &paper, &one(3, 2, "119")).await), "late");
}

#[tokio::test]
async fn a_form_that_comes_late_is_kept_too() {
    let (house, test) = House::with_test(&[("minutes", "10")]).await;
    let mut member = house.browser("member").await;
    let paper = sit(&mut member, &test).await;
    house.wait(60);
    let page = member.submit(&paper, &format!("{}/answers", paper.path), &[("q0", "0"), ("submit", "1")]).await;
    assert!(page.text().contains("晚了") && page.text().contains("晚到"), "{}", page.text());
}
