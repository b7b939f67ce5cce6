mod access_log;
mod close;
mod keys;
mod test_gateway;

use std::path::PathBuf;

use anyhow::Result;
use clap::{Args, Subcommand, ValueEnum};
use huiyin_base::{Clock, Problem, RngSource};
use huiyin_directory::{Door, Role, org_root};
use huiyin_vault::Vault;
use huiyin_web::store::session::sessions_end;

use super::api_key;
use crate::config::Config;
use crate::failure::{Stop, stop};
use crate::say::say;
use crate::start::{self, Intent, Opened};

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
    /// Add a new key for what is sealed from now on; what is sealed already still opens
    RotateKey,
    /// Read a day of the access log; the audit administrator gives his password on standard input, and it is on record
    AccessLog(access_log::Arguments),
    /// Close the installation: export everything into a folder, then delete everything
    Close {
        /// The folder for the export; it must not exist yet
        #[arg(long, value_name = "FOLDER")]
        export: PathBuf,
        /// The city's name, as the configuration has it; without it nothing happens
        #[arg(long, value_name = "CITY")]
        confirm: Option<String>,
    },
    /// Show which key has sealed how much
    Keys,
    /// Take an old key out of the key file; refused while anything needs it
    RetireKey {
        /// Its number, as `huiyin admin keys` shows it
        number: u16,
    },
    /// Send one test message through the configured gateway, at once
    TestGateway {
        /// A mobile number or a mail address
        #[arg(long)]
        to: String,
    },
    /// Open the first account of an administrator's role and print its one-time activation code
    Create {
        /// Which of the three separated administrators
        #[arg(value_enum)]
        role: AdminRole,
        /// The sign-in name
        #[arg(long)]
        login: String,
        /// What pages call the holder: a name or a post
        #[arg(long)]
        name: String,
    },
    /// Keys for programs that call the interface: make, list, end
    ApiKey {
        #[command(subcommand)]
        task: api_key::Task,
    },
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum AdminRole {
    /// Opens accounts and looks after the installation
    System,
    /// Grants rights
    Security,
    /// Reads the audit
    Audit,
}

pub(super) async fn run(config: &Config, arguments: Arguments) -> Result<()> {
    match arguments.task {
        Task::MakeKey { file } => make_key(config, file),
        Task::RotateKey => keys::rotate(config),
        Task::AccessLog(arguments) => access_log::run(config, arguments).await,
        Task::Close { export, confirm } => close::run(config, &export, confirm.as_deref()).await,
        Task::Keys => keys::show(config).await,
        Task::RetireKey { number } => keys::retire(config, number).await,
        Task::TestGateway { to } => test_gateway::run(config, &to).await,
        Task::ApiKey { task } => {
            let opened = start::open(config, Intent::Work, Clock::system()).await?;
            let done = api_key::run(&opened, task).await;
            opened.ground.db.close().await;
            done
        }
        Task::Create { role, login, name } => {
            let opened = start::open(config, Intent::Work, Clock::system()).await?;
            let created = create(&opened, role, &login, &name).await;
            opened.ground.db.close().await;
            created
        }
    }
}

async fn create(opened: &Opened, role: AdminRole, login: &str, name: &str) -> Result<()> {
    let ground = &opened.ground;
    let root = org_root(&mut ground.db.read().await?, opened.home).await?;
    let root =
        root.ok_or_else(|| stop("还没有机构。请先运行 huiyin import organisations 文件 导入行政区划，再建立管理员。"))?;
    let role = match role {
        AdminRole::System => Role::SystemAdmin,
        AdminRole::Security => Role::SecurityAdmin,
        AdminRole::Audit => Role::AuditAdmin,
    };
    let door = Door {
        db: ground.db.clone(),
        vault: ground.vault.clone(),
        home: opened.home,
        now: ground.clock.real(),
        today: ground.clock.today(),
        sessions_end,
        session: None,
    };
    let printed = door.administrator_open(root.at(), role, login, name, &mut ground.rngs.rng()).await.map_err(told)?;
    say(format!("已为{}建立账号 {login}。", role.label()));
    say(format!("一次性激活码：{}（{} 前有效，只显示这一次）。", printed.code, printed.until.chinese()));
    say("请本人打开网站的“激活账号”页，输入激活码并设置口令。");
    Ok(())
}

/// A refusal is already a sentence.
pub(super) fn told(problem: Problem) -> anyhow::Error {
    match problem.source {
        Some(source) => source.context(Stop(problem.message)),
        None => stop(problem.message),
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
