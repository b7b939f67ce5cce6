//! What a list is narrowed to, and what a viewer may see at all.

use std::collections::BTreeSet;

use huiyin_base::{Day, Id, Region};
use huiyin_db::{Filter, Result, Tx};
use huiyin_directory::{AccountRef, OrgRef, Reach, Scope};

use super::listed::in_state;
use crate::State;
use crate::item::seq_from;

/// How the public narrows the wall.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WallFilter {
    /// One county; none for the whole city.
    pub region: Option<Region>,
    /// One township of it.
    pub township: Option<Id>,
    /// One village of it.
    pub village: Option<Id>,
    /// A category's word.
    pub category: Option<String>,
    /// A sub-category's word, below the category.
    pub sub_category: Option<String>,
    /// Posted from this day on.
    pub posted_from: Option<Day>,
    /// Posted up to this day.
    pub posted_to: Option<Day>,
    /// Any of these states; none for all.
    pub states: Vec<State>,
    /// Words to find, as they were typed.
    pub words: String,
    /// Year and running number: the one case that a short number names.
    pub number: Option<(i64, i64)>,
}

/// How staff narrow their lists.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CaseFilter {
    /// Place, category, states and words.
    pub wall: WallFilter,
    /// The kind's word; none for problems, which no list mixes with others.
    pub kind: Option<String>,
    /// Year and running number.
    pub number: Option<(i64, i64)>,
    /// Only what has a deadline, as lists by it do.
    pub has_deadline: bool,
    /// Something was due before this day.
    pub overdue_on: Option<Day>,
    /// Owned by this person.
    pub owner_person: Option<AccountRef>,
    /// Owned by this organisation.
    pub owner: Option<OrgRef>,
    /// Posted from this day on.
    pub posted_from: Option<Day>,
    /// Posted up to this day.
    pub posted_to: Option<Day>,
    /// Declined and withdrawn ones as well; without it only what is or was on its way.
    pub ended_before_posting: bool,
}

impl CaseFilter {
    /// The states that are left: those asked for, or all but what ended before it was posted.
    pub(super) fn states(&self) -> Vec<State> {
        if !self.wall.states.is_empty() {
            return self.wall.states.clone();
        }
        let ended = |state: &State| ENDED_BEFORE_POSTING.contains(state) && !self.ended_before_posting;
        State::ALL.iter().copied().filter(|state| !ended(state)).collect()
    }
}

/// How a case ends that never was on its way.
const ENDED_BEFORE_POSTING: [State; 2] = [State::Declined, State::Withdrawn];

/// What a viewer may see: where, and about whom not.
pub(super) struct Sight<'a> {
    reaches: Vec<Reach>,
    barred: &'a BTreeSet<Id>,
}

impl Sight<'_> {
    /// The regions that are seen as a whole.
    pub(super) fn regions(&self) -> BTreeSet<Region> {
        self.reaches.iter().filter_map(region_of).collect()
    }

    /// The one region that is seen, as a whole and beside nothing else.
    pub(super) fn only_region(&self) -> Option<Region> {
        if let [Reach::Region(region)] = self.reaches[..] { Some(region) } else { None }
    }

    /// The parts that are seen of others.
    pub(super) fn subtrees(&self) -> impl Iterator<Item = OrgRef> {
        self.reaches.iter().filter_map(subtree_of)
    }

    /// Whether there are any.
    pub(super) fn has_subtrees(&self) -> bool {
        self.subtrees().next().is_some()
    }
}

/// What this viewer may see, in `region` alone where one is named.
pub(super) async fn sight<'a>(tx: &mut Tx, scope: &'a Scope, region: Option<Region>) -> Result<Sight<'a>> {
    let whole: BTreeSet<Region> = scope.reaches.iter().filter_map(region_of).collect();
    let sees_all = region.is_some_and(|region| whole.contains(&region));
    let mut reaches = Vec::new();
    for reach in &scope.reaches {
        // In a region that is seen as a whole a subtree adds no more than what it has to do elsewhere, which is rare.
        let adds = match subtree_of(reach) {
            Some(_) if sees_all => false,
            Some(org) if whole.contains(&org.region) => works_elsewhere(tx, org).await?,
            _ => true,
        };
        if adds {
            reaches.push(*reach);
        }
    }
    Ok(Sight { reaches, barred: &scope.barred })
}

/// The scope without what adds nothing to it in `region`: for whoever asks several times.
pub async fn scope_reduced(tx: &mut Tx, scope: &Scope, region: Option<Region>) -> Result<Scope> {
    let reaches = sight(tx, scope, region).await?.reaches;
    Ok(Scope { reaches, ..scope.clone() })
}

/// Whether an organisation below `org` owns a case of another region, or one lies on its desk.
async fn works_elsewhere(tx: &mut Tx, org: OrgRef) -> Result<bool> {
    let base = Filter::new("select 1 where exists (select 1 from case_item x where x.owner_region <> x.region");
    let base = base.and("x.owner_region = ?").bind(org.region);
    let base = base.then("and x.owner_org in (select a.org from org_ancestor a where a.region = ?").bind(org.region);
    let base = base.then("and a.ancestor = ?)) or exists (select 1 from desk_item d where d.region = ?").bind(org.id);
    let base = base.bind(org.region).and("d.org = ?").bind(org.id).and("d.case_region <> ?").bind(org.region);
    Ok(base.then(")").query().fetch_optional::<(i64,)>(tx).await?.is_some())
}

