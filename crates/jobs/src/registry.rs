use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use crate::Job;

/// What a handler gives back: a sentence or a path for whoever waits for it.
pub type Outcome = anyhow::Result<Option<String>>;

type Handler<C> = Arc<dyn Fn(C, Job) -> Pin<Box<dyn Future<Output = Outcome> + Send>> + Send + Sync>;

/// Who does which kind of job. `C` is what handlers work on.
pub struct Registry<C> {
    handlers: BTreeMap<&'static str, Entry<C>>,
}

pub(crate) struct Entry<C> {
    pub(crate) handler: Handler<C>,
    /// Seconds between two runs; none for a job that is enqueued.
    pub(crate) every: Option<u32>,
}

impl<C> Clone for Registry<C> {
    fn clone(&self) -> Self {
        Self { handlers: self.handlers.clone() }
    }
}

impl<C> Clone for Entry<C> {
    fn clone(&self) -> Self {
        Self { handler: Arc::clone(&self.handler), every: self.every }
    }
}

impl<C> Default for Registry<C> {
    fn default() -> Self {
        Self { handlers: BTreeMap::new() }
    }
}

impl<C> std::fmt::Debug for Registry<C> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.handlers.keys()).finish()
    }
}

impl<C> Registry<C> {
    /// No kinds yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Jobs of `kind` are done by `handler`.
    #[must_use]
    pub fn on<F, Fut>(self, kind: &'static str, handler: F) -> Self
    where
        F: Fn(C, Job) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Outcome> + Send + 'static,
    {
        self.add(kind, None, handler)
    }

    /// `handler` runs about every `seconds`, on one server at a time.
    #[must_use]
    pub fn every<F, Fut>(self, kind: &'static str, seconds: u32, handler: F) -> Self
    where
        F: Fn(C, Job) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Outcome> + Send + 'static,
    {
        self.add(kind, Some(seconds), handler)
    }

    /// The kinds it knows.
    pub fn kinds(&self) -> impl Iterator<Item = &'static str> {
        self.handlers.keys().copied()
    }

    pub(crate) fn periodic(&self) -> impl Iterator<Item = &'static str> {
        self.handlers.iter().filter(|(_, entry)| entry.every.is_some()).map(|(kind, _)| *kind)
    }

    pub(crate) fn find(&self, kind: &str) -> Option<&Entry<C>> {
        self.handlers.get(kind)
    }

    fn add<F, Fut>(mut self, kind: &'static str, every: Option<u32>, handler: F) -> Self
    where
        F: Fn(C, Job) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Outcome> + Send + 'static,
    {
        let handler: Handler<C> = Arc::new(move |context, job| Box::pin(handler(context, job)));
        let before = self.handlers.insert(kind, Entry { handler, every });
        debug_assert!(before.is_none(), "two handlers for {kind}");
        self
    }
}
