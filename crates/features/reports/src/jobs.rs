//! The jobs of this feature, on the running city.

use huiyin_base::{Id, Region};
use huiyin_jobs::{JobState, Outcome, Registry, job_find};
use huiyin_web::Site;

use crate::issuing::{ISSUE, draft, run};
use crate::store::review;

/// Registers them.
#[must_use]
pub(crate) fn jobs(registry: Registry<Site>) -> Registry<Site> {
    registry
        .every("bulletin_draft", 3600, |site: Site, _| async move { draft(&site).await })
        .on(ISSUE, |site: Site, job| async move { run(&site, &job).await })
        .every("review_follow_up", 60, |site: Site, _| async move { follow_up(&site).await })
}

/// Notes the cases that were opened for reviews: a job is kept for some days, the review for good.
async fn follow_up(site: &Site) -> Outcome {
    let waiting = review::follow_up_waiting(&mut site.db.read().await?, site.home).await?;
    let mut noted = 0;
    for follow_up in waiting {
        let Some(job) = follow_up.job else { continue };
        let Some(job) = job_find(&mut site.db.read().await?, follow_up.region, job).await? else { continue };
        let opened = job.result.as_deref().filter(|_| job.state == JobState::Done).and_then(case_of);
        let Some(case) = opened else { continue };
        let write = site.db.write("follow_up_opened", move |tx| {
            let follow_up = follow_up.clone();
            Box::pin(async move { Ok(review::follow_up_opened(tx, &follow_up, case).await?) })
        });
        write.await?;
        noted += 1;
    }
    Ok((noted > 0).then(|| format!("记下了 {noted} 件综述交办的事项")))
}

/// What the job answered: the id of the case, which knows its region.
fn case_of(result: &str) -> Option<(Region, Id)> {
    let id: Id = result.parse().ok()?;
    Some((id.region(), id))
}
