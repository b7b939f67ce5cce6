use anyhow::Result;
use huiyin_base::Clock;
use huiyin_web::Settings;

use super::serve::no_demo_accounts;
use crate::config::Config;
use crate::house;
use crate::start::{self, Intent};

pub(super) async fn run(config: &Config) -> Result<()> {
    let opened = start::open(config, Intent::Work, Clock::system()).await?;
    no_demo_accounts(&opened).await?;
    // A worker cuts and seals again what the servers write.
    let access_log = start::access_log(config, &opened)?;
    let settings = Settings { access_log, ..start::settings(config, false)? };
    house::work_only(&opened, house::house(&opened, settings)).await?;
    opened.ground.db.close().await;
    Ok(())
}
