//! What a parent's change asks of a child, and templates of breakings down.

use huiyin_base::{Day, Id, Region};
use huiyin_db::{Filter, Result, Tx, insert_many, query, text_enum};
use huiyin_directory::OrgRef;

use super::stored::stored;
use crate::CaseRef;

text_enum! {
    /// What became of a proposal.
    pub enum ProposalState {
        Waiting = "waiting" / "等单位回应",
        Accepted = "accepted" / "已接受",
        Declined = "declined" / "没有接受",
        Replaced = "replaced" / "已被新的调整代替",
    }
}

stored! {
    /// A change that a child may take over. Its id is that of the handing down.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct CaseProposal in "case_proposal" {
        fixed {
            region: Region,
            case_id: Id,
            id: Id,
            unit_region: Region,
            unit: Id,
            title: Option<String>,
            text: Option<String>,
            due_day: Option<Day>,
            target: Option<i64>,
            why: String,
            post: String,
            day: Day,
            state: ProposalState,
            reason: Option<String>,
            decided_region: Option<Region>,
            decided_by: Option<Id>,
            decided_post: Option<String>,
            decided_day: Option<Day>,
        }
        moving {}
    }
}

stored! {
    /// A breaking down to begin with.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct BreakdownTemplate in "breakdown_template" {
        fixed {
            region: Region,
            id: Id,
            org: Id,
            name: String,
            kind: String,
            level: String,
            title: String,
            text: String,
            measure: String,
            days: i64,
            account_region: Region,
            account: Id,
            created_day: Day,
        }
        moving {}
    }
}

impl CaseProposal {
    /// The case it is about.
    pub fn case(&self) -> CaseRef {
        CaseRef { region: self.region, id: self.case_id }
    }
}

/// Adds proposals; what still waits of the same cases is replaced.
pub async fn proposal_add(tx: &mut Tx, proposals: &[CaseProposal]) -> Result<()> {
    let Some(first) = proposals.first() else { return Ok(()) };
    let older = Filter::new("update case_proposal set state = 'replaced' where region = ?").bind(first.region);
    let older = older.and("case_id in (?)").bind_list(proposals.iter().map(|one| one.case_id));
    older.and("state = 'waiting'").and("id <> ?").bind(first.id).query().execute(tx).await?;
    let rows = proposals.iter().map(CaseProposal::values).collect();
    insert_many(tx, CaseProposal::INSERT, rows, "on conflict (region, case_id, id) do nothing").await?;
    Ok(())
}

/// The proposals of a case, the newest first.
pub async fn proposal_list(tx: &mut Tx, case: CaseRef) -> Result<Vec<CaseProposal>> {
    let base = Filter::new(CaseProposal::SELECT).then("x.region = ?").bind(case.region);
    base.and("x.case_id = ?").bind(case.id).then("order by x.day desc, x.id desc limit 20").query().fetch_all(tx).await
}

/// What waits for these organisations, the oldest first.
pub async fn proposal_waiting(tx: &mut Tx, units: &[OrgRef], limit: i64) -> Result<Vec<CaseProposal>> {
    if units.is_empty() {
        return Ok(Vec::new());
    }
    let base = Filter::new(CaseProposal::SELECT).then("x.state = 'waiting'");
    let base = base.and("x.unit in (?)").bind_list(units.iter().map(|unit| unit.id));
    base.then("order by x.day, x.id limit ?").bind(limit).query().fetch_all(tx).await
}

/// Writes what a unit decided.
pub async fn proposal_decide(tx: &mut Tx, decided: &CaseProposal) -> Result<()> {
    let update = query(
        "update case_proposal set state = $4, reason = $5, decided_region = $6, decided_by = $7, decided_post = $8,
         decided_day = $9 where region = $1 and case_id = $2 and id = $3",
    );
    let update = update.bind(decided.region).bind(decided.case_id).bind(decided.id).bind(decided.state);
    let update = update.bind(decided.reason.as_deref()).bind(decided.decided_region).bind(decided.decided_by);
    update.bind(decided.decided_post.as_deref()).bind(decided.decided_day).execute(tx).await?;
    Ok(())
}

/// How the units answered one handing down: accepted, declined, waiting.
pub async fn proposal_counts(tx: &mut Tx, run: Id) -> Result<Vec<(ProposalState, i64)>> {
    query("select state, count(*) from case_proposal where id = $1 group by state").bind(run).fetch_all(tx).await
}

/// Adds a template.
pub async fn breakdown_template_add(tx: &mut Tx, template: &BreakdownTemplate) -> Result<()> {
    insert_many(tx, BreakdownTemplate::INSERT, vec![template.values()], "").await?;
    Ok(())
}

/// The templates of an organisation, the newest first.
pub async fn breakdown_template_list(tx: &mut Tx, org: OrgRef) -> Result<Vec<BreakdownTemplate>> {
    let base = Filter::new(BreakdownTemplate::SELECT).then("x.region = ?").bind(org.region);
    base.and("x.org = ?")
        .bind(org.id)
        .then("order by x.created_day desc, x.id desc limit 50")
        .query()
        .fetch_all(tx)
        .await
}

/// Removes a template of an organisation; false where there is none.
pub async fn breakdown_template_remove(tx: &mut Tx, org: OrgRef, id: Id) -> Result<bool> {
    let gone = query("delete from breakdown_template where region = $1 and org = $2 and id = $3");
    Ok(gone.bind(org.region).bind(org.id).bind(id).execute(tx).await? == 1)
}
