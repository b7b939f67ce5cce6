//! Contests: by choice, under a chosen name, forgotten after seven days.

use chrono::TimeDelta;
use huiyin_testing::{Browser, Page};

use crate::house::{BANK, House, bank};

async fn made(house: &House, extra: &[(&str, &str)]) -> (Browser, String) {
    let mut city = house.browser("city").await;
    bank(&mut city, BANK).await;
    let form = city.get("/contests/new").await;
    let mut fields = vec![("title", "夜话竞赛"), ("rounds", "1"), ("each", "2"), ("category", "常识")];
    fields.retain(|(name, _)| !extra.iter().any(|(other, _)| other == name));
    fields.extend_from_slice(extra);
    let page = city.submit(&form, "/contests", &fields).await;
    assert!(page.path.starts_with("/contests/"), "{} {}", page.status, page.text());
    (city, page.path)
}

async fn step(city: &mut Browser, path: &str) -> Page {
    let page = city.get(path).await;
    city.submit(&page, &format!("{path}/step"), &[]).await
}

/// Answers the question that is asked; the right one where it is wanted.
async fn answer(browser: &mut Browser, path: &str, right: bool) -> Page {
    let page = browser.get(&format!("{path}/live")).await;
    let texts = page.all(".choice label");
    let values = page.attributes(".choice-mark", "value");
    let wanted = if texts.iter().any(|text| text == "12月4日") { "12月4日" } else { "错" };
    let at = texts.iter().position(|text| (text == wanted) == right).unwrap();
    browser.submit(&page, &format!("{path}/answers"), &[("value", &values[at])]).await
}

#[tokio::test]
async fn a_contest_is_played_by_those_who_want_to_and_shows_those_who_agreed() {
    let house = House::new().await;
    let (mut city, path) = made(&house, &[]).await;
    let mut players = Vec::new();
    for (login, name, agreed) in [("member", "老井", "1"), ("secretary", "青杨", ""), ("village", "小雨", "1")] {
        let mut player = house.browser(login).await;
        let page = player.get(&path).await;
        let page = player.submit(&page, &format!("{path}/entry"), &[("name", name), ("agreed", agreed)]).await;
        assert!(page.text().contains("等主持人开始"), "{}", page.text());
        players.push(player);
    }
    assert_eq!(players[0].post(&format!("{path}/step"), &[]).await.status, 403);
    let screen = step(&mut city, &path).await;
    assert!(screen.path.ends_with("/screen") && screen.text().contains("第 1 题"), "{}", screen.text());
    for (n, player) in players.iter_mut().enumerate() {
        let page = answer(player, &path, n < 2).await;
        assert!(page.text().contains("已收到"), "{}", page.text());
    }
    let stale = city.post(&format!("{path}/step"), &[("known", "0/waiting")]).await;
    assert_eq!(stale.status, 409, "pressed twice it goes on once");
    let shown = step(&mut city, &path).await;
    assert!(shown.text().contains("正确答案") && shown.text().contains("老井"), "{}", shown.text());
    assert!(!shown.text().contains("青杨"), "who did not agree is not shown");
    assert!(!shown.text().contains("人选"), "three answers are too few to be counted in public");
    step(&mut city, &path).await;
    house.app.advance(TimeDelta::seconds(60));
    let page = players[0].get(&format!("{path}/live")).await;
    let late = players[0].submit(&page, &format!("{path}/answers"), &[("value", "0")]).await;
    assert_eq!(late.status, 409, "too late");
    step(&mut city, &path).await;
    let over = step(&mut city, &path).await;
    assert!(over.text().contains("老井") && !over.text().contains("青杨"), "{}", over.text());
    assert!(players[1].get(&path).await.text().contains("答对 1 题"), "everybody reads his own");

    for days in [6, 1] {
        assert!(city.get(&path).await.text().contains("老井"), "kept for seven days");
        for _ in 0..days * 4 {
            house.app.advance(TimeDelta::hours(6));
            city.get(&path).await;
        }
        house.app.periodic("contest_sweep").await.unwrap();
    }
    let page = city.get(&path).await;
    assert!(!page.text().contains("老井") && page.text().contains("名单已经清除"), "{}", page.text());
}

