use chrono::TimeDelta;
use huiyin_base::ProblemKind;
use huiyin_base::number::Receipt;
use huiyin_directory::audit::AuditOutcome;
use huiyin_directory::{
    AccountRef, AccountStatus, Door, Role, SignIn, account_find, account_password_set, account_status_set,
    audit_event_list, audit_event_list_account, password_hashed, recovery_codes_left,
};
use huiyin_vault::totp;

use crate::support::City;

const PASSWORD: &str = "坡上青草 2016";

impl City {
    pub(crate) fn door(&self) -> Door {
        Door {
            db: self.scratch.db.clone(),
            vault: self.vault.clone(),
            home: self.home,
            now: self.clock.real(),
            today: self.today(),
            sessions_end: |_, _, _| Box::pin(async { Ok(0) }),
            session: None,
        }
    }

    /// An account with a role and the password of these tests.
    pub(crate) async fn with_password(&mut self, login: &str, role: Role, org: &str) -> AccountRef {
        let at = self.account(login, role, org).await;
        let (phc, now) = (password_hashed(PASSWORD, &mut self.rng).await.unwrap(), self.clock.real());
        self.write(move |tx| {
            let phc = phc.clone();
            Box::pin(async move { Ok(account_password_set(tx, at, &phc, now).await?) })
        })
        .await
        .unwrap();
        at
    }

    async fn try_password(&mut self, login: &str, password: &str) -> SignIn {
        let mut rng = self.rng();
        self.door().password(login, password, &mut rng).await.unwrap()
    }

    async fn enrol(&mut self, at: AccountRef) -> (Vec<u8>, Vec<Receipt>) {
        let mut rng = self.rng();
        let (uri, typed) = self.door().totp_begin(at, &mut rng).await.unwrap();
        assert!(uri.starts_with("otpauth://totp/"));
        assert_eq!(self.door().totp_begin(at, &mut rng).await.unwrap().1, typed, "a reload shows the same secret");
        let secret = data_encoding::BASE32_NOPAD.decode(typed.as_bytes()).unwrap();
        let code = totp::code_at(&secret, self.clock.real()).unwrap();
        assert!(self.door().totp_confirm(at, "000000", &mut rng).await.unwrap().is_err());
        let codes = self.door().totp_confirm(at, &code, &mut rng).await.unwrap().unwrap();
        self.clock.advance(TimeDelta::seconds(60));
        (secret, codes)
    }
}

