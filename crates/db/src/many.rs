//! Many rows in few statements.

use std::collections::{BTreeMap, BTreeSet};

use crate::{Query, Result, Tx, Value};

/// SQLite allows 32,766 parameters and PostgreSQL 65,535. Beyond some hundred nothing is gained, and the text of every length that
/// occurs stays prepared.
const MOST_PARAMETERS: usize = 480;

/// Inserts many rows in as few statements as parameters allow.
///
/// `head` is `insert into t (a, b)`, `tail` what follows the values, such as `on conflict do nothing`. All rows must
/// have the same length. Each statement holds as many of them as parameters allow, the rest goes in by 32, 16, 8 and so on: a text of each
/// length that occurs stays prepared, and one that was never seen costs PostgreSQL more than its rows.
pub async fn insert_many(tx: &mut Tx, head: &'static str, rows: Vec<Vec<Value>>, tail: &'static str) -> Result<u64> {
    let Some(width) = rows.first().map(Vec::len).filter(|width| *width > 0) else { return Ok(0) };
    let per_statement = (MOST_PARAMETERS / width).max(1);
    let mut inserted = 0;
    let mut rows = rows.into_iter();
    while rows.len() > 0 {
        let together = if rows.len() < per_statement { power_below(rows.len()) } else { per_statement };
        let chunk: Vec<Vec<Value>> = rows.by_ref().take(together).collect();
        let sql = format!("{head} values {} {tail}", value_markers(width, chunk.len()));
        inserted += Query::composed(sql, chunk.into_iter().flatten().collect()).execute(tx).await?;
    }
    Ok(inserted)
}

/// A row that changes: by which columns it is found, and which get other values.
#[derive(Clone, Debug, PartialEq)]
pub struct RowChange {
    /// What names the row, or the rows: the same columns for every row of a table.
    pub key: Vec<(&'static str, Value)>,
    /// What it is to be. Where nothing is, the row is left alone.
    pub set: Vec<(&'static str, Value)>,
}

/// Updates many rows of a table: those in which the same columns change become one statement. Gives how many there were.
///
/// No row may be named twice: which of its changes were kept would be left to the engine.
pub async fn update_many(
    tx: &mut Tx,
    table: &'static str,
    rows: impl IntoIterator<Item = RowChange> + Send,
) -> Result<u64> {
    // By the columns of the key, and those that change.
    let mut alike: BTreeMap<[Vec<&str>; 2], Vec<Vec<Value>>> = BTreeMap::new();
    let mut seen = BTreeSet::new();
    for RowChange { key, set } in rows {
        debug_assert!(seen.insert(format!("{key:?}")), "{table}: a row is named twice: {key:?}");
        if set.is_empty() {
            continue;
        }
        let (key, key_values): (Vec<&str>, Vec<Value>) = key.into_iter().unzip();
        let (set, values): (Vec<&str>, Vec<Value>) = set.into_iter().unzip();
        alike.entry([key, set]).or_default().push([key_values, values].concat());
    }
    let mut updated = 0;
    for ([key, set], rows) in alike {
        let width = key.len() + set.len();
        let per_statement = (MOST_PARAMETERS / width).max(1);
        for chunk in rows.chunks(per_statement) {
            let mut chunk = padded(chunk.to_vec());
            chunk.truncate(per_statement);
            let sql = update_text(table, &key, &set, chunk.len());
            updated += Query::composed(sql, chunk.into_iter().flatten().collect()).execute(tx).await?;
        }
    }
    Ok(updated)
}

/// `update t set b = v.column2 from (values ($1,$2)) v where t.a = v.column1`, as both engines understand it.
fn update_text(table: &str, key: &[&str], set: &[&str], rows: usize) -> String {
    let assigned = set.iter().enumerate().map(|(n, column)| format!("{column} = v.column{}", key.len() + n + 1));
    let named = key.iter().enumerate().map(|(n, column)| format!("{table}.{column} = v.column{}", n + 1));
    let (assigned, named): (Vec<String>, Vec<String>) = (assigned.collect(), named.collect());
    let values = value_markers(key.len() + set.len(), rows);
    format!("update {table} set {} from (values {values}) v where {}", assigned.join(", "), named.join(" and "))
}

/// The last once more until there are 1, 2, 4, 8 and so on: a statement stays prepared for each length that occurs.
pub fn padded<T: Clone>(mut list: Vec<T>) -> Vec<T> {
    if let Some(last) = list.last().cloned() {
        list.resize(list.len().next_power_of_two(), last);
    }
    list
}

/// The greatest of 1, 2, 4, 8 and so on that is no more than `n`, which is at least 1.
fn power_below(n: usize) -> usize {
    1 << n.ilog2()
}

fn value_markers(width: usize, rows: usize) -> String {
    let mut text = String::with_capacity(rows * width * 6);
    for row in 0..rows {
        text.push_str(if row == 0 { "(" } else { ",(" });
        for column in 0..width {
            if column > 0 {
                text.push(',');
            }
            text.push('$');
            text.push_str(&(row * width + column + 1).to_string());
        }
        text.push(')');
    }
    text
}

/// A parameter list for [`insert_many`]: `values![id, name, day]`.
#[macro_export]
macro_rules! values {
    ($($value:expr),* $(,)?) => { vec![$($crate::ToValue::to_value($value)),*] };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_length_that_occurs_is_one_of_few() {
        assert_eq!(padded(vec![1, 2, 3]), [1, 2, 3, 3]);
        assert_eq!(padded(Vec::<i64>::new()), Vec::<i64>::new());
    }

    #[test]
    fn a_rest_is_split_into_lengths_that_occur() {
        assert_eq!([1, 2, 3, 31, 32, 33].map(power_below), [1, 2, 2, 16, 32, 32]);
    }

    #[test]
    fn one_statement_finds_its_rows_among_the_values() {
        assert_eq!(
            update_text("t", &["a"], &["b", "c"], 2),
            "update t set b = v.column2, c = v.column3 from (values ($1,$2,$3),($4,$5,$6)) v where t.a = v.column1"
        );
    }
}
