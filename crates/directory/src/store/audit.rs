use huiyin_base::{Id, Instant, Region};
use huiyin_db::{Filter, Result, Tx, query};

use crate::AccountRef;
use crate::audit::{AuditEntry, AuditKind, AuditSeal, Event};

/// Appends an event.
pub async fn audit_event_add(tx: &mut Tx, event: &Event) -> Result<()> {
    let add = "insert into audit_event (region, id, at, kind, outcome, account, subject, detail)
        values ($1, $2, $3, $4, $5, $6, $7, $8)";
    let add = query(add).bind(event.id.region()).bind(event.id).bind(event.at).bind(event.kind).bind(event.outcome);
    add.bind(event.account).bind(&event.subject).bind(&event.detail).execute(tx).await?;
    Ok(())
}

/// The latest events about a subject: who looked at a person's data.
pub async fn audit_event_list_subject(
    tx: &mut Tx,
    region: Region,
    subject: &str,
    before: Option<Id>,
    limit: u32,
) -> Result<Vec<AuditEntry>> {
    let rows =
        Filter::new("select id, at, kind, outcome, account, subject, detail, seal from audit_event where region = ?");
    let rows = rows.bind(region).and("subject = ?").bind(subject).and_some("id < ?", before);
    rows.then("order by id desc limit ?").bind(limit).query().fetch_all(tx).await
}

/// The latest events an account caused.
pub async fn audit_event_list_account(
    tx: &mut Tx,
    account: AccountRef,
    before: Option<Id>,
    limit: u32,
) -> Result<Vec<AuditEntry>> {
    let rows =
        Filter::new("select id, at, kind, outcome, account, subject, detail, seal from audit_event where region = ?");
    let rows = rows.bind(account.region).and("account = ?").bind(account.id).and_some("id < ?", before);
    rows.then("order by id desc limit ?").bind(limit).query().fetch_all(tx).await
}

/// The latest events of some regions, for the audit administrator.
pub async fn audit_event_list(
    tx: &mut Tx,
    regions: &[Region],
    kind: Option<AuditKind>,
    before: Option<Id>,
    limit: u32,
) -> Result<Vec<AuditEntry>> {
    let rows = Filter::new(
        "select id, at, kind, outcome, account, subject, detail, seal from audit_event where region in (?)",
    );
    let rows = rows.bind_list(regions.iter().copied()).and_some("kind = ?", kind).and_some("id < ?", before);
    rows.then("order by id desc limit ?").bind(limit).query().fetch_all(tx).await
}

pub(crate) async fn audit_regions(tx: &mut Tx) -> Result<Vec<Region>> {
    query("select region from audit_seal union select region from audit_event order by 1").fetch_column(tx).await
}

pub(crate) async fn audit_regions_unsealed(tx: &mut Tx) -> Result<Vec<Region>> {
    query("select distinct region from audit_event where seal is null order by region").fetch_column(tx).await
}

pub(crate) async fn audit_event_list_unsealed(tx: &mut Tx, region: Region, limit: u32) -> Result<Vec<AuditEntry>> {
    let rows = "select id, at, kind, outcome, account, subject, detail, seal from audit_event
        where region = $1 and seal is null order by id limit $2";
    query(rows).bind(region).bind(limit).fetch_all(tx).await
}

pub(crate) async fn audit_event_list_sealed(
    tx: &mut Tx,
    region: Region,
    first: i64,
    last: i64,
) -> Result<Vec<AuditEntry>> {
    let rows = "select id, at, kind, outcome, account, subject, detail, seal from audit_event
        where region = $1 and seal >= $2 and seal <= $3 order by seal, id";
    query(rows).bind(region).bind(first).bind(last).fetch_all(tx).await
}

pub(crate) async fn audit_unsealed_count(tx: &mut Tx, region: Region) -> Result<i64> {
    query("select count(*) from audit_event where region = $1 and seal is null").bind(region).fetch_scalar(tx).await
}

/// Events under a seal that is not there, from the seal `first` on.
pub(crate) async fn audit_stray_count(tx: &mut Tx, region: Region, first: i64) -> Result<i64> {
    let rows = "select count(*) from audit_event e where e.region = $1 and e.seal >= $2
        and not exists (select 1 from audit_seal s where s.region = e.region and s.seal = e.seal)";
    query(rows).bind(region).bind(first).fetch_scalar(tx).await
}

/// Events at or below the seal that a cut has left as the first.
pub(crate) async fn audit_uncut_count(tx: &mut Tx, region: Region, first: i64) -> Result<i64> {
    let rows = query("select count(*) from audit_event where region = $1 and seal <= $2");
    rows.bind(region).bind(first).fetch_scalar(tx).await
}

pub(crate) async fn audit_seal_last(tx: &mut Tx, region: Region) -> Result<Option<AuditSeal>> {
    let rows = "select seal, at, events, previous, head, cut from audit_seal where region = $1
        order by seal desc limit 1";
    query(rows).bind(region).fetch_optional(tx).await
}

pub(crate) async fn audit_seal_last_before(tx: &mut Tx, region: Region, limit: Instant) -> Result<Option<AuditSeal>> {
    let rows = "select seal, at, events, previous, head, cut from audit_seal where region = $1 and at < $2
        order by seal desc limit 1";
    query(rows).bind(region).bind(limit).fetch_optional(tx).await
}

pub(crate) async fn audit_seal_list(tx: &mut Tx, region: Region, after: i64, limit: u32) -> Result<Vec<AuditSeal>> {
    let rows = "select seal, at, events, previous, head, cut from audit_seal where region = $1 and seal > $2
        order by seal limit $3";
    query(rows).bind(region).bind(after).bind(limit).fetch_all(tx).await
}

pub(crate) async fn audit_seal_add(
    tx: &mut Tx,
    region: Region,
    seal: &AuditSeal,
    events: impl Iterator<Item = Id>,
) -> Result<()> {
    let add = "insert into audit_seal (region, seal, at, events, previous, head) values ($1, $2, $3, $4, $5, $6)";
    let add = query(add).bind(region).bind(seal.seal).bind(seal.at).bind(seal.events);
    add.bind(&seal.previous).bind(&seal.head).execute(tx).await?;
    let cover = query("update audit_event set seal = $1 where region = $2 and seal is null and id in (list)");
    cover.bind(seal.seal).bind(region).bind_list(events).execute(tx).await?;
    Ok(())
}

pub(crate) async fn audit_cut_mark(tx: &mut Tx, region: Region, seal: i64, mark: Vec<u8>) -> Result<()> {
    let set = query("update audit_seal set cut = $3 where region = $1 and seal = $2");
    set.bind(region).bind(seal).bind(mark).execute(tx).await?;
    Ok(())
}

pub(crate) async fn audit_cut_seals(tx: &mut Tx, region: Region, seal: i64) -> Result<u64> {
    query("delete from audit_seal where region = $1 and seal < $2").bind(region).bind(seal).execute(tx).await
}

pub(crate) async fn audit_cut_events(tx: &mut Tx, region: Region, seal: i64, limit: u32) -> Result<u64> {
    let delete = "delete from audit_event where region = $1 and id in
        (select e.id from audit_event e where e.region = $1 and e.seal <= $2 order by e.id limit $3)";
    query(delete).bind(region).bind(seal).bind(limit).execute(tx).await
}
