use std::collections::HashMap;

use huiyin_base::{Day, Id};
use huiyin_db::{FromRow, Result, Row, Tx, query};

use super::grant::in_force;
use super::{org_is_below, region_children};
use crate::account::RoleGrant;
use crate::{AccountRef, Grant, OrgKind, OrgRef, Reach, Scope, Viewer};

/// The account with all it may do today; none when it is missing, suspended or closed. `strong` is the session's to set.
pub async fn viewer_find(tx: &mut Tx, account: AccountRef, today: Day) -> Result<Option<Viewer>> {
    let rows = holder_find(tx, account, today).await?;
    let Some((person, name)) = rows.first().map(|row| (row.person, row.display_name.clone())) else { return Ok(None) };
    let mut held: HashMap<Id, Held> = HashMap::new();
    let mut found = Vec::new();
    for Held { grant, name, kind, line } in rows.into_iter().filter_map(|row| row.held) {
        let known = held.entry(grant.id).or_insert_with(|| {
            found.push(grant.clone());
            Held { grant, name, kind, line: Vec::new() }
        });
        known.line.extend(line);
    }
    let mut grants = Vec::with_capacity(found.len());
    for grant in in_force(tx, found, today).await? {
        let Some(Held { name, kind, line, .. }) = held.remove(&grant.id) else { continue };
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

/// Who holds an active account, what pages call him, his grants of today, and where they are held with all that stands above: asked
/// with every page, and so in one statement.
async fn holder_find(tx: &mut Tx, account: AccountRef, today: Day) -> Result<Vec<Holder>> {
    let rows = query(
        "select a.person, a.display_name, a.region, a.id as account, g.id, g.role, g.org_region, g.org, g.post,
         g.from_day, g.to_day, g.deputy_of, g.granted_by, o.name as org_name, o.kind as org_kind, x.ancestor from account a
         left join role_grant g on g.region = a.region and g.account = a.id
         and g.from_day <= $3 and (g.to_day is null or g.to_day >= $3)
         left join org o on o.region = g.org_region and o.id = g.org
         and o.from_day <= $3 and (o.to_day is null or o.to_day >= $3)
         left join org_ancestor x on x.region = o.region and x.org = o.id
         where a.region = $1 and a.id = $2 and a.status = 'active'",
    );
    rows.bind(account.region).bind(account.id).bind(today).fetch_all(tx).await
}

/// A holder with one organisation above one of his grants, or with none.
struct Holder {
    person: Option<Id>,
    display_name: String,
    /// None where an organisation is gone as well: it gives no rights.
    held: Option<Held>,
}

/// A grant, where it is held, and what stands above that.
struct Held {
    grant: RoleGrant,
    name: String,
    kind: OrgKind,
    line: Vec<Id>,
}

impl FromRow for Holder {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        let above: Option<Id> = row.get("ancestor")?;
        let held = above.map(|above| -> Result<Held> {
            let (grant, name) = (RoleGrant::from_row(row)?, row.get("org_name")?);
            Ok(Held { grant, name, kind: row.get("org_kind")?, line: vec![above] })
        });
        Ok(Self { person: row.get("person")?, display_name: row.get("display_name")?, held: held.transpose()? })
    }
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
