use std::time::Instant;

use sqlx::AssertSqlSafe;
use sqlx::postgres::PgArguments;

use crate::dialect::postgres;
use crate::row::Read;
use crate::tx::Handle;
use crate::{Error, FromRow, Result, Row, ToValue, Tx, Value};

/// A statement with `$1`, `$2`, … and its parameters.
#[derive(Clone, Debug)]
#[must_use = "a query does nothing until it is executed or fetched"]
pub struct Query {
    sql: std::borrow::Cow<'static, str>,
    values: Vec<Value>,
}

/// Starts a statement. The text is the same for both engines.
pub fn query(sql: &'static str) -> Query {
    Query { sql: sql.into(), values: Vec::new() }
}

impl Query {
    pub(crate) fn composed(sql: String, values: Vec<Value>) -> Self {
        Self { sql: sql.into(), values }
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
        let _told = Told::begin(&self.sql);
        match &mut tx.0 {
            Handle::Sqlite(connection) => connection.execute(&self.sql, &self.values),
            Handle::Postgres(connection) => connection.execute(self.for_postgres()?).await,
        }
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
    pub(crate) async fn each(self, tx: &mut Tx, take: impl FnMut(&Row<'_>) -> Result<bool>) -> Result<()> {
        let _told = Told::begin(&self.sql);
        match &mut tx.0 {
            Handle::Sqlite(connection) => connection.each(&self.sql, &self.values, take),
            Handle::Postgres(connection) => connection.each(self.for_postgres()?, take).await,
        }
    }

    fn for_postgres(&self) -> Result<sqlx::query::Query<'static, sqlx::Postgres, PgArguments>> {
        let values = postgres::arguments(&self.values)?;
        Ok(sqlx::query_with(AssertSqlSafe(self.sql.clone()), values))
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
