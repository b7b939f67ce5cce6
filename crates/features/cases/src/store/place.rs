//! Names of the places and units that a page shows.

use std::collections::{BTreeSet, HashMap};

use huiyin_base::{Day, Id, Region};
use huiyin_db::{Filter, Result, Tx, row};
use huiyin_directory::{OrgKind, OrgRef};

use super::filter::{WallFilter, shown};
use crate::State;

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

/// The townships of a county, in their order; none where the county has no organisation.
pub async fn place_towns(tx: &mut Tx, region: Region, today: Day) -> Result<Vec<PlaceName>> {
    let below =
        "o.parent = (select r.id from org r where r.region = ? and r.parent is null order by r.position, r.id limit 1)";
    let base = Filter::new(NAMES).then("o.region = ?").bind(region).and(below).bind(region);
    let base = base.and("o.kind = ?").bind(OrgKind::Township);
    let base = base.and("o.to_day is null or o.to_day >= ?").bind(today);
    base.then("order by o.position, o.code").query().fetch_all(tx).await
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

/// The organisations of these kinds in some regions, by region and code.
pub async fn place_units(tx: &mut Tx, regions: &[Region], kinds: &[OrgKind], today: Day) -> Result<Vec<PlaceName>> {
    let base = Filter::new(NAMES).then("o.region in (?)").bind_list(regions.iter().copied());
    let base = base.and("o.kind in (?)").bind_list(kinds.iter().copied());
    let base = base.and("o.to_day is null or o.to_day >= ?").bind(today);
    base.then("order by o.region, o.code").query().fetch_all(tx).await
}

/// The townships, villages and communities in some regions whose name begins with these words, letters and digits only.
pub async fn places_named(
    tx: &mut Tx,
    regions: &[Region],
    words: &str,
    today: Day,
    limit: i64,
) -> Result<Vec<PlaceName>> {
    let base = Filter::new(NAMES).then("o.region in (?)").bind_list(regions.iter().copied());
    let kinds = [OrgKind::Township, OrgKind::Village, OrgKind::Community];
    let base = base.and("o.kind in (?)").bind_list(kinds).and("o.name like ?").bind(format!("{words}%"));
    let base = base.and("o.to_day is null or o.to_day >= ?").bind(today);
    base.then("order by o.region, o.code").limit(limit).query().fetch_all(tx).await
}

/// The points of these places in microdegrees, east then north; a place without one is left out.
pub async fn place_points(tx: &mut Tx, ids: Vec<Id>) -> Result<HashMap<Id, (i64, i64)>> {
    let ids: BTreeSet<Id> = ids.into_iter().collect();
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let regions: BTreeSet<Region> = ids.iter().map(|id| id.region()).collect();
    let mut points = HashMap::new();
    // A statement takes a bounded number of parameters.
    for some in ids.into_iter().collect::<Vec<_>>().chunks(500) {
        let base = Filter::new("select o.id, o.longitude, o.latitude from org o where");
        let base = base.then("o.longitude is not null and o.latitude is not null");
        let base = base.and("o.region in (?)").bind_list(regions.iter().copied());
        let rows = base.and("o.id in (?)").bind_list(some.iter().copied()).query();
        let rows: Vec<(Id, i64, i64)> = rows.fetch_all(tx).await?;
        points.extend(rows.into_iter().map(|(id, longitude, latitude)| (id, (longitude, latitude))));
    }
    Ok(points)
}

/// How many problems are open in each village, by category, and how many of them are late.
pub async fn village_open(tx: &mut Tx, filter: &WallFilter, today: Day) -> Result<Vec<(Id, String, i64, i64)>> {
    let base = Filter::new(
        "select x.village, x.category, count(*), cast(sum(case when x.due_day < ? then 1 else 0 end) as bigint)",
    );
    let base = base.bind(today).then("from case_item x where");
    let states = State::OPEN.to_vec();
    let base = shown(base, &WallFilter { states, ..filter.clone() });
    base.and("x.village is not null")
        .then("group by x.village, x.category order by x.village, x.category")
        .query()
        .fetch_all(tx)
        .await
}

/// The units of these names, full or short, that an organisation may hand something down to: below it, or below whom it works for.
pub async fn units_named(
    tx: &mut Tx,
    issuer: OrgRef,
    names: &[String],
    today: Day,
) -> Result<HashMap<String, Vec<OrgRef>>> {
    let wanted: BTreeSet<&str> = names.iter().map(String::as_str).filter(|name| !name.is_empty()).collect();
    let mut found: HashMap<String, Vec<OrgRef>> = HashMap::new();
    if wanted.is_empty() {
        return Ok(found);
    }
    let base = "select o.region, o.id, o.name, o.short_name from org o where (o.name in (?)";
    let base = Filter::new(base).bind_list(wanted.iter().copied()).then("or o.short_name in (?))");
    let base = base.bind_list(wanted.iter().copied()).and("o.to_day is null or o.to_day >= ?").bind(today);
    let rows = base.query().fetch_all::<(Region, Id, String, String)>(tx).await?;
    let all = rows.iter().map(|(region, id, _, _)| OrgRef { region: *region, id: *id });
    let lines = super::lines_find(tx, all.chain([issuer]).collect()).await?;
    for (region, id, name, short) in rows {
        let org = OrgRef { region, id };
        if !lines.hands_down(issuer, org) {
            continue;
        }
        for known in [&name, &short] {
            let units = found.entry(known.clone()).or_default();
            if wanted.contains(known.as_str()) && !units.contains(&org) {
                units.push(org);
            }
        }
    }
    Ok(found)
}
