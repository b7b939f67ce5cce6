//! Draws for call-backs, their frozen lists, and what came of each call.

use huiyin_base::{Day, Id, Region};
use huiyin_db::text_enum;
use huiyin_db::{Filter, Result, Tx, insert_many, query, row};

use super::stored::stored;
use crate::CaseRef;

text_enum! {
    /// What came of a call.
    pub enum CallState {
        Waiting = "waiting" / "待回访",
        Reached = "reached" / "已接通",
        Unreached = "unreached" / "多次未接通",
        Refused = "refused" / "不愿回答",
    }
}

stored! {
    /// A month's draw of one county.
    #[derive(Clone, Debug, PartialEq)]
    pub struct CallbackDraw in "callback_draw" {
        fixed {
            region: Region,
            month: Day,
            seed_hash: String,
            seed_sealed: Vec<u8>,
            committed_day: Day,
            salt: Option<String>,
        }
        moving {
            seed: Option<String>,
            list_hash: Option<String>,
            answered: i64,
            listed: i64,
            drawn: i64,
            drawn_day: Option<Day>,
        }
    }
}

stored! {
    /// A case of a draw's frozen list.
    #[derive(Clone, Debug, PartialEq)]
    pub struct CallbackEntry in "callback_entry" {
        fixed {
            region: Region,
            month: Day,
            case_id: Id,
            number: String,
            owner_region: Region,
            owner_org: Id,
            lots: i64,
            drawn: bool,
        }
        moving {
            state: Option<CallState>,
            tries: i64,
            solved: Option<bool>,
            score: Option<i64>,
            words: Option<Vec<u8>>,
            account_region: Option<Region>,
            account: Option<Id>,
            day: Option<Day>,
        }
    }
}

row! {
    /// An answered case as a list is made of it.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Answered {
        /// The case.
        pub id: Id,
        /// Its number.
        pub number_year: i64,
        /// Its number.
        pub number_n: i64,
        /// Who answered.
        pub owner_region: Region,
        /// Who answered.
        pub owner_org: Id,
        /// 1 where a telephone number was left.
        pub callable: i64,
        /// 1 where it was rated from the owner's own network.
        pub own: i64,
    }
}

impl CallbackEntry {
    /// The case.
    pub fn case(&self) -> CaseRef {
        CaseRef { region: self.region, id: self.case_id }
    }
}

/// The county's cases whose standing answer was accepted between two days.
pub async fn callback_answered(tx: &mut Tx, region: Region, from: Day, to: Day) -> Result<Vec<Answered>> {
    let rows = query(
        "select x.id, x.number_year, x.number_n, x.owner_region, x.owner_org,
            cast(case when x.contact is null then 0 else 1 end as bigint) as callable,
            cast(case when exists (select 1 from case_rating g where g.region = x.region and g.case_id = x.id
                and g.answer = x.answers and g.own_network = $1) then 1 else 0 end as bigint) as own
         from case_item x where x.region = $2 and x.state in ('answered', 'closed') and x.kind = 'problem' and x.parent is null
            and x.number_n is not null and x.answered_day >= $3 and x.answered_day <= $4 order by x.number_year, x.number_n",
    );
    rows.bind(true).bind(region).bind(from).bind(to).fetch_all(tx).await
}

/// Commits a seed for a month; nothing where one is committed already.
pub async fn callback_commit(tx: &mut Tx, draws: &[CallbackDraw]) -> Result<u64> {
    let rows = draws.iter().map(CallbackDraw::values).collect();
    insert_many(tx, CallbackDraw::INSERT, rows, "on conflict (region, month) do nothing").await
}

/// The draws of a county, or of all, the newest month first.
pub async fn callback_draw_list(tx: &mut Tx, region: Option<Region>, limit: i64) -> Result<Vec<CallbackDraw>> {
    let base = Filter::new(CallbackDraw::SELECT).then("1 = 1").and_some("x.region = ?", region);
    base.then("order by x.month desc, x.region limit ?").bind(limit).query().fetch_all(tx).await
}

