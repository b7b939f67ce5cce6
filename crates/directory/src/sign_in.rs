use chrono::TimeDelta;
use data_encoding::BASE64URL_NOPAD;
use huiyin_base::number::Receipt;
use huiyin_base::{Day, Id, Instant, Problem, Region, Rng};
use huiyin_db::{Db, Tx};
use huiyin_vault::{Place, Vault, password, totp};
use tokio::sync::Semaphore;

use crate::AccountRef;
use crate::account::{Account, AccountStatus, login_normal};
use crate::audit::{self, AuditKind, AuditOutcome, Event};
use crate::handover::HoldingsFuture;
use crate::rules::AccountRules;
use crate::store::{
    account_failure_add, account_find, account_find_login, account_lock, account_unlock, recovery_code_spend,
    totp_step_spend,
};

/// What a sign-in works on.
#[derive(Clone, Debug)]
pub struct Door {
    /// The database.
    pub db: Db,
    /// Keys.
    pub vault: Vault,
    /// The city's own region: where attempts on names that do not exist are recorded.
    pub home: Region,
    /// Real time.
    pub now: Instant,
    /// The city's day: by it roles are in force.
    pub today: Day,
    /// Ends sessions; they are the web's.
    pub sessions_end: SessionsEnd,
    /// The session that asks: it survives a change of the password.
    pub session: Option<[u8; 32]>,
}

/// Ends the sessions of an account but one, in the write that takes away what they rest on: a stop between two writes would
/// leave a thief's session alive behind a new password.
pub type SessionsEnd = for<'a> fn(&'a mut Tx, AccountRef, Option<[u8; 32]>) -> HoldingsFuture<'a, u64>;

/// How an attempt ended.
#[derive(Debug)]
pub enum SignIn {
    /// Signed in; `strong` when a second factor was given.
    Welcome {
        /// Who.
        account: AccountRef,
        /// With a second factor.
        strong: bool,
    },
    /// The password was right; now the code. The token stands for the first step in the second form.
    NeedsCode {
        /// To be handed to [`Door::second_factor`].
        token: String,
    },
    /// Wrong, unknown or locked: one answer for all, so that it tells nothing about who has an account.
    Wrong,
    /// The password was right, but the account was suspended or closed.
    Suspended,
}

/// The uniform answer to a wrong name, a wrong password and a locked account.
pub const WRONG: &str = "登录名或密码不对。请检查大小写和输入法；连续输错多次会暂停登录，请过几分钟再试。忘记了密码，请找所在支部或本单位管理员办理找回。";

/// The answer to a wrong code.
pub const WRONG_CODE: &str =
    "验证码不对或已经用过。请等手机上显示下一个 6 位数字再输入；手机不在身边，可以输入一个恢复码。";

/// How long a password that was right waits for its code.
const CODE_WAITS: TimeDelta = TimeDelta::minutes(10);

impl Door {
    /// The first step: name and password.
    ///
    /// An unknown name, an account without password and a locked one cost the same time as a wrong password: a hash is
    /// computed and an event is written in each case.
    pub async fn password(&self, login: &str, given: &str, rng: &mut Rng) -> Result<SignIn, Problem> {
        let account = self.by_login(login).await?;
        let locked = account.as_ref().is_some_and(|account| self.is_locked(account));
        let phc = account.as_ref().filter(|_| !locked).and_then(|account| account.password.clone());
        let right = verified(given.to_owned(), phc).await?;
        let Some(account) = account else {
            let event = Event::new(self.home, AuditKind::SignIn, self.now, rng).detail("没有这个登录名");
            self.record(event.ended(AuditOutcome::Failed)).await?;
            return Ok(SignIn::Wrong);
        };
        let event = Event::new(account.region, AuditKind::SignIn, self.now, rng).by(account.at());
        if locked {
            self.record(event.detail("账号暂停登录期间的尝试").ended(AuditOutcome::Refused)).await?;
            return Ok(SignIn::Wrong);
        }
        if !right {
            self.failed(account.at(), event.detail("密码不对")).await?;
            return Ok(SignIn::Wrong);
        }
        if account.status != AccountStatus::Active {
            self.record(event.detail("账号已停用").ended(AuditOutcome::Refused)).await?;
            return Ok(SignIn::Suspended);
        }
        if account.has_second_factor() {
            // Failures are not forgotten yet, or codes could be tried for ever.
            return Ok(SignIn::NeedsCode { token: self.pending(account.at(), rng) });
        }
        self.welcome(account.at(), false, event.detail("密码登录")).await
    }

