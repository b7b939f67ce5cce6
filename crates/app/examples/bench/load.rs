//! Closed loops: every connection sends its next request when it has the answer to the last.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use crate::support::http::{Answer, Client, Multipart};

/// How long one loop may take at most.
const LONGEST: Duration = Duration::from_mins(1);

/// What a loop came to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Run {
    /// Answers a second.
    pub(crate) rate: f64,
    /// Half of the answers came within.
    pub(crate) p50: Duration,
    /// All but a hundredth came within.
    pub(crate) p99: Duration,
    /// Answers.
    pub(crate) count: usize,
}

/// One request of a loop.
pub(crate) enum Ask {
    /// A page, with a cookie where one is given.
    Page(String, Option<Arc<str>>),
    /// A report.
    Report(Multipart),
}

/// Sends `count` requests over `connections`; `ask` makes the n-th. `good` says which status is a success.
pub(crate) async fn run(
    host: &str,
    connections: usize,
    count: usize,
    good: u16,
    ask: impl Fn(usize) -> Ask + Send + Sync + 'static,
) -> anyhow::Result<Run> {
    let (next, ask) = (Arc::new(AtomicUsize::new(0)), Arc::new(ask));
    let begun = Instant::now();
    let mut loops = Vec::new();
    for _ in 0..connections {
        let (host, next, ask) = (host.to_owned(), Arc::clone(&next), Arc::clone(&ask));
        loops.push(tokio::spawn(async move {
            let mut client = Client::connect(&host).await?;
            let mut took = Vec::new();
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                if number >= count || begun.elapsed() > LONGEST {
                    return Ok::<_, io::Error>(took);
                }
                let request = ask(number);
                let sent = Instant::now();
                let answer = send(&mut client, &request).await?;
                took.push(sent.elapsed());
                if answer.status != good {
                    return Err(io::Error::other(format!("{} instead of {good}: {}", answer.status, answer.text())));
                }
            }
        }));
    }
    let mut took = Vec::new();
    for one in loops {
        took.extend(one.await??);
    }
    let seconds = begun.elapsed().as_secs_f64();
    took.sort_unstable();
    let at = |permille: usize| took.get((took.len() * permille / 1000).min(took.len().saturating_sub(1))).copied();
    Ok(Run {
        rate: number(took.len()) / seconds,
        p50: at(500).unwrap_or_default(),
        p99: at(990).unwrap_or_default(),
        count: took.len(),
    })
}

async fn send(client: &mut Client, ask: &Ask) -> io::Result<Answer> {
    match ask {
        Ask::Page(path, cookie) => client.get(path, cookie.as_deref()).await,
        Ask::Report(form) => client.post("/problems", form).await,
    }
}

/// A count as a number to divide by.
pub(crate) fn number(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}
