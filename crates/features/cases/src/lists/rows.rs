//! The rows that one breaking down begins with.

use huiyin_base::{Day, Id, Instant, Rng};
use huiyin_directory::{Grant, Viewer};
use huiyin_jobs::NewJob;

use super::handdown::{Breakdown, BreakdownRow, HANDDOWN};
use crate::store::{CaseLink, CaseNode, Handdown, HanddownAct, HanddownRow, HanddownState};
use crate::{CaseItem, History, Lines, Moment, post_of};

/// The top of a new tree.
pub(crate) fn root_of(case: &CaseItem) -> CaseNode {
    CaseNode {
        region: case.region,
        case_id: case.id,
        parent_region: None,
        parent: None,
        root_region: case.region,
        root: case.id,
        depth: 0,
        measure: String::new(),
        target: None,
        amount: 0,
        total: 0,
        done: 0,
        late: 0,
        parts_target: 0,
        parts_amount: 0,
        as_of: None,
        epoch: 0,
        version: 1,
    }
}

/// The place of a new child below its parent's.
pub(super) fn node_of(child: &History, above: &CaseNode) -> CaseNode {
    let node = CaseNode {
        parent_region: Some(above.region),
        parent: Some(above.case_id),
        root_region: above.root_region,
        root: above.root,
        depth: above.depth + 1,
        ..root_of(&child.item)
    };
    node.filled(&child.values)
}

/// What the parent knows of a child before it exists.
pub(super) fn link_of(run: &Handdown, row: &HanddownRow, due_day: Option<Day>, lines: &Lines) -> CaseLink {
    let unit = row.unit_at();
    CaseLink {
        region: run.region,
        parent: run.parent,
        child_region: row.child_region,
        child: row.child,
        kind: run.kind.clone(),
        position: row.n,
        unit_region: unit.region,
        unit: unit.id,
        township: lines.township(unit),
        open: true,
        late: false,
        due_day,
        target: row.target,
        amount: 0,
        total: 1,
        done: 0,
        late_below: 0,
        version: 0,
        held_epoch: None,
    }
}

/// The run of a form.
pub(super) fn run_of(
    what: &Breakdown,
    whole: &CaseItem,
    viewer: &Viewer,
    grant: &Grant,
    nonce: [u8; 32],
    (moment, rng): (Moment, &mut Rng),
) -> Handdown {
    Handdown {
        region: whole.region,
        id: Id::new(whole.region, moment.now, rng),
        parent: whole.id,
        act: HanddownAct::Issue,
        nonce,
        kind: what.kind.clone(),
        title: what.title.trim().to_owned(),
        text: what.text.trim().to_owned(),
        measure: what.measure.trim().to_owned(),
        due_day: what.deadline,
        issuer_region: whole.owner_region,
        issuer: whole.owner_org,
        account_region: viewer.account.region,
        account: viewer.account.id,
        post: post_of(grant),
        total: i64::try_from(what.rows.len()).unwrap_or(0),
        created_day: moment.today,
    }
}

/// One unit of it, with the id of its case to be.
pub(super) fn row_of(run: &Handdown, row: &BreakdownRow, n: i64, moment: Moment, rng: &mut Rng) -> HanddownRow {
    HanddownRow {
        region: run.region,
        run: run.id,
        n,
        unit_region: row.unit.region,
        unit: row.unit.id,
        person_region: row.person.map(|person| person.region),
        person: row.person.map(|person| person.id),
        target: row.target,
        child_region: row.unit.region,
        child: Id::new(row.unit.region, moment.now, rng),
        state: HanddownState::Waiting,
    }
}

/// What a row asked for.
pub(super) fn asked(row: &HanddownRow) -> BreakdownRow {
    BreakdownRow { unit: row.unit_at(), person: row.person_at(), target: row.target }
}

/// The job that writes what a run has not written.
pub(super) fn handdown_job(run: &Handdown) -> NewJob {
    NewJob {
        region: run.region,
        kind: HANDDOWN,
        key: Some(run.id.to_string()),
        payload: serde_json::json!({ "run": run.id.to_string() }),
        // At once.
        run_at: Instant::UNIX_EPOCH,
        created_by: Some(run.account),
    }
}
