//! Empty, migrated databases for tests. `HUIYIN_TEST_ENGINE` chooses the engine (`sqlite` unless told), and
//! `HUIYIN_TEST_POSTGRES` is the URL of a throwaway PostgreSQL cluster.

use std::path::{Path, PathBuf};
use std::str::FromStr as _;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU32, Ordering};

use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _, Executor as _, PgConnection};
use tokio::sync::OnceCell;

use crate::migrate::schema_fingerprint;
use crate::{Db, DbConfig, Engine, Result};

/// A database of its own for one test; gone when dropped.
#[derive(Debug)]
pub struct Scratch {
    /// The database.
    pub db: Db,
    /// How it was opened, to open it a second time.
    pub config: DbConfig,
    place: Place,
}

#[derive(Debug)]
enum Place {
    Folder(PathBuf),
    Database { server: Box<PgConnectOptions>, name: String },
}

static NEXT: AtomicU32 = AtomicU32::new(0);
static SQLITE_TEMPLATE: OnceCell<PathBuf> = OnceCell::const_new();
static POSTGRES_TEMPLATE: OnceCell<String> = OnceCell::const_new();
static ENGINE: LazyLock<String> =
    LazyLock::new(|| std::env::var("HUIYIN_TEST_ENGINE").unwrap_or_else(|_| "sqlite".into()));

impl Scratch {
    /// A fresh database of the engine under test, made by copying a migrated one.
    pub async fn new() -> Result<Self> {
        match ENGINE.as_str() {
            "postgres" => Self::postgres().await,
            _ => Self::sqlite().await,
        }
    }

    /// A database without a table, of the engine under test.
    pub async fn unmigrated() -> Result<Self> {
        if ENGINE.as_str() == "postgres" {
            return Self::postgres_from("template0").await;
        }
        let folder = folder(&NEXT.fetch_add(1, Ordering::Relaxed).to_string());
        let config =
            DbConfig { connections: 4, ..DbConfig::new(format!("sqlite:{}", folder.join("test.db").display())) };
        Ok(Self { db: Db::create(&config).await?, config, place: Place::Folder(folder) })
    }

    async fn sqlite() -> Result<Self> {
        let template = SQLITE_TEMPLATE
            .get_or_try_init(|| async {
                let path = std::env::temp_dir().join(format!("{}.db", template_name(Engine::Sqlite)));
                if !path.exists() {
                    let making = folder("template").join("template.db");
                    let db = Db::create(&DbConfig::new(format!("sqlite:{}", making.display()))).await?;
                    db.migrate().await?;
                    db.close().await;
                    // In one step: whoever looks at the same moment finds a whole one, or makes his own.
                    std::fs::rename(&making, &path).map_err(sqlx::Error::Io)?;
                    remove(&folder("template"));
                }
                Ok::<_, crate::Error>(path)
            })
            .await?;
        let folder = folder(&NEXT.fetch_add(1, Ordering::Relaxed).to_string());
        let path = folder.join("test.db");
        std::fs::copy(template, &path).map_err(sqlx::Error::Io)?;
        // One connection for reading: whoever holds it and asks for a second is found out by the first test that passes there.
        let config = DbConfig { connections: 1, ..DbConfig::new(format!("sqlite:{}", path.display())) };
        Ok(Self { db: Db::open(&config).await?, config, place: Place::Folder(folder) })
    }

    async fn postgres() -> Result<Self> {
        let template = POSTGRES_TEMPLATE.get_or_try_init(make_template).await?;
        Self::postgres_from(template).await
    }

    async fn postgres_from(template: &str) -> Result<Self> {
        let server = server()?;
        let name = format!("t{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let mut connection = PgConnection::connect_with(&server).await?;
        // Copying files writes nothing to the log of a cluster that is thrown away.
        let copy = format!("create database {name} template {template} strategy file_copy");
        connection.execute(AssertSqlSafe(copy)).await?;
        let config = DbConfig { connections: 6, ..DbConfig::new(url_of(&server, &name)) };
        Ok(Self { db: Db::open(&config).await?, config, place: Place::Database { server: Box::new(server), name } })
    }
}

fn server() -> Result<PgConnectOptions> {
    let url = std::env::var("HUIYIN_TEST_POSTGRES").unwrap_or_else(|_| "postgres:///postgres".into());
    Ok(PgConnectOptions::from_str(&url)?)
}

/// Every test runs in a process of its own, and all of them copy what the first has made.
async fn make_template() -> Result<String> {
    let server = server()?;
    let name = template_name(Engine::Postgres);
    let mut connection = PgConnection::connect_with(&server).await?;
    // Ends with the connection.
    connection.execute("select pg_advisory_lock(7001)").await?;
    let found = sqlx::query("select 1 from pg_database where datname = $1").bind(&name);
    if found.fetch_optional(&mut connection).await?.is_none() {
        let making = format!("making_{}", std::process::id());
        connection.execute(AssertSqlSafe(format!("create database {making}"))).await?;
        let db = Db::open(&DbConfig::new(url_of(&server, &making))).await?;
        db.migrate().await?;
        db.close().await;
        connection.execute(AssertSqlSafe(format!("alter database {making} rename to {name}"))).await?;
    }
    Ok(name)
}

/// Named after its schema: a template of other migrations is another.
fn template_name(engine: Engine) -> String {
    format!("huiyin_template_{:016x}", schema_fingerprint(engine))
}

fn url_of(server: &PgConnectOptions, database: &str) -> String {
    server.clone().database(database).to_url_lossy().to_string()
}

/// The folder of this process, without what an earlier one of the same number has left.
static ROOT: LazyLock<PathBuf> = LazyLock::new(|| {
    let root = std::env::temp_dir().join(format!("huiyin-test-{}", std::process::id()));
    remove(&root);
    root
});

fn folder(name: &str) -> PathBuf {
    let folder = ROOT.join(name);
    // A test that cannot make its folder fails at the next step with the path in its message.
    let _ = std::fs::create_dir_all(&folder);
    folder
}

impl Drop for Scratch {
    fn drop(&mut self) {
        match &self.place {
            Place::Folder(folder) => {
                remove(folder);
                // Goes only when nothing is left in it.
                let _ = std::fs::remove_dir(&*ROOT);
            }
            Place::Database { server, name } => {
                let (server, name) = ((**server).clone(), name.clone());
                // Dropping needs a connection, and drop is not async; the cluster goes away after the run in any case.
                let dropped = std::thread::spawn(move || {
                    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().ok()?;
                    runtime.block_on(async {
                        let mut connection = PgConnection::connect_with(&server).await.ok()?;
                        connection
                            .execute(AssertSqlSafe(format!("drop database if exists {name} with (force)")))
                            .await
                            .ok()
                    })
                });
                let _ = dropped.join();
            }
        }
    }
}

fn remove(folder: &Path) {
    // Left-over files of a test are in the temporary folder and harm nobody.
    let _ = std::fs::remove_dir_all(folder);
}