    /// The second step: a code of the authenticator app, or a recovery code.
    pub async fn second_factor(&self, token: &str, code: &str, rng: &mut Rng) -> Result<SignIn, Problem> {
        let expired = || Problem::invalid("这一步等待太久，请回到登录页，从登录名和密码重新开始。");
        let at = self.pending_opened(token).ok_or_else(expired)?;
        let account = account_find(&mut self.db.read().await?, at).await?.ok_or_else(expired)?;
        let event = Event::new(at.region, AuditKind::SignIn, self.now, rng).by(at);
        if self.is_locked(&account) || account.status != AccountStatus::Active {
            self.record(event.detail("账号暂停登录期间的尝试").ended(AuditOutcome::Refused)).await?;
            return Ok(SignIn::Wrong);
        }
        if self.spend_code(&account, code).await? {
            self.welcome(at, true, event.detail("密码和两步验证登录")).await
        } else {
            self.failed(at, event.detail("验证码不对")).await?;
            Ok(SignIn::Wrong)
        }
    }

    /// Whether the account is signed in with by this password; counts failures like a sign-in. For changing a password.
    pub async fn confirmed(&self, at: AccountRef, given: &str, rng: &mut Rng) -> Result<bool, Problem> {
        let account = account_find(&mut self.db.read().await?, at).await?.ok_or_else(Problem::not_found)?;
        let locked = self.is_locked(&account);
        let right = verified(given.to_owned(), account.password.filter(|_| !locked)).await?;
        if !right {
            let event = Event::new(at.region, AuditKind::Password, self.now, rng).by(at).detail("确认身份时密码不对");
            self.failed(at, event).await?;
        }
        Ok(right)
    }

    /// The account of a sign-in name, under the newest key or an older one.
    pub async fn by_login(&self, login: &str) -> Result<Option<Account>, Problem> {
        let tx = &mut self.db.read().await?;
        for hash in self.vault.blinds("login", &login_normal(login)) {
            if let Some(account) = account_find_login(tx, hash).await? {
                return Ok(Some(account));
            }
        }
        Ok(None)
    }

    fn is_locked(&self, account: &Account) -> bool {
        account.locked_until.is_some_and(|until| until > self.now)
    }

    async fn spend_code(&self, account: &Account, code: &str) -> Result<bool, Problem> {
        let at = account.at();
        if let Some(code) = Receipt::parse(code) {
            let (hashes, now) = (recovery_hashes(&self.vault, at, &code), self.now);
            let spent = self.db.write("recovery_code_spend", move |tx| {
                let hashes = hashes.clone();
                Box::pin(async move {
                    for hash in hashes {
                        if recovery_code_spend(tx, at, hash, now).await? {
                            return Ok(true);
                        }
                    }
                    Ok(false)
                })
            });
            return spent.await;
        }
        let Some(sealed) = &account.totp_secret else { return Ok(false) };
        let secret = totp_opened(&self.vault, at, sealed)?;
        let Some(step) = totp::check(&secret, code, self.now, account.totp_step) else { return Ok(false) };
        let spent = self
            .db
            .write("totp_step_spend", move |tx| Box::pin(async move { Ok(totp_step_spend(tx, at, step).await?) }));
        spent.await
    }

    pub(crate) async fn welcome(&self, at: AccountRef, strong: bool, event: Event) -> Result<SignIn, Problem> {
        self.db
            .write("sign_in", move |tx| {
                let event = event.clone();
                Box::pin(async move {
                    account_unlock(tx, at).await?;
                    Ok(audit::record(tx, &event).await?)
                })
            })
            .await?;
        Ok(SignIn::Welcome { account: at, strong })
    }

