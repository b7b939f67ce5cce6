//! The tree: where a case hangs, what lies below it, and what its parent knows of it.

use huiyin_base::{Day, Id, Instant, Region};
use huiyin_db::{Filter, Result, RowChange, ToValue as _, Tx, insert_many, query, update_many};

use super::stored::{Moving as _, stored};
use crate::CaseRef;

stored! {
    /// A case's place in the tree, with what lies below it.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct CaseNode in "case_node" {
        fixed {
            region: Region,
            case_id: Id,
            parent_region: Option<Region>,
            parent: Option<Id>,
            root_region: Region,
            root: Id,
            depth: i64,
        }
        moving {
            measure: String,
            target: Option<i64>,
            amount: i64,
            total: i64,
            done: i64,
            late: i64,
            parts_target: i64,
            parts_amount: i64,
            as_of: Option<Instant>,
            epoch: i64,
            version: i64,
        }
    }
}

stored! {
    /// What a parent knows of a child.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct CaseLink in "case_link" {
        fixed {
            region: Region,
            parent: Id,
            child_region: Region,
            child: Id,
            kind: String,
            position: i64,
            unit_region: Region,
            unit: Id,
            township: Option<Id>,
        }
        moving {
            open: bool,
            late: bool,
            due_day: Option<Day>,
            target: Option<i64>,
            amount: i64,
            total: i64,
            done: i64,
            late_below: i64,
            version: i64,
            held_epoch: Option<i64>,
        }
    }
}

impl CaseNode {
    /// The case above.
    pub fn above(&self) -> Option<CaseRef> {
        self.parent_region.zip(self.parent).map(|(region, id)| CaseRef { region, id })
    }

    /// What was reached: of its parts, where it has any, else by its own entry.
    pub fn reached(&self) -> i64 {
        if self.total > 0 { self.parts_amount } else { self.amount }
    }
}

impl CaseLink {
    /// The case it is about.
    pub fn child_at(&self) -> CaseRef {
        CaseRef { region: self.child_region, id: self.child }
    }
}

/// Adds places in the tree; one that a case has already stays.
pub async fn node_add(tx: &mut Tx, nodes: &[CaseNode]) -> Result<()> {
    let rows = nodes.iter().map(CaseNode::values).collect();
    insert_many(tx, CaseNode::INSERT, rows, "on conflict (region, case_id) do nothing").await?;
    Ok(())
}

/// Adds links.
pub async fn link_add(tx: &mut Tx, links: &[CaseLink]) -> Result<()> {
    insert_many(tx, CaseLink::INSERT, links.iter().map(CaseLink::values).collect(), "").await?;
    Ok(())
}

/// A case's place in the tree, if it has one.
pub async fn node_get(tx: &mut Tx, case: CaseRef) -> Result<Option<CaseNode>> {
    let base = Filter::new(CaseNode::SELECT).then("x.region = ?").bind(case.region);
    base.and("x.case_id = ?").bind(case.id).query().fetch_optional(tx).await
}

/// The places in the tree of those of these cases that have one.
pub async fn nodes_of(tx: &mut Tx, region: Region, ids: &[Id]) -> Result<Vec<CaseNode>> {
    let base = Filter::new(CaseNode::SELECT).then("x.region = ?").bind(region);
    base.and("x.case_id in (?)").bind_list(ids.iter().copied()).query().fetch_all(tx).await
}

/// What parents of the same region know of these cases.
pub async fn links_of(tx: &mut Tx, region: Region, parents: &[Id], children: &[Id]) -> Result<Vec<CaseLink>> {
    let base = Filter::new(CaseLink::SELECT).then("x.region = ?").bind(region);
    let base = base.and("x.parent in (?)").bind_list(parents.iter().copied()).and("x.child_region = ?").bind(region);
    base.and("x.child in (?)").bind_list(children.iter().copied()).query().fetch_all(tx).await
}

/// Writes what may change of a place in the tree. Whoever does so holds the lock of its case.
pub async fn node_save(tx: &mut Tx, node: &CaseNode) -> Result<()> {
    // The first assignment changes nothing; it lets every other begin with a comma.
    let update = node.assign(Filter::new("update case_node set depth = depth"));
    update.then("where region = ?").bind(node.region).and("case_id = ?").bind(node.case_id).query().execute(tx).await?;
    Ok(())
}

/// Writes what has changed of places in the tree, each given before and after. Whoever does so holds the locks of their cases.
pub async fn node_save_all<'a>(
    tx: &mut Tx,
    nodes: impl Iterator<Item = (&'a CaseNode, &'a CaseNode)> + Send,
) -> Result<()> {
    let rows = nodes.map(|(before, after)| RowChange {
        key: vec![("region", after.region.to_value()), ("case_id", after.case_id.to_value())],
        set: after.changed(before),
    });
    update_many(tx, "case_node", rows.collect::<Vec<_>>()).await?;
    Ok(())
}

/// What a parent knows of a child.
pub async fn link_get(tx: &mut Tx, parent: CaseRef, child: CaseRef) -> Result<Option<CaseLink>> {
    let base = Filter::new(CaseLink::SELECT).then("x.region = ?").bind(parent.region);
    let base = base.and("x.parent = ?").bind(parent.id).and("x.child_region = ?").bind(child.region);
    base.and("x.child = ?").bind(child.id).query().fetch_optional(tx).await
}

