//! The statements of jobs.

use huiyin_base::{Id, Instant, Region};
use huiyin_db::{Result, Tx, query};

use crate::{Job, NewJob};

/// Writes a job in the caller's transaction; tells whether it was written, or one with its key waits already.
pub async fn enqueue(tx: &mut Tx, job: &NewJob, id: Id) -> Result<bool> {
    let written = query(
        "insert into job (region, id, kind, payload, key, run_at, state, attempts, progress, total, created_by, created_at)
         values ($1, $2, $3, $4, $5, $6, 'waiting', 0, 0, 0, $7, $6) on conflict do nothing",
    )
    .bind(job.region)
    .bind(id)
    .bind(job.kind)
    .bind(job.payload.clone())
    .bind(job.key.clone())
    .bind(job.run_at)
    .bind(job.created_by)
    .execute(tx)
    .await?;
    Ok(written > 0)
}

/// The job behind a progress page.
pub async fn job_find(tx: &mut Tx, region: Region, id: Id) -> Result<Option<Job>> {
    query("select * from job where region = $1 and id = $2").bind(region).bind(id).fetch_optional(tx).await
}

/// What has failed for good, the newest first.
pub async fn job_list_failed(tx: &mut Tx, limit: i64) -> Result<Vec<Job>> {
    query("select * from job where state = 'failed' order by finished_at desc limit $1").bind(limit).fetch_all(tx).await
}

/// How far a running job is.
pub async fn job_progress(tx: &mut Tx, region: Region, id: Id, progress: i64, total: i64) -> Result<()> {
    query("update job set progress = $3, total = $4 where region = $1 and id = $2")
        .bind(region)
        .bind(id)
        .bind(progress)
        .bind(total)
        .execute(tx)
        .await?;
    Ok(())
}

/// The region of the job that has waited longest among those due.
pub(crate) async fn region_due(tx: &mut Tx, now: Instant) -> Result<Option<Region>> {
    query(
        "select region from job where state = 'waiting' and run_at <= $1
           and (leased_until is null or leased_until <= $1) order by run_at limit 1",
    )
    .bind(now)
    .fetch_optional::<(Region,)>(tx)
    .await
    .map(|row| row.map(|(region,)| region))
}

/// Takes one due job of `region` until `until`. The condition stands twice: whoever loses the race for the row must not
/// take it when his turn comes.
pub(crate) async fn job_claim(
    tx: &mut Tx,
    region: Region,
    now: Instant,
    until: Instant,
    worker: &str,
) -> Result<Option<Job>> {
    query(
        "update job set leased_until = $3, leased_by = $4, attempts = attempts + 1
         where region = $1 and state = 'waiting' and (leased_until is null or leased_until <= $2) and id = (
             select id from job where region = $1 and state = 'waiting' and run_at <= $2
               and (leased_until is null or leased_until <= $2) order by run_at limit 1)
         returning *",
    )
    .bind(region)
    .bind(now)
    .bind(until)
    .bind(worker)
    .fetch_optional(tx)
    .await
}

/// Keeps a lease while its job runs; false when another has taken over.
pub(crate) async fn job_hold(tx: &mut Tx, job: &Job, worker: &str, until: Instant) -> Result<bool> {
    let held = query(
        "update job set leased_until = $4 where region = $1 and id = $2 and leased_by = $3 and state = 'waiting'",
    )
    .bind(job.region)
    .bind(job.id)
    .bind(worker)
    .bind(until)
    .execute(tx)
    .await?;
    Ok(held > 0)
}

/// Done for good.
pub(crate) async fn job_done(tx: &mut Tx, job: &Job, worker: &str, result: Option<String>, now: Instant) -> Result<()> {
    query(
        "update job set state = 'done', result = $4, finished_at = $5, leased_until = null
         where region = $1 and id = $2 and leased_by = $3",
    )
    .bind(job.region)
    .bind(job.id)
    .bind(worker)
    .bind(result)
    .bind(now)
    .execute(tx)
    .await?;
    Ok(())
}

/// To be tried again at `run_at`, or done again where it is periodic.
pub(crate) async fn job_again(
    tx: &mut Tx,
    job: &Job,
    worker: &str,
    result: Option<String>,
    run_at: Instant,
    attempts: i64,
) -> Result<()> {
    query(
        "update job set run_at = $5, result = $4, attempts = $6, leased_until = null
         where region = $1 and id = $2 and leased_by = $3",
    )
    .bind(job.region)
    .bind(job.id)
    .bind(worker)
    .bind(result)
    .bind(run_at)
    .bind(attempts)
    .execute(tx)
    .await?;
    Ok(())
}

/// Given up.
pub(crate) async fn job_failed(tx: &mut Tx, job: &Job, worker: &str, error: String, now: Instant) -> Result<()> {
    query(
        "update job set state = 'failed', result = $4, finished_at = $5, leased_until = null
         where region = $1 and id = $2 and leased_by = $3",
    )
    .bind(job.region)
    .bind(job.id)
    .bind(worker)
    .bind(error)
    .bind(now)
    .execute(tx)
    .await?;
    Ok(())
}

/// Forgets what was done before `before`; failures stay.
pub(crate) async fn job_sweep(tx: &mut Tx, before: Instant) -> Result<u64> {
    query("delete from job where state = 'done' and finished_at < $1").bind(before).execute(tx).await
}
