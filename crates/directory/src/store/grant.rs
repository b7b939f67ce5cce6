use huiyin_base::{Day, Id, Region};
use huiyin_db::{Filter, Result, Tx, query, row};

use crate::account::{AccountStatus, RoleGrant};
use crate::org::PostHolder;
use crate::{AccountRef, OrgRef, Role};

/// Adds a grant. Its shard is the account's.
pub async fn grant_add(tx: &mut Tx, grant: &RoleGrant) -> Result<()> {
    let add = "insert into role_grant
        (region, id, account, role, org_region, org, post, from_day, to_day, deputy_of, granted_by)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    let add = query(add).bind(grant.region).bind(grant.id).bind(grant.account).bind(grant.role);
    let add = add.bind(grant.org_region).bind(grant.org).bind(&grant.post).bind(grant.from_day).bind(grant.to_day);
    add.bind(grant.deputy_of).bind(grant.granted_by).execute(tx).await?;
    Ok(())
}

/// One grant; its id names its shard.
pub async fn grant_find(tx: &mut Tx, grant: Id) -> Result<Option<RoleGrant>> {
    let rows = query("select * from role_grant where region = $1 and id = $2");
    rows.bind(grant.region()).bind(grant).fetch_optional(tx).await
}

/// `last_day` is the grant's last, unless it ended before. A grant that has not begun then never will.
pub async fn grant_end(tx: &mut Tx, grant: Id, last_day: Day) -> Result<bool> {
    let end = "update role_grant set to_day = $3 where region = $1 and id = $2 and (to_day is null or to_day > $3)";
    Ok(query(end).bind(grant.region()).bind(grant).bind(last_day).execute(tx).await? == 1)
}

/// Every grant an account has or had, the latest first.
pub async fn grant_list(tx: &mut Tx, account: AccountRef) -> Result<Vec<RoleGrant>> {
    let rows = query("select * from role_grant where region = $1 and account = $2 order by from_day desc, id desc");
    rows.bind(account.region).bind(account.id).fetch_all(tx).await
}

/// The grants in force on `today`. A deputy's counts only while its principal's does.
pub async fn grant_list_in_force(tx: &mut Tx, account: AccountRef, today: Day) -> Result<Vec<RoleGrant>> {
    let rows = "select * from role_grant where region = $1 and account = $2 and from_day <= $3
        and (to_day is null or to_day >= $3)";
    let rows = query(rows).bind(account.region).bind(account.id).bind(today);
    let found = rows.fetch_all::<RoleGrant>(tx).await?;
    in_force(tx, found, today).await
}

/// Those of the grants, whose own dates cover `today`, whose principals' do as well.
pub(super) async fn in_force(tx: &mut Tx, mut found: Vec<RoleGrant>, today: Day) -> Result<Vec<RoleGrant>> {
    // Sorted here: asked for the order, an engine without statistics walks every grant of the region along its key.
    found.sort_by_key(|grant| grant.id);
    let mut grants = Vec::new();
    for grant in found {
        if principal_holds(tx, grant.deputy_of, today).await? {
            grants.push(grant);
        }
    }
    Ok(grants)
}

async fn principal_holds(tx: &mut Tx, principal: Option<Id>, today: Day) -> Result<bool> {
    match principal {
        None => Ok(true),
        Some(principal) => Ok(grant_find(tx, principal).await?.is_some_and(|grant| grant.covers(today))),
    }
}

/// Who holds one of `roles` at the organisation today, deputies included, with an account that may be used.
/// Empty `roles` means every role.
pub async fn role_holders(tx: &mut Tx, org: OrgRef, roles: &[Role], today: Day) -> Result<Vec<PostHolder>> {
    let base = "select g.id, g.region, g.account, g.role, g.post, a.display_name, g.deputy_of, g.from_day, g.to_day
        from role_grant g join account a on a.region = g.region and a.id = g.account
        where a.status = 'active' and g.org_region = ?";
    let mut filter = Filter::new(base).bind(org.region).and("g.org = ?").bind(org.id);
    filter = filter.and("g.from_day <= ?").bind(today).and("g.to_day is null or g.to_day >= ?").bind(today);
    if !roles.is_empty() {
        filter = filter.and("g.role in (?)").bind_list(roles.iter().copied());
    }
    let all: Vec<PostHolder> = filter.then("order by g.role, g.from_day, g.id").query().fetch_all(tx).await?;
    let mut holders = Vec::with_capacity(all.len());
    for holder in all {
        if principal_holds(tx, holder.deputy_of, today).await? {
            holders.push(holder);
        }
    }
    Ok(holders)
}

/// The accounts with a role at the organisation, now or before, that are suspended or closed: each once, by its name.
pub async fn stopped_holders(tx: &mut Tx, org: OrgRef) -> Result<Vec<(Id, String, AccountStatus)>> {
    let stopped = query(
        "select distinct a.id, a.display_name, a.status from role_grant g
         join account a on a.region = g.region and a.id = g.account
         where a.status <> 'active' and g.org_region = $1 and g.org = $2 order by a.display_name, a.id limit 200",
    );
    stopped.bind(org.region).bind(org.id).fetch_all(tx).await
}

row! {
    /// Somebody of a name who may be given something to do, and where he holds his role.
    #[derive(Clone, Debug, PartialEq, Eq)]
    #[expect(missing_docs, reason = "each field is the column of its name")]
    pub struct NamedHolder {
        pub account: Id,
        pub display_name: String,
        pub org_region: Region,
        pub org: Id,
    }
}

/// Who is called so, wherever he holds one of `roles` today; whoever asks narrows it to what he may hand to.
pub async fn holders_named(tx: &mut Tx, names: &[&str], roles: &[Role], today: Day) -> Result<Vec<NamedHolder>> {
    if names.is_empty() {
        return Ok(Vec::new());
    }
    let base = "select distinct g.account, a.display_name, g.org_region, g.org
        from account a join role_grant g on g.region = a.region and g.account = a.id
        where a.status = 'active'";
    let base = Filter::new(base).and("a.display_name in (?)").bind_list(names.iter().copied());
    let base = base.and("g.role in (?)").bind_list(roles.iter().copied()).and("g.from_day <= ?").bind(today);
    let base = base.and("g.to_day is null or g.to_day >= ?").bind(today);
    base.then("order by g.account, g.org").query().fetch_all(tx).await
}

/// Who holds a post at the organisation today; plain members are no post.
pub async fn org_people_by_post(tx: &mut Tx, org: OrgRef, today: Day) -> Result<Vec<PostHolder>> {
    let posts: Vec<Role> = Role::ALL.iter().copied().filter(|role| *role != Role::Member).collect();
    role_holders(tx, org, &posts, today).await
}

/// The deputies under a grant that act on `today` or later.
pub async fn grant_list_deputies(tx: &mut Tx, org: OrgRef, principal: Id, today: Day) -> Result<Vec<RoleGrant>> {
    let rows = "select * from role_grant where org_region = $1 and org = $2 and deputy_of = $3
        and (to_day is null or to_day >= $4) order by from_day, id";
    query(rows).bind(org.region).bind(org.id).bind(principal).bind(today).fetch_all(tx).await
}
