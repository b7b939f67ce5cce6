//! Which cases a clock waits for, and who holds what.

use huiyin_base::{Id, Instant, Region};
use huiyin_db::{Filter, Result, Tx};
use huiyin_directory::AccountRef;

use crate::{CaseRef, State};

/// The cases whose clock is due, the longest waiting first, after the last one of the page before.
pub async fn clock_due(
    tx: &mut Tx,
    now: Instant,
    after: Option<(Instant, Id)>,
    limit: i64,
) -> Result<Vec<(CaseRef, Instant)>> {
    let base = Filter::new("select x.region, x.id, x.next_clock from case_item x where x.next_clock is not null");
    let base = base.and("x.next_clock <= ?").bind(now);
    let base = match after {
        Some((at, id)) => base.and("x.next_clock > ? or (x.next_clock = ? and x.id > ?)").bind(at).bind(at).bind(id),
        None => base,
    };
    let rows = base.then("order by x.next_clock, x.id limit ?").bind(limit).query();
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
