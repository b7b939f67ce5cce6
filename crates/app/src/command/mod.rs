//! The command line: one file a command.

mod backup;
mod restore;

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
        Command::Backup(arguments) => backup::run(&config, arguments).await?,
        Command::Restore(arguments) => restore::run(config, arguments).await?,
    }
    Ok(ExitCode::SUCCESS)
}
