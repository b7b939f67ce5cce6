use anyhow::Result;
use huiyin_base::Clock;

use super::serve::no_demo_accounts;
use crate::config::Config;
use crate::house;
use crate::start::{self, Intent};

pub(super) async fn run(config: &Config) -> Result<()> {
    let opened = start::open(config, Intent::Work, Clock::system()).await?;
    no_demo_accounts(&opened).await?;
    house::work_only(&opened, house::house(&opened, start::settings(config, false)?)).await?;
    opened.ground.db.close().await;
    Ok(())
}
