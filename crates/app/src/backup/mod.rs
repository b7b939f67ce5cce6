//! Backups: one file with the database, the sealed files and a list of checksums. It never holds a key.
//!
//! The server goes on working while a backup is taken. Sealed files are written before the commit that names them and
//! deleted after the commit that replaces them, so files are linked aside before and after the database is copied; when
//! the copy still names a file that came and went in between, the database is copied again.

mod archive;
mod restore;
mod staging;

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use huiyin_base::Instant;
use huiyin_db::{Db, Engine, Tx};

pub use archive::{Entry, Manifest};
pub use restore::restore;
pub(crate) use staging::{object_names, remains_remove};

use crate::config::Config;
use crate::failure::{Stop, stop};
use crate::store::stored_file::stored_file_objects;
use staging::Staging;

/// The database inside the archive.
const DATABASE: &str = "database";
/// The folder of sealed files inside the archive.
const FILES: &str = "files";

/// What a backup holds.
#[derive(Debug)]
pub struct Taken {
    /// The archive.
    pub path: PathBuf,
    /// How many sealed files.
    pub files: usize,
    /// The archive's size in bytes.
    pub bytes: u64,
}

/// Takes a backup of everything but the keys into `target`, which must not exist.
pub async fn take(config: &Config, db: &Db, target: &Path, now: Instant) -> Result<Taken> {
    if target.exists() {
        return Err(stop(format!("{} 已经存在，备份没有覆盖它。请换一个文件名。", target.display())));
    }
    let staging = Staging::beside(&config.data)?;
    staging.link(&config.files())?;
    copy_database(config, db, &staging).await?;
    let engine = db.engine();
    let (target, files) = (target.to_path_buf(), staging.files()?);
    let count = files.len();
    let packed = target.clone();
    // Packing is minutes of work for a big city; it must not hold a thread that answers requests.
    let bytes = tokio::task::spawn_blocking(move || {
        let mut entries = vec![(DATABASE.to_owned(), staging.database())];
        entries.extend(files.into_iter().map(|(name, path)| (format!("{FILES}/{name}"), path)));
        archive::pack(&packed, engine_word(engine), now, entries)
    })
    .await?
    .with_context(|| Stop(format!("备份文件 {} 没有写成，已有的数据没有改动。", target.display())))?;
    Ok(Taken { path: target, files: count, bytes })
}

async fn copy_database(config: &Config, db: &Db, staging: &Staging) -> Result<()> {
    const TRIES: usize = 5;
    for _ in 0..TRIES {
        let _ = std::fs::remove_file(staging.database());
        let mut view =
            db.copy_to(&config.db(), &staging.database()).await.context(Stop("数据库没有备份成。".into()))?;
        staging.link(&config.files())?;
        if all_there(&mut view, staging).await? {
            return Ok(());
        }
    }
    Err(stop("数据库里记着的照片或附件有缺失，备份没有写成。请先运行 huiyin check files 查看。"))
}

async fn all_there(view: &mut Tx, staging: &Staging) -> Result<bool> {
    let linked = staging.objects()?;
    Ok(stored_file_objects(view).await?.iter().all(|object| linked.contains(object)))
}

fn engine_word(engine: Engine) -> &'static str {
    match engine {
        Engine::Sqlite => "sqlite",
        Engine::Postgres => "postgres",
    }
}
