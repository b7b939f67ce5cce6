use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

/// A folder that appears under its name only when everything is in it: a making that was interrupted leaves nothing that
/// could be served.
#[derive(Debug)]
pub struct Building {
    target: PathBuf,
    temporary: PathBuf,
    finished: bool,
}

impl Building {
    /// Begins beside `target`, which must not exist. What an interrupted making left there is removed.
    pub fn begin(target: &Path) -> io::Result<Self> {
        if target.exists() {
            return Err(io::Error::new(io::ErrorKind::AlreadyExists, format!("{} 已经存在", target.display())));
        }
        let temporary = temporary(target);
        if temporary.exists() {
            fs::remove_dir_all(&temporary)?;
        }
        fs::create_dir_all(&temporary)?;
        Ok(Self { target: target.to_owned(), temporary, finished: false })
    }

    /// Where to put everything.
    pub fn folder(&self) -> &Path {
        &self.temporary
    }

    /// Gives the folder its name. Every file in it must be closed.
    pub fn finish(mut self) -> io::Result<()> {
        File::open(&self.temporary)?.sync_all()?;
        fs::rename(&self.temporary, &self.target)?;
        self.finished = true;
        // The name itself is on disk only when the folder above it is.
        match self.target.parent().filter(|above| !above.as_os_str().is_empty()) {
            Some(above) => File::open(above)?.sync_all(),
            None => Ok(()),
        }
    }
}

impl Drop for Building {
    fn drop(&mut self) {
        if !self.finished {
            // What cannot be removed now is removed by the next making.
            let _ = fs::remove_dir_all(&self.temporary);
        }
    }
}

fn temporary(target: &Path) -> PathBuf {
    let mut name = target.file_name().unwrap_or_default().to_owned();
    name.push(".making");
    target.with_file_name(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_appears_only_at_the_end() {
        let above = tempfile::tempdir().unwrap();
        let target = above.path().join("demo");
        let building = Building::begin(&target).unwrap();
        fs::write(building.folder().join("huiyin.db"), "rows").unwrap();
        assert!(!target.exists());
        building.finish().unwrap();
        assert_eq!(fs::read_to_string(target.join("huiyin.db")).unwrap(), "rows");
        assert!(Building::begin(&target).is_err());
        assert_eq!(fs::read_dir(above.path()).unwrap().count(), 1);
    }

    #[test]
    fn what_was_interrupted_is_thrown_away() {
        let above = tempfile::tempdir().unwrap();
        let target = above.path().join("demo");
        let left = temporary(&target);
        fs::create_dir(&left).unwrap();
        fs::write(left.join("half"), "a city").unwrap();
        let building = Building::begin(&target).unwrap();
        assert_eq!(fs::read_dir(building.folder()).unwrap().count(), 0);
        drop(building);
        assert!(!left.exists() && !target.exists());
    }
}
