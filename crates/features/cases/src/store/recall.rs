//! Notices to units of what they had been handed and no longer have.

use huiyin_base::{Day, Id, Region};
use huiyin_db::{Result, Tx, insert_many, query};
use huiyin_directory::OrgRef;

use super::stored::stored;

stored! {
    /// A notice.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct CaseRecall in "case_recall" {
        fixed {
            region: Region,
            org: Id,
            case_region: Region,
            case_id: Id,
            n: i64,
            kind: String,
            title: String,
            act: String,
            reason: String,
            post: String,
            day: Day,
        }
        moving {}
    }
}

/// Leaves a notice with the unit; the same line of a history is told once.
pub async fn recall_add(tx: &mut Tx, notice: &CaseRecall) -> Result<()> {
    let tail = "on conflict (region, org, case_id, n) do nothing";
    insert_many(tx, CaseRecall::INSERT, vec![notice.values()], tail).await?;
    Ok(())
}

/// What these units have not read yet, the newest first, as long as the desk shows.
pub async fn recall_list(tx: &mut Tx, orgs: &[OrgRef], limit: i64) -> Result<Vec<CaseRecall>> {
    if orgs.is_empty() {
        return Ok(Vec::new());
    }
    let keys = orgs.iter().map(|org| (org.region, org.id));
    let base = huiyin_db::Filter::new(CaseRecall::SELECT).then("(x.region, x.org) in (values ?)").bind_pairs(keys);
    base.then("order by x.day desc, x.case_id limit ?").bind(limit).query().fetch_all(tx).await
}

/// Somebody of the unit has read what concerns one case.
pub async fn recall_read(tx: &mut Tx, org: OrgRef, case: Id) -> Result<u64> {
    let gone = query("delete from case_recall where region = $1 and org = $2 and case_id = $3");
    gone.bind(org.region).bind(org.id).bind(case).execute(tx).await
}

/// Nobody reads what is older.
pub async fn recall_sweep(tx: &mut Tx, region: Region, before: Day) -> Result<u64> {
    query("delete from case_recall where region = $1 and day < $2").bind(region).bind(before).execute(tx).await
}
