use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use tempfile::TempDir;

use super::DATABASE;
use crate::failure::Stop;

/// Where a backup is put together: on the disk of the data, so that files can be linked instead of copied.
pub(super) struct Staging {
    folder: TempDir,
}

impl Staging {
    pub(super) fn beside(data: &Path) -> Result<Self> {
        let folder = tempfile::Builder::new().prefix(".backup-").tempdir_in(data);
        let folder = folder.with_context(|| Stop(format!("数据文件夹 {} 不可写，备份没有开始。", data.display())))?;
        std::fs::create_dir(folder.path().join("files"))?;
        Ok(Self { folder })
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
