//! The job behind every message.

use chrono::TimeDelta;
use data_encoding::HEXLOWER;
use huiyin_base::{Clock, Day, Id, Problem, RngSource, WorkCalendar};
use huiyin_db::Db;
use huiyin_jobs::{Job, Outcome};
use huiyin_vault::Vault;

use crate::config::Gateways;
use crate::message::{self, Address, Channel, Fault, MessageRow, MessageState, place};
use crate::rules::GatewayRules;
use crate::store;

/// The kind of the job that sends one message.
pub const JOB: &str = "gateway_send";
/// The kind of the daily job that forgets.
pub const SWEEP_JOB: &str = "gateway_sweep";

/// What the jobs work on.
#[derive(Clone, Copy, Debug)]
pub struct Delivery<'a> {
    /// The database.
    pub db: &'a Db,
    /// Real time.
    pub clock: &'a Clock,
    /// Ids of further attempts.
    pub rngs: &'a RngSource,
    /// Opens what is sealed.
    pub vault: &'a Vault,
    /// Knows the working days.
    pub calendar: &'a WorkCalendar,
    /// Where messages go.
    pub gateways: &'a Gateways,
}

/// Sends the message that `job` names, or plans the next attempt. It fails only when the database does.
pub async fn deliver(delivery: &Delivery<'_>, job: &Job) -> Outcome {
    let id: Id = serde_json::from_value(job.payload["message"].clone())?;
    let found = store::message_find(&mut delivery.db.read().await?, job.region, id).await?;
    let Some(row) = found.filter(|row| row.state == MessageState::Waiting) else { return Ok(None) };
    let now = delivery.clock.real();
    let moment = message::moment(delivery.calendar, now, row.urgent);
    if moment > now {
        // The worker was away, or an attempt was put off into the night.
        put_off(delivery, &row, moment, None).await?;
        return Ok(None);
    }
    let Err(fault) = attempt(delivery, &row, now.timestamp()).await else {
        finish(delivery, &row, MessageState::Sent, None).await?;
        return Ok(None);
    };
    tracing::warn!(
        message.channel = row.channel.as_str(),
        message.attempts = row.attempts + 1,
        message.fault = fault.as_str(),
        "a message could not be sent"
    );
    let pauses = &GatewayRules::on(Day::of(now)).attempts.pauses;
    let pause = usize::try_from(row.attempts).ok().and_then(|attempt| pauses.get(attempt));
    match pause {
        Some(minutes) if !fault.is_final() => {
            let next = message::moment(delivery.calendar, now + TimeDelta::minutes(*minutes), row.urgent);
            put_off(delivery, &row, next, Some(fault)).await?;
        }
        _ => finish(delivery, &row, MessageState::Failed, Some(fault)).await?,
    }
    Ok(None)
}

async fn attempt(delivery: &Delivery<'_>, row: &MessageRow, seconds: i64) -> Result<(), Fault> {
    let raw = row.id.uuid();
    let open = |column, sealed: &Option<Vec<u8>>| {
        let sealed = sealed.as_deref().ok_or(Fault::Unreadable)?;
        let plain = delivery.vault.open_sealed(place(column, raw.as_bytes()), sealed).map_err(|_| Fault::Unreadable)?;
        String::from_utf8(plain).map_err(|_| Fault::Unreadable)
    };
    let (address, text) = (open("address", &row.address)?, open("text", &row.text)?);
    let to = match row.channel {
        Channel::Sms => Address::Phone(address),
        Channel::Mail => Address::Mail(address),
    };
    // The id would tell the moment at which the message was written.
    let reference = HEXLOWER.encode(&delivery.vault.mac("gateway_reference", raw.as_bytes())[..16]);
    delivery.gateways.deliver(&to, &row.purpose, &text, &reference, seconds).await
}

async fn put_off(
    delivery: &Delivery<'_>,
    row: &MessageRow,
    moment: huiyin_base::Instant,
    fault: Option<Fault>,
) -> Result<(), Problem> {
    let job = message::job(row, moment);
    let job_id = Id::new(row.region, delivery.clock.real(), &mut delivery.rngs.rng());
    let (region, id) = (row.region, row.id);
    delivery
        .db
        .write("gateway_put_off", move |tx| {
            let job = job.clone();
            Box::pin(async move {
                if let Some(fault) = fault {
                    store::message_again(tx, region, id, fault).await?;
                }
                huiyin_jobs::enqueue(tx, &job, job_id).await?;
                Ok(())
            })
        })
        .await
}

async fn finish(
    delivery: &Delivery<'_>,
    row: &MessageRow,
    state: MessageState,
    fault: Option<Fault>,
) -> Result<(), Problem> {
    let (at, now) = ((row.region, row.id), delivery.clock.real());
    delivery
        .db
        .write("gateway_finish", move |tx| {
            Box::pin(async move { Ok(store::message_finish(tx, at, state, fault, now).await?) })
        })
        .await
}

/// Gives up what has waited too long, forgets whom messages went to, deletes what is past its time.
pub async fn sweep(delivery: &Delivery<'_>) -> Outcome {
    let now = delivery.clock.real();
    let rules = GatewayRules::on(Day::of(now));
    let too_old = now - TimeDelta::days(rules.attempts.give_up_days);
    let kept_since = now - TimeDelta::days(rules.retention.days);
    delivery
        .db
        .write("gateway_sweep", move |tx| {
            Box::pin(async move {
                store::message_expire(tx, too_old, now).await?;
                store::message_forget(tx, now - TimeDelta::days(1)).await?;
                store::message_sweep(tx, kept_since).await?;
                Ok(())
            })
        })
        .await?;
    Ok(None)
}
