use chrono::TimeDelta;
use huiyin_base::Region;
use huiyin_gateways::store::{message_list_failed, message_totals};
use huiyin_gateways::{Fault, Gateways, Message, MessageState};

use crate::gateway::web;
use crate::house::{House, message};

const GOOD: &[(u16, &str)] = &[(200, "{\"code\":0}")];

#[tokio::test]
async fn a_short_message_leaves_through_the_webhook_and_nothing_stays() {
    let (port, heard) = web(GOOD).await;
    let house = House::with_sms(port).await;
    let text = "您的激活码是“1234”。\n请在 30 天内使用。";
    let (id, written) = house.send(&message("138 1234-5678", text)).await.unwrap();
    assert!(written);
    let waiting = house.find(id).await.unwrap();
    let sealed = [waiting.address.unwrap(), waiting.text.unwrap()].concat();
    assert!(!sealed.windows(4).any(|part| part == b"1381" || part == b"1234"), "nothing readable in the queue");

    house.drain().await;
    let request = heard.all().pop().unwrap();
    let (head, body) = request.split_once("\n\n").unwrap_or_else(|| request.split_once("\r\n\n").unwrap());
    assert!(head.starts_with("POST /send?v=1"), "{head}");
    assert!(head.contains("x-app-key: 42") && head.contains("x-huiyin-signature: sha256="), "{head}");
    let body: serde_json::Value = serde_json::from_str(body).unwrap();
    assert_eq!((&body["phone"], &body["content"]), (&"13812345678".into(), &text.into()));
    assert!(!body["id"].as_str().unwrap().contains(&id.to_string()), "the reference tells no time");

    let sent = house.find(id).await.unwrap();
    assert_eq!((sent.state, sent.address, sent.text), (MessageState::Sent, None, None));
    house.drain().await;
    assert_eq!(heard.all().len(), 1, "sent once");
}

#[tokio::test]
async fn an_attempt_that_failed_is_repeated_with_the_same_reference() {
    let (port, heard) = web(&[(503, ""), (200, "{\"code\":1}"), (200, "{\"code\":0}")]).await;
    let house = House::with_sms(port).await;
    let (id, _) = house.send(&message("13812345678", "甲")).await.unwrap();
    for attempts in 1..=2 {
        house.drain().await;
        let row = house.find(id).await.unwrap();
        assert_eq!((row.state, row.attempts, row.fault), (MessageState::Waiting, attempts, Some(Fault::Busy)));
        house.clock.advance(TimeDelta::minutes(30));
    }
    house.drain().await;
    assert_eq!(house.find(id).await.unwrap().state, MessageState::Sent);
    let references: Vec<String> = heard
        .all()
        .iter()
        .map(|request| request.lines().find(|line| line.starts_with("x-huiyin-reference")).unwrap().trim().to_owned())
        .collect();
    assert!(references.len() == 3 && references.iter().all(|reference| *reference == references[0]), "{references:?}");
}

#[tokio::test]
async fn what_never_gets_through_is_given_up_without_its_content() {
    // A port on which nobody listens any more.
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let house = House::with_sms(port).await;
    let (id, _) = house.send(&message("13812345678", "甲")).await.unwrap();
    for _ in 0..12 {
        house.drain().await;
        house.clock.advance(TimeDelta::days(1));
    }
    let row = house.find(id).await.unwrap();
    assert_eq!((row.state, row.fault, row.attempts), (MessageState::Failed, Some(Fault::Unreachable), 8));
    assert_eq!((row.address, row.text), (None, None));
    let tx = &mut house.scratch.db.read().await.unwrap();
    assert_eq!(message_list_failed(tx, 10).await.unwrap().len(), 1);
    assert_eq!(message_totals(tx).await.unwrap(), [(MessageState::Failed, 1)]);
}

#[tokio::test]
async fn a_refusal_is_final_and_a_wrong_secret_is_not() {
    let (port, heard) = web(&[(422, "号码 13812345678 有误")]).await;
    let house = House::with_sms(port).await;
    let (id, _) = house.send(&message("13812345678", "甲")).await.unwrap();
    house.drain().await;
    let row = house.find(id).await.unwrap();
    assert_eq!((row.state, row.fault), (MessageState::Failed, Some(Fault::Refused)));
    assert_eq!(heard.all().len(), 1);

    let (port, _) = web(&[(401, "")]).await;
    let house = House::with_sms(port).await;
    let (id, _) = house.send(&message("13812345678", "甲")).await.unwrap();
    house.drain().await;
    let row = house.find(id).await.unwrap();
    assert_eq!((row.state, row.fault), (MessageState::Waiting, Some(Fault::Unauthorised)));
}

