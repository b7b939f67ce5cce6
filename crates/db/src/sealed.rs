//! Walks over columns of ciphertext, for a key rotation: any table that a committed list names.

use std::fmt::Write as _;

use huiyin_base::Region;
use uuid::Uuid;

use crate::query::Query;
use crate::schema::is_plain;
use crate::{Error, Result, Row, ToValue as _, Tx, Value};

/// A column of sealed values and the columns that its values are bound to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedColumn {
    /// The table.
    pub table: String,
    /// The column.
    pub column: String,
    /// Ids and small numbers, in order.
    pub binding: Vec<String>,
}

/// A value that another key has sealed.
#[derive(Clone, Debug, PartialEq)]
pub struct SealedValue {
    /// Its row, as far as the binding tells.
    pub binding: Vec<Value>,
    /// The ciphertext.
    pub sealed: Vec<u8>,
}

impl SealedValue {
    /// The bytes that the ciphertext is bound to: ids as they are, numbers as four bytes, the highest first.
    pub fn bound(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        for value in &self.binding {
            match value {
                Value::Uuid(id) => bytes.extend(id.as_bytes()),
                // An id as SQLite keeps it.
                Value::Bytes(id) => bytes.extend(id),
                Value::Int(number) => bytes.extend(u32::try_from(*number).unwrap_or(0).to_be_bytes()),
                _ => {}
            }
        }
        bytes
    }
}

/// How many values do not begin with `head`.
pub async fn sealed_otherwise(tx: &mut Tx, of: &SealedColumn, head: &[u8]) -> Result<i64> {
    let (table, column) = names(of)?;
    let sql = format!("select count(*) from {table} where {column} is not null and substr({column}, 1, 3) <> $1");
    Query::composed(sql, vec![head.to_vec().to_value()]).fetch_scalar(tx).await
}

/// How many values begin with `head`.
pub async fn sealed_so(tx: &mut Tx, of: &SealedColumn, head: &[u8]) -> Result<i64> {
    let (table, column) = names(of)?;
    let sql = format!("select count(*) from {table} where {column} is not null and substr({column}, 1, 3) = $1");
    Query::composed(sql, vec![head.to_vec().to_value()]).fetch_scalar(tx).await
}

/// The regions with values that do not begin with `head`.
pub async fn sealed_regions(tx: &mut Tx, of: &SealedColumn, head: &[u8]) -> Result<Vec<Region>> {
    let (table, column) = names(of)?;
    let sql = format!(
        "select distinct region from {table} where {column} is not null and substr({column}, 1, 3) <> $1 order by region"
    );
    Query::composed(sql, vec![head.to_vec().to_value()]).fetch_column(tx).await
}

/// The next values of `region` that do not begin with `head`, from the row after `after` on in the order of the binding's
/// first column.
pub async fn sealed_next(
    tx: &mut Tx,
    of: &SealedColumn,
    region: Region,
    head: &[u8],
    after: Option<&Value>,
    limit: u32,
) -> Result<Vec<SealedValue>> {
    let (table, column) = names(of)?;
    let binding = of.binding.join(", ");
    let first = &of.binding[0];
    let mut values = vec![region.to_value(), head.to_vec().to_value(), limit.to_value()];
    let from = match after {
        Some(after) => {
            values.push(after.clone());
            format!("and {first} > $4")
        }
        None => String::new(),
    };
    let sql = format!(
        "select {binding}, {column} from {table}
         where region = $1 and {column} is not null and substr({column}, 1, 3) <> $2 {from} order by {binding} limit $3"
    );
    let last = of.binding.len();
    let value = |row: &Row<'_>| {
        let binding = (0..last).map(|index| key(row, index)).collect::<Result<Vec<Value>>>()?;
        Ok(SealedValue { binding, sealed: row.at(last)? })
    };
    Query::composed(sql, values).read(tx, None, value).await
}

/// Puts `new` in the place of a value, if that is still there.
pub async fn sealed_replace(
    tx: &mut Tx,
    of: &SealedColumn,
    region: Region,
    old: &SealedValue,
    new: Vec<u8>,
) -> Result<bool> {
    let (table, column) = names(of)?;
    let mut values = vec![new.to_value(), region.to_value(), old.sealed.clone().to_value()];
    // A ciphertext has a nonce of its own, so that it names its row even where the binding does not.
    let mut sql = format!("update {table} set {column} = $1 where region = $2 and {column} = $3");
    for (index, (name, value)) in of.binding.iter().zip(&old.binding).enumerate() {
        let _ = write!(sql, " and {name} = ${}", index + 4);
        values.push(value.clone());
    }
    Ok(Query::composed(sql, values).execute(tx).await? > 0)
}

/// The table and the column, which stand in a statement as they are.
fn names(of: &SealedColumn) -> Result<(&str, &str)> {
    let all = [&of.table, &of.column].into_iter().chain(&of.binding);
    if of.binding.is_empty() || all.into_iter().any(|name| !is_plain(name)) {
        return Err(Error::Schema(format!("not a sealed column: {of:?}")));
    }
    Ok((&of.table, &of.column))
}

fn key(row: &Row<'_>, index: usize) -> Result<Value> {
    row.at::<Uuid>(index).map(Value::Uuid).or_else(|_| row.at::<i64>(index).map(Value::Int))
}
