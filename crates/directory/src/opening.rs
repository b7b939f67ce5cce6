use huiyin_base::{Day, Id, Problem, Rng};

use crate::account::{Account, login_normal};
use crate::audit::{self, AuditKind, Event};
use crate::rules::AccountRules;
use crate::security::FieldFault;
use crate::sign_in::Door;
use crate::slip::{PrintedSlip, login_fault, slip_hash};
use crate::store::{account_add, slip_add};
use crate::{AccountRef, OrgRef};

impl Door {
    /// Opens an account for a post, without a password and without roles, and prints its slip. Rights are granted by the
    /// security administrator: who opens accounts gives no rights.
    pub async fn account_open(
        &self,
        by: AccountRef,
        org: OrgRef,
        login: &str,
        name: &str,
        rng: &mut Rng,
    ) -> Result<Result<(AccountRef, PrintedSlip), FieldFault>, Problem> {
        let (login, name) = (login_normal(login), name.trim());
        if let Some(message) = login_fault(&login) {
            return Ok(Err(FieldFault::new("login", message)));
        }
        if !(2..=30).contains(&name.chars().count()) || name.chars().any(char::is_control) {
            return Ok(Err(FieldFault::new("name", "请写 2 到 30 个字的名称，例如姓名或岗位。")));
        }
        if self.by_login(&login).await?.is_some() {
            return Ok(Err(FieldFault::new("login", "这个登录名已有人使用，请换一个。")));
        }
        let account = Account::new(Id::new(org.region, self.now, rng), login.clone(), name, self.now);
        let hours = AccountRules::on(Day::of(self.now)).slip.days * 24;
        let (slip, code) = self.renewal(by, org, &account, hours, rng);
        let printed = PrintedSlip { name: name.to_owned(), code, until: Day::of(slip.expires_at), phone: None };
        let event = Event::new(org.region, AuditKind::AccountChange, self.now, rng).by(by);
        let event = event.about("account", account.id).detail("开通工作账号并打印激活条");
        let (at, hashes) = (account.at(), (self.vault.blind("login", &login), slip_hash(&self.vault, &code)));
        self.db
            .write("account_open", move |tx| {
                let (account, slip, event) = (account.clone(), slip.clone(), event.clone());
                Box::pin(async move {
                    account_add(tx, &account, hashes.0).await?;
                    slip_add(tx, &slip, hashes.1).await?;
                    Ok(audit::record(tx, &event).await?)
                })
            })
            .await?;
        Ok(Ok((at, printed)))
    }
}
