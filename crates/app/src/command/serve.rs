use anyhow::Result;
use clap::Args;
use huiyin_base::Clock;
use huiyin_directory::account_any_demo;
use huiyin_web::Settings;

use crate::config::Config;
use crate::failure::stop;
use crate::house;
use crate::start::{self, Intent};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Address and port, instead of the configured one
    #[arg(long, value_name = "ADDRESS:PORT")]
    listen: Option<String>,
}

pub(super) async fn run(config: &Config, arguments: Arguments) -> Result<()> {
    let listener = start::listen(arguments.listen.as_ref().unwrap_or(&config.listen)).await?;
    let opened = start::open(config, Intent::Work, Clock::system()).await?;
    let db = opened.ground.db.clone();
    let served = match no_demo_accounts(&opened).await {
        Ok(()) => {
            let stop = house::stop_signal()?;
            let access_log = start::access_log(config, &opened)?;
            let settings = Settings { access_log, ..start::settings(config, false)? };
            house::serve(&opened, house::house(&opened, settings), listener, stop).await
        }
        Err(refused) => Err(refused),
    };
    db.close().await;
    served
}

/// The passwords of a demo are on everybody's screen.
pub(super) async fn no_demo_accounts(opened: &start::Opened) -> Result<()> {
    if account_any_demo(&mut opened.ground.db.read().await?).await? {
        return Err(stop(
            "数据里有演示账号，它们的口令是公开的，正式服务没有启动。请使用正式的数据文件夹；要看演示请运行 huiyin demo。",
        ));
    }
    Ok(())
}
