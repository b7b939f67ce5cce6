use huiyin_base::number::Receipt;
use huiyin_base::{Day, Problem, Rng};
use huiyin_vault::totp;

use crate::AccountRef;
use crate::account::Account;
use crate::audit::{self, AuditKind, Event};
use crate::password::password_fault;
use crate::rules::AccountRules;
use crate::sign_in::{Door, password_hashed, recovery_hash, totp_opened, totp_place};
use crate::store::{
    account_find, account_password_set, grant_list_in_force, recovery_codes_replace, totp_confirm, totp_pending_set,
    totp_remove, totp_step_spend,
};

/// What a form of the page 安全设置 got wrong: the field and the sentence beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldFault {
    /// The form's field.
    pub field: &'static str,
    /// What is wrong and what to do.
    pub message: String,
}

impl FieldFault {
    /// Beside `field`.
    pub fn new(field: &'static str, message: impl Into<String>) -> Self {
        Self { field, message: message.into() }
    }
}

impl Door {
    /// Changes a password; every other session ends with it.
    pub async fn password_change(
        &self,
        at: AccountRef,
        old: &str,
        new: &str,
        again: &str,
        rng: &mut Rng,
    ) -> Result<Result<(), FieldFault>, Problem> {
        let account = account_find(&mut self.db.read().await?, at).await?.ok_or_else(Problem::not_found)?;
        let staff = self.is_staff(at).await?;
        if let Some(fault) = self.new_password_fault(&account.login, new, again, staff) {
            return Ok(Err(fault));
        }
        if !self.confirmed(at, old, rng).await? {
            return Ok(Err(FieldFault::new("old", "现在的密码不对，请重新输入。连续输错多次会暂停几分钟。")));
        }
        if old == new {
            return Ok(Err(FieldFault::new("new", "新密码和现在的一样，请换一个。")));
        }
        let phc = password_hashed(new, rng).await?;
        let (now, event) = (self.now, Event::new(at.region, AuditKind::Password, self.now, rng).by(at));
        let event = event.detail("修改密码，其他设备已退出");
        let (sessions_end, keep) = (self.sessions_end, self.session);
        self.db
            .write("password_change", move |tx| {
                let (phc, event) = (phc.clone(), event.clone());
                Box::pin(async move {
                    account_password_set(tx, at, &phc, now).await?;
                    sessions_end(tx, at, keep).await?;
                    Ok(audit::record(tx, &event).await?)
                })
            })
            .await?;
        Ok(Ok(()))
    }

    /// What is wrong with a new password, typed twice.
    pub fn new_password_fault(&self, login: &str, new: &str, again: &str, staff: bool) -> Option<FieldFault> {
        let rules = AccountRules::on(Day::of(self.now)).password;
        if let Some(message) = password_fault(new, login, staff, rules) {
            return Some(FieldFault::new("new", message));
        }
        (new != again).then(|| FieldFault::new("again", "两次输入的新密码不一样，请重新输入。"))
    }

    /// Whether the account holds a role that needs a second factor: it also needs the longer password.
    pub async fn is_staff(&self, at: AccountRef) -> Result<bool, Problem> {
        let grants = grant_list_in_force(&mut self.db.read().await?, at, self.today).await?;
        Ok(grants.iter().any(|grant| grant.role.needs_second_factor()))
    }

    /// Makes a secret that waits for its first code; gives the address for the QR code and the secret to type by hand.
    ///
    /// A waiting secret is given again, so that reloading the page does not void what was just scanned.
    pub async fn totp_begin(&self, at: AccountRef, rng: &mut Rng) -> Result<(String, String), Problem> {
        let account = account_find(&mut self.db.read().await?, at).await?.ok_or_else(Problem::not_found)?;
        let secret = if let Some(sealed) = &account.totp_pending {
            totp_opened(&self.vault, at, sealed)?
        } else {
            let secret = totp::new_secret(rng);
            let sealed = self.vault.seal(totp_place(at.id.uuid().as_bytes()), &secret, rng);
            self.db
                .write("totp_pending_set", move |tx| {
                    let sealed = sealed.clone();
                    Box::pin(async move { Ok(totp_pending_set(tx, at, sealed).await?) })
                })
                .await?;
            secret
        };
        let typed = data_encoding::BASE32_NOPAD.encode(&secret);
        Ok((totp::uri(&secret, &account.login), typed))
    }

