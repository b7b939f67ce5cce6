use std::collections::HashMap;

use huiyin_base::{Day, Id};
use huiyin_db::{Filter, FromRow, Result, Row, Tx};

use super::grant::in_force;
use super::{org_is_below, region_children};
use crate::account::RoleGrant;
use crate::{AccountRef, Grant, OrgKind, OrgRef, Reach, Scope, Viewer};

/// The account with all it may do today; none when it is missing, suspended or closed. `strong` is the session's to set.
pub async fn viewer_find(tx: &mut Tx, account: AccountRef, today: Day) -> Result<Option<Viewer>> {
    let rows = held(Filter::new("select").then(HOLDER).then("from account a"), today);
    let rows = rows.then("where a.region = ?").bind(account.region).and("a.id = ?").bind(account.id);
    let rows = rows.and("a.status = 'active'").query().fetch_all(tx).await?;
    viewer_of_rows(tx, rows, today).await
}

/// The same for whoever a row called `s` names by `region` and `account`, read together with that row: `head` selects its columns and ends
/// with a comma, `from` names its table. A condition follows. Without an active account there is the row alone.
pub fn holder_filter(head: &'static str, from: &'static str, today: Day) -> Filter {
    let account = "left join account a on a.region = s.region and a.id = s.account and a.status = 'active'";
    held(Filter::new(head).then(HOLDER).then(from).then(account), today)
}

/// Who holds an account, what pages call him, his grants, and where they are held with all that stands above: asked with every page, and so
/// in one statement.
const HOLDER: &str = "a.person, a.display_name, a.region, a.id as account, g.id, g.role, g.org_region, g.org, g.post,
    g.from_day, g.to_day, g.deputy_of, g.granted_by, o.name as org_name, o.kind as org_kind, x.ancestor";

/// The grants of today of an account called `a`.
fn held(base: Filter, today: Day) -> Filter {
    let grants = "left join role_grant g on g.region = a.region and g.account = a.id and g.from_day <= ?";
    let base = base.then(grants).bind(today).and("g.to_day is null or g.to_day >= ?").bind(today);
    let orgs = "left join org o on o.region = g.org_region and o.id = g.org and o.from_day <= ?";
    let base = base.then(orgs).bind(today).and("o.to_day is null or o.to_day >= ?").bind(today);
    base.then("left join org_ancestor x on x.region = o.region and x.org = o.id")
}

/// The viewer whom the rows of [`holder_filter`] describe; none where there is no such account.
pub async fn viewer_of_rows(tx: &mut Tx, rows: Vec<Holder>, today: Day) -> Result<Option<Viewer>> {
    let Some((account, person, name)) = rows.first().map(|row| (row.account, row.person, row.display_name.clone()))
    else {
        return Ok(None);
    };
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

/// A holder with one organisation above one of his grants, or with none.
#[derive(Debug)]
pub struct Holder {
    account: AccountRef,
    person: Option<Id>,
    display_name: String,
    /// None where an organisation is gone as well: it gives no rights.
    held: Option<Held>,
}

/// A grant, where it is held, and what stands above that.
#[derive(Debug)]
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
        let account = AccountRef { region: row.get("region")?, id: row.get("account")? };
        let (person, display_name) = (row.get("person")?, row.get("display_name")?);
        Ok(Self { account, person, display_name, held: held.transpose()? })
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
