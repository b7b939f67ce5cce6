//! What a parent counts of a child: pure, so that the same numbers stand wherever they are worked out.

use huiyin_base::{Day, Instant};

use crate::store::{CaseLink, CaseNode};
use crate::{CaseItem, State};

/// A child and all below it, as its parent counts them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Share {
    pub(crate) open: bool,
    pub(crate) late: bool,
    pub(crate) due_day: Option<Day>,
    pub(crate) target: Option<i64>,
    pub(crate) amount: i64,
    pub(crate) total: i64,
    pub(crate) done: i64,
    pub(crate) late_below: i64,
}

/// What counts of a child as it stands. What was taken back counts no more.
pub(crate) fn share_of(case: &CaseItem, node: &CaseNode, today: Day) -> Share {
    let open = case.state.is_open();
    let done = State::ECHOED.contains(&case.state);
    let counts = open || done;
    let late = open && case.is_overdue(today);
    Share {
        open,
        late,
        due_day: case.due_day.filter(|_| open),
        target: node.target.filter(|_| counts),
        amount: if counts { node.reached() } else { 0 },
        total: i64::from(counts) + node.total,
        done: i64::from(done) + node.done,
        late_below: i64::from(late) + node.late,
    }
}

impl CaseLink {
    pub(crate) fn share(&self) -> Share {
        Share {
            open: self.open,
            late: self.late,
            due_day: self.due_day,
            target: self.target,
            amount: self.amount,
            total: self.total,
            done: self.done,
            late_below: self.late_below,
        }
    }

    pub(crate) fn take(&mut self, share: Share) {
        (self.open, self.late, self.due_day) = (share.open, share.late, share.due_day);
        (self.target, self.amount, self.total) = (share.target, share.amount, share.total);
        (self.done, self.late_below) = (share.done, share.late_below);
    }
}

impl CaseNode {
    /// Takes over how a child stands at its `version`, and what was known of it until `now`.
    pub(crate) fn hear(&mut self, link: &mut CaseLink, share: Share, version: i64, now: Instant) {
        self.exchange(link.share(), share);
        link.take(share);
        link.version = version;
        (self.as_of, self.version) = (Some(now), self.version + 1);
    }

    /// Puts the new share of a child in the place of the one before.
    pub(crate) fn exchange(&mut self, before: Share, after: Share) {
        self.total += after.total - before.total;
        self.done += after.done - before.done;
        self.late += after.late_below - before.late_below;
        self.parts_target += after.target.unwrap_or(0) - before.target.unwrap_or(0);
        self.parts_amount += after.amount - before.amount;
    }
}

impl Share {
    /// Of a child that is not there yet.
    pub(crate) const NONE: Self =
        Self { open: false, late: false, due_day: None, target: None, amount: 0, total: 0, done: 0, late_below: 0 };
}
