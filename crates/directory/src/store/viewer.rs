use std::collections::{BTreeMap, HashMap};

use huiyin_base::{Day, Id, Region};
use huiyin_db::{Filter, Result, Tx};

use super::{account_find, grant_list_in_force, org_is_below, region_children};
use crate::account::{AccountStatus, RoleGrant};
use crate::{AccountRef, Grant, OrgKind, OrgRef, Reach, Scope, Viewer};

/// The account with all it may do today; none when it is missing, suspended or closed. `strong` is the session's to set.
pub async fn viewer_find(tx: &mut Tx, account: AccountRef, today: Day) -> Result<Option<Viewer>> {
    let Some(found) = account_find(tx, account).await?.filter(|found| found.status == AccountStatus::Active) else {
        return Ok(None);
    };
    let in_force = grant_list_in_force(tx, account, today).await?;
    let orgs = orgs_of(tx, &in_force, today).await?;
    let mut grants = Vec::with_capacity(in_force.len());
    for grant in in_force {
        // An organisation that is gone gives no rights.
        let Some((name, kind)) = orgs.get(&grant.org).cloned() else { continue };
        grants.push(Grant {
            id: grant.id,
            role: grant.role,
            org: grant.org(),
            org_name: name,
            org_kind: kind,
            deputy: grant.deputy_of.is_some(),
            reach: reach(tx, grant.org(), kind).await?,
            post: grant.post,
        });
    }
    Ok(Some(Viewer { account, person: found.person, name: found.display_name, grants, strong: false }))
}

/// The organisations of the grants that there are today. Grants may lie in several regions: one look per region.
async fn orgs_of(tx: &mut Tx, grants: &[RoleGrant], today: Day) -> Result<HashMap<Id, (String, OrgKind)>> {
    let mut regions: BTreeMap<Region, Vec<Id>> = BTreeMap::new();
    for grant in grants {
        regions.entry(grant.org_region).or_default().push(grant.org);
    }
    let mut orgs = HashMap::new();
    for (region, ids) in regions {
        let rows = Filter::new("select id, name, kind from org where region = ?").bind(region);
        let rows = rows.and("from_day <= ?").bind(today).and("to_day is null or to_day >= ?").bind(today);
        let rows = rows.and("id in (?)").bind_list(ids).query();
        for (id, name, kind) in rows.fetch_all::<(Id, String, OrgKind)>(tx).await? {
            orgs.insert(id, (name, kind));
        }
    }
    Ok(orgs)
}

/// A role at the city reaches the city and its counties, one at a county the county, any other its own subtree.
async fn reach(tx: &mut Tx, org: OrgRef, kind: OrgKind) -> Result<Vec<Reach>> {
    Ok(match kind {
        OrgKind::City => {
            let counties = region_children(tx, org.region).await?;
            std::iter::once(org.region).chain(counties).map(Reach::Region).collect()
        }
        OrgKind::County => vec![Reach::Region(org.region)],
        _ => vec![Reach::Subtree(org)],
    })
}

/// Whether an organisation lies in what a scope reaches.
pub async fn scope_contains(tx: &mut Tx, scope: &Scope, org: OrgRef) -> Result<bool> {
    for reach in &scope.reaches {
        let inside = match reach {
            Reach::Region(region) => *region == org.region,
            Reach::Subtree(top) => org_is_below(tx, *top, org).await?,
        };
        if inside {
            return Ok(true);
        }
    }
    Ok(false)
}
