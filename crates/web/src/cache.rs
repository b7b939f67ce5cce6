use std::any::{Any, TypeId};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use axum::body::Bytes;
use huiyin_base::Id;
use moka::sync::Cache;

/// What is kept of one thing: when it was read, and what.
type Part = (u64, Arc<dyn Any + Send + Sync>);

/// Whole public pages kept in memory, and parts that every page needs, as the names of places. Pages with forms, and
/// pages of signed-in people, never come here.
///
/// A write that a public page should show calls [`PublicCache::changed`]: on one server nothing stale is ever shown. Other
/// servers learn of it when their copy is one second old.
#[derive(Debug)]
pub struct PublicCache {
    pages: Cache<String, (u64, Bytes)>,
    parts: Cache<(TypeId, Id), Part>,
    generation: AtomicU64,
}

/// How long another server's write may stay unseen.
const OLDEST: Duration = Duration::from_secs(1);

impl Default for PublicCache {
    fn default() -> Self {
        // Weighed by bytes, so that many long pages cannot fill the memory.
        let pages = Cache::builder()
            .max_capacity(16 * 1024 * 1024)
            .weigher(|key: &String, (_, page): &(u64, Bytes)| u32::try_from(key.len() + page.len()).unwrap_or(u32::MAX))
            .time_to_live(OLDEST)
            .build();
        let parts = Cache::builder().max_capacity(20_000).time_to_live(OLDEST).build();
        Self { pages, parts, generation: AtomicU64::new(0) }
    }
}

impl PublicCache {
    /// Something public changed: every kept page is old from now on.
    pub fn changed(&self) {
        self.generation.fetch_add(1, Ordering::SeqCst);
    }

    /// The state to remember before reading what a page shows.
    pub fn generation(&self) -> u64 {
        self.generation.load(Ordering::SeqCst)
    }

    /// The page kept under `key`, if nothing changed since it was drawn.
    pub fn get(&self, key: &str) -> Option<Bytes> {
        let (generation, page) = self.pages.get(key)?;
        (generation == self.generation()).then_some(page)
    }

    /// Keeps a page that was drawn from what stood at `generation`.
    pub fn put(&self, key: String, generation: u64, page: Bytes) {
        if generation == self.generation() {
            self.pages.insert(key, (generation, page));
        }
    }

    /// What is kept of one thing, if nothing changed since it was read.
    pub fn part<T: Any + Send + Sync>(&self, id: Id) -> Option<Arc<T>> {
        let (generation, part) = self.parts.get(&(TypeId::of::<T>(), id))?;
        if generation == self.generation() { part.downcast().ok() } else { None }
    }

    /// Keeps what was read at `generation`.
    pub fn put_part<T: Any + Send + Sync>(&self, id: Id, generation: u64, part: Arc<T>) {
        if generation == self.generation() {
            self.parts.insert((TypeId::of::<T>(), id), (generation, part));
        }
    }
}
