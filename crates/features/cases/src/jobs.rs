//! The jobs of the cases, on the running city.

use huiyin_base::{Id, Region};
use huiyin_directory::RegionLevel;
use huiyin_jobs::{Job, Outcome, Registry};
use huiyin_web::Site;

use crate::case_open::{OPEN, open};
use crate::ledger::job::{APPLY, CHECK, apply, check};
use crate::lists::{HANDDOWN, NEWS};
use crate::supervision::{FINDINGS, findings_job};
use crate::urgent::ALARM;
use crate::{BULK, CaseRef, Cases, Moment, PHOTO_CLEAN, store};

/// The job that makes a region's search words anew; its payload is empty, its region says which.
pub const REINDEX: &str = "case_reindex";

/// Registers them.
#[must_use]
pub fn jobs(registry: Registry<Site>) -> Registry<Site> {
    registry
        .every("case_clock", 60, |site: Site, _| async move { clock(&site).await })
        .every("case_callback", 3600, |site: Site, _| async move { callback(&site).await })
        .every("case_news", 60, |site: Site, _| async move { news(&site).await })
        .every("case_retention", 3600, |site: Site, _| async move { retention(&site).await })
        .every("case_import_sweep", 86_400, |site: Site, _| async move { import_sweep(&site).await })
        .on(CHECK, |site: Site, job| async move { check(&site, &job).await })
        .on(APPLY, |site: Site, job| async move { apply(&site, &job).await })
        .on(PHOTO_CLEAN, |site: Site, job| async move { photo_clean(&site, &job).await })
        .on(ALARM, |site: Site, job| async move { alarm(&site, &job).await })
        .on(OPEN, |site: Site, job| async move { open(&site, &job).await })
        .on(BULK, |site: Site, job| async move { bulk(&site, &job).await })
        .every("case_desk_sweep", 300, |site: Site, _| async move { desk_sweep(&site).await })
        .on(NEWS, |site: Site, job| async move { tree_news(&site, &job).await })
        .on(HANDDOWN, |site: Site, job| async move { handdown(&site, &job).await })
        .every("case_tree_sweep", 60, |site: Site, _| async move { tree_sweep(&site).await })
        .on(FINDINGS, |site: Site, job| async move { findings_job(&site, &job).await })
        .on(REINDEX, |site: Site, job| async move { reindex(&site, &job).await })
}

async fn clock(site: &Site) -> Outcome {
    let cases = Cases::of(&site.db, &site.vault, &site.calendar)?;
    let fired = cases.sweep(Moment::at(site.clock.now())).await?;
    Ok((fired > 0).then(|| format!("处理了 {fired} 件到期事项")))
}

/// Commits the seeds of this month and the next, and holds the draws of months that are over.
async fn callback(site: &Site) -> Outcome {
    let cases = Cases::of(&site.db, &site.vault, &site.calendar)?;
    let counties = site.regions.children(site.home).filter(|entry| entry.level == RegionLevel::County);
    let counties: Vec<Region> = counties.map(|entry| entry.region).collect();
    cases.callback_commit(&counties, site.today(), &mut site.rngs.rng()).await?;
    let held = cases.callback_draw(site.today(), |region| site.regions.short(region).to_owned()).await?;
    Ok((held > 0).then(|| format!("完成了 {held} 次回访抽签")))
}

async fn alarm(site: &Site, job: &Job) -> Outcome {
    let id: Id = job.payload["case"].as_str().unwrap_or_default().parse()?;
    let cases = Cases::of(&site.db, &site.vault, &site.calendar)?;
    let told = crate::gateway::alarm(site, &cases, CaseRef { region: job.region, id }).await?;
    Ok((told > 0).then(|| format!("紧急情况已交给网关，发给 {told} 名值班人员")))
}

async fn bulk(site: &Site, job: &Job) -> Outcome {
    let run: Id = job.payload["run"].as_str().unwrap_or_default().parse()?;
    let cases = Cases::of(&site.db, &site.vault, &site.calendar)?;
    let (done, refused) = cases.bulk_run(job.region, run, Moment::at(site.clock.now())).await?;
    Ok(Some(format!("办了 {done} 件，{refused} 件没有办成")))
}

async fn tree_news(site: &Site, job: &Job) -> Outcome {
    let id: Id = job.payload["case"].as_str().unwrap_or_default().parse()?;
    let cases = Cases::of(&site.db, &site.vault, &site.calendar)?;
    cases.tree_news(CaseRef { region: job.region, id }, Moment::at(site.clock.now())).await?;
    Ok(None)
}

