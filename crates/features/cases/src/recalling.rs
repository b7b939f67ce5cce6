//! What is taken from a unit that had been handed it.

use huiyin_base::Problem;
use huiyin_db::Tx;

use crate::{Action, CaseItem, Change, Rulebook, store};

/// A unit that had been handed something and no longer has it is told, with the reason.
pub(crate) async fn recalled(tx: &mut Tx, book: &Rulebook, before: &CaseItem, change: &Change) -> Result<(), Problem> {
    let (after, event) = (&change.after, &change.event);
    let gone = match event.kind {
        Action::Withdraw => true,
        Action::Assign => before.owner() != after.owner(),
        _ => false,
    };
    let issued = book.kind_of(after).filter(|kind| kind.is_issued());
    let (Some(kind), true) = (issued, gone && before.owner() != before.desk_org()) else { return Ok(()) };
    let notice = store::CaseRecall {
        region: before.owner_region,
        org: before.owner_org,
        case_region: after.region,
        case_id: after.id,
        n: event.n,
        kind: kind.label.clone(),
        title: after.title.clone(),
        act: event.kind.as_str().to_owned(),
        reason: event.reason.clone().unwrap_or_default(),
        post: event.post.clone(),
        day: event.day,
    };
    Ok(store::recall_add(tx, &notice).await?)
}
