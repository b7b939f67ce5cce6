//! Whole tables, row by row, whatever their columns: for handing everything over, and for closing an installation.

use rusqlite::types::ValueRef;
use sqlx::postgres::PgArguments;
use sqlx::{Row as _, TypeInfo as _, ValueRef as _};

use crate::connect::Pools;
use crate::query::Query;
use crate::row::Inner;
use crate::schema::{self, is_plain};
use crate::{Db, Error, Kind, Result, Row, Tx, Value};

/// Gives every row of `table` to `each`, as the values of `columns`.
pub async fn table_walk(
    tx: &mut Tx,
    table: &str,
    columns: &[String],
    each: &mut (dyn FnMut(Vec<Value>) -> Result<()> + Send),
) -> Result<u64> {
    if columns.is_empty() || !is_plain(table) || columns.iter().any(|column| !is_plain(column)) {
        return Err(Error::Schema(format!("not a table and its columns: {table} {columns:?}")));
    }
    let quoted: Vec<String> = columns.iter().map(|column| format!("\"{column}\"")).collect();
    let sql = format!("select {} from {table}", quoted.join(", "));
    let mut count = 0;
    let walk = Query::composed(sql, Vec::new()).each(tx, |row| {
        each((0..columns.len()).map(|index| value_at(row, index)).collect::<Result<Vec<Value>>>()?)?;
        count += 1;
        Ok(true)
    });
    walk.await?;
    Ok(count)
}

impl Db {
    /// Drops every table. On SQLite it is the file that goes, and the caller removes it.
    pub async fn erase(&self) -> Result<()> {
        let Pools::Postgres { writers, .. } = &*self.0 else { return Ok(()) };
        let tables = schema::tables(&mut self.read().await?).await?;
        let names: Vec<String> = tables.into_keys().filter(|name| is_plain(name)).collect();
        let all = names.iter().map(String::as_str).chain(["_sqlx_migrations"]);
        let sql = format!("drop table if exists {} cascade", all.collect::<Vec<_>>().join(", "));
        writers.lend().await?.execute(sqlx::query_with(sqlx::AssertSqlSafe(sql), PgArguments::default())).await?;
        Ok(())
    }
}

/// A value by what the engine says it is.
fn value_at(row: &Row<'_>, index: usize) -> Result<Value> {
    let found = match &row.inner {
        Inner::Sqlite(..) => {
            return Ok(match row.stored(index)? {
                ValueRef::Null => Value::Null(Kind::Text),
                ValueRef::Integer(number) => Value::Int(number),
                ValueRef::Real(number) => Value::Real(number),
                ValueRef::Blob(bytes) => Value::Bytes(bytes.to_vec()),
                ValueRef::Text(_) => Value::Text(row.at(index)?),
            });
        }
        Inner::Postgres(found) => found,
    };
    let raw = found.try_get_raw(index)?;
    if raw.is_null() {
        return Ok(Value::Null(Kind::Text));
    }
    Ok(match raw.type_info().name() {
        "INT2" | "INT4" | "INT8" => Value::Int(row.at(index)?),
        "BOOL" => Value::Bool(row.at(index)?),
        "FLOAT4" | "FLOAT8" => Value::Real(row.at(index)?),
        "BYTEA" => Value::Bytes(row.at(index)?),
        "UUID" => Value::Uuid(row.at(index)?),
        "TIMESTAMPTZ" => Value::Time(row.at(index)?),
        "JSONB" | "JSON" => Value::Json(row.at(index)?),
        _ => Value::Text(row.at(index)?),
    })
}
