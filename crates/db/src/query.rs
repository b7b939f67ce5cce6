use futures::TryStreamExt as _;
use sqlx::{AssertSqlSafe, Executor as _};

use crate::dialect::postgres;
use crate::row::{Inner, Read};
use crate::tx::on_engine;
use crate::{Error, FromRow, Result, Row, ToValue, Tx, Value};

/// A statement with `$1`, `$2`, … and its parameters.
#[derive(Clone, Debug)]
#[must_use = "a query does nothing until it is executed or fetched"]
pub struct Query {
    sql: std::borrow::Cow<'static, str>,
    values: Vec<Value>,
    /// Planned for its parameters each time.
    anew: bool,
}

/// Starts a statement. The text is the same for both engines.
pub fn query(sql: &'static str) -> Query {
    Query { sql: sql.into(), values: Vec::new(), anew: false }
}

impl Query {
    pub(crate) fn composed(sql: String, values: Vec<Value>) -> Self {
        Self { sql: sql.into(), values, anew: false }
    }

    /// Has PostgreSQL plan the statement for these parameters, whatever it has learnt of others: a search for a rare word and one for a
    /// common word go different ways, and a plan for any word walks the whole table for one that nobody wrote. SQLite plans once.
    pub(crate) fn planned_anew(self) -> Self {
        Self { anew: true, ..self }
    }

    /// Binds the next parameter.
    pub fn bind(mut self, value: impl ToValue) -> Self {
        self.values.push(value.to_value());
        self
    }

    /// Replaces the marker `(list)` by as many parameters as `values` has: `where id in (list)`.
    ///
    /// Bind the list last. An empty list becomes `(null)`, which nothing equals.
    pub fn bind_list<T: ToValue>(mut self, values: impl IntoIterator<Item = T>) -> Self {
        let first = self.values.len() + 1;
        self.values.extend(values.into_iter().map(T::to_value));
        let markers: Vec<String> = (first..=self.values.len()).map(|n| format!("${n}")).collect();
        let list = if markers.is_empty() { "(null)".to_owned() } else { format!("({})", markers.join(",")) };
        self.sql = self.sql.replacen("(list)", &list, 1).into();
        self
    }

    /// Runs the statement; gives the number of rows it touched.
    pub async fn execute(self, tx: &mut Tx) -> Result<u64> {
        let Self { sql, values, anew } = self;
        on_engine!(tx,
            sqlite(connection) => connection.execute(&sql, &values),
            postgres(connection) => {
                let query = sqlx::query_with(AssertSqlSafe(sql.into_owned()), postgres::arguments(values)?).persistent(!anew);
                Ok(connection.execute(query).await?.rows_affected())
            },
        )
    }

    /// Every row.
    pub async fn fetch_all<T: FromRow>(self, tx: &mut Tx) -> Result<Vec<T>> {
        self.read(tx, None, T::from_row).await
    }

    /// The first row, if there is one.
    pub async fn fetch_optional<T: FromRow>(self, tx: &mut Tx) -> Result<Option<T>> {
        Ok(self.read(tx, Some(1), T::from_row).await?.pop())
    }

    /// The first row, which must exist.
    pub async fn fetch_one<T: FromRow>(self, tx: &mut Tx) -> Result<T> {
        self.fetch_optional(tx).await?.ok_or(Error::NoRow)
    }

    /// The first column of the first row, which must exist.
    pub async fn fetch_scalar<T: Read>(self, tx: &mut Tx) -> Result<T> {
        self.fetch_one::<(T,)>(tx).await.map(|(value,)| value)
    }

    /// The first column of every row.
    pub async fn fetch_column<T: Read>(self, tx: &mut Tx) -> Result<Vec<T>> {
        self.read(tx, None, |row| row.at(0)).await
    }

    /// The statement as text, for tests that read query plans.
    pub fn sql(&self) -> &str {
        &self.sql
    }

    /// The plan the engine would follow, one line each.
    pub async fn explain(self, tx: &mut Tx) -> Result<Vec<String>> {
        match tx.engine() {
            crate::Engine::Sqlite => {
                let query = Self { sql: format!("explain query plan {}", self.sql).into(), ..self };
                query.read(tx, None, |row| row.get("detail")).await
            }
            crate::Engine::Postgres => {
                let query = Self { sql: format!("explain {}", self.sql).into(), ..self };
                query.read(tx, None, |row| row.at(0)).await
            }
        }
    }

    /// What `read` makes of each row, of the first `most` where so many are enough.
    pub(crate) async fn read<T>(
        self,
        tx: &mut Tx,
        most: Option<usize>,
        read: impl Fn(&Row<'_>) -> Result<T>,
    ) -> Result<Vec<T>> {
        let most = most.unwrap_or(usize::MAX);
        let mut all = Vec::new();
        self.each(tx, |row| {
            all.push(read(row)?);
            Ok(all.len() < most)
        })
        .await?;
        Ok(all)
    }

    /// Gives every row to `take` as it arrives, until that says it has enough: no row is held longer than it is looked at.
    pub(crate) async fn each(self, tx: &mut Tx, mut take: impl FnMut(&Row<'_>) -> Result<bool>) -> Result<()> {
        let Self { sql, values, anew } = self;
        on_engine!(tx,
            sqlite(connection) => connection.each(&sql, &values, take),
            postgres(connection) => {
                let query = sqlx::query_with(AssertSqlSafe(sql.into_owned()), postgres::arguments(values)?).persistent(!anew);
                let mut rows = connection.fetch(query);
                while let Some(row) = rows.try_next().await? {
                    if !take(&Row::new(Inner::Postgres(&row)))? {
                        break;
                    }
                }
                Ok(())
            },
        )
    }
}

/// Inserts many rows in as few statements as parameters allow.
///
/// `head` is `insert into t (a, b)`, `tail` what follows the values, such as `on conflict do nothing`. All rows must
/// have the same length; rows are split so that no statement exceeds what SQLite allows.
pub async fn insert_many(tx: &mut Tx, head: &'static str, rows: Vec<Vec<Value>>, tail: &'static str) -> Result<u64> {
    // SQLite allows 32,766 parameters and PostgreSQL 65,535. Beyond some hundred nothing is gained, and the text of every
    // length that occurs stays prepared.
    const MOST_PARAMETERS: usize = 480;
    let Some(width) = rows.first().map(Vec::len).filter(|width| *width > 0) else { return Ok(0) };
    let per_statement = (MOST_PARAMETERS / width).max(1);
    let mut inserted = 0;
    let mut rows = rows.into_iter().peekable();
    while rows.peek().is_some() {
        let chunk: Vec<Vec<Value>> = rows.by_ref().take(per_statement).collect();
        let sql = format!("{head} values {} {tail}", value_markers(width, chunk.len()));
        inserted += Query::composed(sql, chunk.into_iter().flatten().collect()).execute(tx).await?;
    }
    Ok(inserted)
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
