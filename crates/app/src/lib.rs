//! The one program `huiyin`: reads the configuration, opens what everything stands on, joins the features, and serves
//! them or does one piece of work. What a feature does belongs into its crate; what concerns the whole installation
//! (start, backup, checks, the demo) belongs here.

pub mod backup;
pub mod check;
pub mod closing;
pub mod command;
pub mod config;
pub mod demo;
pub mod failure;
pub mod features;
pub mod house;
mod lock;
mod logging;
mod say;
pub mod start;
mod store;

use std::process::ExitCode;

use clap::Parser as _;

/// Threads beside those that may be reading from SQLite, whose statements run on the thread that asks: whatever is read,
/// somebody is left to answer and to write. More of them only take the cores from each other: pages become uneven.
const THREADS_LEFT: usize = 2;

/// The threads on which everything runs.
pub fn runtime() -> std::io::Result<tokio::runtime::Runtime> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    tokio::runtime::Builder::new_multi_thread().worker_threads(cores + THREADS_LEFT).enable_all().build()
}

/// Runs the command line and gives the exit code. A failure is one sentence on standard error.
pub fn main() -> ExitCode {
    let line = command::Line::parse();
    let runtime = match runtime() {
        Ok(runtime) => runtime,
        Err(error) => {
            say::complain(format!("系统资源不足，程序没有启动：{error}"));
            return ExitCode::FAILURE;
        }
    };
    let outcome = runtime.block_on(command::run(line));
    // A job in the middle of a picture need not be waited for: it is leased, and done again.
    runtime.shutdown_timeout(std::time::Duration::from_secs(2));
    match outcome {
        Ok(code) => code,
        Err(error) => {
            tracing::debug!(error = ?error, "the command failed");
            say::complain(failure::sentence(&error));
            ExitCode::FAILURE
        }
    }
}
