//! What several pages of accounts ask and say.

use huiyin_base::{Day, Id, Problem};
use huiyin_db::Tx;
use huiyin_directory::{
    Account, AccountRef, Org, OrgRef, OrgSearch, Reach, Regions, Scope, account_find, grant_list, org_find,
    org_find_code, org_search, role_holders, scope_contains,
};
use huiyin_web::components::Choice;
use huiyin_web::{Ctx, Site};

/// The address of an organisation's accounts.
pub(crate) fn href(regions: &Regions, org: &Org) -> String {
    let county = regions.get(org.region).map_or("", |entry| entry.code.as_str());
    format!("/accounts/{county}/{}", org.code)
}

/// The organisation at an address, if the scope reaches it.
pub(crate) async fn org_at(tx: &mut Tx, site: &Site, scope: &Scope, county: &str, code: &str) -> Result<Org, Problem> {
    let region = site.regions.by_code(county).ok_or_else(Problem::not_found)?;
    let org = org_find_code(tx, region, code).await?.ok_or_else(Problem::not_found)?;
    if scope_contains(tx, scope, org.at()).await? { Ok(org) } else { Err(Problem::not_found()) }
}

/// An account of whom the scope reaches a role, or whose whole region it reaches.
pub(crate) async fn holder_at(tx: &mut Tx, scope: &Scope, id: Id) -> Result<Account, Problem> {
    let at = AccountRef { region: id.region(), id };
    let account = account_find(tx, at).await?.ok_or_else(Problem::not_found)?;
    if scope.reaches.contains(&Reach::Region(account.region)) {
        return Ok(account);
    }
    for grant in grant_list(tx, at).await? {
        if scope_contains(tx, scope, grant.org()).await? {
            return Ok(account);
        }
    }
    Err(Problem::not_found())
}

/// Who acted, as others may read it: unit and post, never a name.
pub(crate) async fn who(tx: &mut Tx, account: Option<Id>) -> Result<String, Problem> {
    who_at(tx, account, None).await
}

/// The same by his post at this organisation, where he has one there.
pub(crate) async fn who_at(tx: &mut Tx, account: Option<Id>, org: Option<OrgRef>) -> Result<String, Problem> {
    let Some(id) = account else { return Ok("未登录".into()) };
    let at = AccountRef { region: id.region(), id };
    let grants = grant_list(tx, at).await?;
    // Whoever works here does so by that post, and not as a member of his branch.
    let works = || grants.iter().find(|grant| grant.role.needs_second_factor());
    let there = grants.iter().find(|grant| Some(grant.org()) == org).or_else(works).or(grants.first());
    let Some(grant) = there else {
        return Ok("一个没有岗位的账号".into());
    };
    let org = org_find(tx, grant.org()).await?.map(|org| org.name).unwrap_or_default();
    Ok(format!("{org} · {}", grant.post))
}

/// Somebody was chosen and somebody written: nobody guesses which of them is meant.
pub(crate) const TWICE: &str = "上面已经选了人：选人和写登录名，两样只用一样。";

/// Whoever holds a role at one of these organisations, to choose from; named as colleagues know each other, never by a
/// sign-in name, which may be a telephone number.
pub(crate) async fn colleagues(
    tx: &mut Tx,
    orgs: &[OrgRef],
    except: AccountRef,
    today: Day,
) -> Result<Vec<Choice>, Problem> {
    const MOST: usize = 200;
    let mut found: Vec<(Id, String)> = Vec::new();
    for org in orgs {
        for holder in role_holders(tx, *org, &[], today).await? {
            if holder.account != except.id && found.iter().all(|(known, _)| *known != holder.account) {
                found.push((holder.account, format!("{}（{}）", holder.display_name, holder.post)));
            }
        }
    }
    Ok(found.into_iter().take(MOST).map(|(account, label)| Choice::new(account, label)).collect())
}

/// The one organisation in the scope that a form's words mean: a code, a whole name, or a beginning that only one has.
pub(crate) async fn org_meant(
    ctx: &Ctx,
    tx: &mut Tx,
    scope: &Scope,
    text: &str,
) -> Result<Result<OrgRef, String>, Problem> {
    let regions: Vec<_> = scope.reaches.iter().map(region_of).collect();
    let search = OrgSearch { regions, text: text.trim().to_owned(), limit: 40, ..OrgSearch::default() };
    let mut found = Vec::new();
    for org in org_search(tx, &search, ctx.today()).await? {
        if scope_contains(tx, scope, org.at()).await? {
            found.push(org);
        }
    }
    let exact: Vec<&Org> = found.iter().filter(|org| org.name == text.trim() || org.code == text.trim()).collect();
    Ok(match (exact.as_slice(), found.as_slice()) {
        ([one], _) => Ok(one.at()),
        (_, [one]) => Ok(one.at()),
        (_, []) => Err("没有找到这个机构，请写机构代码或全名。".into()),
        (_, several) => {
            let names: Vec<String> =
                several.iter().take(6).map(|org| format!("{}（{}）", org.name, org.code)).collect();
            Err(format!("有几个机构符合，请写其中一个的代码：{}。", names.join("、")))
        }
    })
}

fn region_of(reach: &Reach) -> huiyin_base::Region {
    match reach {
        Reach::Region(region) => *region,
        Reach::Subtree(top) => top.region,
    }
}
