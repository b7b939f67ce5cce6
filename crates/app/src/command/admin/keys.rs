use anyhow::Result;
use huiyin_base::{Clock, RngSource};
use huiyin_catalogue::sealed;
use huiyin_directory::audit::{AuditKind, Event, record};
use huiyin_vault::{Purpose, Vault, head_of};

use crate::config::Config;
use crate::failure::{Stop, stop};
use crate::say::say;
use crate::start::{self, Intent, Opened};

/// Adds a key; the running server seals with it after its next start, and then seals what is old again.
pub(super) fn rotate(config: &Config) -> Result<()> {
    let file = config.key_file.clone().ok_or_else(|| stop("没有配置密钥文件（配置项 key_file）。"))?;
    Vault::rotate(&file, Purpose::Seal, &mut RngSource::system().rng()).map_err(|error| {
        let sentence = Stop(error.to_string());
        anyhow::Error::new(error).context(sentence)
    })?;
    say(format!("已在 {} 中加入新的密钥，旧密钥保留。请重启服务，并重新保存一份密钥文件的副本。", file.display()));
    say(
        "重启后，系统会把以前的内容逐步改用新密钥加密，进度在“运行状况”页；完成后可以用 huiyin admin retire-key 停用旧密钥。",
    );
    Ok(())
}

/// Says which key has sealed how much.
pub(super) async fn show(config: &Config) -> Result<()> {
    let opened = start::open(config, Intent::Look, Clock::system()).await?;
    let numbers = opened.ground.vault.seal_numbers();
    for number in &numbers {
        let used = usage(config, &opened, *number).await?;
        let total: i64 = used.iter().map(|(_, count)| count).sum();
        let word = if numbers.last() == Some(number) { "现在使用" } else { "旧密钥" };
        say(format!("第 {number} 号（{word}）：{total} 处。"));
        for (what, count) in used {
            say(format!("  {what}：{count}"));
        }
    }
    opened.ground.db.close().await;
    Ok(())
}

/// Takes an old key out of the file, if nothing needs it any more.
pub(super) async fn retire(config: &Config, number: u16) -> Result<()> {
    let file = config.key_file.clone().ok_or_else(|| stop("没有配置密钥文件（配置项 key_file）。"))?;
    let opened = start::open(config, Intent::Look, Clock::system()).await?;
    let retired = retire_unused(config, &opened, &file, number).await;
    opened.ground.db.close().await;
    retired?;
    say(format!("第 {number} 号密钥已从 {} 中删去。请重启服务，并重新保存一份密钥文件的副本。", file.display()));
    say("以前的备份仍要用以前的密钥文件打开：旧的副本请和那些备份保存同样长的时间。");
    Ok(())
}

async fn retire_unused(config: &Config, opened: &Opened, file: &std::path::Path, number: u16) -> Result<()> {
    let used = usage(config, opened, number).await?;
    if !used.is_empty() {
        let list: Vec<String> = used.iter().map(|(what, count)| format!("{what} {count} 处")).collect();
        return Err(stop(format!(
            "第 {number} 号密钥还有内容在用（{}），没有停用。请让服务运行到重新加密完成，再来停用。",
            list.join("，")
        )));
    }
    Vault::retire(file, number).map_err(|error| {
        let sentence = match &error {
            huiyin_vault::VaultError::UnknownKey(_) => Stop(format!("密钥文件里没有第 {number} 号密钥，没有改动。")),
            other => Stop(other.to_string()),
        };
        anyhow::Error::new(error).context(sentence)
    })?;
    let ground = &opened.ground;
    let event = Event::new(opened.home, AuditKind::Setting, ground.clock.real(), &mut ground.rngs.rng());
    let event = event.detail(format!("停用第 {number} 号密钥"));
    ground
        .db
        .write("key_retire_record", move |tx| {
            let event = event.clone();
            Box::pin(async move { Ok(record(tx, &event).await?) })
        })
        .await?;
    Ok(())
}

/// What a key has sealed: columns of the database, and files.
async fn usage(config: &Config, opened: &Opened, number: u16) -> Result<Vec<(String, i64)>> {
    let ground = &opened.ground;
    let mut used = sealed::usage(&mut ground.db.read().await?, &head_of(number)).await?;
    let files = ground.files.key_usage(&ground.db).await?.get(&number).copied().unwrap_or(0);
    if files > 0 {
        used.push(("照片和附件".into(), i64::try_from(files).unwrap_or(i64::MAX)));
    }
    if let Some(log) = start::access_log(config, opened)? {
        let blocks = log.key_usage()?.get(&number).copied().unwrap_or(0);
        if blocks > 0 {
            used.push(("访问日志".into(), i64::try_from(blocks).unwrap_or(i64::MAX)));
        }
    }
    Ok(used)
}
