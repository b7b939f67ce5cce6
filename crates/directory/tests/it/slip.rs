use chrono::TimeDelta;
use huiyin_base::{Id, ProblemKind};
use huiyin_directory::{
    Door, MemberStage, Membership, Person, Role, SignIn, Slip, SlipPurpose, account_find, grant_list,
    membership_add_many, person_add_many, recovery_find, recovery_list_below, recovery_list_waiting, slip_list_waiting,
    viewer_find,
};

use crate::support::City;

const NEW: &str = "黄河边上有三只羊";

impl City {
    pub(crate) async fn member(&mut self, name: &str) -> Id {
        let (branch, today) = (self.at("上湾村党支部"), self.today());
        let id = self.id(branch.region);
        let person = Person {
            region: id.region(),
            id,
            name: name.into(),
            sex: None,
            birth_year: None,
            education: None,
            citizen_number: None,
            phone: None,
            created_day: today,
        };
        let membership = Membership {
            region: branch.region,
            id: self.id(branch.region),
            person: id,
            branch: branch.id,
            stage: MemberStage::Active,
            joined_day: None,
            from_day: today,
            to_day: None,
        };
        self.write(move |tx| {
            let (person, membership) = (person.clone(), membership.clone());
            Box::pin(async move {
                person_add_many(tx, &[(person, None)]).await?;
                Ok(membership_add_many(tx, &[membership]).await?)
            })
        })
        .await
        .unwrap();
        id
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slip_opens_one_account_once() {
    let mut city = City::new().await;
    let secretary = city.account("secretary", Role::BranchSecretary, "上湾村党支部").await;
    let (branch, today, member) = (city.at("上湾村党支部"), city.today(), city.member("王小丽").await);
    let mut rng = city.rng();
    let door = city.door();
    let first = door.slips_print(secretary, branch, &[member], today, &mut rng).await.unwrap().remove(0);
    let slip = door.slips_print(secretary, branch, &[member], today, &mut rng).await.unwrap().remove(0);
    assert_eq!((slip.name.as_str(), slip.until), ("王小丽", today.plus(30)));
    assert!(door.slip_open(&first.code.to_string()).await.unwrap().is_none(), "replaced by the second");
    let waiting: Vec<Slip> = slip_list_waiting(&mut city.read().await, branch, city.clock.real()).await.unwrap();
    assert_eq!(waiting.len(), 1);
    let code = slip.code.to_string().to_lowercase().replace('-', " ");
    let open = door.slip_open(&code).await.unwrap().unwrap();
    assert_eq!((open.masked_name.as_str(), open.login, open.slip.purpose), ("王**", None, SlipPurpose::Open));
    for (login, new, again, field) in [
        ("w", NEW, NEW, "login"),
        ("王 小<丽", NEW, NEW, "login"),
        ("secretary", NEW, NEW, "login"),
        ("xiaoli", "12345678", "12345678", "new"),
        ("xiaoli", NEW, "别的", "again"),
    ] {
        let fault = door.slip_use(&code, login, new, again, today, &mut rng).await.unwrap().unwrap_err();
        assert_eq!(fault.field, field, "{login}");
    }
    let at = door.slip_use(&code, "XiaoLi", NEW, NEW, today, &mut rng).await.unwrap().unwrap();
    let viewer = viewer_find(&mut city.read().await, at, today).await.unwrap().unwrap();
    assert_eq!((viewer.person, viewer.grants[0].role, viewer.grants[0].org), (Some(member), Role::Member, branch));
    assert!(matches!(door.password("xiaoli", NEW, &mut rng).await.unwrap(), SignIn::Welcome { .. }));
    let again = door.slip_use(&code, "other", NEW, NEW, today, &mut rng).await.unwrap().unwrap_err();
    assert_eq!(again.field, "code");
    let refused = door.slips_print(secretary, branch, &[member], today, &mut rng).await.unwrap_err();
    assert_eq!(refused.kind, ProblemKind::Conflict);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slip_ends_after_its_days_and_a_stranger_gets_none() {
    let mut city = City::new().await;
    let secretary = city.account("secretary", Role::BranchSecretary, "上湾村党支部").await;
    let (branch, today, member) = (city.at("上湾村党支部"), city.today(), city.member("王小丽").await);
    let mut rng = city.rng();
    let slip = city.door().slips_print(secretary, branch, &[member], today, &mut rng).await.unwrap().remove(0);
    let elsewhere = city.at("柳河镇");
    let refused = city.door().slips_print(secretary, elsewhere, &[member], today, &mut rng).await.unwrap_err();
    assert_eq!(refused.kind, ProblemKind::NotFound);
    city.clock.advance(TimeDelta::days(30));
    assert!(city.door().slip_open(&slip.code.to_string()).await.unwrap().is_none());
    assert!(city.door().slip_open("AAAA-AAAA-AAAA-A").await.unwrap().is_none());
    assert!(city.door().slip_open("").await.unwrap().is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_way_back_needs_two_people_neither_of_them_the_holder() {
    let mut city = City::new().await;
    let holder = city.with_password("wangli", Role::Member, "上湾村党支部").await;
    let first = city.account("secretary", Role::BranchSecretary, "上湾村党支部").await;
    let second = city.account("township", Role::TownshipStaff, "柳河镇").await;
    let (branch, today) = (city.at("上湾村党支部"), city.today());
    let mut rng = city.rng();
    let viewer = async |account| viewer_find(&mut city.read().await, account, today).await.unwrap().unwrap();
    let [holder_viewer, first, second] = [viewer(holder).await, viewer(first).await, viewer(second).await];
    let waiting = async |city: &City| {
        recovery_list_waiting(&mut city.read().await, &[branch], city.clock.real()).await.unwrap().len()
    };
    let door = city.door();
    let own = door.recovery_ask(&holder_viewer, holder, branch, today, &mut rng).await.unwrap_err();
    assert_eq!(own.kind, ProblemKind::Forbidden);
    let elsewhere = door.recovery_ask(&first, holder, city.at("松岭镇"), today, &mut rng).await.unwrap_err();
    assert_eq!(elsewhere.kind, ProblemKind::NotFound);
    let request = door.recovery_ask(&first, holder, branch, today, &mut rng).await.unwrap();
    let twice = door.recovery_ask(&second, holder, branch, today, &mut rng).await.unwrap_err();
    assert!(twice.message.contains("已经有一份"), "{}", twice.message);
    assert_eq!(waiting(&city).await, 1);
    for wrong in [&first, &holder_viewer] {
        assert_eq!(door.recovery_confirm(wrong, request, &mut rng).await.unwrap_err().kind, ProblemKind::Forbidden);
    }
    let printed = door.recovery_confirm(&second, request, &mut rng).await.unwrap();
    assert_eq!(door.recovery_confirm(&second, request, &mut rng).await.unwrap_err().kind, ProblemKind::Conflict);
    assert_eq!(waiting(&city).await, 0);
    let confirmed = recovery_find(&mut city.read().await, request).await.unwrap().unwrap();
    assert!(confirmed.confirmed_at.is_some());
    let code = printed.code.to_string();
    let open = door.slip_open(&code).await.unwrap().unwrap();
    assert_eq!((open.slip.purpose, open.login.as_deref()), (SlipPurpose::Renew, Some("wangli")));
    let stopped = Door { sessions_end: |_, _, _| Box::pin(async { Err(huiyin_db::Error::Stopped) }), ..door.clone() };
    stopped.slip_use(&code, "ignored", NEW, NEW, today, &mut rng).await.unwrap_err();
    assert!(door.slip_open(&code).await.unwrap().is_some(), "not spent before the sessions end");
    let at = door.slip_use(&code, "ignored", NEW, NEW, today, &mut rng).await.unwrap().unwrap();
    assert_eq!(at, holder);
    assert!(matches!(door.password("wangli", NEW, &mut rng).await.unwrap(), SignIn::Welcome { .. }));
    let tx = &mut city.read().await;
    assert_eq!(grant_list(tx, holder).await.unwrap().len(), 1);
    assert!(!account_find(tx, holder).await.unwrap().unwrap().has_second_factor());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_branch_does_not_vouch_for_an_administrator_among_its_members() {
    let mut city = City::new().await;
    let holder = city.with_password("wangli", Role::Member, "上湾村党支部").await;
    let first = city.account("secretary", Role::BranchSecretary, "上湾村党支部").await;
    let second = city.account("township", Role::TownshipStaff, "柳河镇").await;
    let (branch, county, today) = (city.at("上湾村党支部"), city.at("宝塔区"), city.today());
    let mut rng = city.rng();
    let (first, second, door) = (city.viewer(first).await, city.viewer(second).await, city.door());
    let before = door.recovery_ask(&first, holder, branch, today, &mut rng).await.unwrap();
    let grant = city.grant(holder, Role::SecurityAdmin, county);
    city.add_grant(&grant).await;
    let refused = door.recovery_ask(&first, holder, branch, today, &mut rng).await.unwrap_err();
    assert_eq!(refused.kind, ProblemKind::NotFound);
    let refused = door.recovery_confirm(&second, before, &mut rng).await.unwrap_err();
    assert_eq!(refused.kind, ProblemKind::Conflict, "nor what was asked before he became one");
    let request = door.recovery_ask(&first, holder, county, today, &mut rng).await.unwrap();
    let township = city.at("柳河镇");
    for (near, roots, told) in [
        (&[][..], &[][..], &[][..]),
        (&[], &[county.region], &[request]),
        (&[(county, 0)], &[], &[request]),
        (&[(township, 2)], &[], &[before]),
        (&[(township, 0)], &[], &[]),
    ] {
        let found = recovery_list_below(&mut city.read().await, near, roots, city.clock.real()).await.unwrap();
        assert_eq!(found.iter().map(|one| one.id).collect::<Vec<_>>(), told, "{near:?} {roots:?}");
    }
    door.recovery_confirm(&second, request, &mut rng).await.unwrap();
    let tx = &mut city.read().await;
    let waiting = recovery_list_waiting(tx, &[branch, county], city.clock.real()).await.unwrap();
    assert_eq!(waiting, [], "what waited elsewhere is over with it");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_for_a_way_back_expires() {
    let mut city = City::new().await;
    let holder = city.with_password("wangli", Role::Member, "上湾村党支部").await;
    let first = city.account("secretary", Role::BranchSecretary, "上湾村党支部").await;
    let second = city.account("township", Role::TownshipStaff, "柳河镇").await;
    let (branch, today) = (city.at("上湾村党支部"), city.today());
    let mut rng = city.rng();
    let first = viewer_find(&mut city.read().await, first, today).await.unwrap().unwrap();
    let second = viewer_find(&mut city.read().await, second, today).await.unwrap().unwrap();
    let request = city.door().recovery_ask(&first, holder, branch, today, &mut rng).await.unwrap();
    city.clock.advance(TimeDelta::days(8));
    let late = city.door().recovery_confirm(&second, request, &mut rng).await.unwrap_err();
    assert_eq!(late.kind, ProblemKind::Conflict);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_post_gets_an_account_without_a_password_and_a_slip() {
    let mut city = City::new().await;
    let admin = city.account("admin", Role::SystemAdmin, "宝塔区").await;
    let (north, today) = (city.at("柳河镇"), city.today());
    let (mut rng, door) = (city.rng(), city.door());
    for (login, name, field) in [("a", "镇办公室", "login"), ("admin", "镇办公室", "login"), ("liuhe", " ", "name")]
    {
        assert_eq!(door.account_open(admin, north, login, name, &mut rng).await.unwrap().unwrap_err().field, field);
    }
    let (at, slip) = door.account_open(admin, north, "LiuHe", "镇办公室", &mut rng).await.unwrap().unwrap();
    assert!(matches!(door.password("liuhe", "", &mut rng).await.unwrap(), SignIn::Wrong));
    let code = slip.code.to_string();
    assert_eq!(door.slip_open(&code).await.unwrap().unwrap().login.as_deref(), Some("liuhe"));
    assert_eq!(door.slip_use(&code, "", NEW, NEW, today, &mut rng).await.unwrap().unwrap(), at);
    assert!(viewer_find(&mut city.read().await, at, today).await.unwrap().unwrap().grants.is_empty());
}
