//! The whole city sits one test: everybody sits down within a minute, answers over ten, and the power goes in the middle.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use chrono::TimeDelta;
use huiyin_base::{Id, Rng};
use huiyin_db::Db;
use huiyin_directory::{Account, account_add};
use huiyin_exams::store::{AnswerRow, Exam, answer_list, answer_put, exam_list_open, heat_of};
use huiyin_web::store::session::{SessionRow, session_add};
use parking_lot::{Mutex, RwLock};

use crate::load::number;
use crate::report::{Report, milliseconds};
use crate::server::{Bench, Running};
use crate::support::http::Client;

const TAKERS: usize = 80_000;
const CONNECTIONS: usize = 2_000;
const ANSWERS: usize = 20;
const STARTING: Duration = Duration::from_mins(1);
const ANSWERING: Duration = Duration::from_mins(10);
/// Accounts in one write.
const CHUNK: usize = 400;
/// How long the two rates are measured.
const RATE: Duration = Duration::from_secs(20);
/// Writers and connections of the two rates.
const AT_ONCE: usize = 64;

/// Where the server is; another place after the power was cut.
type Place = Arc<RwLock<String>>;

/// What a crowd of connections has lived through.
#[derive(Default)]
struct Lived {
    took: Mutex<Vec<Duration>>,
    refused: AtomicUsize,
    /// By sitting: the places whose answers were acknowledged.
    kept: Mutex<BTreeMap<Id, u32>>,
}

/// All of it.
pub(crate) async fn exams(bench: &Bench, report: &mut Report) -> anyhow::Result<()> {
    let demo = bench.open(None).await?;
    let ground = &demo.opened.ground;
    let exam = open_test(&ground.db, ground.clock.now()).await?;
    let cookies: Arc<Vec<String>> = Arc::new(people(&demo.opened).await?);
    ground.db.close().await;
    drop(demo);

    let mut server = Running::start(bench).await?;
    let place: Place = Arc::new(RwLock::new(server.host.clone()));
    let lived = Arc::new(Lived::default());
    let sittings = starts(&place, &cookies, &exam, &lived).await?;
    told(report, &lived, "80,000 sit down within a minute over 2,000 connections");
    let cut = tokio::spawn(crowd(Arc::clone(&place), Arc::clone(&cookies), Arc::clone(&sittings), Arc::clone(&lived)));
    tokio::time::sleep(ANSWERING / 2).await;
    server.kill().await?;
    server = Running::start(bench).await?;
    place.write().clone_from(&server.host);
    cut.await??;
    told(report, &lived, "20 answers each over ten minutes, all hand in");
    let rate = answering(&server.host, &cookies[TAKERS..], &exam).await?;
    server.stop().await?;

    let demo = bench.open(None).await?;
    let db = &demo.opened.ground.db;
    let kept = lived.kept.lock().clone();
    let (acknowledged, missing) = missing(db, &kept).await?;
    report.promise(
        missing == 0,
        "kill -9 in the middle: no acknowledged answer is missing",
        &format!("{acknowledged} acknowledged, {missing} missing"),
    );
    let bare = bare(db, &sittings).await?;
    let found = format!("{rate:.0} acknowledged a second, {bare:.0} bare inserts: {:.2} of them", rate / bare);
    report.promise(rate * 10.0 >= bare, "answers: at least a tenth of bare grouped inserts", &found);
    db.close().await;
    Ok(())
}

fn told(report: &mut Report, lived: &Lived, what: &str) {
    let mut took = std::mem::take(&mut *lived.took.lock());
    took.sort_unstable();
    let p99 = took.get(took.len().saturating_sub(1) * 99 / 100).copied().unwrap_or_default();
    let refused = lived.refused.swap(0, Ordering::Relaxed);
    let found = format!("{} answered, {refused} refused, p99 {}", took.len(), milliseconds(p99));
    report.promise(refused == 0 && p99 < Duration::from_millis(300), &format!("{what}: p99 under 300 ms"), &found);
}

async fn open_test(db: &Db, now: huiyin_base::Instant) -> anyhow::Result<Exam> {
    let mut tx = db.read().await?;
    let open = exam_list_open(&mut tx, now, 20).await?;
    for exam in open.into_iter().filter(|exam| exam.opens_at <= now && exam.audience.is_none()) {
        // The round of a contest is taken by those who have entered it.
        if heat_of(&mut tx, exam.id).await?.is_none() {
            return Ok(exam);
        }
    }
    anyhow::bail!("no test is open")
}

