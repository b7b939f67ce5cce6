use std::path::Path;

use anyhow::Result;
use huiyin_base::Clock;

use crate::closing;
use crate::config::Config;
use crate::failure::stop;
use crate::say::say;
use crate::start::{self, Intent};

/// Hands everything over and deletes it, once whoever asks has written the city's name.
pub(super) async fn run(config: &Config, target: &Path, confirm: Option<&str>) -> Result<()> {
    let city = &config.site.city;
    if confirm != Some(city.as_str()) {
        return Err(stop(format!(
            "注销会先把全部数据导出到 {}，再删除数据库和全部照片，不能恢复。没有做任何改动；确定要做，请加上 --confirm {city}。",
            target.display()
        )));
    }
    let opened = start::open(config, Intent::Work, Clock::system()).await?;
    let record = closing::close(config, opened, target).await?;
    say(format!("已导出 {} 行、{} 张照片到 {}。", record.rows, record.files, target.display()));
    say(format!("已删除数据库和照片。注销记录：{}。", config.data.join("closed.json").display()));
    say("密钥文件和以前的备份还在，请按档案规定保存或销毁。导出里有可以直接读的个人信息，请加密保管并移交。");
    Ok(())
}