    /// Counts the failure, locks by the rules and records it.
    async fn failed(&self, at: AccountRef, event: Event) -> Result<(), Problem> {
        let now = self.now;
        self.db
            .write("sign_in_failed", move |tx| {
                let event = event.clone();
                Box::pin(async move {
                    let failures = account_failure_add(tx, at).await?;
                    if let Some(seconds) = AccountRules::on(Day::of(now)).lock_seconds(failures) {
                        account_lock(tx, at, now + TimeDelta::seconds(seconds)).await?;
                    }
                    Ok(audit::record(tx, &event.clone().ended(AuditOutcome::Failed)).await?)
                })
            })
            .await
    }

    async fn record(&self, event: Event) -> Result<(), Problem> {
        self.db
            .write("audit", move |tx| {
                let event = event.clone();
                Box::pin(async move { Ok(audit::record(tx, &event).await?) })
            })
            .await
    }

    pub(crate) fn pending(&self, at: AccountRef, rng: &mut Rng) -> String {
        let plain = format!("{} {}", at.id, self.now.timestamp());
        BASE64URL_NOPAD.encode(&self.vault.seal(PENDING, plain.as_bytes(), rng))
    }

    fn pending_opened(&self, token: &str) -> Option<AccountRef> {
        let sealed = BASE64URL_NOPAD.decode(token.as_bytes()).ok()?;
        let plain = String::from_utf8(self.vault.open_sealed(PENDING, &sealed).ok()?).ok()?;
        let (id, at) = plain.split_once(' ')?;
        let since = Instant::from_timestamp(at.parse().ok()?, 0)?;
        let id: Id = id.parse().ok()?;
        (self.now >= since && self.now - since <= CODE_WAITS).then_some(AccountRef { region: id.region(), id })
    }
}

const PENDING: Place<'static> = Place { table: "account", column: "pending", row: b"sign_in" };

/// Each hash takes 19 MiB and a core for a while: a rush of sign-ins waits here instead of eating the memory.
static HASHING: Semaphore = Semaphore::const_new(4);

/// Argon2 away from the threads that serve pages.
async fn verified(given: String, phc: Option<String>) -> Result<bool, Problem> {
    let verify = move || {
        if let Some(phc) = phc {
            return password::verify(&given, &phc);
        }
        password::verify_nobody(&given);
        false
    };
    let _turn = HASHING.acquire().await.map_err(Problem::broken)?;
    tokio::task::spawn_blocking(verify).await.map_err(Problem::broken)
}

/// A password as it is stored, computed away from the threads that serve pages.
pub async fn password_hashed(password: &str, rng: &mut Rng) -> Result<String, Problem> {
    let (password, mut rng) = (password.to_owned(), Rng::seeded(u64::from_be_bytes(rng.bytes())));
    let _turn = HASHING.acquire().await.map_err(Problem::broken)?;
    let hash = tokio::task::spawn_blocking(move || password::hash(&password, &mut rng)).await;
    hash.map_err(Problem::broken)?.map_err(Problem::broken)
}

pub(crate) fn totp_opened(vault: &Vault, at: AccountRef, sealed: &[u8]) -> Result<Vec<u8>, Problem> {
    vault.open_sealed(totp_place(at.id.uuid().as_bytes()), sealed).map_err(Problem::broken)
}

pub(crate) fn totp_place(row: &[u8]) -> Place<'_> {
    Place { table: "account", column: "totp_secret", row }
}

/// A recovery code is bound to its account: the same code of another account is another hash.
pub(crate) fn recovery_hash(vault: &Vault, at: AccountRef, code: &Receipt) -> [u8; 32] {
    vault.blind("recovery_code", &bound(at, code))
}

/// The same under every key.
fn recovery_hashes(vault: &Vault, at: AccountRef, code: &Receipt) -> Vec<[u8; 32]> {
    vault.blinds("recovery_code", &bound(at, code))
}

fn bound(at: AccountRef, code: &Receipt) -> String {
    format!("{} {}", at.id, code.canonical())
}
