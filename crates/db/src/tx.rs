use sqlx::pool::PoolConnection;
use sqlx::{Postgres, Transaction};

use crate::Engine;
use crate::lite::Lite;

/// What a store function runs its statements on: a connection for reading, a snapshot, or a write in progress.
#[derive(Debug)]
pub struct Tx(pub(crate) Handle);

#[derive(Debug)]
pub(crate) enum Handle {
    Sqlite(Lite),
    Postgres(PoolConnection<Postgres>),
    PostgresTransaction(Transaction<'static, Postgres>),
}

impl Tx {
    /// Which engine this is. Ask only where no shared SQL can do; prefer [`crate::text`] and friends.
    pub fn engine(&self) -> Engine {
        match self.0 {
            Handle::Sqlite(_) => Engine::Sqlite,
            Handle::Postgres(_) | Handle::PostgresTransaction(_) => Engine::Postgres,
        }
    }
}

/// The only branch between engines: runs `$body` with `$connection` as the driver's own connection.
macro_rules! on_engine {
    ($tx:expr, sqlite($lite:ident) => $sqlite:expr, postgres($pg:ident) => $postgres:expr $(,)?) => {
        match &mut $tx.0 {
            $crate::tx::Handle::Sqlite($lite) => $sqlite,
            $crate::tx::Handle::Postgres(connection) => {
                let $pg: &mut sqlx::PgConnection = &mut *connection;
                $postgres
            }
            $crate::tx::Handle::PostgresTransaction(connection) => {
                let $pg: &mut sqlx::PgConnection = &mut *connection;
                $postgres
            }
        }
    };
}

pub(crate) use on_engine;
