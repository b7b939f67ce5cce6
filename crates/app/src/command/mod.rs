//! The command line: one file a command.

mod admin;
mod api_key;
mod backup;
mod check;
mod demo;
mod export;
mod import;
mod import_books;
mod import_calendar;
mod import_cases;
mod migrate;
mod restore;
mod serve;
mod work;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

use crate::config::Config;
use crate::logging;

/// Huiyin 回音: a city's grassroots work, from a resident's problem to its echo.
#[derive(Debug, Parser)]
#[command(name = "huiyin", version, arg_required_else_help = true)]
pub struct Line {
    /// Configuration file; huiyin.toml in the current folder unless told
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

/// What the program can do.
#[derive(Debug, Subcommand)]
enum Command {
    /// Make an invented city and serve it on this machine: to look around and to try things
    Demo(demo::Arguments),
    /// Serve a production installation and do its jobs
    Serve(serve::Arguments),
    /// Do the jobs only: a further process beside servers on PostgreSQL
    Work,
    /// Make the database of a new installation, or bring it up to date with this program
    Migrate,
    /// Keys and the first accounts
    Admin(admin::Arguments),
    /// Bring in organisations or members from a table, checked whole and then in force at once, or books
    Import(import::Arguments),
    /// Write organisations or figures into a table
    Export(export::Arguments),
    /// Check figures, references, the audit, burdens, files: a failed check ends with a non-zero code
    Check(check::Arguments),
    /// Take a backup of the database and the files, also while the server runs; keys are never in it
    Backup(backup::Arguments),
    /// Bring a backup back into an empty data folder
    Restore(restore::Arguments),
}

/// Reads the configuration, starts the log and does what was asked.
pub async fn run(line: Line) -> Result<ExitCode> {
    let config = Config::load(line.config.as_deref())?;
    logging::start(&config.log)?;
    match line.command {
        // Making a city is a large future; it need not lie on every command's stack.
        Command::Demo(arguments) => Box::pin(demo::run(&config, arguments)).await?,
        Command::Serve(arguments) => serve::run(&config, arguments).await?,
        Command::Work => work::run(&config).await?,
        Command::Migrate => migrate::run(&config).await?,
        Command::Admin(arguments) => admin::run(&config, arguments).await?,
        Command::Import(arguments) => return Ok(code(import::run(&config, arguments).await?)),
        Command::Export(arguments) => export::run(&config, arguments).await?,
        Command::Check(arguments) => return Ok(code(check::run(&config, arguments).await?)),
        Command::Backup(arguments) => backup::run(&config, arguments).await?,
        Command::Restore(arguments) => restore::run(config, arguments).await?,
    }
    Ok(ExitCode::SUCCESS)
}

/// A command that came to a verdict says it to scripts too.
fn code(good: bool) -> ExitCode {
    if good { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
