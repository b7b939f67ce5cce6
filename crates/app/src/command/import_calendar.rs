use std::collections::BTreeMap;

use anyhow::Result;
use huiyin_base::calendar::{OddDay, read_days};
use huiyin_directory::audit::{AuditKind, Event, record};
use huiyin_web::Ground;

use crate::failure::stop;
use crate::say::{complain, say};
use crate::store::work_day::work_day_put;

/// Brings in the days that differ from Monday to Friday, whole years at once. Says whether it did, or would.
pub(super) async fn run(ground: &Ground, home: huiyin_base::Region, bytes: Vec<u8>, dry_run: bool) -> Result<bool> {
    let text = String::from_utf8(bytes)
        .map_err(|_| stop("放假调休日历要存成 UTF-8 的 CSV 文件：在 Excel 里选“CSV UTF-8（逗号分隔）”另存。"))?;
    let (days, errors) = read_days(&text);
    for error in &errors {
        complain(error);
    }
    for (year, (rest, work)) in years(&days) {
        let known = if ground.calendar.is_published(huiyin_base::Day::new(year, 1, 1).unwrap_or(days[0].day)) {
            "，替换已有的这一年"
        } else {
            ""
        };
        say(format!("{year} 年：工作日放假 {rest} 天，周末调休上班 {work} 天{known}。"));
    }
    if days.is_empty() && errors.is_empty() {
        complain("文件里没有一天，请按 date,is,occasion 三列填写，例如 2027-01-01,rest,元旦。");
    }
    if !errors.is_empty() || days.is_empty() {
        say("有错误，没有写入任何内容。请改正后重来。");
        return Ok(false);
    }
    if dry_run {
        say("只做了检查，没有写入任何内容。");
        return Ok(true);
    }
    let event = Event::new(home, AuditKind::Import, ground.clock.real(), &mut ground.rngs.rng());
    let event = event.about("work_day", days[0].day.year()).detail("命令行导入放假调休日历");
    let write = ground.db.write("calendar_import", move |tx| {
        let (days, event) = (days.clone(), event.clone());
        Box::pin(async move {
            work_day_put(tx, &days).await?;
            Ok(record(tx, &event).await?)
        })
    });
    write.await?;
    say("已导入。服务重新启动后按新日历计算期限；已经定下的期限不变。");
    Ok(true)
}

/// Holidays and make-up days of each year.
fn years(days: &[OddDay]) -> BTreeMap<i32, (usize, usize)> {
    let mut years = BTreeMap::new();
    for odd in days {
        let (rest, work) = years.entry(odd.day.year()).or_insert((0, 0));
        *if odd.is_work { work } else { rest } += 1;
    }
    years
}
