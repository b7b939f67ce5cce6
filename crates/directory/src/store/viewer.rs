use std::collections::{BTreeMap, HashMap};

use huiyin_base::{Day, Id, Region};
use huiyin_db::{Filter, FromRow, Result, Row, Tx, query};

use super::grant::in_force;
use super::{org_is_below, region_children};
use crate::account::RoleGrant;
use crate::{AccountRef, Grant, OrgKind, OrgRef, Reach, Scope, Viewer};

/// The account with all it may do today; none when it is missing, suspended or closed. `strong` is the session's to set.
pub async fn viewer_find(tx: &mut Tx, account: AccountRef, today: Day) -> Result<Option<Viewer>> {
    let Some((person, name, in_force)) = holder_find(tx, account, today).await? else { return Ok(None) };
    let orgs = orgs_of(tx, &in_force, today).await?;
    let mut grants = Vec::with_capacity(in_force.len());
    for grant in in_force {
        // An organisation that is gone gives no rights.
        let Some(Held { name, kind, line }) = orgs.get(&grant.org).cloned() else { continue };
        grants.push(Grant {
            id: grant.id,
            role: grant.role,
            org: grant.org(),
            org_name: name,
            org_kind: kind,
            deputy: grant.deputy_of.is_some(),
            reach: reach(tx, grant.org(), kind).await?,
            line,
            post: grant.post,
        });
    }
    Ok(Some(Viewer { account, person, name, grants, strong: false }))
}

/// Who holds an active account, what pages call him, and his grants in force: asked with every page, and so in one statement.
async fn holder_find(
    tx: &mut Tx,
    account: AccountRef,
    today: Day,
) -> Result<Option<(Option<Id>, String, Vec<RoleGrant>)>> {
    let rows = query(
        "select a.person, a.display_name, a.region, a.id as account, g.id, g.role, g.org_region, g.org, g.post,
         g.from_day, g.to_day, g.deputy_of, g.granted_by from account a
         left join role_grant g on g.region = a.region and g.account = a.id
         and g.from_day <= $3 and (g.to_day is null or g.to_day >= $3)
         where a.region = $1 and a.id = $2 and a.status = 'active'",
    );
    let rows = rows.bind(account.region).bind(account.id).bind(today).fetch_all::<Holder>(tx).await?;
    let Some((person, name)) = rows.first().map(|row| (row.person, row.display_name.clone())) else { return Ok(None) };
    let grants = rows.into_iter().filter_map(|row| row.grant).collect();
    Ok(Some((person, name, in_force(tx, grants, today).await?)))
}

/// A holder with one of his grants, or with none.
struct Holder {
    person: Option<Id>,
    display_name: String,
    grant: Option<RoleGrant>,
}

impl FromRow for Holder {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        let grant: Option<Id> = row.get("id")?;
        Ok(Self {
            person: row.get("person")?,
            display_name: row.get("display_name")?,
            grant: grant.map(|_| RoleGrant::from_row(row)).transpose()?,
        })
    }
}

/// Where a grant is held.
#[derive(Clone)]
struct Held {
    name: String,
    kind: OrgKind,
    line: Vec<Id>,
}

/// The organisations of the grants that there are today. Grants may lie in several regions: one look per region.
async fn orgs_of(tx: &mut Tx, grants: &[RoleGrant], today: Day) -> Result<HashMap<Id, Held>> {
    let mut regions: BTreeMap<Region, Vec<Id>> = BTreeMap::new();
    for grant in grants {
        regions.entry(grant.org_region).or_default().push(grant.org);
    }
    let mut orgs: HashMap<Id, Held> = HashMap::new();
    for (region, ids) in regions {
        let rows = Filter::new("select o.id, o.name, o.kind, a.ancestor from org o join org_ancestor a on");
        let rows = rows.then("a.region = o.region and a.org = o.id where o.region = ?").bind(region);
        let rows = rows.and("o.from_day <= ?").bind(today).and("o.to_day is null or o.to_day >= ?").bind(today);
        let rows = rows.and("o.id in (?)").bind_list(ids).query();
        for (id, name, kind, above) in rows.fetch_all::<(Id, String, OrgKind, Id)>(tx).await? {
            orgs.entry(id).or_insert_with(|| Held { name, kind, line: Vec::new() }).line.push(above);
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
