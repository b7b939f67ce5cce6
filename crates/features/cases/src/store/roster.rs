//! Who is on call.

use huiyin_base::{Id, Instant, Region};
use huiyin_db::{Filter, Result, Tx, insert_many, query};
use huiyin_directory::AccountRef;

use super::stored::stored;

stored! {
    /// A person on call at a post of a county, from one moment to another.
    #[derive(Clone, Debug, PartialEq)]
    pub struct RosterEntry in "duty_roster" {
        fixed {
            region: Region,
            id: Id,
            org: Id,
            post: String,
            account_region: Region,
            account: Id,
            from_at: Instant,
            to_at: Instant,
            added_region: Region,
            added_by: Id,
            removed_at: Option<Instant>,
            reach: Option<Vec<u8>>,
        }
        moving {}
    }
}

impl RosterEntry {
    /// Whose turn it is.
    pub fn account(&self) -> AccountRef {
        AccountRef { region: self.account_region, id: self.account }
    }
}

/// Who is on call in the county at this moment: whoever took over last first.
pub async fn roster_on_call(tx: &mut Tx, region: Region, now: Instant) -> Result<Vec<RosterEntry>> {
    let base = Filter::new(RosterEntry::SELECT).then("x.region = ?").bind(region).and("x.removed_at is null");
    let base = base.and("x.from_at <= ?").bind(now).and("x.to_at > ?").bind(now);
    base.then("order by x.from_at desc, x.id desc limit 20").query().fetch_all(tx).await
}

/// The county's roster between two moments, in order.
pub async fn roster_list(tx: &mut Tx, region: Region, from: Instant, to: Instant) -> Result<Vec<RosterEntry>> {
    let base = Filter::new(RosterEntry::SELECT).then("x.region = ?").bind(region).and("x.removed_at is null");
    let base = base.and("x.to_at > ?").bind(from).and("x.from_at < ?").bind(to);
    base.then("order by x.from_at, x.id limit 500").query().fetch_all(tx).await
}

/// Adds entries, and tells how many; the same person is down only once for the same time.
pub async fn roster_add(tx: &mut Tx, entries: &[RosterEntry]) -> Result<u64> {
    let rows = entries.iter().map(RosterEntry::values).collect();
    insert_many(tx, RosterEntry::INSERT, rows, "on conflict do nothing").await
}

/// Takes an entry of the county off; false when there is none.
pub async fn roster_remove(tx: &mut Tx, region: Region, id: Id, now: Instant) -> Result<bool> {
    let remove = query(
        "update duty_roster set removed_at = $1, reach = null where region = $2 and id = $3 and removed_at is null",
    );
    Ok(remove.bind(now).bind(region).bind(id).execute(tx).await? == 1)
}

/// Forgets where people were reached in turns that are over.
pub async fn roster_forget(tx: &mut Tx, now: Instant) -> Result<u64> {
    let forget = query("update duty_roster set reach = null where reach is not null and to_at <= $1");
    forget.bind(now).execute(tx).await
}
