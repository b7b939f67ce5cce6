use std::collections::HashMap;
use std::collections::hash_map::Entry;

use huiyin_base::{Day, Id, Region};
use huiyin_db::{Filter, Result, Tx, insert_many, query, values};

use crate::org::{FormerCode, Org, OrgStep};
use crate::{OrgKind, OrgRef, initials};

/// Adds one organisation below its parent.
pub async fn org_add(tx: &mut Tx, org: &Org) -> Result<()> {
    org_add_many(tx, std::slice::from_ref(org)).await
}

/// Adds organisations with their ancestors. A parent stands in the list before its children, or is stored already.
pub async fn org_add_many(tx: &mut Tx, orgs: &[Org]) -> Result<()> {
    let rows = orgs.iter().map(|org| {
        values![
            org.region,
            org.id,
            org.kind,
            &org.code,
            &org.name,
            &org.short_name,
            initials(&org.name),
            org.parent,
            &org.phone,
            org.names_shown,
            org.households,
            org.population,
            org.longitude,
            org.latitude,
            org.position,
            org.from_day,
            org.to_day
        ]
    });
    let head = "insert into org (region, id, kind, code, name, short_name, initials, parent, phone, names_shown,
        households, population, longitude, latitude, position, from_day, to_day)";
    insert_many(tx, head, rows.collect(), "").await?;
    let mut paths: HashMap<Id, Vec<Id>> = HashMap::new();
    let mut ancestors = Vec::new();
    for org in orgs {
        let mut path = match org.parent {
            None => Vec::new(),
            Some(parent) => {
                if let Entry::Vacant(empty) = paths.entry(parent) {
                    let above = OrgRef { region: org.region, id: parent };
                    empty.insert(ancestors_of(tx, above).await?);
                }
                paths[&parent].clone()
            }
        };
        path.insert(0, org.id);
        for (depth, ancestor) in (0_i64..).zip(&path) {
            ancestors.push(values![org.region, *ancestor, org.id, depth]);
        }
        paths.insert(org.id, path);
    }
    insert_many(tx, "insert into org_ancestor (region, ancestor, org, depth)", ancestors, "").await?;
    Ok(())
}

/// The organisation and what is above it, nearest first.
pub(crate) async fn ancestors_of(tx: &mut Tx, org: OrgRef) -> Result<Vec<Id>> {
    let rows = query("select ancestor from org_ancestor where region = $1 and org = $2 order by depth");
    rows.bind(org.region).bind(org.id).fetch_column(tx).await
}

/// One organisation.
pub async fn org_find(tx: &mut Tx, org: OrgRef) -> Result<Option<Org>> {
    let rows = query("select * from org where region = $1 and id = $2");
    rows.bind(org.region).bind(org.id).fetch_optional(tx).await
}

/// By the code of today, else by the latest predecessor code.
pub async fn org_find_code(tx: &mut Tx, region: Region, code: &str) -> Result<Option<Org>> {
    let now = query("select * from org where region = $1 and code = $2").bind(region).bind(code);
    if let Some(org) = now.fetch_optional(tx).await? {
        return Ok(Some(org));
    }
    let before = "select o.* from org_code c join org o on o.region = c.region and o.id = c.org
        where c.region = $1 and c.code = $2 order by c.to_day desc limit 1";
    query(before).bind(region).bind(code).fetch_optional(tx).await
}

/// The region's top: the organisation without a parent, the oldest first.
pub async fn org_root(tx: &mut Tx, region: Region) -> Result<Option<Org>> {
    let rows = query("select * from org where region = $1 and parent is null order by position, id limit 1");
    rows.bind(region).fetch_optional(tx).await
}

/// The organisations directly below, in force on `today`, in their order.
pub async fn org_children(tx: &mut Tx, org: OrgRef, today: Day) -> Result<Vec<Org>> {
    let rows = "select * from org where region = $1 and parent = $2 and from_day <= $3
        and (to_day is null or to_day >= $3) order by position, code";
    query(rows).bind(org.region).bind(org.id).bind(today).fetch_all(tx).await
}

/// How many organisations each of `orgs` has directly below it; those without any are left out.
pub async fn org_child_counts(tx: &mut Tx, region: Region, orgs: &[Id], today: Day) -> Result<HashMap<Id, i64>> {
    let rows = Filter::new("select parent, count(*) from org where region = ?")
        .bind(region)
        .and("parent in (?)")
        .bind_list(orgs.iter().copied())
        .and("from_day <= ?")
        .bind(today)
        .and("to_day is null or to_day >= ?")
        .bind(today)
        .then("group by parent");
    Ok(rows.query().fetch_all::<(Id, i64)>(tx).await?.into_iter().collect())
}

