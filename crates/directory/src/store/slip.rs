use huiyin_base::{Id, Instant, Region};
use huiyin_db::{Filter, Result, Tx, query};

use crate::recovery::RecoveryRequest;
use crate::slip::Slip;
use crate::{AccountRef, OrgRef};

/// Keeps a slip, found by the blind index of its code.
pub async fn slip_add(tx: &mut Tx, slip: &Slip, code_hash: [u8; 32]) -> Result<()> {
    let add = "insert into activation_slip
        (region, id, purpose, person, account, org, printed_by, printed_at, expires_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    let add = query(add).bind(slip.region).bind(slip.id).bind(slip.purpose).bind(slip.person).bind(slip.account);
    let add = add.bind(slip.org).bind(slip.printed_by).bind(slip.printed_at).bind(slip.expires_at);
    add.execute(tx).await?;
    let look_up = query("insert into activation_lookup (hash, region, id) values ($1, $2, $3)");
    look_up.bind(code_hash).bind(slip.region).bind(slip.id).execute(tx).await?;
    Ok(())
}

/// By the blind index of a code, in whatever state it is.
pub async fn slip_find_code(tx: &mut Tx, code_hash: [u8; 32]) -> Result<Option<Slip>> {
    let place = query("select region, id from activation_lookup where hash = $1").bind(code_hash);
    let Some((region, id)) = place.fetch_optional::<(Region, Id)>(tx).await? else { return Ok(None) };
    query("select * from activation_slip where region = $1 and id = $2").bind(region).bind(id).fetch_optional(tx).await
}

/// Spends a slip. False when somebody was first, or a later one replaced it.
pub async fn slip_use(tx: &mut Tx, slip: &Slip, now: Instant) -> Result<bool> {
    let spend = "update activation_slip set used_at = $3 where region = $1 and id = $2
        and used_at is null and void_at is null";
    Ok(query(spend).bind(slip.region).bind(slip.id).bind(now).execute(tx).await? == 1)
}

/// Earlier slips of a person no longer work.
pub async fn slips_void_person(tx: &mut Tx, region: Region, person: Id, now: Instant) -> Result<()> {
    let void = "update activation_slip set void_at = $3 where region = $1 and person = $2
        and used_at is null and void_at is null";
    query(void).bind(region).bind(person).bind(now).execute(tx).await?;
    Ok(())
}

/// Earlier slips of an account no longer work.
pub async fn slips_void_account(tx: &mut Tx, region: Region, account: Id, now: Instant) -> Result<()> {
    let void = "update activation_slip set void_at = $3 where region = $1 and account = $2
        and used_at is null and void_at is null";
    query(void).bind(region).bind(account).bind(now).execute(tx).await?;
    Ok(())
}

/// The slips an organisation printed that still wait, the latest first.
pub async fn slip_list_waiting(tx: &mut Tx, org: OrgRef, now: Instant) -> Result<Vec<Slip>> {
    let rows = "select * from activation_slip where region = $1 and org = $2 and used_at is null and void_at is null
        and expires_at > $3 order by id desc limit 200";
    query(rows).bind(org.region).bind(org.id).bind(now).fetch_all(tx).await
}

/// Keeps a request for a way back.
pub async fn recovery_add(tx: &mut Tx, request: &RecoveryRequest) -> Result<()> {
    let add = "insert into recovery_request (region, id, account, org, asked_by, asked_at, expires_at)
        values ($1, $2, $3, $4, $5, $6, $7)";
    let add = query(add).bind(request.region).bind(request.id).bind(request.account).bind(request.org);
    add.bind(request.asked_by).bind(request.asked_at).bind(request.expires_at).execute(tx).await?;
    Ok(())
}

/// One request; its id names its shard.
pub async fn recovery_find(tx: &mut Tx, request: Id) -> Result<Option<RecoveryRequest>> {
    let rows = query("select * from recovery_request where region = $1 and id = $2");
    rows.bind(request.region()).bind(request).fetch_optional(tx).await
}

/// The requests that wait for a second person at one of these organisations, the oldest first.
pub async fn recovery_list_waiting(tx: &mut Tx, orgs: &[OrgRef], now: Instant) -> Result<Vec<RecoveryRequest>> {
    let rows = Filter::new("select * from recovery_request where confirmed_at is null and expires_at > ?").bind(now);
    let rows = rows.and("org in (?)").bind_list(orgs.iter().map(|org| org.id));
    rows.then("order by id limit 200").query().fetch_all(tx).await
}

/// Whether any request waits for its second person, wherever it is.
pub async fn recovery_any(tx: &mut Tx, now: Instant) -> Result<bool> {
    let any = query("select id from recovery_request where confirmed_at is null and expires_at > $1 limit 1");
    Ok(any.bind(now).fetch_optional::<(Id,)>(tx).await?.is_some())
}

/// The requests that wait at these organisations or at most so many levels below them, or at the root of one of these regions; the
/// oldest first.
pub async fn recovery_list_below(
    tx: &mut Tx,
    orgs: &[(OrgRef, i64)],
    roots: &[Region],
    now: Instant,
) -> Result<Vec<RecoveryRequest>> {
    let mut rows = Filter::new("select r.* from recovery_request r where r.confirmed_at is null and r.expires_at > ?");
    rows = rows.bind(now).then("and exists (select 1 from org_ancestor a where a.org = r.org and (1 = 0");
    for (org, levels) in orgs {
        rows = rows.then("or (a.region = ? and a.ancestor = ? and a.depth <= ?)");
        rows = rows.bind(org.region).bind(org.id).bind(*levels);
    }
    // A line ends at the border of its region: above a county's root stands the city.
    let root = "or (a.depth = 0 and exists (select 1 from org o where o.region = a.region and o.id = a.org and o.parent is null) and a.region in (?))";
    rows = rows.then(root).bind_list(roots.iter().copied());
    rows.then(")) order by r.id limit 200").query().fetch_all(tx).await
}

/// Whether a request for this account waits for its second person at the organisation.
pub async fn recovery_waits(tx: &mut Tx, account: AccountRef, org: Id, now: Instant) -> Result<bool> {
    let waits = query(
        "select id from recovery_request where region = $1 and account = $2 and org = $3 and confirmed_at is null
         and expires_at > $4 limit 1",
    );
    let waits = waits.bind(account.region).bind(account.id).bind(org).bind(now);
    let found = waits.fetch_optional::<(Id,)>(tx).await?;
    Ok(found.is_some())
}

/// What else was asked for the same account is over with the one that was confirmed.
pub async fn recovery_end_others(tx: &mut Tx, confirmed: &RecoveryRequest, now: Instant) -> Result<()> {
    let end = query(
        "update recovery_request set expires_at = $4 where region = $1 and account = $2 and id <> $3
         and confirmed_at is null and expires_at > $4",
    );
    end.bind(confirmed.region).bind(confirmed.account).bind(confirmed.id).bind(now).execute(tx).await?;
    Ok(())
}

/// Takes a request back that still waits. False when it was confirmed or over already.
pub async fn recovery_withdraw(tx: &mut Tx, request: &RecoveryRequest, now: Instant) -> Result<bool> {
    let end = "update recovery_request set expires_at = $3 where region = $1 and id = $2 and confirmed_at is null
        and expires_at > $3";
    Ok(query(end).bind(request.region).bind(request.id).bind(now).execute(tx).await? == 1)
}

/// The second person. False when somebody was first, or it was taken back or over meanwhile.
pub async fn recovery_confirm(tx: &mut Tx, request: &RecoveryRequest, by: Id, now: Instant) -> Result<bool> {
    let confirm = "update recovery_request set confirmed_by = $3, confirmed_at = $4 where region = $1 and id = $2
        and confirmed_at is null and expires_at > $4";
    Ok(query(confirm).bind(request.region).bind(request.id).bind(by).bind(now).execute(tx).await? == 1)
}
