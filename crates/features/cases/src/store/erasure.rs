//! What is removed of a case when its time is over, and the record of it.

use huiyin_base::{Day, Id, Region};
use huiyin_db::{Query, Result, Tx, insert_many, query};
use huiyin_files::StoredFile;
use huiyin_files::store::{file_list, file_remove};

use super::phone::phone_lookup_sweep;
use super::record::of;
use super::{case_lock, case_update, event_add, photo_list};
use crate::retention::note_erased;
use crate::{CaseErasure, CaseRef, Moment, PhotoPart};

/// How much of what was removed.
pub type Erased = Vec<(&'static str, u64)>;

/// Cases that ended up to a day and of which what is sealed is still kept, those answered or ended first come first. What is answered and
/// never closed, such as a task, is walked over: ask for all that one run is to remove.
pub async fn kept_ended(tx: &mut Tx, until: Day, limit: i64) -> Result<Vec<CaseRef>> {
    // By the day of the answer, which stands in an index that no closing writes: what was closed by then was answered before.
    let answered = query(
        "select x.answered_day, x.region, x.id from case_item x
         where x.answered_day is not null and x.erased_day is null and x.answered_day <= $1 and x.closed_day <= $1 and x.ended_day is null
         order by x.answered_day, x.id limit $2",
    );
    let otherwise = query(
        "select x.ended_day, x.region, x.id from case_item x
         where x.ended_day is not null and x.erased_day is null and x.ended_day <= $1
         order by x.ended_day, x.id limit $2",
    );
    let mut rows = answered.bind(until).bind(limit).fetch_all::<(Day, Region, Id)>(tx).await?;
    rows.extend(otherwise.bind(until).bind(limit).fetch_all::<(Day, Region, Id)>(tx).await?);
    rows.sort_unstable();
    rows.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    Ok(rows.into_iter().map(|(_, region, id)| CaseRef { region, id }).collect())
}

/// Removes what is sealed of a case, with its record and a line in its history; nothing where somebody opened it again meanwhile.
/// The content of the pictures is deleted by the caller, once the write stands.
pub async fn sealed_erase(
    tx: &mut Tx,
    case: CaseRef,
    until: Day,
    (moment, days): (Moment, i64),
) -> Result<(Erased, Vec<StoredFile>)> {
    let Some(mut item) = case_lock(tx, case).await? else { return Ok(Default::default()) };
    if item.erased_day.is_some() || item.closed_day.is_none_or(|closed| closed > until) {
        return Ok(Default::default());
    }
    let mut erased: Erased =
        vec![("original", u64::from(item.original.is_some())), ("contact", u64::from(item.contact.is_some()))];
    let words = query("update case_item set original = null, contact = null where region = $1 and id = $2");
    words.bind(case.region).bind(case.id).execute(tx).await?;
    let pictures = photos_remove(tx, case).await?;
    let photos = u64::try_from(pictures.len()).unwrap_or(u64::MAX);
    erased.push(("photos", photos));
    let at = |statement: Query| statement.bind(case.region).bind(case.id);
    let comments =
        query("update case_rating set comment = null where region = $1 and case_id = $2 and comment is not null");
    let past =
        query("update case_rating_past set comment = null where region = $1 and case_id = $2 and comment is not null");
    let phones = query("delete from case_phone where region = $1 and case_id = $2");
    let notices = query("delete from case_notice where region = $1 and case_id = $2");
    let notes = query("delete from case_note where region = $1 and case_id = $2");
    let calls =
        query("update callback_entry set words = null where region = $1 and case_id = $2 and words is not null");
    for (what, statement) in [
        ("comments", comments),
        ("past_comments", past),
        ("phones", phones),
        ("notices", notices),
        ("notes", notes),
        ("calls", calls),
    ] {
        erased.push((what, at(statement).execute(tx).await?));
    }
    let letters = query("update case_message set body = $3 where region = $1 and case_id = $2 and body <> $3");
    let letters = letters.bind(case.region).bind(case.id).bind(Vec::<u8>::new()).execute(tx).await?;
    erased.push(("messages", letters));
    phone_lookup_sweep(tx, case).await?;
    erased.retain(|(_, n)| *n > 0);
    let record = |(what, n): &(&'static str, u64)| {
        let n = i64::try_from(*n).unwrap_or(i64::MAX);
        CaseErasure { region: case.region, case_id: case.id, day: moment.today, what: (*what).to_owned(), n }.values()
    };
    let tail = "on conflict (region, case_id, day, what) do nothing";
    insert_many(tx, CaseErasure::INSERT, erased.iter().map(record).collect(), tail).await?;
    item.photos -= i64::try_from(photos).unwrap_or(0);
    let event = note_erased(&mut item, days, moment);
    event_add(tx, &[&event]).await?;
    case_update(tx, &item).await?;
    Ok((erased, pictures))
}

/// The records of what was removed of a case.
pub async fn erasure_list(tx: &mut Tx, case: CaseRef) -> Result<Vec<CaseErasure>> {
    of(CaseErasure::SELECT, case).then("order by x.day, x.what").query().fetch_all(tx).await
}

/// Rows of pictures that were never public.
async fn photos_remove(tx: &mut Tx, case: CaseRef) -> Result<Vec<StoredFile>> {
    let photos = photo_list(tx, case, false).await?;
    let hidden = photos.iter().filter(|photo| photo.part == PhotoPart::Report && !photo.public);
    let ids: Vec<Id> = hidden.map(|photo| photo.file).collect();
    let pictures = file_list(tx, case.region, &ids).await?;
    for file in ids {
        let row = query("delete from case_photo where region = $1 and case_id = $2 and file = $3");
        row.bind(case.region).bind(case.id).bind(file).execute(tx).await?;
        file_remove(tx, case.region, file).await?;
    }
    Ok(pictures)
}