/// Everybody has an account and is signed in, and those who only answer as fast as they can; gives the cookies.
async fn people(opened: &huiyin_app::start::Opened) -> anyhow::Result<Vec<String>> {
    let ground = &opened.ground;
    let mut rng = Rng::seeded(80_000);
    let (now, real) = (ground.clock.now(), ground.clock.real());
    let counties: Vec<_> = ground.regions.children(ground.home).map(|county| county.region).collect();
    let mut cookies = Vec::with_capacity(TAKERS + AT_ONCE);
    for start in (0..TAKERS + AT_ONCE).step_by(CHUNK) {
        let rows = (start..(start + CHUNK).min(TAKERS + AT_ONCE)).map(|n| {
            let region = counties[n % counties.len()];
            let login = format!("bench-{n}");
            let account = Account::new(Id::new(region, now, &mut rng), &login, "测试", now);
            let token = format!("bench-session-{n}");
            cookies.push(format!("huiyin_session={token}"));
            let session = SessionRow {
                hash: ground.vault.blind("session", &token),
                region,
                account: account.id,
                created_at: real,
                expires_at: real + TimeDelta::hours(12),
                renewed_at: real + TimeDelta::hours(1),
                strong: false,
                device: "测试".into(),
            };
            (account, ground.vault.blind("login", &login), session)
        });
        let rows: Arc<Vec<_>> = Arc::new(rows.collect());
        let write = ground.db.write("bench_people", move |tx| {
            let rows = Arc::clone(&rows);
            Box::pin(async move {
                for (account, login, session) in rows.iter() {
                    account_add(tx, account, *login).await?;
                    session_add(tx, session).await?;
                }
                Ok(())
            })
        });
        write.await?;
    }
    Ok(cookies)
}

/// Everybody sits down, each connection for its part of them, evenly over a minute; gives the addresses of the papers.
async fn starts(
    place: &Place,
    cookies: &Arc<Vec<String>>,
    exam: &Exam,
    lived: &Arc<Lived>,
) -> anyhow::Result<Arc<Vec<Id>>> {
    let each = TAKERS / CONNECTIONS;
    let path = format!("/tests/{}/sittings", exam.id);
    let mut crowd = Vec::new();
    for connection in 0..CONNECTIONS {
        let (place, cookies, lived, path) = (Arc::clone(place), Arc::clone(cookies), Arc::clone(lived), path.clone());
        crowd.push(tokio::spawn(async move {
            let mut caller = Caller::new(place, lived);
            let mut sittings = Vec::new();
            let begun = Instant::now();
            for n in 0..each {
                pace(begun, STARTING, n * CONNECTIONS + connection, TAKERS).await;
                let cookie = &cookies[connection * each + n];
                let answer = caller.ask("POST", &path, cookie, Some(("application/x-www-form-urlencoded", ""))).await?;
                let to = answer.1.ok_or_else(|| anyhow::anyhow!("sitting down: {}", answer.0))?;
                sittings.push(to.trim_start_matches("/sittings/").parse::<Id>()?);
            }
            Ok::<_, anyhow::Error>(sittings)
        }));
    }
    let mut all = Vec::with_capacity(TAKERS);
    for one in crowd {
        all.extend(one.await??);
    }
    Ok(Arc::new(all))
}

/// Everybody answers everything over ten minutes, then hands in.
async fn crowd(
    place: Place,
    cookies: Arc<Vec<String>>,
    sittings: Arc<Vec<Id>>,
    lived: Arc<Lived>,
) -> anyhow::Result<()> {
    let each = TAKERS / CONNECTIONS;
    let mut crowd = Vec::new();
    for connection in 0..CONNECTIONS {
        let (place, cookies) = (Arc::clone(&place), Arc::clone(&cookies));
        let (sittings, lived) = (Arc::clone(&sittings), Arc::clone(&lived));
        crowd.push(tokio::spawn(async move {
            let mut caller = Caller::new(place, lived);
            let begun = Instant::now();
            for question in 0..ANSWERS {
                for n in 0..each {
                    let done = (question * each + n) * CONNECTIONS + connection;
                    pace(begun, ANSWERING, done, TAKERS * ANSWERS).await;
                    let taker = connection * each + n;
                    let submit = question + 1 == ANSWERS;
                    caller.answer(&sittings[taker], &cookies[taker], question, 1, submit).await?;
                }
            }
            Ok::<_, anyhow::Error>(())
        }));
    }
    for one in crowd {
        one.await??;
    }
    Ok(())
}

/// Waits until the n-th of all is due.
async fn pace(begun: Instant, over: Duration, n: usize, all: usize) {
    let due = over.mul_f64(number(n) / number(all));
    tokio::time::sleep_until((begun + due).into()).await;
}

/// One connection that comes back when the power does.
struct Caller {
    place: Place,
    lived: Arc<Lived>,
    client: Option<Client>,
}

impl Caller {
    fn new(place: Place, lived: Arc<Lived>) -> Self {
        Self { place, lived, client: None }
    }

