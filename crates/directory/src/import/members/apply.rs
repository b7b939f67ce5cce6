use std::collections::HashMap;

use huiyin_base::{Id, Problem, Region, Rng};
use huiyin_vault::{Place, Vault};

use super::{CITIZEN_NUMBER, Known, KnownMembership, Line, MemberPlan, MemberState, MemberWrite, NewPerson, plan};
use crate::import::organisations::{amount, mine};
use crate::import::run::{CHUNK, Progress, changed, pending_day, taken};
use crate::import::{Import, ImportBatch, ImportState, Outcome, ROWS, SheetRow};
use crate::store::{
    import_batch_advance, import_batch_step, import_branch_list, import_lookup, import_member_change,
    import_member_withdraw, import_membership_list, import_person_list, import_publish, import_step_list,
    membership_add_many, person_add_many,
};
use crate::telephone::phone_sealed;
use crate::{MemberStage, Membership, Person, Sex};

/// How many people are looked up with one statement.
const LOOKUPS: usize = 1_000;

/// Reads the directory and decides about every row.
pub(in crate::import) async fn decide(
    import: &Import<'_>,
    batch: &ImportBatch,
    rows: &[SheetRow],
    rng: &mut Rng,
) -> Result<Vec<Outcome<MemberWrite>>, Problem> {
    let (scope, places, today) = (batch.regions(), batch.place_list(), import.today);
    let read = |row: &SheetRow| {
        let line = Line::read(row, &places, today);
        (
            row.number,
            line.map(|line| {
                let hash = import.vault.blind(CITIZEN_NUMBER, line.number.as_str());
                (line, hash)
            }),
        )
    };
    let rows: Vec<_> = rows.iter().map(read).collect();
    let hashes: Vec<[u8; 32]> = rows.iter().filter_map(|(_, row)| Some(row.as_ref().ok()?.1)).collect();
    let state = state(import, &scope, &hashes).await?;
    let given = MemberPlan { rows: &rows, state: &state, regions: import.regions, scope: &scope };
    Ok(plan(&given, &mut |region| Id::new(region, import.now, rng)))
}

async fn state(import: &Import<'_>, scope: &[Region], hashes: &[[u8; 32]]) -> Result<MemberState, Problem> {
    let mut tx = import.db.snapshot().await?;
    let mut state =
        MemberState { branches: import_branch_list(&mut tx, scope, import.today).await?, ..Default::default() };
    // A member of another county of the city must be found too.
    let mut around: Vec<Region> = scope.to_vec();
    for city in scope.iter().filter_map(|region| import.regions.city_of(*region)) {
        around.extend(import.regions.with_children(city));
    }
    around.sort_unstable();
    around.dedup();
    for some in hashes.chunks(LOOKUPS) {
        let found = import_lookup(&mut tx, some).await?;
        if found.is_empty() {
            continue;
        }
        let ids: Vec<Id> = found.values().copied().collect();
        let mut homes: HashMap<Region, Vec<Id>> = HashMap::new();
        for id in &ids {
            homes.entry(id.region()).or_default().push(*id);
        }
        let mut people = HashMap::new();
        for (region, ids) in homes {
            for person in import_person_list(&mut tx, region, &ids).await? {
                people.insert(person.id, person);
            }
        }
        let memberships = import_membership_list(&mut tx, &around, &ids, import.today).await?;
        let mut held: HashMap<Id, KnownMembership> = memberships
            .into_iter()
            .map(|found| {
                let membership = KnownMembership {
                    region: found.region,
                    id: found.id,
                    branch: found.branch,
                    branch_name: found.branch_name,
                    stage: found.stage,
                    joined_day: found.joined_day,
                };
                (found.person, membership)
            })
            .collect();
        for (hash, id) in found {
            let Some(person) = people.remove(&id) else { continue };
            let phone =
                person.phone.map(|sealed| import.vault.open_sealed(place("phone", id.uuid().as_bytes()), &sealed));
            let phone = phone.transpose().map_err(Problem::broken)?;
            let phone = phone.map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
            let (name, education) = (person.name, person.education);
            state.people.insert(hash, Known { id, name, phone, education, membership: held.remove(&id) });
        }
    }
    Ok(state)
}

/// A chunk with everything sealed, ready to be written.
#[derive(Clone, Default)]
struct Chunk {
    people: Vec<(Person, Option<[u8; 32]>)>,
    memberships: Vec<Membership>,
    changes: Vec<(MemberWrite, Option<Vec<u8>>)>,
    last: i64,
}

/// Writes in chunks. Nobody sees the added members until the last of them is written; a change of somebody who is
/// there already is whole in itself.
pub(in crate::import) async fn write(
    import: &Import<'_>,
    id: Id,
    rng: &mut Rng,
    progress: Progress<'_>,
) -> Result<(), Problem> {
    let mut batch = import.find(id).await?;
    let mut next = prepared(import, id, batch.steps_done, rng).await?;
    while next.last > 0 {
        progress(amount(batch.steps_done), amount(batch.steps_total));
        let (from, to) = (batch.steps_done, next.last);
        // While one chunk is on its way to the disk, the next is opened and sealed.
        let (written, following) = tokio::join!(written(import, id, from, next), prepared(import, id, to, rng));
        written?;
        next = following?;
        batch.steps_done = to;
    }
    progress(amount(batch.steps_done), amount(batch.steps_total));
    publish(import, id).await
}

