//! Names of the places and units that a page shows.

use std::collections::{BTreeSet, HashMap};

use huiyin_base::{Day, Id, Region};
use huiyin_db::{Filter, Result, Tx, row};
use huiyin_directory::OrgKind;

row! {
    /// What a page shows of an organisation.
    #[derive(Clone, Debug)]
    pub struct PlaceName {
        /// The organisation.
        pub id: Id,
        /// Its shard.
        pub region: Region,
        /// City, township, village …
        pub kind: OrgKind,
        /// Its code, which links may carry.
        pub code: String,
        /// Its name.
        pub name: String,
        /// The organisation above.
        pub parent: Option<Id>,
        /// The office's telephone.
        pub phone: Option<String>,
    }
}

const NAMES: &str = "select o.id, o.region, o.kind, o.code, o.name, o.parent, o.phone from org o where";

/// The names of these organisations, wherever they are kept.
pub async fn place_names(tx: &mut Tx, ids: Vec<Id>) -> Result<HashMap<Id, PlaceName>> {
    let ids: BTreeSet<Id> = ids.into_iter().collect();
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let keys = ids.into_iter().map(|id| (id.region(), id));
    let base = Filter::new(NAMES).then("(o.region, o.id) in (values ?)").bind_pairs(keys);
    let names: Vec<PlaceName> = base.query().fetch_all(tx).await?;
    Ok(names.into_iter().map(|name| (name.id, name)).collect())
}

/// The organisation with this code, while it exists.
pub async fn place_find(tx: &mut Tx, region: Region, code: &str, today: Day) -> Result<Option<PlaceName>> {
    let base = Filter::new(NAMES).then("o.region = ?").bind(region).and("o.code = ?").bind(code);
    base.and("o.to_day is null or o.to_day >= ?").bind(today).query().fetch_optional(tx).await
}

/// What stands below an organisation and is of one of these kinds, in its order.
pub async fn place_children(
    tx: &mut Tx,
    region: Region,
    parent: Id,
    kinds: &[OrgKind],
    today: Day,
) -> Result<Vec<PlaceName>> {
    let base = Filter::new(NAMES).then("o.region = ?").bind(region).and("o.parent = ?").bind(parent);
    let base = base.and("o.kind in (?)").bind_list(kinds.iter().copied());
    let base = base.and("o.to_day is null or o.to_day >= ?").bind(today);
    base.then("order by o.position, o.code").query().fetch_all(tx).await
}