fn welcome(outcome: &SignIn) -> Option<(AccountRef, bool)> {
    match outcome {
        SignIn::Welcome { account, strong } => Some((*account, *strong)),
        _ => None,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_right_password_opens_and_everything_is_on_record() {
    let mut city = City::new().await;
    let at = city.with_password("wangli", Role::Member, "上湾村党支部").await;
    assert_eq!(welcome(&city.try_password(" ＷangLi ", PASSWORD).await), Some((at, false)));
    assert!(matches!(city.try_password("wangli", "wrong").await, SignIn::Wrong));
    assert!(matches!(city.try_password("nobody", PASSWORD).await, SignIn::Wrong));
    assert!(matches!(city.try_password("", "").await, SignIn::Wrong));
    let tx = &mut city.read().await;
    let own = audit_event_list_account(tx, at, None, 9).await.unwrap();
    assert_eq!(own.iter().map(|event| event.outcome).collect::<Vec<_>>(), [AuditOutcome::Failed, AuditOutcome::Done]);
    assert_eq!(audit_event_list(tx, &[city.home], None, None, 9).await.unwrap().len(), 2, "unknown names");
    assert!(own.iter().all(|event| !event.detail.contains("wangli")));
}

#[tokio::test(flavor = "multi_thread")]
async fn failures_lock_for_longer_and_longer_and_time_is_the_way_back() {
    let mut city = City::new().await;
    let at = city.with_password("wangli", Role::Member, "上湾村党支部").await;
    for _ in 0..5 {
        assert!(matches!(city.try_password("wangli", "wrong").await, SignIn::Wrong));
    }
    assert!(matches!(city.try_password("wangli", PASSWORD).await, SignIn::Wrong), "locked, and says no more");
    let first = account_find(&mut city.read().await, at).await.unwrap().unwrap();
    assert_eq!(first.failures, 5, "attempts while locked do not lengthen it");
    city.clock.advance(TimeDelta::seconds(61));
    for _ in 0..3 {
        assert!(matches!(city.try_password("wangli", "wrong").await, SignIn::Wrong));
        city.clock.advance(TimeDelta::seconds(61));
    }
    let later = account_find(&mut city.read().await, at).await.unwrap().unwrap();
    assert!(later.locked_until.unwrap() - city.clock.real() > TimeDelta::seconds(60));
    city.clock.advance(TimeDelta::hours(1));
    assert!(welcome(&city.try_password("wangli", PASSWORD).await).is_some());
    assert_eq!(account_find(&mut city.read().await, at).await.unwrap().unwrap().failures, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_suspended_account_learns_it_only_with_the_right_password() {
    let mut city = City::new().await;
    let at = city.with_password("wangli", Role::Member, "上湾村党支部").await;
    city.write(move |tx| Box::pin(async move { Ok(account_status_set(tx, at, AccountStatus::Suspended).await?) }))
        .await
        .unwrap();
    assert!(matches!(city.try_password("wangli", "wrong").await, SignIn::Wrong));
    assert!(matches!(city.try_password("wangli", PASSWORD).await, SignIn::Suspended));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_factor_is_asked_for_and_no_code_works_twice() {
    let mut city = City::new().await;
    let at = city.with_password("wangli", Role::TownshipStaff, "柳河镇").await;
    let (secret, codes) = city.enrol(at).await;
    assert_eq!(codes.len(), 10);
    let SignIn::NeedsCode { token } = city.try_password("wangli", PASSWORD).await else { panic!("no code asked") };
    let code = totp::code_at(&secret, city.clock.real()).unwrap();
    let mut rng = city.rng();
    let door = city.door();
    assert!(matches!(door.second_factor(&token, "123", &mut rng).await.unwrap(), SignIn::Wrong));
    assert_eq!(welcome(&door.second_factor(&token, &code, &mut rng).await.unwrap()), Some((at, true)));
    assert!(matches!(door.second_factor(&token, &code, &mut rng).await.unwrap(), SignIn::Wrong), "a replay");
    let recovery = codes[3].to_string().to_lowercase();
    assert_eq!(welcome(&door.second_factor(&token, &recovery, &mut rng).await.unwrap()), Some((at, true)));
    assert!(matches!(door.second_factor(&token, &recovery, &mut rng).await.unwrap(), SignIn::Wrong));
    assert_eq!(recovery_codes_left(&mut city.read().await, at).await.unwrap(), 9);
    assert_eq!(door.second_factor("forged", &code, &mut rng).await.unwrap_err().kind, ProblemKind::Invalid);
    city.clock.advance(TimeDelta::minutes(11));
    assert_eq!(city.door().second_factor(&token, &code, &mut rng).await.unwrap_err().kind, ProblemKind::Invalid);
}

#[tokio::test(flavor = "multi_thread")]
async fn codes_cannot_be_tried_for_ever() {
    let mut city = City::new().await;
    let at = city.with_password("wangli", Role::TownshipStaff, "柳河镇").await;
    let (secret, _) = city.enrol(at).await;
    let mut rng = city.rng();
    // A right password in between does not forget the wrong codes.
    for _ in 0..5 {
        let SignIn::NeedsCode { token } = city.try_password("wangli", PASSWORD).await else { panic!("no code asked") };
        assert!(matches!(city.door().second_factor(&token, "000000", &mut rng).await.unwrap(), SignIn::Wrong));
    }
    assert!(matches!(city.try_password("wangli", PASSWORD).await, SignIn::Wrong));
    city.clock.advance(TimeDelta::minutes(2));
    let SignIn::NeedsCode { token } = city.try_password("wangli", PASSWORD).await else { panic!("no code asked") };
    let code = totp::code_at(&secret, city.clock.real()).unwrap();
    assert!(welcome(&city.door().second_factor(&token, &code, &mut rng).await.unwrap()).is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn recovery_codes_are_renewed_and_the_factor_stays_on_for_staff() {
    let mut city = City::new().await;
    let staff = city.with_password("wangli", Role::TownshipStaff, "柳河镇").await;
    let member = city.with_password("zhao", Role::Member, "上湾村党支部").await;
    let mut rng = city.rng();
    for (at, may_switch_off) in [(staff, false), (member, true)] {
        let (secret, old) = city.enrol(at).await;
        let code = totp::code_at(&secret, city.clock.real()).unwrap();
        assert!(city.door().recovery_codes_renew(at, "999999", &mut rng).await.unwrap().is_err());
        let renewed = city.door().recovery_codes_renew(at, &code, &mut rng).await.unwrap().unwrap();
        assert!(renewed.iter().all(|code| !old.contains(code)));
        assert!(city.door().recovery_codes_renew(at, &code, &mut rng).await.unwrap().is_err(), "a replay");
        city.clock.advance(TimeDelta::seconds(60));
        let code = totp::code_at(&secret, city.clock.real()).unwrap();
        assert_eq!(city.door().totp_off(at, &code, &mut rng).await.unwrap().is_ok(), may_switch_off);
    }
    let found = account_find(&mut city.read().await, staff).await.unwrap().unwrap();
    assert!(found.has_second_factor());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_is_changed_only_by_who_knows_it() {
    let mut city = City::new().await;
    let at = city.with_password("wangli", Role::Member, "上湾村党支部").await;
    let mut rng = city.rng();
    let door = city.door();
    let new = "河边有三只羊";
    for (old, new, again, field) in [
        ("wrong", "黄河边上有三只羊", "黄河边上有三只羊", "old"),
        (PASSWORD, "12345678", "12345678", "new"),
        (PASSWORD, "黄河边上有三只羊", "黄河边上有两只羊", "again"),
        (PASSWORD, PASSWORD, PASSWORD, "new"),
        (PASSWORD, new, new, "new"),
    ] {
        assert_eq!(door.password_change(at, old, new, again, &mut rng).await.unwrap().unwrap_err().field, field);
    }
    let new = "黄河边上有三只羊";
    let stopped = Door { sessions_end: |_, _, _| Box::pin(async { Err(huiyin_db::Error::Stopped) }), ..city.door() };
    stopped.password_change(at, PASSWORD, new, new, &mut rng).await.unwrap_err();
    assert!(welcome(&city.try_password("wangli", new).await).is_none(), "not before the other sessions end");
    door.password_change(at, PASSWORD, new, new, &mut rng).await.unwrap().unwrap();
    assert!(matches!(city.try_password("wangli", PASSWORD).await, SignIn::Wrong));
    assert!(welcome(&city.try_password("wangli", new).await).is_some());
}
