use huiyin_directory::{
    Account, MemberStage, Membership, Person, Sex, account_add, account_find_person, branch_member_list,
    membership_add_many, membership_find, membership_list, person_add_many, person_correct, person_find,
    person_find_number,
};

use crate::support::{City, blind};

#[tokio::test(flavor = "multi_thread")]
async fn a_member_is_found_by_number_and_listed_in_his_branch() {
    let mut city = City::new().await;
    let (branch, today) = (city.at("上湾村党支部"), city.today());
    let id = city.id(city.baota);
    let person = Person {
        region: city.baota,
        id,
        name: "单晓明".into(),
        sex: Some(Sex::Male),
        birth_year: Some(1960),
        education: None,
        citizen_number: Some(vec![1]),
        phone: None,
        created_day: today,
    };
    let membership = Membership {
        region: branch.region,
        id: city.id(branch.region),
        person: id,
        branch: branch.id,
        stage: MemberStage::Active,
        joined_day: None,
        from_day: today,
        to_day: Some(today.plus(1)),
    };
    let account =
        Account { person: Some(id), ..Account::new(city.id(city.baota), "shan", "单晓明", city.clock.now()) };
    let (stored, entry) = (person.clone(), membership.clone());
    city.write(move |tx| {
        let (person, membership) = (person.clone(), membership.clone());
        Box::pin(async move {
            person_add_many(tx, &[(person, Some(blind("number")))]).await?;
            Ok(membership_add_many(tx, &[membership]).await?)
        })
    })
    .await
    .unwrap();
    assert_eq!(person_find_number(&mut city.read().await, blind("number")).await.unwrap(), Some(id));
    assert_eq!(person_find(&mut city.read().await, id).await.unwrap(), Some(stored));
    assert!(!branch_member_list(&mut city.read().await, branch, today).await.unwrap()[0].has_account);
    city.write(move |tx| {
        let account = account.clone();
        Box::pin(async move {
            account_add(tx, &account, blind("shan")).await?;
            Ok(person_correct(tx, id, Some("单小明"), Some(vec![2])).await?)
        })
    })
    .await
    .unwrap();
    let tx = &mut city.read().await;
    let listed = branch_member_list(tx, branch, today).await.unwrap();
    assert_eq!((listed[0].name.as_str(), listed[0].has_account), ("单小明", true));
    assert!(branch_member_list(tx, branch, today.plus(2)).await.unwrap().is_empty());
    assert_eq!(account_find_person(tx, id).await.unwrap().unwrap().login, "shan");
    assert_eq!(membership_find(tx, branch, id, today).await.unwrap(), Some(entry.clone()));
    assert_eq!(membership_find(tx, branch, id, today.plus(2)).await.unwrap(), None);
    assert_eq!(membership_list(tx, &[city.home, city.baota], id).await.unwrap(), [entry]);
}
