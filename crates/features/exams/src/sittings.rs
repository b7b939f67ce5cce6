//! The verbs of taking a test. Sitting down is one write, answering one; nothing is marked before it is handed in.

use chrono::TimeDelta;
use huiyin_base::{Id, Instant, Problem, Rng};
use huiyin_db::Db;
use huiyin_directory::Viewer;
use serde::{Deserialize, Serialize};

use crate::exams::{book, found_for};
use crate::heats::hindrance;
use crate::sheets::PAPER;
use crate::store::{
    AnswerRow, Exam, ExamState, LateRow, LateState, Sitting, SittingState, answer_list, answer_put, exam_find,
    late_add, sitting_add, sitting_list, sitting_lock, sitting_submit,
};

/// What is on its way when the time ends still counts.
pub(crate) const GRACE: TimeDelta = TimeDelta::seconds(30);
/// The most letters of an answer.
pub(crate) const LONGEST: usize = 4_000;
/// The most answers in one sending.
pub(crate) const MOST: usize = 400;

/// Whose answers they are: the person, or the account that belongs to nobody.
pub(crate) fn taker(viewer: &Viewer) -> Id {
    viewer.person.unwrap_or(viewer.account.id)
}

/// One answer as a device sends it.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Sent {
    /// Which question of the paper.
    pub place: i64,
    /// Counted up with every change of it.
    pub seq: i64,
    /// What was answered.
    pub value: String,
    /// How long ago it was written, in milliseconds, by the device's own clock; whether that goes right does not matter.
    #[serde(default)]
    pub age: i64,
}

/// What the server says about one answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Receipt {
    pub place: i64,
    pub seq: i64,
    pub state: Kept,
    /// What holds where it is not what was sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
}

/// What became of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Kept {
    /// It holds.
    Saved,
    /// Another device has answered later; that holds.
    Older,
    /// It came after the end and waits for somebody to look.
    Late,
    /// There is no such question, or it is too long.
    Refused,
}

/// Sits down: begins a go, or comes back to the one that is open.
pub(crate) async fn start(db: &Db, viewer: &Viewer, exam: Id, now: Instant, rng: &mut Rng) -> Result<Id, Problem> {
    let taker = taker(viewer);
    let mut tx = db.read().await?;
    let exam = found_for(&mut tx, viewer, exam).await?;
    let before = sitting_list(&mut tx, taker, exam.id).await?;
    if let Some(open) = before.iter().find(|sitting| is_open(sitting, now)) {
        return Ok(open.id);
    }
    if let Some(words) = hindrance(&mut tx, exam.id, taker).await? {
        return Err(Problem::conflict(words));
    }
    may_start(&exam, before.len(), now)?;
    let n = i64::try_from(before.len()).unwrap_or(0) + 1;
    let book = book(&mut tx, &exam).await?;
    drop(tx);
    let paper = book.deal(exam.seed, exam.shuffled, taker, n);
    let sitting = Sitting {
        region: taker.region(),
        id: Id::new(taker.region(), now, rng),
        exam: exam.id,
        taker,
        n,
        state: SittingState::Open,
        started_at: now,
        ends_at: exam.closes_at.min(now + TimeDelta::minutes(exam.minutes)),
        submitted_at: None,
        marks: None,
        out_of: book.out_of(&paper),
    };
    let write = db.write("sitting_start", move |tx| {
        let sitting = sitting.clone();
        Box::pin(async move {
            if sitting_add(tx, &sitting).await? {
                return Ok(sitting.id);
            }
            // The same press twice, or two devices at once: it is the same go.
            let all = sitting_list(tx, sitting.taker, sitting.exam).await?;
            all.iter().find(|one| one.n == sitting.n).map(|one| one.id).ok_or_else(Problem::not_found)
        })
    });
    write.await
}

/// Whether another go may begin.
pub(crate) fn may_start(exam: &Exam, before: usize, now: Instant) -> Result<(), Problem> {
    if now < exam.opens_at {
        return Err(Problem::conflict("测试还没有开始。"));
    }
    if exam.state != ExamState::Open || now >= exam.closes_at {
        return Err(Problem::conflict("测试已经结束。"));
    }
    if before >= usize::try_from(exam.tries).unwrap_or(0) {
        return Err(Problem::conflict("您的次数已经用完。"));
    }
    Ok(())
}

/// Whether answers still count.
pub(crate) fn is_open(sitting: &Sitting, now: Instant) -> bool {
    sitting.state == SittingState::Open && now <= sitting.ends_at + GRACE
}

/// Keeps answers. What is there already changes nothing; what comes after the end waits for somebody to look.
pub(crate) async fn answer(
    db: &Db,
    viewer: &Viewer,
    id: Id,
    device: &str,
    sent: Vec<Sent>,
    now: Instant,
) -> Result<(Vec<Receipt>, Sitting), Problem> {
    if sent.len() > MOST || device.is_empty() || device.len() > 40 || device == PAPER {
        return Err(Problem::invalid("一次传来的答案太多，请刷新页面后再试。"));
    }
    let (taker, device) = (taker(viewer), device.to_owned());
    let write = db.write("sitting_answer", move |tx| {
        let (device, sent) = (device.clone(), sent.clone());
        Box::pin(async move {
            // What is on paper comes by its sheet and no other way.
            let sitting = sitting_lock(tx, Some(taker), id).await?;
            let sitting = sitting.filter(|sitting| sitting.state != SittingState::Printed);
            let sitting = sitting.ok_or_else(Problem::not_found)?;
            let usual = |one: &&Sent| usable(one);
            if is_open(&sitting, now) {
                let rows = sent.iter().filter(usual).map(|one| row(&sitting, &device, one, now));
                answer_put(tx, &rows.collect::<Vec<_>>()).await?;
            }
            let held = answer_list(tx, id).await?;
            let late = sent.iter().filter(usual).filter(|one| !holds(&held, one) && !is_open(&sitting, now));
            late_add(tx, &late.map(|one| late_row(&sitting, &device, one, now)).collect::<Vec<_>>()).await?;
            let open = is_open(&sitting, now);
            Ok((sent.iter().map(|one| receipt(one, &device, &held, open)).collect(), sitting))
        })
    });
    write.await
}

