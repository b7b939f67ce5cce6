//! One case: found, locked, numbered.

use std::collections::{BTreeMap, BTreeSet};

use huiyin_base::{Day, Id, Region};
use huiyin_db::{Filter, Result, Tx, padded, query};
use huiyin_directory::Scope;

use super::filter::{scoped, sight};
use crate::{CaseItem, CaseRef, Kind};

/// A case that staff may see: in scope, and not about the viewer's own organisation.
pub async fn case_find(tx: &mut Tx, scope: &Scope, case: CaseRef) -> Result<Option<CaseItem>> {
    let sight = sight(tx, scope, Some(case.region)).await?;
    let base = Filter::new(CaseItem::SELECT).then("x.region = ?").bind(case.region).and("x.id = ?").bind(case.id);
    scoped(base, &sight, Some(case.region)).query().fetch_optional(tx).await
}

/// A case as the public finds it: posted only.
pub async fn case_find_number(tx: &mut Tx, region: Region, year: i64, n: i64) -> Result<Option<CaseItem>> {
    posted(Filter::new(CaseItem::SELECT), region, (year, n)).query().fetch_optional(tx).await
}

/// The posted problem with this year and running number.
pub(super) fn posted(base: Filter, region: Region, (year, n): (i64, i64)) -> Filter {
    let base = base.then("x.region = ?").bind(region);
    let base = base.and("x.number_year = ?").bind(year).and("x.number_n = ?").bind(n);
    base.and("x.kind = 'problem' and x.posted_day is not null")
}

/// A case without any scope: for the engine, the receipt and jobs. Pages use the scoped finders.
pub async fn case_get(tx: &mut Tx, case: CaseRef) -> Result<Option<CaseItem>> {
    let base = Filter::new(CaseItem::SELECT).then("x.region = ?").bind(case.region).and("x.id = ?").bind(case.id);
    base.query().fetch_optional(tx).await
}

/// Several cases of one region, without any scope.
pub async fn case_get_many(tx: &mut Tx, region: Region, ids: &[Id]) -> Result<Vec<CaseItem>> {
    let base = Filter::new(CaseItem::SELECT).then("x.region = ?").bind(region);
    base.and("x.id in (?)").bind_list(ids.iter().copied()).query().fetch_all(tx).await
}

/// Takes the row lock, then reads: nobody else changes the case until this write ends.
pub async fn case_lock(tx: &mut Tx, case: CaseRef) -> Result<Option<CaseItem>> {
    let base = Filter::new(CaseItem::SELECT).then("x.region = ?").bind(case.region).and("x.id = ?").bind(case.id);
    base.locked(tx).query().fetch_optional(tx).await
}

/// The same for several cases of one region, always in the same order: two writes never wait for each other.
pub async fn case_lock_many(tx: &mut Tx, region: Region, ids: &[Id]) -> Result<Vec<CaseItem>> {
    let base = Filter::new(CaseItem::SELECT).then("x.region = ?").bind(region);
    let base = base.and("x.id in (?)").bind_list(ids.iter().copied()).then("order by x.id");
    base.locked(tx).query().fetch_all(tx).await
}

/// Takes the row locks of those of these cases that are still as they were read, in the order of their ids.
pub async fn case_lock_same(tx: &mut Tx, region: Region, cases: &[CaseItem]) -> Result<BTreeSet<Id>> {
    let ids = padded(cases.iter().map(|case| case.id).collect());
    let base = Filter::new("select x.id, x.events, x.touched from case_item x where x.region = ?").bind(region);
    let base = base.and("x.id in (?)").bind_list(ids).then("order by x.id");
    let rows = base.locked(tx).query().fetch_all::<(Id, i64, i64)>(tx).await?;
    let now: BTreeMap<Id, (i64, i64)> = rows.into_iter().map(|(id, events, touched)| (id, (events, touched))).collect();
    let same = cases.iter().filter(|case| now.get(&case.id) == Some(&(case.events, case.touched)));
    Ok(same.map(|case| case.id).collect())
}

/// What stands above a case, the root first; nothing for most.
pub async fn case_ancestors(tx: &mut Tx, case: CaseRef) -> Result<Vec<Id>> {
    let path = query("select path from case_item where region = $1 and id = $2");
    let path = path.bind(case.region).bind(case.id).fetch_optional::<(String,)>(tx).await?;
    let ids = path.iter().flat_map(|(path,)| path.split('/')).filter_map(|id| id.parse().ok());
    Ok(ids.filter(|id| *id != case.id).collect())
}

/// What stands above any of these cases, in the order of their ids: what was made first comes first, so a root before its parts.
pub async fn case_ancestors_of(tx: &mut Tx, region: Region, ids: &[Id]) -> Result<BTreeSet<Id>> {
    let base = Filter::new("select x.path from case_item x where x.region = ?").bind(region);
    let base = base.and("x.id in (?)").bind_list(ids.iter().copied()).and("x.parent is not null");
    let paths: Vec<String> = base.query().fetch_column(tx).await?;
    let above = paths.iter().flat_map(|path| path.split('/')).filter_map(|id| id.parse().ok());
    Ok(above.filter(|id| !ids.contains(id)).collect())
}

