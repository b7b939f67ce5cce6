//! A ledger's rows, counted group by group: exactly where there are few, else like a list, up to a thousand of each.

use huiyin_base::{Id, Region};
use huiyin_db::{Filter, Result, Tx};
use huiyin_directory::Scope;

use super::count::{Count, MOST_COUNTED};
use super::entry_list::{EntryFilter, Pin, counted, is_few, is_local, narrowed, place, seen};
use super::entry_texts::{DISTINCT, FILLED_TESTED, OCCURS, STEPS};
use super::filter::{Sight, sight};
use crate::{MARKED, State};

/// So many groups at most where each is counted by itself.
const MOST_GROUPS: i64 = 60;

/// What a ledger's rows are grouped by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntryGroup {
    /// How they stand.
    State,
    /// Counties; the townships of one.
    Place,
    /// The owning organisations.
    Unit,
    /// A marked field.
    Mark(u8),
}

/// What the rows of a group have in common.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EntryKey {
    /// A state.
    State(State),
    /// A county.
    Region(Region),
    /// A township or a unit; none for what lies in no township.
    Org(Option<Id>),
    /// A field's key.
    Mark(String),
}

/// Rows by a field.
const GROUPS: [&str; MARKED] = [
    "select e.s1 as mark, count(*) as n from case_entry e where e.kind = ?",
    "select e.s2 as mark, count(*) as n from case_entry e where e.kind = ?",
    "select e.s3 as mark, count(*) as n from case_entry e where e.kind = ?",
    "select e.s4 as mark, count(*) as n from case_entry e where e.kind = ?",
    "select e.s5 as mark, count(*) as n from case_entry e where e.kind = ?",
    "select e.s6 as mark, count(*) as n from case_entry e where e.kind = ?",
];
/// Rows by a field.
const GROUPED: [&str; MARKED] = [
    "group by e.s1 order by e.s1",
    "group by e.s2 order by e.s2",
    "group by e.s3 order by e.s3",
    "group by e.s4 order by e.s4",
    "group by e.s5 order by e.s5",
    "group by e.s6 order by e.s6",
];

/// How many rows each group of a ledger has. Of a ledger with thousands of rows the empty group of a field is left out.
pub async fn entry_groups(
    tx: &mut Tx,
    scope: &Scope,
    filter: &EntryFilter,
    by: EntryGroup,
) -> Result<Vec<(EntryKey, Count)>> {
    let sight = sight(tx, scope, None).await?;
    if is_wide(&sight, filter)
        && counted(tx, &sight, filter, MOST_COUNTED + 1).await? > MOST_COUNTED
        && let Some(groups) = narrower(tx, &sight, filter, by).await?
    {
        return each(tx, &sight, groups).await;
    }
    let groups = exactly(tx, &sight, filter, by).await?;
    Ok(groups.into_iter().map(|(key, n)| (key, Count { n, exact: true })).collect())
}

/// What occurs in a marked field, in order; where there are more than `most`, any one more than that: then there are
/// too many to show.
pub async fn entry_marks(tx: &mut Tx, scope: &Scope, filter: &EntryFilter, slot: u8, most: i64) -> Result<Vec<String>> {
    let sight = sight(tx, scope, None).await?;
    marks(tx, &sight, filter, slot, most).await
}

/// Whether all of it is shown, over several regions: nothing but the kind finds the rows.
fn is_wide(sight: &Sight<'_>, filter: &EntryFilter) -> bool {
    !is_local(sight, filter) && *filter == whole(filter)
}

/// Nothing left out.
fn whole(filter: &EntryFilter) -> EntryFilter {
    EntryFilter { kind: filter.kind.clone(), ..EntryFilter::default() }
}

/// Of few rows what occurs among them, of many what occurs in the ledger.
async fn marks(tx: &mut Tx, sight: &Sight<'_>, filter: &EntryFilter, slot: u8, most: i64) -> Result<Vec<String>> {
    let at = place(slot);
    let pin = if is_local(sight, filter) {
        Some(Pin::Region)
    } else {
        is_few(tx, sight, filter).await?.then_some(Pin::Filter)
    };
    let base = if let Some(pin) = pin {
        let base = Filter::new(DISTINCT[at]).bind(&filter.kind);
        narrowed(seen(base, sight, filter), filter, pin).and(FILLED_TESTED[at])
    } else {
        // From each value to the next by the index, however many rows have it, and no further than asked for.
        let base = Filter::new(STEPS[at]).bind(&filter.kind).bind(&filter.kind);
        let base =
            base.then("and exists (select 1 from case_entry e where e.kind = ?").bind(&filter.kind).and(OCCURS[at]);
        let whole = whole(filter);
        narrowed(seen(base, sight, &whole), &whole, Pin::Order).then(")")
    };
    // Cut off it may be any part of them: whoever gets more than he asked for shows none.
    let mut found: Vec<String> = base.then("limit ?").bind(most + 1).query().fetch_column(tx).await?;
    found.sort_unstable();
    Ok(found)
}

