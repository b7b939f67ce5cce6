//! What a branch announces of its next meetings.

use huiyin_base::{Day, Id, Region};
use huiyin_db::{Filter, Result, Tx, insert_many, query, row, values};
use huiyin_directory::OrgRef;

row! {
    /// A meeting that is to come.
    #[derive(Clone, Debug, PartialEq)]
    #[expect(missing_docs, reason = "each field is the column of its name; the migration says what it holds")]
    pub struct BranchMeeting {
        pub region: Region,
        pub id: Id,
        pub branch: Id,
        pub day: Day,
        pub hour: String,
        pub place: String,
        pub subject: String,
        pub cancelled_day: Option<Day>,
        pub created_day: Day,
        pub account_region: Region,
        pub account: Id,
        pub nonce: String,
    }
}

const COLUMNS: &str =
    "select x.region, x.id, x.branch, x.day, x.hour, x.place, x.subject, x.cancelled_day, x.created_day,
    x.account_region, x.account, x.nonce from branch_meeting x where";

/// Announces meetings; the same word announces one once.
pub async fn branch_meeting_add(tx: &mut Tx, all: &[BranchMeeting]) -> Result<()> {
    let rows = all.iter().map(|m| {
        values![
            m.region,
            m.id,
            m.branch,
            m.day,
            &m.hour,
            &m.place,
            &m.subject,
            m.cancelled_day,
            m.created_day,
            m.account_region,
            m.account,
            &m.nonce
        ]
    });
    let head = "insert into branch_meeting (region, id, branch, day, hour, place, subject, cancelled_day, created_day, account_region, account, nonce)";
    insert_many(tx, head, rows.collect(), "on conflict (region, nonce) do nothing").await?;
    Ok(())
}

/// What these branches have announced from `day` on, the next first.
pub async fn branch_meeting_list(tx: &mut Tx, branches: &[OrgRef], day: Day, limit: i64) -> Result<Vec<BranchMeeting>> {
    let base = Filter::new(COLUMNS).then("x.branch in (?)").bind_list(branches.iter().map(|branch| branch.id));
    let base = base.and("x.region in (?)").bind_list(branches.iter().map(|branch| branch.region));
    base.and("x.day >= ?").bind(day).then("order by x.day, x.id limit ?").bind(limit).query().fetch_all(tx).await
}

/// One of them, locked.
pub async fn branch_meeting_lock(tx: &mut Tx, id: Id) -> Result<Option<BranchMeeting>> {
    let base = Filter::new(COLUMNS).then("x.region = ?").bind(id.region()).and("x.id = ?").bind(id);
    base.locked(tx).query().fetch_optional(tx).await
}

/// It does not take place.
pub async fn branch_meeting_cancel(tx: &mut Tx, id: Id, day: Day) -> Result<()> {
    let update = query("update branch_meeting set cancelled_day = $1 where region = $2 and id = $3");
    update.bind(day).bind(id.region()).bind(id).execute(tx).await?;
    Ok(())
}

/// Deletes notices of meetings before `before`; gives how many.
pub async fn branch_meeting_sweep(tx: &mut Tx, before: Day, limit: i64) -> Result<u64> {
    let old = query("select region, id from branch_meeting where day < $1 order by day limit $2");
    let old: Vec<(Region, Id)> = old.bind(before).bind(limit).fetch_all(tx).await?;
    for (region, id) in &old {
        let delete = query("delete from branch_meeting where region = $1 and id = $2");
        delete.bind(*region).bind(*id).execute(tx).await?;
    }
    Ok(old.len() as u64)
}
