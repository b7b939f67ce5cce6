use std::net::IpAddr;

use anyhow::Result;
use clap::Args;
use huiyin_base::{Clock, Day};
use huiyin_directory::audit::{AuditKind, Event, record};
use huiyin_directory::{AccountRef, Door, Role, SignIn, grant_list_in_force};
use huiyin_web::store::session::sessions_end;
use huiyin_web::{AccessLine, DayRead};

use crate::config::Config;
use crate::failure::{Stop, stop};
use crate::say::{complain, say};
use crate::start::{self, Intent, Opened};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The day
    #[arg(long, value_name = "YYYY-MM-DD")]
    day: Day,
    /// The audit administrator's sign-in name
    #[arg(long)]
    login: String,
    /// Why; it stands in the audit
    #[arg(long)]
    reason: String,
    /// Only this address
    #[arg(long)]
    address: Option<IpAddr>,
}

/// Prints the lines of a day, after it is on record who reads them and why.
pub(super) async fn run(config: &Config, arguments: Arguments) -> Result<()> {
    let length = arguments.reason.trim().chars().count();
    if !(4..=100).contains(&length) {
        return Err(stop("请用 4 到 100 个字写明查看的原因（--reason），它会记入审计。"));
    }
    let opened = start::open(config, Intent::Look, Clock::system()).await?;
    let read = read(config, &opened, &arguments).await;
    opened.ground.db.close().await;
    let read = read?;
    for line in &read.lines {
        say(text(line));
    }
    if read.damaged > 0 {
        complain(format!("这一天有 {} 段日志缺失或打不开，可能被改动过，请查明原因。", read.damaged));
    }
    Ok(())
}

async fn read(config: &Config, opened: &Opened, arguments: &Arguments) -> Result<DayRead> {
    let log = start::access_log(config, opened)?;
    let log = log.ok_or_else(|| stop("本站没有留存访问日志（配置项 site.access_log），请查看反向代理的日志。"))?;
    let account = proven(opened, &arguments.login).await?;
    note(opened, account, arguments).await?;
    let day = arguments.day;
    let mut read = tokio::task::spawn_blocking(move || log.read(day)).await??;
    read.lines.retain(|line| arguments.address.is_none_or(|address| line.address == Some(address)));
    Ok(read)
}

/// The account, if it is an audit administrator's and its password comes on standard input.
async fn proven(opened: &Opened, login: &str) -> Result<AccountRef> {
    let ground = &opened.ground;
    let (now, today) = (ground.clock.real(), ground.clock.today());
    let door = Door {
        db: ground.db.clone(),
        vault: ground.vault.clone(),
        home: opened.home,
        now,
        today,
        sessions_end,
        session: None,
    };
    complain("请输入审计管理员的口令，按回车：");
    let typed = tokio::task::spawn_blocking(|| std::io::stdin().lines().next()).await?;
    let password = typed.transpose()?.unwrap_or_default();
    let refused = || stop("登录名或口令不对，或者不是审计管理员。访问日志没有打开，这次尝试已记入审计。");
    let told = |problem: huiyin_base::Problem| match problem.source {
        Some(source) => source.context(Stop(problem.message)),
        None => stop(problem.message),
    };
    match door.password(login, &password, &mut ground.rngs.rng()).await.map_err(told)? {
        SignIn::Welcome { .. } | SignIn::NeedsCode { .. } => {}
        SignIn::Wrong | SignIn::Suspended => return Err(refused()),
    }
    let account = door.by_login(login).await.map_err(told)?.ok_or_else(refused)?;
    let grants = grant_list_in_force(&mut ground.db.read().await?, account.at(), today).await?;
    if grants.iter().any(|grant| grant.role == Role::AuditAdmin) { Ok(account.at()) } else { Err(refused()) }
}

async fn note(opened: &Opened, account: AccountRef, arguments: &Arguments) -> Result<()> {
    let ground = &opened.ground;
    let event = Event::new(account.region, AuditKind::SensitiveLook, ground.clock.real(), &mut ground.rngs.rng());
    let words = format!("命令行查看 {} 的访问日志：{}", arguments.day, arguments.reason.trim());
    let event = event.by(account).detail(words);
    ground
        .db
        .write("access_log_look", move |tx| {
            let event = event.clone();
            Box::pin(async move { Ok(record(tx, &event).await?) })
        })
        .await?;
    Ok(())
}

fn text(line: &AccessLine) -> String {
    let address = line.address.map_or_else(|| "-".to_owned(), |address| address.to_string());
    let account = line.account.map_or_else(|| "-".to_owned(), |account| account.to_string());
    let at = line.at.format("%Y-%m-%dT%H:%MZ");
    format!("{at}\t{address}\t{account}\t{}\t{}\t{}", line.method, line.route, line.status)
}