/// Narrows to what the viewer may see. `region` is the one the filter names already, if it names one.
pub(super) fn scoped(base: Filter, sight: &Sight<'_>, region: Option<Region>) -> Filter {
    let Sight { reaches, barred } = sight;
    let regions: BTreeSet<Region> = reaches.iter().filter_map(region_of).collect();
    let subtrees: Vec<OrgRef> = reaches.iter().filter_map(subtree_of).collect();
    let base = match (region, regions.len(), subtrees.len()) {
        (Some(region), _, _) if regions.contains(&region) => base,
        (None, 1, 0) => base.and("x.region = ?").bind_list(regions),
        // The addition keeps the engine on the city-wide index, whose order the list needs.
        (None, _, 0) => base.and("x.region + 0 in (?)").bind_list(regions),
        (_, _, 0) => base.and("1 = 0"),
        _ => within(base, regions, &subtrees),
    };
    if barred.is_empty() {
        return base;
    }
    base.and("x.subject is null or x.subject not in (?)").bind_list(barred.iter().copied())
}

/// Whole regions, or what stands in a subtree: its places, once posted, what its organisations own, and what lies on its
/// desk. Each part can be found by an index of its own, so that the engine joins a few hundred rows and reads no more.
fn within(base: Filter, regions: BTreeSet<Region>, subtrees: &[OrgRef]) -> Filter {
    let mut base = base.then("and (x.region in (?)").bind_list(regions);
    for org in subtrees {
        base = base.then("or (x.region = ? and x.township = ?").bind(org.region).bind(org.id);
        base =
            base.then("and x.posted_day is not null) or (x.region = ? and x.village = ?").bind(org.region).bind(org.id);
        base = base.then("and x.posted_day is not null) or (x.posted_day is not null and x.owner_region = ?");
        base = base.bind(org.region);
        base = base.then("and x.owner_org in (select a.org from org_ancestor a where a.region = ?").bind(org.region);
        base = base.then("and a.ancestor = ?)) or (x.region, x.id) in (select d.case_region, d.case_id").bind(org.id);
        base = base.then("from desk_item d where d.region = ? and d.org = ?)").bind(org.region).bind(org.id);
        base = base.then("or (x.kind <> 'problem' and x.desk = ? and x.desk_region = ?)").bind(org.id).bind(org.region);
    }
    base.then(")")
}

/// What the wall shows: posted problems. A part of a joint handling is no problem of its own and counts in no figure; only its
/// number finds it.
pub(super) fn shown(base: Filter, filter: &WallFilter) -> Filter {
    let base = walled(base.then("x.kind = 'problem' and x.posted_day is not null"), filter);
    if filter.number.is_some() { base } else { base.and("x.parent is null") }
}

pub(super) fn walled(mut base: Filter, filter: &WallFilter) -> Filter {
    base = base.and_some("x.region = ?", filter.region);
    base = base.and_some("x.township = ?", filter.township).and_some("x.village = ?", filter.village);
    base = base.and_some("x.category = ?", filter.category.as_deref());
    if let Some((year, n)) = filter.number {
        base = base.and("x.number_year = ?").bind(year).and("x.number_n = ?").bind(n);
    }
    base = base.and_some("x.sub_category = ?", filter.sub_category.as_deref());
    base = base.and_some("x.posted_day >= ?", filter.posted_from).and_some("x.posted_day <= ?", filter.posted_to);
    // What was posted by then was submitted by then: a list of last spring need not walk through the summer.
    base = base.and_some("x.seq < ?", filter.posted_to.map(|day| seq_from(day.plus(1))));
    match filter.states[..] {
        [] => base,
        [state] => in_state(base, state),
        // Several states would lose the index's order; so the engine walks the list and skips.
        _ => base.and("coalesce(x.state, '') in (?)").bind_list(filter.states.iter().copied()),
    }
}

pub(super) fn narrowed(base: Filter, filter: &CaseFilter) -> Filter {
    let mut base = walled(base, &filter.wall);
    base = match &filter.kind {
        // The first half lets the engine take the index of what is no problem.
        Some(kind) => base.and("x.kind <> 'problem'").and("x.kind = ?").bind(kind),
        None => base.and("x.kind = 'problem'"),
    };
    if let Some((year, n)) = filter.number {
        base = base.and("x.number_year = ?").bind(year).and("x.number_n = ?").bind(n);
    }
    if filter.has_deadline {
        base = base.and("x.due_day is not null");
    }
    base = base.and_some("x.due_day < ?", filter.overdue_on);
    if let Some(account) = filter.owner_person {
        base = base.and("x.owner_account_region = ?").bind(account.region).and("x.owner_account = ?").bind(account.id);
    }
    if let Some(org) = filter.owner {
        base = base.and("x.owner_region = ?").bind(org.region).and("x.owner_org = ?").bind(org.id);
    }
    base = base.and_some("x.posted_day >= ?", filter.posted_from).and_some("x.posted_day <= ?", filter.posted_to);
    if filter.ended_before_posting || !filter.wall.states.is_empty() {
        return base;
    }
    base.and("coalesce(x.listed, '') not in (?)").bind_list(ENDED_BEFORE_POSTING)
}

fn region_of(reach: &Reach) -> Option<Region> {
    match reach {
        Reach::Region(region) => Some(*region),
        Reach::Subtree(_) => None,
    }
}

fn subtree_of(reach: &Reach) -> Option<OrgRef> {
    match reach {
        Reach::Region(_) => None,
        Reach::Subtree(org) => Some(*org),
    }
}