#[tokio::test]
async fn only_the_first_answer_counts_and_only_of_those_who_take_part() {
    let house = House::new().await;
    let (mut city, path) = made(&house, &[]).await;
    let mut member = house.browser("member").await;
    let page = member.get(&path).await;
    member.submit(&page, &format!("{path}/entry"), &[("name", "老井"), ("agreed", "1")]).await;
    step(&mut city, &path).await;
    let form = member.get(&format!("{path}/live")).await;
    let values = form.attributes(".choice-mark", "value");
    for value in &values {
        member.submit(&form, &format!("{path}/answers"), &[("value", value)]).await;
    }
    let shown = step(&mut city, &path).await;
    let best = shown.text().contains("老井");
    let page = member.get(&format!("{path}/live")).await;
    assert!(page.text().contains("您答的"));
    let fields = [("item", "1"), ("value", values[0].as_str())];
    assert_eq!(member.post(&format!("{path}/answers"), &fields).await.status, 409, "the answer is shown already");
    let mut other = house.browser("water").await;
    assert_eq!(other.post(&format!("{path}/answers"), &fields).await.status, 403, "who does not take part");
    let page = member.get(&path).await;
    let page = member.submit(&page, &format!("{path}/withdrawal"), &[]).await;
    assert!(page.text().contains("都删掉了"));
    let shown = city.get(&format!("{path}/screen")).await;
    assert!(!shown.text().contains("老井"), "gone at once ({best})");
}

#[tokio::test]
async fn a_team_bears_no_units_name() {
    let house = House::new().await;
    let (_, path) = made(&house, &[("kind", "team")]).await;
    let mut member = house.browser("member").await;
    let page = member.get(&path).await;
    let action = format!("{path}/entry");
    for team in ["上湾村", "区水务局", "第一党支部", "", &"长".repeat(13)] {
        let refused = member.submit(&page, &action, &[("name", "老井"), ("team", team), ("agreed", "1")]).await;
        assert_eq!(refused.status, 422, "{team}");
    }
    let entered = member.submit(&page, &action, &[("name", "老井"), ("team", "黄土高坡"), ("agreed", "1")]).await;
    assert_eq!(entered.status, 200);
}

#[tokio::test]
async fn the_stream_is_for_the_signed_in_and_of_a_contest_that_is() {
    let house = House::new().await;
    let (mut city, path) = made(&house, &[]).await;
    let events = format!("{path}/events");
    assert_eq!(house.app.browser().look(&events).await.status, 401);
    step(&mut city, &path).await;
    let mut member = house.browser("member").await;
    assert_eq!(member.get("/contests/0158f2a0000070100000000000000001/events").await.status, 404);
}

#[tokio::test]
async fn what_can_be_marked_at_once_can_be_asked() {
    let house = House::new().await;
    let (mut city, path) = made(&house, &[("wide", "1"), ("each", "5")]).await;
    let mut player = house.browser("member").await;
    let page = player.get(&path).await;
    player.submit(&page, &format!("{path}/entry"), &[("name", "老井"), ("agreed", "1")]).await;
    let (answers, live) = (format!("{path}/answers"), format!("{path}/live"));
    let mut ways = std::collections::BTreeSet::new();
    for _ in 0..5 {
        step(&mut city, &path).await;
        let page = player.get(&live).await;
        let texts = page.all(".choice label");
        let values = page.attributes(".choice-mark", "value");
        let value = |text: &str| values[texts.iter().position(|one| one == text).unwrap()].clone();
        let given: Vec<String> = if texts.iter().any(|text| text == "低保名单") {
            vec![value("低保名单"), value("救灾款物")]
        } else if texts.is_empty() {
            vec![if page.text().contains("急救电话") { "一二零".into() } else { "4".into() }]
        } else {
            vec![value(if texts.iter().any(|text| text == "错") { "错" } else { "12月4日" })]
        };
        ways.extend(page.attributes(".asked input", "type"));
        let given: Vec<(&str, &str)> = given.iter().map(|one| ("value", one.as_str())).collect();
        let page = player.submit(&page, &answers, &given).await;
        assert!(page.text().contains("已收到您的答案"), "{}", page.text());
        let item = city.get(&format!("{path}/screen")).await;
        step(&mut city, &path).await;
        assert!(!item.text().contains("正确答案"));
    }
    assert_eq!(ways.into_iter().collect::<Vec<_>>(), ["checkbox", "radio", "text"]);
    step(&mut city, &path).await;
    let over = player.get(&path).await;
    assert!(over.text().contains("答对 5 题"), "{}", over.text());
}
