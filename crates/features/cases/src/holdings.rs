//! What somebody holds who leaves: the cases he owns go to his successor first.

use huiyin_base::Problem;
use huiyin_db::Tx;
use huiyin_directory::{AccountRef, HandoverOrder, Holdings, HoldingsFuture};

use crate::cases::{By, With, case_apply};
use crate::{Cases, Moment, Request, store};

/// The cases an account owns or is named for.
#[derive(Clone, Debug)]
pub struct CaseHoldings(pub Cases);

impl Holdings for CaseHoldings {
    fn label(&self) -> &'static str {
        "承办的问题"
    }

    fn count<'a>(&'a self, tx: &'a mut Tx, account: AccountRef) -> HoldingsFuture<'a, i64> {
        Box::pin(async move { Ok(i64::try_from(store::holding_list(tx, account).await?.len()).unwrap_or(i64::MAX)) })
    }

    fn hand_over<'a>(&'a self, tx: &'a mut Tx, order: &'a HandoverOrder) -> HoldingsFuture<'a, i64, Problem> {
        Box::pin(async move {
            let held = store::holding_list(tx, order.from).await?;
            let moment = Moment { now: order.at, today: order.day };
            for case in &held {
                let to = order.to.ok_or_else(|| Problem::invalid("请先选择接手人。"))?;
                let act = Request::Entrust(to).because(order.reason.clone());
                case_apply(tx, &self.0.book, *case, &act, &By::System, moment, &With::default()).await?;
            }
            Ok(i64::try_from(held.len()).unwrap_or(i64::MAX))
        })
    }
}
