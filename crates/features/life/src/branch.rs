//! Announcing a branch's next meeting: day, hour, place and what it is about. Nobody signs in, nobody is counted.

use huiyin_base::{Day, Id, Instant, Problem, Rng};
use huiyin_db::{Db, Tx};
use huiyin_directory::{OrgRef, Role, Scope, Viewer, scope_contains};

use crate::store::{BranchMeeting, branch_meeting_add, branch_meeting_cancel, branch_meeting_lock};
use crate::verbs::limited;

/// Those whom a branch's meetings concern.
pub(crate) const CONCERNED: &[Role] = &[Role::Member, Role::BranchSecretary, Role::TownshipStaff];
const LINE: usize = 60;
const AHEAD: i64 = 180;

/// A meeting to be announced.
#[derive(Clone, Debug)]
pub(crate) struct NewBranchMeeting {
    pub(crate) branch: OrgRef,
    pub(crate) day: Day,
    pub(crate) hour: String,
    pub(crate) place: String,
    pub(crate) subject: String,
    pub(crate) nonce: String,
}

/// The branches to which somebody belongs.
pub(crate) fn own_branches(viewer: &Viewer) -> Vec<OrgRef> {
    viewer.grants_of(&[Role::Member, Role::BranchSecretary]).map(|grant| grant.org).collect()
}

/// Announces a meeting of a branch that the viewer serves.
pub(crate) async fn announce(
    db: &Db,
    scope: &Scope,
    new: NewBranchMeeting,
    viewer: &Viewer,
    now: Instant,
    rng: &mut Rng,
) -> Result<(), Problem> {
    let today = Day::of(now);
    if new.day < today || new.day.since(today) > AHEAD {
        return Err(Problem::invalid("日期请填今天到半年以内的。"));
    }
    if new.nonce.is_empty() || new.nonce.len() > LINE {
        return Err(Problem::invalid("页面打开太久，请刷新后重新填写。"));
    }
    served(&mut db.read().await?, scope, new.branch).await?;
    let row = BranchMeeting {
        region: new.branch.region,
        id: Id::new(new.branch.region, now, rng),
        branch: new.branch.id,
        day: new.day,
        hour: limited("几点", &new.hour, 20)?,
        place: limited("地点", &new.place, LINE)?,
        subject: limited("内容", &new.subject, 200)?,
        cancelled_day: None,
        created_day: today,
        account_region: viewer.account.region,
        account: viewer.account.id,
        nonce: new.nonce,
    };
    let write = db.write("branch_meeting_announce", move |tx| {
        let row = row.clone();
        Box::pin(async move { Ok(branch_meeting_add(tx, std::slice::from_ref(&row)).await?) })
    });
    write.await
}

/// It does not take place; those who look are told so until its day.
pub(crate) async fn cancel(db: &Db, scope: &Scope, id: Id, today: Day) -> Result<(), Problem> {
    let scope = scope.clone();
    let write = db.write("branch_meeting_cancel", move |tx| {
        let scope = scope.clone();
        Box::pin(async move {
            let found = branch_meeting_lock(tx, id).await?.ok_or_else(Problem::not_found)?;
            served(tx, &scope, OrgRef { region: found.region, id: found.branch }).await?;
            if found.cancelled_day.is_some() {
                return Err(Problem::conflict("这次会已经取消过了。"));
            }
            if found.day < today {
                return Err(Problem::conflict("这次会的日子已经过了。"));
            }
            Ok(branch_meeting_cancel(tx, id, today).await?)
        })
    });
    write.await
}

async fn served(tx: &mut Tx, scope: &Scope, branch: OrgRef) -> Result<(), Problem> {
    if scope_contains(tx, scope, branch).await? { Ok(()) } else { Err(Problem::not_found()) }
}
