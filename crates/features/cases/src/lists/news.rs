//! Across the border between two regions: a job carries what happened to a child to its parent, and a child that is to be opened again
//! asks its parent first.

use huiyin_base::{Id, Instant, Problem, Region, Rng};
use huiyin_db::Tx;
use huiyin_jobs::NewJob;

use super::climb::rise;
use super::share::{Share, share_of};
use crate::store::{self, CaseNode};
use crate::tree::ancestors_lock;
use crate::{CaseItem, CaseRef, Cases, Moment};

/// The job that carries news of a child to its parent in another region.
pub const NEWS: &str = "case_tree_news";

/// The parent's leave to open a child again: worth something until it is taken back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Leave {
    pub(crate) epoch: i64,
}

/// The job for a change of a case whose parent lives elsewhere. One that waits already will see this change too.
pub(super) fn news_job(node: &CaseNode, moment: Moment) -> (NewJob, Id) {
    // No randomness is at hand inside a write, and a write that runs again makes the same job.
    let mut rng = Rng::fork(u64::try_from(node.version).unwrap_or(0), &format!("{NEWS} {}", node.case_id));
    let job = NewJob {
        region: node.region,
        kind: NEWS,
        key: Some(node.case_id.to_string()),
        payload: serde_json::json!({ "case": node.case_id.to_string() }),
        // At once.
        run_at: Instant::UNIX_EPOCH,
        created_by: None,
    };
    (job, Id::new(node.region, moment.now, &mut rng))
}

/// What an opening is answered before its parent was asked.
pub(crate) const ASK_FIRST: &str = "上级事项在别的区划，要先问过它。请再试一次。";

/// A case with a parent in another region opens again only with the parent's leave, and only while that was not taken back.
pub(crate) async fn border_gate(
    tx: &mut Tx,
    before: &CaseItem,
    after: &CaseItem,
    leave: Option<Leave>,
) -> Result<(), Problem> {
    if before.state.is_open() || !after.state.is_open() || before.parent.is_none() {
        return Ok(());
    }
    let Some(mut node) = store::node_get(tx, before.at()).await? else { return Ok(()) };
    if node.above().is_none_or(|parent| parent.region == before.region) {
        return Ok(());
    }
    match leave {
        None => Err(Problem::conflict(ASK_FIRST)),
        Some(leave) if leave.epoch == node.epoch => {
            node.epoch += 1;
            Ok(store::node_save(tx, &node).await?)
        }
        Some(_) => Err(Problem::conflict("上级事项正在变动，没有重新打开。请再试一次。")),
    }
}

/// What a child tells: read in its own region.
struct Telling {
    case: CaseItem,
    node: CaseNode,
    parent: CaseRef,
}

impl Cases {
    /// Carries how a child stands to its parent in another region. Twice does nothing twice; older news is passed over.
    pub async fn tree_news(&self, child: CaseRef, moment: Moment) -> Result<bool, Problem> {
        let mut tx = self.db.read().await?;
        let Some(told) = telling(&mut tx, child).await? else { return Ok(false) };
        drop(tx);
        self.carry(told, moment).await
    }

    /// Takes back a leave that was not used: from now on an opening that still rests on it is refused.
    pub async fn tree_hold_end(&self, child: CaseRef, moment: Moment) -> Result<bool, Problem> {
        let write = self.db.write("case_tree_fence", move |tx| {
            Box::pin(async move {
                let Some(_) = store::case_lock(tx, child).await? else { return Ok(None) };
                let Some(mut told) = telling(tx, child).await? else { return Ok(None) };
                told.node.epoch += 1;
                told.node.version += 1;
                store::node_save(tx, &told.node).await?;
                Ok(Some(told))
            })
        });
        match write.await? {
            Some(told) => self.carry(told, moment).await,
            None => Ok(false),
        }
    }

