use std::collections::{BTreeMap, BTreeSet};

use anyhow::Context as _;
use futures::TryStreamExt as _;
use huiyin_base::{Instant, Region};
use huiyin_db::Db;
use object_store::path::Path as ObjectPath;
use object_store::{ObjectStore as _, ObjectStoreExt as _};

use crate::{FileStore, store};

/// So many tokens are looked up at once.
const CHUNK: usize = 500;

impl FileStore {
    /// Deletes the content that no row names and that was written before `before` (real time, a day ago or more, so that
    /// no submission under way loses its photos); tells how many objects went.
    pub async fn sweep(&self, db: &Db, before: Instant) -> anyhow::Result<usize> {
        let mut swept = 0;
        for (region, objects) in self.old_objects(before).await? {
            let tokens: Vec<String> = objects.keys().cloned().collect();
            for chunk in tokens.chunks(CHUNK) {
                let kept = store::tokens_kept(&mut db.read().await?, region, chunk).await?;
                let kept: BTreeSet<&String> = kept.iter().collect();
                for path in chunk.iter().filter(|token| !kept.contains(token)).flat_map(|token| &objects[token]) {
                    self.0.objects.delete(path).await.context("an unnamed file could not be deleted")?;
                    swept += 1;
                }
            }
        }
        Ok(swept)
    }

    /// Old objects by region and token. What is not named as this crate names its objects is left alone.
    async fn old_objects(
        &self,
        before: Instant,
    ) -> anyhow::Result<BTreeMap<Region, BTreeMap<String, Vec<ObjectPath>>>> {
        let mut found: BTreeMap<Region, BTreeMap<String, Vec<ObjectPath>>> = BTreeMap::new();
        let mut listing = self.0.objects.list(None);
        while let Some(object) = listing.try_next().await.context("the files could not be listed")? {
            if object.last_modified < before
                && let Some((region, token)) = owner(&object.location)
            {
                found.entry(region).or_default().entry(token).or_default().push(object.location);
            }
        }
        Ok(found)
    }
}

fn owner(path: &ObjectPath) -> Option<(Region, String)> {
    let mut parts = path.as_ref().split('/');
    let region = parts.next()?.parse().ok().and_then(Region::new)?;
    let (token, _) = parts.nth(1)?.split_once('.')?;
    Some((region, token.to_owned()))
}
