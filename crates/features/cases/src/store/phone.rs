//! Telephone numbers that open cases, the codes by which they are proven, and who asked to be told of news.

use huiyin_base::{Instant, Region};
use huiyin_db::{Filter, Result, RowChange, ToValue as _, Tx, insert_many, query, update_many, values};

use super::record::of;
use crate::{Action, CaseNotice, CasePhone, CaseRef, PhoneCode};

/// Lets a number open a case, instead of an earlier number of the same receipt.
pub async fn phone_put(tx: &mut Tx, phone: &CasePhone) -> Result<()> {
    phone_remove(tx, CaseRef { region: phone.region, id: phone.case_id }, phone.follower).await?;
    insert_many(tx, CasePhone::INSERT, vec![phone.values()], "").await?;
    let look = query("insert into phone_lookup (hash, region, id) values ($1, $2, $3) on conflict do nothing");
    look.bind(phone.number).bind(phone.region).bind(phone.case_id).execute(tx).await?;
    Ok(())
}

/// The numbers of a case.
pub async fn phone_list(tx: &mut Tx, case: CaseRef) -> Result<Vec<CasePhone>> {
    of(CasePhone::SELECT, case).then("order by x.follower").query().fetch_all(tx).await
}

/// The cases that a number opens.
pub async fn phone_cases(tx: &mut Tx, number: [u8; 32]) -> Result<Vec<CaseRef>> {
    let rows = query("select region, id from phone_lookup where hash = $1 order by region, id").bind(number);
    let rows = rows.fetch_all::<(Region, huiyin_base::Id)>(tx).await?;
    Ok(rows.into_iter().map(|(region, id)| CaseRef { region, id }).collect())
}

/// Forgets the number of a receipt.
pub async fn phone_remove(tx: &mut Tx, case: CaseRef, follower: [u8; 32]) -> Result<()> {
    let remove = query("delete from case_phone where region = $1 and case_id = $2 and follower = $3");
    remove.bind(case.region).bind(case.id).bind(follower).execute(tx).await?;
    phone_lookup_sweep(tx, case).await
}

/// Takes away what no number of the case needs any more.
pub(super) async fn phone_lookup_sweep(tx: &mut Tx, case: CaseRef) -> Result<()> {
    let numbers: Vec<[u8; 32]> = phone_list(tx, case).await?.into_iter().map(|phone| phone.number).collect();
    let sweep = query("delete from phone_lookup where region = $1 and id = $2 and hash not in (list)");
    let numbers = if numbers.is_empty() { vec![[0; 32]] } else { numbers };
    sweep.bind(case.region).bind(case.id).bind_list(numbers).execute(tx).await?;
    Ok(())
}

/// Writes a code; it takes the place of an earlier one.
pub async fn code_put(tx: &mut Tx, code: &PhoneCode) -> Result<()> {
    let row = values![code.region, code.number, code.code, code.tries, code.expires_at];
    let head = "insert into phone_code (region, number, code, tries, expires_at)";
    let tail = "on conflict (region, number) do update set code = excluded.code, tries = excluded.tries,
        expires_at = excluded.expires_at";
    insert_many(tx, head, vec![row], tail).await?;
    Ok(())
}

/// Deletes codes that are too old.
pub async fn code_sweep(tx: &mut Tx, now: Instant) -> Result<()> {
    query("delete from phone_code where expires_at < $1").bind(now).execute(tx).await?;
    Ok(())
}

/// Tries a code: the right one is used up, a wrong one counts, and after `most` of them none fits.
pub async fn code_try(
    tx: &mut Tx,
    region: Region,
    number: [u8; 32],
    code: [u8; 32],
    (most, now): (i64, Instant),
) -> Result<bool> {
    let spent = query(
        "delete from phone_code where region = $1 and number = $2 and code = $3 and tries < $4 and expires_at >= $5",
    );
    let spent = spent.bind(region).bind(number).bind(code).bind(most).bind(now).execute(tx).await?;
    if spent == 1 {
        return Ok(true);
    }
    let count = query("update phone_code set tries = tries + 1 where region = $1 and number = $2");
    count.bind(region).bind(number).execute(tx).await?;
    Ok(false)
}

/// Lets somebody be told of news of a case.
pub async fn notice_put(tx: &mut Tx, notice: &CaseNotice) -> Result<()> {
    let tail = "on conflict (region, case_id, follower) do update set channel = excluded.channel,
        recipient = excluded.recipient, since_day = excluded.since_day, pending = null";
    insert_many(tx, CaseNotice::INSERT, vec![notice.values()], tail).await?;
    Ok(())
}

/// Who is to be told of news of a case.
pub async fn notice_list(tx: &mut Tx, case: CaseRef) -> Result<Vec<CaseNotice>> {
    of(CaseNotice::SELECT, case).then("order by x.follower").query().fetch_all(tx).await
}

/// Something happened to cases, one line each, that whoever asked is to be told of. Costs little where nobody asked.
pub async fn notice_mark(tx: &mut Tx, news: &[(CaseRef, Action)]) -> Result<()> {
    let rows = news.iter().map(|(case, action)| RowChange {
        key: vec![("region", case.region.to_value()), ("case_id", case.id.to_value())],
        set: vec![("pending", action.to_value())],
    });
    update_many(tx, "case_notice", rows.collect::<Vec<_>>()).await?;
    Ok(())
}

/// Who waits to be told.
pub async fn notice_pending(tx: &mut Tx, limit: i64) -> Result<Vec<CaseNotice>> {
    let base = Filter::new(CaseNotice::SELECT).then("x.pending is not null order by x.region, x.case_id, x.follower");
    base.then("limit ?").bind(limit).query().fetch_all(tx).await
}

/// He is told; false where somebody else was quicker, or there is newer news.
pub async fn notice_clear(tx: &mut Tx, notice: &CaseNotice) -> Result<bool> {
    let clear = query(
        "update case_notice set pending = null where region = $1 and case_id = $2 and follower = $3 and pending = $4",
    );
    let clear = clear.bind(notice.region).bind(notice.case_id).bind(notice.follower).bind(notice.pending);
    Ok(clear.execute(tx).await? == 1)
}

/// Tells him no more.
pub async fn notice_remove(tx: &mut Tx, case: CaseRef, follower: [u8; 32]) -> Result<()> {
    let remove = query("delete from case_notice where region = $1 and case_id = $2 and follower = $3");
    remove.bind(case.region).bind(case.id).bind(follower).execute(tx).await?;
    Ok(())
}
