use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use axum::body::Bytes;
use moka::sync::Cache;

/// Whole public pages kept in memory. Pages with forms, and pages of signed-in people, never come here.
///
/// A write that a public page should show calls [`PublicCache::changed`]: on one server nothing stale is ever shown. Other
/// servers learn of it when their copy is one second old.
#[derive(Debug)]
pub struct PublicCache {
    pages: Cache<String, (u64, Bytes)>,
    generation: AtomicU64,
}

impl Default for PublicCache {
    fn default() -> Self {
        // Weighed by bytes, so that many long pages cannot fill the memory.
        let pages = Cache::builder()
            .max_capacity(16 * 1024 * 1024)
            .weigher(|key: &String, (_, page): &(u64, Bytes)| u32::try_from(key.len() + page.len()).unwrap_or(u32::MAX))
            .time_to_live(Duration::from_secs(1))
            .build();
        Self { pages, generation: AtomicU64::new(0) }
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
}
