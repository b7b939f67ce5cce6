use chrono::TimeDelta;
use huiyin_base::number::Receipt;
use huiyin_base::{Day, Id, Instant, Problem, Region, Rng};
use huiyin_db::{Tx, row, text_enum};
use huiyin_vault::Vault;

use crate::account::{Account, RoleGrant, login_normal};
use crate::audit::{self, AuditKind, Event};
use crate::rules::AccountRules;
use crate::security::FieldFault;
use crate::sign_in::{Door, password_hashed};
use crate::store::{
    account_add, account_find, account_find_person, account_password_set, external_unlink, grant_add, membership_find,
    person_find, slip_add, slip_find_code, slip_use, slips_void_account, slips_void_person, totp_remove,
};
use crate::telephone::phone_opened;
use crate::{AccountRef, OrgRef, Role};

text_enum! {
    /// What a slip is for.
    pub enum SlipPurpose {
        Open = "open" / "开通账号",
        Renew = "renew" / "重设密码",
    }
}

row! {
    /// A one-time slip as it is kept: without its code.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Slip {
        /// The shard of the organisation that printed it.
        pub region: Region,
        /// The slip.
        pub id: Id,
        /// What for.
        pub purpose: SlipPurpose,
        /// Whose account it opens.
        pub person: Option<Id>,
        /// The account that exists already.
        pub account: Option<Id>,
        /// The organisation that printed it.
        pub org: Id,
        /// Who printed it.
        pub printed_by: Id,
        /// When.
        pub printed_at: Instant,
        /// Until when it works.
        pub expires_at: Instant,
        /// When it was used.
        pub used_at: Option<Instant>,
        /// When a later one replaced it.
        pub void_at: Option<Instant>,
    }
}

/// A slip as it is printed: the only time its code exists outside the holder's hands.
#[derive(Clone, Debug)]
pub struct PrintedSlip {
    /// Whose.
    pub name: String,
    /// The code, read aloud in fours.
    pub code: Receipt,
    /// The last day.
    pub until: Day,
    /// The telephone in the register, for who sends the code instead of printing it.
    pub phone: Option<String>,
}

/// Slips that are ready to be written.
#[derive(Clone, Debug)]
pub struct PreparedSlips {
    /// What would be printed.
    pub printed: Vec<PrintedSlip>,
    rows: Vec<(Slip, [u8; 32])>,
    event: Event,
    now: Instant,
}

impl PreparedSlips {
    /// Says on record how the slips went out, where they were not printed.
    #[must_use]
    pub fn told(mut self, detail: impl Into<String>) -> Self {
        self.event = self.event.detail(detail);
        self
    }
}

/// What the holder of a code sees before he chooses a password.
#[derive(Clone, Debug)]
pub struct OpenSlip {
    /// The slip.
    pub slip: Slip,
    /// 王*: enough to know that it is the right slip, too little for a finder.
    pub masked_name: String,
    /// The sign-in name of an account that exists.
    pub login: Option<String>,
}

/// The one answer to a wrong, used, replaced or expired code.
pub const WRONG_SLIP: &str =
    "激活码不对、已经用过，或者过了有效期。请对照纸条重新输入；仍然不行，请找所在支部重新打印一张。";

impl Door {
    /// Prints slips for members of a branch. Who has an account already is refused: his way back is the recovery.
    pub async fn slips_print(
        &self,
        by: AccountRef,
        branch: OrgRef,
        people: &[Id],
        today: Day,
        rng: &mut Rng,
    ) -> Result<Vec<PrintedSlip>, Problem> {
        let prepared = self.slips_prepare(by, branch, people, today, rng).await?;
        let printed = prepared.printed.clone();
        self.db
            .write("slips_print", move |tx| {
                let prepared = prepared.clone();
                Box::pin(async move { Ok(slips_put(tx, &prepared).await?) })
            })
            .await?;
        Ok(printed)
    }

