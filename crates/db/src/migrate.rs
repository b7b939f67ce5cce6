use sqlx::migrate::{MigrateError, Migrator};
use sqlx::{Connection as _, SqliteConnection};

use crate::connect::Pools;
use crate::tx::Handle;
use crate::{Db, Error, Result};

static SQLITE: Migrator = sqlx::migrate!("../../migrations/sqlite");
static POSTGRES: Migrator = sqlx::migrate!("../../migrations/postgres");

/// How the stored schema stands to this program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SchemaState {
    /// No tables yet.
    Empty,
    /// Migrations are pending.
    Behind,
    /// As this program expects it.
    Current,
    /// Made by a later program; not to be touched.
    Ahead,
}

impl Db {
    /// Brings the schema up to date. Refuses a schema that is newer or was edited.
    pub async fn migrate(&self) -> Result<()> {
        let outcome = match &*self.0 {
            // The readers refuse writes, and the writer is inside its task: a migration has a connection of its own.
            Pools::Sqlite { options, .. } => match SqliteConnection::connect_with(options).await {
                Ok(mut connection) => {
                    let outcome = SQLITE.run(&mut connection).await;
                    connection.close().await?;
                    outcome
                }
                Err(error) => return Err(error.into()),
            },
            Pools::Postgres(pool) => POSTGRES.run(pool).await,
        };
        outcome.map_err(schema_error)
    }

    /// Compares the stored schema with the migrations built into this program.
    pub async fn schema_state(&self) -> Result<SchemaState> {
        let (migrator, applied) = match self.read().await?.0 {
            Handle::Sqlite(mut connection) => (&SQLITE, applied(&mut *connection).await?),
            Handle::Postgres(mut connection) => (&POSTGRES, applied(&mut *connection).await?),
            Handle::SqliteSnapshot(_) | Handle::PostgresTransaction(_) => return Err(Error::Stopped),
        };
        let newest = migrator.iter().map(|migration| migration.version).max().unwrap_or(0);
        Ok(match applied.last() {
            None => SchemaState::Empty,
            Some(version) if *version > newest => SchemaState::Ahead,
            Some(version) if *version == newest => SchemaState::Current,
            Some(_) => SchemaState::Behind,
        })
    }
}

async fn applied<C: sqlx::migrate::Migrate>(connection: &mut C) -> Result<Vec<i64>> {
    // An empty database has no such table, which is no error here.
    match connection.list_applied_migrations("_sqlx_migrations").await {
        Ok(applied) => Ok(applied.into_iter().map(|migration| migration.version).collect()),
        Err(_) => Ok(Vec::new()),
    }
}

fn schema_error(error: MigrateError) -> Error {
    match error {
        MigrateError::VersionMissing(version) => Error::Schema(format!(
            "数据库是由更新版本的程序建立的（结构版本 {version}），本程序没有改动它。请换用新版本的程序打开。"
        )),
        MigrateError::VersionMismatch(version) => {
            Error::Schema(format!("数据库结构 {version} 与程序记录的不一致，可能被改动过。数据没有改动，请恢复备份。"))
        }
        MigrateError::Execute(error) => error.into(),
        other => Error::Schema(format!("数据库结构升级没有完成：{other}")),
    }
}
