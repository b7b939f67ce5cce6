//! SQLite has one writer. Writes that arrive while it is busy share the next commit, each in its own savepoint.

use std::panic::AssertUnwindSafe;
use std::time::Duration;

use futures::FutureExt as _;
use futures::future::BoxFuture;
use huiyin_base::Problem;
use rusqlite::Connection;
use tokio::runtime;
use tokio::sync::{Mutex, mpsc, oneshot};

use crate::lite::Lite;
use crate::tx::{Handle, Tx};
use crate::{Error, Result, WriteFuture};

/// Hands closures to the writing thread.
#[derive(Debug)]
pub(crate) struct Writer {
    queue: Mutex<Option<mpsc::Sender<Box<dyn Write>>>>,
    sender: mpsc::WeakSender<Box<dyn Write>>,
    ended: Mutex<Option<oneshot::Receiver<()>>>,
}

impl Writer {
    /// Starts the thread on its connection. It ends when the queue does.
    pub(crate) fn start(connection: Connection, group_size: usize, commit_delay: Duration) -> Result<Self> {
        let (sender, receiver) = mpsc::channel(4096);
        let (end, ended) = oneshot::channel();
        let group =
            Group { tx: Tx(Handle::Sqlite(Lite::own(connection))), most_writes: group_size.max(1), commit_delay };
        let runtime = runtime::Handle::current();
        let body = move || {
            runtime.block_on(group.run(receiver));
            // Whoever waits for the end may have gone away.
            let _ = end.send(());
        };
        std::thread::Builder::new().name("writer".into()).spawn(body).map_err(sqlx::Error::Io)?;
        let weak = sender.downgrade();
        Ok(Self { queue: Mutex::new(Some(sender)), sender: weak, ended: Mutex::new(Some(ended)) })
    }

    pub(crate) async fn write<T, F>(&self, name: &'static str, closure: F) -> Result<T, Problem>
    where
        T: Send + 'static,
        F: for<'a> Fn(&'a mut Tx) -> WriteFuture<'a, T> + Send + Sync + 'static,
    {
        let (answer, answered) = oneshot::channel();
        let write = Box::new(Closure { name, body: closure, outcome: None, answer: Some(answer) });
        let sender = self.sender.upgrade().ok_or(Error::Stopped)?;
        sender.send(write).await.map_err(|_| Error::Stopped)?;
        drop(sender);
        answered.await.map_err(|_| Error::Stopped)?
    }

    /// Lets the queue run empty, then stops the thread.
    pub(crate) async fn stop(&self) {
        self.queue.lock().await.take();
        if let Some(ended) = self.ended.lock().await.take() {
            // A panic in the thread was already answered to every waiting writer.
            let _ = ended.await;
        }
    }
}

/// One closure with its type erased.
trait Write: Send {
    /// Runs it; false when it refused and its savepoint is to be undone.
    fn run<'a>(&'a mut self, tx: &'a mut Tx) -> BoxFuture<'a, bool>;
    /// Answers the caller. `committed` is false when the group's commit failed.
    fn answer(&mut self, committed: Result<()>);
}

struct Closure<T, F> {
    name: &'static str,
    body: F,
    outcome: Option<Result<T, Problem>>,
    answer: Option<oneshot::Sender<Result<T, Problem>>>,
}

impl<T, F> Write for Closure<T, F>
where
    T: Send,
    F: for<'a> Fn(&'a mut Tx) -> WriteFuture<'a, T> + Send + Sync,
{
    fn run<'a>(&'a mut self, tx: &'a mut Tx) -> BoxFuture<'a, bool> {
        Box::pin(async move {
            // A panic in one closure must not take the writer and its neighbours down, also one before its future is made.
            let body = &self.body;
            let outcome = AssertUnwindSafe(async move { body(tx).await }).catch_unwind().await;
            let outcome = outcome.unwrap_or_else(|_| Err(Error::Panicked(self.name).into()));
            let accepted = outcome.is_ok();
            self.outcome = Some(outcome);
            accepted
        })
    }

    fn answer(&mut self, committed: Result<()>) {
        let outcome = match (self.outcome.take(), committed) {
            (Some(outcome), Ok(())) => outcome,
            (Some(Err(refused)), Err(_)) => Err(refused),
            (_, Err(error)) => Err(error.into()),
            (None, Ok(())) => Err(Error::Stopped.into()),
        };
        if let Some(answer) = self.answer.take() {
            // The caller may have gone away; what it wrote stays written.
            let _ = answer.send(outcome);
        }
    }
}

struct Group {
    tx: Tx,
    most_writes: usize,
    commit_delay: Duration,
}

impl Group {
    async fn run(mut self, mut queue: mpsc::Receiver<Box<dyn Write>>) {
        let mut writes = Vec::new();
        while queue.recv_many(&mut writes, self.most_writes).await > 0 {
            if let Err(error) = self.commit_together(&mut writes).await {
                tracing::warn!(error = %error, writes = writes.len(), "group commit failed; each write runs alone");
                for write in &mut writes {
                    let committed = self.commit_together(std::slice::from_mut(write)).await;
                    write.answer(committed);
                }
            } else {
                for write in &mut writes {
                    write.answer(Ok(()));
                }
            }
            writes.clear();
        }
        // Leaves one whole file behind, so that a copy of it is a copy of the data.
        if let Err(error) = self.statement("pragma wal_checkpoint(truncate)") {
            tracing::warn!(error = %error, "the log was not folded into the database file");
        }
    }

    async fn commit_together(&mut self, writes: &mut [Box<dyn Write>]) -> Result<()> {
        self.statement("begin immediate")?;
        let outcome = self.run_each(writes).await;
        let (keeps, committed) = match outcome {
            Ok(true) => {
                if !self.commit_delay.is_zero() {
                    tokio::time::sleep(self.commit_delay).await;
                }
                (true, self.statement("commit"))
            }
            Ok(false) => (false, Ok(())),
            Err(error) => (false, Err(error)),
        };
        if !keeps || committed.is_err() {
            // Fails when the transaction has ended itself; there is nothing left to undo then.
            let _ = self.statement("rollback");
        }
        committed
    }

    /// Runs them one after the other; false when there is nothing to commit.
    ///
    /// Whoever is alone needs no savepoint, the transaction is his. A savepoint keeps each page that was changed since it began, and the
    /// engine walks over them at the end of every statement: a tenth of the time of a long write.
    async fn run_each(&mut self, writes: &mut [Box<dyn Write>]) -> Result<bool> {
        if let [write] = writes {
            return Ok(write.run(&mut self.tx).await);
        }
        for write in writes {
            self.statement("savepoint one")?;
            if !write.run(&mut self.tx).await {
                self.statement("rollback to one")?;
            }
            self.statement("release one")?;
        }
        Ok(true)
    }

    fn statement(&mut self, sql: &'static str) -> Result<()> {
        if let Handle::Sqlite(connection) = &mut self.tx.0 {
            connection.execute(sql, &[])?;
        }
        Ok(())
    }
}
