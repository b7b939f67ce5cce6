//! Who stands above whom.

use std::collections::{BTreeMap, BTreeSet};

use huiyin_base::{Id, Region};
use huiyin_db::{Filter, Result, Tx, padded};
use huiyin_directory::{OrgKind, OrgRef};

use crate::Lines;

/// Behind every depth of an organisation's own line.
const LAST: i64 = 1_000;

/// The lines of all of `orgs`, each with everything above it, nearest first, and above a county's root the root of its city; one that
/// does not exist has none. One statement for each region: a page asks for a few, a sweep for hundreds.
pub async fn lines_find(tx: &mut Tx, orgs: Vec<OrgRef>) -> Result<Lines> {
    let mut lines = Lines::default();
    let mut regions: BTreeMap<Region, BTreeSet<Id>> = BTreeMap::new();
    for org in &orgs {
        regions.entry(org.region).or_default().insert(org.id);
    }
    for (region, ids) in regions {
        let rows = Filter::new(
            "select a.org, a.depth, o.region, o.id, o.kind from org_ancestor a
             join org o on o.region = a.region and o.id = a.ancestor where a.region = ?",
        );
        let rows = rows.bind(region).and("a.org in (?)").bind_list(padded(ids.into_iter().collect())).then(
            "union all select c.id, ?, c.region, c.id, c.kind from
             (select o.region, o.id, o.kind from region r join org o on o.region = r.parent
              where r.ordinal = ? and o.parent is null and o.kind = 'city' order by o.position, o.id limit 1) c",
        );
        let rows = rows.bind(LAST).bind(region).query();
        let mut rows = rows.fetch_all::<(Id, i64, Region, Id, OrgKind)>(tx).await?;
        rows.sort_by_key(|(org, depth, _, _, _)| (*org, *depth));
        let (inside, above): (Vec<_>, Vec<_>) = rows.into_iter().partition(|(_, depth, _, _, _)| *depth < LAST);
        let place =
            |(_, _, region, id, kind): &(Id, i64, Region, Id, OrgKind)| (OrgRef { region: *region, id: *id }, *kind);
        for line in inside.chunk_by(|(one, ..), (other, ..)| one == other) {
            lines.add(line.iter().chain(&above).map(place).collect());
        }
    }
    Ok(lines)
}
