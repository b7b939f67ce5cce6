//! The statements of jobs.

use huiyin_base::{Id, Instant, Region};
use huiyin_db::{Result, Tx, query};

use crate::{Job, NewJob};

/// The key of the one row that a periodic kind has.
pub(crate) const PERIODIC: &str = "periodic";

/// A claimed job and who claimed it. What is written about a job holds only while this lease does: the count of
/// attempts tells two lanes of one worker apart.
#[derive(Clone, Debug)]
pub(crate) struct Lease {
    pub(crate) region: Region,
    pub(crate) id: Id,
    pub(crate) worker: String,
    pub(crate) attempts: i64,
}

/// Writes a job in the caller's transaction; tells whether it was written, or one with its key waits already.
///
/// One that runs already does not count: it may have read what the caller has just changed.
pub async fn enqueue(tx: &mut Tx, job: &NewJob, id: Id) -> Result<bool> {
    let written = query(
        "insert into job (region, id, kind, payload, key, run_at, state, attempts, progress, total, created_by, created_at)
         values ($1, $2, $3, $4, $5, $6, 'waiting', 0, 0, 0, $7, $8) on conflict do nothing",
    )
    .bind(job.region)
    .bind(id)
    .bind(job.kind)
    .bind(job.payload.clone())
    .bind(job.key.clone())
    .bind(job.run_at)
    .bind(job.created_by)
    .bind(id.made_at())
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

/// Whether the job of a key was given up.
pub async fn job_has_failed(tx: &mut Tx, region: Region, kind: &str, key: &str) -> Result<bool> {
    let rows = query("select count(*) from job where state = 'failed' and region = $1 and kind = $2 and key = $3");
    Ok(rows.bind(region).bind(kind).bind(key).fetch_scalar::<i64>(tx).await? > 0)
}

/// Jobs of one kind, the newest first: how far what runs again and again has come.
pub async fn job_list_kind(tx: &mut Tx, kind: &str, limit: i64) -> Result<Vec<Job>> {
    query("select * from job where kind = $1 order by run_at desc limit $2").bind(kind).bind(limit).fetch_all(tx).await
}

/// Lets a failed job wait again from `run_at`, with all its attempts; false when it has not failed, or one with its key
/// waits already.
pub async fn job_retry(tx: &mut Tx, region: Region, id: Id, run_at: Instant) -> Result<bool> {
    let retried = query(
        "update job set state = 'waiting', attempts = 0, run_at = $3, finished_at = null
         where region = $1 and id = $2 and state = 'failed' and not exists (
             select 1 from job other where other.region = job.region and other.kind = job.kind
               and other.key = job.key and other.state = 'waiting')",
    )
    .bind(region)
    .bind(id)
    .bind(run_at)
    .execute(tx)
    .await?;
    Ok(retried > 0)
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

/// A region with a job to do: a lease that ended comes first, then what has waited longest.
pub(crate) async fn region_due(tx: &mut Tx, now: Instant, kinds: &[&'static str]) -> Result<Option<Region>> {
    let ended = query(
        "select region from job where state = 'running' and leased_until <= $1 and kind in (list)
         order by leased_until limit 1",
    );
    let waiting = query(
        "select region from job where state = 'waiting' and run_at <= $1 and not exists (
             select 1 from job other where other.region = job.region and other.kind = job.kind
               and other.key = job.key and other.state = 'running')
           and kind in (list) order by run_at limit 1",
    );
    for due in [ended, waiting] {
        let found = due.bind(now).bind_list(kinds.iter().copied()).fetch_optional::<(Region,)>(tx).await?;
        if let Some((region,)) = found {
            return Ok(Some(region));
        }
    }
    Ok(None)
}

/// Takes one job of `region` until `until`. The conditions stand twice: whoever loses the race for the row must not take
/// it when his turn comes. A job waits while one with its key runs.
pub(crate) async fn job_claim(
    tx: &mut Tx,
    region: Region,
    (now, until): (Instant, Instant),
    worker: &str,
    kinds: &[&'static str],
) -> Result<Option<Job>> {
    let ended = query(
        "update job set leased_until = $3, leased_by = $4, attempts = attempts + 1
         where region = $1 and state = 'running' and leased_until <= $2 and id = (
             select id from job where region = $1 and state = 'running' and leased_until <= $2
               and kind in (list) order by leased_until limit 1)
         returning *",
    );
    let waiting = query(
        "update job set state = 'running', leased_until = $3, leased_by = $4, attempts = attempts + 1
         where region = $1 and state = 'waiting' and id = (
             select id from job due where region = $1 and state = 'waiting' and run_at <= $2 and not exists (
                 select 1 from job other where other.region = due.region and other.kind = due.kind
                   and other.key = due.key and other.state = 'running')
               and kind in (list) order by run_at limit 1)
         returning *",
    );
    for claim in [ended, waiting] {
        let claim = claim.bind(region).bind(now).bind(until).bind(worker).bind_list(kinds.iter().copied());
        if let Some(job) = claim.fetch_optional(tx).await? {
            return Ok(Some(job));
        }
    }
    Ok(None)
}

/// Keeps a lease while its job runs; false when another has taken over.
pub(crate) async fn job_hold(tx: &mut Tx, lease: &Lease, until: Instant) -> Result<bool> {
    let held = query(
        "update job set leased_until = $5
         where region = $1 and id = $2 and leased_by = $3 and attempts = $4 and state = 'running'",
    )
    .bind(lease.region)
    .bind(lease.id)
    .bind(lease.worker.as_str())
    .bind(lease.attempts)
    .bind(until)
    .execute(tx)
    .await?;
    Ok(held > 0)
}

/// Done or failed for good.
pub(crate) async fn job_finish(
    tx: &mut Tx,
    lease: &Lease,
    state: crate::JobState,
    result: Option<String>,
    now: Instant,
) -> Result<()> {
    query(
        "update job set state = $5, result = $6, finished_at = $7, leased_until = null
         where region = $1 and id = $2 and leased_by = $3 and attempts = $4 and state = 'running'",
    )
    .bind(lease.region)
    .bind(lease.id)
    .bind(lease.worker.as_str())
    .bind(lease.attempts)
    .bind(state)
    .bind(result)
    .bind(now)
    .execute(tx)
    .await?;
    Ok(())
}

/// To be tried again at `run_at`, or done again where it is periodic. Where another with its key waits by now, that one
/// goes on in its place.
pub(crate) async fn job_again(
    tx: &mut Tx,
    lease: &Lease,
    result: Option<String>,
    run_at: Instant,
    attempts: i64,
) -> Result<()> {
    let replaced = query(
        "update job set state = 'done', finished_at = $5, result = $6, leased_until = null
         where region = $1 and id = $2 and leased_by = $3 and attempts = $4 and state = 'running' and exists (
             select 1 from job other where other.region = job.region and other.kind = job.kind
               and other.key = job.key and other.state = 'waiting')",
    )
    .bind(lease.region)
    .bind(lease.id)
    .bind(lease.worker.as_str())
    .bind(lease.attempts)
    .bind(run_at)
    .bind(result.clone())
    .execute(tx)
    .await?;
    if replaced > 0 {
        return Ok(());
    }
    query(
        "update job set state = 'waiting', run_at = $5, result = $6, attempts = $7, leased_until = null
         where region = $1 and id = $2 and leased_by = $3 and attempts = $4 and state = 'running'",
    )
    .bind(lease.region)
    .bind(lease.id)
    .bind(lease.worker.as_str())
    .bind(lease.attempts)
    .bind(run_at)
    .bind(result)
    .bind(attempts)
    .execute(tx)
    .await?;
    Ok(())
}

/// Gives back what `worker` had not finished when it stopped.
pub(crate) async fn job_release(tx: &mut Tx, worker: &str, now: Instant) -> Result<u64> {
    query("update job set leased_until = $2 where state = 'running' and leased_by = $1")
        .bind(worker)
        .bind(now)
        .execute(tx)
        .await
}

/// Whether the periodic `kind` has its row in the shard of `home`.
pub(crate) async fn periodic_exists(tx: &mut Tx, home: Region, kind: &'static str) -> Result<bool> {
    let rows: i64 = query(
        "select count(*) from job where region = $1 and kind = $2 and key = $3 and state in ('waiting', 'running')",
    )
    .bind(home)
    .bind(kind)
    .bind(PERIODIC)
    .fetch_scalar(tx)
    .await?;
    Ok(rows > 0)
}

/// Forgets what was done before `before`; failures stay.
pub(crate) async fn job_sweep(tx: &mut Tx, before: Instant) -> Result<u64> {
    query("delete from job where state = 'done' and finished_at < $1").bind(before).execute(tx).await
}
