//! Connections that are lent one at a time, come back when whoever had them is done, and are kept with what they have prepared.

use std::sync::Arc;
use std::time::{Duration, Instant};

use parking_lot::Mutex;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::{Error, Result};

/// How long somebody waits for a connection. Who holds one and asks for a second can wait for himself: never for ever.
pub(crate) const WAIT: Duration = Duration::from_secs(10);

/// The connections that nobody has at the moment, and how many there may be. They are opened when they are first needed.
#[derive(Debug)]
pub(crate) struct Shelf<C> {
    most: u32,
    free: Arc<Semaphore>,
    idle: Arc<Mutex<Vec<C>>>,
}

/// As many turns as there are cores, for what takes them for itself while it runs. More of it at once only take the cores from each
/// other: all become uneven, and none is done earlier.
#[derive(Debug)]
pub(crate) struct Turns(Arc<Semaphore>);

/// How long somebody waits for his turn behind others, and keeps it from them: who reads for long neither stops anybody nor is stopped.
const TURN: Duration = Duration::from_millis(20);

/// Somebody's turn, and since when it is his.
#[derive(Debug)]
pub(crate) struct Turn {
    _permit: OwnedSemaphorePermit,
    since: Instant,
}

impl Turns {
    /// A turn for each core.
    pub(crate) fn new() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Self(Arc::new(Semaphore::new(cores)))
    }

    /// A turn; none where those before take too long for it.
    pub(crate) async fn take(&self) -> Option<Turn> {
        let permit = tokio::time::timeout(TURN, Arc::clone(&self.0).acquire_owned()).await.ok()?.ok()?;
        Some(Turn { _permit: permit, since: Instant::now() })
    }
}

impl Turn {
    /// Whether it has lasted so long that it is somebody else's.
    pub(crate) fn is_over(&self) -> bool {
        self.since.elapsed() > TURN
    }
}

/// Where a connection on loan belongs, and the place it takes up until it is back.
#[derive(Debug)]
pub(crate) struct Home<C> {
    idle: Arc<Mutex<Vec<C>>>,
    _permit: OwnedSemaphorePermit,
}

impl<C> Shelf<C> {
    /// At most `most` connections.
    pub(crate) fn new(most: u32) -> Self {
        let free = Arc::new(Semaphore::new(usize::try_from(most).unwrap_or(1)));
        Self { most, free, idle: Arc::default() }
    }

    /// As soon as one is free: where it belongs, and a connection that was opened before, if there is one.
    pub(crate) async fn lend(&self) -> Result<(Home<C>, Option<C>)> {
        let permit = tokio::time::timeout(WAIT, Arc::clone(&self.free).acquire_owned()).await;
        let permit = permit.map_err(|_| Error::Busy)?.map_err(|_| Error::Stopped)?;
        let kept = self.idle.lock().pop();
        Ok((Home { idle: Arc::clone(&self.idle), _permit: permit }, kept))
    }

    /// Waits for those on loan, lends none any more, and gives all of them.
    pub(crate) async fn close(&self) -> Vec<C> {
        // Fails only when they are closed already.
        let _all = self.free.acquire_many(self.most).await;
        self.free.close();
        std::mem::take(&mut *self.idle.lock())
    }
}

impl<C> Home<C> {
    /// The connection is back.
    pub(crate) fn take_back(self, connection: C) {
        self.idle.lock().push(connection);
    }

    /// What happened to this connection has happened to the others as well: the server is gone.
    pub(crate) fn forget_others(&self) {
        self.idle.lock().clear();
    }
}
