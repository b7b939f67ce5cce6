//! Units of an inspection: the frozen list, and those that are visited.

use huiyin_base::{Day, Id, Region};
use huiyin_db::{Filter, Result, Tx, insert_many, row};
use huiyin_directory::{AccountRef, OrgKind, OrgRef};

use crate::store::stored::stored;

stored! {
    /// A unit.
    #[derive(Clone, Debug, PartialEq)]
    pub struct InspectionUnit in "inspection_unit" {
        fixed {
            region: Region,
            inspection: Id,
            n: i64,
            unit_region: Region,
            unit: Id,
            kind: OrgKind,
            code: String,
            name: String,
            listed: bool,
        }
        moving {
            chosen: bool,
            team: Option<Id>,
            visited_day: Option<Day>,
        }
    }
}

row! {
    /// An organisation as a list is made of it.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct StandingOrg {
        /// Its shard.
        pub region: Region,
        /// The organisation.
        pub id: Id,
        /// Its kind.
        pub kind: OrgKind,
        /// Its code.
        pub code: String,
        /// Its name.
        pub name: String,
    }
}

impl InspectionUnit {
    /// The organisation.
    pub fn at(&self) -> OrgRef {
        OrgRef { region: self.unit_region, id: self.unit }
    }
}

/// The organisations of these kinds in these regions that exist on a day, by code.
pub async fn orgs_standing(tx: &mut Tx, regions: &[Region], kinds: &[OrgKind], today: Day) -> Result<Vec<StandingOrg>> {
    let base = Filter::new("select o.region, o.id, o.kind, o.code, o.name from org o where o.region in (?)");
    let base = base.bind_list(regions.iter().copied()).and("o.kind in (?)").bind_list(kinds.iter().copied());
    let base = base.and("o.from_day <= ?").bind(today).and("o.to_day is null or o.to_day >= ?").bind(today);
    base.then("order by o.code limit 5000").query().fetch_all(tx).await
}

/// Writes units.
pub async fn unit_add(tx: &mut Tx, units: &[InspectionUnit]) -> Result<()> {
    for chunk in units.chunks(400) {
        insert_many(tx, InspectionUnit::INSERT, chunk.iter().map(InspectionUnit::values).collect(), "").await?;
    }
    Ok(())
}

/// The units of an inspection in order.
pub async fn unit_list(tx: &mut Tx, inspection: Id, chosen_only: bool) -> Result<Vec<InspectionUnit>> {
    let base = Filter::new(InspectionUnit::SELECT).then("x.region = ?").bind(inspection.region());
    let base = base.and("x.inspection = ?").bind(inspection).and_some("x.chosen = ?", chosen_only.then_some(true));
    base.then("order by x.n").query().fetch_all(tx).await
}

/// Saves what moves of a unit.
pub async fn unit_save(tx: &mut Tx, unit: &InspectionUnit) -> Result<()> {
    let update = unit.assign(Filter::new("update inspection_unit set name = name"));
    let update = update.then("where region = ?").bind(unit.region).and("inspection = ?").bind(unit.inspection);
    update.and("n = ?").bind(unit.n).query().execute(tx).await?;
    Ok(())
}

/// What somebody has still to visit, or has visited of inspections that are not over: the nearest first.
pub async fn visit_list(tx: &mut Tx, account: AccountRef) -> Result<Vec<InspectionUnit>> {
    let base = Filter::new(InspectionUnit::SELECT).then("x.chosen = ?").bind(true);
    let base = base.and(
        "exists (select 1 from inspection i where i.region = x.region and i.id = x.inspection and i.done_day is null)",
    );
    let base = base.then("and exists (select 1 from inspection_crew c join inspection_member m on m.region = c.region");
    let base = base.then("and m.team = c.team where c.region = x.region and c.inspection = x.inspection");
    let base = base.then("and (x.team is null or x.team = c.team)");
    let base = base.then("and m.account_region = ? and m.account = ?)").bind(account.region).bind(account.id);
    base.then("order by x.visited_day nulls first, x.inspection, x.n limit 200").query().fetch_all(tx).await
}
