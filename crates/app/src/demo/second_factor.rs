//! One account of the demo with a second factor, so that a visitor sees how staff sign in where the data is real.

use std::path::Path;

use anyhow::{Context as _, Result};
use data_encoding::BASE32_NOPAD;
use huiyin_base::Clock;
use huiyin_city::{Made, SignInSlip};
use huiyin_directory::Door;
use huiyin_vault::totp;
use huiyin_web::Ground;
use huiyin_web::store::session::sessions_end;

use crate::failure::stop;

/// Beside the sign-ins: what an authenticator app would keep. Everything in a demo is public.
const FILE: &str = "second-factor.txt";

/// Sets the second factor of a staff account that no other line of the sign-ins names. None where there is no such account.
pub(super) async fn set_up(ground: &Ground, made: &Made, folder: &Path) -> Result<Option<SignInSlip>> {
    let spare = |slip: &&SignInSlip| slip.role.needs_second_factor() && !made.sign_ins.contains(slip);
    // The last one: a visitor who tries the first county meets no surprise.
    let Some(slip) = made.all_sign_ins.iter().rev().find(spare) else { return Ok(None) };
    let (now, today) = (ground.clock.real(), ground.clock.today());
    let door = Door {
        db: ground.db.clone(),
        vault: ground.vault.clone(),
        home: ground.home,
        now,
        today,
        sessions_end,
        session: None,
    };
    let rng = &mut ground.rngs.rng();
    let account = door.by_login(&slip.login).await?.context("a demo account")?;
    let (_, typed) = door.totp_begin(account.at(), rng).await?;
    let code = code_of(&typed, &ground.clock).context("a fresh secret")?;
    let confirmed = door.totp_confirm(account.at(), &code, rng).await?;
    confirmed.map_err(|fault| anyhow::anyhow!("the second factor of the demo: {}", fault.message))?;
    std::fs::write(folder.join(FILE), typed)?;
    Ok(Some(slip.clone()))
}

/// What is said of it at every start: the code of this moment, and how to see the next one.
pub(super) fn words(folder: &Path) -> Option<String> {
    let typed = std::fs::read_to_string(folder.join(FILE)).ok()?;
    let code = code_of(&typed, &Clock::system())?;
    Some(format!(
        "两步验证：带“两步验证”字样的账号登录时还要验证码，现在是 {code}。每 30 秒换一个，用 huiyin demo --code 再看；也可以把密钥 {typed} 输入手机验证器。"
    ))
}

/// The code of this moment, for `huiyin demo --code`.
pub fn code(folder: &Path) -> Result<String> {
    let none =
        || stop(format!("文件夹 {} 里的演示没有两步验证账号。请删除它，再运行 huiyin demo 重建。", folder.display()));
    let typed = std::fs::read_to_string(folder.join(FILE)).map_err(|_| none())?;
    code_of(&typed, &Clock::system()).ok_or_else(none)
}

fn code_of(typed: &str, clock: &Clock) -> Option<String> {
    let secret = BASE32_NOPAD.decode(typed.trim().as_bytes()).ok()?;
    totp::code_at(&secret, clock.real())
}