    async fn carry(&self, told: Telling, moment: Moment) -> Result<bool, Problem> {
        let Telling { case, node, parent } = told;
        let write = self.db.write("case_tree_news", move |tx| {
            let (case, node) = (case.clone(), node.clone());
            Box::pin(async move {
                ancestors_lock(tx, parent).await?;
                let mut whole = store::case_lock(tx, parent).await?.ok_or_else(Problem::not_found)?;
                let Some(mut link) = store::link_get(tx, parent, case.at()).await? else { return Ok(false) };
                if link.version >= node.version {
                    return Ok(false);
                }
                let (before, mut after) = (link.share(), share_of(&case, &node, moment.today));
                // A leave is over once it was used or taken back: both raise the child's epoch.
                link.held_epoch = link.held_epoch.filter(|held| node.epoch <= *held);
                if link.held_epoch.is_some() {
                    // Somebody is about to open it: it stays open in the eyes of its parent until that has happened or was called off.
                    after = Share { open: true, ..after };
                }
                let mut above = store::node_get(tx, parent).await?.ok_or_else(Problem::not_found)?;
                above.hear(&mut link, after, node.version, moment.now);
                store::link_save(tx, &link).await?;
                if before.open != after.open {
                    whole.children_open += i64::from(after.open) - i64::from(before.open);
                    store::case_update(tx, &whole).await?;
                }
                store::node_save(tx, &above).await?;
                rise(tx, &whole, above, moment).await?;
                Ok(true)
            })
        });
        write.await
    }

    /// Asks the parent in another region whether a child may be opened again; none where no parent lives elsewhere. The parent counts it
    /// as open from here on, so that it cannot close meanwhile.
    pub(crate) async fn tree_leave(&self, child: CaseRef) -> Result<Option<Leave>, Problem> {
        let mut tx = self.db.read().await?;
        let Some(told) = telling(&mut tx, child).await? else { return Ok(None) };
        drop(tx);
        if told.case.state.is_open() {
            return Ok(None);
        }
        let (epoch, parent) = (told.node.epoch, told.parent);
        let write = self.db.write("case_tree_leave", move |tx| {
            Box::pin(async move {
                ancestors_lock(tx, parent).await?;
                let mut whole = store::case_lock(tx, parent).await?.ok_or_else(Problem::not_found)?;
                if !whole.state.is_open() {
                    return Err(Problem::conflict("上级事项已经办结。请先重新打开上级事项。"));
                }
                let mut link = store::link_get(tx, parent, child).await?.ok_or_else(Problem::not_found)?;
                if !link.open {
                    whole.children_open += 1;
                    store::case_update(tx, &whole).await?;
                }
                (link.open, link.held_epoch) = (true, Some(epoch));
                store::link_save(tx, &link).await?;
                Ok(())
            })
        });
        write.await?;
        Ok(Some(Leave { epoch }))
    }

    /// Marks children whose day is over, and tells those above them. Some at a time; how many there were.
    pub async fn tree_late(&self, region: Region, moment: Moment) -> Result<usize, Problem> {
        const SOME: i64 = 500;
        let due = store::link_overdue(&mut self.db.read().await?, region, moment.today, SOME).await?;
        let count = due.len();
        let mut parents: Vec<Id> = due.iter().map(|link| link.parent).collect();
        parents.dedup();
        for parent in parents {
            let parent = CaseRef { region, id: parent };
            let children: Vec<CaseRef> =
                due.iter().filter(|link| link.parent == parent.id).map(store::CaseLink::child_at).collect();
            let write = self.db.write("case_tree_late", move |tx| {
                let children = children.clone();
                Box::pin(async move {
                    ancestors_lock(tx, parent).await?;
                    let whole = store::case_lock(tx, parent).await?.ok_or_else(Problem::not_found)?;
                    let mut above = store::node_get(tx, parent).await?.ok_or_else(Problem::not_found)?;
                    for child in children {
                        let Some(mut link) = store::link_get(tx, parent, child).await? else { continue };
                        let passed = link.open && !link.late && link.due_day.is_some_and(|due| due < moment.today);
                        if passed {
                            let before = link.share();
                            link.take(Share { late: true, late_below: before.late_below + 1, ..before });
                            store::link_save(tx, &link).await?;
                            above.exchange(before, link.share());
                        }
                    }
                    (above.as_of, above.version) = (Some(moment.now), above.version + 1);
                    store::node_save(tx, &above).await?;
                    rise(tx, &whole, above, moment).await
                })
            });
            write.await?;
        }
        Ok(count)
    }
}

async fn telling(tx: &mut Tx, child: CaseRef) -> Result<Option<Telling>, Problem> {
    let Some(node) = store::node_get(tx, child).await? else { return Ok(None) };
    let Some(parent) = node.above().filter(|parent| parent.region != child.region) else { return Ok(None) };
    let case = store::case_get(tx, child).await?.ok_or_else(Problem::not_found)?;
    Ok(Some(Telling { case, node, parent }))
}
