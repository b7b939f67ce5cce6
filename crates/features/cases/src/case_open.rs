//! Cases that another feature hands down: it enqueues a job with what is to be done, and the job answers with the case's id.

use huiyin_base::{Day, Id, Region};
use huiyin_directory::{AccountRef, OrgRef, viewer_find};
use huiyin_jobs::{Job, Outcome};
use huiyin_web::Site;
use serde::Deserialize;

use crate::{Cases, Issuing, Moment};

/// The job's kind.
pub(crate) const OPEN: &str = "case_open";

/// What is asked for, as the other feature writes it.
#[derive(Deserialize)]
struct Asked {
    kind: String,
    to_region: u16,
    to: Id,
    issuer_region: u16,
    issuer: Id,
    /// Who hands it down: he must be allowed to.
    account: Id,
    title: String,
    text: String,
    deadline: i64,
    /// The same word makes the same case, so that a job may run twice.
    nonce: String,
}

/// Opens the case; the result is its id, which knows its region.
pub(crate) async fn open(site: &Site, job: &Job) -> Outcome {
    let asked: Asked = serde_json::from_value(job.payload.clone())?;
    let moment = Moment::at(site.clock.now());
    let account = AccountRef { region: asked.account.region(), id: asked.account };
    let viewer = viewer_find(&mut site.db.read().await?, account, moment.today).await?;
    let viewer = viewer.ok_or_else(|| anyhow::anyhow!("whoever handed it down has left"))?;
    let org = |region: u16, id: Id| {
        Region::new(region).map(|region| OrgRef { region, id }).ok_or_else(|| anyhow::anyhow!("{region} is no region"))
    };
    let cases = Cases::of(&site.db, &site.vault, &site.calendar)?;
    // A day to be done by is a working day that is not over: the next one, where the day that was written is none.
    let deadline = Day::from_number(asked.deadline).map(|day| day.max(moment.today));
    let deadline = deadline.map(|day| cases.book.calendar.add_working_days(day.plus(-1), 1));
    let issuing = Issuing {
        to: org(asked.to_region, asked.to)?,
        account: None,
        title: asked.title,
        text: asked.text,
        values: Vec::new(),
        deadline,
        issuer: org(asked.issuer_region, asked.issuer)?,
        parent: None,
        nonce: asked.nonce,
    };
    let issued = cases.issue(&asked.kind, issuing, &viewer, moment, &mut site.rngs.rng()).await?;
    Ok(Some(issued.case.id.to_string()))
}