#[tokio::test]
async fn nobody_is_disturbed_at_night_or_on_a_holiday_but_in_an_emergency() {
    let (port, heard) = web(GOOD).await;
    let house = House::with_sms(port).await;
    // Friday, nine in the evening; Monday is the next working day.
    house.clock.advance(TimeDelta::hours(11));
    let (quiet, _) = house.send(&message("13812345678", "平常")).await.unwrap();
    let urgent = Message { urgent: true, ..message("13812345678", "紧急") };
    let (urgent, _) = house.send(&urgent).await.unwrap();
    house.drain().await;
    assert_eq!(house.find(urgent).await.unwrap().state, MessageState::Sent);
    for hours in [12, 24, 20] {
        assert_eq!(house.find(quiet).await.unwrap().state, MessageState::Waiting);
        house.clock.advance(TimeDelta::hours(hours));
        house.drain().await;
    }
    // Monday, five in the morning, then nine.
    assert_eq!(heard.all().len(), 1);
    house.clock.advance(TimeDelta::hours(4));
    house.drain().await;
    assert_eq!(house.find(quiet).await.unwrap().state, MessageState::Sent);
}

#[tokio::test]
async fn what_came_due_at_night_waits_for_the_morning() {
    let (port, heard) = web(GOOD).await;
    let house = House::with_sms(port).await;
    let (id, _) = house.send(&message("13812345678", "甲")).await.unwrap();
    // The server stood still until midnight.
    house.clock.advance(TimeDelta::hours(14));
    house.drain().await;
    assert!(heard.all().is_empty());
    house.clock.advance(TimeDelta::hours(58));
    house.drain().await;
    let row = house.find(id).await.unwrap();
    assert_eq!((row.state, row.attempts), (MessageState::Sent, 1), "waiting is no attempt");
}

#[tokio::test]
async fn one_of_a_key_waits_and_one_address_is_not_flooded() {
    let (port, _) = web(GOOD).await;
    let house = House::with_sms(port).await;
    let keyed = || Message { key: Some("notice".into()), ..message("13800000001", "甲") };
    assert!(house.send(&keyed()).await.unwrap().1);
    assert!(!house.send(&keyed()).await.unwrap().1);
    house.drain().await;
    assert!(house.send(&keyed()).await.unwrap().1, "the first has gone");

    let mut written = 0;
    for n in 0..30 {
        written += usize::from(house.send(&message("13800000002", &n.to_string())).await.unwrap().1);
    }
    assert_eq!(written, 10);
    let elsewhere = Region::try_from(2).unwrap();
    let of_another_county = house.send_of(elsewhere, &message("13800000002", "外县")).await.unwrap();
    assert!(!of_another_county.1, "one telephone, whatever region writes");
    let urgent = Message { urgent: true, ..message("13800000002", "紧急") };
    assert!(house.send(&urgent).await.unwrap().1);
    assert!(house.send(&message("13800000003", "别人")).await.unwrap().1);
    house.drain().await;
    house.clock.advance(TimeDelta::days(3));
    house.sweep().await;
    assert!(house.send(&message("13800000002", "三天后")).await.unwrap().1);
}

#[tokio::test]
async fn a_long_text_is_cut_and_without_a_gateway_nothing_is_written() {
    let (port, heard) = web(GOOD).await;
    let house = House::with_sms(port).await;
    house.send(&message("13812345678", &"长".repeat(100_000))).await.unwrap();
    house.drain().await;
    assert_eq!(heard.all()[0].matches('长').count(), 300);
    assert!(house.send(&message("wang@example.cn", "甲")).await.is_none(), "no mail gateway");
    assert!(House::new(Gateways::default()).await.send(&message("13812345678", "甲")).await.is_none());
}

#[tokio::test]
async fn records_are_forgotten_and_what_hangs_is_given_up() {
    let (port, _) = web(GOOD).await;
    let house = House::with_sms(port).await;
    let (sent, _) = house.send(&message("13812345678", "甲")).await.unwrap();
    house.drain().await;
    house.clock.advance(TimeDelta::days(2));
    house.sweep().await;
    assert_eq!(house.find(sent).await.unwrap().address_hash, None);
    let (hanging, _) = house.send(&message("13812345678", "乙")).await.unwrap();
    house.clock.advance(TimeDelta::days(20));
    house.sweep().await;
    let row = house.find(hanging).await.unwrap();
    assert_eq!((row.state, row.fault, row.text), (MessageState::Failed, Some(Fault::Expired), None));
    house.clock.advance(TimeDelta::days(31));
    house.sweep().await;
    assert!(house.find(sent).await.is_none() && house.find(hanging).await.is_none());
}

#[tokio::test]
async fn what_another_key_sealed_is_given_up() {
    let (port, heard) = web(GOOD).await;
    let house = House::with_sms(port).await;
    let (id, _) = house.send(&message("13812345678", "甲")).await.unwrap();
    house.with_other_keys().drain().await;
    let row = house.find(id).await.unwrap();
    assert_eq!((row.state, row.fault), (MessageState::Failed, Some(Fault::Unreadable)));
    assert!(heard.all().is_empty());
}
