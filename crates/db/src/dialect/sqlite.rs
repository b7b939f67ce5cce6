//! How values and connections are on SQLite: times as integer microseconds, UUIDs as blobs, JSON as text.

use std::str::FromStr;
use std::time::Duration;

use sqlx::Arguments as _;
use sqlx::sqlite::{SqliteArguments, SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};

use crate::{Kind, Result, Value};

pub(crate) fn arguments(values: Vec<Value>) -> Result<SqliteArguments> {
    let mut arguments = SqliteArguments::default();
    arguments.reserve(values.len(), 0);
    for value in values {
        let added = match value {
            Value::Null(Kind::Text | Kind::Json) => arguments.add(None::<String>),
            Value::Null(_) => arguments.add(None::<i64>),
            Value::Int(value) => arguments.add(value),
            Value::Real(value) => arguments.add(value),
            Value::Bool(value) => arguments.add(value),
            Value::Text(value) => arguments.add(value),
            Value::Bytes(value) => arguments.add(value),
            Value::Uuid(value) => arguments.add(value),
            Value::Time(value) => arguments.add(value.timestamp_micros()),
            Value::Json(value) => arguments.add(value.to_string()),
        };
        added.map_err(sqlx::Error::Encode)?;
    }
    Ok(arguments)
}

/// WAL, every commit on disk, foreign keys on.
pub(crate) fn options(url: &str) -> Result<SqliteConnectOptions> {
    Ok(SqliteConnectOptions::from_str(url)?
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(Duration::from_secs(10))
        .statement_cache_capacity(512)
        // A cache per connection: eight readers of 6 MB stay well below what a village's server has.
        .pragma("cache_size", "-6000")
        .pragma("temp_store", "memory")
        .pragma("wal_autocheckpoint", "4000"))
}
