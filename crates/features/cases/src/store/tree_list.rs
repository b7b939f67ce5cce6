//! The tree as lists: one row a case, with what lies below it.

use huiyin_base::{Day, Id, Instant, Region};
use huiyin_db::{Filter, Result, Tx, row};
use huiyin_directory::{OrgKind, Scope};

use super::filter::{scoped, sight};
use crate::{CaseRef, Outcome, State};

row! {
    /// A case of the tree as lists show it.
    #[derive(Clone, Debug, PartialEq)]
    #[expect(missing_docs, reason = "each field is the column of its name; the migration says what it holds")]
    pub struct TreeLine {
        pub region: Region,
        pub id: Id,
        pub seq: i64,
        pub kind: String,
        pub title: String,
        pub state: State,
        pub outcome: Option<Outcome>,
        pub due_day: Option<Day>,
        pub submitted_day: Day,
        pub owner_region: Region,
        pub owner_org: Id,
        pub owner_account: Option<Id>,
        pub township: Option<Id>,
        pub village: Option<Id>,
        pub children_open: i64,
        pub depth: i64,
        pub measure: String,
        pub target: Option<i64>,
        pub amount: i64,
        pub total: i64,
        pub done: i64,
        pub late: i64,
        pub parts_target: i64,
        pub parts_amount: i64,
        pub as_of: Option<Instant>,
    }
}

const LINE: &str = "select x.region, x.id, x.seq, x.kind, x.title, x.state, x.outcome, x.due_day, x.submitted_day,
    x.owner_region, x.owner_org, x.owner_account, x.township, x.village, x.children_open, n.depth, n.measure, n.target,
    n.amount, n.total, n.done, n.late, n.parts_target, n.parts_amount, n.as_of
    from case_item x join case_node n on n.region = x.region and n.case_id = x.id where ";

impl TreeLine {
    /// What was reached: of its parts, where it has any, else by its own entry.
    pub fn reached(&self) -> i64 {
        if self.total > 0 { self.parts_amount } else { self.amount }
    }
}

/// How the lists are narrowed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TreeFilter {
    /// The kind's word.
    pub kind: String,
    /// Owned by organisations of these kinds; empty for all.
    pub levels: Vec<OrgKind>,
    /// One county, or the city's own.
    pub region: Option<Region>,
    /// One township.
    pub township: Option<Id>,
    /// Of the tree with this top.
    pub root: Option<Id>,
    /// Of the county's part of a tree: below this path.
    pub below: Option<String>,
    /// Only what is open.
    pub open: bool,
    /// Only what was due before this day.
    pub overdue_on: Option<Day>,
    /// Before this place in the list.
    pub before: Option<i64>,
}

/// One page of a list, the newest first.
pub async fn tree_page(tx: &mut Tx, scope: &Scope, filter: &TreeFilter, limit: i64) -> Result<Vec<TreeLine>> {
    let sight = sight(tx, scope, filter.region).await?;
    let base = Filter::new(LINE);
    let mut base = if filter.kind == "problem" {
        base.then("x.kind = 'problem' and x.posted_day is not null")
    } else {
        base.then("x.kind <> 'problem'").and("x.kind = ?").bind(&filter.kind)
    };
    base = base.and_some("x.region = ?", filter.region).and_some("x.township = ?", filter.township);
    base = base.and_some("n.root = ?", filter.root).and_some("x.due_day < ?", filter.overdue_on);
    base = base.and_some("x.seq < ?", filter.before);
    if let Some(path) = &filter.below {
        base = base.and("x.path > ?").bind(path).and("x.path < ?").bind(format!("{path}~"));
    }
    if filter.open {
        base = base.and("coalesce(x.state, '') in (?)").bind_list(State::OPEN);
    } else {
        base = base.and("coalesce(x.state, '') not in (?)").bind_list([State::Withdrawn, State::Declined]);
    }
    if !filter.levels.is_empty() {
        let level =
            "exists (select 1 from org o where o.region = x.owner_region and o.id = x.owner_org and o.kind in (?))";
        base = base.and(level).bind_list(filter.levels.iter().copied());
    }
    let base = scoped(base, &sight, filter.region);
    base.then("order by x.seq desc limit ?").bind(limit).query().fetch_all(tx).await
}

/// These cases of the tree, wherever they live; who asks has found them by what stands above.
pub async fn tree_lines(tx: &mut Tx, cases: &[CaseRef]) -> Result<Vec<TreeLine>> {
    if cases.is_empty() {
        return Ok(Vec::new());
    }
    let keys = cases.iter().map(|case| (case.region, case.id));
    Filter::new(LINE).then("(x.region, x.id) in (values ?)").bind_pairs(keys).query().fetch_all(tx).await
}
