//! SQLite is a library in this process: a statement runs where it is asked for, on the thread that asks. Handing it to
//! another thread and waiting for the answer costs several times what a page's statements cost themselves.

use std::borrow::Cow;

use rusqlite::{CachedStatement, Connection};

use crate::dialect::sqlite::{self, Place};
use crate::lend::{Home, Shelf, Turn, Turns};
use crate::row::Inner;
use crate::{Error, Result, Row, Value};

/// A connection to SQLite. One on loan goes back to its readers when it is dropped.
#[derive(Debug)]
pub(crate) struct Lite {
    connection: Option<Connection>,
    home: Option<Home<Connection>>,
    /// What runs on the thread that asks takes its core.
    turn: Option<Turn>,
}

/// The connections for reading.
#[derive(Debug)]
pub(crate) struct Readers {
    place: Place,
    shelf: Shelf<Connection>,
    turns: Turns,
}

impl Readers {
    /// At most `most` connections.
    pub(crate) fn new(place: Place, most: u32) -> Self {
        Self { place, shelf: Shelf::new(most), turns: Turns::new() }
    }

    /// A connection that reads, as soon as one is free.
    pub(crate) async fn lend(&self) -> Result<Lite> {
        let (home, kept) = self.shelf.lend().await?;
        let connection = match kept {
            Some(connection) => connection,
            None => self.place.reader()?,
        };
        Ok(Lite { connection: Some(connection), home: Some(home), turn: self.turns.take().await })
    }

    /// Waits for those on loan and closes all.
    pub(crate) async fn close(&self) {
        drop(self.shelf.close().await);
    }
}

impl Lite {
    /// A connection that belongs to nobody else.
    pub(crate) fn own(connection: Connection) -> Self {
        Self { connection: Some(connection), home: None, turn: None }
    }

    /// Begins one consistent view, which ends with the loan.
    pub(crate) fn begin(&mut self) -> Result<()> {
        self.execute("begin", &[])?;
        Ok(())
    }

    /// Runs a statement; gives the number of rows it touched.
    pub(crate) fn execute(&mut self, sql: &str, values: &[Value]) -> Result<u64> {
        self.turn.take_if(|turn| turn.is_over());
        let connection = self.connection()?;
        let mut statement = prepared(connection, sql, values)?;
        let mut rows = statement.raw_query();
        while rows.next()?.is_some() {}
        drop(rows);
        Ok(if statement.readonly() { 0 } else { connection.changes() })
    }

    /// Gives every row to `take`, until it says that it has enough.
    pub(crate) fn each(
        &mut self,
        sql: &str,
        values: &[Value],
        mut take: impl FnMut(&Row<'_>) -> Result<bool>,
    ) -> Result<()> {
        self.turn.take_if(|turn| turn.is_over());
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

impl Drop for Lite {
    fn drop(&mut self) {
        let (Some(connection), Some(home)) = (self.connection.take(), self.home.take()) else { return };
        // A connection whose view cannot be ended is closed rather than lent again.
        if connection.is_autocommit() || connection.execute_batch("rollback").is_ok() {
            home.take_back(connection);
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
