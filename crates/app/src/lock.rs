//! One process at a time works in a data folder on SQLite.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read as _, Seek as _, Write as _};
use std::path::Path;

use anyhow::{Context as _, Result};

use crate::failure::{Stop, stop};

/// Held as long as the process works in the folder; the operating system lets go of it even after a crash.
#[derive(Debug)]
pub(crate) struct FolderLock {
    _file: File,
}

impl FolderLock {
    /// Takes the folder, or says who has it.
    pub(crate) fn take(folder: &Path) -> Result<Self> {
        let path = folder.join("huiyin.lock");
        let mut file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .read(true)
            .write(true)
            .open(&path)
            .with_context(|| Stop(format!("数据文件夹 {} 不可写。请检查它的所有者和权限。", folder.display())))?;
        match file.try_lock() {
            Ok(()) => {
                // The number only helps the operator; the lock itself is the operating system's.
                file.set_len(0)?;
                file.rewind()?;
                write!(file, "{}", std::process::id())?;
                Ok(Self { _file: file })
            }
            Err(TryLockError::WouldBlock) => {
                let mut holder = String::new();
                let _ = file.read_to_string(&mut holder);
                Err(stop(format!(
                    "数据文件夹 {} 正由另一个回音进程使用（进程号 {}）。请先停止它，再运行这条命令。",
                    folder.display(),
                    holder.trim()
                )))
            }
            Err(TryLockError::Error(error)) => {
                Err(error).context(Stop(format!("数据文件夹 {} 不能加锁。", folder.display())))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_is_told_who_was_first() {
        let folder = tempfile::tempdir().unwrap();
        let first = FolderLock::take(folder.path()).unwrap();
        let refused = FolderLock::take(folder.path()).unwrap_err();
        assert!(refused.to_string().contains(&std::process::id().to_string()), "{refused}");
        drop(first);
        FolderLock::take(folder.path()).unwrap();
    }
}
