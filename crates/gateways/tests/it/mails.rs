use huiyin_gateways::{Fault, Gateways, MailSecurity, MailSettings, MessageState, Misfit};

use crate::gateway::mail;
use crate::house::{House, message, server};

#[tokio::test]
async fn a_mail_is_a_plain_letter() {
    let (port, heard) = mail("250 ok").await;
    let login = MailSettings { user: Some("u".into()), password: Some("p".into()), ..server(port) };
    // The server offers no sign-in: a client that has credentials and cannot use them must not send in silence.
    let house = House::new(Gateways::new(None, Some(login), None).unwrap()).await;
    let (id, _) = house.send(&message("wang@example.cn", "甲")).await.unwrap();
    house.drain().await;
    assert_eq!(house.find(id).await.unwrap().state, MessageState::Waiting);

    let house = House::new(Gateways::new(None, Some(server(port)), None).unwrap()).await;
    let (id, _) = house.send(&message("wang@example.cn", "请带上身份证。\n.\n谢谢。")).await.unwrap();
    house.drain().await;
    assert_eq!(house.find(id).await.unwrap().state, MessageState::Sent);
    let letter = heard.all().pop().unwrap();
    assert!(letter.contains("RCPT TO:<wang@example.cn>") && letter.contains("text/plain; charset=utf-8"), "{letter}");
    assert!(letter.contains("Message-ID: <") && letter.contains("@example.cn>"), "{letter}");
    assert!(!letter.contains("请带上"), "encoded for the way");
}

#[tokio::test]
async fn a_refused_recipient_is_final_and_a_busy_server_is_not() {
    for (answer, state, fault) in [
        ("550 wang@example.cn is unknown", MessageState::Failed, Fault::Refused),
        ("451 later", MessageState::Waiting, Fault::Busy),
    ] {
        let (port, _) = mail(answer).await;
        let house = House::new(Gateways::new(None, Some(server(port)), None).unwrap()).await;
        let (id, _) = house.send(&message("wang@example.cn", "甲")).await.unwrap();
        house.drain().await;
        let row = house.find(id).await.unwrap();
        assert_eq!((row.state, row.fault), (state, Some(fault)), "{answer}");
    }
}

#[test]
fn an_open_connection_stays_in_the_house() {
    let open = MailSettings { host: "mail.example.cn".into(), ..server(25) };
    assert!(matches!(Gateways::new(None, Some(open.clone()), None), Err(Misfit::Plain)));
    let shut = MailSettings { security: MailSecurity::Tls, ..open };
    assert!(Gateways::new(None, Some(shut.clone()), None).is_ok());
    let half = MailSettings { user: Some("u".into()), ..shut };
    assert!(matches!(Gateways::new(None, Some(half), None), Err(Misfit::Login)));
}