/// As many places as a paper may have at most.
fn usable(sent: &Sent) -> bool {
    (0..1_200).contains(&sent.place)
        && (1..1_000_000_000).contains(&sent.seq)
        && sent.value.chars().count() <= LONGEST
        && !sent.value.contains('\0')
}

pub(crate) fn row(sitting: &Sitting, device: &str, sent: &Sent, now: Instant) -> AnswerRow {
    AnswerRow {
        region: sitting.region,
        sitting: sitting.id,
        place: sent.place,
        seq: sent.seq,
        device: device.to_owned(),
        value: sent.value.clone(),
        received_at: now,
        part: None,
        words: None,
    }
}

pub(crate) fn late_row(sitting: &Sitting, device: &str, sent: &Sent, now: Instant) -> LateRow {
    let longest = TimeDelta::days(400).num_milliseconds();
    LateRow {
        region: sitting.region,
        sitting: sitting.id,
        place: sent.place,
        seq: sent.seq,
        device: device.to_owned(),
        exam: sitting.exam,
        value: sent.value.clone(),
        written_at: now - TimeDelta::milliseconds(sent.age.clamp(0, longest)),
        received_at: now,
        state: LateState::Waiting,
        reason: None,
        decided_day: None,
    }
}

/// Whether what holds is this answer, or one that came after it.
fn holds(held: &[AnswerRow], sent: &Sent) -> bool {
    held.iter()
        .any(|row| row.place == sent.place && (row.seq > sent.seq || (row.seq == sent.seq && row.value == sent.value)))
}

fn receipt(sent: &Sent, device: &str, held: &[AnswerRow], open: bool) -> Receipt {
    let found = held.iter().find(|row| row.place == sent.place);
    let same = found.is_some_and(|row| row.seq == sent.seq && (row.device == device || row.value == sent.value));
    let state = match found {
        _ if !usable(sent) => Kept::Refused,
        _ if same => Kept::Saved,
        Some(row) if open || row.seq > sent.seq => Kept::Older,
        _ => Kept::Late,
    };
    let other = found.filter(|_| state == Kept::Older);
    Receipt {
        place: sent.place,
        seq: other.map_or(sent.seq, |row| row.seq),
        state,
        value: other.map(|row| row.value.clone()),
    }
}

/// Hands a go in. What was handed in stays so; gives the test.
pub(crate) async fn submit(db: &Db, viewer: &Viewer, id: Id, now: Instant) -> Result<Exam, Problem> {
    let taker = taker(viewer);
    let write = db.write("sitting_submit", move |tx| {
        Box::pin(async move {
            let sitting = sitting_lock(tx, Some(taker), id).await?.ok_or_else(Problem::not_found)?;
            if sitting.state == SittingState::Open {
                sitting_submit(tx, id, SittingState::Open, now.min(sitting.ends_at)).await?;
            }
            exam_find(tx, sitting.exam).await?.ok_or_else(Problem::not_found)
        })
    });
    write.await
}

#[cfg(test)]
mod tests {
    use super::*;
    use huiyin_base::Region;

    fn held(seq: i64, device: &str, value: &str) -> Vec<AnswerRow> {
        let id = Id::new(Region::FIRST, Instant::UNIX_EPOCH, &mut Rng::seeded(1));
        vec![AnswerRow {
            region: Region::FIRST,
            sitting: id,
            place: 0,
            seq,
            device: device.into(),
            value: value.into(),
            received_at: Instant::UNIX_EPOCH,
            part: None,
            words: None,
        }]
    }

    fn sent(seq: i64, value: &str) -> Sent {
        Sent { place: 0, seq, value: value.into(), age: 0 }
    }

    #[test]
    fn a_receipt_says_what_holds() {
        let state = |sent: &Sent, held: &[AnswerRow], open| receipt(sent, "甲", held, open).state;
        assert_eq!(state(&sent(2, "x"), &held(2, "甲", "x"), true), Kept::Saved);
        assert_eq!(state(&sent(2, "x"), &held(2, "甲", "x"), false), Kept::Saved, "sent once more after the end");
        assert_eq!(state(&sent(2, "x"), &held(2, "乙", "y"), true), Kept::Older);
        assert_eq!(state(&sent(1, "x"), &held(2, "乙", "y"), false), Kept::Older);
        assert_eq!(state(&sent(3, "x"), &held(2, "甲", "y"), false), Kept::Late);
        assert_eq!(state(&sent(1, "x"), &[], false), Kept::Late);
        assert_eq!(state(&Sent { place: -1, ..sent(1, "x") }, &[], true), Kept::Refused);
        assert_eq!(receipt(&sent(1, "x"), "甲", &held(2, "乙", "y"), true).value.as_deref(), Some("y"));
    }
}
