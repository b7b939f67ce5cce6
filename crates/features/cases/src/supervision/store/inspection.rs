//! Inspections: ordered, drawn, over. One that is hidden is found by nobody but its team and whoever ordered it.

use huiyin_base::{Day, Id, Region};
use huiyin_db::{Filter, Result, Tx, insert_many, row, text_enum};
use huiyin_directory::{AccountRef, OrgRef, Reach, Scope};

use crate::store::stored::stored;

text_enum! {
    /// What kind of inspection.
    pub enum InspectionKind {
        Concentrated = "concentrated" / "集中督查",
        Unannounced = "unannounced" / "随机暗访",
        Round = "round" / "集中督导",
        Review = "review" / "综合研判",
    }
}

stored! {
    /// An inspection.
    #[derive(Clone, Debug, PartialEq)]
    pub struct Inspection in "inspection" {
        fixed {
            region: Region,
            id: Id,
            org: Id,
            kind: InspectionKind,
            title: String,
            theme: String,
            plan: Option<Id>,
            outside_reason: Option<String>,
            outside_approval: Option<String>,
            from_day: Day,
            to_day: Day,
            round: Option<i64>,
            account_region: Region,
            account: Id,
            nonce: String,
            created_day: Day,
        }
        moving {
            done_day: Option<Day>,
            outcome: Option<String>,
            talks: Option<i64>,
            removed: Option<i64>,
            seed_hash: Option<String>,
            seed_sealed: Option<Vec<u8>>,
            committed_day: Option<Day>,
            frozen_day: Option<Day>,
            list_name: Option<String>,
            list_hash: Option<String>,
            listed: i64,
            drawn: i64,
            seed: Option<String>,
            drawn_day: Option<Day>,
        }
    }
}

stored! {
    /// A question of the checklist.
    #[derive(Clone, Debug, PartialEq)]
    pub struct InspectionItem in "inspection_item" {
        fixed { region: Region, inspection: Id, n: i64, text: String }
        moving {}
    }
}

row! {
    /// How much an organisation inspects in a year.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Burden {
        /// Its name.
        pub name: String,
        /// As the plan has it.
        pub planned: i64,
        /// Beside the plan.
        pub outside: i64,
    }
}

/// How a list is narrowed.
#[derive(Clone, Copy, Debug, Default)]
pub struct InspectionFilter {
    /// Begun in this year.
    pub year: Option<i32>,
    /// Of one kind.
    pub kind: Option<InspectionKind>,
    /// Leaves out what is hidden, also for those who may see it: for files that leave the house.
    pub open_only: bool,
    /// After this one of the list.
    pub after: Option<(Day, Id)>,
}

impl Inspection {
    /// Who inspects.
    pub fn org(&self) -> OrgRef {
        OrgRef { region: self.region, id: self.org }
    }

    /// Who ordered it.
    pub fn orderer(&self) -> AccountRef {
        AccountRef { region: self.account_region, id: self.account }
    }

    /// A visit without notice that is not over: only its team and whoever ordered it know of it.
    pub fn is_hidden(&self) -> bool {
        self.kind == InspectionKind::Unannounced && self.done_day.is_none()
    }
}

/// One of its own: ordered by him, or made by a team of his.
fn own(base: Filter, account: AccountRef) -> Filter {
    let base = base.then("(x.account_region = ? and x.account = ?").bind(account.region).bind(account.id);
    let base = base.then("or exists (select 1 from inspection_crew c join inspection_member m on m.region = c.region");
    let base = base.then("and m.team = c.team where c.region = x.region and c.inspection = x.id");
    base.then("and m.account_region = ? and m.account = ?))").bind(account.region).bind(account.id)
}

/// What a viewer may see: his own, and what is not hidden of organisations or units that his roles reach.
fn seen(base: Filter, scope: &Scope, open_only: bool) -> Filter {
    let regions: Vec<Region> = scope.reaches.iter().filter_map(whole).collect();
    let subtrees: Vec<OrgRef> = scope.reaches.iter().filter_map(subtree).collect();
    let mut base = base.then("(");
    if let Some(account) = scope.account.filter(|_| !open_only) {
        base = own(base, account).then("or");
    }
    base = base.then("((x.kind <> 'unannounced' or x.done_day is not null) and (x.region in (?)");
    base = base.bind_list(regions.iter().copied());
    for org in &subtrees {
        base = base.then("or (x.region = ?").bind(org.region).then("and x.org = ?)").bind(org.id);
    }
    base = base.then("or exists (select 1 from inspection_unit u where u.region = x.region and u.inspection = x.id");
    base = base.then("and u.chosen = ? and (u.unit_region in (?)").bind(true).bind_list(regions);
    for org in subtrees {
        base = base.then("or (u.unit_region = ?").bind(org.region);
        base = base.then("and u.unit in (select a.org from org_ancestor a where a.region = ?").bind(org.region);
        base = base.then("and a.ancestor = ?))").bind(org.id);
    }
    base.then(")))))")
}

fn whole(reach: &Reach) -> Option<Region> {
    match reach {
        Reach::Region(region) => Some(*region),
        Reach::Subtree(_) => None,
    }
}

fn subtree(reach: &Reach) -> Option<OrgRef> {
    match reach {
        Reach::Region(_) => None,
        Reach::Subtree(org) => Some(*org),
    }
}

/// One that the viewer may see.
pub async fn inspection_find(tx: &mut Tx, scope: &Scope, id: Id) -> Result<Option<Inspection>> {
    let base = Filter::new(Inspection::SELECT).then("x.region = ?").bind(id.region()).and("x.id = ?").bind(id);
    seen(base.then("and"), scope, false).query().fetch_optional(tx).await
}

