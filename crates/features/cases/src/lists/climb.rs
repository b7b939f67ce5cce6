//! News of a case go up the tree in the transaction in which they happen, as far as its region reaches; a job carries them across the
//! border.

use huiyin_base::Problem;
use huiyin_db::Tx;

use super::news::news_job;
use super::share::share_of;
use crate::store::{self, CaseNode};
use crate::{CaseItem, CaseRef, FieldValue, Moment, Value};

/// After a case has changed: what its fields say is taken over, and its parents are told. Whoever calls holds the locks of the case and
/// of everything above it in its region, the root first.
pub(crate) async fn climb(tx: &mut Tx, case: &CaseItem, moment: Moment) -> Result<(), Problem> {
    // Most problems stand in no tree.
    if case.kind == "problem" && case.parent.is_none() {
        return Ok(());
    }
    let Some(mut node) = store::node_get(tx, case.at()).await? else { return Ok(()) };
    if case.kind != "problem" {
        read_values(&mut node, &store::value_list(tx, case.at()).await?);
    }
    node.version += 1;
    store::node_save(tx, &node).await?;
    rise(tx, case, node, moment).await
}

/// What is to be reached, in what measure, and what was.
fn read_values(node: &mut CaseNode, values: &[FieldValue]) {
    let of = |field: &str| values.iter().find(|value| value.field == field).and_then(|value| value.value.as_ref());
    let number = |field| match of(field) {
        Some(Value::Number(n)) => Some(*n),
        _ => None,
    };
    node.target = number("target");
    node.amount = number("done").unwrap_or(0);
    node.measure = match of("measure") {
        Some(Value::Text(text)) => text.clone(),
        _ => String::new(),
    };
}

impl CaseNode {
    /// A new place with what the fields of its case say.
    pub(crate) fn filled(mut self, values: &[FieldValue]) -> Self {
        read_values(&mut self, values);
        self
    }
}

/// Tells the parents of a case how it stands, until nothing changes or the region ends.
pub(crate) async fn rise(tx: &mut Tx, case: &CaseItem, node: CaseNode, moment: Moment) -> Result<(), Problem> {
    let (mut case, mut node) = (case.clone(), node);
    while let Some(parent) = node.above() {
        if parent.region != case.region {
            let (job, id) = news_job(&node, moment);
            huiyin_jobs::enqueue(tx, &job, id).await?;
            return Ok(());
        }
        let Some(above) = told(tx, &case, &node, parent, moment).await? else { return Ok(()) };
        node = above;
        case = store::case_get(tx, parent).await?.ok_or_else(Problem::not_found)?;
    }
    Ok(())
}

/// Writes a child's share into its parent of the same region; none where it is as it was.
async fn told(
    tx: &mut Tx,
    case: &CaseItem,
    node: &CaseNode,
    parent: CaseRef,
    moment: Moment,
) -> Result<Option<CaseNode>, Problem> {
    let Some(mut link) = store::link_get(tx, parent, case.at()).await? else { return Ok(None) };
    let share = share_of(case, node, moment.today);
    if link.share() == share {
        return Ok(None);
    }
    let mut above = store::node_get(tx, parent).await?.ok_or_else(Problem::not_found)?;
    above.hear(&mut link, share, node.version, moment.now);
    store::link_save(tx, &link).await?;
    store::node_save(tx, &above).await?;
    Ok(Some(above))
}
