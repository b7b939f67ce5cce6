use std::pin::Pin;
use std::sync::Arc;

use huiyin_base::{Day, Id, Instant, Problem, Rng};
use huiyin_db::{Result, Tx};

use crate::account::AccountStatus;
use crate::audit::{self, AuditKind, Event};
use crate::sign_in::Door;
use crate::store::{account_find, account_status_set, grant_end, grant_list, handover_add};
use crate::{AccountRef, Viewer};

/// What a feature gives back when it is asked inside a transaction.
pub type HoldingsFuture<'a, T, E = huiyin_db::Error> = Pin<Box<dyn Future<Output = Result<T, E>> + Send + 'a>>;

/// What an account holds in one feature: cases it owns, meetings it records. Features register theirs; nobody leaves
/// before all of it is handed over.
pub trait Holdings: Send + Sync {
    /// What is held, as a page says it: 承办的问题.
    fn label(&self) -> &'static str;

    /// How much of it the account holds.
    fn count<'a>(&'a self, tx: &'a mut Tx, account: AccountRef) -> HoldingsFuture<'a, i64>;

    /// Gives all of it to the successor; says how much that was. Refused where the successor may not hold it.
    fn hand_over<'a>(&'a self, tx: &'a mut Tx, order: &'a HandoverOrder) -> HoldingsFuture<'a, i64, Problem>;
}

/// Every feature's holdings.
pub type AllHoldings = Vec<Arc<dyn Holdings>>;

/// Who gives what he holds to whom.
#[derive(Clone, Debug)]
pub struct HandoverOrder {
    /// Who leaves.
    pub from: AccountRef,
    /// The successor; none where nothing is held.
    pub to: Option<AccountRef>,
    /// Who orders it.
    pub by: AccountRef,
    /// Why: shown in the histories of what is handed over.
    pub reason: String,
    /// The city's time.
    pub at: Instant,
    /// The city's day: the last of the leaver's roles.
    pub day: Day,
    /// For the ids of the features' events. Clone it: the write may run twice.
    pub rng: Rng,
}

/// What happens to the account after the handover.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Departure {
    /// It rests and may be restored; its roles stay.
    Suspend,
    /// It is closed, and its roles end.
    Close,
}

impl Door {
    /// Suspends or closes an account, after everything it holds was handed over in the same transaction.
    ///
    /// Its sessions end with it, so that none comes back to life when the account is restored.
    pub async fn depart(
        &self,
        by: &Viewer,
        order: HandoverOrder,
        departure: Departure,
        holdings: AllHoldings,
        rng: &mut Rng,
    ) -> Result<Vec<(&'static str, i64)>, Problem> {
        if order.from == by.account {
            return Err(Problem::forbidden("不能停用自己的账号，请另一名管理员办理。"));
        }
        if order.to == Some(order.from) {
            return Err(Problem::invalid("接手人不能是本人，请另选一人。"));
        }
        let id = Id::new(order.from.region, self.now, rng);
        let (now, sessions_end) = (self.now, self.sessions_end);
        let what = if departure == Departure::Suspend { "停用账号" } else { "注销账号" };
        let event = Event::new(order.from.region, AuditKind::AccountChange, now, rng).by(order.by);
        let event = event.about("account", order.from.id).detail(format!("{what}：{}", order.reason));
        self.db
            .write("account_depart", move |tx| {
                let (order, holdings, event) = (order.clone(), holdings.clone(), event.clone());
                Box::pin(async move {
                    let gone = account_find(tx, order.from).await?.ok_or_else(Problem::not_found)?;
                    if gone.status == AccountStatus::Closed {
                        return Err(Problem::conflict("这个账号已经注销。"));
                    }
                    let given = hand_over_all(tx, &order, &holdings).await?;
                    if let (Some(to), false) = (order.to, given.is_empty()) {
                        let items: Vec<String> =
                            given.iter().map(|(label, count)| format!("{label} {count} 件")).collect();
                        handover_add(tx, id, &order, to, &items.join("，"), now).await?;
                    }
                    let status = match departure {
                        Departure::Suspend => AccountStatus::Suspended,
                        Departure::Close => AccountStatus::Closed,
                    };
                    account_status_set(tx, order.from, status).await?;
                    sessions_end(tx, order.from, None).await?;
                    if departure == Departure::Close {
                        grants_end(tx, order.from, order.day).await?;
                    }
                    audit::record(tx, &event).await?;
                    Ok(given)
                })
            })
            .await
    }

    /// A suspended account may be used again.
    pub async fn restore(&self, by: &Viewer, account: AccountRef, rng: &mut Rng) -> Result<(), Problem> {
        let event = Event::new(account.region, AuditKind::AccountChange, self.now, rng).by(by.account);
        let event = event.about("account", account.id).detail("恢复账号");
        self.db
            .write("account_restore", move |tx| {
                let event = event.clone();
                Box::pin(async move {
                    let found = account_find(tx, account).await?.ok_or_else(Problem::not_found)?;
                    if found.status != AccountStatus::Suspended {
                        return Err(Problem::conflict("这个账号不在停用状态，请刷新页面查看。"));
                    }
                    account_status_set(tx, account, AccountStatus::Active).await?;
                    Ok(audit::record(tx, &event).await?)
                })
            })
            .await
    }
}

/// What the account holds, feature by feature; features with nothing are left out.
pub async fn held(
    tx: &mut Tx,
    account: AccountRef,
    holdings: &[Arc<dyn Holdings>],
) -> Result<Vec<(&'static str, i64)>> {
    let mut all = Vec::new();
    for feature in holdings {
        let count = feature.count(tx, account).await?;
        if count > 0 {
            all.push((feature.label(), count));
        }
    }
    Ok(all)
}

async fn hand_over_all(
    tx: &mut Tx,
    order: &HandoverOrder,
    holdings: &[Arc<dyn Holdings>],
) -> Result<Vec<(&'static str, i64)>, Problem> {
    let before = held(tx, order.from, holdings).await?;
    let Some(to) = order.to else {
        if before.is_empty() {
            return Ok(before);
        }
        let list: Vec<String> = before.iter().map(|(label, count)| format!("{label} {count} 件")).collect();
        return Err(Problem::conflict(format!("手里还有：{}。请先选择接手人，再办理。", list.join("，"))));
    };
    let successor = account_find(tx, to).await?.ok_or_else(Problem::not_found)?;
    if successor.status != AccountStatus::Active {
        return Err(Problem::invalid("接手人的账号已停用，请另选一人。"));
    }
    let mut given = Vec::new();
    for feature in holdings {
        let count = feature.hand_over(tx, order).await?;
        if count > 0 {
            given.push((feature.label(), count));
        }
    }
    // A feature that left something behind would strand it with nobody.
    if !held(tx, order.from, holdings).await?.is_empty() {
        return Err(Problem::conflict("有些事项没能移交，账号没有变动。请先在承办页面单独改派，再办理。"));
    }
    Ok(given)
}

/// Every grant of an account ends on its last day at work.
async fn grants_end(tx: &mut Tx, account: AccountRef, last_day: Day) -> Result<()> {
    for grant in grant_list(tx, account).await? {
        grant_end(tx, grant.id, last_day).await?;
    }
    Ok(())
}
