//! One channel a contest: whoever listens holds a place in it and nothing else.

use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::LazyLock;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::HeaderValue;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::Response;
use futures::stream::unfold;
use huiyin_base::{Id, Problem};
use huiyin_web::Site;
use parking_lot::Mutex;
use tokio::sync::watch;

use crate::contests::{seen, stage};
use crate::store::contest_find;

/// What was told last, ready to be sent, and which step it was.
type Told = (String, Bytes);

static CHANNELS: LazyLock<Mutex<HashMap<Id, watch::Sender<Told>>>> = LazyLock::new(Mutex::default);

/// Another server may have taken the step: so often somebody looks, for all listeners of this one together.
const LOOK: Duration = Duration::from_millis(800);
/// A line that means nothing keeps a connection open through whatever stands between.
const ALIVE: Duration = Duration::from_secs(25);

/// Tells all who listen here.
pub(crate) async fn tell(site: &Site, contest: Id) -> Result<(), Problem> {
    if let Some(sender) = channel(contest) {
        sender.send_replace(now(site, contest).await?);
    }
    Ok(())
}

fn channel(contest: Id) -> Option<watch::Sender<Told>> {
    CHANNELS.lock().get(&contest).cloned()
}

/// What there is to tell.
async fn now(site: &Site, contest: Id) -> Result<Told, Problem> {
    let mut tx = site.db.read().await?;
    let contest = contest_find(&mut tx, contest).await?.ok_or_else(Problem::not_found)?;
    let stage = stage(&mut tx, &contest).await?;
    let text = serde_json::to_string(&stage).map_err(Problem::broken)?;
    Ok((seen(&contest), Bytes::from(format!("data: {text}\n\n"))))
}

/// The stream of one listener.
pub(crate) async fn listen(site: &Site, contest: Id) -> Result<Response, Problem> {
    let receiver = if let Some(sender) = channel(contest) {
        sender.subscribe()
    } else {
        let first = now(site, contest).await?;
        let mut channels = CHANNELS.lock();
        let sender = channels.entry(contest).or_insert_with(|| {
            let sender = watch::Sender::new(first);
            tokio::spawn(watched(site.clone(), contest, sender.clone()));
            sender
        });
        sender.subscribe()
    };
    let stream = unfold((receiver, true), |(mut receiver, first)| async move {
        if !first {
            match tokio::time::timeout(ALIVE, receiver.changed()).await {
                Ok(Ok(())) => {}
                Ok(Err(_)) => return None,
                Err(_) => return Some((Ok::<_, Infallible>(Bytes::from_static(b":\n\n")), (receiver, false))),
            }
        }
        let told = receiver.borrow_and_update().1.clone();
        Some((Ok(told), (receiver, false)))
    });
    let mut response = Response::new(Body::from_stream(stream));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert("x-accel-buffering", HeaderValue::from_static("no"));
    Ok(response)
}

/// Looks whether another server has gone on, until nobody listens here any more.
async fn watched(site: Site, contest: Id, sender: watch::Sender<Told>) {
    loop {
        tokio::time::sleep(LOOK).await;
        {
            let mut channels = CHANNELS.lock();
            if sender.receiver_count() == 0 {
                channels.remove(&contest);
                return;
            }
        }
        match now(&site, contest).await {
            Ok(told) => {
                sender.send_if_modified(|last| {
                    let news = last.0 != told.0;
                    if news {
                        *last = told;
                    }
                    news
                });
            }
            Err(problem) => tracing::warn!(error = ?problem.source, "a live round could not be read"),
        }
    }
}
