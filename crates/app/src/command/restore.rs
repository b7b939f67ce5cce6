use std::path::PathBuf;

use anyhow::Result;
use clap::Args;

use crate::backup;
use crate::config::Config;
use crate::say::say;

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The archive that `huiyin backup` wrote
    #[arg(value_name = "FILE.zip")]
    source: PathBuf,
    /// The empty folder to restore into, instead of the configured one
    #[arg(long, value_name = "FOLDER")]
    data: Option<PathBuf>,
}

pub(super) async fn run(mut config: Config, arguments: Arguments) -> Result<()> {
    config.data = arguments.data.unwrap_or(config.data);
    let manifest = backup::restore(&config, &arguments.source).await?;
    say(format!(
        "已恢复 {} 的备份到 {}（{} 个文件，校验和全部相符）。",
        huiyin_base::Day::of(manifest.taken_at),
        config.data.display(),
        manifest.entries.len()
    ));
    say("启动前请放好当时的密钥文件，再运行 huiyin check all 检查一遍。");
    Ok(())
}
