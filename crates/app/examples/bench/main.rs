//! `make bench`: a closed loop of clients over the full demo city, on this machine, written to docs/benchmarks.md.
//!
//! Every promise is a ratio to something measured in the same run, or a bound on a percentile. Bounded in count and time.
#![expect(clippy::print_stdout, reason = "a measurement talks")]

mod bulk;
mod bulletin;
mod city;
mod exams;
mod imports;
mod ledgers;
mod live;
mod load;
mod measures;
mod reading;
mod report;
mod server;
#[path = "../../tests/support/mod.rs"]
mod support;
mod tree;
mod work;

use std::path::PathBuf;

use clap::{Parser, ValueEnum};

use crate::report::Report;
use crate::server::Bench;

/// As in the program that is measured.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Measures the demo city.
#[derive(Debug, Parser)]
struct Line {
    /// Serve for the driver; not for people
    #[arg(long, hide = true)]
    serve: bool,
    /// Make the city for the driver; not for people
    #[arg(long, hide = true)]
    make: bool,
    /// The folder of the full demo city; made in a temporary one unless told
    #[arg(long)]
    data: Option<PathBuf>,
    /// A demo city with ten times the cases, for the measure of growth
    #[arg(long)]
    ten: Option<PathBuf>,
    /// Multiplies the problems of the city; above 1 only what grows with it is measured
    #[arg(long, default_value_t = 1)]
    cases_scale: u32,
    /// An empty PostgreSQL database in which the city is made; SQLite without it. Only what a database does is measured there
    #[arg(long)]
    postgres: Option<String>,
    /// The program, for the kill test
    #[arg(long)]
    binary: Option<PathBuf>,
    /// Rounds of the kill test
    #[arg(long, default_value_t = 10)]
    rounds: usize,
    /// Only these parts, for whoever works on one of them
    #[arg(long, value_enum, value_delimiter = ',')]
    only: Vec<Part>,
    /// Where the report goes; printed only unless told
    #[arg(long)]
    report: Option<PathBuf>,
    /// Writes that share a commit
    #[arg(long, hide = true, default_value_t = 256)]
    group_size: usize,
    /// A pause before each commit
    #[arg(long, hide = true, default_value_t = 0)]
    commit_delay_ms: u64,
}

/// A part of the measures, in their order: what writes much comes last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Part {
    Wall,
    Pages,
    Ledger,
    Bulletin,
    Front,
    Reports,
    Bulk,
    Handdown,
    Imports,
    Clocks,
    Photos,
    Ledgers,
    Live,
    Exams,
    Kills,
}

impl Part {
    /// What differs with the database or grows with its cases.
    fn everywhere(self) -> bool {
        use Part::{Bulk, Bulletin, Clocks, Handdown, Ledger, Ledgers, Pages, Wall};
        matches!(self, Wall | Pages | Ledger | Bulletin | Bulk | Handdown | Clocks | Ledgers)
    }
}

async fn measure(part: Part, bench: &Bench, line: &Line, report: &mut Report) -> anyhow::Result<()> {
    let ten = line.ten.as_deref();
    match (part, &line.binary) {
        (Part::Wall, _) => reading::wall(bench, ten, report).await?,
        (Part::Pages, _) => reading::others(bench, report).await?,
        (Part::Ledger, _) => work::ledger(bench, ten, report).await?,
        (Part::Bulletin, _) => bulletin::bulletin(bench, report).await?,
        (Part::Front, _) => reading::front(bench, report).await?,
        (Part::Reports, _) => measures::submissions(bench, report).await?,
        (Part::Bulk, _) => bulk::bulk(bench, report).await?,
        (Part::Handdown, _) => tree::handdown(bench, report).await?,
        (Part::Clocks, _) => work::sweep(bench, report).await?,
        (Part::Photos, _) => measures::photos(bench, report).await?,
        (Part::Ledgers, _) => ledgers::ledgers(bench, report).await?,
        (Part::Live, _) => live::live(bench, report).await?,
        (Part::Exams, _) => exams::exams(bench, report).await?,
        (Part::Kills, Some(binary)) => measures::kills(bench, binary, line.rounds, report).await,
        (Part::Imports, Some(binary)) => imports::imports(binary, report).await?,
        (Part::Imports | Part::Kills, None) => {}
    }
    Ok(())
}

/// The clients stand on the cores of the server they measure: as few threads as keep it busy.
const CLIENT_THREADS: usize = 2;

fn main() -> anyhow::Result<()> {
    let line = Line::parse();
    let runtime = if line.serve {
        huiyin_app::runtime()?
    } else {
        tokio::runtime::Builder::new_multi_thread().worker_threads(CLIENT_THREADS).enable_all().build()?
    };
    runtime.block_on(run(line))
}

async fn run(line: Line) -> anyhow::Result<()> {
    let made = tempfile::tempdir()?;
    let data = line.data.clone().unwrap_or_else(|| made.path().join("demo"));
    let bench = Bench {
        data,
        cases: line.cases_scale,
        postgres: line.postgres.clone(),
        group_size: line.group_size,
        commit_delay_ms: line.commit_delay_ms,
    };
    if line.serve {
        return server::serve(&bench).await;
    }
    if line.make {
        return measures::make_city(&bench).await;
    }
    let mut report = Report::new(&bench);
    measures::make(&bench, &mut report).await?;
    let other = bench.cases > 1 || bench.postgres.is_some();
    let chosen = Part::value_variants().iter().filter(|part| line.only.is_empty() || line.only.contains(part));
    for part in chosen.filter(|part| !other || part.everywhere()) {
        measure(*part, &bench, &line, &mut report).await?;
    }
    let text = report.document();
    println!("{text}");
    if let Some(path) = &line.report {
        std::fs::write(path, &text)?;
    }
    anyhow::ensure!(report.kept(), "a promise was not kept");
    Ok(())
}
