use huiyin_base::{Id, Instant, Region};
use huiyin_db::{Filter, Result, Tx, query};

use crate::handover::HandoverOrder;
use crate::own_data::{DataRequest, DataRequestState, Handover};
use crate::{AccountRef, OrgRef};

/// Keeps what was handed over, to whom, and by whose order.
pub async fn handover_add(
    tx: &mut Tx,
    id: Id,
    order: &HandoverOrder,
    to: AccountRef,
    items: &str,
    now: Instant,
) -> Result<()> {
    let add = "insert into handover (region, id, from_account, to_account, ordered_by, reason, items, at)
        values ($1, $2, $3, $4, $5, $6, $7, $8)";
    let add = query(add).bind(order.from.region).bind(id).bind(order.from.id).bind(to.id).bind(order.by.id);
    add.bind(&order.reason).bind(items).bind(now).execute(tx).await?;
    Ok(())
}

/// What an account handed over, the latest first.
pub async fn handover_list(tx: &mut Tx, account: AccountRef) -> Result<Vec<Handover>> {
    let rows = "select id, to_account, ordered_by, reason, items, at from handover
        where region = $1 and from_account = $2 order by id desc";
    query(rows).bind(account.region).bind(account.id).fetch_all(tx).await
}

/// Keeps what somebody asks about his own data.
pub async fn data_request_add(tx: &mut Tx, request: &DataRequest) -> Result<()> {
    let add = "insert into data_request (region, id, account, kind, text, state, created_at)
        values ($1, $2, $3, $4, $5, $6, $7)";
    let add = query(add).bind(request.region).bind(request.id).bind(request.account).bind(request.kind);
    add.bind(&request.text).bind(request.state).bind(request.created_at).execute(tx).await?;
    Ok(())
}

/// One request; its id names its shard.
pub async fn data_request_find(tx: &mut Tx, request: Id) -> Result<Option<DataRequest>> {
    let rows = query("select * from data_request where region = $1 and id = $2");
    rows.bind(request.region()).bind(request).fetch_optional(tx).await
}

/// An account's own requests, the latest first.
pub async fn data_request_list(tx: &mut Tx, account: AccountRef) -> Result<Vec<DataRequest>> {
    let rows = query("select * from data_request where region = $1 and account = $2 order by id desc limit 50");
    rows.bind(account.region).bind(account.id).fetch_all(tx).await
}

/// Open requests of accounts in these regions and of whoever holds a role at one of these organisations, the oldest first.
pub async fn data_request_list_open(tx: &mut Tx, regions: &[Region], orgs: &[OrgRef]) -> Result<Vec<DataRequest>> {
    let mine = "d.region in (?) or exists
        (select 1 from role_grant g where g.region = d.region and g.account = d.account and g.org in (?))";
    let rows = Filter::new("select d.* from data_request d where d.state = 'open'").and(mine);
    let rows = rows.bind_list(regions.iter().copied()).bind_list(orgs.iter().map(|org| org.id));
    rows.then("order by d.id limit 200").query().fetch_all(tx).await
}

/// Answers a request. False when it was answered already.
pub async fn data_request_decide(
    tx: &mut Tx,
    request: Id,
    state: DataRequestState,
    answer: &str,
    by: Id,
    now: Instant,
) -> Result<bool> {
    let decide = "update data_request set state = $3, answer = $4, decided_by = $5, decided_at = $6
        where region = $1 and id = $2 and state = 'open'";
    let decide = query(decide).bind(request.region()).bind(request).bind(state).bind(answer).bind(by).bind(now);
    Ok(decide.execute(tx).await? == 1)
}
