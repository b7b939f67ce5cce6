//! Keys for programs that read in somebody's name, such as reading apps: shown once, kept as a keyed hash, ended with the sessions
//! of their account. Such a program never gets to know the password, and a key opens only routes that ask for one.

use std::time::Instant as Monotonic;

use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use data_encoding::BASE64;
use huiyin_base::number::Receipt;
use huiyin_base::{Id, Problem, ProblemKind, Rng};
use huiyin_directory::audit::{self, AuditKind, Event};
use huiyin_directory::{AccountRef, account_find, login_normal, viewer_find};

use crate::Site;
use crate::limiter::Allowance;
use crate::session::{self, Current};
use crate::store::reading_key::{ReadingKey, reading_key_add, reading_key_end, reading_key_find, reading_key_list};

/// What a vault's blind index of keys is called.
const PURPOSE: &str = "reading_key";
/// The most keys of one account, and the most characters of what a device is called.
const KEYS: usize = 10;
const DEVICE: usize = 20;
/// Wrong keys for one sign-in name from one network: twenty, then one a minute.
const WRONG: Allowance = Allowance { name: "reading_key", burst: 20.0, per_second: 1.0 / 60.0, debt: 0.0 };

/// Makes a key for a device; it is shown once and cannot be found again.
pub async fn open(site: &Site, account: AccountRef, device: &str, rng: &mut Rng) -> Result<String, Problem> {
    let device = device.trim().to_owned();
    if device.is_empty() || device.chars().count() > DEVICE || device.chars().any(char::is_control) {
        return Err(Problem::invalid(format!("请给这台设备起个名字，1 到 {DEVICE} 个字，例如“我的平板”。")));
    }
    let code = Receipt::new(&rng.bytes::<8>());
    let hash = site.vault.blind(PURPOSE, &code.canonical());
    let key = ReadingKey { id: Id::new(account.region, site.clock.real(), rng), device };
    let event = recorded(site, account, "设置阅读软件口令", rng);
    let write = site.db.write("reading_key_open", move |tx| {
        let (key, event) = (key.clone(), event.clone());
        Box::pin(async move {
            if reading_key_list(tx, account).await?.len() >= KEYS {
                return Err(Problem::conflict(format!("最多设 {KEYS} 个口令，请先作废一个不用的。")));
            }
            reading_key_add(tx, account, &key, hash).await?;
            Ok(audit::record(tx, &event).await?)
        })
    });
    write.await?;
    Ok(code.to_string())
}

/// Ends a key of this account.
pub async fn end(site: &Site, account: AccountRef, id: Id, rng: &mut Rng) -> Result<(), Problem> {
    let event = recorded(site, account, "作废阅读软件口令", rng);
    let write = site.db.write("reading_key_end", move |tx| {
        let event = event.clone();
        Box::pin(async move {
            if !reading_key_end(tx, account, id).await? {
                return Err(Problem::not_found());
            }
            Ok(audit::record(tx, &event).await?)
        })
    });
    write.await
}

fn recorded(site: &Site, account: AccountRef, words: &str, rng: &mut Rng) -> Event {
    Event::new(account.region, AuditKind::AccountChange, site.clock.real(), rng).by(account).detail(words)
}

/// Whoever the key of this request belongs to becomes its viewer, whatever cookies came along. Staff roles rest as they do in a
/// session without a second factor.
pub(crate) async fn admit(site: &Site, parts: &mut Parts) -> Result<(), Problem> {
    let (login, given) = basic(parts).ok_or_else(missing)?;
    let caller = parts.extensions.get::<Current>().map(|current| current.caller.clone()).unwrap_or_default();
    let who = format!("{caller} {login}");
    let wrong = WRONG.times(site.settings.limit_factor);
    if site.limiter.is_spent(wrong, &who, Monotonic::now()) {
        return Err(Problem::new(ProblemKind::TooMany, "口令输错太多次了，请过几分钟再试，或在网页上重新设一个口令。"));
    }
    let mut current = Current { caller, ..Current::default() };
    let Some(account) = holder(site, &login, &given).await? else {
        site.limiter.ask(wrong, &who, Monotonic::now());
        return Err(missing());
    };
    let mut tx = site.db.read().await?;
    let mut viewer = viewer_find(&mut tx, account, site.today()).await?.ok_or_else(missing)?;
    drop(tx);
    current.resting = session::rest(site, &mut viewer);
    current.viewer = Some(viewer);
    parts.extensions.insert(current);
    Ok(())
}

fn missing() -> Problem {
    Problem::new(ProblemKind::SignInNeeded, "用户名填登录名，密码填“阅读软件口令”。口令在网页“我的小书包”里设置。")
}

/// Sign-in name and key, as a program sends them.
fn basic(parts: &Parts) -> Option<(String, String)> {
    let value = parts.headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, coded) = value.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let plain = String::from_utf8(BASE64.decode(coded.trim().as_bytes()).ok()?).ok()?;
    let (login, key) = plain.split_once(':')?;
    Some((login_normal(login), key.to_owned()))
}

async fn holder(site: &Site, login: &str, given: &str) -> Result<Option<AccountRef>, Problem> {
    let Some(code) = Receipt::parse(given) else { return Ok(None) };
    let mut tx = site.db.read().await?;
    for hash in site.vault.blinds(PURPOSE, &code.canonical()) {
        if let Some(account) = reading_key_find(&mut tx, hash).await? {
            let found = account_find(&mut tx, account).await?;
            return Ok(found.filter(|found| login_normal(&found.login) == login).map(|_| account));
        }
    }
    Ok(None)
}
