use huiyin_base::{Day, Id, Problem, Rng};

use crate::account::{Account, RoleGrant, login_normal};
use crate::audit::{self, AuditKind, Event};
use crate::rules::AccountRules;
use crate::sign_in::Door;
use crate::slip::{PrintedSlip, login_fault, slip_hash};
use crate::store::{account_add, grant_add, role_holders, slip_add};
use crate::{OrgRef, Role};

impl Door {
    /// Opens the first account of an administrator's role, from the machine itself: there is nobody yet who could grant it.
    ///
    /// Refused for any other role, and while somebody holds this one: then the pages are the way, and two people.
    pub async fn administrator_open(
        &self,
        org: OrgRef,
        role: Role,
        login: &str,
        name: &str,
        rng: &mut Rng,
    ) -> Result<PrintedSlip, Problem> {
        if !matches!(role, Role::SystemAdmin | Role::SecurityAdmin | Role::AuditAdmin) {
            return Err(Problem::invalid("这里只建立系统、安全、审计三类管理员；其他账号请管理员在页面上开通。"));
        }
        let login = login_normal(login);
        if let Some(message) = login_fault(&login) {
            return Err(Problem::invalid(message));
        }
        let account = Account::new(Id::new(org.region, self.now, rng), login.clone(), name.trim(), self.now);
        let at = account.at();
        let hours = AccountRules::on(Day::of(self.now)).slip.days * 24;
        let (slip, code) = self.renewal(at, org, &account, hours, rng);
        let printed = PrintedSlip { name: name.trim().to_owned(), code, until: Day::of(slip.expires_at), phone: None };
        let grant = RoleGrant {
            region: at.region,
            id: Id::new(at.region, self.now, rng),
            account: at.id,
            role,
            org_region: org.region,
            org: org.id,
            post: role.label().to_owned(),
            from_day: self.today,
            to_day: None,
            deputy_of: None,
            granted_by: None,
        };
        let event = Event::new(at.region, AuditKind::RightsChange, self.now, rng).by(at).about("account", at.id);
        let event = event.detail(format!("在服务器上建立首个{}", role.label()));
        let (hashes, today) = ((self.vault.blind("login", &login), slip_hash(&self.vault, &code)), self.today);
        self.db
            .write("administrator_open", move |tx| {
                let (account, grant, slip, event) = (account.clone(), grant.clone(), slip.clone(), event.clone());
                Box::pin(async move {
                    if !role_holders(tx, org, &[role], today).await?.is_empty() {
                        let message = format!("已经有{}了。再增加请在页面上办理，由安全管理员授权。", role.label());
                        return Err(Problem::conflict(message));
                    }
                    account_add(tx, &account, hashes.0).await?;
                    grant_add(tx, &grant).await?;
                    slip_add(tx, &slip, hashes.1).await?;
                    Ok(audit::record(tx, &event).await?)
                })
            })
            .await?;
        Ok(printed)
    }
}
