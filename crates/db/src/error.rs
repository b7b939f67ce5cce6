use huiyin_base::Problem;

/// A failed statement or connection.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A row was asked for and there is none.
    #[error("no row")]
    NoRow,
    /// A stored value does not fit its type.
    #[error("column {column}: {reason}")]
    Decode {
        /// The column's name or position.
        column: String,
        /// What was expected.
        reason: String,
    },
    /// The URL names no known engine, so that a typo never makes an empty database.
    #[error("数据库地址「{0}」无法识别，应以 sqlite: 或 postgres:// 开头")]
    UnknownEngine(String),
    /// The schema is newer than this program, or its history was edited.
    #[error("{0}")]
    Schema(String),
    /// The writer stopped; the process is shutting down.
    #[error("the writer has stopped")]
    Stopped,
    /// The closure panicked; its savepoint was rolled back.
    #[error("a write closure panicked: {0}")]
    Panicked(&'static str),
    /// Anything the driver reports.
    #[error(transparent)]
    Driver(#[from] sqlx::Error),
}

impl Error {
    /// The name of the violated constraint as PostgreSQL would call it: `table_column_column_key`.
    ///
    /// SQLite names only the columns, so the same name is composed from them; keep to the default names in migrations.
    pub fn constraint(&self) -> Option<String> {
        let Self::Driver(sqlx::Error::Database(cause)) = self else { return None };
        if let Some(name) = cause.constraint() {
            return Some(name.to_owned());
        }
        let columns = cause.message().split_once("UNIQUE constraint failed: ")?.1;
        let mut name = String::new();
        for column in columns.split(", ") {
            let (table, column) = column.split_once('.')?;
            if name.is_empty() {
                name.push_str(table);
            }
            name.push('_');
            name.push_str(column);
        }
        Some(name + "_key")
    }

    /// A unique or primary key was violated.
    pub fn is_unique_violation(&self) -> bool {
        matches!(self, Self::Driver(sqlx::Error::Database(cause)) if cause.is_unique_violation())
    }

    /// Nobody's fault and worth another try: a serialisation failure, a deadlock, a busy database.
    pub fn is_retryable(&self) -> bool {
        let Self::Driver(sqlx::Error::Database(cause)) = self else { return false };
        matches!(cause.code().as_deref(), Some("40001" | "40P01" | "5" | "517"))
    }

    /// The disk is full.
    pub fn is_disk_full(&self) -> bool {
        matches!(self, Self::Driver(sqlx::Error::Database(cause)) if matches!(cause.code().as_deref(), Some("13" | "53100")))
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        if error.is_disk_full() {
            let full = "服务器的磁盘已满，这一步没有保存。请联系系统管理员清理磁盘后再试。";
            return Self { source: Some(error.into()), ..Self::new(huiyin_base::ProblemKind::Unavailable, full) };
        }
        Self::broken(error)
    }
}
