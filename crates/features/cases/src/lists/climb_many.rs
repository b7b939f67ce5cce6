//! News of many cases of a region go up together: what stands above them is read once, counted in memory, and written once.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use huiyin_base::{Id, Problem, Region};
use huiyin_db::{Tx, padded};

use super::news::news_job;
use super::share::share_of;
use crate::store::{self, CaseLink, CaseNode};
use crate::{CaseItem, Moment};

/// What `climb` does, for many cases of a region whose fields stay as they were. `all` are these cases and everything above them
/// in the region as they stand now; whoever calls holds their locks.
pub(crate) async fn climb_many(
    tx: &mut Tx,
    region: Region,
    cases: &[&CaseItem],
    all: HashMap<Id, &CaseItem>,
    moment: Moment,
) -> Result<(), Problem> {
    let ids = in_trees(&all);
    if cases.is_empty() || ids.is_empty() {
        return Ok(());
    }
    let mut rising = Rising::find(tx, region, all, padded(ids), moment).await?;
    for case in cases {
        rising.tell(case.id)?;
    }
    rising.save(tx).await
}

/// The places of cases in the tree and what their parents in the region know of them, while news go up.
struct Rising<'a> {
    region: Region,
    moment: Moment,
    cases: HashMap<Id, &'a CaseItem>,
    nodes: BTreeMap<Id, Kept<CaseNode>>,
    /// By parent and child.
    links: BTreeMap<(Id, Id), Kept<CaseLink>>,
    /// Those with news for a parent in another region.
    borders: BTreeSet<Id>,
}

/// A row as it was read, and as it is to be.
struct Kept<T> {
    before: T,
    after: T,
}

impl<T: Clone + PartialEq> Kept<T> {
    fn new(row: T) -> Self {
        Self { before: row.clone(), after: row }
    }

    fn changed(&self) -> Option<(&T, &T)> {
        (self.before != self.after).then_some((&self.before, &self.after))
    }
}

impl<'a> Rising<'a> {
    async fn find(
        tx: &mut Tx,
        region: Region,
        cases: HashMap<Id, &'a CaseItem>,
        ids: Vec<Id>,
        moment: Moment,
    ) -> Result<Self, Problem> {
        let nodes = store::nodes_of(tx, region, &ids).await?;
        let parents: BTreeSet<Id> = nodes.iter().filter_map(|node| node.parent).collect();
        let parents = padded(parents.into_iter().collect());
        let links = store::links_of(tx, region, &parents, &ids).await?;
        Ok(Self {
            region,
            moment,
            cases,
            nodes: nodes.into_iter().map(|node| (node.case_id, Kept::new(node))).collect(),
            links: links.into_iter().map(|link| ((link.parent, link.child), Kept::new(link))).collect(),
            borders: BTreeSet::new(),
        })
    }

    /// Of one case, unless what its parent knows of it is still true.
    fn tell(&mut self, case: Id) -> Result<(), Problem> {
        let (Some(item), Some(node)) = (self.cases.get(&case), self.nodes.get_mut(&case)) else { return Ok(()) };
        let Some(parent) = node.after.parent else { return Ok(()) };
        let link = self.links.get(&(parent, case));
        if link.is_none_or(|link| link.after.share() != share_of(item, &node.after, self.moment.today)) {
            node.after.version += 1;
            self.rise(case)?;
        }
        Ok(())
    }

    /// Tells the parents how the case stands, until nothing changes or the region ends.
    fn rise(&mut self, case: Id) -> Result<(), Problem> {
        let mut child = case;
        loop {
            let (Some(item), Some(node)) = (self.cases.get(&child), self.nodes.get(&child)) else {
                return Err(Problem::not_found());
            };
            let Some(parent) = node.after.above() else { return Ok(()) };
            if parent.region != self.region {
                self.borders.insert(child);
                return Ok(());
            }
            let (share, version) = (share_of(item, &node.after, self.moment.today), node.after.version);
            let Some(link) = self.links.get_mut(&(parent.id, child)) else { return Ok(()) };
            if link.after.share() == share {
                return Ok(());
            }
            let above = self.nodes.get_mut(&parent.id).ok_or_else(Problem::not_found)?;
            above.after.hear(&mut link.after, share, version, self.moment.now);
            child = parent.id;
        }
    }

    async fn save(self, tx: &mut Tx) -> Result<(), Problem> {
        store::node_save_all(tx, self.nodes.values().filter_map(Kept::changed)).await?;
        store::link_save_all(tx, self.links.values().filter_map(Kept::changed)).await?;
        for node in self.borders.iter().filter_map(|case| self.nodes.get(case)) {
            let (job, id) = news_job(&node.after, self.moment);
            huiyin_jobs::enqueue(tx, &job, id).await?;
        }
        Ok(())
    }
}

/// Those that may stand in a tree: most problems do not, but one that was handed down is the root of one.
fn in_trees(cases: &HashMap<Id, &CaseItem>) -> Vec<Id> {
    let above: HashSet<Id> = cases.values().filter_map(|case| case.parent).collect();
    let hangs = |case: &&&CaseItem| case.kind != "problem" || case.parent.is_some() || above.contains(&case.id);
    let mut ids: Vec<Id> = cases.values().filter(hangs).map(|case| case.id).collect();
    ids.sort_unstable();
    ids
}
