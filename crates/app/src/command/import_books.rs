//! Books by the command line: files, or folders of them, each by itself.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use huiyin_base::Problem;
use huiyin_directory::audit::{AuditKind, Event, record};
use huiyin_directory::{OrgKind, OrgRef, org_root};
use huiyin_study::store::AudienceKind;
use huiyin_study::{Library, Offer, Outcome, content};

use super::import::Arguments;
use crate::failure::{Stop, stop};
use crate::say::{complain, say};
use crate::start::Opened;

/// What is taken for a book when a folder is given.
const ENDINGS: [&str; 6] = ["epub", "docx", "md", "markdown", "txt", "pdf"];

/// So many became what.
#[derive(Debug, Default)]
struct Counts {
    added: usize,
    renewed: usize,
    there: usize,
    refused: usize,
}

/// Reads each file and takes it in, or says what would become of it. Says whether all of them came in, or would.
pub(super) async fn run(opened: &Opened, arguments: &Arguments) -> Result<bool> {
    let Some(source) = arguments.source.as_deref() else {
        return Err(stop("请用 --source 写明书从哪里来、凭什么能给大家看，例如 --source 市委组织部自编。"));
    };
    let (org, county) = keeper(opened, arguments.county.as_deref()).await?;
    let files = files(&arguments.files)?;
    if files.is_empty() {
        return Err(stop(format!("没有找到书。文件夹里认这些结尾：{}。", ENDINGS.join("、"))));
    }
    let library = Library { db: opened.ground.db.clone(), home: opened.home };
    let mut counts = Counts::default();
    for file in &files {
        let offer = Offer {
            source: source.to_owned(),
            audience: if county { vec![(AudienceKind::Org, org.id.to_string())] } else { Vec::new() },
            ..Offer::default()
        };
        match bring(opened, &library, (file, offer), (org, arguments.dry_run)).await {
            Ok((title, outcome)) => tell(&mut counts, file, &title, outcome),
            Err(problem) if problem.source.is_none() => {
                counts.refused += 1;
                complain(format!("{}：{}", file.display(), problem.message));
            }
            Err(problem) => return Err(told(problem)),
        }
    }
    if !arguments.dry_run && counts.added + counts.renewed > 0 {
        note(opened, counts.added + counts.renewed).await?;
    }
    say(format!(
        "新书 {}，新版 {}，已有 {}，收不进来 {}。{}",
        counts.added,
        counts.renewed,
        counts.there,
        counts.refused,
        if arguments.dry_run { "只做了检查，没有写入任何内容。" } else { "" }
    ));
    Ok(counts.refused == 0)
}

/// Whose books they become: the city's, or a county's, which are for the county.
async fn keeper(opened: &Opened, county: Option<&str>) -> Result<(OrgRef, bool)> {
    let regions = &opened.regions;
    let region = match county {
        None => opened.home,
        Some(code) => regions.by_code(code).ok_or_else(|| stop(format!("没有代码为 {code} 的县（市、区）。")))?,
    };
    let root = org_root(&mut opened.ground.db.read().await?, region).await?;
    let root = root.ok_or_else(|| stop("机构还没有导入。请先导入机构，再导入书。"))?;
    Ok((root.at(), root.kind == OrgKind::County))
}

/// The files, and those that lie in the folders, in the order of their names.
fn files(given: &[PathBuf]) -> Result<Vec<PathBuf>> {
    let mut all = Vec::new();
    for path in given {
        if !path.is_dir() {
            all.push(path.clone());
            continue;
        }
        let unreadable = || Stop(format!("文件夹 {} 读不了。请检查路径和权限。", path.display()));
        let mut within = Vec::new();
        for entry in std::fs::read_dir(path).with_context(unreadable)? {
            let path = entry.with_context(unreadable)?.path();
            let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default().to_ascii_lowercase();
            if path.is_file() && ENDINGS.contains(&ending.as_str()) {
                within.push(path);
            }
        }
        within.sort();
        all.extend(within);
    }
    Ok(all)
}

async fn bring(
    opened: &Opened,
    library: &Library,
    (file, offer): (&Path, Offer),
    (org, dry_run): (OrgRef, bool),
) -> Result<(String, Outcome), Problem> {
    let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let bytes = std::fs::read(file).map_err(|_| Problem::invalid("读不了。请检查路径和权限。"))?;
    let read = tokio::task::spawn_blocking(move || content(vec![(name, bytes)], ""));
    let content = read.await.map_err(Problem::broken)??;
    let ground = &opened.ground;
    let mut rng = ground.rngs.rng();
    let done = library.import(offer, content, (org, dry_run), ground.clock.now(), &mut rng).await?;
    Ok((done.title, done.outcome))
}

fn tell(counts: &mut Counts, file: &Path, title: &str, outcome: Outcome) {
    let words = match outcome {
        Outcome::Added => {
            counts.added += 1;
            "新书".to_owned()
        }
        Outcome::Renewed(edition) => {
            counts.renewed += 1;
            format!("第 {edition} 版")
        }
        Outcome::There => "已经有了，没有变化".to_owned(),
        Outcome::Older => "已经有更新的一版，没有变化".to_owned(),
        Outcome::Withdrawn => "已经下架，没有重新收进".to_owned(),
    };
    if matches!(outcome, Outcome::There | Outcome::Older | Outcome::Withdrawn) {
        counts.there += 1;
    }
    say(format!("{}：《{title}》{words}。", file.display()));
}

async fn note(opened: &Opened, count: usize) -> Result<()> {
    let ground = &opened.ground;
    let event = Event::new(opened.home, AuditKind::Import, ground.clock.real(), &mut ground.rngs.rng());
    let event = event.detail(format!("命令行导入书：{count} 本"));
    let write = ground.db.write("import_note", move |tx| {
        let event = event.clone();
        Box::pin(async move { Ok(record(tx, &event).await?) })
    });
    Ok(write.await?)
}

fn told(problem: Problem) -> anyhow::Error {
    match problem.source {
        Some(source) => source.context(Stop(problem.message)),
        None => stop(problem.message),
    }
}
