use huiyin_base::{Day, Id, Region};
use huiyin_db::{Filter, Result, Tx, query};

use crate::AccountRef;
use crate::family::FamilyHelper;

const COLUMNS: &str = "select x.region, x.id, x.person, x.helper_region, x.helper, x.kin, x.consent, x.entered_region,
    x.entered, x.from_day, x.to_day, x.ended_day, x.ended_region, x.ended_by, x.notes from family_helper x where";

/// Writes a consent.
pub async fn family_add(tx: &mut Tx, f: &FamilyHelper) -> Result<()> {
    let insert = query(
        "insert into family_helper (region, id, person, helper_region, helper, kin, consent, entered_region, entered,
            from_day, to_day, ended_day, ended_region, ended_by, notes)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
    );
    let insert = insert.bind(f.region).bind(f.id).bind(f.person).bind(f.helper_region).bind(f.helper).bind(&f.kin);
    let insert = insert.bind(f.consent).bind(f.entered_region).bind(f.entered).bind(f.from_day).bind(f.to_day);
    insert.bind(f.ended_day).bind(f.ended_region).bind(f.ended_by).bind(f.notes).execute(tx).await?;
    Ok(())
}

/// Holds a person's row, so that what is decided about him is decided one after the other.
pub async fn person_hold(tx: &mut Tx, person: Id) -> Result<()> {
    let base = Filter::new("select x.id from person x where x.region = ?").bind(person.region());
    let base = base.and("x.id = ?").bind(person);
    base.locked(tx).query().fetch_optional::<(Id,)>(tx).await?;
    Ok(())
}

/// A consent.
pub async fn family_find(tx: &mut Tx, id: Id) -> Result<Option<FamilyHelper>> {
    let base = Filter::new(COLUMNS).then("x.region = ?").bind(id.region()).and("x.id = ?").bind(id);
    base.query().fetch_optional(tx).await
}

/// The same, locked.
pub async fn family_lock(tx: &mut Tx, id: Id) -> Result<Option<FamilyHelper>> {
    let base = Filter::new(COLUMNS).then("x.region = ?").bind(id.region()).and("x.id = ?").bind(id);
    base.locked(tx).query().fetch_optional(tx).await
}

/// Those in force for these people.
pub async fn family_list_people(tx: &mut Tx, people: &[Id], today: Day) -> Result<Vec<FamilyHelper>> {
    let regions: Vec<Region> = people.iter().map(|person| person.region()).collect();
    let base = Filter::new(COLUMNS).then("x.person in (?)").bind_list(people.iter().copied());
    let base = base.and("x.region in (?)").bind_list(regions);
    in_force(base, today).then("order by x.person, x.id").query().fetch_all(tx).await
}

/// Those under which this account acts.
pub async fn family_list_helper(tx: &mut Tx, helper: AccountRef, today: Day) -> Result<Vec<FamilyHelper>> {
    let base = Filter::new(COLUMNS).then("x.helper_region = ?").bind(helper.region);
    let base = base.and("x.helper = ?").bind(helper.id);
    in_force(base, today).then("order by x.id").query().fetch_all(tx).await
}

fn in_force(base: Filter, today: Day) -> Filter {
    base.and("x.ended_day is null").and("x.from_day <= ?").bind(today).and("x.to_day >= ?").bind(today)
}

/// Ends one.
pub async fn family_end(tx: &mut Tx, id: Id, day: Day, by: AccountRef) -> Result<()> {
    let update = query(
        "update family_helper set ended_day = $1, ended_region = $2, ended_by = $3 where region = $4 and id = $5",
    );
    update.bind(day).bind(by.region).bind(by.id).bind(id.region()).bind(id).execute(tx).await?;
    Ok(())
}
