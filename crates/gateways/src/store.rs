//! The statements of messages.

use huiyin_base::{Id, Instant, Region};
use huiyin_db::{Result, Tx, query};

use crate::message::{Fault, MessageRow, MessageState};

/// Writes a message that waits; false when one of its key waits already.
pub(crate) async fn message_add(tx: &mut Tx, row: &MessageRow) -> Result<bool> {
    let written = query(
        "insert into gateway_message (region, id, channel, purpose, key, address, address_hash, text, urgent, state, attempts,
             created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'waiting', 0, $10) on conflict do nothing",
    )
    .bind(row.region)
    .bind(row.id)
    .bind(row.channel)
    .bind(row.purpose.as_str())
    .bind(row.key.clone())
    .bind(row.address.clone())
    .bind(row.address_hash)
    .bind(row.text.clone())
    .bind(row.urgent)
    .bind(row.created_at)
    .execute(tx)
    .await?;
    Ok(written > 0)
}

/// The message, whatever its state.
pub async fn message_find(tx: &mut Tx, region: Region, id: Id) -> Result<Option<MessageRow>> {
    query("select * from gateway_message where region = $1 and id = $2").bind(region).bind(id).fetch_optional(tx).await
}

/// Messages to one address since `since`, of whatever region: whoever gets them has one telephone.
pub(crate) async fn message_count(tx: &mut Tx, hash: [u8; 32], since: Instant) -> Result<i64> {
    query("select count(*) from gateway_message where address_hash = $1 and created_at > $2")
        .bind(hash)
        .bind(since)
        .fetch_scalar(tx)
        .await
}

/// An attempt that failed and will be repeated.
pub(crate) async fn message_again(tx: &mut Tx, region: Region, id: Id, fault: Fault) -> Result<()> {
    query("update gateway_message set attempts = attempts + 1, fault = $3 where region = $1 and id = $2 and state = 'waiting'")
        .bind(region)
        .bind(id)
        .bind(fault)
        .execute(tx)
        .await?;
    Ok(())
}

/// Sent or given up: address and text are erased with it.
pub(crate) async fn message_finish(
    tx: &mut Tx,
    (region, id): (Region, Id),
    state: MessageState,
    fault: Option<Fault>,
    now: Instant,
) -> Result<()> {
    query(
        "update gateway_message set state = $3, fault = $4, finished_at = $5, attempts = attempts + 1, address = null, text = null
         where region = $1 and id = $2 and state = 'waiting'",
    )
    .bind(region)
    .bind(id)
    .bind(state)
    .bind(fault)
    .bind(now)
    .execute(tx)
    .await?;
    Ok(())
}

/// Gives up what has waited since before `before`: its job has died with every worker.
pub(crate) async fn message_expire(tx: &mut Tx, before: Instant, now: Instant) -> Result<u64> {
    query(
        "update gateway_message set state = 'failed', fault = 'expired', finished_at = $2, address = null, text = null
         where state = 'waiting' and created_at < $1",
    )
    .bind(before)
    .bind(now)
    .execute(tx)
    .await
}

/// Forgets whom messages went to that were written before `before`.
pub(crate) async fn message_forget(tx: &mut Tx, before: Instant) -> Result<u64> {
    query("update gateway_message set address_hash = null where address_hash is not null and created_at < $1")
        .bind(before)
        .execute(tx)
        .await
}

/// Deletes what was finished before `before`.
pub(crate) async fn message_sweep(tx: &mut Tx, before: Instant) -> Result<u64> {
    query("delete from gateway_message where state <> 'waiting' and finished_at < $1").bind(before).execute(tx).await
}

/// What was not sent, the newest first: for the system administrator, without address and text.
pub async fn message_list_failed(tx: &mut Tx, limit: u32) -> Result<Vec<MessageRow>> {
    query("select * from gateway_message where state = 'failed' order by finished_at desc limit $1")
        .bind(limit)
        .fetch_all(tx)
        .await
}

/// How many messages are in each state.
pub async fn message_totals(tx: &mut Tx) -> Result<Vec<(MessageState, i64)>> {
    query("select state, count(*) from gateway_message group by state").fetch_all(tx).await
}
