use huiyin_db::{Result, Tx, insert_many, values};
use huiyin_directory::{Account, RoleGrant};

/// An account with the blind index of its sign-in name and its roles.
#[derive(Clone, Debug)]
pub(crate) struct AccountRow {
    pub(crate) account: Account,
    pub(crate) login_hash: [u8; 32],
    pub(crate) grants: Vec<RoleGrant>,
}

/// Opens accounts and gives them their roles.
pub(crate) async fn account_add_many(tx: &mut Tx, accounts: &[AccountRow]) -> Result<()> {
    let rows = accounts.iter().map(|row| {
        let account = &row.account;
        values![
            account.region,
            account.id,
            account.person,
            &account.login,
            &account.display_name,
            &account.password,
            account.password_at,
            account.status,
            account.failures,
            account.demo,
            account.created_at
        ]
    });
    let head = "insert into account
        (region, id, person, login, display_name, password, password_at, status, failures, demo, created_at)";
    insert_many(tx, head, rows.collect(), "").await?;
    let found = accounts.iter().map(|row| values![row.login_hash, row.account.region, row.account.id]);
    insert_many(tx, "insert into account_lookup (hash, region, id)", found.collect(), "").await?;
    let grants = accounts.iter().flat_map(|row| &row.grants).map(|grant| {
        values![
            grant.region,
            grant.id,
            grant.account,
            grant.role,
            grant.org_region,
            grant.org,
            &grant.post,
            grant.from_day,
            grant.to_day
        ]
    });
    let head = "insert into role_grant (region, id, account, role, org_region, org, post, from_day, to_day)";
    insert_many(tx, head, grants.collect(), "").await?;
    Ok(())
}
