//! Cases below cases: a problem broken down into parts that others own. Ancestors are locked root first; a parent's count
//! of open children changes in the transaction of the child.

use std::sync::Arc;

use huiyin_base::{Problem, Rng};
use huiyin_db::Tx;
use huiyin_directory::Viewer;

use crate::{CaseItem, CaseRef, Cases, Moment, Subject, Submission, Submitted, store};

impl Cases {
    /// Makes a part of an open case, of the same county and about the same subject. Whoever handles the case may do it.
    pub async fn break_down(
        &self,
        parent: CaseRef,
        part: Submission,
        viewer: &Viewer,
        moment: Moment,
        rng: &mut Rng,
    ) -> Result<Submitted, Problem> {
        let mut tx = self.db.read().await?;
        let whole = store::case_get(&mut tx, parent).await?.ok_or_else(Problem::not_found)?;
        self.handler(&mut tx, &whole, viewer).await?;
        drop(tx);
        if part.region != parent.region {
            return Err(Problem::invalid("只能分解到本县区的单位。别的县区请转送。"));
        }
        let subject = whole.subject_org().map(|org| Subject { org, office: whole.subject_office.clone() });
        let part = Submission { subject: part.subject.or(subject), ..part };
        let (receipt, mut new) = self.prepared(&whole.kind, &part, moment, rng).await?;
        new.item.parent = Some(parent.id);
        let new = Arc::new(new);
        let write = self.db.write("case_break_down", move |tx| {
            let new = Arc::clone(&new);
            Box::pin(async move {
                let mut line = ancestors_lock(tx, parent).await?;
                let whole = store::case_lock(tx, parent).await?.ok_or_else(Problem::not_found)?;
                let mut new = (*new).clone();
                new.item.path = format!("{}{}/", whole.path, new.item.id);
                let (case, repeated) = new.add(tx).await?;
                line.push(whole);
                if !repeated {
                    roll_up(tx, &line, None, &new.item).await?;
                }
                Ok((case, repeated))
            })
        });
        let (case, repeated) = write.await?;
        Ok(Submitted { receipt, case, repeated })
    }
}

/// Locks everything above a case, the root first; the parent comes last.
pub(crate) async fn ancestors_lock(tx: &mut Tx, case: CaseRef) -> Result<Vec<CaseItem>, Problem> {
    let mut line = Vec::new();
    for id in store::case_ancestors(tx, case).await? {
        let above = CaseRef { region: case.region, id };
        line.push(store::case_lock(tx, above).await?.ok_or_else(Problem::not_found)?);
    }
    Ok(line)
}

/// Tells the parent that a child was opened or ended. `before` is none for a new child.
pub(crate) async fn roll_up(
    tx: &mut Tx,
    line: &[CaseItem],
    before: Option<&CaseItem>,
    after: &CaseItem,
) -> Result<(), Problem> {
    let Some(parent) = line.last() else { return Ok(()) };
    let change = i64::from(after.state.is_open()) - i64::from(before.is_some_and(|before| before.state.is_open()));
    if change > 0 && !parent.state.is_open() {
        return Err(Problem::conflict("上级事项已经办结。请先重新打开上级事项。"));
    }
    if change != 0 {
        let parent = CaseItem { children_open: parent.children_open + change, ..parent.clone() };
        store::case_update(tx, &parent).await?;
    }
    Ok(())
}
