//! Which cases a clock waits for, and who holds what.

use std::collections::BTreeMap;

use huiyin_base::{Id, Instant, Region};
use huiyin_db::{Filter, Result, Tx, insert_many, padded, query, values};
use huiyin_directory::AccountRef;

use crate::{CaseItem, CaseRef, State};

/// Notes when these cases' clocks are due now; whoever writes the row of a case writes this as well.
pub async fn clock_put(tx: &mut Tx, cases: &[&CaseItem]) -> Result<()> {
    let mut still: BTreeMap<Region, Vec<Id>> = BTreeMap::new();
    let mut due = Vec::new();
    for case in cases {
        match case.next_clock {
            Some(at) => due.push(values![case.region, case.id, at]),
            None => still.entry(case.region).or_default().push(case.id),
        }
    }
    let tail = "on conflict (region, case_id) do update set at = excluded.at
        where case_clock.at <> excluded.at";
    insert_many(tx, "insert into case_clock (region, case_id, at)", due, tail).await?;
    for (region, ids) in still {
        let gone = Filter::new("delete from case_clock where region = ?").bind(region);
        gone.and("case_id in (?)").bind_list(padded(ids)).query().execute(tx).await?;
    }
    Ok(())
}

/// The same for new cases: where no clock waits there is nothing to take away.
pub async fn clock_add(tx: &mut Tx, cases: impl Iterator<Item = &CaseItem>) -> Result<()> {
    let rows = cases.filter_map(|case| Some(values![case.region, case.id, case.next_clock?]));
    insert_many(tx, "insert into case_clock (region, case_id, at)", rows.collect(), "").await?;
    Ok(())
}

/// How many cases of each region are not entered with the clock that stands in their row: none, unless something broke.
pub async fn clocks_astray(tx: &mut Tx) -> Result<Vec<(Region, i64)>> {
    let astray = query(
        "select region, count(*) as n from (
            select region, case_id from (
                select region, id as case_id, next_clock as at from case_item where next_clock is not null
                union all
                select region, case_id, at from case_clock
            ) c group by region, case_id, at having count(*) <> 2
         ) d group by region order by region",
    );
    astray.fetch_all(tx).await
}

/// How many cases wait for a clock.
pub async fn clock_count(tx: &mut Tx) -> Result<i64> {
    query("select count(*) from case_clock").fetch_scalar(tx).await
}

/// The cases whose clock is due, the longest waiting first, after the last one of the page before.
pub async fn clock_due(
    tx: &mut Tx,
    now: Instant,
    after: Option<(Instant, Id)>,
    limit: i64,
) -> Result<Vec<(CaseRef, Instant)>> {
    let base = Filter::new("select c.region, c.case_id, c.at from case_clock c where c.at <= ?").bind(now);
    let base = match after {
        Some((at, id)) => base.and("(c.at, c.case_id) > (?, ?)").bind(at).bind(id),
        None => base,
    };
    let rows = base.then("order by c.at, c.case_id limit ?").bind(limit).query();
    let rows = rows.fetch_all::<(Region, Id, Instant)>(tx).await?;
    Ok(rows.into_iter().map(|(region, id, at)| (CaseRef { region, id }, at)).collect())
}

/// The cases that a person owns or is named for and that may still come back to him, wherever they lie: also one that waits
/// to be verified, and one whose answer may be objected to.
pub async fn holding_list(tx: &mut Tx, account: AccountRef) -> Result<Vec<CaseRef>> {
    let rows = Filter::new("select x.region, x.id from case_item x where x.owner_account = ?").bind(account.id);
    let rows = rows.and("x.state in (?)").bind_list(State::OPEN.into_iter().chain([State::Answered]));
    let rows = rows.then("order by x.region, x.id").query().fetch_all::<(Region, Id)>(tx).await?;
    Ok(rows.into_iter().map(|(region, id)| CaseRef { region, id }).collect())
}
