use huiyin_directory::audit::{self, AuditKind, Event};
use huiyin_directory::{
    Account, DataRequestKind, DataRequestState, Role, account_add, data_request_decide, data_request_find,
    data_request_list_open, grant_add,
};

use crate::support::{City, blind};

#[tokio::test(flavor = "multi_thread")]
async fn a_person_sees_what_is_held_and_who_looked() {
    let mut city = City::new().await;
    let person = city.member("王小丽").await;
    let secretary = city.account("secretary", Role::BranchSecretary, "上湾村党支部").await;
    let account =
        Account { person: Some(person), ..Account::new(city.id(city.baota), "xiaoli", "王小丽", city.clock.now()) };
    let at = account.at();
    let grant = city.grant(at, Role::Member, city.at("上湾村党支部"));
    let event = Event::new(city.baota, AuditKind::SensitiveLook, city.clock.real(), &mut city.rng);
    let event = event.by(secretary).about("person", person).detail("查看手机号");
    city.write(move |tx| {
        let (account, grant, event) = (account.clone(), grant.clone(), event.clone());
        Box::pin(async move {
            account_add(tx, &account, blind("xiaoli")).await?;
            grant_add(tx, &grant).await?;
            Ok(audit::record(tx, &event).await?)
        })
    })
    .await
    .unwrap();
    let data = city.door().own_data(at).await.unwrap();
    let value = |what: &str| data.kept.iter().find(|kept| kept.what == what).map(|kept| kept.value.clone());
    assert_eq!(value("姓名").as_deref(), Some("王小丽"));
    assert!(value("党组织关系").unwrap().contains("上湾村党支部"));
    assert!(value("角色").unwrap().contains("党员"));
    assert!(data.kept.iter().all(|kept| !kept.why.is_empty() && !kept.until.is_empty()));
    assert_eq!((data.looks.len(), data.looks[0].account), (1, Some(secretary.id)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_about_own_data_is_answered_once() {
    let mut city = City::new().await;
    let at = city.account("xiaoli", Role::Member, "上湾村党支部").await;
    let (mut rng, door, now) = (city.rng(), city.door(), city.clock.real());
    for text in ["", " 错 ", &"长".repeat(1001)] {
        assert!(door.data_request(at, DataRequestKind::Correct, text, &mut rng).await.unwrap().is_err());
    }
    let id = door.data_request(at, DataRequestKind::Delete, "请删除我的手机号", &mut rng).await.unwrap().unwrap();
    let mut tx = city.read().await;
    assert_eq!(data_request_list_open(&mut tx, &[], &[city.at("上湾村党支部")]).await.unwrap().len(), 1);
    assert_eq!(data_request_list_open(&mut tx, &[city.baota], &[]).await.unwrap().len(), 1);
    assert!(data_request_list_open(&mut tx, &[city.home], &[city.at("松岭镇")]).await.unwrap().is_empty());
    drop(tx);
    let decide = async || {
        city.write(move |tx| {
            Box::pin(
                async move { Ok(data_request_decide(tx, id, DataRequestState::Done, "已删除", at.id, now).await?) },
            )
        })
        .await
        .unwrap()
    };
    assert!(decide().await);
    assert!(!decide().await);
    let found = data_request_find(&mut city.read().await, id).await.unwrap().unwrap();
    assert_eq!((found.state, found.answer.as_deref()), (DataRequestState::Done, Some("已删除")));
    assert_eq!(door.own_data(at).await.unwrap().requests.len(), 1);
}