/// The way from the root to the organisation, which comes last.
pub async fn org_path(tx: &mut Tx, org: OrgRef) -> Result<Vec<OrgStep>> {
    let rows = "select o.id, o.kind, o.name, a.depth from org_ancestor a
        join org o on o.region = a.region and o.id = a.ancestor
        where a.region = $1 and a.org = $2 order by a.depth desc";
    query(rows).bind(org.region).bind(org.id).fetch_all(tx).await
}

/// The branches in force at or below `orgs`, by name; one whose name says nothing without the organisation above bears that too.
pub async fn branch_list_below(tx: &mut Tx, orgs: &[OrgRef], today: Day) -> Result<Vec<(OrgRef, String)>> {
    let mut all = Vec::new();
    for org in orgs {
        let rows = "select o.id, o.name, coalesce(p.name, '') from org_ancestor a
            join org o on o.region = a.region and o.id = a.org
            left join org p on p.region = o.region and p.id = o.parent
            where a.region = $1 and a.ancestor = $2 and o.kind = $3 and o.from_day <= $4
            and (o.to_day is null or o.to_day >= $4)";
        let rows = query(rows).bind(org.region).bind(org.id).bind(OrgKind::Branch).bind(today);
        for (id, name, above) in rows.fetch_all::<(Id, String, String)>(tx).await? {
            let name = if name.contains(&above) { name } else { format!("{above}{name}") };
            all.push((OrgRef { region: org.region, id }, name));
        }
    }
    all.sort_by(|one, other| (&one.1, one.0.id).cmp(&(&other.1, other.0.id)));
    all.dedup();
    Ok(all)
}

/// Whether `below` is `above` or lies under it.
pub async fn org_is_below(tx: &mut Tx, above: OrgRef, below: OrgRef) -> Result<bool> {
    if above.region != below.region {
        return Ok(false);
    }
    let rows = query("select depth from org_ancestor where region = $1 and ancestor = $2 and org = $3");
    let depth = rows.bind(above.region).bind(above.id).bind(below.id).fetch_optional::<(i64,)>(tx).await?;
    Ok(depth.is_some())
}

/// What a search for organisations looks through.
#[derive(Clone, Debug, Default)]
pub struct OrgSearch {
    /// The regions, such as a city with its counties. None finds nothing.
    pub regions: Vec<Region>,
    /// Only what is this organisation or lies under it.
    pub under: Option<OrgRef>,
    /// Only these kinds; empty for all.
    pub kinds: Vec<OrgKind>,
    /// The beginning of a name, of its pinyin initials, or of a code.
    pub text: String,
    /// At most so many.
    pub limit: u32,
}

/// Organisations whose name, initials or code begins with the text, in force on `today`, by code.
pub async fn org_search(tx: &mut Tx, search: &OrgSearch, today: Day) -> Result<Vec<Org>> {
    let text = search.text.trim().to_lowercase();
    if text.is_empty() || text.chars().count() > 60 {
        return Ok(Vec::new());
    }
    let end = format!("{text}{}", char::MAX);
    let base = Filter::new("select * from org o where o.region in (?)").bind_list(search.regions.iter().copied());
    let condition = match text.chars().next() {
        Some(first) if first.is_ascii_digit() => "o.code >= ? and o.code < ?",
        Some(first) if first.is_ascii_alphabetic() => "o.initials >= ? and o.initials < ?",
        _ => "o.name >= ? and o.name < ?",
    };
    let mut filter = base.and(condition).bind(text).bind(end);
    filter = filter.and("o.from_day <= ?").bind(today).and("o.to_day is null or o.to_day >= ?").bind(today);
    if !search.kinds.is_empty() {
        filter = filter.and("o.kind in (?)").bind_list(search.kinds.iter().copied());
    }
    if let Some(under) = search.under {
        let below = "exists (select 1 from org_ancestor a where a.region = o.region and a.org = o.id
            and a.region = ? and a.ancestor = ?)";
        filter = filter.and(below).bind(under.region).bind(under.id);
    }
    filter.then("order by o.code limit ?").bind(search.limit).query().fetch_all(tx).await
}

/// The codes and names an organisation had before, the latest first.
pub async fn org_former(tx: &mut Tx, org: OrgRef) -> Result<Vec<FormerCode>> {
    let rows = query("select code, name, to_day from org_code where region = $1 and org = $2 order by to_day desc");
    rows.bind(org.region).bind(org.id).fetch_all(tx).await
}