/// Committed draws of months that ended before `today` and have not been held.
pub async fn callback_draw_due(tx: &mut Tx, first_of_month: Day) -> Result<Vec<CallbackDraw>> {
    let base = Filter::new(CallbackDraw::SELECT).then("x.seed is null").and("x.month < ?").bind(first_of_month);
    base.then("order by x.region, x.month").query().fetch_all(tx).await
}

/// Takes the row of a draw; none where it has been held.
pub async fn callback_draw_lock(tx: &mut Tx, region: Region, month: Day) -> Result<bool> {
    let lock = query("update callback_draw set drawn = drawn where region = $1 and month = $2 and seed is null");
    Ok(lock.bind(region).bind(month).execute(tx).await? == 1)
}

/// Writes what a draw came to.
pub async fn callback_draw_save(tx: &mut Tx, draw: &CallbackDraw) -> Result<()> {
    let update = draw.assign(Filter::new("update callback_draw set seed_hash = seed_hash"));
    update.then("where region = ?").bind(draw.region).and("month = ?").bind(draw.month).query().execute(tx).await?;
    Ok(())
}

/// Writes draws that were held elsewhere, and frozen lists.
pub async fn callback_entry_add(tx: &mut Tx, entries: &[CallbackEntry]) -> Result<()> {
    insert_many(tx, CallbackEntry::INSERT, entries.iter().map(CallbackEntry::values).collect(), "").await?;
    Ok(())
}

/// The frozen list of a draw, in the order of its numbers.
pub async fn callback_entry_list(tx: &mut Tx, region: Region, month: Day) -> Result<Vec<CallbackEntry>> {
    let base = Filter::new(CallbackEntry::SELECT).then("x.region = ?").bind(region).and("x.month = ?").bind(month);
    base.then("order by x.number").query().fetch_all(tx).await
}

/// The calls of a county in this state, the oldest month first.
pub async fn callback_calls(tx: &mut Tx, region: Region, state: CallState, limit: i64) -> Result<Vec<CallbackEntry>> {
    let base = Filter::new(CallbackEntry::SELECT).then("x.region = ?").bind(region).and("x.state = ?").bind(state);
    base.then("order by x.month, x.number limit ?").bind(limit).query().fetch_all(tx).await
}

/// Of the calls of a month: state, how many, and how many said that it is solved.
pub async fn callback_counts(tx: &mut Tx, region: Option<Region>, month: Day) -> Result<Vec<(CallState, i64, i64)>> {
    let base = Filter::new("select x.state, count(*), cast(sum(case when x.solved = ?").bind(true);
    let base = base.then("then 1 else 0 end) as bigint) from callback_entry x where x.state is not null");
    let base = base.and_some("x.region = ?", region).and("x.month = ?").bind(month);
    base.then("group by x.state order by x.state").query().fetch_all(tx).await
}

/// The call that waits for a case: the newest month's.
pub async fn callback_waiting(tx: &mut Tx, case: CaseRef) -> Result<Option<CallbackEntry>> {
    let base = Filter::new(CallbackEntry::SELECT).then("x.region = ?").bind(case.region);
    let base = base.and("x.case_id = ?").bind(case.id).and("x.state = ?").bind(CallState::Waiting);
    base.then("order by x.month desc limit 1").query().fetch_optional(tx).await
}

/// Writes what came of a call, unless somebody was quicker.
pub async fn callback_record(tx: &mut Tx, before: &CallbackEntry, after: &CallbackEntry) -> Result<bool> {
    let update = after.assign(Filter::new("update callback_entry set number = number"));
    let update = update.then("where region = ?").bind(after.region).and("month = ?").bind(after.month);
    let update = update.and("case_id = ?").bind(after.case_id);
    let update = update.and("state = ?").bind(CallState::Waiting).and("tries = ?").bind(before.tries);
    Ok(update.query().execute(tx).await? == 1)
}
