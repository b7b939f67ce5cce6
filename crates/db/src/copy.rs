//! Copies of a whole database while others go on writing, and what brings a copy back.

use std::path::{Path, PathBuf};
use std::str::FromStr as _;

use sqlx::ConnectOptions as _;
use sqlx::postgres::{PgConnectOptions, PgSslMode};
use tokio::process::Command;

use crate::connect::Pools;
use crate::dialect::sqlite::Place;
use crate::lite::Lite;
use crate::tx::Handle;
use crate::{Db, DbConfig, Error, Result, SchemaState, Tx, query};

impl Db {
    /// Writes one consistent copy to `target`, which must not exist, and gives a view of exactly what was copied.
    ///
    /// SQLite: a database file (`vacuum into`). PostgreSQL: what `pg_dump --format=custom` writes from the same snapshot.
    pub async fn copy_to(&self, config: &DbConfig, target: &Path) -> Result<Tx> {
        match &*self.0 {
            Pools::Sqlite { place, .. } => copy_sqlite(place.clone(), target.to_path_buf()).await,
            Pools::Postgres { .. } => {
                let mut view = self.snapshot().await?;
                let snapshot: String = query("select pg_export_snapshot()").fetch_scalar(&mut view).await?;
                let options = PgConnectOptions::from_str(&config.url)?;
                let mut command = tool("pg_dump", &options)?;
                command.args(["--format=custom", "--no-owner", "--no-privileges", "--compress=1"]);
                command.arg(format!("--snapshot={snapshot}")).arg(format!("--file={}", target.display()));
                run("pg_dump", command).await?;
                Ok(view)
            }
        }
    }

    /// Brings a copy back into an empty place: a SQLite file that does not exist yet, or an empty PostgreSQL database.
    pub async fn restore(config: &DbConfig, copy: &Path) -> Result<()> {
        if config.url.starts_with("sqlite:") {
            let file = Place::of(&config.url)?.file;
            if file.exists() {
                return Err(Error::Copy(format!(
                    "数据库 {} 已经存在，恢复只写到空的地方，没有改动它。",
                    file.display()
                )));
            }
            tokio::fs::copy(copy, &file).await.map_err(sqlx::Error::Io)?;
            return Ok(tokio::fs::File::open(&file)
                .await
                .map_err(sqlx::Error::Io)?
                .sync_all()
                .await
                .map_err(sqlx::Error::Io)?);
        }
        let db = Self::open(config).await?;
        let state = db.schema_state().await?;
        db.close().await;
        if state != SchemaState::Empty {
            return Err(Error::Copy("目标数据库不是空的，恢复只写到空的数据库，没有改动它。".into()));
        }
        let options = PgConnectOptions::from_str(&config.url)?;
        let mut command = tool("pg_restore", &options)?;
        command.args(["--exit-on-error", "--no-owner", "--no-privileges", "--single-transaction"]);
        command.arg(format!("--dbname={}", options.get_database().unwrap_or("postgres"))).arg(copy);
        run("pg_restore", command).await
    }

    /// What the engine itself finds wrong with its file; PostgreSQL is looked after by its own server.
    pub async fn damage(&self) -> Result<Vec<String>> {
        if self.engine() == crate::Engine::Postgres {
            return Ok(Vec::new());
        }
        let mut tx = self.read().await?;
        let found: Vec<String> = query("pragma integrity_check").fetch_column(&mut tx).await?;
        Ok(found.into_iter().filter(|line| line != "ok").collect())
    }
}

async fn copy_sqlite(place: Place, target: PathBuf) -> Result<Tx> {
    // A whole copy takes as long as the disk does, so it is made aside.
    let copied = tokio::task::spawn_blocking(move || {
        // The readers refuse `vacuum into`, so the copy has a connection of its own; the writer goes on beside it.
        place.writer(false)?.execute("vacuum into ?", [target.display().to_string()])?;
        Place { file: target }.finished()
    });
    Ok(Tx(Handle::Sqlite(Lite::own(copied.await.map_err(|_| Error::Stopped)??))))
}

/// A program of PostgreSQL with the address in its environment, so that no list of processes shows a password.
fn tool(name: &str, options: &PgConnectOptions) -> Result<Command> {
    let mut command = Command::new(program(name)?);
    let address = options.to_url_lossy();
    let password = address.password().unwrap_or_default();
    let password = percent_encoding::percent_decode_str(password).decode_utf8_lossy().into_owned();
    let host = options.get_socket().map_or_else(|| options.get_host().to_owned(), |path| path.display().to_string());
    command
        .env("PGHOST", host)
        .env("PGPORT", options.get_port().to_string())
        .env("PGUSER", options.get_username())
        .env("PGDATABASE", options.get_database().unwrap_or("postgres"))
        .env("PGSSLMODE", ssl_mode(options.get_ssl_mode()))
        .kill_on_drop(true);
    if !password.is_empty() {
        command.env("PGPASSWORD", password);
    }
    Ok(command)
}

fn ssl_mode(mode: PgSslMode) -> &'static str {
    match mode {
        PgSslMode::Disable => "disable",
        PgSslMode::Allow => "allow",
        PgSslMode::Prefer => "prefer",
        PgSslMode::Require => "require",
        PgSslMode::VerifyCa => "verify-ca",
        PgSslMode::VerifyFull => "verify-full",
    }
}

/// The newest one that Debian's packages brought, or whatever the path has: an older one refuses a newer server.
fn program(name: &str) -> Result<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().filter_map(Result::ok);
    let newest = versions
        .filter_map(|entry| {
            Some((entry.file_name().to_str()?.parse::<u32>().ok()?, entry.path().join("bin").join(name)))
        })
        .filter(|(_, path)| path.exists())
        .max();
    let in_path = || {
        std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default())
            .map(|folder| folder.join(name))
            .find(|path| path.exists())
    };
    newest.map(|(_, path)| path).or_else(in_path).ok_or_else(|| {
        Error::Copy(format!(
            "没有找到 {name}。请安装与服务器同版本的 PostgreSQL 客户端（Debian：postgresql-client），再运行这条命令。"
        ))
    })
}

async fn run(name: &str, mut command: Command) -> Result<()> {
    let output = command.output().await.map_err(sqlx::Error::Io)?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let last = said.lines().rfind(|line| !line.trim().is_empty()).unwrap_or("没有说明原因").to_owned();
    Err(Error::Copy(format!("{name} 没有完成：{last}")))
}