/// The open and ended parts of a case, in the order they were made.
pub async fn case_children(tx: &mut Tx, case: CaseRef) -> Result<Vec<CaseItem>> {
    let base = Filter::new(CaseItem::SELECT).then("x.region = ?").bind(case.region).and("x.parent = ?").bind(case.id);
    let mut parts = base.query().fetch_all::<CaseItem>(tx).await?;
    // Sorted here: asked for the order, an engine without statistics walks every case of the region along its key.
    parts.sort_by_key(|part| part.seq);
    Ok(parts)
}

/// The next number of the county in this year. A refused posting gives it back, because all of it is undone.
pub async fn counter_next(tx: &mut Tx, region: Region, day: Day) -> Result<(i64, i64)> {
    let year = i64::from(day.year());
    let next = query(
        "insert into case_counter (region, year, n) values ($1, $2, 1)
         on conflict (region, year) do update set n = case_counter.n + 1 returning n",
    );
    Ok((year, next.bind(region).bind(year).fetch_scalar(tx).await?))
}

/// The next close-out number of the county in this year. A refused acceptance gives it back, because all of it is undone.
pub async fn close_counter_next(tx: &mut Tx, region: Region, kind: &str, day: Day) -> Result<(i64, i64)> {
    let year = i64::from(day.year());
    let next = query(
        "insert into case_close_counter (region, kind, year, n) values ($1, $2, $3, 1)
         on conflict (region, kind, year) do update set n = case_close_counter.n + 1 returning n",
    );
    Ok((year, next.bind(region).bind(kind).bind(year).fetch_scalar(tx).await?))
}

/// The last place in the lists of a region that is taken between these two.
pub async fn seq_taken(tx: &mut Tx, region: Region, low: i64, high: i64) -> Result<Option<i64>> {
    let last = query("select max(seq) as last from case_item where region = $1 and seq >= $2 and seq <= $3");
    last.bind(region).bind(low).bind(high).fetch_scalar(tx).await
}

/// Keeps the kind's rules as they are when they are first used.
pub async fn kind_freeze(tx: &mut Tx, kind: &Kind, today: Day) -> Result<()> {
    let known = query("select version from case_kind where name = $1 and version = $2");
    if known.bind(&kind.name).bind(kind.version).fetch_optional::<(i64,)>(tx).await?.is_some() {
        return Ok(());
    }
    let freeze = query(
        "insert into case_kind (name, version, rules, frozen_day) values ($1, $2, $3, $4) on conflict do nothing",
    );
    freeze.bind(&kind.name).bind(kind.version).bind(&kind.text).bind(today).execute(tx).await?;
    Ok(())
}

/// The rules of a kind's version as they were when it was first used.
pub async fn kind_stored(tx: &mut Tx, name: &str, version: i64) -> Result<Option<String>> {
    let rules = query("select rules from case_kind where name = $1 and version = $2").bind(name).bind(version);
    Ok(rules.fetch_optional::<(String,)>(tx).await?.map(|(rules,)| rules))
}

/// The case behind a receipt.
pub async fn receipt_find(tx: &mut Tx, hash: [u8; 32]) -> Result<Option<CaseRef>> {
    let found = query("select region, id from receipt_lookup where hash = $1").bind(hash);
    Ok(found.fetch_optional::<(Region, Id)>(tx).await?.map(|(region, id)| CaseRef { region, id }))
}

/// Makes a receipt lead to a case; false when it leads somewhere already.
pub async fn receipt_add(tx: &mut Tx, hash: [u8; 32], case: CaseRef) -> Result<bool> {
    let add = query("insert into receipt_lookup (hash, region, id) values ($1, $2, $3) on conflict do nothing");
    Ok(add.bind(hash).bind(case.region).bind(case.id).execute(tx).await? == 1)
}

/// The case that a form made already.
pub async fn submission_find(tx: &mut Tx, hash: [u8; 32]) -> Result<Option<CaseRef>> {
    let found = query("select region, id from submission_lookup where hash = $1").bind(hash);
    Ok(found.fetch_optional::<(Region, Id)>(tx).await?.map(|(region, id)| CaseRef { region, id }))
}

/// Notes that a form made a case; false when it made one already.
pub async fn submission_add(tx: &mut Tx, hash: [u8; 32], case: CaseRef) -> Result<bool> {
    let add = query("insert into submission_lookup (hash, region, id) values ($1, $2, $3) on conflict do nothing");
    Ok(add.bind(hash).bind(case.region).bind(case.id).execute(tx).await? == 1)
}
