//! Findings, and the cases that they become.

use huiyin_base::{Day, Id, Region};
use huiyin_db::{Filter, Result, Tx, insert_many, query, text_enum};

use crate::CaseRef;
use crate::store::stored::stored;

text_enum! {
    /// How much is wrong: the words of the field `gravity` of a finding.
    pub enum Gravity {
        Light = "light" / "立行立改",
        Common = "common" / "一般",
        Grave = "grave" / "较重",
    }
}

stored! {
    /// What is wrong at a unit.
    #[derive(Clone, Debug, PartialEq)]
    pub struct InspectionFinding in "inspection_finding" {
        fixed {
            region: Region,
            record: Id,
            n: i64,
            title: String,
            text: String,
            demand: String,
            gravity: Gravity,
            deadline: Option<Day>,
            case_region: Option<Region>,
            case_id: Option<Id>,
        }
        moving {}
    }
}

impl InspectionFinding {
    /// Its case, once it is one.
    pub fn case(&self) -> Option<CaseRef> {
        self.case_region.zip(self.case_id).map(|(region, id)| CaseRef { region, id })
    }
}

/// Writes findings.
pub async fn finding_add(tx: &mut Tx, findings: &[InspectionFinding]) -> Result<()> {
    insert_many(tx, InspectionFinding::INSERT, findings.iter().map(InspectionFinding::values).collect(), "").await?;
    Ok(())
}

/// The findings of an inspection.
pub async fn finding_list(tx: &mut Tx, inspection: Id) -> Result<Vec<InspectionFinding>> {
    let base = Filter::new(InspectionFinding::SELECT).then("x.region = ?").bind(inspection.region());
    let base = base.and("x.record in (select r.id from inspection_record r where r.region = ? and r.inspection = ?)");
    base.bind(inspection.region()).bind(inspection).then("order by x.record, x.n").query().fetch_all(tx).await
}

/// Those of an inspection that are no case yet.
pub async fn finding_waiting(tx: &mut Tx, inspection: Id) -> Result<Vec<InspectionFinding>> {
    let base = Filter::new(InspectionFinding::SELECT).then("x.region = ?").bind(inspection.region());
    let base = base.and("x.record in (select r.id from inspection_record r where r.region = ? and r.inspection = ?)");
    let base = base.bind(inspection.region()).bind(inspection).and("x.case_id is null");
    base.then("order by x.record, x.n").query().fetch_all(tx).await
}

/// Says which case a finding has become.
pub async fn finding_case(tx: &mut Tx, finding: &InspectionFinding, case: CaseRef) -> Result<()> {
    let update = query(
        "update inspection_finding set case_region = $1, case_id = $2
         where region = $3 and record = $4 and n = $5 and case_id is null",
    );
    let update = update.bind(case.region).bind(case.id);
    update.bind(finding.region).bind(finding.record).bind(finding.n).execute(tx).await?;
    Ok(())
}
