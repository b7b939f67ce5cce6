use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use huiyin_base::{Id, Problem, ProblemKind, Rng};
use huiyin_db::Tx;
use huiyin_directory::{
    AccountRef, AccountStatus, AllHoldings, Departure, DeputyOrder, HandoverOrder, Holdings, HoldingsFuture, Reach,
    Role, RoleOrder, Scope, Viewer, account_find, grant_list, grant_list_in_force, handover_list, scope_contains,
    viewer_find,
};

use crate::support::City;

impl City {
    pub(crate) async fn viewer(&self, at: AccountRef) -> Viewer {
        viewer_find(&mut self.read().await, at, self.today()).await.unwrap().unwrap()
    }

    fn order(&self, account: AccountRef, role: Role, org: &str) -> RoleOrder {
        RoleOrder { account, role, org: self.at(org), post: String::new(), from_day: self.today(), to_day: None }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_is_granted_where_it_fits_and_once() {
    let mut city = City::new().await;
    let security = city.account("security", Role::SecurityAdmin, "宝塔区").await;
    let (security, target) = (city.viewer(security).await, city.account("wangli", Role::Member, "上湾村党支部").await);
    let (mut rng, door) = (city.rng(), city.door());
    let own = city.order(security.account, Role::AuditAdmin, "宝塔区");
    assert_eq!(door.role_grant(&security, own, &mut rng).await.unwrap_err().kind, ProblemKind::Forbidden);
    for (role, org, field) in [
        (Role::TownshipStaff, "上湾村", "role"),
        (Role::CityStaff, "宝塔区", "role"),
        (Role::Member, "上湾村党支部", "role"),
    ] {
        let fault = door.role_grant(&security, city.order(target, role, org), &mut rng).await.unwrap().unwrap_err();
        assert_eq!(fault.field, field);
    }
    let backwards =
        RoleOrder { to_day: Some(city.today().plus(-1)), ..city.order(target, Role::TownshipStaff, "柳河镇") };
    assert_eq!(door.role_grant(&security, backwards, &mut rng).await.unwrap().unwrap_err().field, "to_day");
    let granted = door.role_grant(&security, city.order(target, Role::SystemAdmin, "宝塔区"), &mut rng).await;
    let granted: Id = granted.unwrap().unwrap();
    let apart = door.role_grant(&security, city.order(target, Role::AuditAdmin, "宝塔区"), &mut rng).await;
    assert!(apart.unwrap().unwrap_err().message.contains("不同的人"));
    let yesterday = city.today().plus(-1);
    door.role_end(&security, granted, yesterday, &mut rng).await.unwrap();
    assert_eq!(door.role_end(&security, granted, yesterday, &mut rng).await.unwrap_err().kind, ProblemKind::Conflict);
    let after = door.role_grant(&security, city.order(target, Role::AuditAdmin, "宝塔区"), &mut rng).await;
    assert!(after.unwrap().is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn two_grants_at_the_same_time_do_not_make_one_person_two_administrators() {
    let mut city = City::new().await;
    let security = city.account("security", Role::SecurityAdmin, "宝塔区").await;
    let security = city.viewer(security).await;
    let door = city.door();
    let mut grants = tokio::task::JoinSet::new();
    let mut targets = Vec::new();
    for number in 0..6 {
        let target = city.account(&format!("target{number}"), Role::Member, "上湾村党支部").await;
        targets.push(target);
    }
    for target in &targets {
        for role in [Role::SystemAdmin, Role::AuditAdmin] {
            let (door, by, order, mut rng) =
                (door.clone(), security.clone(), city.order(*target, role, "宝塔区"), city.rng());
            grants.spawn(async move { door.role_grant(&by, order, &mut rng).await.unwrap().is_ok() });
        }
    }
    assert_eq!(grants.join_all().await.into_iter().filter(|granted| *granted).count(), targets.len());
    for target in targets {
        assert_eq!(grant_list(&mut city.read().await, target).await.unwrap().len(), 2);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deputy_has_two_days_inside_the_term_and_no_deputies_of_his_own() {
    let mut city = City::new().await;
    let secretary = city.account("secretary", Role::BranchSecretary, "上湾村党支部").await;
    let deputy = city.account("deputy", Role::Member, "上湾村党支部").await;
    let third = city.account("third", Role::Member, "上湾村党支部").await;
    let stranger = city.account("stranger", Role::Member, "柳河镇").await;
    let township = city.account("township", Role::TownshipStaff, "柳河镇").await;
    let secretary = city.viewer(secretary).await;
    let (mut rng, door, today) = (city.rng(), city.door(), city.today());
    let order = DeputyOrder { grant: secretary.grants[0].id, deputy, from_day: today, to_day: today.plus(7) };
    for (wrong, field) in [
        (DeputyOrder { deputy: secretary.account, ..order }, "deputy"),
        (DeputyOrder { deputy: stranger, ..order }, "deputy"),
        (DeputyOrder { from_day: today.plus(-1), ..order }, "from_day"),
        (DeputyOrder { to_day: today.plus(-1), ..order }, "to_day"),
        (DeputyOrder { to_day: today.plus(180), ..order }, "to_day"),
    ] {
        let fault = door.deputy_appoint(&secretary, wrong, today, &mut rng).await.unwrap().unwrap_err();
        assert_eq!(fault.field, field);
    }
    let acting = door.deputy_appoint(&secretary, order, today, &mut rng).await.unwrap().unwrap();
    let twice = DeputyOrder { from_day: today.plus(1), ..order };
    assert_eq!(door.deputy_appoint(&secretary, twice, today, &mut rng).await.unwrap().unwrap_err().field, "deputy");
    let colleague = DeputyOrder { deputy: township, ..order };
    door.deputy_appoint(&secretary, colleague, today, &mut rng).await.unwrap().unwrap();
    let viewer = city.viewer(deputy).await;
    assert!(viewer.grants.iter().any(|grant| grant.deputy && grant.role == Role::BranchSecretary));
    let again = DeputyOrder { grant: acting, deputy: third, ..order };
    assert_eq!(door.deputy_appoint(&viewer, again, today, &mut rng).await.unwrap().unwrap_err().field, "deputy");
}

/// A feature in which accounts hold some pieces of work.
struct Desk(Arc<AtomicI64>);

impl Holdings for Desk {
    fn label(&self) -> &'static str {
        "承办的问题"
    }

    fn count<'a>(&'a self, _: &'a mut Tx, _: AccountRef) -> HoldingsFuture<'a, i64> {
        Box::pin(async { Ok(self.0.load(Ordering::SeqCst)) })
    }

    fn hand_over<'a>(&'a self, _: &'a mut Tx, _: &'a HandoverOrder) -> HoldingsFuture<'a, i64, Problem> {
        Box::pin(async { Ok(self.0.swap(0, Ordering::SeqCst)) })
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_leaves_before_what_he_holds_is_handed_over() {
    let mut city = City::new().await;
    let leaver = city.account("leaver", Role::CaseOfficer, "柳河镇").await;
    let successor = city.account("successor", Role::CaseOfficer, "柳河镇").await;
    let admin = city.account("admin", Role::SystemAdmin, "宝塔区").await;
    let admin = city.viewer(admin).await;
    let (mut rng, door, today) = (city.rng(), city.door(), city.today());
    let desk: AllHoldings = vec![Arc::new(Desk(Arc::new(AtomicI64::new(3))))];
    let order = HandoverOrder {
        from: leaver,
        to: None,
        by: admin.account,
        reason: "退休".into(),
        at: city.clock.now(),
        day: today,
        rng: Rng::seeded(3),
    };
    let refused = door.depart(&admin, order.clone(), Departure::Close, desk.clone(), &mut rng).await.unwrap_err();
    assert!(refused.kind == ProblemKind::Conflict && refused.message.contains("承办的问题 3 件"));
    let own = HandoverOrder { from: admin.account, ..order.clone() };
    assert_eq!(
        door.depart(&admin, own, Departure::Close, vec![], &mut rng).await.unwrap_err().kind,
        ProblemKind::Forbidden
    );
    let order = HandoverOrder { to: Some(successor), ..order };
    let given = door.depart(&admin, order.clone(), Departure::Close, desk.clone(), &mut rng).await.unwrap();
    assert_eq!(given, [("承办的问题", 3)]);
    let tx = &mut city.read().await;
    assert_eq!(account_find(tx, leaver).await.unwrap().unwrap().status, AccountStatus::Closed);
    assert!(grant_list_in_force(tx, leaver, today.plus(1)).await.unwrap().is_empty());
    let handovers = handover_list(tx, leaver).await.unwrap();
    assert_eq!((handovers[0].to_account, handovers[0].items.as_str()), (successor.id, "承办的问题 3 件"));
    let twice = door.depart(&admin, order, Departure::Close, desk, &mut rng).await.unwrap_err();
    assert_eq!(twice.kind, ProblemKind::Conflict);
    assert_eq!(door.restore(&admin, leaver, &mut rng).await.unwrap_err().kind, ProblemKind::Conflict);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_suspended_account_keeps_its_roles_and_comes_back() {
    let mut city = City::new().await;
    let officer = city.account("officer", Role::CaseOfficer, "柳河镇").await;
    let admin = city.account("admin", Role::SystemAdmin, "宝塔区").await;
    let admin = city.viewer(admin).await;
    let (mut rng, door, today) = (city.rng(), city.door(), city.today());
    let order = HandoverOrder {
        from: officer,
        to: None,
        by: admin.account,
        reason: "借调".into(),
        at: city.clock.now(),
        day: today,
        rng: Rng::seeded(3),
    };
    door.depart(&admin, order, Departure::Suspend, vec![], &mut rng).await.unwrap();
    assert!(viewer_find(&mut city.read().await, officer, today).await.unwrap().is_none());
    door.restore(&admin, officer, &mut rng).await.unwrap();
    assert_eq!(city.viewer(officer).await.grants.len(), 1);
    assert_eq!(grant_list(&mut city.read().await, officer).await.unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scope_holds_what_lies_below() {
    let city = City::new().await;
    let scope = |reach| Scope { reaches: vec![reach], account: None, held: Vec::new(), barred: BTreeSet::new() };
    let tx = &mut city.read().await;
    let (north, village) = (city.at("柳河镇"), city.at("上湾村"));
    for (reach, org, inside) in [
        (Reach::Subtree(north), village, true),
        (Reach::Subtree(north), north, true),
        (Reach::Subtree(north), city.at("下坪村"), false),
        (Reach::Subtree(village), north, false),
        (Reach::Region(city.baota), village, true),
        (Reach::Region(city.home), village, false),
    ] {
        assert_eq!(scope_contains(tx, &scope(reach), org).await.unwrap(), inside);
    }
}
