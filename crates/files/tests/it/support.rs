use std::path::PathBuf;

use huiyin_base::{Id, Instant, Problem, Region, Rng};
use huiyin_db::Db;
use huiyin_db::scratch::Scratch;
use huiyin_files::{FileState, FileStore, NewFile, StoredFile, store};
use huiyin_vault::Vault;

pub(crate) const REGION: Region = Region::new(16).expect("a region");

/// A database, a folder, and the store over both.
pub(crate) struct Desk {
    pub(crate) files: FileStore,
    pub(crate) folder: tempfile::TempDir,
    pub(crate) rng: Rng,
    scratch: Scratch,
}

impl Desk {
    pub(crate) async fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder for the test");
        let files = FileStore::open(&folder.path().join("files"), Vault::seeded(1)).expect("the folder is usable");
        let scratch = Scratch::new().await.expect("a database for the test");
        Self { files, folder, rng: Rng::seeded(7), scratch }
    }

    pub(crate) fn db(&self) -> &Db {
        &self.scratch.db
    }

    /// Accepts a photo without naming it.
    pub(crate) async fn accept(&mut self, name: &str, bytes: &[u8]) -> Result<NewFile, Problem> {
        let now = "2016-12-16T01:00:00Z".parse::<Instant>().expect("an instant");
        self.files.accept(REGION, name, bytes, &mut self.rng, now).await
    }

    /// Accepts and names a photo, as a submission does.
    pub(crate) async fn submit(&mut self, bytes: &[u8]) -> NewFile {
        let file = self.accept("照片.jpg", bytes).await.expect("a photo");
        let row = file.clone();
        let named = self.db().write("file_add", move |tx| {
            let row = row.clone();
            Box::pin(async move { Ok(store::file_add(tx, &row).await?) })
        });
        named.await.expect("the row is written");
        file
    }

    pub(crate) async fn clean(&self, file: &NewFile) -> FileState {
        self.files.clean(self.db(), file.region, file.id).await.expect("the job succeeds")
    }

    pub(crate) async fn row(&self, id: Id) -> StoredFile {
        let mut tx = self.db().read().await.expect("a connection");
        store::file_find(&mut tx, REGION, id).await.expect("a statement").expect("a row")
    }

    /// The objects on disk, sorted by name.
    pub(crate) fn objects(&self) -> Vec<PathBuf> {
        let mut found = Vec::new();
        let mut folders = vec![self.folder.path().join("files")];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
                if entry.path().is_dir() { folders.push(entry.path()) } else { found.push(entry.path()) }
            }
        }
        found.sort();
        found
    }

    /// Their last words: original, large, small.
    pub(crate) fn kinds(&self) -> Vec<String> {
        let ending = |path: &PathBuf| path.extension().map(|ending| ending.to_string_lossy().into_owned());
        self.objects().iter().filter_map(ending).collect()
    }
}