    /// The same, not yet written: for who writes something beside it.
    pub async fn slips_prepare(
        &self,
        by: AccountRef,
        branch: OrgRef,
        people: &[Id],
        today: Day,
        rng: &mut Rng,
    ) -> Result<PreparedSlips, Problem> {
        let mut printed = Vec::with_capacity(people.len());
        let mut rows = Vec::with_capacity(people.len());
        let tx = &mut self.db.read().await?;
        for person in people {
            membership_find(tx, branch, *person, today).await?.ok_or_else(Problem::not_found)?;
            let found = person_find(tx, *person).await?.ok_or_else(Problem::not_found)?;
            if account_find_person(tx, *person).await?.is_some() {
                let message = format!("{} 已经有账号。忘记密码请走“找回账号”，由两名工作人员办理。", found.name);
                return Err(Problem::conflict(message));
            }
            let slip = self.slip(SlipPurpose::Open, by, branch, rng);
            let (slip, code) = (Slip { person: Some(*person), ..slip }, Receipt::new(&rng.bytes()));
            printed.push(PrintedSlip {
                name: found.name,
                code,
                until: Day::of(slip.expires_at),
                phone: phone_opened(&self.vault, *person, found.phone.as_deref()),
            });
            rows.push((slip, slip_hash(&self.vault, &code)));
        }
        let event = Event::new(branch.region, AuditKind::Activation, self.now, rng).by(by).about("org", branch.id);
        let event = event.detail(format!("打印激活条 {} 张", rows.len()));
        Ok(PreparedSlips { printed, rows, event, now: self.now })
    }

    /// Prints a slip for an account without a password: a post that an administrator opened, or a confirmed recovery.
    pub(crate) fn renewal(
        &self,
        by: AccountRef,
        org: OrgRef,
        account: &Account,
        hours: i64,
        rng: &mut Rng,
    ) -> (Slip, Receipt) {
        let expires_at = self.now + TimeDelta::hours(hours);
        let slip = self.slip(SlipPurpose::Renew, by, org, rng);
        (Slip { account: Some(account.id), person: account.person, expires_at, ..slip }, Receipt::new(&rng.bytes()))
    }

    fn slip(&self, purpose: SlipPurpose, by: AccountRef, org: OrgRef, rng: &mut Rng) -> Slip {
        let days = AccountRules::on(Day::of(self.now)).slip.days;
        Slip {
            region: org.region,
            id: Id::new(org.region, self.now, rng),
            purpose,
            person: None,
            account: None,
            org: org.id,
            printed_by: by.id,
            printed_at: self.now,
            expires_at: self.now + TimeDelta::days(days),
            used_at: None,
            void_at: None,
        }
    }

    /// Reads a code; none when it is wrong, used, replaced or expired.
    pub async fn slip_open(&self, code: &str) -> Result<Option<OpenSlip>, Problem> {
        let Some(code) = Receipt::parse(code) else { return Ok(None) };
        let tx = &mut self.db.read().await?;
        let mut found = None;
        // A slip that was printed before the keys were rotated still works.
        for hash in self.vault.blinds("activation", &code.canonical()) {
            found = found.or(slip_find_code(tx, hash).await?);
        }
        let Some(slip) = found else { return Ok(None) };
        if slip.used_at.is_some() || slip.void_at.is_some() || slip.expires_at <= self.now {
            return Ok(None);
        }
        let account = match slip.account {
            Some(id) => account_find(tx, AccountRef { region: id.region(), id }).await?,
            None => None,
        };
        let name = match (slip.person, &account) {
            (Some(person), _) => person_find(tx, person).await?.map(|person| person.name),
            (None, Some(account)) => Some(account.display_name.clone()),
            (None, None) => None,
        };
        let Some(name) = name else { return Ok(None) };
        let login = account.map(|account| account.login);
        Ok(Some(OpenSlip { slip, masked_name: masked(&name), login }))
    }

    /// Spends a code: opens the account of a member, or gives an existing one a new password. All sessions of an existing
    /// account end with it. A recovered account loses its second factor and sets up a new one.
    pub async fn slip_use(
        &self,
        code: &str,
        login: &str,
        new: &str,
        again: &str,
        today: Day,
        rng: &mut Rng,
    ) -> Result<Result<AccountRef, FieldFault>, Problem> {
        let Some(open) = self.slip_open(code).await? else { return Ok(Err(FieldFault::new("code", WRONG_SLIP))) };
        match (open.slip.purpose, open.slip.account, open.slip.person) {
            (SlipPurpose::Renew, Some(account), _) => {
                let login = open.login.clone().unwrap_or_default();
                self.renew(open.slip, AccountRef { region: account.region(), id: account }, &login, new, again, rng)
                    .await
            }
            (SlipPurpose::Open, _, Some(person)) => self.open(open.slip, person, login, new, again, today, rng).await,
            _ => Ok(Err(FieldFault::new("code", WRONG_SLIP))),
        }
    }

