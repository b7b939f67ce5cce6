use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use clap::{Args, ValueEnum};
use huiyin_base::Clock;
use huiyin_db::Db;
use huiyin_directory::audit::{AuditKind, Event, record};
use huiyin_directory::import::{Import, ImportKind};
use huiyin_organisations::{ImportFile, ImportReport, import_file};
use indicatif::{ProgressBar, ProgressStyle};

use crate::config::Config;
use crate::failure::{Stop, stop};
use crate::say::{complain, say};
use crate::start::{self, Intent, Opened};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// What the table holds
    #[arg(value_enum)]
    what: What,
    /// The table: CSV, XLSX or XLS; books: files and folders of them
    #[arg(required = true, value_name = "FILE")]
    pub(super) files: Vec<PathBuf>,
    /// Check only; nothing is written
    #[arg(long)]
    pub(super) dry_run: bool,
    /// Leave out rows with errors; without it they hold everything back
    #[arg(long)]
    pub(super) partial: bool,
    /// Touch only this county, by its six digits; the whole city unless told
    #[arg(long, value_name = "CODE")]
    pub(super) county: Option<String>,
    /// Books: where they come from, and by what right they are here
    #[arg(long, value_name = "WORDS")]
    pub(super) source: Option<String>,
    /// Write the rows with what became of each to this file
    #[arg(long, value_name = "FILE.xlsx")]
    pub(super) result: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum What {
    /// Divisions, departments, branches
    Organisations,
    /// People with their branches; no passwords are made
    Members,
    /// A county's own ledger of problems; needs --county
    Cases,
    /// Holidays and make-up days of whole years, as CSV: date,is,occasion
    Calendar,
    /// Books for the library: EPUB, Word, Markdown, text, PDF; a file that is there already changes nothing, another one of the same
    /// title is its new edition; needs --source
    Book,
}

/// Whether the file came in, or would.
pub(super) async fn run(config: &Config, arguments: Arguments) -> Result<bool> {
    if matches!(arguments.what, What::Book) {
        let opened = start::open(config, Intent::Work, Clock::system()).await?;
        let done = super::import_books::run(&opened, &arguments).await;
        let db = opened.ground.db.clone();
        drop(opened);
        db.close().await;
        return done;
    }
    let [file] = arguments.files.as_slice() else {
        return Err(stop("一次只导入一个表格。只有书可以一次给许多文件。"));
    };
    let name = file.display().to_string();
    let bytes = std::fs::read(file).with_context(|| Stop(format!("文件 {name} 读不了。请检查路径和权限。")))?;
    let opened = start::open(config, Intent::Work, Clock::system()).await?;
    if matches!(arguments.what, What::Cases) {
        let outcome = super::import_cases::bring(&opened, &arguments, &name, &bytes).await;
        let db = opened.ground.db.clone();
        drop(opened);
        db.close().await;
        return super::import_cases::tell(&outcome?, &arguments);
    }
    if matches!(arguments.what, What::Calendar) {
        let done = super::import_calendar::run(&opened.ground, opened.home, bytes, arguments.dry_run).await;
        let db = opened.ground.db.clone();
        drop(opened);
        db.close().await;
        return done;
    }
    let outcome = bring(&opened, &arguments, &name, &bytes).await;
    let db = opened.ground.db.clone();
    drop(opened);
    db.close().await;
    let report = outcome?;
    if let Some(path) = &arguments.result {
        keep(path, &report.result)?;
    }
    tell(&report, &arguments);
    Ok(report.applied || (arguments.dry_run && report.counts.refuse == 0))
}

async fn bring(opened: &Opened, arguments: &Arguments, name: &str, bytes: &[u8]) -> Result<ImportReport> {
    let ground = &opened.ground;
    let regions = &opened.regions;
    let home = match &arguments.county {
        None => opened.home,
        Some(code) => regions.by_code(code).ok_or_else(|| stop(format!("没有代码为 {code} 的县（市、区）。")))?,
    };
    let file = ImportFile {
        kind: match arguments.what {
            What::Organisations => ImportKind::Organisations,
            What::Members | What::Cases | What::Calendar | What::Book => ImportKind::Members,
        },
        name,
        bytes,
        home,
        scope: regions.with_children(home),
        dry_run: arguments.dry_run,
        partial: arguments.partial,
    };
    let import =
        Import { db: &ground.db, vault: &ground.vault, regions, now: ground.clock.now(), today: ground.clock.today() };
    let mut rng = ground.rngs.rng();
    let bar = ProgressBar::new(0);
    // A wrong template shows the plain bar.
    let style = ProgressStyle::with_template("{msg} {wide_bar} {human_pos}/{human_len} 行")
        .unwrap_or(ProgressStyle::default_bar());
    bar.set_style(style);
    let report = import_file(&import, file, &mut rng, &mut |word, done, total| {
        bar.set_message(word);
        bar.set_length(total);
        bar.set_position(done);
    })
    .await;
    bar.finish_and_clear();
    let report = report.map_err(|problem| match problem.source {
        Some(source) => source.context(Stop(problem.message)),
        None => stop(problem.message),
    })?;
    note(&ground.db, home, &report, ground).await?;
    Ok(report)
}

async fn note(db: &Db, home: huiyin_base::Region, report: &ImportReport, ground: &huiyin_web::Ground) -> Result<()> {
    let event = Event::new(home, AuditKind::Import, ground.clock.real(), &mut ground.rngs.rng());
    let event = event.about("import_batch", report.batch).detail(if report.applied {
        "命令行导入"
    } else {
        "命令行检查"
    });
    db.write("import_note", move |tx| {
        let event = event.clone();
        Box::pin(async move { Ok(record(tx, &event).await?) })
    })
    .await?;
    Ok(())
}

pub(super) fn keep(path: &Path, bytes: &[u8]) -> Result<()> {
    std::fs::write(path, bytes)
        .with_context(|| Stop(format!("结果文件 {} 写不了。请检查文件夹和权限。", path.display())))
}

fn tell(report: &ImportReport, arguments: &Arguments) {
    for notice in &report.notices {
        say(notice);
    }
    let counts = report.counts;
    say(format!(
        "新增 {}，更改 {}，调整隶属 {}，没有变化 {}，有错误 {}。",
        counts.add, counts.change, counts.moved, counts.same, counts.refuse
    ));
    for error in &report.errors {
        complain(error);
    }
    if report.counts.refuse > report.errors.len() {
        complain("还有更多错误，用 --result 文件名.xlsx 得到逐行结果。");
    }
    say(match (report.applied, arguments.dry_run) {
        (true, _) => "已导入，全部内容一起生效。",
        (false, true) => "只做了检查，没有写入任何内容。",
        (false, false) => "有错误，没有写入任何内容。请改正后重来，或用 --partial 只导入没有错误的行。",
    });
}
