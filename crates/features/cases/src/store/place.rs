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
        /// How many people live there, where it is known.
        pub population: Option<i64>,
        /// Whether the public may read it as a problem's place; nothing where the number of people decides.
        pub place_shown: Option<bool>,
    }
}

const NAMES: &str = "select o.id, o.region, o.kind, o.code, o.name, o.parent, o.phone, o.population, o.place_shown
    from org o where";

impl PlaceName {
    /// Whether a public page may name it as a problem's place: where few people live, the township is named instead.
    pub fn is_shown(&self, fewest_people: i64) -> bool {
        self.place_shown.unwrap_or_else(|| self.population.is_none_or(|people| people >= fewest_people))
    }
}

/// The names of these organisations, wherever they are kept.
pub async fn place_names(tx: &mut Tx, ids: Vec<Id>) -> Result<HashMap<Id, PlaceName>> {
    let ids: BTreeSet<Id> = ids.into_iter().collect();
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let regions: BTreeSet<Region> = ids.iter().map(|id| id.region()).collect();
    let base = Filter::new(NAMES).then("o.region in (?)").bind_list(regions).and("o.id in (?)").bind_list(ids);
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
