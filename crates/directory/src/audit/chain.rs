use std::collections::BTreeMap;

use chrono::TimeDelta;
use huiyin_base::Report;
use huiyin_base::{Day, Instant, Problem, Region};
use huiyin_db::{Db, Result, Tx};
use huiyin_vault::Vault;

use super::{AuditEntry, AuditSeal};
use crate::rules::AccountRules;
use crate::store::{
    audit_cut_events, audit_cut_mark, audit_cut_seals, audit_event_list_sealed, audit_event_list_unsealed,
    audit_regions, audit_regions_unsealed, audit_seal_add, audit_seal_last, audit_seal_last_before, audit_seal_list,
    audit_stray_count, audit_uncut_count, audit_unsealed_count,
};

/// At most so many events under one seal, and so many rows per deletion: what one write may hold.
const CHUNK: u32 = 250;

/// What one run of the sealing job did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sealed {
    /// How many events were covered.
    pub events: usize,
    /// How many seals were set.
    pub seals: usize,
}

/// Seals every event that has no seal yet and writes each new head to the log: the body of a job every ten seconds.
///
/// The log is the witness outside the database: whoever cuts the end off the chain cannot cut it off there.
pub async fn seal(db: &Db, vault: &Vault, real_now: Instant) -> Result<Sealed, Problem> {
    let regions = audit_regions_unsealed(&mut db.read().await?).await?;
    let mut sealed = Sealed::default();
    for region in regions {
        loop {
            let vault = vault.clone();
            let events = db
                .write("audit_seal", move |tx| {
                    let vault = vault.clone();
                    Box::pin(async move { Ok(seal_next(tx, &vault, region, real_now).await?) })
                })
                .await?;
            sealed.events += events;
            sealed.seals += usize::from(events > 0);
            if events < CHUNK as usize {
                break;
            }
        }
    }
    Ok(sealed)
}

async fn seal_next(tx: &mut Tx, vault: &Vault, region: Region, now: Instant) -> Result<usize> {
    let events = audit_event_list_unsealed(tx, region, CHUNK).await?;
    if events.is_empty() {
        return Ok(0);
    }
    let last = audit_seal_last(tx, region).await?;
    let (number, previous) = last.map_or((1, vec![0; 32]), |last| (last.seal + 1, last.head));
    let count = i64::try_from(events.len()).unwrap_or(i64::MAX);
    let mut seal = AuditSeal { seal: number, at: now, events: count, previous, head: Vec::new(), cut: None };
    seal.head = vault.audit_mac(&message(region, &seal, &events)).to_vec();
    audit_seal_add(tx, region, &seal, events.iter().map(|event| event.id)).await?;
    let head = data_encoding::HEXLOWER.encode(&seal.head);
    tracing::info!(audit.region = region.ordinal(), audit.seal = number, audit.head = head, "audit sealed");
    Ok(events.len())
}

/// Walks every region's chain. Findings are what was changed, removed or slipped in; the unsealed tail is no finding but
/// is named, since nothing vouches for it yet.
pub async fn check(tx: &mut Tx, vault: &Vault) -> Result<(Report, BTreeMap<Region, i64>)> {
    let mut findings = Vec::new();
    let mut examined = 0;
    let mut tails = BTreeMap::new();
    for region in audit_regions(tx).await? {
        examined += check_region(tx, vault, region, &mut findings).await?;
        let tail = audit_unsealed_count(tx, region).await?;
        if tail > 0 {
            tails.insert(region, tail);
        }
    }
    Ok((Report::new("audit", examined, findings), tails))
}

async fn check_region(tx: &mut Tx, vault: &Vault, region: Region, findings: &mut Vec<String>) -> Result<u64> {
    const SEALS_AT_ONCE: u32 = 200;
    let (mut examined, mut next, mut previous) = (0, None, vec![0; 32]);
    let mut cut_at = None;
    let mut after = 0;
    loop {
        let seals = audit_seal_list(tx, region, after, SEALS_AT_ONCE).await?;
        let (Some(first), Some(last)) = (seals.first(), seals.last()) else { break };
        let mut events = by_seal(audit_event_list_sealed(tx, region, first.seal, last.seal).await?);
        after = last.seal;
        for seal in seals {
            let covered = events.remove(&seal.seal).unwrap_or_default();
            examined += covered.len() as u64;
            if let (None, Some(cut)) = (next, &seal.cut) {
                if vault.audit_mac_fits(&cut_message(region, &seal), cut) {
                    cut_at = Some(seal.seal);
                } else {
                    let number = seal.seal;
                    findings.push(format!("区域 {region} 第 {number} 号封条：到期清理的标记不是本系统所加。"));
                }
            } else {
                findings.extend(seal_fault(vault, region, &seal, &covered, next.unwrap_or(1), &previous));
            }
            next = Some(seal.seal + 1);
            previous = seal.head;
        }
    }
    if let Some(number) = cut_at {
        // The seals go first: what was stopped after that has taken nothing that it should not, and goes on when run again.
        let left = audit_uncut_count(tx, region, number).await?;
        if left > 0 {
            findings.push(format!(
                "区域 {region}：第 {number} 号封条以前的到期清理没有做完，还剩 {left} 条记录，请重新运行到期清理。"
            ));
        }
    }
    let stray = audit_stray_count(tx, region, cut_at.unwrap_or(i64::MIN)).await?;
    if stray > 0 {
        findings.push(format!("区域 {region}：有 {stray} 条记录标着不存在的封条，是事后插入的。"));
    }
    Ok(examined)
}

