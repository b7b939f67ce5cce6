use std::path::PathBuf;

use anyhow::Result;
use clap::{Args, ValueEnum};
use huiyin_base::Clock;

use crate::check::{self, Check};
use crate::config::Config;
use crate::demo;
use crate::say::say;
use crate::start::{self, Intent};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// What to check
    #[arg(value_enum, default_value = "all")]
    what: What,
    /// The folder of a demo city; data/demo where no key file is configured
    #[arg(long, value_name = "FOLDER")]
    demo: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum What {
    /// Every number against its list, its breakdowns and, in the demo city, what was published
    Figures,
    /// Ids that point nowhere
    References,
    /// The chain of the audit
    Audit,
    /// Nothing that burdens: no check-ins, points, rankings, online time
    Burden,
    /// Sealed files that the database names
    Files,
    /// Every draw for call-backs, repeated from its seed and frozen list
    Draws,
    /// Every clock that stands in a case is one that fires
    Clocks,
    /// The database file itself
    Database,
    /// All of these
    All,
}

/// Whether everything that was looked at is as it should be.
pub(super) async fn run(config: &Config, arguments: Arguments) -> Result<bool> {
    let folder = match (arguments.demo, &config.key_file) {
        (Some(folder), _) => Some(folder),
        (None, None) => Some("data/demo".into()),
        (None, Some(_)) => None,
    };
    let config = folder.map_or_else(|| config.clone(), |folder| demo::of(config, &folder));
    let opened = start::open(&config, Intent::Look, Clock::system()).await?;
    let mut passed = true;
    for check in checks(arguments.what) {
        let found = check::run(&config, &opened, check).await?;
        passed &= found.report.passed;
        say(format!(
            "{} {}：检查了 {} 项，{}",
            if found.report.passed { "✓" } else { "✗" },
            check.label(),
            found.report.examined,
            if found.report.passed {
                "没有发现问题。".to_owned()
            } else {
                format!("发现 {} 个问题：", found.report.findings.len())
            }
        ));
        for line in found.report.findings.iter().chain(&found.notes) {
            say(format!("  {line}"));
        }
    }
    opened.ground.db.close().await;
    Ok(passed)
}

fn checks(what: What) -> Vec<Check> {
    match what {
        What::Figures => vec![Check::Figures],
        What::References => vec![Check::References],
        What::Audit => vec![Check::Audit],
        What::Burden => vec![Check::Burden],
        What::Files => vec![Check::Files],
        What::Draws => vec![Check::Draws],
        What::Clocks => vec![Check::Clocks],
        What::Database => vec![Check::Database],
        What::All => Check::ALL.to_vec(),
    }
}
