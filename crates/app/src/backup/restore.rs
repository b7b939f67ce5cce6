use std::path::Path;

use anyhow::{Context as _, Result};
use huiyin_db::Db;

use super::{DATABASE, FILES, Manifest, archive};
use crate::config::Config;
use crate::failure::{Stop, stop};

/// Brings a backup back into the empty data folder of `config`, and on PostgreSQL into its empty database.
///
/// Everything is unpacked and compared beside the folder first: a damaged backup leaves nothing behind.
pub async fn restore(config: &Config, source: &Path) -> Result<Manifest> {
    let manifest = archive::manifest(source)?;
    let postgres = !config.db().url.starts_with("sqlite:");
    if postgres != (manifest.engine == "postgres") {
        return Err(stop(format!(
            "这份备份来自 {}，配置里的数据库是另一种。请把 database.url 改成同一种数据库再恢复。",
            if postgres { "SQLite" } else { "PostgreSQL" }
        )));
    }
    empty(&config.data)?;
    let parent = match config.data.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    std::fs::create_dir_all(parent)?;
    let unpacked = tempfile::Builder::new()
        .prefix(".restore-")
        .tempdir_in(parent)
        .with_context(|| Stop(format!("文件夹 {} 不可写，没有恢复任何数据。", parent.display())))?;
    archive::unpack(source, &manifest, unpacked.path())?;
    std::fs::create_dir_all(unpacked.path().join(FILES))?;
    if config.database.url.is_some() {
        Db::restore(&config.db(), &unpacked.path().join(DATABASE)).await?;
        std::fs::remove_file(unpacked.path().join(DATABASE))?;
    } else {
        std::fs::rename(unpacked.path().join(DATABASE), unpacked.path().join("huiyin.db"))?;
    }
    if config.data.exists() {
        std::fs::remove_dir(&config.data)?;
    }
    std::fs::rename(unpacked.keep(), &config.data)?;
    Ok(manifest)
}

fn empty(folder: &Path) -> Result<()> {
    let taken = std::fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_some());
    if taken || folder.is_file() {
        return Err(stop(format!("{} 不是空文件夹，恢复没有开始，里面的数据没有改动。", folder.display())));
    }
    Ok(())
}
