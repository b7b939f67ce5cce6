//! After a rotation: everything that an older key has sealed is sealed again with the newest.

use anyhow::Context as _;
use huiyin_base::{Problem, Region, Rng};
use huiyin_catalogue::sealed::{self, Sealed};
use huiyin_db::Db;
use huiyin_db::sealed::{SealedValue, sealed_next, sealed_otherwise, sealed_regions, sealed_replace};
use huiyin_directory::audit::{self, AuditKind, Event};
use huiyin_files::FileStore;
use huiyin_jobs::{Job, Outcome, job_progress};
use huiyin_vault::{Place, Vault};
use huiyin_web::Site;

/// The kind of the job.
pub const RESEAL_JOB: &str = "reseal";
/// Values in one write.
const CHUNK: u32 = 200;

/// What a run came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Resealing {
    /// Values that the newest key has sealed now.
    pub done: u64,
    /// Values that did not open; they are left as they are.
    pub failed: u64,
}

/// The job. With one key there is nothing to look for.
pub(crate) async fn run(site: &Site, job: &Job) -> Outcome {
    if site.vault.seal_numbers().len() < 2 {
        return Ok(None);
    }
    let mut rng = site.rngs.rng();
    let resealing = reseal(&site.db, &site.vault, &site.files, &mut rng, Some(job)).await?;
    let mut resealing = resealing;
    if let Some(log) = site.settings.access_log.clone() {
        resealing.done += tokio::task::spawn_blocking(move || log.reseal()).await??;
    }
    if resealing == Resealing::default() {
        return Ok(Some("没有用旧密钥加密的内容。".into()));
    }
    let words = match resealing.failed {
        0 => format!("已用新密钥重新加密 {} 处。", resealing.done),
        failed => format!("已用新密钥重新加密 {} 处，{failed} 处打不开，保持原样。", resealing.done),
    };
    let event = Event::new(site.home, AuditKind::Setting, site.clock.real(), &mut rng).detail(words.clone());
    site.db
        .write("reseal_record", move |tx| {
            let event = event.clone();
            Box::pin(async move { Ok(audit::record(tx, &event).await?) })
        })
        .await?;
    Ok(Some(words))
}

async fn progress(db: &Db, job: &Job, done: u64, total: u64) -> Result<(), Problem> {
    let (region, id) = (job.region, job.id);
    let count = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
    let (done, total) = (count(done), count(total));
    db.write("reseal_progress", move |tx| Box::pin(async move { Ok(job_progress(tx, region, id, done, total).await?) }))
        .await
}

/// Seals everything again that is not sealed with the newest key. `job` shows how far it is.
pub async fn reseal(
    db: &Db,
    vault: &Vault,
    files: &FileStore,
    rng: &mut Rng,
    job: Option<&Job>,
) -> anyhow::Result<Resealing> {
    let head = vault.newest_head();
    let columns = sealed::list();
    let mut total = 0;
    for column in &columns {
        total += u64::try_from(sealed_otherwise(&mut db.read().await?, &column.at, &head).await?).unwrap_or(0);
    }
    let mut all = Resealing::default();
    for column in &columns {
        let regions = sealed_regions(&mut db.read().await?, &column.at, &head).await?;
        for region in regions {
            let resealing = column_reseal(db, vault, column, region, rng).await;
            let resealing = resealing.with_context(|| format!("{}.{}", column.at.table, column.at.column))?;
            all.done += resealing.done;
            all.failed += resealing.failed;
            if let Some(job) = job {
                progress(db, job, all.done + all.failed, total).await?;
            }
        }
    }
    let files = files.reseal(db).await?;
    Ok(Resealing { done: all.done + files.done, failed: all.failed + files.failed })
}

/// One column of one region. Rows that share a binding may lie on both sides of a chunk's end, so the walk is repeated
/// until it finds nothing more to do.
async fn column_reseal(
    db: &Db,
    vault: &Vault,
    column: &Sealed,
    region: Region,
    rng: &mut Rng,
) -> anyhow::Result<Resealing> {
    let head = vault.newest_head();
    let mut done = 0;
    loop {
        let (mut after, mut failed, mut moved) = (None, 0, 0);
        loop {
            let found = sealed_next(&mut db.read().await?, &column.at, region, &head, after.as_ref(), CHUNK).await?;
            let Some(last) = found.last() else { break };
            after = Some(last.binding[0].clone());
            let mut pairs = Vec::with_capacity(found.len());
            for value in found {
                let bound = value.bound();
                let place = Place { table: &column.bound_table, column: &column.bound_column, row: &bound };
                match vault.reseal(place, &value.sealed, rng) {
                    Ok(new) => pairs.push((value, new)),
                    Err(_) => failed += 1,
                }
            }
            moved += write(db, column, region, pairs).await?;
        }
        done += moved;
        if moved == 0 {
            return Ok(Resealing { done, failed });
        }
    }
}

/// Puts new values in the place of those that are still there: what was changed meanwhile is sealed anew already.
async fn write(db: &Db, column: &Sealed, region: Region, pairs: Vec<(SealedValue, Vec<u8>)>) -> Result<u64, Problem> {
    let at = column.at.clone();
    db.write("reseal", move |tx| {
        let (at, pairs) = (at.clone(), pairs.clone());
        Box::pin(async move {
            let mut replaced = 0;
            for (old, new) in &pairs {
                replaced += u64::from(sealed_replace(tx, &at, region, old, new.clone()).await?);
            }
            Ok(replaced)
        })
    })
    .await
}
