#[cfg(feature = "scratch")]
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::LazyLock;

use rust_embed::Embed;
use sqlx::migrate::{MigrateError, Migration, MigrationType, Migrator};
use sqlx::{AssertSqlSafe, Connection as _, SqlSafeStr as _, SqliteConnection};

use crate::connect::Pools;
use crate::{Db, Engine, Error, Result, query};

#[derive(Embed)]
#[folder = "$CARGO_MANIFEST_DIR/../../migrations/sqlite"]
struct SqliteFiles;

#[derive(Embed)]
#[folder = "$CARGO_MANIFEST_DIR/../../migrations/postgres"]
struct PostgresFiles;

static SQLITE: LazyLock<Migrator> = LazyLock::new(built_in::<SqliteFiles>);
static POSTGRES: LazyLock<Migrator> = LazyLock::new(built_in::<PostgresFiles>);

/// The migrations of a folder, which lie in the program. The macro of sqlx would do the same, and compile sqlx and SQLite a second
/// time for it.
fn built_in<Files: Embed>() -> Migrator {
    Migrator::with_migrations(Files::iter().filter_map(|name| migration(&name, &Files::get(&name)?.data)).collect())
}

/// `0001_directory.sql`: its version, what it is about, and what it does.
fn migration(name: &str, sql: &[u8]) -> Option<Migration> {
    let (version, about) = name.strip_suffix(".sql")?.split_once('_')?;
    let sql = AssertSqlSafe(String::from_utf8(sql.to_vec()).ok()?).into_sql_str();
    Some(Migration::new(version.parse().ok()?, about.replace('_', " ").into(), MigrationType::Simple, sql, false))
}

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
            // The readers refuse writes, and the writer is in its thread: a migration has a connection of its own.
            Pools::Sqlite { place, .. } => match SqliteConnection::connect_with(&place.migrating()).await {
                Ok(mut connection) => {
                    let outcome = SQLITE.run(&mut connection).await;
                    connection.close().await?;
                    outcome
                }
                Err(error) => return Err(error.into()),
            },
            Pools::Postgres { writers, .. } => POSTGRES.run(writers.lend().await?.connection()?).await,
        };
        outcome.map_err(schema_error)
    }

    /// Compares the stored schema with the migrations built into this program.
    pub async fn schema_state(&self) -> Result<SchemaState> {
        let mut tx = self.read().await?;
        let migrator = if tx.engine() == Engine::Sqlite { &*SQLITE } else { &*POSTGRES };
        // An empty database has no such table. Any other failure must not pass for an empty one: this guards what is
        // migrated and what a backup is put back into.
        let known = match tx.engine() {
            Engine::Sqlite => "select count(*) from sqlite_master where type = 'table' and name = '_sqlx_migrations'",
            Engine::Postgres => {
                "select count(*) from pg_class where relname = '_sqlx_migrations' and pg_table_is_visible(oid)"
            }
        };
        if query(known).fetch_scalar::<i64>(&mut tx).await? == 0 {
            return Ok(SchemaState::Empty);
        }
        let applied = query("select version from _sqlx_migrations order by version").fetch_column::<i64>(&mut tx);
        let applied = applied.await?;
        let newest = migrator.iter().map(|migration| migration.version).max().unwrap_or(0);
        Ok(match applied.last() {
            None => SchemaState::Empty,
            Some(version) if *version > newest => SchemaState::Ahead,
            Some(version) if *version == newest => SchemaState::Current,
            Some(_) => SchemaState::Behind,
        })
    }
}

/// What tells one set of migrations from another.
#[cfg(feature = "scratch")]
pub(crate) fn schema_fingerprint(engine: Engine) -> u64 {
    let migrator = if engine == Engine::Sqlite { &*SQLITE } else { &*POSTGRES };
    let mut hasher = DefaultHasher::new();
    for migration in migrator.iter() {
        migration.checksum.hash(&mut hasher);
    }
    hasher.finish()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_is_a_migration_and_both_engines_have_the_same() {
        assert_eq!(SqliteFiles::iter().count(), SQLITE.iter().count());
        assert_eq!(PostgresFiles::iter().count(), POSTGRES.iter().count());
        let named = |of: &Migrator| -> Vec<_> { of.iter().map(|one| (one.version, one.description.clone())).collect() };
        assert_eq!(named(&SQLITE), named(&POSTGRES));
        assert!(SQLITE.version_exists(1) && SQLITE.iter().is_sorted());
    }
}
