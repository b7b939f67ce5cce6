//! Kinds made in the administration, as this server knows them: read again after a while by whoever asks next, so that several servers
//! follow each other within seconds and a request costs nothing.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};
use std::time::Duration;

use huiyin_base::{Problem, WorkCalendar};
use huiyin_db::Db;
use tokio::time::Instant;

use crate::{Cases, Kind, store};

/// A publication elsewhere is known after so long.
const STALE: Duration = Duration::from_secs(2);

/// One database's kinds, and when they were read.
#[derive(Clone, Debug)]
struct Read {
    kinds: Arc<Vec<Kind>>,
    at: Instant,
}

type Shelf = HashMap<usize, Read>;

static SHELF: LazyLock<Mutex<Shelf>> = LazyLock::new(Mutex::default);

fn shelf<T>(look: impl FnOnce(&mut Shelf) -> T) -> T {
    look(&mut SHELF.lock().unwrap_or_else(PoisonError::into_inner))
}

/// The built-in kinds with those that were made, as far as they are known; reads them again in the background when it is time.
pub(crate) fn known(db: &Db, built_in: &Arc<Vec<Kind>>) -> Arc<Vec<Kind>> {
    let key = db.key();
    let found = shelf(|shelf| {
        let read = shelf.get_mut(&key)?;
        let stale = read.at.elapsed() > STALE;
        if stale {
            // Whoever asks meanwhile does not read as well.
            read.at = Instant::now();
        }
        Some((Arc::clone(&read.kinds), stale))
    });
    let stale = found.as_ref().is_none_or(|(_, stale)| *stale);
    if let (true, Ok(running)) = (stale, tokio::runtime::Handle::try_current()) {
        let (db, built_in) = (db.clone(), Arc::clone(built_in));
        shelf(|shelf| {
            shelf.entry(key).or_insert_with(|| Read { kinds: Arc::clone(&built_in), at: Instant::now() });
        });
        running.spawn(async move {
            if let Err(problem) = read(&db, &built_in).await {
                tracing::warn!(%problem, "the kinds that were made could not be read");
            }
        });
    }
    found.map_or_else(|| Arc::clone(built_in), |(kinds, _)| kinds)
}

async fn read(db: &Db, built_in: &Arc<Vec<Kind>>) -> Result<Arc<Vec<Kind>>, Problem> {
    let made = store::kind_rules(&mut db.read().await?).await?;
    let mut kinds = built_in.as_ref().clone();
    for rules in made {
        // What was published was read before; a word that a newer program no longer knows keeps the others working.
        match Kind::parse(&rules) {
            // A version of one's own of a kind that comes with the program stands beside it.
            Ok(kind) if !built_in.iter().any(|known| (&known.name, known.version) == (&kind.name, kind.version)) => {
                kinds.push(kind);
            }
            Ok(_) => {}
            Err(error) => tracing::error!(%error, "a kind that was made cannot be read"),
        }
    }
    let kinds = Arc::new(kinds);
    let read = Read { kinds: Arc::clone(&kinds), at: Instant::now() };
    shelf(|shelf| shelf.insert(db.key(), read));
    Ok(kinds)
}

/// A kind as it comes with the program, where it is handed down: then it may have versions of one's own.
pub(crate) fn shipped(calendar: &Arc<WorkCalendar>, name: &str) -> Result<Option<&'static Kind>, Problem> {
    Ok(crate::cases::built_in(calendar)?.kind(name).filter(|kind| kind.is_issued()))
}

impl Cases {
    /// The same, knowing the kind at this version, or at any: a server that was just started, or is seconds behind another, reads them
    /// again.
    pub async fn knowing(self, name: &str, version: Option<i64>) -> Result<Self, Problem> {
        let known = match version {
            Some(version) => self.book.kind_at(name, version),
            None => self.book.kind(name),
        };
        if known.is_some() { Ok(self) } else { self.fresh().await }
    }

    /// The same with every kind that is published now.
    pub async fn fresh(mut self) -> Result<Self, Problem> {
        self.book.kinds = read(&self.db, &crate::cases::built_in(&self.book.calendar)?.kinds).await?;
        Ok(self)
    }
}
