use huiyin_base::{Day, Id, Problem, Rng};

use crate::account::{AccountStatus, RoleGrant};
use crate::audit::{self, AuditKind, Event};
use crate::rules::AccountRules;
use crate::security::FieldFault;
use crate::sign_in::Door;
use crate::store::{account_find, account_hold, grant_add, grant_end, grant_find, grant_list, org_find};
use crate::{AccountRef, OrgRef, Role, Viewer};

/// A role to be granted, as the form has it.
#[derive(Clone, Debug)]
pub struct RoleOrder {
    /// Who gets it.
    pub account: AccountRef,
    /// What it allows.
    pub role: Role,
    /// Where.
    pub org: OrgRef,
    /// The post as the public reads it; the role's own word when empty.
    pub post: String,
    /// The first day.
    pub from_day: Day,
    /// The last day; none while it is open.
    pub to_day: Option<Day>,
}

/// A deputyship, as the form has it. Both days are needed: a deputy without an end is a new holder.
#[derive(Clone, Copy, Debug)]
pub struct DeputyOrder {
    /// The grant under which the deputy acts.
    pub grant: Id,
    /// Who acts.
    pub deputy: AccountRef,
    /// The first day.
    pub from_day: Day,
    /// The last day.
    pub to_day: Day,
}

impl Door {
    /// Grants a role. That `by` may do so at the organisation has been shown by the caller.
    pub async fn role_grant(
        &self,
        by: &Viewer,
        order: RoleOrder,
        rng: &mut Rng,
    ) -> Result<Result<Id, FieldFault>, Problem> {
        if by.account == order.account {
            return Err(Problem::forbidden("不能给自己授予权限，请另一名安全管理员办理。"));
        }
        let tx = &mut self.db.read().await?;
        let org = org_find(tx, order.org).await?.ok_or_else(Problem::not_found)?;
        let account = account_find(tx, order.account).await?.ok_or_else(Problem::not_found)?;
        if account.status != AccountStatus::Active {
            return Ok(Err(FieldFault::new("account", "这个账号已停用，请先恢复账号，再授予权限。")));
        }
        if !order.role.fits(org.kind) {
            let message = format!("“{}”不能设在{}，请换一个组织或角色。", order.role.label(), org.kind.label());
            return Ok(Err(FieldFault::new("role", message)));
        }
        if order.to_day.is_some_and(|last| last < order.from_day) {
            return Ok(Err(FieldFault::new("to_day", "结束日期早于开始日期，请检查。")));
        }
        let post = if order.post.trim().is_empty() { order.role.label() } else { order.post.trim() };
        let grant = RoleGrant {
            region: order.account.region,
            id: Id::new(order.account.region, self.now, rng),
            account: order.account.id,
            role: order.role,
            org_region: order.org.region,
            org: order.org.id,
            post: post.to_owned(),
            from_day: order.from_day,
            to_day: order.to_day,
            deputy_of: None,
            granted_by: Some(by.account.id),
        };
        let detail = format!("授予{}", order.role.label());
        self.grant_write(by, grant, detail, rng).await
    }

    /// Ends a role; `last_day` is its last. Deputies under it end with it.
    pub async fn role_end(&self, by: &Viewer, grant: Id, last_day: Day, rng: &mut Rng) -> Result<(), Problem> {
        let found = grant_find(&mut self.db.read().await?, grant).await?.ok_or_else(Problem::not_found)?;
        let event = Event::new(found.region, AuditKind::RightsChange, self.now, rng).by(by.account);
        let event = event.about("account", found.account).detail(format!("结束{}", found.role.label()));
        let ended = self.db.write("role_end", move |tx| {
            let event = event.clone();
            Box::pin(async move {
                let ended = grant_end(tx, grant, last_day).await?;
                if ended {
                    audit::record(tx, &event).await?;
                }
                Ok(ended)
            })
        });
        if ended.await? {
            Ok(())
        } else {
            Err(Problem::conflict("这个角色已经结束，或者更早就到期，请刷新页面查看。"))
        }
    }

    /// Appoints a deputy for one's own role between two days.
    pub async fn deputy_appoint(
        &self,
        by: &Viewer,
        order: DeputyOrder,
        today: Day,
        rng: &mut Rng,
    ) -> Result<Result<Id, FieldFault>, Problem> {
        let tx = &mut self.db.read().await?;
        let principal = grant_find(tx, order.grant).await?.ok_or_else(Problem::not_found)?;
        let deputy = account_find(tx, order.deputy).await?.ok_or_else(Problem::not_found)?;
        if let Some(fault) = deputy_fault(&principal, &order, deputy.status, today) {
            return Ok(Err(fault));
        }
        let held = grant_list(tx, order.deputy).await?;
        if !held.iter().any(|grant| serves_beside(grant, &principal, &order)) {
            let message = "代理人必须是本单位（本支部）的人，或者在本县区任职。请另选一人。";
            return Ok(Err(FieldFault::new("deputy", message)));
        }
        let grant = RoleGrant {
            region: order.deputy.region,
            id: Id::new(order.deputy.region, self.now, rng),
            account: order.deputy.id,
            post: format!("{}（代理）", principal.post),
            from_day: order.from_day,
            to_day: Some(order.to_day),
            deputy_of: Some(principal.id),
            granted_by: Some(by.account.id),
            ..principal.clone()
        };
        let detail = format!("指定{}的代理人，{} 至 {}", principal.role.label(), order.from_day, order.to_day);
        self.grant_write(by, grant, detail, rng).await
    }

