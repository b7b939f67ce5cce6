//! What somebody holds who leaves: inspections that he ordered and that are not over, or whose findings are not handed down yet.

use huiyin_base::Problem;
use huiyin_db::Tx;
use huiyin_directory::{AccountRef, HandoverOrder, Holdings, HoldingsFuture, viewer_find};

use super::store::{inspection_give, inspections_held};
use crate::permissions::INSPECTS;

/// The inspections an account has ordered. Their number is all that is told: one without notice stays unnamed.
#[derive(Clone, Copy, Debug)]
pub struct InspectionHoldings;

impl Holdings for InspectionHoldings {
    fn label(&self) -> &'static str {
        "安排的督查"
    }

    fn count<'a>(&'a self, tx: &'a mut Tx, account: AccountRef) -> HoldingsFuture<'a, i64> {
        Box::pin(async move { Ok(i64::try_from(inspections_held(tx, account).await?.len()).unwrap_or(i64::MAX)) })
    }

    fn hand_over<'a>(&'a self, tx: &'a mut Tx, order: &'a HandoverOrder) -> HoldingsFuture<'a, i64, Problem> {
        Box::pin(async move {
            let held = inspections_held(tx, order.from).await?;
            if held.is_empty() {
                return Ok(0);
            }
            let to = order.to.ok_or_else(|| Problem::invalid("请先选择接手人。"))?;
            let successor = viewer_find(tx, to, order.day).await?.ok_or_else(Problem::not_found)?;
            for inspection in &held {
                if !successor.grants_of(INSPECTS).any(|grant| grant.org == inspection.org()) {
                    return Err(Problem::invalid("他安排的督查还没有办完，接手人要在同一个单位负责督查，请另选一人。"));
                }
                inspection_give(tx, inspection, to).await?;
            }
            Ok(i64::try_from(held.len()).unwrap_or(i64::MAX))
        })
    }
}
