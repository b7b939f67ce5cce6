//! PostgreSQL is another process: a statement is sent, and its answer waited for. Every such way costs several times what a
//! page's statements cost the server, so that none is made that brings no answer: nobody asks whether a connection still lives
//! when it comes back, and the end of a view is sent and not waited for.

use std::sync::Arc;
use std::time::{Duration, Instant};

use futures::{FutureExt as _, TryStreamExt as _};
use sqlx::postgres::{PgArguments, PgConnectOptions};
use sqlx::query::Query;
use sqlx::{Connection as _, Executor as _, PgConnection, Postgres};

use crate::lend::{Home, Shelf, WAIT};
use crate::row::Inner;
use crate::{Error, Result, Row};

/// A server keeps for each connection what it has learnt; now and then that is let go.
const OLDEST: Duration = Duration::from_mins(30);

/// Who has not been heard of for so long is asked whether he still lives: the server may have been started anew, and a firewall
/// forgets.
const SILENT: Duration = Duration::from_secs(30);

/// Connections to one database.
#[derive(Debug)]
pub(crate) struct Pgs {
    options: Arc<PgConnectOptions>,
    shelf: Shelf<Open>,
}

/// A connection, since when it is open, and since when nobody has it.
#[derive(Debug)]
struct Open {
    connection: PgConnection,
    since: Instant,
    idle_since: Instant,
}

/// A connection on loan, which goes back when it is dropped.
#[derive(Debug)]
pub(crate) struct Pg {
    open: Option<Open>,
    home: Option<Home<Open>>,
    /// From asking to the last of the answer. Who stops listening in the middle leaves the rest to the next one: the connection is
    /// closed instead.
    asking: bool,
    in_transaction: bool,
    /// Nothing was asked since the transaction was begun, whose answer is not read yet.
    begun: bool,
}

impl Pgs {
    /// At most `most` connections; opens the first, so that a wrong address is told at once.
    pub(crate) async fn connect(options: Arc<PgConnectOptions>, most: u32) -> Result<Self> {
        let pgs = Self { options, shelf: Shelf::new(most) };
        drop(pgs.lend().await?);
        Ok(pgs)
    }

    /// A connection as soon as one is free, outside any transaction.
    pub(crate) async fn lend(&self) -> Result<Pg> {
        let (home, mut kept) = self.shelf.lend().await?;
        if let Some(open) = &mut kept {
            let silent = open.idle_since.elapsed() > SILENT;
            if open.since.elapsed() > OLDEST || (silent && open.connection.ping().await.is_err()) {
                kept = None;
            }
        }
        let open = match kept {
            Some(open) => open,
            None => self.open().await?,
        };
        Ok(Pg { open: Some(open), home: Some(home), asking: false, in_transaction: false, begun: false })
    }

    /// A new connection. A server that is just being started is waited for, and one that does not answer not for ever.
    async fn open(&self) -> Result<Open> {
        const PAUSE: Duration = Duration::from_millis(100);
        let asked = Instant::now();
        loop {
            let answer = tokio::time::timeout(WAIT, PgConnection::connect_with(&self.options)).await;
            match answer.unwrap_or_else(|_| Err(sqlx::Error::Io(std::io::ErrorKind::TimedOut.into()))) {
                Ok(connection) => return Ok(Open { connection, since: Instant::now(), idle_since: Instant::now() }),
                Err(error) if is_starting(&error) && asked.elapsed() < WAIT => tokio::time::sleep(PAUSE).await,
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// Waits for those on loan and closes all.
    pub(crate) async fn close(&self) {
        for open in self.shelf.close().await {
            // A server that is gone needs no farewell.
            let _gone = open.connection.close().await;
        }
    }
}

impl Pg {
    /// The driver's own connection.
    pub(crate) fn connection(&mut self) -> Result<&mut PgConnection> {
        self.open.as_mut().map(|open| &mut open.connection).ok_or(Error::Stopped)
    }

    /// Begins a transaction, which is undone at the end of the loan unless it was committed.
    pub(crate) async fn begin(&mut self, how: &'static str) -> Result<()> {
        self.asking = true;
        // Only who is owed nothing may send without waiting: else the driver would first wait for what it is owed.
        let quiet = self.connection()?.flush().await;
        self.answered(quiet).await?;
        self.asking = true;
        let sent = send(self.connection()?, how);
        self.answered(sent).await?;
        self.in_transaction = true;
        self.begun = true;
        Ok(())
    }

    /// Makes the transaction last.
    pub(crate) async fn commit(&mut self) -> Result<()> {
        self.asking = true;
        let done = self.connection()?.execute("commit").await;
        self.answered(done).await?;
        self.in_transaction = false;
        Ok(())
    }

    /// Runs a statement; gives the number of rows it touched.
    pub(crate) async fn execute(&mut self, query: Query<'_, Postgres, PgArguments>) -> Result<u64> {
        self.asking = true;
        let done = self.connection()?.execute(query).await;
        Ok(self.answered(done).await?.rows_affected())
    }

    /// Gives every row to `take` as it arrives, until it says that it has enough. What the server sends beyond is read as well: who
    /// asks next would have to.
    pub(crate) async fn each(
        &mut self,
        query: Query<'_, Postgres, PgArguments>,
        mut take: impl FnMut(&Row<'_>) -> Result<bool>,
    ) -> Result<()> {
        self.asking = true;
        let mut rows = self.connection()?.fetch(query);
        let mut taken = Ok(true);
        let end = loop {
            match rows.try_next().await {
                Ok(Some(row)) if matches!(taken, Ok(true)) => taken = take(&Row::new(Inner::Postgres(&row))),
                Ok(Some(_)) => {}
                Ok(None) => break Ok(()),
                Err(error) => break Err(error),
            }
        };
        drop(rows);
        self.answered(end).await?;
        taken.map(|_| ())
    }

    /// The server has answered. Its refusal leaves nothing to be read; whatever else went wrong, the connection is not used again.
    async fn answered<T: Send>(&mut self, mut answer: Result<T, sqlx::Error>) -> Result<T> {
        if let Err(sqlx::Error::Database(_)) = &answer
            && let Err(error) = self.connection()?.flush().await
        {
            answer = Err(error);
        }
        self.begun = false;
        self.asking = matches!(&answer, Err(error) if !matches!(error, sqlx::Error::Database(_)));
        if let (true, Some(home)) = (self.asking, &self.home) {
            home.forget_others();
        }
        Ok(answer?)
    }
}

impl Drop for Pg {
    fn drop(&mut self) {
        let (Some(mut open), Some(home)) = (self.open.take(), self.home.take()) else { return };
        if self.asking || self.begun {
            return;
        }
        if self.in_transaction && send(&mut open.connection, "rollback").is_err() {
            return;
        }
        open.idle_since = Instant::now();
        home.take_back(open);
    }
}

fn is_starting(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(cause) => cause.kind() == std::io::ErrorKind::ConnectionRefused,
        sqlx::Error::Database(cause) => cause.code().as_deref() == Some("57P03"),
        _ => false,
    }
}

/// Sends a statement that has no rows, on a connection that owes no answer. The answer is read by whoever asks next, who is told if
/// it failed: the driver reads what it is owed before it sends anything.
fn send(connection: &mut PgConnection, sql: &'static str) -> Result<(), sqlx::Error> {
    // Whatever budget the task has left: what is not sent now might never be.
    match tokio::task::unconstrained(connection.execute(sql)).now_or_never() {
        Some(Err(error)) => Err(error),
        Some(Ok(_)) | None => Ok(()),
    }
}
