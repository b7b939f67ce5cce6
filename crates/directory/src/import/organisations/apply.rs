use huiyin_base::{Day, Id, Problem, Region, Rng};
use huiyin_db::Tx;

use super::{OrgPlan, OrgRecord, OrgWrite, plan};
use crate::import::run::{CHUNK, Progress, changed, pending_day, taken};
use crate::import::{Import, ImportBatch, ImportState, Outcome, SheetRow};
use crate::store::{
    import_batch_advance, import_batch_step, import_org_state, import_org_withdraw, import_publish, import_step_list,
    org_add_many, org_find, org_move, org_rename, org_update,
};
use crate::{Org, OrgKind, OrgRef};

/// Reads the directory and decides about every row.
pub(in crate::import) async fn decide(
    import: &Import<'_>,
    batch: &ImportBatch,
    rows: &[SheetRow],
    rng: &mut Rng,
) -> Result<Vec<Outcome<OrgWrite>>, Problem> {
    let scope = batch.regions();
    let state = import_org_state(&mut import.db.snapshot().await?, &scope).await?;
    let places = batch.place_list();
    let (regions, today) = (import.regions, import.today);
    let given = OrgPlan { rows, places: &places, state: &state, regions, scope: &scope, today };
    Ok(plan(&given, &mut |region| Id::new(region, import.now, rng)))
}

/// Writes the additions in chunks that nobody sees yet; then the changes, and everything comes into force at once.
pub(in crate::import) async fn write(import: &Import<'_>, id: Id, progress: Progress<'_>) -> Result<(), Problem> {
    loop {
        let batch = import.find(id).await?;
        progress(amount(batch.steps_done), amount(batch.steps_total));
        let rows = import_step_list(&mut import.db.read().await?, id, batch.steps_done, CHUNK).await?;
        let mut added = Vec::new();
        for row in rows {
            let (Some(plan), Some(step)) = (row.plan, row.step) else { continue };
            match crate::import::ROWS.open(import.vault, (id, row.number), "plan", &plan)? {
                OrgWrite::Add(record) => added.push((step, newcomer(&record, pending_day(id))?)),
                OrgWrite::Change { .. } => break,
            }
        }
        let Some((last, _)) = added.last() else { break };
        let (from, to) = (batch.steps_done, *last);
        let orgs: Vec<Org> = added.into_iter().map(|(_, org)| org).collect();
        import
            .db
            .write("import_org_add", move |tx| {
                let orgs = orgs.clone();
                Box::pin(async move {
                    mine(import_batch_step(tx, id, from, to).await?)?;
                    org_add_many(tx, &orgs).await.map_err(taken)
                })
            })
            .await?;
    }
    publish(import, id).await?;
    let batch = import.find(id).await?;
    progress(amount(batch.steps_total), amount(batch.steps_total));
    Ok(())
}

/// The one write that may be large: a tree that changes half now and half later is a wrong tree.
async fn publish(import: &Import<'_>, id: Id) -> Result<(), Problem> {
    let batch = import.find(id).await?;
    let mut changes = Vec::new();
    let mut tx = import.db.read().await?;
    let mut after = batch.steps_done;
    loop {
        let rows = import_step_list(&mut tx, id, after, 5_000).await?;
        let Some(last) = rows.last().and_then(|row| row.step) else { break };
        after = last;
        for row in rows {
            let Some(plan) = row.plan else { continue };
            changes.push(crate::import::ROWS.open::<OrgWrite>(import.vault, (id, row.number), "plan", &plan)?);
        }
    }
    drop(tx);
    let (from, to, day, regions) = (batch.steps_done, batch.steps_total, import.today, batch.regions());
    import
        .db
        .write("import_org_publish", move |tx| {
            let (changes, regions) = (changes.clone(), regions.clone());
            Box::pin(async move {
                mine(import_batch_step(tx, id, from, to).await?)?;
                for write in &changes {
                    change(tx, write, day).await?;
                }
                import_publish(tx, &regions, pending_day(id), day).await?;
                mine(import_batch_advance(tx, id, ImportState::Applying, ImportState::Complete).await?)
            })
        })
        .await
}

async fn change(tx: &mut Tx, write: &OrgWrite, day: Day) -> Result<(), Problem> {
    let OrgWrite::Change { record, renamed, moved } = write else { return Ok(()) };
    let at = OrgRef { region: record.id.region(), id: record.id };
    if *renamed {
        org_rename(tx, at, &record.code, &record.name, day).await?;
    }
    if *moved {
        org_move(tx, at, record.parent.map(|id| OrgRef { region: id.region(), id })).await?;
    }
    let org = org_find(tx, at).await?.ok_or_else(changed)?;
    let org = filled(org, record)?;
    Ok(org_update(tx, &org).await?)
}

/// Takes back what was added and never came into force.
pub(in crate::import) async fn withdraw(import: &Import<'_>, batch: &ImportBatch) -> Result<(), Problem> {
    let (id, regions): (Id, Vec<Region>) = (batch.id, batch.regions());
    import
        .db
        .write("import_org_withdraw", move |tx| {
            let regions = regions.clone();
            Box::pin(async move { Ok(import_org_withdraw(tx, &regions, pending_day(id)).await?) })
        })
        .await
}

fn newcomer(record: &OrgRecord, from: Day) -> Result<Org, Problem> {
    let kind = OrgKind::parse(&record.kind).ok_or_else(changed)?;
    filled(Org { parent: record.parent, ..Org::new(record.id, kind, &*record.code, &*record.name, from) }, record)
}

fn filled(org: Org, record: &OrgRecord) -> Result<Org, Problem> {
    Ok(Org {
        kind: OrgKind::parse(&record.kind).ok_or_else(changed)?,
        short_name: record.short_name.clone(),
        phone: record.phone.clone(),
        households: record.households,
        population: record.population,
        longitude: record.longitude,
        latitude: record.latitude,
        ..org
    })
}

/// Refuses when another run was faster.
pub(in crate::import) fn mine(advanced: bool) -> Result<(), Problem> {
    if advanced { Ok(()) } else { Err(changed()) }
}

pub(in crate::import) fn amount(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}
