use std::any::{Any, TypeId};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use axum::body::Bytes;
use huiyin_base::{Id, Region};
use quick_cache::Weighter;
use quick_cache::sync::Cache;

/// Something kept, with the state in which it was read.
#[derive(Clone, Debug)]
struct Kept<T> {
    generation: u64,
    at: Instant,
    what: T,
}

/// By bytes, so that many long pages cannot fill the memory.
#[derive(Clone, Debug)]
struct Bytewise;

impl Weighter<String, Kept<Bytes>> for Bytewise {
    fn weight(&self, key: &String, page: &Kept<Bytes>) -> u64 {
        u64::try_from(key.len() + page.what.len()).unwrap_or(u64::MAX).max(1)
    }
}

/// Whole public pages kept in memory, and parts that every page needs, as the names of places. Pages with forms, and
/// pages of signed-in people, never come here.
///
/// A write that a public page should show calls [`PublicCache::changed`]: on one server nothing stale is ever shown. Other
/// servers learn of it when their copy is one second old.
#[derive(Debug)]
pub struct PublicCache {
    pages: Cache<String, Kept<Bytes>, Bytewise>,
    parts: Cache<(TypeId, PartOf), Kept<Arc<dyn Any + Send + Sync>>>,
    generation: AtomicU64,
}

/// Of what a part is: of one thing, or of a whole county.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PartOf {
    /// One thing.
    Thing(Id),
    /// A county.
    Region(Region),
}

impl From<Id> for PartOf {
    fn from(id: Id) -> Self {
        Self::Thing(id)
    }
}

impl From<Region> for PartOf {
    fn from(region: Region) -> Self {
        Self::Region(region)
    }
}

/// How long another server's write may stay unseen.
const OLDEST: Duration = Duration::from_secs(1);

/// How much of the memory pages may take.
const MOST_BYTES: u64 = 16 * 1024 * 1024;
/// So many pages and parts are usual.
const USUAL_PAGES: usize = 500;
const MOST_PARTS: usize = 20_000;

impl Default for PublicCache {
    fn default() -> Self {
        let pages = Cache::with_weighter(USUAL_PAGES, MOST_BYTES, Bytewise);
        Self { pages, parts: Cache::new(MOST_PARTS), generation: AtomicU64::new(0) }
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
        self.pages.get(key).and_then(|page| self.fresh(page))
    }

    /// Keeps a page that was drawn from what stood at `generation`.
    pub fn put(&self, key: String, generation: u64, page: Bytes) {
        if generation == self.generation() {
            self.pages.insert(key, Kept { generation, at: Instant::now(), what: page });
        }
    }

    /// What is kept of one thing, if nothing changed since it was read.
    pub fn part<T: Any + Send + Sync>(&self, of: impl Into<PartOf>) -> Option<Arc<T>> {
        self.parts.get(&(TypeId::of::<T>(), of.into())).and_then(|part| self.fresh(part))?.downcast().ok()
    }

    /// Keeps what was read at `generation`.
    pub fn put_part<T: Any + Send + Sync>(&self, of: impl Into<PartOf>, generation: u64, part: Arc<T>) {
        if generation == self.generation() {
            self.parts.insert((TypeId::of::<T>(), of.into()), Kept { generation, at: Instant::now(), what: part });
        }
    }

    /// What is kept, or what `read` finds now and is kept from now on.
    pub async fn part_or<T: Any + Send + Sync, E>(
        &self,
        of: impl Into<PartOf>,
        read: impl Future<Output = Result<T, E>>,
    ) -> Result<Arc<T>, E> {
        let (of, generation) = (of.into(), self.generation());
        if let Some(kept) = self.part(of) {
            return Ok(kept);
        }
        let found = Arc::new(read.await?);
        self.put_part(of, generation, Arc::clone(&found));
        Ok(found)
    }

    fn fresh<T>(&self, kept: Kept<T>) -> Option<T> {
        (kept.generation == self.generation() && kept.at.elapsed() < OLDEST).then_some(kept.what)
    }
}
