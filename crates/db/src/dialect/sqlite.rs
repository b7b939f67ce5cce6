//! How values and connections are on SQLite: times as integer microseconds, UUIDs as blobs, JSON as text.

use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::types::{ToSqlOutput, Value as Stored, ValueRef};
use rusqlite::{Connection, OpenFlags};
use sqlx::sqlite::SqliteConnectOptions;

use crate::{Result, Value};

/// A value as it is bound.
pub(crate) fn bound(value: &Value) -> ToSqlOutput<'_> {
    let stored = match value {
        Value::Null(_) => ValueRef::Null,
        Value::Int(value) => ValueRef::Integer(*value),
        Value::Real(value) => ValueRef::Real(*value),
        Value::Bool(value) => ValueRef::Integer(i64::from(*value)),
        Value::Text(value) => ValueRef::Text(value.as_bytes()),
        Value::Bytes(value) => ValueRef::Blob(value),
        Value::Uuid(value) => ValueRef::Blob(value.as_bytes()),
        Value::Time(value) => ValueRef::Integer(value.timestamp_micros()),
        Value::Json(value) => return ToSqlOutput::Owned(Stored::Text(value.to_string())),
    };
    ToSqlOutput::Borrowed(stored)
}

/// The file of a database, and how it is opened.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    /// The file.
    pub(crate) file: PathBuf,
}

/// As many statements as the program has; each stays prepared.
const PREPARED: usize = 512;

/// WAL, every commit on disk, foreign keys on. A cache per connection: eight readers of 6 MB stay well below what a
/// village's server has.
const SETTINGS: &str = "
    pragma busy_timeout = 10000;
    pragma journal_mode = wal;
    pragma synchronous = full;
    pragma foreign_keys = on;
    pragma cache_size = -6000;
    pragma temp_store = memory;
    pragma wal_autocheckpoint = 4000;";

impl Place {
    /// The file that `sqlite:PATH` names.
    pub(crate) fn of(url: &str) -> Result<Self> {
        Ok(Self { file: SqliteConnectOptions::from_str(url)?.get_filename().to_path_buf() })
    }

    /// As the driver that runs migrations opens it.
    pub(crate) fn migrating(&self) -> SqliteConnectOptions {
        SqliteConnectOptions::new().filename(&self.file).foreign_keys(true).busy_timeout(Duration::from_secs(10))
    }

    /// A connection that writes; a missing file is an error unless it is to be made.
    pub(crate) fn writer(&self, create: bool) -> Result<Connection> {
        let create = if create { OpenFlags::SQLITE_OPEN_CREATE } else { OpenFlags::empty() };
        let connection = self.open(OpenFlags::SQLITE_OPEN_READ_WRITE | create, SETTINGS)?;
        // There is one, and a row touches a page of each of its table's indexes.
        connection.execute_batch("pragma cache_size = -32000")?;
        Ok(connection)
    }

    /// A connection that refuses to write.
    pub(crate) fn reader(&self) -> Result<Connection> {
        let connection = self.open(OpenFlags::SQLITE_OPEN_READ_WRITE, SETTINGS)?;
        connection.execute_batch("pragma query_only = on")?;
        Ok(connection)
    }

    /// A connection to a file that nobody writes.
    pub(crate) fn finished(&self) -> Result<Connection> {
        self.open(OpenFlags::SQLITE_OPEN_READ_ONLY, "")
    }

    fn open(&self, flags: OpenFlags, settings: &str) -> Result<Connection> {
        let connection = Connection::open_with_flags(&self.file, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
        connection.set_prepared_statement_cache_capacity(PREPARED);
        // Else the engine looks at every bound value and prepares a statement anew whenever one differs.
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        connection.execute_batch(settings)?;
        Ok(connection)
    }
}
