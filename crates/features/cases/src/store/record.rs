//! What is kept beside a case.

use huiyin_base::{Day, Id, Region};
use huiyin_db::{Filter, Result, Tx, insert_many, query};

use crate::{CaseAnswer, CaseEvent, CaseFollow, CaseMessage, CaseOwner, CasePhoto, CaseRef, Decision};

/// Appends to the histories of cases.
pub async fn event_add(tx: &mut Tx, events: &[&CaseEvent]) -> Result<()> {
    insert_many(tx, CaseEvent::INSERT, events.iter().map(|event| event.values()).collect(), "").await?;
    Ok(())
}

/// The history in order; for the public only what it may see. That somebody rated stands in old histories and is told to nobody.
pub async fn event_list(tx: &mut Tx, case: CaseRef, public_only: bool) -> Result<Vec<CaseEvent>> {
    let base = of(CaseEvent::SELECT, case).and("coalesce(x.kind, '') <> 'rate'");
    let base = if public_only { base.and("x.public = ?").bind(true) } else { base };
    base.then("order by x.n").query().fetch_all(tx).await
}

/// Notes a new owner.
pub async fn owner_add(tx: &mut Tx, owner: &CaseOwner) -> Result<()> {
    insert_many(tx, CaseOwner::INSERT, vec![owner.values()], "").await?;
    Ok(())
}

/// Everybody who ever owned the case.
pub async fn owner_list(tx: &mut Tx, case: CaseRef) -> Result<Vec<CaseOwner>> {
    of(CaseOwner::SELECT, case).then("order by x.n").query().fetch_all(tx).await
}

/// Writes an answer, or what was decided about it.
pub async fn answer_put(tx: &mut Tx, answer: &CaseAnswer) -> Result<()> {
    let tail = "on conflict (region, case_id, n) do update set decision = excluded.decision,
        verifier_region = excluded.verifier_region, verifier = excluded.verifier, verifier_post = excluded.verifier_post,
        decided_day = excluded.decided_day";
    insert_many(tx, CaseAnswer::INSERT, vec![answer.values()], tail).await?;
    Ok(())
}

/// The newest answer, whatever was decided about it.
pub async fn answer_find(tx: &mut Tx, case: CaseRef) -> Result<Option<CaseAnswer>> {
    of(CaseAnswer::SELECT, case).then("order by x.n desc limit 1").query().fetch_optional(tx).await
}

/// The answers in order; for the public only the accepted ones.
pub async fn answer_list(tx: &mut Tx, case: CaseRef, public_only: bool) -> Result<Vec<CaseAnswer>> {
    let base = of(CaseAnswer::SELECT, case);
    let base = if public_only { base.and("x.decision = ?").bind(Decision::Accepted) } else { base };
    base.then("order by x.n").query().fetch_all(tx).await
}

/// Appends a message.
pub async fn message_add(tx: &mut Tx, message: &CaseMessage) -> Result<()> {
    insert_many(tx, CaseMessage::INSERT, vec![message.values()], "").await?;
    Ok(())
}

/// Notes that a message was written by somebody whose own case was merged into this one.
pub async fn message_sign(tx: &mut Tx, case: CaseRef, n: i64, follower: [u8; 32]) -> Result<()> {
    let sign = query("update case_message set follower = $1 where region = $2 and case_id = $3 and n = $4");
    sign.bind(follower).bind(case.region).bind(case.id).bind(n).execute(tx).await?;
    Ok(())
}

/// The messages that one of those who raised it may read: the reporter his own and the officers', whoever was merged
/// into it only his own.
pub async fn message_list_of(tx: &mut Tx, case: CaseRef, merged: Option<[u8; 32]>) -> Result<Vec<CaseMessage>> {
    let base = of(CaseMessage::SELECT, case);
    let base = match merged {
        Some(follower) => base.and("x.follower = ?").bind(follower),
        None => base.and("x.follower is null"),
    };
    base.then("order by x.n").query().fetch_all(tx).await
}

/// The messages in order, sealed.
pub async fn message_list(tx: &mut Tx, case: CaseRef) -> Result<Vec<CaseMessage>> {
    of(CaseMessage::SELECT, case).then("order by x.n").query().fetch_all(tx).await
}

/// Adds photos.
pub async fn photo_add(tx: &mut Tx, photos: &[CasePhoto]) -> Result<()> {
    insert_many(tx, CasePhoto::INSERT, photos.iter().map(CasePhoto::values).collect(), "on conflict do nothing")
        .await?;
    Ok(())
}

