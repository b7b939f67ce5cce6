use huiyin_base::Problem;
use rusqlite::ffi;

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
    #[error("数据库地址“{0}”无法识别，应以 sqlite: 或 postgres:// 开头")]
    UnknownEngine(String),
    /// The schema is newer than this program, or its history was edited.
    #[error("{0}")]
    Schema(String),
    /// A copy could not be made or brought back.
    #[error("{0}")]
    Copy(String),
    /// The writer stopped; the process is shutting down.
    #[error("the writer has stopped")]
    Stopped,
    /// Every connection is on loan and none came back.
    #[error("no connection came free")]
    Busy,
    /// The closure panicked; its savepoint was rolled back.
    #[error("a write closure panicked: {0}")]
    Panicked(&'static str),
    /// Anything PostgreSQL's driver reports.
    #[error(transparent)]
    Driver(#[from] sqlx::Error),
    /// Anything SQLite reports.
    #[error(transparent)]
    Lite(#[from] rusqlite::Error),
}

impl Error {
    /// The name of the violated constraint as PostgreSQL would call it: `table_column_column_key`.
    ///
    /// SQLite names only the columns, so the same name is composed from them; keep to the default names in migrations.
    pub fn constraint(&self) -> Option<String> {
        if let Self::Driver(sqlx::Error::Database(cause)) = self {
            return cause.constraint().map(str::to_owned);
        }
        let Self::Lite(rusqlite::Error::SqliteFailure(_, Some(message))) = self else { return None };
        let columns = message.split_once("UNIQUE constraint failed: ")?.1;
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
        match self {
            Self::Driver(sqlx::Error::Database(cause)) => cause.is_unique_violation(),
            _ => matches!(self.sqlite_code(), Some(ffi::SQLITE_CONSTRAINT_UNIQUE | ffi::SQLITE_CONSTRAINT_PRIMARYKEY)),
        }
    }

    /// Nobody's fault and worth another try: a serialisation failure, a deadlock.
    pub fn is_retryable(&self) -> bool {
        let Self::Driver(sqlx::Error::Database(cause)) = self else { return false };
        matches!(cause.code().as_deref(), Some("40001" | "40P01"))
    }

    /// The file is damaged, or is no database at all.
    pub fn is_damaged(&self) -> bool {
        matches!(self.sqlite_failure(), Some(ffi::SQLITE_CORRUPT | ffi::SQLITE_NOTADB))
    }

    /// The file, or the disk it lies on, cannot be written.
    pub fn is_read_only(&self) -> bool {
        matches!(self.sqlite_failure(), Some(ffi::SQLITE_PERM | ffi::SQLITE_READONLY))
    }

    /// No connection came about: no server, a wrong password, no such file.
    pub fn is_unreachable(&self) -> bool {
        match self {
            Self::Driver(sqlx::Error::Io(_) | sqlx::Error::Tls(_) | sqlx::Error::Configuration(_)) => true,
            // Class 08 is the connection, 28 the password, 3D000 the database's name.
            Self::Driver(sqlx::Error::Database(cause)) => {
                let code = cause.code().unwrap_or_default();
                code.starts_with("08") || code.starts_with("28") || code == "3D000"
            }
            _ => self.sqlite_failure() == Some(ffi::SQLITE_CANTOPEN),
        }
    }

    /// The connection was lost, or the server does not take any: it passes, or somebody starts it again.
    fn is_cut_off(&self) -> bool {
        match self {
            Self::Driver(sqlx::Error::Io(_)) => true,
            // Class 08 is the connection, 57 what an operator does: shutting down, starting up.
            Self::Driver(sqlx::Error::Database(cause)) => {
                let code = cause.code().unwrap_or_default();
                code.starts_with("08") || code.starts_with("57P")
            }
            _ => false,
        }
    }

    /// The disk is full.
    pub fn is_disk_full(&self) -> bool {
        match self {
            Self::Driver(sqlx::Error::Database(cause)) => cause.code().as_deref() == Some("53100"),
            _ => self.sqlite_failure() == Some(ffi::SQLITE_FULL),
        }
    }

    /// SQLite's result code with its detail.
    fn sqlite_code(&self) -> Option<i32> {
        match self {
            Self::Lite(rusqlite::Error::SqliteFailure(cause, _)) => Some(cause.extended_code),
            _ => None,
        }
    }

    /// SQLite's result code without the detail in its upper bits.
    fn sqlite_failure(&self) -> Option<i32> {
        self.sqlite_code().map(|code| code & 0xff)
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        let passing = if error.is_disk_full() {
            "服务器的磁盘已满，这一步没有保存。请联系系统管理员清理磁盘后再试。"
        } else if matches!(error, Error::Busy) {
            "现在使用的人太多，这一步没有办成，您填写的内容没有丢失。请过几分钟再试。"
        } else if error.is_cut_off() {
            // It may have been the commit's answer that was lost.
            "系统和数据库的连接断了，这一步不一定办成了。请过几分钟先看一看，没有办成再试一次。"
        } else {
            return Self::broken(error);
        };
        Self { source: Some(error.into()), ..Self::new(huiyin_base::ProblemKind::Unavailable, passing) }
    }
}