    #[expect(clippy::too_many_arguments, reason = "the fields of one form")]
    async fn open(
        &self,
        slip: Slip,
        person: Id,
        login: &str,
        new: &str,
        again: &str,
        today: Day,
        rng: &mut Rng,
    ) -> Result<Result<AccountRef, FieldFault>, Problem> {
        let login = login_normal(login);
        if let Some(message) = login_fault(&login) {
            return Ok(Err(FieldFault::new("login", message)));
        }
        if let Some(fault) = self.new_password_fault(&login, new, again, false) {
            return Ok(Err(fault));
        }
        if self.by_login(&login).await?.is_some() {
            return Ok(Err(FieldFault::new("login", "这个登录名已有人使用，请换一个，例如在后面加几位数字。")));
        }
        let found = person_find(&mut self.db.read().await?, person).await?.ok_or_else(Problem::not_found)?;
        let id = Id::new(person.region(), self.now, rng);
        let account = Account {
            person: Some(person),
            password: Some(password_hashed(new, rng).await?),
            password_at: Some(self.now),
            ..Account::new(id, login.clone(), found.name, self.now)
        };
        let at = account.at();
        let grant = RoleGrant {
            region: at.region,
            id: Id::new(at.region, self.now, rng),
            account: at.id,
            role: Role::Member,
            org_region: slip.region,
            org: slip.org,
            post: Role::Member.label().to_owned(),
            from_day: today,
            to_day: None,
            deputy_of: None,
            granted_by: Some(slip.printed_by),
        };
        let hash = self.vault.blind("login", &login);
        let event = Event::new(at.region, AuditKind::Activation, self.now, rng).by(at).detail("凭激活条开通账号");
        let now = self.now;
        self.db
            .write("slip_open", move |tx| {
                let (slip, account, grant, event) = (slip.clone(), account.clone(), grant.clone(), event.clone());
                Box::pin(async move {
                    if !slip_use(tx, &slip, now).await? || account_find_person(tx, person).await?.is_some() {
                        return Err(Problem::conflict(WRONG_SLIP));
                    }
                    account_add(tx, &account, hash).await?;
                    grant_add(tx, &grant).await?;
                    Ok(audit::record(tx, &event).await?)
                })
            })
            .await?;
        Ok(Ok(at))
    }

    async fn renew(
        &self,
        slip: Slip,
        at: AccountRef,
        login: &str,
        new: &str,
        again: &str,
        rng: &mut Rng,
    ) -> Result<Result<AccountRef, FieldFault>, Problem> {
        let staff = self.is_staff(at).await?;
        if let Some(fault) = self.new_password_fault(login, new, again, staff) {
            return Ok(Err(fault));
        }
        let phc = password_hashed(new, rng).await?;
        let event = Event::new(at.region, AuditKind::Recovery, self.now, rng).by(at);
        let event = event.detail("凭纸条重设密码，原有两步验证、外部身份和登录设备一并失效");
        let (now, sessions_end) = (self.now, self.sessions_end);
        self.db
            .write("slip_renew", move |tx| {
                let (slip, phc, event) = (slip.clone(), phc.clone(), event.clone());
                Box::pin(async move {
                    if !slip_use(tx, &slip, now).await? {
                        return Err(Problem::conflict(WRONG_SLIP));
                    }
                    slips_void_account(tx, slip.region, at.id, now).await?;
                    account_password_set(tx, at, &phc, now).await?;
                    totp_remove(tx, at).await?;
                    external_unlink(tx, at).await?;
                    sessions_end(tx, at, None).await?;
                    Ok(audit::record(tx, &event).await?)
                })
            })
            .await?;
        Ok(Ok(at))
    }
}

/// Writes slips in the caller's transaction; earlier ones of the same people no longer work.
pub async fn slips_put(tx: &mut Tx, prepared: &PreparedSlips) -> huiyin_db::Result<()> {
    for (slip, hash) in &prepared.rows {
        if let Some(person) = slip.person {
            slips_void_person(tx, slip.region, person, prepared.now).await?;
        }
        slip_add(tx, slip, *hash).await?;
    }
    audit::record(tx, &prepared.event).await
}

pub(crate) fn slip_hash(vault: &Vault, code: &Receipt) -> [u8; 32] {
    vault.blind("activation", &code.canonical())
}

/// What is wrong with a sign-in name that somebody chooses; `login` is normalised already.
pub fn login_fault(login: &str) -> Option<String> {
    let length = login.chars().count();
    if !(3..=30).contains(&length) {
        return Some("登录名要 3 到 30 个字符，可以用手机号、拼音或姓名加数字。".into());
    }
    let plain = |letter: char| letter.is_alphanumeric() || matches!(letter, '.' | '_' | '-' | '@');
    (!login.chars().all(plain)).then(|| "登录名只能用汉字、字母、数字和 . _ - @。".into())
}

/// 王小丽 becomes 王**.
pub fn masked(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().into_iter().chain(letters.map(|_| '*')).collect()
}
