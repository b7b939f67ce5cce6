use huiyin_directory::{
    AccountStatus, Reach, Role, RoleGrant, account_status_set, grant_end, grant_find, grant_list, grant_list_in_force,
    org_end, org_people_by_post, role_holders, viewer_find,
};

use crate::support::City;

#[tokio::test(flavor = "multi_thread")]
async fn a_role_reaches_what_lies_below_its_organisation() {
    let mut city = City::new().await;
    let mayor = city.account("city", Role::CityStaff, "延安市").await;
    let county = city.account("county", Role::CountyStaff, "宝塔区").await;
    let township = city.account("township", Role::TownshipStaff, "柳河镇").await;
    let inspector = city.account("inspector", Role::Inspector, "宝塔区").await;
    let (today, north) = (city.today(), city.at("柳河镇"));
    let tx = &mut city.read().await;
    let city_viewer = viewer_find(tx, mayor, today).await.unwrap().unwrap();
    let scope = city_viewer.scope(&[Role::CityStaff]);
    assert_eq!(scope.reaches.len(), 14);
    assert!(scope.reaches.contains(&Reach::Region(city.home)) && scope.reaches.contains(&Reach::Region(city.baota)));
    let county_viewer = viewer_find(tx, county, today).await.unwrap().unwrap();
    assert_eq!(county_viewer.scope(&[Role::CountyStaff]).reaches, [Reach::Region(city.baota)]);
    assert!(county_viewer.scope(&[Role::CityStaff]).reaches.is_empty());
    let township_viewer = viewer_find(tx, township, today).await.unwrap().unwrap();
    assert_eq!(township_viewer.grants[0].reach, [Reach::Subtree(north)]);
    assert_eq!(township_viewer.grants[0].org_name, "柳河镇");
    let inspector_viewer = viewer_find(tx, inspector, today).await.unwrap().unwrap();
    assert_eq!(inspector_viewer.grants[0].reach, [Reach::Region(city.baota)]);
    assert!(!inspector_viewer.strong);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_organisation_that_has_ended_gives_no_rights() {
    let mut city = City::new().await;
    let officer = city.account("officer", Role::CaseOfficer, "下坪村").await;
    let (today, village) = (city.today(), city.at("下坪村"));
    assert_eq!(viewer_find(&mut city.read().await, officer, today).await.unwrap().unwrap().grants.len(), 1);
    city.write(move |tx| Box::pin(async move { org_end(tx, village, today).await })).await.unwrap();
    let tx = &mut city.read().await;
    assert_eq!(viewer_find(tx, officer, today).await.unwrap().unwrap().grants.len(), 1, "its last day");
    assert!(viewer_find(tx, officer, today.plus(1)).await.unwrap().unwrap().grants.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deputy_acts_between_his_days_and_only_while_his_principal_holds_the_role() {
    let mut city = City::new().await;
    let principal = city.account("secretary", Role::BranchSecretary, "上湾村党支部").await;
    let deputy = city.account("deputy", Role::Member, "上湾村党支部").await;
    let (today, branch) = (city.today(), city.at("上湾村党支部"));
    let held = grant_list(&mut city.read().await, principal).await.unwrap().remove(0);
    let acting = RoleGrant {
        from_day: today,
        to_day: Some(today.plus(10)),
        deputy_of: Some(held.id),
        ..city.grant(deputy, Role::BranchSecretary, branch)
    };
    city.add_grant(&acting).await;
    let roles_on = async |day| {
        let viewer = viewer_find(&mut city.read().await, deputy, day).await.unwrap().unwrap();
        viewer.grants.iter().filter(|grant| grant.deputy).map(|grant| grant.role).collect::<Vec<_>>()
    };
    assert!(roles_on(today.plus(-1)).await.is_empty());
    assert_eq!(roles_on(today).await, [Role::BranchSecretary]);
    assert_eq!(roles_on(today.plus(10)).await, [Role::BranchSecretary]);
    assert!(roles_on(today.plus(11)).await.is_empty());
    let holders = role_holders(&mut city.read().await, branch, &[Role::BranchSecretary], today).await.unwrap();
    assert_eq!(holders.len(), 2);
    assert_eq!(org_people_by_post(&mut city.read().await, branch, today).await.unwrap().len(), 2);

    let ended = city.write(move |tx| Box::pin(async move { Ok(grant_end(tx, held.id, today.plus(4)).await?) }));
    assert!(ended.await.unwrap());
    assert_eq!(roles_on(today.plus(4)).await, [Role::BranchSecretary]);
    assert!(roles_on(today.plus(5)).await.is_empty());
    assert!(
        role_holders(&mut city.read().await, branch, &[], today.plus(5))
            .await
            .unwrap()
            .iter()
            .all(|holder| holder.role == Role::Member)
    );
    let held = grant_find(&mut city.read().await, held.id).await.unwrap().unwrap();
    assert_eq!(held.to_day, Some(today.plus(4)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_suspended_account_sees_nothing_and_holds_nothing() {
    let mut city = City::new().await;
    let at = city.account("officer", Role::CaseOfficer, "柳河镇").await;
    let (today, north) = (city.today(), city.at("柳河镇"));
    assert_eq!(role_holders(&mut city.read().await, north, &[Role::CaseOfficer], today).await.unwrap().len(), 1);
    city.write(move |tx| Box::pin(async move { Ok(account_status_set(tx, at, AccountStatus::Suspended).await?) }))
        .await
        .unwrap();
    let tx = &mut city.read().await;
    assert!(viewer_find(tx, at, today).await.unwrap().is_none());
    assert!(role_holders(tx, north, &[Role::CaseOfficer], today).await.unwrap().is_empty());
    assert_eq!(grant_list_in_force(tx, at, today).await.unwrap().len(), 1);
}
