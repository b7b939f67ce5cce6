//! A ledger's rows, found and ordered by the narrow row of each case. Which index a list walks is decided here and not left to an
//! engine without statistics: few rows are found by what narrows them and then sorted, many are walked in their order.

use std::collections::HashMap;

use huiyin_base::{Day, Id, Region};
use huiyin_db::{Filter, Result, Tx, row};
use huiyin_directory::{OrgRef, Scope};

use super::count::{Count, MOST_COUNTED};
use super::entry_texts::{
    AFTER, AFTER_TESTED, BEFORE, BEFORE_TESTED, DOWN, DOWN_SORTED, FILLED, FILLED_TESTED, IS, MARKED_ROWS, ROWS,
    TESTED, UP, UP_SORTED,
};
use super::filter::{Sight, sight};
use super::list::{CaseLine, LINES, Slice, Towards, sliced};
use crate::{CaseRef, MARKED, State};

/// So many rows are sooner sorted than walked for.
const FEW: i64 = 3_000;

row! {
    /// A row of a ledger: where its case is kept, and what it is ordered by.
    #[derive(Clone, Debug, PartialEq, Eq)]
    #[expect(missing_docs, reason = "each field is the column of its name; the migration says what it holds")]
    pub struct Entry {
        pub region: Region,
        pub case_id: Id,
        pub seq: i64,
        pub due_day: Option<Day>,
        pub mark: String,
    }
}

impl Entry {
    /// The case.
    pub fn at(&self) -> CaseRef {
        CaseRef { region: self.region, id: self.case_id }
    }
}

/// How a ledger is narrowed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EntryFilter {
    /// The kind's word.
    pub kind: String,
    /// One county.
    pub region: Option<Region>,
    /// One township of it.
    pub township: Option<Id>,
    /// Any of these states; none for all but what was taken back.
    pub states: Vec<State>,
    /// Something was due before this day.
    pub overdue_on: Option<Day>,
    /// Owned by one of these; none for all.
    pub owners: Vec<OrgRef>,
    /// A marked field: its place, the least key, and the first one beyond.
    pub mark: Option<(u8, String, String)>,
}

impl EntryFilter {
    /// Whether the index that finds the rows gives them in this order as well.
    fn is_followed_by(&self, order: EntryOrder) -> bool {
        let narrowed = [self.states.len(), self.owners.len(), self.overdue_on.iter().len(), self.mark.iter().len()];
        match order {
            EntryOrder::Issued => matches!(narrowed, [1, 0, 0, 0] | [0, 1, 0, 0]),
            EntryOrder::Due => narrowed == [0, 0, 1, 0],
            EntryOrder::Mark(slot) => {
                narrowed == [0, 0, 0, 1] && self.mark.as_ref().is_some_and(|(narrowing, _, _)| *narrowing == slot)
            }
        }
    }
}

/// In which order a ledger stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum EntryOrder {
    /// By the time it was handed down.
    #[default]
    Issued,
    /// By what is due; what has no deadline is left out.
    Due,
    /// By a marked field; what has nothing in it is left out.
    Mark(u8),
}

/// One page of a ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntryPage {
    /// The order.
    pub order: EntryOrder,
    /// The largest, or the newest, first.
    pub descending: bool,
    /// Where it begins.
    pub at: Option<EntryCursor>,
    /// The most rows.
    pub limit: i64,
}

/// Where a page begins. Written into links.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntryCursor {
    /// Which way.
    pub towards: Towards,
    /// The row's place.
    pub seq: i64,
    /// What it is ordered by: a day's number or a field's key.
    pub key: String,
}

impl std::fmt::Display for EntryCursor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let way = if self.towards == Towards::Next { "n" } else { "p" };
        write!(f, "{way}.{}.{}", self.seq, self.key)
    }
}

impl std::str::FromStr for EntryCursor {
    type Err = super::list::NotACursor;

    fn from_str(text: &str) -> std::result::Result<Self, Self::Err> {
        let mut parts = text.splitn(3, '.');
        let towards = match parts.next() {
            Some("n") => Towards::Next,
            Some("p") => Towards::Previous,
            _ => return Err(super::list::NotACursor),
        };
        let seq = parts.next().and_then(|seq| seq.parse().ok()).ok_or(super::list::NotACursor)?;
        Ok(Self { towards, seq, key: parts.next().unwrap_or_default().chars().take(60).collect() })
    }
}

/// Which part of a statement may use an index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pin {
    /// The list is walked in its order.
    Order,
    /// What narrows it finds the rows, which are sorted.
    Filter,
    /// The county's rows are read.
    Region,
}

/// The rows of a ledger that the viewer may see.
pub async fn entry_list(
    tx: &mut Tx,
    scope: &Scope,
    filter: &EntryFilter,
    page: &EntryPage,
) -> Result<Slice<Entry, EntryCursor>> {
    let sight = sight(tx, scope, None).await?;
    let pin = pin(tx, &sight, filter, page.order).await?;
    let rows = statement(&sight, filter, page, pin).query().fetch_all(tx).await?;
    let order = page.order;
    Ok(sliced(rows, page.limit, page.at.as_ref().map(|at| at.towards), move |entry: &Entry, towards| EntryCursor {
        towards,
        seq: entry.seq,
        key: match order {
            EntryOrder::Issued => String::new(),
            EntryOrder::Due => entry.due_day.map(|day| day.number().to_string()).unwrap_or_default(),
            EntryOrder::Mark(_) => entry.mark.clone(),
        },
    }))
}

