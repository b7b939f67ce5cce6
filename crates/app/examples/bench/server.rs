//! The measured server: the program's own house with one more route, a page of a fixed size behind the same middleware.

use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use axum::body::Bytes;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse as _, Response};
use huiyin_app::features::features;
use huiyin_app::{house, start};
use huiyin_web::{Feature, Public, Routes, assemble};
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};

/// The size of the fixed page: about that of the wall's first page.
pub(crate) const STATIC_BYTES: usize = 60_000;

/// A way to run the server.
#[derive(Clone, Debug)]
pub(crate) struct Bench {
    /// The demo city.
    pub(crate) data: PathBuf,
    /// What its problems are multiplied by.
    pub(crate) cases: u32,
    /// The address of a PostgreSQL database; SQLite without one.
    pub(crate) postgres: Option<String>,
    /// Writes that share a commit.
    pub(crate) group_size: usize,
    /// A pause before each commit.
    pub(crate) commit_delay_ms: u64,
}

/// A server in a process of its own, so that its memory is its own.
pub(crate) struct Running {
    child: Child,
    /// Its address.
    pub(crate) host: String,
}

impl Bench {
    /// This program again, to do one thing in a process of its own.
    fn child(&self, what: &str) -> anyhow::Result<Command> {
        let mut child = Command::new(std::env::current_exe()?);
        child.arg(what).arg("--data").arg(&self.data);
        child.args(["--cases-scale", &self.cases.to_string()]);
        child.args(self.postgres.iter().flat_map(|url| ["--postgres", url]));
        child.args(["--group-size", &self.group_size.to_string()]);
        child.args(["--commit-delay-ms", &self.commit_delay_ms.to_string()]);
        Ok(child)
    }

    /// Makes the city in another process, as the server is one: this one holds the clients alone. Gives the seconds it took.
    pub(crate) async fn made(&self) -> anyhow::Result<f64> {
        let told = self.child("--make")?.stderr(Stdio::inherit()).output().await?;
        anyhow::ensure!(told.status.success(), "the city was not made");
        Ok(String::from_utf8_lossy(&told.stdout).trim().parse()?)
    }
}

/// Serves until asked to stop; says its address first.
pub(crate) async fn serve(bench: &Bench) -> anyhow::Result<()> {
    let listener = start::listen("127.0.0.1:0").await?;
    let demo = bench.open(None).await?;
    println!("http://{}/", listener.local_addr()?);
    let mut all = features();
    all.push(Feature {
        name: "bench",
        routes: Routes::new().get::<Public, _>("/bench/static", fixed),
        ..Feature::default()
    });
    let stop = house::stop_signal()?;
    let house = assemble(demo.opened.ground.clone(), start::settings(&bench.config()?, true)?, all);
    house::serve(&demo.opened, house, listener, stop).await?;
    bench.close(demo).await
}

async fn fixed() -> Response {
    static PAGE: [u8; STATIC_BYTES] = [b'x'; STATIC_BYTES];
    ([(CONTENT_TYPE, "text/html; charset=utf-8")], Bytes::from_static(&PAGE)).into_response()
}

impl Running {
    /// Starts it and waits until it listens.
    pub(crate) async fn start(bench: &Bench) -> anyhow::Result<Self> {
        let mut child = bench
            .child("--serve")?
            // As the unit of docs/operations.md sets it.
            .env("MIMALLOC_PURGE_DELAY", "10")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        let pipe = child.stdout.take().ok_or_else(|| anyhow::anyhow!("a pipe"))?;
        let mut lines = BufReader::new(pipe).lines();
        let line = lines.next_line().await?.ok_or_else(|| anyhow::anyhow!("the server did not start"))?;
        let host = line.trim_start_matches("http://").trim_end_matches('/').to_owned();
        Ok(Self { child, host })
    }

    /// Resident memory, now and at its highest, in megabytes.
    pub(crate) fn memory(&self) -> (u64, u64) {
        let status = self.child.id().map(|id| format!("/proc/{id}/status"));
        let text = status.and_then(|path| std::fs::read_to_string(path).ok()).unwrap_or_default();
        let field = |name: &str| {
            let line = text.lines().find_map(|line| line.strip_prefix(name))?;
            line.split_whitespace().next()?.parse::<u64>().ok().map(|kilobytes| kilobytes / 1024)
        };
        (field("VmRSS:").unwrap_or(0), field("VmHWM:").unwrap_or(0))
    }

    /// Waits until it uses no more than a tenth of a core, half a minute at the longest.
    pub(crate) async fn rests(&self) {
        const LOOK: Duration = Duration::from_millis(500);
        // Of the kernel's hundredths of a second: a tenth of a core during one look.
        const IDLE: u64 = 5;
        let mut before = self.used();
        for _ in 0..60 {
            tokio::time::sleep(LOOK).await;
            let now = self.used();
            if now.saturating_sub(before) <= IDLE {
                return;
            }
            before = now;
        }
    }

    /// What it has used of the processor, in hundredths of a second.
    fn used(&self) -> u64 {
        let stat = self.child.id().and_then(|id| std::fs::read_to_string(format!("/proc/{id}/stat")).ok());
        let stat = stat.unwrap_or_default();
        // Behind the name, which may hold blanks, the twelfth and thirteenth word are user's and system's time.
        let words: Vec<&str> = stat.rsplit_once(") ").map_or("", |(_, rest)| rest).split(' ').collect();
        let ticks = |at: usize| words.get(at).and_then(|word| word.parse::<u64>().ok()).unwrap_or(0);
        ticks(11) + ticks(12)
    }

    /// Ends it as a power cut does.
    pub(crate) async fn kill(mut self) -> anyhow::Result<()> {
        self.child.kill().await?;
        Ok(())
    }

    /// Asks it to end and waits.
    pub(crate) async fn stop(mut self) -> anyhow::Result<()> {
        let id = self.child.id().map(|id| id.to_string()).unwrap_or_default();
        Command::new("kill").args(["-INT", &id]).status().await?;
        self.child.wait().await?;
        Ok(())
    }
}
