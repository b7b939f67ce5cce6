use huiyin_base::{Id, Problem};
use huiyin_directory::audit::{self, AuditKind, Event};
use huiyin_jobs::{job_find, job_retry};
use huiyin_web::{Can, Ctx, Form, Path, Result};
use serde::Deserialize;

use crate::permissions::JobRetry;

#[derive(Debug, Deserialize)]
pub(crate) struct Nothing {}

/// Lets a job that was given up try again, from its first attempt on.
pub(crate) async fn retry(ctx: Ctx, can: Can<JobRetry>, Path(job): Path<String>, Form(_): Form<Nothing>) -> Result {
    let id: Id = job.parse().map_err(|_| Problem::not_found())?;
    let found = job_find(&mut ctx.site.db.read().await?, id.region(), id).await?.ok_or_else(Problem::not_found)?;
    let now = ctx.real_now();
    let event = Event::new(ctx.site.home, AuditKind::Setting, now, &mut ctx.rng()).by(can.viewer.account);
    let event = event.about("job", id).detail(format!("重试后台任务 {}", found.kind));
    let waits = ctx.site.db.write("job_retry", move |tx| {
        let event = event.clone();
        Box::pin(async move {
            let waits = job_retry(tx, id.region(), id, now).await?;
            if waits {
                audit::record(tx, &event).await?;
            }
            Ok(waits)
        })
    });
    let words = if waits.await? {
        "任务已重新排队，几秒钟内开始。请稍后刷新本页看结果。"
    } else {
        "这项任务没有失败，或者同样的任务已经在排队，不用重试。"
    };
    ctx.redirect("/operations", Some(words))
}