/// How the engine would read it, for tests.
pub async fn entry_plan(tx: &mut Tx, scope: &Scope, filter: &EntryFilter, page: &EntryPage) -> Result<Vec<String>> {
    let sight = sight(tx, scope, None).await?;
    let pin = pin(tx, &sight, filter, page.order).await?;
    statement(&sight, filter, page, pin).query().explain(tx).await
}

/// How many the ledger shows, up to a thousand; or however long it takes.
pub async fn entry_count(tx: &mut Tx, scope: &Scope, filter: &EntryFilter, exact: bool) -> Result<Count> {
    let sight = sight(tx, scope, None).await?;
    let most = if exact { i64::MAX - 1 } else { MOST_COUNTED };
    let n = counted(tx, &sight, filter, most + 1).await?;
    Ok(Count { n: n.min(most), exact: n <= most })
}

/// Counts no further than `most`.
pub(super) async fn counted(tx: &mut Tx, sight: &Sight<'_>, filter: &EntryFilter, most: i64) -> Result<i64> {
    let base = Filter::new("select count(*) as n from (select 1 from case_entry e where e.kind = ?").bind(&filter.kind);
    let base = narrowed(seen(base, sight, filter), filter, Pin::Filter);
    base.then("limit ?) t").bind(most).query().fetch_scalar(tx).await
}

async fn pin(tx: &mut Tx, sight: &Sight<'_>, filter: &EntryFilter, order: EntryOrder) -> Result<Pin> {
    if is_local(sight, filter) {
        return Ok(Pin::Region);
    }
    if filter.is_followed_by(order) || is_few(tx, sight, filter).await? {
        return Ok(Pin::Filter);
    }
    Ok(Pin::Order)
}

/// Whether the rows of one county are read, or those of single units: there are never many.
pub(super) fn is_local(sight: &Sight<'_>, filter: &EntryFilter) -> bool {
    filter.region.or(sight.only_region()).is_some() || sight.has_subtrees()
}

/// Whether what narrows the list leaves so few rows that they are sooner read than walked for.
pub(super) async fn is_few(tx: &mut Tx, sight: &Sight<'_>, filter: &EntryFilter) -> Result<bool> {
    // Struck off is two states, which few rows may have; open is most of them.
    let narrows = filter.mark.is_some()
        || matches!(filter.states.len(), 1 | 2)
        || filter.overdue_on.is_some()
        || !filter.owners.is_empty();
    Ok(narrows && counted(tx, sight, filter, FEW + 1).await? <= FEW)
}

fn statement(sight: &Sight<'_>, filter: &EntryFilter, page: &EntryPage, pin: Pin) -> Filter {
    let head = match page.order {
        EntryOrder::Mark(slot) => MARKED_ROWS[place(slot)],
        _ => ROWS,
    };
    let base = narrowed(seen(Filter::new(head).bind(&filter.kind), sight, filter), filter, pin);
    let sorted = match pin {
        Pin::Order => false,
        Pin::Filter => !filter.is_followed_by(page.order),
        // A county's rows lie in the order they were handed down.
        Pin::Region => page.order != EntryOrder::Issued,
    };
    ordered(base, page, sorted)
}

/// Narrows to what the viewer may see.
pub(super) fn seen(base: Filter, sight: &Sight<'_>, filter: &EntryFilter) -> Filter {
    let regions = sight.regions();
    match filter.region.or(sight.only_region()) {
        Some(region) if regions.contains(&region) => return base.and("e.region = ?").bind(region),
        _ => {}
    }
    let base = base.and_some("e.region = ?", filter.region);
    if !sight.has_subtrees() {
        // The addition keeps the engine on the list's own index.
        return base.and("e.region + 0 in (?)").bind_list(regions);
    }
    within(base, sight, &filter.kind)
}

/// Whole regions, or what a subtree has to do with: its township, what its organisations own, what it handed down. Each part has an index.
fn within(base: Filter, sight: &Sight<'_>, kind: &str) -> Filter {
    let mut base = base.then("and ((e.region in (?)").bind_list(sight.regions()).and("e.kind = ?").bind(kind).then(")");
    for org in sight.subtrees() {
        base =
            base.then("or (e.kind = ? and e.township = ? and e.region = ?)").bind(kind).bind(org.id).bind(org.region);
        base = base.then("or (e.kind = ? and e.owner_org in (select a.org from org_ancestor a where a.region = ?");
        base = base
            .bind(kind)
            .bind(org.region)
            .then("and a.ancestor = ?) and e.owner_region = ?)")
            .bind(org.id)
            .bind(org.region);
        base =
            base.then("or (e.desk = ? and e.kind = ? and e.desk_region = ?)").bind(org.id).bind(kind).bind(org.region);
    }
    base.then(")")
}

