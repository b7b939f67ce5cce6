//! A live round: ten thousand listen, a question is asked, and the last of them has it within a second.

use std::io;
use std::sync::Arc;
use std::time::{Duration, Instant};

use huiyin_directory::Role;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::mpsc;

use crate::load::number;
use crate::reading::sign_in;
use crate::report::{Report, milliseconds};
use crate::server::{Bench, Running};
use crate::support::http::{Answer, Client};

const LISTENERS: usize = 10_000;
/// How long the last of them may take, and how long anybody is waited for.
const WITHIN: Duration = Duration::from_secs(1);
const LONGEST: Duration = Duration::from_secs(30);

/// The measure.
pub(crate) async fn live(bench: &Bench, report: &mut Report) -> anyhow::Result<()> {
    let server = Running::start(bench).await?;
    let mut client = Client::connect(&server.host).await?;
    let session: Arc<str> = sign_in(bench, &mut client, Role::CityStaff).await?.into();
    let id = contest(&mut client, &session).await?;
    let (before, _) = server.memory();
    let (told, mut heard) = mpsc::unbounded_channel();
    for _ in 0..LISTENERS {
        let (host, session, id, told) = (server.host.clone(), Arc::clone(&session), id.clone(), told.clone());
        tokio::spawn(async move {
            // Whoever is cut off is missing from the count below.
            let _ = listen(&host, &id, &session, &told).await;
        });
        // A crowd that connects in the same instant is another measure.
        tokio::time::sleep(Duration::from_micros(300)).await;
    }
    gather(&mut heard).await?;
    let (after, _) = server.memory();
    let page = client.get(&format!("/contests/{id}"), Some(&session)).await?.text();
    let known = between(&page, "name=\"known\" value=\"", "\"").unwrap_or_default().replace('/', "%2F");
    let asked = Instant::now();
    let answer = post(&mut client, &session, &format!("/contests/{id}/step"), &format!("known={known}")).await?;
    anyhow::ensure!(answer.status == 303, "the question was not asked: {} {}", answer.status, answer.text());
    let mut took: Vec<Duration> = gather(&mut heard).await?.into_iter().map(|at| at.duration_since(asked)).collect();
    took.sort_unstable();
    let p99 = took.get(took.len() * 99 / 100).copied().unwrap_or(LONGEST);
    let kilobytes = number(usize::try_from(after.saturating_sub(before))?) * 1024.0 / number(LISTENERS);
    let found = format!("p99 {}, {kilobytes:.0} kB of memory a connection", milliseconds(p99));
    report.promise(p99 < WITHIN, "a live round: a question reaches 10,000 within 1 s (p99)", &found);
    server.stop().await
}

/// A contest that is asked live from its first question on, made as its keeper makes it; its id.
async fn contest(client: &mut Client, session: &str) -> anyhow::Result<String> {
    let page = client.get("/contests/new", Some(session)).await?.text();
    let nonce = between(&page, "name=\"nonce\" value=\"", "\"").ok_or_else(|| anyhow::anyhow!("no form"))?;
    let body = format!("title=live&note=&kind=alone&category=&seconds=20&rounds=1&each=5&nonce={nonce}");
    let answer = post(client, session, "/contests", &body).await?;
    let made = answer.location.as_deref().and_then(|to| to.rsplit_once("/contests/"));
    let id = made.map(|(_, id)| id.split('?').next().unwrap_or(id).to_owned());
    id.ok_or_else(|| anyhow::anyhow!("no contest was made: {} {}", answer.status, answer.text()))
}

async fn post(client: &mut Client, session: &str, path: &str, body: &str) -> io::Result<Answer> {
    let kind = "content-type: application/x-www-form-urlencoded";
    let head = client.head("POST", path, Some(session));
    let head = format!("{head}sec-fetch-site: same-origin\r\n{kind}\r\ncontent-length: {}\r\n\r\n", body.len());
    client.send(&[head.as_bytes(), body.as_bytes()]).await
}

fn between(text: &str, start: &str, end: &str) -> Option<String> {
    let (_, rest) = text.split_once(start)?;
    rest.split_once(end).map(|(found, _)| found.to_owned())
}

/// Says when each news came.
async fn listen(host: &str, id: &str, session: &str, told: &mpsc::UnboundedSender<Instant>) -> anyhow::Result<()> {
    let mut stream = TcpStream::connect(host).await?;
    let request = format!("GET /contests/{id}/events HTTP/1.1\r\nhost: {host}\r\ncookie: {session}\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    let mut piece = [0_u8; 4_096];
    let mut last = Vec::new();
    loop {
        let read = stream.read(&mut piece).await?;
        anyhow::ensure!(read > 0, "cut off");
        last.extend_from_slice(&piece[..read]);
        // One news is one line that begins so and ends with an empty one.
        while let Some(end) = last.windows(2).position(|two| two == b"\n\n") {
            let news = last.drain(..end + 2).collect::<Vec<u8>>();
            if news.windows(6).any(|six| six == b"data: ") {
                told.send(Instant::now())?;
            }
        }
    }
}

/// One news of everybody.
async fn gather(heard: &mut mpsc::UnboundedReceiver<Instant>) -> anyhow::Result<Vec<Instant>> {
    let mut all = Vec::with_capacity(LISTENERS);
    let gathered = tokio::time::timeout(LONGEST, async {
        while all.len() < LISTENERS {
            match heard.recv().await {
                Some(at) => all.push(at),
                None => break,
            }
        }
    });
    anyhow::ensure!(gathered.await.is_ok(), "only {} of {LISTENERS} have heard", all.len());
    Ok(all)
}
