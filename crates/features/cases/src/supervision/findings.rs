//! A finding becomes a case of the unit that was inspected; whoever inspected verifies it.

use huiyin_base::{Day, Id, Problem};
use huiyin_db::Tx;
use huiyin_directory::{AccountRef, Viewer, role_holders, viewer_find};
use huiyin_jobs::{Job, Outcome};
use huiyin_web::Site;

use super::rules::SupervisionRules;
use super::store::{
    Inspection, InspectionFinding, InspectionRecord, InspectionUnit, finding_case, finding_waiting, inspection_get,
    record_list, unit_list,
};
use crate::permissions::INSPECTS;
use crate::{Cases, FieldValue, Issuing, Moment, Value};

/// The job that makes cases of what an inspection has found.
pub const FINDINGS: &str = "inspection_findings";

impl Cases {
    /// Makes cases of what waits, and tells how many. Running it again makes nothing twice: each goes by a word of its own.
    pub async fn findings_issue(&self, id: Id, moment: Moment, rng: &mut huiyin_base::Rng) -> Result<usize, Problem> {
        let rules = SupervisionRules::built_in()?;
        let mut tx = self.db.snapshot().await?;
        let inspection = inspection_get(&mut tx, id).await?.ok_or_else(Problem::not_found)?;
        if inspection.is_hidden() {
            return Ok(0);
        }
        let waiting = finding_waiting(&mut tx, id).await?;
        let records = record_list(&mut tx, id).await?;
        let units = unit_list(&mut tx, id, true).await?;
        let orderer = orderer(&mut tx, &inspection, moment.today).await?;
        let mut all = Vec::new();
        for finding in waiting {
            let Some(record) = records.iter().find(|record| record.id == finding.record) else { continue };
            let Some(unit) = units.iter().find(|unit| unit.n == record.unit_n) else { continue };
            let usual = moment.today.plus(rules.inspection.finding_days);
            let deadline = finding.deadline.filter(|deadline| *deadline > moment.today).unwrap_or(usual);
            // A deadline is a working day: the next one where the day is none.
            let deadline = self.book.calendar.add_working_days(deadline.plus(-1), 1);
            let issuing = finding_issuing(&inspection, record, unit, &finding, deadline);
            all.push((finding, issuing));
        }
        drop(tx);
        let count = all.len();
        for (finding, issuing) in all {
            let case = self.issue("finding", issuing, &orderer, moment, rng).await?.case;
            let write = self.db.write("finding_case", move |tx| {
                let finding = finding.clone();
                Box::pin(async move { Ok(finding_case(tx, &finding, case).await?) })
            });
            write.await?;
        }
        Ok(count)
    }
}

/// Whoever ordered the inspection, while he works where it was ordered; otherwise a colleague there.
async fn orderer(tx: &mut Tx, inspection: &Inspection, today: Day) -> Result<Viewer, Problem> {
    let works = |viewer: &Viewer| viewer.grants_of(INSPECTS).any(|grant| grant.org == inspection.org());
    if let Some(viewer) = viewer_find(tx, inspection.orderer(), today).await?.filter(works) {
        return Ok(viewer);
    }
    for holder in role_holders(tx, inspection.org(), INSPECTS, today).await? {
        let account = AccountRef { region: holder.region, id: holder.account };
        if let Some(viewer) = viewer_find(tx, account, today).await?.filter(works) {
            return Ok(viewer);
        }
    }
    Err(Problem::conflict("安排这次督查的单位现在没有人负责督查。请先安排人员，再到“运行状况”里重试这件后台任务。"))
}

/// A finding as it is handed down. Pure.
pub fn finding_issuing(
    inspection: &Inspection,
    record: &InspectionRecord,
    unit: &InspectionUnit,
    finding: &InspectionFinding,
    deadline: Day,
) -> Issuing {
    let text = |field: &str, text: &str| FieldValue::new(field, Value::Text(text.to_owned()));
    let mut values = vec![
        text("gravity", finding.gravity.as_str()),
        FieldValue::new("found_on", Value::Day(record.day)),
        text("demand", &finding.demand),
    ];
    values.extend(inspection.round.map(|round| text("round", &format!("第 {round} 轮"))));
    Issuing {
        to: unit.at(),
        account: None,
        title: finding.title.clone(),
        text: finding.text.clone(),
        values,
        deadline: Some(deadline),
        issuer: inspection.org(),
        parent: None,
        nonce: format!("finding/{}/{}", finding.record, finding.n),
    }
}

pub(crate) async fn findings_job(site: &Site, job: &Job) -> Outcome {
    let id: Id = job.payload["inspection"].as_str().unwrap_or_default().parse()?;
    let cases = Cases::of(&site.db, &site.vault, &site.calendar)?;
    let issued = cases.findings_issue(id, Moment::at(site.clock.now()), &mut site.rngs.rng()).await?;
    Ok((issued > 0).then(|| format!("{issued} 个督查发现的问题已交被查单位整改")))
}