/// One, whoever asks: for the engine and its jobs.
pub async fn inspection_get(tx: &mut Tx, id: Id) -> Result<Option<Inspection>> {
    let base = Filter::new(Inspection::SELECT).then("x.region = ?").bind(id.region()).and("x.id = ?").bind(id);
    base.query().fetch_optional(tx).await
}

/// The same, locked.
pub async fn inspection_lock(tx: &mut Tx, id: Id) -> Result<Option<Inspection>> {
    let base = Filter::new(Inspection::SELECT).then("x.region = ?").bind(id.region()).and("x.id = ?").bind(id);
    base.locked(tx).query().fetch_optional(tx).await
}

/// The one that this word has made.
pub async fn inspection_nonce(tx: &mut Tx, region: Region, nonce: &str) -> Result<Option<Inspection>> {
    let base = Filter::new(Inspection::SELECT).then("x.region = ?").bind(region).and("x.nonce = ?").bind(nonce);
    base.query().fetch_optional(tx).await
}

/// What the viewer may see, the newest first.
pub async fn inspection_list(
    tx: &mut Tx,
    scope: &Scope,
    filter: &InspectionFilter,
    limit: i64,
) -> Result<Vec<Inspection>> {
    let base = seen(Filter::new(Inspection::SELECT), scope, filter.open_only);
    let base = base.and_some("x.kind = ?", filter.kind);
    let base = match filter.year.and_then(year) {
        Some((from, to)) => base.and("x.from_day >= ?").bind(from).and("x.from_day <= ?").bind(to),
        None => base,
    };
    let base = match filter.after {
        Some((day, id)) => base.and("x.from_day < ? or (x.from_day = ? and x.id < ?)").bind(day).bind(day).bind(id),
        None => base,
    };
    base.then("order by x.from_day desc, x.id desc limit ?").bind(limit).query().fetch_all(tx).await
}

/// How much each organisation inspects in a year, in the order of their codes. What is hidden is not counted.
pub async fn burden_list(tx: &mut Tx, of: i32) -> Result<Vec<Burden>> {
    let Some((from, to)) = year(of) else { return Ok(Vec::new()) };
    let base = Filter::new(
        "select o.name, cast(sum(case when x.plan is null then 0 else 1 end) as bigint) as planned,
            cast(sum(case when x.plan is null then 1 else 0 end) as bigint) as outside
         from inspection x join org o on o.region = x.region and o.id = x.org
         where (x.kind <> 'unannounced' or x.done_day is not null)",
    );
    let base = base.and("x.from_day >= ?").bind(from).and("x.from_day <= ?").bind(to);
    base.then("group by o.code, o.name order by o.code").query().fetch_all(tx).await
}

/// What somebody has ordered and that is not over, or whose findings are no cases yet.
pub async fn inspections_held(tx: &mut Tx, account: AccountRef) -> Result<Vec<Inspection>> {
    let base = Filter::new(Inspection::SELECT).then("x.account_region = ?").bind(account.region);
    let base = base.and("x.account = ?").bind(account.id);
    let base = base.then("and (x.done_day is null or exists (select 1 from inspection_record r");
    let base = base.then("join inspection_finding f on f.region = r.region and f.record = r.id");
    let base = base.then("where r.region = x.region and r.inspection = x.id and f.case_id is null))");
    base.then("order by x.region, x.id").query().fetch_all(tx).await
}

/// Gives an inspection to whoever follows the one who ordered it.
pub async fn inspection_give(tx: &mut Tx, inspection: &Inspection, to: AccountRef) -> Result<()> {
    let give =
        Filter::new("update inspection set account_region = ?").bind(to.region).then(", account = ?").bind(to.id);
    let give = give.then("where region = ?").bind(inspection.region).and("id = ?").bind(inspection.id);
    give.query().execute(tx).await?;
    Ok(())
}

/// Everything that was drawn, for those who repeat it.
pub async fn inspection_draws(tx: &mut Tx) -> Result<Vec<Inspection>> {
    Filter::new(Inspection::SELECT).then("x.seed is not null order by x.region, x.id").query().fetch_all(tx).await
}

fn year(year: i32) -> Option<(Day, Day)> {
    Some((Day::new(year, 1, 1)?, Day::new(year, 12, 31)?))
}

/// Writes inspections.
pub async fn inspection_add(tx: &mut Tx, inspections: &[Inspection]) -> Result<()> {
    insert_many(tx, Inspection::INSERT, inspections.iter().map(Inspection::values).collect(), "").await?;
    Ok(())
}

/// Saves what moves.
pub async fn inspection_save(tx: &mut Tx, inspection: &Inspection) -> Result<()> {
    let update = inspection.assign(Filter::new("update inspection set title = title"));
    let update = update.then("where region = ?").bind(inspection.region).and("id = ?").bind(inspection.id);
    update.query().execute(tx).await?;
    Ok(())
}

/// Writes a checklist.
pub async fn item_add(tx: &mut Tx, items: &[InspectionItem]) -> Result<()> {
    insert_many(tx, InspectionItem::INSERT, items.iter().map(InspectionItem::values).collect(), "").await?;
    Ok(())
}

/// The checklist.
pub async fn item_list(tx: &mut Tx, inspection: Id) -> Result<Vec<InspectionItem>> {
    let base = Filter::new(InspectionItem::SELECT).then("x.region = ?").bind(inspection.region());
    base.and("x.inspection = ?").bind(inspection).then("order by x.n").query().fetch_all(tx).await
}
