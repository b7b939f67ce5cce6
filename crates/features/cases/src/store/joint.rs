//! Requests that several units take a part, and what was decided.

use huiyin_base::{Day, Id, Region};
use huiyin_db::{Filter, Result, Tx, insert_many, query, text_enum};

use super::stored::stored;
use crate::CaseRef;

text_enum! {
    /// What became of a request.
    pub enum JointDecision {
        Waiting = "waiting" / "等受理单位决定",
        Approved = "approved" / "已同意",
        Refused = "refused" / "没有同意",
    }
}

stored! {
    /// A request.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct JointRequest in "joint_request" {
        fixed {
            region: Region,
            case_id: Id,
            n: i64,
            reason: String,
            account_region: Region,
            account: Id,
            post: String,
            day: Day,
            decision: JointDecision,
            decided_region: Option<Region>,
            decided_by: Option<Id>,
            decided_post: Option<String>,
            decided_day: Option<Day>,
            refusal: Option<String>,
        }
        moving {}
    }
}

stored! {
    /// One unit of a request.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct JointUnit in "joint_unit" {
        fixed {
            region: Region,
            case_id: Id,
            n: i64,
            position: i64,
            unit_region: Region,
            unit: Id,
            task: String,
            part: Option<Id>,
        }
        moving {}
    }
}

/// Adds a request with its units.
pub async fn joint_add(tx: &mut Tx, request: &JointRequest, units: &[JointUnit]) -> Result<()> {
    insert_many(tx, JointRequest::INSERT, vec![request.values()], "").await?;
    insert_many(tx, JointUnit::INSERT, units.iter().map(JointUnit::values).collect(), "").await?;
    Ok(())
}

/// The requests of a case in order.
pub async fn joint_list(tx: &mut Tx, case: CaseRef) -> Result<Vec<JointRequest>> {
    let base = Filter::new(JointRequest::SELECT).then("x.region = ?").bind(case.region);
    base.and("x.case_id = ?").bind(case.id).then("order by x.n").query().fetch_all(tx).await
}

/// The units of a request in order.
pub async fn joint_units(tx: &mut Tx, case: CaseRef, n: i64) -> Result<Vec<JointUnit>> {
    let base = Filter::new(JointUnit::SELECT).then("x.region = ?").bind(case.region);
    let base = base.and("x.case_id = ?").bind(case.id).and("x.n = ?").bind(n);
    base.then("order by x.position").query().fetch_all(tx).await
}

/// Writes what was decided.
pub async fn joint_decide(tx: &mut Tx, request: &JointRequest) -> Result<()> {
    let decide = query(
        "update joint_request set decision = $4, decided_region = $5, decided_by = $6, decided_post = $7,
         decided_day = $8, refusal = $9 where region = $1 and case_id = $2 and n = $3",
    );
    let decide = decide.bind(request.region).bind(request.case_id).bind(request.n).bind(request.decision);
    let decide = decide.bind(request.decided_region).bind(request.decided_by).bind(request.decided_post.as_deref());
    decide.bind(request.decided_day).bind(request.refusal.as_deref()).execute(tx).await?;
    Ok(())
}

/// Notes the part that was made for a unit.
pub async fn joint_part(tx: &mut Tx, unit: &JointUnit, part: Id) -> Result<()> {
    let note = query("update joint_unit set part = $5 where region = $1 and case_id = $2 and n = $3 and position = $4");
    let note = note.bind(unit.region).bind(unit.case_id).bind(unit.n).bind(unit.position);
    note.bind(part).execute(tx).await?;
    Ok(())
}
