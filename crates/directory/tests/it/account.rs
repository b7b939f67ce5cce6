use huiyin_base::ProblemKind;
use huiyin_directory::{
    Account, AccountStatus, Role, account_add, account_any_demo, account_failure_add, account_find, account_find_login,
    account_lock, account_login_change, account_password_set, account_status_set, account_unlock, external_find,
    external_link, external_list, external_unlink, recovery_code_spend, recovery_codes_left, recovery_codes_replace,
    totp_confirm, totp_pending_set, totp_remove, totp_step_spend,
};

use crate::support::{City, blind};

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_name_belongs_to_one_account() {
    let mut city = City::new().await;
    let at = city.account("wangli", Role::TownshipStaff, "柳河镇").await;
    let found = account_find_login(&mut city.read().await, blind("wangli")).await.unwrap().unwrap();
    assert_eq!((found.at(), found.status, found.failures), (at, AccountStatus::Active, 0));
    let second = Account::new(city.id(city.baota), "wangli", "别人", city.clock.now());
    let refused = city.write(move |tx| {
        let second = second.clone();
        Box::pin(async move { account_add(tx, &second, blind("wangli")).await })
    });
    assert_eq!(refused.await.unwrap_err().kind, ProblemKind::Conflict);
    assert!(account_find_login(&mut city.read().await, blind("nobody")).await.unwrap().is_none());
    assert!(!account_any_demo(&mut city.read().await).await.unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_sign_in_name_frees_the_old_one() {
    let mut city = City::new().await;
    let at = city.account("wangli", Role::TownshipStaff, "柳河镇").await;
    city.account("zhaoyun", Role::TownshipStaff, "松岭镇").await;
    let change = async |new: &'static str| {
        city.write(move |tx| {
            Box::pin(async move { account_login_change(tx, at, new, blind("wangli"), blind(new)).await })
        })
        .await
    };
    assert_eq!(change("zhaoyun").await.unwrap_err().kind, ProblemKind::Conflict);
    change("wang.li").await.unwrap();
    let tx = &mut city.read().await;
    assert!(account_find_login(tx, blind("wangli")).await.unwrap().is_none());
    assert_eq!(account_find_login(tx, blind("wang.li")).await.unwrap().unwrap().at(), at);
}

#[tokio::test(flavor = "multi_thread")]
async fn failures_count_and_a_new_password_forgets_them() {
    let mut city = City::new().await;
    let at = city.account("wangli", Role::TownshipStaff, "柳河镇").await;
    let now = city.clock.now();
    let counted = city.write(move |tx| {
        Box::pin(async move {
            account_failure_add(tx, at).await?;
            account_lock(tx, at, now).await?;
            Ok(account_failure_add(tx, at).await?)
        })
    });
    assert_eq!(counted.await.unwrap(), 2);
    let locked = account_find(&mut city.read().await, at).await.unwrap().unwrap();
    assert_eq!(locked.locked_until, Some(now));
    city.write(move |tx| Box::pin(async move { Ok(account_unlock(tx, at).await?) })).await.unwrap();
    city.write(move |tx| {
        Box::pin(async move {
            account_failure_add(tx, at).await?;
            account_password_set(tx, at, "phc", now).await?;
            Ok(account_status_set(tx, at, AccountStatus::Suspended).await?)
        })
    })
    .await
    .unwrap();
    let account = account_find(&mut city.read().await, at).await.unwrap().unwrap();
    assert_eq!((account.failures, account.locked_until, account.password.as_deref()), (0, None, Some("phc")));
    assert_eq!(account.status, AccountStatus::Suspended);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_step_and_a_recovery_code_work_once() {
    let mut city = City::new().await;
    let at = city.account("wangli", Role::TownshipStaff, "柳河镇").await;
    let now = city.clock.now();
    let spent = city.write(move |tx| {
        Box::pin(async move {
            let without = totp_step_spend(tx, at, 5).await?;
            totp_pending_set(tx, at, vec![1, 2]).await?;
            let confirmed = totp_confirm(tx, at, 6).await?;
            let steps = [6, 7, 7, 5];
            let mut spent = vec![without, confirmed, totp_confirm(tx, at, 9).await?];
            for step in steps {
                spent.push(totp_step_spend(tx, at, step).await?);
            }
            Ok(spent)
        })
    });
    assert_eq!(spent.await.unwrap(), [false, true, false, false, true, false, false]);
    let codes = city.write(move |tx| {
        Box::pin(async move {
            recovery_codes_replace(tx, at, &[blind("a"), blind("b")]).await?;
            let first = recovery_code_spend(tx, at, blind("a"), now).await?;
            let again = recovery_code_spend(tx, at, blind("a"), now).await?;
            let wrong = recovery_code_spend(tx, at, blind("c"), now).await?;
            let left = recovery_codes_left(tx, at).await?;
            totp_remove(tx, at).await?;
            Ok((first, again, wrong, left, recovery_codes_left(tx, at).await?))
        })
    });
    assert_eq!(codes.await.unwrap(), (true, false, false, 1, 0));
    assert!(!account_find(&mut city.read().await, at).await.unwrap().unwrap().has_second_factor());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_foreign_identity_opens_one_account() {
    let mut city = City::new().await;
    let (first, second) = (
        city.account("wangli", Role::Member, "上湾村党支部").await,
        city.account("zhaoyun", Role::Member, "上湾村党支部").await,
    );
    let now = city.clock.now();
    let link = async |at| {
        city.write(move |tx| {
            Box::pin(async move { external_link(tx, at, blind("subject"), "https://id.example", now).await })
        })
        .await
    };
    link(first).await.unwrap();
    assert_eq!(link(second).await.unwrap_err().kind, ProblemKind::Conflict);
    assert_eq!(external_find(&mut city.read().await, blind("subject")).await.unwrap(), Some(first));
    assert_eq!(external_list(&mut city.read().await, first).await.unwrap().len(), 1);
    city.write(move |tx| Box::pin(async move { Ok(external_unlink(tx, first).await?) })).await.unwrap();
    assert_eq!(external_find(&mut city.read().await, blind("subject")).await.unwrap(), None);
    link(second).await.unwrap();
}