/// The photos in order; for the public only those the moderator let through.
pub async fn photo_list(tx: &mut Tx, case: CaseRef, public_only: bool) -> Result<Vec<CasePhoto>> {
    let base = of(CasePhoto::SELECT, case);
    let base = if public_only { base.and("x.public = ?").bind(true) } else { base };
    base.then("order by x.part desc, x.position, x.file").query().fetch_all(tx).await
}

/// The cases that hold this file as a photo.
pub async fn photo_find(tx: &mut Tx, region: Region, file: Id) -> Result<Vec<CasePhoto>> {
    let base = Filter::new(CasePhoto::SELECT).then("x.region = ?").bind(region).and("x.file = ?").bind(file);
    base.query().fetch_all(tx).await
}

/// Lets the public see these photos of the report, and no others.
pub async fn photo_publish(tx: &mut Tx, case: CaseRef, files: &[Id]) -> Result<()> {
    let hide = query("update case_photo set public = $1 where region = $2 and case_id = $3 and part = 'report'");
    hide.bind(false).bind(case.region).bind(case.id).execute(tx).await?;
    let show = Filter::new("update case_photo set public = ?").bind(true);
    let show = show.then("where region = ?").bind(case.region).and("case_id = ?").bind(case.id);
    show.and("file in (?)").bind_list(files.iter().copied()).query().execute(tx).await?;
    Ok(())
}

/// Puts a covered copy in the place of a photo: as public as that was, which is public no more.
pub async fn photo_cover(tx: &mut Tx, case: CaseRef, photo: Id, by: Id, today: Day) -> Result<()> {
    let add = query(
        "insert into case_photo (region, case_id, file, part, position, public, day, covers)
         select p.region, p.case_id, $4, p.part, p.position, p.public, $5, coalesce(p.covers, p.file)
         from case_photo p where p.region = $1 and p.case_id = $2 and p.file = $3",
    );
    add.bind(case.region).bind(case.id).bind(photo).bind(by).bind(today).execute(tx).await?;
    let hide = query("update case_photo set public = $1 where region = $2 and case_id = $3 and file = $4");
    hide.bind(false).bind(case.region).bind(case.id).bind(photo).execute(tx).await?;
    Ok(())
}

/// Adds a follower; false when he follows already.
pub async fn follow_add(tx: &mut Tx, follow: &CaseFollow) -> Result<bool> {
    Ok(insert_many(tx, CaseFollow::INSERT, vec![follow.values()], "on conflict do nothing").await? == 1)
}

/// How a receipt follows a case.
pub async fn follow_find(tx: &mut Tx, case: CaseRef, follower: [u8; 32]) -> Result<Option<CaseFollow>> {
    of(CaseFollow::SELECT, case).and("x.follower = ?").bind(follower).query().fetch_optional(tx).await
}

/// Copies every follower of one case to another of the same region, and tells how many came anew.
pub async fn follow_copy(tx: &mut Tx, from: CaseRef, to: CaseRef, today: Day) -> Result<u64> {
    let copy = query(
        "insert into case_follow (region, case_id, follower, raised, via, since_day)
         select f.region, $3, f.follower, f.raised, f.case_id, $4 from case_follow f
         where f.region = $1 and f.case_id = $2
         on conflict (region, case_id, follower) do nothing",
    );
    copy.bind(from.region).bind(from.id).bind(to.id).bind(today).execute(tx).await
}

/// Copies every follower to a case of another region, to which this one was referred.
pub async fn follow_carry(tx: &mut Tx, from: CaseRef, to: CaseRef, today: Day) -> Result<()> {
    let follows: Vec<CaseFollow> = of(CaseFollow::SELECT, from).query().fetch_all(tx).await?;
    let carried = follows.into_iter().map(|follow| {
        CaseFollow { region: to.region, case_id: to.id, via: from.id, since_day: today, ..follow }.values()
    });
    insert_many(tx, CaseFollow::INSERT, carried.collect(), "on conflict do nothing").await?;
    let count = query(
        "update case_item set followers = (select count(*) from case_follow f where f.region = $1 and f.case_id = $2)
         where region = $1 and id = $2",
    );
    count.bind(to.region).bind(to.id).execute(tx).await?;
    Ok(())
}

pub(super) fn of(select: &'static str, case: CaseRef) -> Filter {
    Filter::new(select).then("x.region = ?").bind(case.region).and("x.case_id = ?").bind(case.id)
}