    /// The first code confirms the secret; gives the recovery codes, which are shown once and never again.
    pub async fn totp_confirm(
        &self,
        at: AccountRef,
        code: &str,
        rng: &mut Rng,
    ) -> Result<Result<Vec<Receipt>, FieldFault>, Problem> {
        let fault = |message: &str| Ok(Err(FieldFault::new("code", message)));
        let account = account_find(&mut self.db.read().await?, at).await?.ok_or_else(Problem::not_found)?;
        let Some(sealed) = &account.totp_pending else {
            return fault("请先用手机上的验证器扫描二维码，再输入显示的 6 位数字。");
        };
        let secret = totp_opened(&self.vault, at, sealed)?;
        let Some(step) = totp::check(&secret, code, self.now, None) else {
            return fault("验证码不对。请确认手机时间准确，等下一个 6 位数字出现后再输入。");
        };
        let (codes, hashes) = self.recovery_codes(at, rng);
        let event = Event::new(at.region, AuditKind::SecondFactor, self.now, rng).by(at).detail("启用两步验证");
        let confirmed = self.db.write("totp_confirm", move |tx| {
            let (hashes, event) = (hashes.clone(), event.clone());
            Box::pin(async move {
                let confirmed = totp_confirm(tx, at, step).await?;
                if confirmed {
                    recovery_codes_replace(tx, at, &hashes).await?;
                    audit::record(tx, &event).await?;
                }
                Ok(confirmed)
            })
        });
        if confirmed.await? {
            Ok(Ok(codes))
        } else {
            fault("这个二维码已经用过，请刷新页面后重新扫描。")
        }
    }

    /// Fresh recovery codes against a current code; the old ones are void.
    pub async fn recovery_codes_renew(
        &self,
        at: AccountRef,
        code: &str,
        rng: &mut Rng,
    ) -> Result<Result<Vec<Receipt>, FieldFault>, Problem> {
        let Some(step) = self.current_step(at, code).await? else {
            return Ok(Err(FieldFault::new("code", crate::sign_in::WRONG_CODE)));
        };
        let (codes, hashes) = self.recovery_codes(at, rng);
        let event = Event::new(at.region, AuditKind::SecondFactor, self.now, rng).by(at).detail("重新生成恢复码");
        let spent = self.db.write("recovery_codes_replace", move |tx| {
            let (hashes, event) = (hashes.clone(), event.clone());
            Box::pin(async move {
                let spent = totp_step_spend(tx, at, step).await?;
                if spent {
                    recovery_codes_replace(tx, at, &hashes).await?;
                    audit::record(tx, &event).await?;
                }
                Ok(spent)
            })
        });
        let spent = spent.await?;
        Ok(if spent { Ok(codes) } else { Err(FieldFault::new("code", crate::sign_in::WRONG_CODE)) })
    }

    /// Switches the second factor off against a current code, where no role of the account needs one.
    pub async fn totp_off(&self, at: AccountRef, code: &str, rng: &mut Rng) -> Result<Result<(), FieldFault>, Problem> {
        if self.is_staff(at).await? {
            return Ok(Err(FieldFault::new(
                "code",
                "您担任的工作岗位要求两步验证，不能关闭。换手机请用恢复码登录后重新设置。",
            )));
        }
        if self.current_step(at, code).await?.is_none() {
            return Ok(Err(FieldFault::new("code", crate::sign_in::WRONG_CODE)));
        }
        let event = Event::new(at.region, AuditKind::SecondFactor, self.now, rng).by(at).detail("关闭两步验证");
        self.db
            .write("totp_remove", move |tx| {
                let event = event.clone();
                Box::pin(async move {
                    totp_remove(tx, at).await?;
                    Ok(audit::record(tx, &event).await?)
                })
            })
            .await?;
        Ok(Ok(()))
    }

    async fn current_step(&self, at: AccountRef, code: &str) -> Result<Option<i64>, Problem> {
        let account: Option<Account> = account_find(&mut self.db.read().await?, at).await?;
        let Some((account, sealed)) =
            account.and_then(|account| account.totp_secret.clone().map(|sealed| (account, sealed)))
        else {
            return Ok(None);
        };
        Ok(totp::check(&totp_opened(&self.vault, at, &sealed)?, code, self.now, account.totp_step))
    }

    fn recovery_codes(&self, at: AccountRef, rng: &mut Rng) -> (Vec<Receipt>, Vec<[u8; 32]>) {
        let count = AccountRules::on(Day::of(self.now)).second_factor.recovery_codes;
        let codes: Vec<Receipt> = (0..count).map(|_| Receipt::new(&rng.bytes())).collect();
        let hashes = codes.iter().map(|code| recovery_hash(&self.vault, at, code)).collect();
        (codes, hashes)
    }
}