fn by_seal(events: Vec<AuditEntry>) -> BTreeMap<i64, Vec<AuditEntry>> {
    let mut sorted: BTreeMap<i64, Vec<AuditEntry>> = BTreeMap::new();
    for event in events {
        sorted.entry(event.seal.unwrap_or(0)).or_default().push(event);
    }
    sorted
}

fn seal_fault(
    vault: &Vault,
    region: Region,
    seal: &AuditSeal,
    covered: &[AuditEntry],
    expected: i64,
    previous: &[u8],
) -> Option<String> {
    let number = seal.seal;
    let place = format!("区域 {region} 第 {number} 号封条（{}）", Day::of(seal.at));
    if number != expected {
        return Some(format!("{place}：前面缺少第 {expected} 至 {} 号，封条被删除。", number - 1));
    }
    if seal.previous != previous {
        return Some(format!("{place}：与上一号接不上，链条被改动。"));
    }
    let found = i64::try_from(covered.len()).unwrap_or(i64::MAX);
    if found != seal.events {
        return Some(format!("{place}：应有 {} 条记录，现有 {found} 条，有记录被删除或插入。", seal.events));
    }
    if !vault.audit_mac_fits(&message(region, seal, covered), &seal.head) {
        return Some(format!("{place}：校验不符，其中的记录被修改。"));
    }
    None
}

/// Removes events older than the rules keep them, and their seals but the last, which vouches for the cut.
/// Gives the number of events removed; the caller records it.
pub async fn cut(db: &Db, vault: &Vault, real_now: Instant) -> Result<u64, Problem> {
    let days = AccountRules::on(Day::of(real_now)).audit.retention_days;
    let limit = real_now - TimeDelta::days(days);
    let mut removed = 0;
    let regions = audit_regions(&mut db.read().await?).await?;
    for region in regions {
        let Some(last) = audit_seal_last_before(&mut db.read().await?, region, limit).await? else { continue };
        let mark = vault.audit_mac(&cut_message(region, &last)).to_vec();
        let number = last.seal;
        db.write("audit_cut", move |tx| {
            let mark = mark.clone();
            Box::pin(async move {
                audit_cut_mark(tx, region, number, mark).await?;
                Ok(audit_cut_seals(tx, region, number).await?)
            })
        })
        .await?;
        loop {
            let gone = db.write("audit_cut_events", move |tx| {
                Box::pin(async move { Ok(audit_cut_events(tx, region, number, CHUNK).await?) })
            });
            match gone.await? {
                0 => break,
                gone => removed += gone,
            }
        }
    }
    Ok(removed)
}

/// What a seal vouches for: every field with its length before it, so that no two messages read alike.
fn message(region: Region, seal: &AuditSeal, events: &[AuditEntry]) -> Vec<u8> {
    let mut bytes = b"huiyin audit seal 1\n".to_vec();
    for number in [i64::from(region.ordinal()), seal.seal, seal.at.timestamp_micros(), seal.events] {
        bytes.extend(number.to_be_bytes());
    }
    bytes.extend(&seal.previous);
    for event in events {
        let account = event.account.map(|account| account.to_string()).unwrap_or_default();
        let (id, at) = (event.id.to_string(), event.at.timestamp_micros().to_string());
        let fields = [&id, &at, event.kind.as_str(), event.outcome.as_str(), &account];
        let fields = fields.into_iter().chain([event.subject.as_deref().unwrap_or_default(), &event.detail]);
        for field in fields {
            bytes.extend((field.len() as u64).to_be_bytes());
            bytes.extend(field.as_bytes());
        }
    }
    bytes
}

fn cut_message(region: Region, seal: &AuditSeal) -> Vec<u8> {
    let mut bytes = b"huiyin audit cut 1\n".to_vec();
    bytes.extend(region.ordinal().to_be_bytes());
    bytes.extend(seal.seal.to_be_bytes());
    bytes.extend(&seal.head);
    bytes
}
