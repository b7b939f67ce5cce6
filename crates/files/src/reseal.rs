//! Key rotation for what lies in the object store.

use std::collections::BTreeMap;

use anyhow::Context as _;
use huiyin_base::{Id, Region};
use huiyin_db::Db;

use crate::file_store::{FileStore, Object};
use crate::{FileState, StoredFile, store};

/// Files looked at in one go.
const CHUNK: u32 = 100;

/// What a walk over the files came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Resealed {
    /// Objects that the newest key has sealed now.
    pub done: u64,
    /// Objects that did not open, or could not be written.
    pub failed: u64,
}

impl FileStore {
    /// Seals every cleaned photo and kept document again that an older key has sealed. It may stop anywhere and begin anew: what is done is
    /// passed over. An accepted original is left alone; it is deleted within minutes, and must not come back.
    pub async fn reseal(&self, db: &Db) -> anyhow::Result<Resealed> {
        let mut resealed = Resealed::default();
        let mut after = None;
        loop {
            let files = store::file_list_after(&mut db.read().await?, after, CHUNK).await?;
            let Some(last) = files.last() else { return Ok(resealed) };
            after = Some((last.region, last.id));
            for file in &files {
                let objects: &[Object] = match file.state {
                    FileState::Clean => &[Object::Large, Object::Small],
                    FileState::Kept => &[Object::Original],
                    FileState::Accepted | FileState::Refused => &[],
                };
                for object in objects.iter().copied() {
                    match self.reseal_object(file, object).await {
                        Ok(done) => resealed.done += u64::from(done),
                        Err(error) => {
                            resealed.failed += 1;
                            let error = format!("{error:#}");
                            tracing::warn!(file.id = %file.id, error, "a file could not be sealed again");
                        }
                    }
                }
            }
        }
    }

    /// How many objects each key has sealed.
    pub async fn key_usage(&self, db: &Db) -> anyhow::Result<BTreeMap<u16, u64>> {
        let mut usage = BTreeMap::new();
        let mut after: Option<(Region, Id)> = None;
        loop {
            let files = store::file_list_after(&mut db.read().await?, after, CHUNK).await?;
            let Some(last) = files.last() else { return Ok(usage) };
            after = Some((last.region, last.id));
            for file in &files {
                for object in [Object::Original, Object::Large, Object::Small] {
                    if let Some([_, high, low]) = self.head(file.region, &file.token, object).await? {
                        *usage.entry(u16::from_be_bytes([high, low])).or_default() += 1;
                    }
                }
            }
        }
    }

    async fn reseal_object(&self, file: &StoredFile, object: Object) -> anyhow::Result<bool> {
        let newest = self.newest_head();
        match self.head(file.region, &file.token, object).await? {
            None => Ok(false),
            Some(head) if head == newest => Ok(false),
            Some(_) => {
                let plain = self.get(file.region, &file.token, object).await?.context("the file has gone meanwhile")?;
                let sealed = self.seal(&file.token, object, &plain);
                self.put(file.region, &file.token, object, sealed).await?;
                Ok(true)
            }
        }
    }
}