/// The chunk after a step; empty at the end.
async fn prepared(import: &Import<'_>, id: Id, after: i64, rng: &mut Rng) -> Result<Chunk, Problem> {
    let rows = import_step_list(&mut import.db.read().await?, id, after, CHUNK).await?;
    let mut chunk = Chunk::default();
    for row in rows {
        let (Some(plan), Some(step)) = (row.plan, row.step) else { continue };
        let write = ROWS.open(import.vault, (id, row.number), "plan", &plan)?;
        chunk.take(import, id, write, rng)?;
        chunk.last = step;
    }
    Ok(chunk)
}

async fn written(import: &Import<'_>, id: Id, from: i64, chunk: Chunk) -> Result<(), Problem> {
    import
        .db
        .write("import_member_add", move |tx| {
            let chunk = chunk.clone();
            Box::pin(async move {
                mine(import_batch_step(tx, id, from, chunk.last).await?)?;
                person_add_many(tx, &chunk.people).await.map_err(taken)?;
                membership_add_many(tx, &chunk.memberships).await?;
                for (write, phone) in chunk.changes {
                    import_member_change(tx, &write, phone).await?;
                }
                Ok(())
            })
        })
        .await
}

async fn publish(import: &Import<'_>, id: Id) -> Result<(), Problem> {
    let (day, regions) = (import.today, import.find(id).await?.regions());
    import
        .db
        .write("import_member_publish", move |tx| {
            let regions = regions.clone();
            Box::pin(async move {
                mine(import_batch_advance(tx, id, ImportState::Applying, ImportState::Complete).await?)?;
                Ok(import_publish(tx, &regions, pending_day(id), day).await?)
            })
        })
        .await
}

impl Chunk {
    fn take(&mut self, import: &Import<'_>, batch: Id, write: MemberWrite, rng: &mut Rng) -> Result<(), Problem> {
        match write {
            MemberWrite::Add { person, membership } => {
                if let Some(person) = person {
                    self.people.push(sealed(import, &person, rng)?);
                }
                self.memberships.push(Membership {
                    region: membership.id.region(),
                    id: membership.id,
                    person: membership.person,
                    branch: membership.branch,
                    stage: MemberStage::parse(&membership.stage).ok_or_else(changed)?,
                    joined_day: membership.joined_day.and_then(huiyin_base::Day::from_number),
                    from_day: pending_day(batch),
                    to_day: None,
                });
            }
            MemberWrite::Change { person, ref phone, .. } => {
                let phone = phone.as_ref().map(|phone| phone_sealed(import.vault, person, phone, rng));
                self.changes.push((write, phone));
            }
        }
        Ok(())
    }
}

fn sealed(import: &Import<'_>, person: &NewPerson, rng: &mut Rng) -> Result<(Person, Option<[u8; 32]>), Problem> {
    let hash = import.vault.blind(CITIZEN_NUMBER, &person.citizen_number);
    let row = Person {
        region: person.id.region(),
        id: person.id,
        name: person.name.clone(),
        sex: Some(Sex::parse(&person.sex).ok_or_else(changed)?),
        birth_year: Some(person.birth_year),
        education: person.education.clone(),
        citizen_number: Some(seal(import.vault, "citizen_number", person.id, &person.citizen_number, rng)),
        phone: person.phone.as_ref().map(|phone| phone_sealed(import.vault, person.id, phone, rng)),
        created_day: import.today,
    };
    Ok((row, Some(hash)))
}

fn seal(vault: &Vault, column: &'static str, person: Id, plain: &str, rng: &mut Rng) -> Vec<u8> {
    vault.seal(place(column, person.uuid().as_bytes()), plain.as_bytes(), rng)
}

fn place<'a>(column: &'static str, person: &'a [u8]) -> Place<'a> {
    Place { table: "person", column, row: person }
}

/// Takes back what was added and never came into force.
pub(in crate::import) async fn withdraw(import: &Import<'_>, batch: &ImportBatch) -> Result<(), Problem> {
    let id = batch.id;
    let mut people = Vec::new();
    let mut after = 0;
    let mut tx = import.db.read().await?;
    while after < batch.steps_done {
        let rows = import_step_list(&mut tx, id, after, CHUNK).await?;
        let Some(last) = rows.last().and_then(|row| row.step) else { break };
        after = last;
        for row in rows.into_iter().filter(|row| row.step.is_some_and(|step| step <= batch.steps_done)) {
            let Some(plan) = row.plan else { continue };
            let write = ROWS.open(import.vault, (id, row.number), "plan", &plan)?;
            if let MemberWrite::Add { person: Some(person), .. } = write {
                people.push((person.id, import.vault.blind(CITIZEN_NUMBER, &person.citizen_number)));
            }
        }
    }
    drop(tx);
    let regions = batch.regions();
    for some in people.chunks(CHUNK as usize).map(<[_]>::to_vec).chain([Vec::new()]) {
        let regions = regions.clone();
        import
            .db
            .write("import_member_withdraw", move |tx| {
                let (regions, some) = (regions.clone(), some.clone());
                Box::pin(async move { Ok(import_member_withdraw(tx, &regions, pending_day(id), &some).await?) })
            })
            .await?;
    }
    Ok(())
}
