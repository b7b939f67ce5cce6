//! The jobs of the cases, on the running city.

use huiyin_base::Id;
use huiyin_jobs::{Job, Outcome, Registry};
use huiyin_web::Site;

use crate::{Cases, Moment, PHOTO_CLEAN};

/// The job that makes a region's search words anew; its payload is empty, its region says which.
pub const REINDEX: &str = "case_reindex";

/// Registers them.
#[must_use]
pub fn jobs(registry: Registry<Site>) -> Registry<Site> {
    registry
        .every("case_clock", 60, |site: Site, _| async move { clock(&site).await })
        .every("case_news", 60, |site: Site, _| async move { news(&site).await })
        .every("case_retention", 3600, |site: Site, _| async move { retention(&site).await })
        .on(PHOTO_CLEAN, |site: Site, job| async move { photo_clean(&site, &job).await })
        .on(REINDEX, |site: Site, job| async move { reindex(&site, &job).await })
}

async fn clock(site: &Site) -> Outcome {
    let cases = Cases::of(&site.db, &site.vault, &site.calendar)?;
    let fired = cases.sweep(Moment::at(site.clock.now())).await?;
    Ok((fired > 0).then(|| format!("处理了 {fired} 件到期事项")))
}

async fn news(site: &Site) -> Outcome {
    let cases = Cases::of(&site.db, &site.vault, &site.calendar)?;
    let told = crate::gateway::tell(site, &cases).await?;
    Ok((told > 0).then(|| format!("{told} 条进展提醒交给了网关")))
}

async fn retention(site: &Site) -> Outcome {
    let cases = Cases::of(&site.db, &site.vault, &site.calendar)?;
    let erased = cases.erase_due(&site.files, Moment::at(site.clock.now())).await?;
    Ok((erased > 0).then(|| format!("{erased} 件办结期满的事项已删除原文、联系方式和往来")))
}

async fn photo_clean(site: &Site, job: &Job) -> Outcome {
    let file: Id = job.payload["file"].as_str().unwrap_or_default().parse()?;
    site.files.clean(&site.db, job.region, file).await?;
    Ok(None)
}

async fn reindex(site: &Site, job: &Job) -> Outcome {
    let cases = Cases::of(&site.db, &site.vault, &site.calendar)?;
    cases.reindex(job.region).await?;
    Ok(Some("搜索索引已重建".into()))
}
