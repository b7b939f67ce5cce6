use std::collections::HashMap;

use huiyin_base::{Id, Instant, Problem, Region};
use huiyin_db::{Filter, Result, Tx, query};

use crate::AccountRef;
use crate::account::{Account, AccountStatus};

/// Opens an account. `login_hash` is the blind index of its normalised sign-in name; a taken name is a conflict.
pub async fn account_add(tx: &mut Tx, account: &Account, login_hash: [u8; 32]) -> Result<(), Problem> {
    login_reserve(tx, account.at(), login_hash).await?;
    let add = "insert into account (region, id, person, login, display_name, password, password_at, status, failures,
        totp_secret, totp_step, demo, created_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, 0, $9, $10, $11, $12)";
    let add = query(add).bind(account.region).bind(account.id).bind(account.person).bind(&account.login);
    let add = add.bind(&account.display_name).bind(&account.password).bind(account.password_at).bind(account.status);
    let add = add.bind(&account.totp_secret).bind(account.totp_step).bind(account.demo).bind(account.created_at);
    add.execute(tx).await?;
    Ok(())
}

async fn login_reserve(tx: &mut Tx, account: AccountRef, hash: [u8; 32]) -> Result<(), Problem> {
    let reserve = "insert into account_lookup (hash, region, id) values ($1, $2, $3) on conflict do nothing";
    match query(reserve).bind(hash).bind(account.region).bind(account.id).execute(tx).await? {
        0 => Err(Problem::conflict("这个登录名已有人使用，请换一个。")),
        _ => Ok(()),
    }
}

/// One account.
pub async fn account_find(tx: &mut Tx, account: AccountRef) -> Result<Option<Account>> {
    let rows = query("select * from account where region = $1 and id = $2");
    rows.bind(account.region).bind(account.id).fetch_optional(tx).await
}

/// What these accounts are called, by id; who does not exist is left out.
pub async fn account_names(tx: &mut Tx, accounts: impl IntoIterator<Item = Id>) -> Result<HashMap<Id, String>> {
    let keys: Vec<(Region, Id)> = accounts.into_iter().map(|id| (id.region(), id)).collect();
    if keys.is_empty() {
        return Ok(HashMap::new());
    }
    let base = Filter::new("select a.id, a.display_name from account a where (a.region, a.id) in (values ?)");
    Ok(base.bind_pairs(keys).query().fetch_all::<(Id, String)>(tx).await?.into_iter().collect())
}

/// By the blind index of a sign-in name.
pub async fn account_find_login(tx: &mut Tx, hash: [u8; 32]) -> Result<Option<Account>> {
    let place = query("select region, id from account_lookup where hash = $1").bind(hash);
    match place.fetch_optional::<(Region, Id)>(tx).await? {
        Some((region, id)) => account_find(tx, AccountRef { region, id }).await,
        None => Ok(None),
    }
}

/// The account of a person that is not closed; it lives where the person lives.
pub async fn account_find_person(tx: &mut Tx, person: Id) -> Result<Option<Account>> {
    let rows = query("select * from account where region = $1 and person = $2 and status <> 'closed' limit 1");
    rows.bind(person.region()).bind(person).fetch_optional(tx).await
}

/// Another sign-in name.
pub async fn account_login_change(
    tx: &mut Tx,
    account: AccountRef,
    login: &str,
    old_hash: [u8; 32],
    new_hash: [u8; 32],
) -> Result<(), Problem> {
    if old_hash == new_hash {
        return Ok(());
    }
    login_reserve(tx, account, new_hash).await?;
    let free = query("delete from account_lookup where hash = $1 and region = $2 and id = $3");
    free.bind(old_hash).bind(account.region).bind(account.id).execute(tx).await?;
    let change = query("update account set login = $3 where region = $1 and id = $2");
    change.bind(account.region).bind(account.id).bind(login).execute(tx).await?;
    Ok(())
}

/// Counts a failure, and gives the new count.
pub async fn account_failure_add(tx: &mut Tx, account: AccountRef) -> Result<i64> {
    let count = "update account set failures = failures + 1 where region = $1 and id = $2 returning failures";
    query(count).bind(account.region).bind(account.id).fetch_scalar(tx).await
}

/// Refuses sign-ins until then.
pub async fn account_lock(tx: &mut Tx, account: AccountRef, until: Instant) -> Result<()> {
    let lock = query("update account set locked_until = $3 where region = $1 and id = $2");
    lock.bind(account.region).bind(account.id).bind(until).execute(tx).await?;
    Ok(())
}

/// Keeps other writes about the account waiting until this one ends.
pub(crate) async fn account_hold(tx: &mut Tx, account: AccountRef) -> Result<()> {
    let hold = query("update account set status = status where region = $1 and id = $2");
    hold.bind(account.region).bind(account.id).execute(tx).await?;
    Ok(())
}

/// Forgets failures and the lock.
pub async fn account_unlock(tx: &mut Tx, account: AccountRef) -> Result<()> {
    let unlock = query("update account set failures = 0, locked_until = null where region = $1 and id = $2");
    unlock.bind(account.region).bind(account.id).execute(tx).await?;
    Ok(())
}

/// A new password, which also ends a lock.
pub async fn account_password_set(tx: &mut Tx, account: AccountRef, phc: &str, now: Instant) -> Result<()> {
    let change = "update account set password = $3, password_at = $4, failures = 0, locked_until = null
        where region = $1 and id = $2";
    query(change).bind(account.region).bind(account.id).bind(phc).bind(now).execute(tx).await?;
    Ok(())
}

