use std::path::PathBuf;

use anyhow::Result;
use clap::{Args, Subcommand};
use huiyin_base::RngSource;
use huiyin_vault::Vault;

use crate::config::Config;
use crate::failure::{Stop, stop};
use crate::say::say;

#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    /// Make the key file of a new installation; never replaces one
    MakeKey {
        /// The file to write, instead of the configured one
        #[arg(value_name = "FILE")]
        file: Option<PathBuf>,
    },
}

pub(super) async fn run(config: &Config, arguments: Arguments) -> Result<()> {
    match arguments.task {
        Task::MakeKey { file } => make_key(config, file),
    }
}

fn make_key(config: &Config, file: Option<PathBuf>) -> Result<()> {
    let file = file.or_else(|| config.key_file.clone());
    let file = file.ok_or_else(|| stop("请写明密钥文件的路径：huiyin admin make-key 文件名。"))?;
    Vault::create(&file, &mut RngSource::system().rng()).map_err(|error| {
        let sentence = Stop(error.to_string());
        anyhow::Error::new(error).context(sentence)
    })?;
    say(format!("密钥文件已生成：{}。", file.display()));
    say("请把它另存一份到安全的地方（例如保险柜），不要和数据库备份放在一起；丢失了它，加密的内容再也打不开。");
    Ok(())
}