async fn handdown(site: &Site, job: &Job) -> Outcome {
    let run: Id = job.payload["run"].as_str().unwrap_or_default().parse()?;
    let cases = Cases::of(&site.db, &site.vault, &site.calendar)?;
    let written = cases.handdown_run(job.region, run, Moment::at(site.clock.now())).await?;
    Ok(Some(format!("下达了 {written} 件")))
}

/// What became late since it was last looked at, and leaves that nobody used.
async fn tree_sweep(site: &Site) -> Outcome {
    let cases = Cases::of(&site.db, &site.vault, &site.calendar)?;
    let (moment, mut late) = (Moment::at(site.clock.now()), 0);
    for region in site.regions.with_children(site.home) {
        loop {
            match cases.tree_late(region, moment).await? {
                0 => break,
                some => late += some,
            }
        }
        let held = store::link_held(&mut site.db.read().await?, region).await?;
        for link in held {
            cases.tree_hold_end(link.child_at(), moment).await?;
        }
    }
    Ok((late > 0).then(|| format!("{late} 件下级事项到期，已告诉上级")))
}

/// Ended leases go; bulk acts are kept for thirty days, what a unit was told of a recall for ninety.
async fn desk_sweep(site: &Site) -> Outcome {
    const KEPT_DAYS: i64 = 30;
    const RECALL_DAYS: i64 = 90;
    let (now, before) = (site.clock.real(), site.today().plus(-KEPT_DAYS));
    let unread = site.today().plus(-RECALL_DAYS);
    let regions: Vec<_> = site.regions.children(site.home).map(|entry| entry.region).chain([site.home]).collect();
    let write = site.db.write("case_desk_sweep", move |tx| {
        let regions = regions.clone();
        Box::pin(async move {
            store::presence_sweep(tx, now).await?;
            for region in regions {
                store::bulk_run_sweep(tx, region, before).await?;
                store::recall_sweep(tx, region, unread).await?;
            }
            Ok(())
        })
    });
    write.await?;
    Ok(None)
}

async fn news(site: &Site) -> Outcome {
    let cases = Cases::of(&site.db, &site.vault, &site.calendar)?;
    let told = crate::gateway::tell(site, &cases).await?;
    Ok((told > 0).then(|| format!("{told} 条进展提醒交给了网关")))
}

async fn retention(site: &Site) -> Outcome {
    let cases = Cases::of(&site.db, &site.vault, &site.calendar)?;
    let now = site.clock.now();
    let write =
        site.db.write("roster_forget", move |tx| Box::pin(async move { Ok(store::roster_forget(tx, now).await?) }));
    write.await?;
    let moment = Moment::at(site.clock.now());
    cases.talks_erase(moment, site.clock.real(), &mut site.rngs.rng()).await?;
    let erased = cases.erase_due(&site.files, moment).await? + cases.files_due(&site.files, moment).await?;
    Ok((erased > 0).then(|| format!("{erased} 件办结期满的事项已删除原文、联系方式、往来和附件")))
}

async fn photo_clean(site: &Site, job: &Job) -> Outcome {
    let file: Id = job.payload["file"].as_str().unwrap_or_default().parse()?;
    // It may have been replaced by another before its turn came.
    if huiyin_files::store::file_find(&mut site.db.read().await?, job.region, file).await?.is_some() {
        site.files.clean(&site.db, job.region, file).await?;
    }
    Ok(None)
}

async fn reindex(site: &Site, job: &Job) -> Outcome {
    let cases = Cases::of(&site.db, &site.vault, &site.calendar)?;
    cases.reindex(job.region).await?;
    Ok(Some("搜索索引已重建".into()))
}

/// Days for which the rows of an import are kept, sealed, for its result: the retention `import` of the catalogue.
const IMPORT_KEPT_DAYS: i64 = 30;

/// Deletes imports that are older than they are kept, in small writes.
async fn import_sweep(site: &Site) -> Outcome {
    const SOME: u32 = 500;
    let before = site.clock.now() - chrono::TimeDelta::days(IMPORT_KEPT_DAYS);
    let mut swept = 0_u64;
    for region in site.regions.with_children(site.home) {
        let old = crate::store::ledger_list_old(&mut site.db.read().await?, region, before, SOME).await?;
        for batch in old {
            loop {
                let write = site.db.write("case_import_sweep", move |tx| {
                    Box::pin(async move { Ok(crate::store::ledger_sweep(tx, batch, SOME).await?) })
                });
                match write.await? {
                    0 => break,
                    some => swept += some,
                }
            }
        }
    }
    Ok((swept > 0).then(|| format!("已删除 {swept} 行过期的导入内容。")))
}
