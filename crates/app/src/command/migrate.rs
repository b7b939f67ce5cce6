use anyhow::Result;
use huiyin_base::Clock;

use crate::config::Config;
use crate::say::say;
use crate::start::{self, Intent};

pub(super) async fn run(config: &Config) -> Result<()> {
    let opened = start::open(config, Intent::Migrate, Clock::system()).await?;
    say(format!("数据库结构是最新的（{}）。", start::engine_word(&opened.ground.db)));
    opened.ground.db.close().await;
    Ok(())
}