    /// Writes the grant unless what the account holds by then speaks against it. That is looked at here and not before: of
    /// two grants at the same time the second must see the first.
    async fn grant_write(
        &self,
        by: &Viewer,
        grant: RoleGrant,
        detail: String,
        rng: &mut Rng,
    ) -> Result<Result<Id, FieldFault>, Problem> {
        let id = grant.id;
        let event = Event::new(grant.region, AuditKind::RightsChange, self.now, rng).by(by.account);
        let event = event.about("account", grant.account).detail(detail);
        self.db
            .write("grant_add", move |tx| {
                let (grant, event) = (grant.clone(), event.clone());
                Box::pin(async move {
                    account_hold(tx, grant.account()).await?;
                    if let Some(fault) = held_fault(&grant_list(tx, grant.account()).await?, &grant) {
                        return Ok(Err(fault));
                    }
                    grant_add(tx, &grant).await?;
                    audit::record(tx, &event).await?;
                    Ok(Ok(id))
                })
            })
            .await
    }
}

/// What the grants of the same account say against a new one.
fn held_fault(held: &[RoleGrant], new: &RoleGrant) -> Option<FieldFault> {
    let meets = || held.iter().filter(|grant| overlaps(grant, new.from_day, new.to_day));
    let excluded = meets().any(|grant| new.role.excludes(grant.role));
    if new.deputy_of.is_some() {
        if meets().any(|grant| grant.deputy_of == new.deputy_of) {
            return Some(FieldFault::new("deputy", "这个人在这段时间里已经代理这个岗位，不用重复指定。"));
        }
        let message = "这个人担任的管理员角色与代理的角色不能由同一人兼任，请另选一人。";
        return excluded.then(|| FieldFault::new("deputy", message));
    }
    if meets().any(|grant| grant.role == new.role && grant.org() == new.org()) {
        return Some(FieldFault::new("role", "在这段时间里已经担任这个角色，不用重复授予。"));
    }
    let message = "系统管理员、安全管理员、审计管理员必须由不同的人担任，请另选一人。";
    excluded.then(|| FieldFault::new("role", message))
}

/// Whether a role of his own makes somebody a colleague of whom he stands in for, for all those days: at the same
/// organisation, as a member of a branch is, or at work in the same county.
fn serves_beside(held: &RoleGrant, principal: &RoleGrant, order: &DeputyOrder) -> bool {
    let works_there = held.role != Role::Member && held.org_region == principal.org_region;
    held.deputy_of.is_none()
        && (held.org() == principal.org() || works_there)
        && held.covers(order.from_day)
        && held.covers(order.to_day)
}

fn deputy_fault(principal: &RoleGrant, order: &DeputyOrder, deputy: AccountStatus, today: Day) -> Option<FieldFault> {
    let days = AccountRules::on(today).deputy.days;
    if principal.deputy_of.is_some() {
        return Some(FieldFault::new("deputy", "代理人不能再指定代理人，请由本人办理。"));
    }
    if principal.account() == order.deputy || deputy != AccountStatus::Active {
        return Some(FieldFault::new("deputy", "请选择另一个正常使用的账号作为代理人。"));
    }
    if order.from_day < today {
        return Some(FieldFault::new("from_day", "开始日期不能早于今天。"));
    }
    if order.to_day < order.from_day {
        return Some(FieldFault::new("to_day", "结束日期早于开始日期，请检查。"));
    }
    if order.to_day.since(order.from_day) >= days {
        return Some(FieldFault::new("to_day", format!("代理最长 {days} 天；更久请办理职务变动。")));
    }
    let ends_first = principal.to_day.is_some_and(|last| last < order.to_day);
    (!principal.covers(order.from_day) || ends_first)
        .then(|| FieldFault::new("to_day", "代理的时间超出了本人任职的时间，请调整日期。"))
}

fn overlaps(grant: &RoleGrant, from: Day, to: Option<Day>) -> bool {
    to.is_none_or(|to| grant.from_day <= to) && grant.to_day.is_none_or(|last| from <= last)
}
