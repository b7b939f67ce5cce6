//! A ledger's rows, counted group by group. Each grouping is read off an index alone.

use huiyin_base::{Id, Region};
use huiyin_db::{Filter, Result, Tx};
use huiyin_directory::Scope;

use super::entry_list::{EntryFilter, Pin, narrowed, place, seen};
use super::filter::sight;
use crate::{MARKED, State};

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

/// How many rows each group of a ledger has.
pub async fn entry_groups(
    tx: &mut Tx,
    scope: &Scope,
    filter: &EntryFilter,
    by: EntryGroup,
) -> Result<Vec<(EntryKey, i64)>> {
    let sight = sight(tx, scope).await?;
    let of = |head: &'static str, tail: &'static str| {
        narrowed(seen(Filter::new(head).bind(&filter.kind), &sight, filter), filter, Pin::Filter).then(tail).query()
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
