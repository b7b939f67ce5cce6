//! A tree that grew in memory: the same numbers as the running city would have counted, for many cases at once.

use std::collections::HashMap;

use huiyin_base::{Id, Instant};

use super::rows::root_of;
use super::share::{Share, share_of};
use crate::store::{CaseLink, CaseNode};
use crate::{CaseRef, History, Lines, Moment};

/// The places of cases in the tree, and what their parents know of them.
#[derive(Clone, Debug, Default)]
pub struct Grown {
    /// A place for each case.
    pub nodes: Vec<CaseNode>,
    /// A link for each case that has a parent.
    pub links: Vec<CaseLink>,
}

/// Hangs cases below those that their `parent` names, and counts. A parent stands in the list before its children.
pub fn grown(histories: &mut [History], lines: &Lines, moment: Moment) -> Grown {
    let at: HashMap<Id, usize> = histories.iter().enumerate().map(|(at, one)| (one.item.id, at)).collect();
    let mut nodes: Vec<CaseNode> = Vec::with_capacity(histories.len());
    let mut positions: HashMap<Id, i64> = HashMap::new();
    let mut links: Vec<Option<CaseLink>> = Vec::with_capacity(histories.len());
    for n in 0..histories.len() {
        let above = histories[n].item.parent.and_then(|parent| at.get(&parent)).copied();
        let node = root_of(&histories[n].item).filled(&histories[n].values);
        let Some(above) = above else {
            nodes.push(node);
            links.push(None);
            continue;
        };
        let parent = nodes[above].clone();
        let inside = parent.region == node.region;
        let path = if inside { histories[above].item.path.clone() } else { String::new() };
        histories[n].item.path = format!("{path}{}/", node.case_id);
        let position = positions.entry(parent.case_id).or_insert(0);
        *position += 1;
        links.push(Some(link(&histories[n], &parent, *position, lines)));
        nodes.push(CaseNode {
            parent_region: Some(parent.region),
            parent: Some(parent.case_id),
            root_region: parent.root_region,
            root: parent.root,
            depth: parent.depth + 1,
            ..node
        });
    }
    for n in (0..histories.len()).rev() {
        let Some(above) = nodes[n].above().and_then(|parent: CaseRef| at.get(&parent.id)).copied() else { continue };
        let share = share_of(&histories[n].item, &nodes[n], moment.today);
        let told = last(&histories[n]);
        if let Some(link) = &mut links[n] {
            link.take(share);
            link.version = nodes[n].version;
        }
        nodes[above].exchange(Share::NONE, share);
        nodes[above].as_of = nodes[above].as_of.max(nodes[n].as_of).max(Some(told));
        histories[above].item.children_open += i64::from(share.open);
    }
    Grown { nodes, links: links.into_iter().flatten().collect() }
}

fn last(history: &History) -> Instant {
    history.events.iter().map(|event| event.at).max().unwrap_or(Instant::UNIX_EPOCH)
}

fn link(child: &History, parent: &CaseNode, position: i64, lines: &Lines) -> CaseLink {
    let unit = child.item.owner();
    CaseLink {
        region: parent.region,
        parent: parent.case_id,
        child_region: child.item.region,
        child: child.item.id,
        kind: child.item.kind.clone(),
        position,
        unit_region: unit.region,
        unit: unit.id,
        township: lines.township(unit),
        open: false,
        late: false,
        due_day: None,
        target: None,
        amount: 0,
        total: 0,
        done: 0,
        late_below: 0,
        version: 0,
        held_epoch: None,
    }
}