/// Writes what may change of a link. Whoever does so holds the lock of the parent.
pub async fn link_save(tx: &mut Tx, link: &CaseLink) -> Result<()> {
    // The first assignment changes nothing; it lets every other begin with a comma.
    let update = link.assign(Filter::new("update case_link set kind = kind"));
    let update = update.then("where region = ?").bind(link.region).and("parent = ?").bind(link.parent);
    let update = update.and("child_region = ?").bind(link.child_region).and("child = ?").bind(link.child);
    update.query().execute(tx).await?;
    Ok(())
}

/// Writes what has changed of links, each given before and after. Whoever does so holds the locks of the parents.
pub async fn link_save_all<'a>(
    tx: &mut Tx,
    links: impl Iterator<Item = (&'a CaseLink, &'a CaseLink)> + Send,
) -> Result<()> {
    let rows = links.map(|(before, after)| RowChange {
        key: vec![
            ("region", after.region.to_value()),
            ("parent", after.parent.to_value()),
            ("child_region", after.child_region.to_value()),
            ("child", after.child.to_value()),
        ],
        set: after.changed(before),
    });
    update_many(tx, "case_link", rows.collect::<Vec<_>>()).await?;
    Ok(())
}

/// How a list of children is narrowed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LinkFilter {
    /// Only what keeps the parent from closing.
    pub open: bool,
    /// Only what is past its day.
    pub late: bool,
    /// Only this kind.
    pub kind: Option<String>,
    /// Only of this county.
    pub county: Option<Region>,
    /// Only of this township.
    pub township: Option<Id>,
    /// After this place and child.
    pub after: Option<(i64, Id)>,
}

fn linked(base: Filter, parent: CaseRef, filter: &LinkFilter) -> Filter {
    let base = base.then("x.region = ?").bind(parent.region).and("x.parent = ?").bind(parent.id);
    let base = base.and_some("x.kind = ?", filter.kind.as_deref()).and_some("x.child_region = ?", filter.county);
    let base = base.and_some("x.township = ?", filter.township);
    let base = if filter.open { base.and("x.open = ?").bind(true) } else { base };
    if filter.late { base.and("x.late = ?").bind(true) } else { base }
}

/// The children of a case in their order, one page.
pub async fn link_page(tx: &mut Tx, parent: CaseRef, filter: &LinkFilter, limit: i64) -> Result<Vec<CaseLink>> {
    let base = linked(Filter::new(CaseLink::SELECT), parent, filter);
    let base = match filter.after {
        Some((position, child)) => base.and("(x.position, x.child) > (?, ?)").bind(position).bind(child),
        None => base,
    };
    base.then("order by x.position, x.child limit ?").bind(limit).query().fetch_all(tx).await
}

/// Every child of a case.
pub async fn link_all(tx: &mut Tx, parent: CaseRef, filter: &LinkFilter) -> Result<Vec<CaseLink>> {
    linked(Filter::new(CaseLink::SELECT), parent, filter)
        .then("order by x.position, x.child")
        .query()
        .fetch_all(tx)
        .await
}

/// The children of a case counted by county and township: region, township, all, open, late, with what lies below them.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the sentence above names them")]
pub struct LinkGroup {
    pub county: Region,
    pub township: Option<Id>,
    pub children: i64,
    pub open: i64,
    pub total: i64,
    pub done: i64,
    pub late: i64,
}

/// A group as it is read.
type GroupRow = (Region, Option<Id>, i64, i64, i64, i64, i64);

/// Counts the children of a case by place.
pub async fn link_groups(tx: &mut Tx, parent: CaseRef, filter: &LinkFilter) -> Result<Vec<LinkGroup>> {
    let base = Filter::new(
        "select x.child_region, x.township, count(*), cast(sum(case when x.open = ? then 1 else 0 end) as bigint),
         cast(sum(x.total) as bigint), cast(sum(x.done) as bigint), cast(sum(x.late_below) as bigint)
         from case_link x where ",
    );
    let base = linked(base.bind(true), parent, filter).then("group by x.child_region, x.township");
    let group = |(county, township, children, open, total, done, late): GroupRow| LinkGroup {
        county,
        township,
        children,
        open,
        total,
        done,
        late,
    };
    Ok(base.query().fetch_all::<GroupRow>(tx).await?.into_iter().map(group).collect())
}

/// Parents with children whose day is over since they were last looked at.
pub async fn link_overdue(tx: &mut Tx, region: Region, today: Day, limit: i64) -> Result<Vec<CaseLink>> {
    let base = Filter::new(CaseLink::SELECT).then("x.region = ?").bind(region).and("x.late = ?").bind(false);
    let base = base.and("x.due_day is not null").and("x.due_day < ?").bind(today);
    base.then("order by x.parent, x.child limit ?").bind(limit).query().fetch_all(tx).await
}

/// Children that are held open for an opening that has not come.
pub async fn link_held(tx: &mut Tx, region: Region) -> Result<Vec<CaseLink>> {
    let base = Filter::new(CaseLink::SELECT).then("x.region = ?").bind(region);
    base.and("x.held_epoch is not null").then("order by x.child limit 500").query().fetch_all(tx).await
}

/// A number for the next child in the list of its siblings.
pub async fn link_last(tx: &mut Tx, parent: CaseRef) -> Result<i64> {
    let last = query("select coalesce(max(position), 0) from case_link where region = $1 and parent = $2");
    last.bind(parent.region).bind(parent.id).fetch_scalar(tx).await
}
