//! Files in the fields of cases.

use huiyin_base::{Day, Id, Region};
use huiyin_db::{Result, Tx, insert_many, query};
use huiyin_files::StoredFile;
use huiyin_files::store::{file_list, file_remove};

use super::record::of;
use super::stored::stored;
use super::{case_lock, case_update, event_add};
use crate::reporter::note;
use crate::{Action, ActorKind, CaseErasure, CaseRef, Moment};

stored! {
    /// A file that stands in a field.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct CaseFile in "case_file" {
        fixed { region: Region, case_id: Id, field: String, file: Id, name: String, day: Day }
        moving {}
    }
}

/// Puts files into fields that hold none.
pub async fn case_file_add(tx: &mut Tx, files: &[CaseFile]) -> Result<()> {
    insert_many(tx, CaseFile::INSERT, files.iter().map(CaseFile::values).collect(), "").await?;
    Ok(())
}

/// The files of a case, by field.
pub async fn case_file_list(tx: &mut Tx, case: CaseRef) -> Result<Vec<CaseFile>> {
    of(CaseFile::SELECT, case).then("order by x.field").query().fetch_all(tx).await
}

/// One of them.
pub async fn case_file_find(tx: &mut Tx, case: CaseRef, file: Id) -> Result<Option<CaseFile>> {
    of(CaseFile::SELECT, case).and("x.file = ?").bind(file).query().fetch_optional(tx).await
}

/// Takes the file out of a field. Its content goes with the sweep of what no row names.
pub async fn case_file_drop(tx: &mut Tx, case: CaseRef, field: &str) -> Result<()> {
    let gone = query("delete from case_file where region = $1 and case_id = $2 and field = $3 returning file");
    let files: Vec<Id> = gone.bind(case.region).bind(case.id).bind(field).fetch_column(tx).await?;
    for file in files {
        file_remove(tx, case.region, file).await?;
    }
    Ok(())
}

const ENDED: &str = "x.state in ('answered', 'closed', 'withdrawn')";

/// Cases that ended up to a day and whose files are still kept.
pub async fn files_kept(tx: &mut Tx, until: Day, limit: i64) -> Result<Vec<CaseRef>> {
    let base = "select distinct f.region, f.case_id from case_file f
        join case_item x on x.region = f.region and x.id = f.case_id where";
    let base = huiyin_db::Filter::new(base).then(ENDED).and("coalesce(x.closed_day, x.answered_day) <= ?").bind(until);
    let rows = base.then("limit ?").bind(limit).query().fetch_all::<(Region, Id)>(tx).await?;
    Ok(rows.into_iter().map(|(region, id)| CaseRef { region, id }).collect())
}

/// Removes the files of a case, with its record and a line in its history; nothing where somebody opened it again meanwhile. Their
/// content is deleted by the caller, once the write stands.
pub async fn files_erase(
    tx: &mut Tx,
    case: CaseRef,
    until: Day,
    (moment, days): (Moment, i64),
) -> Result<Vec<StoredFile>> {
    let Some(mut item) = case_lock(tx, case).await? else { return Ok(Vec::new()) };
    let ended = item.closed_day.or(item.answered_day);
    if item.state.is_open() || ended.is_none_or(|ended| ended > until) {
        return Ok(Vec::new());
    }
    let files = case_file_list(tx, case).await?;
    let ids: Vec<Id> = files.iter().map(|file| file.file).collect();
    let stored = file_list(tx, case.region, &ids).await?;
    for file in &files {
        let value = query("delete from case_value where region = $1 and case_id = $2 and field = $3");
        value.bind(case.region).bind(case.id).bind(&file.field).execute(tx).await?;
        case_file_drop(tx, case, &file.field).await?;
    }
    let n = i64::try_from(files.len()).unwrap_or(i64::MAX);
    let record = CaseErasure { region: case.region, case_id: case.id, day: moment.today, what: "files".into(), n };
    let tail = "on conflict (region, case_id, day, what) do nothing";
    insert_many(tx, CaseErasure::INSERT, vec![record.values()], tail).await?;
    item.events += 1;
    let mut event = note(&item, Action::Erase, ActorKind::System, "系统".into(), moment);
    event.reason = Some(format!("结束满 {days} 天，附件已按规定删除"));
    event_add(tx, &[&event]).await?;
    case_update(tx, &item).await?;
    Ok(stored)
}