/// Active, suspended or closed.
pub async fn account_status_set(tx: &mut Tx, account: AccountRef, status: AccountStatus) -> Result<()> {
    let change = query("update account set status = $3 where region = $1 and id = $2");
    change.bind(account.region).bind(account.id).bind(status).execute(tx).await?;
    Ok(())
}

/// A sealed secret that waits for its first code.
pub async fn totp_pending_set(tx: &mut Tx, account: AccountRef, sealed: Vec<u8>) -> Result<()> {
    let change = query("update account set totp_pending = $3 where region = $1 and id = $2");
    change.bind(account.region).bind(account.id).bind(sealed).execute(tx).await?;
    Ok(())
}

/// The waiting secret becomes the second factor; `step` is the one of its first code.
pub async fn totp_confirm(tx: &mut Tx, account: AccountRef, step: i64) -> Result<bool> {
    let change = "update account set totp_secret = totp_pending, totp_pending = null, totp_step = $3
        where region = $1 and id = $2 and totp_pending is not null";
    Ok(query(change).bind(account.region).bind(account.id).bind(step).execute(tx).await? == 1)
}

/// Spends a step. False when it, or a later one, was spent already.
pub async fn totp_step_spend(tx: &mut Tx, account: AccountRef, step: i64) -> Result<bool> {
    let spend = "update account set totp_step = $3 where region = $1 and id = $2
        and totp_secret is not null and (totp_step is null or totp_step < $3)";
    Ok(query(spend).bind(account.region).bind(account.id).bind(step).execute(tx).await? == 1)
}

/// Removes the second factor and its recovery codes.
pub async fn totp_remove(tx: &mut Tx, account: AccountRef) -> Result<()> {
    let change = "update account set totp_secret = null, totp_pending = null, totp_step = null
        where region = $1 and id = $2";
    query(change).bind(account.region).bind(account.id).execute(tx).await?;
    recovery_codes_replace(tx, account, &[]).await
}

/// New recovery codes, by their blind indexes; the old ones are void.
pub async fn recovery_codes_replace(tx: &mut Tx, account: AccountRef, hashes: &[[u8; 32]]) -> Result<()> {
    let clear = query("delete from recovery_code where region = $1 and account = $2");
    clear.bind(account.region).bind(account.id).execute(tx).await?;
    let rows = hashes.iter().map(|hash| huiyin_db::values![account.region, account.id, *hash]).collect();
    huiyin_db::insert_many(tx, "insert into recovery_code (region, account, hash)", rows, "").await?;
    Ok(())
}

/// Spends a recovery code. False when there is none such or it was used.
pub async fn recovery_code_spend(tx: &mut Tx, account: AccountRef, hash: [u8; 32], now: Instant) -> Result<bool> {
    let spend = "update recovery_code set used_at = $4 where region = $1 and account = $2 and hash = $3
        and used_at is null";
    Ok(query(spend).bind(account.region).bind(account.id).bind(hash).bind(now).execute(tx).await? == 1)
}

/// How many recovery codes are left.
pub async fn recovery_codes_left(tx: &mut Tx, account: AccountRef) -> Result<i64> {
    let count = query("select count(*) from recovery_code where region = $1 and account = $2 and used_at is null");
    count.bind(account.region).bind(account.id).fetch_scalar(tx).await
}

/// Ties a foreign identity to an account; one that is tied elsewhere is a conflict.
pub async fn external_link(
    tx: &mut Tx,
    account: AccountRef,
    hash: [u8; 32],
    issuer: &str,
    now: Instant,
) -> Result<(), Problem> {
    let reserve = "insert into external_lookup (hash, region, id) values ($1, $2, $3) on conflict do nothing";
    if query(reserve).bind(hash).bind(account.region).bind(account.id).execute(tx).await? == 0 {
        return Err(Problem::conflict("这个外部身份已绑定其他账号，请先在那个账号里解除绑定。"));
    }
    let add = "insert into external_identity (region, account, hash, issuer, linked_at) values ($1, $2, $3, $4, $5)";
    query(add).bind(account.region).bind(account.id).bind(hash).bind(issuer).bind(now).execute(tx).await?;
    Ok(())
}

/// The account a foreign identity opens.
pub async fn external_find(tx: &mut Tx, hash: [u8; 32]) -> Result<Option<AccountRef>> {
    let place = query("select region, id from external_lookup where hash = $1").bind(hash);
    Ok(place.fetch_optional::<(Region, Id)>(tx).await?.map(|(region, id)| AccountRef { region, id }))
}

/// The issuers tied to an account, with the day's instant.
pub async fn external_list(tx: &mut Tx, account: AccountRef) -> Result<Vec<(String, Instant)>> {
    let rows =
        query("select issuer, linked_at from external_identity where region = $1 and account = $2 order by issuer");
    rows.bind(account.region).bind(account.id).fetch_all(tx).await
}

/// Unties every foreign identity of an account.
pub async fn external_unlink(tx: &mut Tx, account: AccountRef) -> Result<()> {
    for gone in [
        query("delete from external_lookup where region = $1 and id = $2"),
        query("delete from external_identity where region = $1 and account = $2"),
    ] {
        gone.bind(account.region).bind(account.id).execute(tx).await?;
    }
    Ok(())
}

/// Whether any account was made for the demo city.
pub async fn account_any_demo(tx: &mut Tx) -> Result<bool> {
    let rows = query("select region from account where demo = $1 limit 1").bind(true);
    Ok(rows.fetch_optional::<(Region,)>(tx).await?.is_some())
}
