//! A county's own ledger by the command line.

use anyhow::Result;
use huiyin_base::Problem;
use huiyin_cases::ledger::{Ledger, LedgerFile, LedgerReport, import_ledger};
use huiyin_cases::{Cases, Moment};
use huiyin_directory::audit::{AuditKind, Event, record};
use huiyin_directory::{OrgKind, org_root};

use super::import::{Arguments, keep};
use crate::failure::{Stop, stop};
use crate::say::{complain, say};
use crate::start::Opened;

/// Reads, checks and, where nothing speaks against it, writes the ledger.
pub(super) async fn bring(opened: &Opened, arguments: &Arguments, name: &str, bytes: &[u8]) -> Result<LedgerReport> {
    let (ground, regions) = (&opened.ground, &opened.regions);
    let code = arguments
        .county
        .as_deref()
        .ok_or_else(|| stop("请用 --county 写明是哪个县区的台账，例如 --county 610602。"))?;
    let region = regions.by_code(code).ok_or_else(|| stop(format!("没有代码为 {code} 的县（市、区）。")))?;
    let county = org_root(&mut ground.db.read().await?, region).await?.filter(|org| org.kind == OrgKind::County);
    let county = county.ok_or_else(|| stop(format!("代码 {code} 不是县（市、区），或它的机构还没有导入。")))?;
    let cases = Cases::of(&ground.db, &ground.vault, &ground.calendar).map_err(told)?;
    let ledger = Ledger {
        cases: &cases,
        county: county.at(),
        name: regions.name(region),
        short: regions.short(region),
        moment: Moment::at(ground.clock.now()),
    };
    let file = LedgerFile { name, bytes, dry_run: arguments.dry_run, partial: arguments.partial };
    let mut rng = ground.rngs.rng();
    let report = import_ledger(&ledger, file, &mut rng).await.map_err(told)?;
    let event = Event::new(region, AuditKind::Import, ground.clock.real(), &mut rng).about("case_import", report.batch);
    let event = event.detail(if report.applied { "命令行导入台账" } else { "命令行检查台账" });
    let write = ground.db.write("import_note", move |tx| {
        let event = event.clone();
        Box::pin(async move { Ok(record(tx, &event).await?) })
    });
    write.await?;
    Ok(report)
}

/// Says what became of the file; whether it came in, or would.
pub(super) fn tell(report: &LedgerReport, arguments: &Arguments) -> Result<bool> {
    if let Some(path) = &arguments.result {
        keep(path, &report.result)?;
    }
    for notice in &report.notices {
        say(notice);
    }
    let counts = report.counts;
    say(format!(
        "可以导入 {}，可能重复 {}（略过），没有问题内容 {}，有错误 {}。",
        counts.add, counts.twin, counts.skip, counts.refuse
    ));
    for error in &report.errors {
        complain(error);
    }
    if counts.refuse > report.errors.len() {
        complain("还有更多错误，用 --result 文件名.xlsx 得到逐行结果。");
    }
    say(match (report.applied, arguments.dry_run) {
        (true, _) => format!("已导入 {} 件，全部内容一起生效。", report.made),
        (false, true) => "只做了检查，没有写入任何内容。".to_owned(),
        (false, false) => "有错误，没有写入任何内容。请改正后重来，或用 --partial 只导入没有错误的行。".to_owned(),
    });
    Ok(report.applied || (arguments.dry_run && counts.refuse == 0))
}

fn told(problem: Problem) -> anyhow::Error {
    match problem.source {
        Some(source) => source.context(Stop(problem.message)),
        None => stop(problem.message),
    }
}
