use std::path::PathBuf;

use anyhow::Result;
use clap::Args;
use huiyin_base::Clock;
use huiyin_db::Db;

use crate::backup;
use crate::config::Config;
use crate::say::say;

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The archive to write; it must not exist yet
    #[arg(value_name = "FILE.zip")]
    target: PathBuf,
}

pub(super) async fn run(config: &Config, arguments: Arguments) -> Result<()> {
    let db = Db::open(&config.db()).await?;
    let taken = backup::take(config, &db, &arguments.target, Clock::system().real()).await?;
    db.close().await;
    say(format!("备份已写好：{}（{} 个加密文件，{} 字节）。", taken.path.display(), taken.files, taken.bytes));
    say("备份里没有密钥。请另行保存密钥文件，并与备份分开存放；没有它，备份里的照片和个人信息无法读取。");
    Ok(())
}
