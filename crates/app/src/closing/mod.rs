//! The end of an installation: everything is handed over in open formats, then deleted, and a record says so
//! (rules against formalism: full export and deletion on closure).

mod full_export;

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use huiyin_base::Day;
use huiyin_db::Engine;
use serde::{Deserialize, Serialize};

pub use full_export::{Exported, MANIFEST, export_all};

use crate::config::Config;
use crate::failure::{Stop, stop};
use crate::start::Opened;

/// Stays in the data folder: the program does not start over it.
const RECORD: &str = "closed.json";

/// What is left of an installation.
#[derive(Debug, Serialize, Deserialize)]
pub struct Record {
    /// The city.
    pub city: String,
    /// Who ran it.
    pub operator: String,
    /// The day on which it was closed.
    pub day: String,
    /// `sqlite` or `postgres`.
    pub engine: String,
    /// Where the export was written.
    pub export: PathBuf,
    /// The checksum of its list, which holds the checksums of everything in it.
    pub manifest_sha256: String,
    /// Rows that were handed over and deleted.
    pub rows: u64,
    /// Photos that were handed over and deleted.
    pub files: u64,
}

/// Refuses a data folder whose installation was closed.
pub fn refuse_closed(data: &Path) -> Result<()> {
    let Ok(text) = std::fs::read_to_string(data.join(RECORD)) else { return Ok(()) };
    let day = serde_json::from_str::<Record>(&text).map(|record| record.day).unwrap_or_default();
    Err(stop(format!(
        "数据文件夹 {} 里的安装已于{day}注销，数据已经删除。要重新安装，请换一个空文件夹。",
        data.display()
    )))
}

/// Hands everything over into `target`, then deletes it. Nothing is deleted before the export is whole and on the disk.
pub async fn close(config: &Config, opened: Opened, target: &Path) -> Result<Record> {
    let exported = export_all(config, &opened, target).await?;
    let ground = &opened.ground;
    let engine = match ground.db.engine() {
        Engine::Sqlite => "sqlite",
        Engine::Postgres => "postgres",
    };
    let record = Record {
        city: config.site.city.clone(),
        operator: config.site.operator.clone(),
        day: Day::of(ground.clock.real()).chinese(),
        engine: engine.into(),
        export: target.to_path_buf(),
        manifest_sha256: exported.manifest_sha256,
        rows: exported.rows,
        files: exported.files,
    };
    let text = serde_json::to_vec_pretty(&record)?;
    std::fs::write(target.join(RECORD), &text)?;
    ground.db.erase().await.context("the tables")?;
    ground.db.close().await;
    let kept = || Stop(format!("{} 没有删干净。导出已经完成，请手工删除这个文件夹。", config.data.display()));
    delete(config).with_context(kept)?;
    std::fs::write(config.data.join(RECORD), &text).with_context(kept)?;
    Ok(record)
}

fn delete(config: &Config) -> std::io::Result<()> {
    let database = config.db().url.strip_prefix("sqlite:").map(|path| PathBuf::from(path.trim_start_matches("//")));
    for file in database.iter().flat_map(|path| ["", "-wal", "-shm"].map(|tail| format!("{}{tail}", path.display()))) {
        absent(std::fs::remove_file(file))?;
    }
    for folder in [config.files(), config.data.join("access")] {
        absent(std::fs::remove_dir_all(folder))?;
    }
    crate::backup::remains_remove(&config.data)
}

/// What is gone already is gone.
fn absent(outcome: std::io::Result<()>) -> std::io::Result<()> {
    match outcome {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}
