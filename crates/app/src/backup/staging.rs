use std::collections::BTreeSet;
use std::fs::File;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use tempfile::TempDir;

use super::DATABASE;
use crate::failure::Stop;

/// Where a backup is put together: on the disk of the data, so that files can be linked instead of copied.
pub(super) struct Staging {
    /// Held while the backup runs; a backup that was killed has let go of it.
    _held: File,
    folder: TempDir,
}

const PREFIX: &str = ".backup-";
const HELD: &str = "held";

impl Staging {
    /// A new folder beside the data; what killed backups have left is removed first.
    pub(super) fn beside(data: &Path) -> Result<Self> {
        let refused = || Stop(format!("数据文件夹 {} 不可写，备份没有开始。", data.display()));
        remains_remove(data).with_context(refused)?;
        let folder = tempfile::Builder::new().prefix(PREFIX).tempdir_in(data).with_context(refused)?;
        let held = File::create(folder.path().join(HELD))?;
        held.lock()?;
        std::fs::create_dir(folder.path().join("files"))?;
        Ok(Self { _held: held, folder })
    }

    pub(super) fn database(&self) -> PathBuf {
        self.folder.path().join(DATABASE)
    }

    /// Links every file below `files` that is not linked yet. One that vanishes meanwhile was replaced by another.
    pub(super) fn link(&self, files: &Path) -> Result<()> {
        for (name, path) in walk(files)? {
            let target = self.folder.path().join("files").join(&name);
            if target.exists() {
                continue;
            }
            if let Some(parent) = target.parent() {
                std::fs::create_dir_all(parent)?;
            }
            let linked = std::fs::hard_link(&path, &target).or_else(|_| std::fs::copy(&path, &target).map(drop));
            match linked {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error.into()),
                _ => {}
            }
        }
        Ok(())
    }

    /// What was linked: the name inside the folder, and where it lies.
    pub(super) fn files(&self) -> Result<Vec<(String, PathBuf)>> {
        walk(&self.folder.path().join("files"))
    }

    /// The objects that were linked, without the folders they lie in.
    pub(super) fn objects(&self) -> Result<BTreeSet<String>> {
        object_names(&self.folder.path().join("files"))
    }
}

/// Removes what backups that were killed have left beside the data: a copy of the database, and links that keep photos on
/// the disk. The folder of one that still runs stays.
pub(crate) fn remains_remove(data: &Path) -> std::io::Result<()> {
    for entry in std::fs::read_dir(data)? {
        let entry = entry?;
        let ours = entry.file_name().to_string_lossy().starts_with(PREFIX) && entry.file_type()?.is_dir();
        let runs = || File::open(entry.path().join(HELD)).is_ok_and(|held| held.try_lock().is_err());
        if ours && !runs() {
            std::fs::remove_dir_all(entry.path())?;
        }
    }
    Ok(())
}

/// The objects below a folder of sealed files, without the folders they lie in: a token is unique by itself.
pub(crate) fn object_names(folder: &Path) -> Result<BTreeSet<String>> {
    let last = |name: &str| name.rsplit('/').next().unwrap_or_default().to_owned();
    Ok(walk(folder)?.iter().map(|(name, _)| last(name)).collect())
}

/// Every file below `folder` with its name from there, in order; nothing where there is no such folder.
fn walk(folder: &Path) -> Result<Vec<(String, PathBuf)>> {
    let mut found = Vec::new();
    let mut folders = vec![(String::new(), folder.to_path_buf())];
    while let Some((prefix, folder)) = folders.pop() {
        let entries = match std::fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => continue,
            Err(error) => return Err(error.into()),
        };
        for entry in entries {
            let entry = entry?;
            let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
            // The object store writes under a name with # until the file is whole.
            if name.contains('#') {
                continue;
            }
            if entry.file_type()?.is_dir() {
                folders.push((format!("{name}/"), entry.path()));
            } else {
                found.push((name, entry.path()));
            }
        }
    }
    found.sort();
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_killed_backup_left_goes_and_a_running_one_stays() {
        let data = tempfile::tempdir().unwrap();
        let running = Staging::beside(data.path()).unwrap();
        let killed = data.path().join(".backup-killed");
        std::fs::create_dir(&killed).unwrap();
        std::fs::write(killed.join(HELD), b"").unwrap();
        std::fs::create_dir(data.path().join("files")).unwrap();
        let second = Staging::beside(data.path()).unwrap();
        assert!(!killed.exists() && data.path().join("files").exists());
        assert!(running.folder.path().exists() && second.folder.path().exists());
    }
}
