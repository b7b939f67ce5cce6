//! One round of the kill test: many submissions at once, a power cut in the middle, and every receipt that was shown.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::Mutex;

use super::http::{Client, photo, problem, township};
use super::program;

/// What a page says of a photo that is accepted and not yet cleaned.
const WAITING: &str = "张照片正在处理";

/// What a round came to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Round {
    /// Receipts that were shown before the cut.
    pub(crate) shown: usize,
    /// Of these, those that exist after the restart.
    pub(crate) kept: usize,
    /// Of these, those whose photo came with them.
    pub(crate) with_photo: usize,
}

/// Sends `submissions` over `connections` to the demo city in `folder`, kills the server once `after` receipts were shown,
/// starts it again and asks for every receipt. `round` keeps the rounds' submissions apart.
pub(crate) async fn round(
    binary: &Path,
    folder: &Path,
    round: usize,
    submissions: usize,
    connections: usize,
    after: usize,
) -> Round {
    let server = program::serve(binary, folder).await;
    let mut first = Client::connect(&server.host).await.expect("a connection");
    let town = township(&mut first).await.expect("a township");
    let (next, shown) = (Arc::new(AtomicUsize::new(0)), Arc::new(Mutex::new(Vec::new())));
    let mut senders = Vec::new();
    for sender in 0..connections {
        let (host, town, next, shown) = (server.host.clone(), town.clone(), Arc::clone(&next), Arc::clone(&shown));
        let picture = photo(u32::try_from(round * 1000 + sender).expect("small"), 12);
        senders.push(tokio::spawn(async move {
            let Ok(mut client) = Client::connect(&host).await else { return };
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                if number >= submissions {
                    return;
                }
                let form = problem(&town, &format!("kill-{round}-{number}"), &[&picture]);
                // Whoever sees no receipt may send again; only what was shown must be there.
                let Ok(answer) = client.post("/problems", &form).await else { return };
                assert_eq!(answer.status, 303, "{}", answer.text());
                let mut shown = shown.lock().await;
                shown.extend(answer.cookie);
            }
        }));
    }
    while shown.lock().await.len() < after {
        tokio::task::yield_now().await;
    }
    server.kill().await;
    for sender in senders {
        sender.await.expect("a sender ends");
    }
    let receipts = std::mem::take(&mut *shown.lock().await);
    let server = program::serve(binary, folder).await;
    let mut client = Client::connect(&server.host).await.expect("a connection");
    let (mut kept, mut with_photo) = (0, 0);
    for receipt in &receipts {
        let page = client.get("/follow/case", Some(receipt)).await.expect("an answer");
        kept += usize::from(page.status == 200);
    }
    for receipt in &receipts {
        with_photo += usize::from(photo_is_there(&mut client, receipt).await);
    }
    assert!(server.stop().await, "the server ends well after the cut");
    Round { shown: receipts.len(), kept, with_photo }
}

/// The picture itself, or the word that it is still being cleaned: a job that the cut interrupted waits for its lease to
/// end. That the content of such a photo is there is what `huiyin check files` looks at.
async fn photo_is_there(client: &mut Client, receipt: &str) -> bool {
    let Ok(page) = client.get("/follow/case", Some(receipt)).await else { return false };
    let text = page.text();
    let Some(path) = text.split("/photos/").nth(1).and_then(|rest| rest.split(['"', '?', '&']).next()) else {
        return text.contains(WAITING);
    };
    let picture = client.get(&format!("/photos/{path}"), Some(receipt)).await;
    picture.is_ok_and(|picture| picture.status == 200 && picture.body.starts_with(&[0xff, 0xd8]))
}
