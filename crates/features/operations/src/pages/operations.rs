//! The state of the installation, for whoever keeps it running. No name, number or text of anybody.

use askama::Template;
use chrono::{FixedOffset, TimeZone as _};
use huiyin_base::Instant;
use huiyin_db::Tx;
use huiyin_gateways::store::{message_list_failed, message_totals};
use huiyin_gateways::{Channel, MessageState};
use huiyin_jobs::{JobState, job_list_failed, job_list_kind};
use huiyin_web::components::{Button, DataTable, Empty, Html, PostButton, ProgressJob, Row, Tag};
use huiyin_web::{Can, Ctx, Density, Result};

use crate::RESEAL_JOB;
use crate::permissions::OperationsRead;

/// Rows of a list; older failures are in the database until they are swept.
const MOST: u32 = 50;

#[derive(Template)]
#[template(path = "operations.html")]
struct OperationsPage {
    gateways: Vec<(&'static str, Tag)>,
    totals: Vec<(&'static str, i64)>,
    messages: Option<DataTable>,
    jobs: Option<DataTable>,
    no_jobs: Option<Empty>,
    keys: Vec<(u16, bool)>,
    resealing: Option<ProgressJob>,
    resealed: Option<String>,
}

pub(crate) async fn show(ctx: Ctx, _can: Can<OperationsRead>) -> Result {
    let tx = &mut ctx.site.db.read().await?;
    let jobs = jobs(&ctx, tx).await?;
    let numbers = ctx.site.vault.seal_numbers();
    let newest = numbers.last().copied();
    let (resealing, resealed) = resealing(tx, numbers.len() > 1).await?;
    let page = OperationsPage {
        gateways: Channel::ALL
            .iter()
            .map(|channel| {
                let on = ctx.site.settings.gateways.can(*channel);
                (channel.label(), if on { Tag::good("已接通") } else { Tag::plain("没有配置") })
            })
            .collect(),
        totals: totals(tx).await?,
        messages: messages(tx).await?,
        no_jobs: jobs.is_none().then(|| Empty::new("没有失败的任务").text("任务失败八次后放在这里，等您处理。")),
        jobs,
        keys: numbers.into_iter().map(|number| (number, Some(number) == newest)).collect(),
        resealing,
        resealed,
    };
    ctx.page("运行状况", Density::Desk, &page)
}

async fn totals(tx: &mut Tx) -> Result<Vec<(&'static str, i64)>> {
    let counted = message_totals(tx).await?;
    let of = |state: MessageState| counted.iter().find(|(found, _)| *found == state).map_or(0, |(_, count)| *count);
    Ok(MessageState::ALL.iter().map(|state| (state.label(), of(*state))).collect())
}

async fn messages(tx: &mut Tx) -> Result<Option<DataTable>> {
    let failed = message_list_failed(tx, MOST).await?;
    let rows = failed.iter().map(|message| {
        let fault = message.fault.map_or("", |fault| fault.label());
        Row::new([
            message.finished_at.map(moment).unwrap_or_default().into(),
            message.channel.label().into(),
            message.purpose.as_str().into(),
            fault.into(),
            message.attempts.to_string().into(),
        ])
    });
    let table =
        DataTable::new("没有送出的消息").column("放弃时间").column("方式").column("用途").column("原因").figure("次数");
    Ok((!failed.is_empty()).then(|| table.rows(rows)))
}

async fn jobs(ctx: &Ctx, tx: &mut Tx) -> Result<Option<DataTable>> {
    let failed = job_list_failed(tx, MOST.into()).await?;
    let rows = failed.iter().map(|job| {
        let button = Button::secondary("重试").small().icon("rotate-ccw");
        let retry = PostButton::new(format!("/operations/jobs/{}/attempts", job.id), &ctx.csrf(), button);
        let result = job.result.as_deref().unwrap_or_default();
        let cells: [Html; 4] = [job.kind.as_str().into(), moment(job.run_at).into(), result.into(), retry.into()];
        Row::new(cells)
    });
    let table = DataTable::new("失败的任务").column("任务").column("时间").column("最后的错误").column("处理");
    Ok((!failed.is_empty()).then(|| table.rows(rows)))
}

/// What runs now, or else what the last run said.
async fn resealing(tx: &mut Tx, several: bool) -> Result<(Option<ProgressJob>, Option<String>)> {
    if !several {
        return Ok((None, None));
    }
    let jobs = job_list_kind(tx, RESEAL_JOB, 1).await?;
    let Some(job) = jobs.first() else { return Ok((None, None)) };
    if job.state == JobState::Running {
        let count = |number: i64| u64::try_from(number).unwrap_or(0);
        let total = (job.total > 0).then(|| count(job.total));
        let words = "正在用新密钥重新加密，不影响使用。";
        return Ok((
            Some(ProgressJob::new("重新加密", count(job.progress), total).words(words).watch("/operations")),
            None,
        ));
    }
    Ok((None, job.result.clone()))
}

/// 2016-12-16 09:05 in Shanghai.
fn moment(at: Instant) -> String {
    let shanghai = FixedOffset::east_opt(8 * 3600).map(|zone| zone.from_utc_datetime(&at.naive_utc()));
    shanghai.map(|at| at.format("%Y-%m-%d %H:%M").to_string()).unwrap_or_default()
}