/// Narrows to what was asked for. What is not pinned cannot be found by an index.
pub(super) fn narrowed(base: Filter, filter: &EntryFilter, pin: Pin) -> Filter {
    let found = pin == Pin::Filter;
    let mut base = base.and_some("e.township = ?", filter.township);
    base = match filter.states[..] {
        [] => base.and("e.state || '' <> 'withdrawn'"),
        [state] if found => base.and("e.state = ?").bind(state),
        _ if found => base.and("e.state in (?)").bind_list(filter.states.iter().copied()),
        _ => base.and("e.state || '' in (?)").bind_list(filter.states.iter().copied()),
    };
    base = base.and_some(if found { "e.due_day < ?" } else { "e.due_day + 0 < ?" }, filter.overdue_on);
    if let [org] = filter.owners[..] {
        base = if found { base.and("e.owner_org = ?") } else { base.and("coalesce(e.owner_org, e.case_id) = ?") }
            .bind(org.id);
    } else if !filter.owners.is_empty() {
        base = base.and("e.owner_org in (?)").bind_list(filter.owners.iter().map(|org| org.id));
    }
    if let Some((slot, from, to)) = &filter.mark {
        let at = place(*slot);
        base = base.and(if found { IS[at] } else { TESTED[at] }).bind(from).bind(to);
        if found {
            // Lets the engine take the index of what is filled.
            base = base.and(FILLED[at]);
        }
    }
    base
}

/// One row more than asked for tells whether there is another page.
fn ordered(base: Filter, page: &EntryPage, sorted: bool) -> Filter {
    let back = page.at.as_ref().is_some_and(|at| at.towards == Towards::Previous);
    let down = page.descending != back;
    let at = page.at.as_ref();
    let base = match page.order {
        EntryOrder::Issued => {
            let (beside, order) = match (down, sorted) {
                (false, false) => ("e.seq > ?", "order by e.seq limit ?"),
                (true, false) => ("e.seq < ?", "order by e.seq desc limit ?"),
                (false, true) => ("e.seq + 0 > ?", "order by e.seq + 0 limit ?"),
                (true, true) => ("e.seq + 0 < ?", "order by e.seq + 0 desc limit ?"),
            };
            base.and_some(beside, at.map(|at| at.seq)).then(order)
        }
        EntryOrder::Due => {
            let base = base.and(if sorted { "e.due_day + 0 is not null" } else { "e.due_day is not null" });
            let from = at.and_then(|at| Some((at.key.parse::<i64>().ok()?, at.seq)));
            let base = match from {
                Some((day, seq)) => {
                    let beside = match (down, sorted) {
                        (false, false) => "(e.due_day, e.seq) > (?, ?)",
                        (true, false) => "(e.due_day, e.seq) < (?, ?)",
                        (false, true) => "(e.due_day + 0, e.seq) > (?, ?)",
                        (true, true) => "(e.due_day + 0, e.seq) < (?, ?)",
                    };
                    base.and(beside).bind(day).bind(seq)
                }
                None => base,
            };
            base.then(match (down, sorted) {
                (false, false) => "order by e.due_day, e.seq limit ?",
                (true, false) => "order by e.due_day desc, e.seq desc limit ?",
                (false, true) => "order by e.due_day + 0, e.seq limit ?",
                (true, true) => "order by e.due_day + 0 desc, e.seq desc limit ?",
            })
        }
        EntryOrder::Mark(slot) => {
            let slot = place(slot);
            let base = base.and(if sorted { FILLED_TESTED[slot] } else { FILLED[slot] });
            let base = match at {
                Some(at) => {
                    let beside = match (down, sorted) {
                        (false, false) => AFTER[slot],
                        (true, false) => BEFORE[slot],
                        (false, true) => AFTER_TESTED[slot],
                        (true, true) => BEFORE_TESTED[slot],
                    };
                    base.and(beside).bind(&at.key).bind(at.seq)
                }
                None => base,
            };
            base.then(match (down, sorted) {
                (false, false) => UP[slot],
                (true, false) => DOWN[slot],
                (false, true) => UP_SORTED[slot],
                (true, true) => DOWN_SORTED[slot],
            })
        }
    };
    base.bind(page.limit + 1)
}

/// A kind's file lets no field have another place.
pub(super) fn place(slot: u8) -> usize {
    usize::from(slot).min(MARKED - 1)
}

/// The lines of the cases of these rows, in their order.
pub async fn entry_lines(tx: &mut Tx, entries: &[Entry]) -> Result<Vec<CaseLine>> {
    let mut regions: HashMap<Region, Vec<Id>> = HashMap::new();
    for entry in entries {
        regions.entry(entry.region).or_default().push(entry.case_id);
    }
    let mut lines: HashMap<Id, CaseLine> = HashMap::new();
    for (region, ids) in regions {
        let base = Filter::new(LINES).then("x.region = ?").bind(region).and("x.id in (?)").bind_list(ids);
        lines.extend(base.query().fetch_all::<CaseLine>(tx).await?.into_iter().map(|line| (line.id, line)));
    }
    Ok(entries.iter().filter_map(|entry| lines.remove(&entry.case_id)).collect())
}
