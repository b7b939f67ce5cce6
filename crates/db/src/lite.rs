//! SQLite is a library in this process: a statement runs where it is asked for, on the thread that asks. Handing it to
//! another thread and waiting for the answer costs several times what a page's statements cost themselves.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::{Duration, Instant};

use parking_lot::Mutex;
use rusqlite::{CachedStatement, Connection};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::dialect::sqlite::{self, Place};
use crate::row::Inner;
use crate::{Error, Result, Row, Value};

/// How long somebody waits for a connection. Who holds one and asks for a second can wait for himself: never for ever.
const WAIT: Duration = Duration::from_secs(10);

/// A connection to SQLite. One on loan goes back to its readers when it is dropped.
#[derive(Debug)]
pub(crate) struct Lite {
    connection: Option<Connection>,
    home: Option<Home>,
}

/// Where a connection on loan belongs, and the place it takes up until it is back.
#[derive(Debug)]
struct Home {
    idle: Arc<Mutex<Vec<Connection>>>,
    _permit: OwnedSemaphorePermit,
}

/// The connections for reading: opened when they are first needed, kept with what they have prepared.
#[derive(Debug)]
pub(crate) struct Readers {
    place: Place,
    most: u32,
    free: Arc<Semaphore>,
    idle: Arc<Mutex<Vec<Connection>>>,
}

impl Readers {
    /// At most `most` connections.
    pub(crate) fn new(place: Place, most: u32) -> Self {
        let free = Arc::new(Semaphore::new(usize::try_from(most).unwrap_or(1)));
        Self { place, most, free, idle: Arc::default() }
    }

    /// A connection that reads, as soon as one is free.
    pub(crate) async fn lend(&self) -> Result<Lite> {
        let permit = tokio::time::timeout(WAIT, Arc::clone(&self.free).acquire_owned()).await;
        let permit = permit.map_err(|_| Error::Busy)?.map_err(|_| Error::Stopped)?;
        let kept = self.idle.lock().pop();
        let connection = match kept {
            Some(connection) => connection,
            None => self.place.reader()?,
        };
        Ok(Lite { connection: Some(connection), home: Some(Home { idle: Arc::clone(&self.idle), _permit: permit }) })
    }

    /// Waits for those on loan and closes all.
    pub(crate) async fn close(&self) {
        // Fails only when they are closed already.
        let _all = self.free.acquire_many(self.most).await;
        self.free.close();
        self.idle.lock().clear();
    }
}

impl Lite {
    /// A connection that belongs to nobody else.
    pub(crate) fn own(connection: Connection) -> Self {
        Self { connection: Some(connection), home: None }
    }

    /// Begins one consistent view, which ends with the loan.
    pub(crate) fn begin(&self) -> Result<()> {
        self.execute("begin", &[])?;
        Ok(())
    }

    /// Runs a statement; gives the number of rows it touched.
    pub(crate) fn execute(&self, sql: &str, values: &[Value]) -> Result<u64> {
        let connection = self.connection()?;
        let _told = Told::begin(sql);
        let mut statement = prepared(connection, sql, values)?;
        let mut rows = statement.raw_query();
        while rows.next()?.is_some() {}
        drop(rows);
        Ok(if statement.readonly() { 0 } else { connection.changes() })
    }

    /// Gives every row to `take`, until it says that it has enough.
    pub(crate) fn each(
        &self,
        sql: &str,
        values: &[Value],
        mut take: impl FnMut(&Row<'_>) -> Result<bool>,
    ) -> Result<()> {
        let _told = Told::begin(sql);
        let mut statement = prepared(self.connection()?, sql, values)?;
        let mut rows = statement.raw_query();
        let Some(first) = rows.next()? else { return Ok(()) };
        if !take(&Row::new(Inner::Sqlite(first, &[])))? {
            return Ok(());
        }
        // SQLite makes each name anew whenever it is asked; for one row that is cheaper than keeping them all.
        let Some(second) = rows.next()? else { return Ok(()) };
        let names: Vec<Box<str>> = second.as_ref().column_names().into_iter().map(Box::from).collect();
        if !take(&Row::new(Inner::Sqlite(second, &names)))? {
            return Ok(());
        }
        while let Some(row) = rows.next()? {
            if !take(&Row::new(Inner::Sqlite(row, &names)))? {
                break;
            }
        }
        Ok(())
    }

    fn connection(&self) -> Result<&Connection> {
        self.connection.as_ref().ok_or(Error::Stopped)
    }
}

/// Says how long a statement took, where the log asks for it (`huiyin_db=trace`). The text holds no values.
struct Told<'a>(Option<(&'a str, Instant)>);

impl<'a> Told<'a> {
    fn begin(sql: &'a str) -> Self {
        Self(tracing::enabled!(tracing::Level::TRACE).then(|| (sql, Instant::now())))
    }
}

impl Drop for Told<'_> {
    fn drop(&mut self) {
        if let Some((sql, begun)) = self.0 {
            tracing::trace!(micros = begun.elapsed().as_micros(), sql, "statement");
        }
    }
}

impl Drop for Lite {
    fn drop(&mut self) {
        let (Some(connection), Some(home)) = (self.connection.take(), self.home.take()) else { return };
        // A connection whose view cannot be ended is closed rather than lent again.
        if connection.is_autocommit() || connection.execute_batch("rollback").is_ok() {
            home.idle.lock().push(connection);
        }
    }
}

/// The statement as it was prepared before, with its parameters bound.
fn prepared<'a>(connection: &'a Connection, sql: &str, values: &[Value]) -> Result<CachedStatement<'a>> {
    let mut statement = connection.prepare_cached(&numbered(sql))?;
    for (index, value) in (1..=statement.parameter_count()).zip(values) {
        statement.raw_bind_parameter(index, sqlite::bound(value))?;
    }
    Ok(statement)
}

/// SQLite takes `$1` for a name and numbers names as they come; `?1` is the first parameter wherever it stands.
fn numbered(sql: &str) -> Cow<'_, str> {
    if sql.contains('$') { sql.replace('$', "?").into() } else { sql.into() }
}
