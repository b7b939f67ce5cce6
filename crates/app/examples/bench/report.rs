//! What was measured, and what was promised.

use std::fmt::Write as _;
use std::time::Duration;

use crate::load::Run;
use crate::server::Bench;

/// The document in the making.
#[derive(Debug, Default)]
pub(crate) struct Report {
    engine: &'static str,
    cases: u32,
    runs: Vec<String>,
    promises: Vec<(bool, String)>,
}

impl Report {
    /// An empty one.
    pub(crate) fn new(bench: &Bench) -> Self {
        let engine = if bench.postgres.is_some() { "PostgreSQL" } else { "SQLite" };
        Self { engine, cases: bench.cases, ..Self::default() }
    }

    /// One loop.
    pub(crate) fn run(&mut self, what: &str, run: &Run) {
        let line = format!(
            "| {what} | {} | {:.0} | {} | {} |",
            run.count,
            run.rate,
            milliseconds(run.p50),
            milliseconds(run.p99)
        );
        println!("{line}");
        self.runs.push(line);
    }

    /// One promise, and whether it was kept.
    pub(crate) fn promise(&mut self, kept: bool, what: &str, found: &str) {
        let line = format!("| {what} | {found} | {} |", if kept { "yes" } else { "**no**" });
        println!("{line}");
        self.promises.push((kept, line));
    }

    /// Whether everything promised holds.
    pub(crate) fn kept(&self) -> bool {
        self.promises.iter().all(|(kept, _)| *kept)
    }

    /// docs/benchmarks.md.
    pub(crate) fn document(&self) -> String {
        let mut text = String::from(
            "# Benchmarks\n\nWritten by `make bench`: the full demo city, server and clients on the same machine, a closed loop over kept\n\
            connections, warm cache. A ratio compares two measurements of the same run, so it says more than a rate.\n\n",
        );
        let cores = std::thread::available_parallelism().map_or(0, usize::from);
        let posted = 31_602 * u64::from(self.cases);
        let _ = writeln!(
            text,
            "Machine: {cores} cores, {}, {}; {posted} posted problems at the beginning, in a city made for this run.\n",
            processor(),
            self.engine
        );
        text.push_str("| promised | measured | kept |\n| --- | --- | --- |\n");
        for (_, line) in &self.promises {
            text.push_str(line);
            text.push('\n');
        }
        text.push_str("\n| measurement | requests | per second | p50 | p99 |\n| --- | --- | --- | --- | --- |\n");
        for line in &self.runs {
            text.push_str(line);
            text.push('\n');
        }
        text
    }
}

/// As a person reads it.
pub(crate) fn milliseconds(duration: Duration) -> String {
    format!("{:.1} ms", duration.as_secs_f64() * 1000.0)
}

fn processor() -> String {
    let text = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix("model name"));
    line.and_then(|line| line.split_once(": ")).map_or_else(|| "unknown processor".into(), |(_, name)| name.to_owned())
}
