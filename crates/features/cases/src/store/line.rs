//! Who stands above whom.

use std::collections::{BTreeMap, BTreeSet};

use huiyin_base::{Id, Region};
use huiyin_db::{Filter, Result, Tx, query};
use huiyin_directory::{OrgKind, OrgRef};

use crate::Lines;

/// The organisation and everything above it, nearest first; above a county's root the root of its city.
pub async fn line_find(tx: &mut Tx, org: OrgRef) -> Result<Vec<(OrgRef, OrgKind)>> {
    let inside = query(
        "select o.id, o.kind from org_ancestor a join org o on o.region = a.region and o.id = a.ancestor
         where a.region = $1 and a.org = $2 order by a.depth",
    );
    let rows = inside.bind(org.region).bind(org.id).fetch_all::<(Id, OrgKind)>(tx).await?;
    let mut line: Vec<(OrgRef, OrgKind)> =
        rows.into_iter().map(|(id, kind)| (OrgRef { region: org.region, id }, kind)).collect();
    if !line.is_empty() {
        let city = query(
            "select o.region, o.id, o.kind from region r join org o on o.region = r.parent
             where r.ordinal = $1 and o.parent is null and o.kind = 'city' order by o.position, o.id limit 1",
        );
        let city = city.bind(org.region).fetch_optional::<(Region, Id, OrgKind)>(tx).await?;
        line.extend(city.map(|(region, id, kind)| (OrgRef { region, id }, kind)));
    }
    Ok(line)
}

/// The lines of all of `orgs`; one that does not exist has none.
pub async fn lines_find(tx: &mut Tx, orgs: Vec<OrgRef>) -> Result<Lines> {
    // Many of one region are read together.
    const TOGETHER: usize = 16;
    let mut lines = Lines::default();
    let mut regions: BTreeMap<Region, BTreeSet<Id>> = BTreeMap::new();
    for org in &orgs {
        regions.entry(org.region).or_default().insert(org.id);
    }
    for (region, ids) in regions.into_iter().filter(|(_, ids)| ids.len() > TOGETHER) {
        let Some(first) = ids.first() else { continue };
        let city: Vec<(OrgRef, OrgKind)> = line_find(tx, OrgRef { region, id: *first })
            .await?
            .into_iter()
            .filter(|(org, _)| org.region != region)
            .collect();
        let rows = Filter::new(
            "select a.org, o.id, o.kind from org_ancestor a join org o on o.region = a.region and o.id = a.ancestor
             where a.region = ?",
        );
        let rows = rows.bind(region).and("a.org in (?)").bind_list(ids).then("order by a.org, a.depth");
        let mut found: BTreeMap<Id, Vec<(OrgRef, OrgKind)>> = BTreeMap::new();
        for (org, id, kind) in rows.query().fetch_all::<(Id, Id, OrgKind)>(tx).await? {
            found.entry(org).or_default().push((OrgRef { region, id }, kind));
        }
        for mut line in found.into_values() {
            line.extend(city.iter().copied());
            lines.add(line);
        }
    }
    for org in orgs {
        if !lines.knows(org) {
            lines.add(line_find(tx, org).await?);
        }
    }
    Ok(lines)
}