/// The filter of each group; none for units, which stand by how many they have.
async fn narrower(
    tx: &mut Tx,
    sight: &Sight<'_>,
    filter: &EntryFilter,
    by: EntryGroup,
) -> Result<Option<Vec<(EntryKey, EntryFilter)>>> {
    Ok(match by {
        EntryGroup::State => {
            let states = State::ALL.iter().filter(|state| **state != State::Withdrawn);
            let of = |state: State| EntryFilter { states: vec![state], ..filter.clone() };
            Some(states.map(|state| (EntryKey::State(*state), of(*state))).collect())
        }
        EntryGroup::Place => {
            let of = |region: Region| EntryFilter { region: Some(region), ..filter.clone() };
            Some(sight.regions().into_iter().map(|region| (EntryKey::Region(region), of(region))).collect())
        }
        EntryGroup::Mark(slot) => {
            let of = |mark: &str| EntryFilter {
                mark: Some((slot, mark.to_owned(), format!("{mark}\u{1}"))),
                ..filter.clone()
            };
            let mut marks = marks(tx, sight, filter, slot, MOST_GROUPS).await?;
            marks.truncate(usize::try_from(MOST_GROUPS).unwrap_or(usize::MAX));
            Some(marks.into_iter().map(|mark| (EntryKey::Mark(mark.clone()), of(&mark))).collect())
        }
        EntryGroup::Unit => None,
    })
}

/// Each group by itself, up to a thousand rows.
async fn each(tx: &mut Tx, sight: &Sight<'_>, groups: Vec<(EntryKey, EntryFilter)>) -> Result<Vec<(EntryKey, Count)>> {
    let mut counts = Vec::with_capacity(groups.len());
    for (key, filter) in groups {
        let n = counted(tx, sight, &filter, MOST_COUNTED + 1).await?;
        if n > 0 {
            counts.push((key, Count { n: n.min(MOST_COUNTED), exact: n <= MOST_COUNTED }));
        }
    }
    Ok(counts)
}

async fn exactly(tx: &mut Tx, sight: &Sight<'_>, filter: &EntryFilter, by: EntryGroup) -> Result<Vec<(EntryKey, i64)>> {
    let of = |head: &'static str, tail: &'static str| {
        narrowed(seen(Filter::new(head).bind(&filter.kind), sight, filter), filter, Pin::Filter).then(tail).query()
    };
    Ok(match by {
        EntryGroup::State => {
            let head = "select e.state, count(*) as n from case_entry e where e.kind = ?";
            let rows = of(head, "group by e.state").fetch_all::<(State, i64)>(tx).await?;
            rows.into_iter().map(|(state, n)| (EntryKey::State(state), n)).collect()
        }
        EntryGroup::Place if filter.region.or(sight.only_region()).is_some() || sight.has_subtrees() => {
            let head = "select e.township, count(*) as n from case_entry e where e.kind = ?";
            let rows = of(head, "group by e.township order by n desc").fetch_all::<(Option<Id>, i64)>(tx).await?;
            rows.into_iter().map(|(org, n)| (EntryKey::Org(org), n)).collect()
        }
        EntryGroup::Place => {
            let head = "select e.region, count(*) as n from case_entry e where e.kind = ?";
            let rows = of(head, "group by e.region order by e.region").fetch_all::<(Region, i64)>(tx).await?;
            rows.into_iter().map(|(region, n)| (EntryKey::Region(region), n)).collect()
        }
        EntryGroup::Unit => {
            let head = "select e.owner_org, count(*) as n from case_entry e where e.kind = ?";
            let rows = of(head, "group by e.owner_org order by n desc limit 60").fetch_all::<(Id, i64)>(tx).await?;
            rows.into_iter().map(|(org, n)| (EntryKey::Org(Some(org)), n)).collect()
        }
        EntryGroup::Mark(slot) => {
            let rows = of(GROUPS[place(slot)], GROUPED[place(slot)]).fetch_all::<(String, i64)>(tx).await?;
            rows.into_iter().map(|(mark, n)| (EntryKey::Mark(mark), n)).collect()
        }
    })
}
