use chrono::TimeDelta;
use huiyin_base::{Day, Id, Instant, Problem, Region, Rng};
use huiyin_db::row;

use crate::account::{AccountStatus, RoleGrant};
use crate::audit::{self, AuditKind, Event};
use crate::rules::AccountRules;
use crate::sign_in::Door;
use crate::slip::{PrintedSlip, slip_hash};
use crate::store::{
    account_find, account_hold, grant_list_in_force, recovery_add, recovery_confirm, recovery_end_others,
    recovery_find, recovery_waits, recovery_withdraw, slip_add, slips_void_account,
};
use crate::{AccountRef, OrgRef, Viewer};

row! {
    /// A way back into an account that one person has asked for and another confirms.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct RecoveryRequest {
        /// The account's shard.
        pub region: Region,
        /// The request.
        pub id: Id,
        /// Whose account.
        pub account: Id,
        /// The organisation that vouches; it lies in `region` or elsewhere, as its id says.
        pub org: Id,
        /// The first person.
        pub asked_by: Id,
        /// When.
        pub asked_at: Instant,
        /// The second person.
        pub confirmed_by: Option<Id>,
        /// When.
        pub confirmed_at: Option<Instant>,
        /// Until when it may be confirmed.
        pub expires_at: Instant,
    }
}

/// Whether people at the organisation may vouch for who holds these grants.
fn vouches(grants: &[RoleGrant], org: OrgRef) -> bool {
    let staff = grants.iter().any(|grant| grant.role.needs_second_factor());
    grants.iter().any(|grant| grant.org() == org && grant.role.needs_second_factor() >= staff)
}

impl RecoveryRequest {
    /// The organisation that vouches.
    pub fn org(&self) -> OrgRef {
        OrgRef { region: self.org.region(), id: self.org }
    }

    /// Whose account.
    pub fn account(&self) -> AccountRef {
        AccountRef { region: self.region, id: self.account }
    }

    /// Whether it still waits for its second person.
    pub fn waits(&self, now: Instant) -> bool {
        self.confirmed_at.is_none() && self.expires_at > now
    }
}

impl Door {
    /// The first person, who knows the holder, asks. The holder must have a role at the organisation, and one of staff a
    /// role that needs a second factor: a way back takes the second factor away, and a branch must not do that to an
    /// administrator who is one of its members.
    pub async fn recovery_ask(
        &self,
        by: &Viewer,
        account: AccountRef,
        org: OrgRef,
        today: Day,
        rng: &mut Rng,
    ) -> Result<Id, Problem> {
        if by.account == account {
            return Err(Problem::forbidden("不能为自己办理找回，请本支部或本单位的另外两名工作人员办理。"));
        }
        let tx = &mut self.db.read().await?;
        let found = account_find(tx, account).await?.ok_or_else(Problem::not_found)?;
        if !vouches(&grant_list_in_force(tx, account, today).await?, org) || found.status != AccountStatus::Active {
            return Err(Problem::not_found());
        }
        let days = AccountRules::on(Day::of(self.now)).slip.recovery_request_days;
        let request = RecoveryRequest {
            region: account.region,
            id: Id::new(account.region, self.now, rng),
            account: account.id,
            org: org.id,
            asked_by: by.account.id,
            asked_at: self.now,
            confirmed_by: None,
            confirmed_at: None,
            expires_at: self.now + TimeDelta::days(days),
        };
        let id = request.id;
        let event = Event::new(account.region, AuditKind::Recovery, self.now, rng).by(by.account);
        let event = event.about("account", account.id).detail("提出找回账号");
        self.db
            .write("recovery_ask", move |tx| {
                let (request, event) = (request.clone(), event.clone());
                Box::pin(async move {
                    account_hold(tx, account).await?;
                    if recovery_waits(tx, account, request.org, request.asked_at).await? {
                        let waits =
                            "这个账号已经有一份找回申请在等第二个人确认，不用再提。请另一名工作人员在账号页确认。";
                        return Err(Problem::conflict(waits));
                    }
                    recovery_add(tx, &request).await?;
                    Ok(audit::record(tx, &event).await?)
                })
            })
            .await?;
        Ok(id)
    }

    /// Takes back a request that nobody has confirmed yet: it was a mistake, or the holder remembered. Whoever may confirm
    /// may refuse it so; the holder himself may too.
    pub async fn recovery_withdraw(&self, by: &Viewer, request: Id, rng: &mut Rng) -> Result<(), Problem> {
        let request = recovery_find(&mut self.db.read().await?, request).await?.ok_or_else(Problem::not_found)?;
        let event = Event::new(request.region, AuditKind::Recovery, self.now, rng).by(by.account);
        let event = event.about("account", request.account).detail("撤回找回申请");
        let now = self.now;
        self.db
            .write("recovery_withdraw", move |tx| {
                let (request, event) = (request.clone(), event.clone());
                Box::pin(async move {
                    if !recovery_withdraw(tx, &request, now).await? {
                        return Err(Problem::conflict("这份找回申请已经办结或过期，不用再撤回。"));
                    }
                    Ok(audit::record(tx, &event).await?)
                })
            })
            .await
    }

    /// The second person confirms and prints the code. Neither the holder nor the first person can be the second, nor can
    /// a second account of one of them.
    pub async fn recovery_confirm(&self, by: &Viewer, request: Id, rng: &mut Rng) -> Result<PrintedSlip, Problem> {
        let tx = &mut self.db.read().await?;
        let request = recovery_find(tx, request).await?.ok_or_else(Problem::not_found)?;
        if !request.waits(self.now) {
            return Err(Problem::conflict("这份找回申请已经办结或过期，请重新提出。"));
        }
        let found = account_find(tx, request.account()).await?.ok_or_else(Problem::not_found)?;
        let asker = AccountRef { region: request.asked_by.region(), id: request.asked_by };
        let asker_person = account_find(tx, asker).await?.and_then(|account| account.person);
        let same_person = by.person.is_some() && (by.person == found.person || by.person == asker_person);
        if by.account.id == request.account || by.account == asker || same_person {
            return Err(Problem::forbidden("找回账号要由另一名工作人员确认：申请人和账号本人都不能自己确认。"));
        }
        // He may have become staff since the request was made.
        if !vouches(&grant_list_in_force(tx, request.account(), self.today).await?, request.org()) {
            return Err(Problem::conflict("账号的岗位有变动，请在其任职的单位重新提出找回。"));
        }
        let hours = AccountRules::on(Day::of(self.now)).slip.recovery_code_hours;
        let (slip, code) = self.renewal(by.account, request.org(), &found, hours, rng);
        let printed = PrintedSlip { name: found.display_name, code, until: Day::of(slip.expires_at), phone: None };
        let event = Event::new(found.region, AuditKind::Recovery, self.now, rng).by(by.account);
        let event = event.about("account", found.id).detail("确认找回账号并打印纸条");
        let (hash, now, confirmer) = (slip_hash(&self.vault, &code), self.now, by.account.id);
        self.db
            .write("recovery_confirm", move |tx| {
                let (slip, event, request) = (slip.clone(), event.clone(), request.clone());
                Box::pin(async move {
                    if !recovery_confirm(tx, &request, confirmer, now).await? {
                        return Err(Problem::conflict("这份找回申请已由别人确认或撤回，请刷新页面查看。"));
                    }
                    recovery_end_others(tx, &request, now).await?;
                    slips_void_account(tx, slip.region, request.account, now).await?;
                    slip_add(tx, &slip, hash).await?;
                    Ok(audit::record(tx, &event).await?)
                })
            })
            .await?;
        Ok(printed)
    }
}
