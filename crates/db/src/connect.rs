use std::str::FromStr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use huiyin_base::Problem;
use sqlx::ConnectOptions as _;
use sqlx::postgres::PgConnectOptions;

use crate::dialect::sqlite::Place;
use crate::lite::Readers;
use crate::pg::Pgs;
use crate::tx::{Handle, Tx};
use crate::writer::Writer;
use crate::{DbConfig, Error, Result, WriteFuture};

/// A database of either engine, with the number that tells it from every other of the program. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Db(pub(crate) Arc<Pools>, usize);

#[derive(Debug)]
pub(crate) enum Pools {
    Sqlite {
        place: Place,
        readers: Readers,
        writer: Writer,
    },
    /// Whoever still holds a connection for reading may ask for a write: were both from one pool, as many of them as it has
    /// connections would wait for each other.
    Postgres {
        readers: Pgs,
        writers: Pgs,
    },
}

/// The two engines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// The embedded default.
    Sqlite,
    /// For several servers; Citus is PostgreSQL.
    Postgres,
}

impl Db {
    /// Tells this open database from every other of the program.
    pub fn key(&self) -> usize {
        self.1
    }

    /// Opens the database; a missing SQLite file is an error unless [`Db::create`] made it.
    pub async fn open(config: &DbConfig) -> Result<Self> {
        Self::connect(config, false).await
    }

    /// Opens the database and makes the SQLite file when it is missing.
    pub async fn create(config: &DbConfig) -> Result<Self> {
        Self::connect(config, true).await
    }

    async fn connect(config: &DbConfig, create: bool) -> Result<Self> {
        // Not where it lies in memory: another database may lie there after this one.
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        let pools = if config.url.starts_with("sqlite:") {
            let place = Place::of(&config.url)?;
            let writer = Writer::start(place.writer(create)?, config.group_size, config.commit_delay)?;
            Pools::Sqlite { readers: Readers::new(place.clone(), config.connections), place, writer }
        } else if config.url.starts_with("postgres:") || config.url.starts_with("postgresql:") {
            // Compiling a statement pays for reports of minutes, not for pages of milliseconds; nor does planning it anew for
            // each page, which takes longer than the page. A page read out of turn costs no more than the next one on today's disks, and
            // in memory; by the server's default of four times as much a list of what is rare is walked from its end to its beginning.
            let options = PgConnectOptions::from_str(&config.url)?
                .statement_cache_capacity(512)
                .options([("jit", "off"), ("plan_cache_mode", "force_generic_plan"), ("random_page_cost", "1.1")])
                .disable_statement_logging();
            let options = Arc::new(options);
            // Half of them write: a write that waits for the disk leaves its core to another.
            let writing = (config.connections / 2).max(1);
            let reading = config.connections.saturating_sub(writing).max(1);
            Pools::Postgres {
                readers: Pgs::connect(Arc::clone(&options), reading).await?,
                writers: Pgs::connect(options, writing).await?,
            }
        } else {
            return Err(Error::UnknownEngine(config.url.clone()));
        };
        Ok(Self(Arc::new(pools), NEXT.fetch_add(1, Ordering::Relaxed)))
    }

    /// Which engine this is.
    pub fn engine(&self) -> Engine {
        match *self.0 {
            Pools::Sqlite { .. } => Engine::Sqlite,
            Pools::Postgres { .. } => Engine::Postgres,
        }
    }

    /// A connection for reading single statements, each seeing what is committed.
    pub async fn read(&self) -> Result<Tx> {
        Ok(Tx(match &*self.0 {
            Pools::Sqlite { readers, .. } => Handle::Sqlite(readers.lend().await?),
            Pools::Postgres { readers, .. } => Handle::Postgres(readers.lend().await?),
        }))
    }

    /// One consistent view over several statements: figures and exports.
    pub async fn snapshot(&self) -> Result<Tx> {
        Ok(Tx(match &*self.0 {
            Pools::Sqlite { readers, .. } => {
                let mut view = readers.lend().await?;
                view.begin()?;
                Handle::Sqlite(view)
            }
            Pools::Postgres { readers, .. } => {
                let mut view = readers.lend().await?;
                view.begin("begin isolation level repeatable read read only").await?;
                Handle::Postgres(view)
            }
        }))
    }

    /// Runs a write and returns once it is durable.
    ///
    /// The closure may run more than once, so everything slow or random is computed before and moved in: at most 500
    /// rows or 20 ms. It must not start another write. A refusal (`Err`) undoes all it did and leaves its neighbours alone.
    pub async fn write<T, F>(&self, name: &'static str, closure: F) -> Result<T, Problem>
    where
        T: Send + 'static,
        F: for<'a> Fn(&'a mut Tx) -> WriteFuture<'a, T> + Send + Sync + 'static,
    {
        match &*self.0 {
            Pools::Sqlite { writer, .. } => writer.write(name, closure).await,
            Pools::Postgres { writers, .. } => write_postgres(writers, name, &closure).await,
        }
    }

    /// Waits for writes under way and closes every connection.
    pub async fn close(&self) {
        match &*self.0 {
            Pools::Sqlite { readers, writer, .. } => {
                readers.close().await;
                writer.stop().await;
            }
            Pools::Postgres { readers, writers } => {
                readers.close().await;
                writers.close().await;
            }
        }
    }
}

async fn write_postgres<T, F>(writers: &Pgs, name: &'static str, closure: &F) -> Result<T, Problem>
where
    F: for<'a> Fn(&'a mut Tx) -> WriteFuture<'a, T>,
{
    const TRIES: u32 = 8;
    let mut tries = 0;
    loop {
        tries += 1;
        match try_postgres(writers, closure).await {
            Err(problem) if tries < TRIES && is_retryable(&problem) => {
                tracing::debug!(db.write = name, db.tries = tries, "write retried");
                // Rising pauses, so that those who clash do not clash again at once.
                tokio::time::sleep(Duration::from_millis(u64::from(tries) * 7)).await;
            }
            outcome => return outcome,
        }
    }
}

async fn try_postgres<T, F>(writers: &Pgs, closure: &F) -> Result<T, Problem>
where
    F: for<'a> Fn(&'a mut Tx) -> WriteFuture<'a, T>,
{
    let mut connection = writers.lend().await?;
    connection.begin("begin").await?;
    let mut tx = Tx(Handle::Postgres(connection));
    let value = closure(&mut tx).await?;
    if let Handle::Postgres(connection) = &mut tx.0 {
        connection.commit().await?;
    }
    Ok(value)
}

fn is_retryable(problem: &Problem) -> bool {
    problem.source.as_ref().and_then(|source| source.downcast_ref::<Error>()).is_some_and(Error::is_retryable)
}