    /// Asks until it is answered; what the power cut is asked again. Gives the status and where it leads.
    async fn ask(
        &mut self,
        method: &str,
        path: &str,
        cookie: &str,
        body: Option<(&str, &str)>,
    ) -> anyhow::Result<(u16, Option<String>)> {
        for _ in 0..600 {
            if self.client.is_none() {
                let host = self.place.read().clone();
                self.client = Client::connect(&host).await.ok();
            }
            if let Some(client) = &mut self.client {
                let mut request = client.head(method, path, Some(cookie));
                if let Some((kind, body)) = body {
                    let length = body.len();
                    let head = "sec-fetch-site: same-origin\r\ncontent-type";
                    let _ = write!(request, "{head}: {kind}\r\ncontent-length: {length}\r\n\r\n{body}");
                }
                let sent = Instant::now();
                if let Ok(answer) = client.send(&[request.as_bytes()]).await {
                    self.lived.took.lock().push(sent.elapsed());
                    if answer.status >= 400 {
                        self.lived.refused.fetch_add(1, Ordering::Relaxed);
                    }
                    return Ok((answer.status, answer.location));
                }
                self.client = None;
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        anyhow::bail!("the server did not come back")
    }

    async fn answer(&mut self, sitting: &Id, cookie: &str, place: usize, seq: i64, submit: bool) -> anyhow::Result<()> {
        let body = format!(
            "{{\"device\":\"bench\",\"answers\":[{{\"place\":{place},\"seq\":{seq},\"value\":\"1\",\"age\":0}}],\"submit\":{submit}}}"
        );
        let path = format!("/sittings/{sitting}/outbox");
        let (status, _) = self.ask("POST", &path, cookie, Some(("application/json", &body))).await?;
        if status == 200 {
            *self.lived.kept.lock().entry(*sitting).or_default() |= 1 << place;
        }
        Ok(())
    }
}

/// The highest rate of acknowledged answers, by those who have not sat down yet.
async fn answering(host: &str, cookies: &[String], exam: &Exam) -> anyhow::Result<f64> {
    let place: Place = Arc::new(RwLock::new(host.to_owned()));
    let path = format!("/tests/{}/sittings", exam.id);
    let count = Arc::new(AtomicUsize::new(0));
    let begun = Instant::now();
    let mut crowd = Vec::new();
    for cookie in cookies {
        let (place, count, path, cookie) = (Arc::clone(&place), Arc::clone(&count), path.clone(), cookie.clone());
        crowd.push(tokio::spawn(async move {
            let mut caller = Caller::new(place, Arc::new(Lived::default()));
            let form = Some(("application/x-www-form-urlencoded", ""));
            let (_, to) = caller.ask("POST", &path, &cookie, form).await?;
            let sitting: Id = to.unwrap_or_default().trim_start_matches("/sittings/").parse()?;
            let mut seq = 1;
            while begun.elapsed() < RATE {
                caller.answer(&sitting, &cookie, usize::try_from(seq)? % ANSWERS, seq, false).await?;
                count.fetch_add(1, Ordering::Relaxed);
                seq += 1;
            }
            Ok::<_, anyhow::Error>(())
        }));
    }
    for one in crowd {
        one.await??;
    }
    Ok(number(count.load(Ordering::Relaxed)) / begun.elapsed().as_secs_f64())
}

/// How many answers were acknowledged, and how many of them are not there.
async fn missing(db: &Db, kept: &BTreeMap<Id, u32>) -> anyhow::Result<(usize, usize)> {
    let (mut acknowledged, mut missing) = (0, 0);
    for (sitting, places) in kept {
        let mut tx = db.read().await?;
        let held = answer_list(&mut tx, *sitting).await?;
        let held = held.iter().fold(0_u32, |all, row| all | 1 << row.place);
        acknowledged += usize::try_from(places.count_ones())?;
        missing += usize::try_from((places & !held).count_ones())?;
    }
    Ok((acknowledged, missing))
}

/// Bare inserts, one a write, as many writers at once as there were connections; they share commits.
async fn bare(db: &Db, sittings: &Arc<Vec<Id>>) -> anyhow::Result<f64> {
    let count = Arc::new(AtomicUsize::new(0));
    let begun = Instant::now();
    let mut writers = Vec::new();
    for writer in 0..AT_ONCE {
        let (db, sittings, count) = (db.clone(), Arc::clone(sittings), Arc::clone(&count));
        writers.push(tokio::spawn(async move {
            let mut place = 1_000;
            while begun.elapsed() < RATE {
                place += 1;
                let sitting = sittings[writer];
                let row = AnswerRow {
                    region: sitting.region(),
                    sitting,
                    place,
                    seq: 1,
                    device: "bench".into(),
                    value: "1".into(),
                    received_at: huiyin_base::Instant::UNIX_EPOCH,
                    part: None,
                    words: None,
                };
                let write = db.write("bench_bare", move |tx| {
                    let row = row.clone();
                    Box::pin(async move { Ok(answer_put(tx, &[row]).await?) })
                });
                write.await?;
                count.fetch_add(1, Ordering::Relaxed);
            }
            Ok::<_, anyhow::Error>(())
        }));
    }
    for one in writers {
        one.await??;
    }
    Ok(number(count.load(Ordering::Relaxed)) / begun.elapsed().as_secs_f64())
}
