use crate::Engine;
use crate::lite::Lite;
use crate::pg::Pg;

/// What a store function runs its statements on: a connection for reading, a snapshot, or a write in progress.
#[derive(Debug)]
pub struct Tx(pub(crate) Handle);

#[derive(Debug)]
pub(crate) enum Handle {
    Sqlite(Lite),
    Postgres(Pg),
}

impl Tx {
    /// Which engine this is. Ask only where no shared SQL can do; prefer [`crate::text`] and friends.
    pub fn engine(&self) -> Engine {
        match self.0 {
            Handle::Sqlite(_) => Engine::Sqlite,
            Handle::Postgres(_) => Engine::Postgres,
        }
    }
}
