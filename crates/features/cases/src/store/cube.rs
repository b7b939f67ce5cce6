//! How many posted cases stand in each cell: counts on lists need not count.

use std::collections::BTreeMap;

use huiyin_base::{Day, Id, Region};
use huiyin_db::{Result, Tx, insert_many, query, values};

use crate::{CaseItem, State};

/// One cell: an organisation of the place, kind, category, state, and the first day of the month of posting.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cell {
    /// The case's region.
    pub region: Region,
    /// The county or the township.
    pub org: Id,
    /// `county` or `township`.
    pub level: &'static str,
    /// The kind's word.
    pub kind: String,
    /// The category's word.
    pub category: String,
    /// The state.
    pub state: State,
    /// First day of the month of posting.
    pub day: Day,
}

/// The cells a case stands in: none before it is posted, and none for a part of another, which is work and not a problem.
pub fn cube_cells(case: &CaseItem) -> Vec<Cell> {
    let Some(day) = case.posted_month.filter(|_| case.parent.is_none()) else { return Vec::new() };
    let orgs = [(Some(case.county), "county"), (case.township, "township")];
    let cell = |(org, level)| {
        Some(Cell {
            region: case.region,
            org: org?,
            level,
            kind: case.kind.clone(),
            category: case.category.clone(),
            state: case.state,
            day,
        })
    };
    orgs.into_iter().filter_map(cell).collect()
}

/// Adds to cells, and takes away from them, in the order of their keys so that two writes never wait for each other.
pub async fn cube_add(tx: &mut Tx, changes: &BTreeMap<Cell, i64>) -> Result<()> {
    let rows = changes.iter().filter(|(_, n)| **n != 0).map(|(cell, n)| {
        values![cell.region, cell.org, cell.level, &cell.kind, &cell.category, cell.state, cell.day, *n]
    });
    let head = "insert into case_cube (region, org, level, kind, category, state, day, n)";
    let tail = "on conflict (region, org, kind, category, state, day) do update set n = case_cube.n + excluded.n";
    insert_many(tx, head, rows.collect(), tail).await?;
    let mut totals = BTreeMap::new();
    for (cell, n) in changes {
        let key = (cell.region, cell.org, &cell.kind, &cell.category, cell.state, cell.level);
        *totals.entry(key).or_insert(0) += n;
    }
    let rows = totals
        .into_iter()
        .filter(|(_, n)| *n != 0)
        .map(|((region, org, kind, category, state, level), n)| values![region, org, level, kind, category, state, n]);
    let head = "insert into case_total (region, org, level, kind, category, state, n)";
    let tail = "on conflict (region, org, kind, category, state) do update set n = case_total.n + excluded.n";
    insert_many(tx, head, rows.collect(), tail).await?;
    Ok(())
}

/// The cells as they are kept, without the empty ones.
pub async fn cube_stored(tx: &mut Tx, region: Region) -> Result<Vec<(Id, String, State, Day, i64)>> {
    let rows = query(
        "select org, category, state, day, cast(sum(n) as bigint) as n from case_cube where region = $1 and n <> 0
         group by org, category, state, day order by org, category, state, day",
    );
    rows.bind(region).fetch_all(tx).await
}

/// The totals of a region that are not the sums of its cells: none, unless something broke.
pub async fn totals_astray(tx: &mut Tx, region: Region) -> Result<i64> {
    let astray = query(
        "select count(*) from (
            select org, category, state, cast(sum(n) as bigint) as n from (
                select org, category, state, n from case_cube where region = $1
                union all
                select org, category, state, -n from case_total where region = $1
            ) c group by org, category, state
         ) d where n <> 0",
    );
    astray.bind(region).fetch_scalar(tx).await
}

/// The cells as the cases themselves say: the check compares both.
pub async fn cube_recount(tx: &mut Tx, region: Region) -> Result<Vec<(Id, String, State, Day, i64)>> {
    let rows = query(
        "select org, category, state, day, count(*) as n from (
            select county as org, category, state, posted_month as day from case_item
            where region = $1 and posted_month is not null and parent is null
            union all
            select township as org, category, state, posted_month as day from case_item
            where region = $1 and posted_month is not null and parent is null and township is not null
         ) c group by org, category, state, day order by org, category, state, day",
    );
    rows.bind(region).fetch_all(tx).await
}
