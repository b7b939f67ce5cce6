//! Marking: by itself where it can be, by a marker where not; and what came late.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use huiyin_base::{Day, Id, Instant, Problem};
use huiyin_db::{Db, Tx};
use huiyin_web::Site;

use crate::exams::book;
use crate::paper::{Book, Dealt, Marked};
use crate::question::WHOLE;
use crate::sheets::PAPER;
use crate::sittings::GRACE;
use crate::store::{
    AnswerRow, Exam, ItemTotal, LateRow, LateState, Sitting, SittingState, answer_list, answer_list_many, answer_mark,
    answer_put, exam_find, item_total_add, late_decide, late_find, late_list_of, sitting_close_due, sitting_lock,
    sitting_marked, sitting_state, sitting_submitted, sitting_sweep,
};

/// Papers in one write.
const CHUNK: i64 = 50;
/// Writes in one run of the job; what is left waits for the next.
const ROUNDS: usize = 200;
/// How long papers are kept, in days, as the catalogue says.
pub(crate) const KEPT: i64 = 400;

/// A paper with its answers, as it was dealt.
#[derive(Debug)]
pub(crate) struct Script {
    /// From which it was dealt.
    pub book: std::sync::Arc<Book>,
    /// What was dealt.
    pub paper: Vec<Dealt>,
    /// What was answered, by place.
    pub answers: BTreeMap<usize, AnswerRow>,
}

impl Script {
    /// Everything of one person's go.
    pub(crate) async fn of(tx: &mut Tx, exam: &Exam, sitting: &Sitting) -> Result<Self, Problem> {
        let book = book(tx, exam).await?;
        let paper = book.deal(exam.seed, exam.shuffled, sitting.taker, sitting.n);
        let answers = answer_list(tx, sitting.id).await?.into_iter();
        let answers = answers.filter_map(|row| Some((usize::try_from(row.place).ok()?, row))).collect();
        Ok(Self { book, paper, answers })
    }

    /// The same of several, in their order.
    pub(crate) async fn of_many(tx: &mut Tx, exam: &Exam, sittings: &[Sitting]) -> Result<Vec<Self>, Problem> {
        let book = book(tx, exam).await?;
        let ids: Vec<Id> = sittings.iter().map(|sitting| sitting.id).collect();
        let mut rows: BTreeMap<Id, BTreeMap<usize, AnswerRow>> = BTreeMap::new();
        for row in answer_list_many(tx, &ids).await? {
            if let Ok(place) = usize::try_from(row.place) {
                rows.entry(row.sitting).or_default().insert(place, row);
            }
        }
        let one = |sitting: &Sitting| Self {
            book: std::sync::Arc::clone(&book),
            paper: book.deal(exam.seed, exam.shuffled, sitting.taker, sitting.n),
            answers: rows.remove(&sitting.id).unwrap_or_default(),
        };
        Ok(sittings.iter().map(one).collect())
    }

    /// What was answered at a place.
    pub(crate) fn given(&self, place: usize) -> &str {
        self.answers.get(&place).map_or("", |row| row.value.as_str())
    }

    /// What it came to at a place.
    pub(crate) fn mark(&self, place: usize) -> Marked {
        let part = self.answers.get(&place).and_then(|row| row.part);
        self.paper.get(place).map_or(Marked::Part(0), |dealt| self.book.mark(dealt, self.given(place), part))
    }

    /// All of it, in hundredths.
    pub(crate) fn marks(&self) -> i64 {
        let all = self.paper.iter().enumerate();
        all.map(|(place, dealt)| self.mark(place).of(self.book.worth(dealt))).sum()
    }

    /// The places at which a marker has not looked yet.
    pub(crate) fn waiting(&self) -> impl Iterator<Item = usize> + '_ {
        (0..self.paper.len()).filter(|place| self.mark(*place) == Marked::Waits)
    }

    fn totals(&self) -> Vec<ItemTotal> {
        let all = self.paper.iter().enumerate();
        all.map(|(place, dealt)| ItemTotal {
            question: self.book.items[dealt.item].0.question,
            taken: 1,
            answered: i64::from(!self.given(place).is_empty()),
            parts: match self.mark(place) {
                Marked::Part(part) => part * 1_000 / i64::from(WHOLE),
                Marked::Own | Marked::Waits => 0,
            },
        })
        .collect()
    }
}

/// The job: hands in what is over, and marks what was handed in.
pub(crate) async fn mark_due(site: &Site) -> huiyin_jobs::Outcome {
    let before = site.clock.now() - GRACE;
    let mut marked = 0;
    for _ in 0..ROUNDS {
        let (closed, done) = round(&site.db, before).await?;
        marked += done;
        if closed == 0 && done == 0 {
            break;
        }
    }
    Ok((marked > 0).then(|| format!("批阅 {marked} 份答卷")))
}

async fn round(db: &Db, before: Instant) -> Result<(u64, usize), Problem> {
    let write = db.write("sitting_mark", move |tx| {
        Box::pin(async move {
            let closed = sitting_close_due(tx, before, CHUNK).await?;
            let sittings = sitting_submitted(tx, CHUNK).await?;
            let mut totals: BTreeMap<(u16, Id, Id), ItemTotal> = BTreeMap::new();
            for sitting in &sittings {
                let Some(exam) = exam_find(tx, sitting.exam).await? else { continue };
                let script = Script::of(tx, &exam, sitting).await?;
                let waits = script.waiting().next().is_some();
                let state = if waits { SittingState::Waiting } else { SittingState::Marked };
                sitting_marked(tx, sitting.id, state, script.marks()).await?;
                if waits {
                    continue;
                }
                for total in script.totals() {
                    let key = (sitting.region.ordinal(), sitting.exam, total.question);
                    let sum =
                        totals.entry(key).or_insert(ItemTotal { taken: 0, answered: 0, parts: 0, ..total.clone() });
                    sum.taken += total.taken;
                    sum.answered += total.answered;
                    sum.parts += total.parts;
                }
            }
            for ((region, exam, _), total) in totals {
                if let Some(region) = huiyin_base::Region::new(region) {
                    item_total_add(tx, region, exam, &[total]).await?;
                }
            }
            Ok((closed, sittings.len()))
        })
    });
    write.await
}

/// The job that lets go of what is old.
pub(crate) async fn sweep(site: &Site) -> huiyin_jobs::Outcome {
    let before = site.clock.now() - TimeDelta::days(KEPT);
    let mut gone = 0;
    for _ in 0..ROUNDS {
        let swept = site
            .db
            .write("sitting_sweep", move |tx| Box::pin(async move { Ok(sitting_sweep(tx, before, CHUNK).await?) }));
        let swept = swept.await?;
        gone += swept;
        if swept == 0 {
            break;
        }
    }
    Ok((gone > 0).then(|| format!("删除到期的答卷 {gone} 份")))
}

/// A marker gives a part of the mark; the paper is finished by the job once nothing waits.
pub(crate) async fn give(
    db: &Db,
    exam: Exam,
    sitting: Id,
    place: i64,
    part: i64,
    words: String,
) -> Result<(), Problem> {
    if !(0..=i64::from(WHOLE)).contains(&part) || words.chars().count() > 500 {
        return Err(Problem::invalid("给分在 0 到满分之间，评语最多 500 字。"));
    }
    let write = db.write("answer_mark", move |tx| {
        let (exam, words) = (exam.clone(), words.clone());
        Box::pin(async move {
            let found = sitting_lock(tx, None, sitting).await?.filter(|found| found.exam == exam.id);
            let found = found.ok_or_else(Problem::not_found)?;
            let script = Script::of(tx, &exam, &found).await?;
            let waits = usize::try_from(place).is_ok_and(|place| script.waiting().any(|one| one == place));
            if found.state != SittingState::Waiting || !waits || !answer_mark(tx, sitting, place, part, &words).await? {
                return Err(Problem::conflict("这道题已经有人批过了。"));
            }
            if script.waiting().count() == 1 {
                sitting_state(tx, sitting, SittingState::Submitted).await?;
            }
            Ok(())
        })
    });
    write.await
}

/// Which answer came late.
#[derive(Clone, Debug)]
pub(crate) struct LateKey {
    pub sitting: Id,
    pub place: i64,
    pub seq: i64,
    pub device: String,
}

/// Counts a late answer or leaves it, with a reason that its taker reads; what came on one sheet of paper is decided as one.
pub(crate) async fn decide(
    db: &Db,
    exam: Exam,
    key: LateKey,
    accept: bool,
    reason: String,
    now: Instant,
) -> Result<(), Problem> {
    if reason.trim().is_empty() || reason.chars().count() > 200 {
        return Err(Problem::invalid("请写一句理由，200 字以内，本人能看到。"));
    }
    let write = db.write("late_decide", move |tx| {
        let (exam, key, reason) = (exam.clone(), key.clone(), reason.clone());
        Box::pin(async move {
            let sitting = sitting_lock(tx, None, key.sitting).await?;
            let sitting = sitting.filter(|sitting| sitting.exam == exam.id).ok_or_else(Problem::not_found)?;
            let mut late = if key.device == PAPER {
                let all = late_list_of(tx, key.sitting).await?.into_iter();
                all.filter(|late| late.device == PAPER).collect()
            } else {
                let one = late_find(tx, key.sitting, key.place, key.seq, &key.device).await?;
                vec![one.ok_or_else(Problem::not_found)?]
            };
            late.retain(|late| late.state == LateState::Waiting);
            if late.is_empty() {
                return Err(Problem::conflict("这个答案已经有人核对过了。"));
            }
            for late in &mut late {
                late.state = if accept { LateState::Accepted } else { LateState::Declined };
                (late.reason, late.decided_day) = (Some(reason.clone()), Some(Day::of(now)));
                late_decide(tx, late).await?;
            }
            if accept {
                recount(tx, &exam, &sitting, late.into_iter().map(counted).collect()).await?;
            }
            Ok(())
        })
    });
    write.await
}

/// A late answer as one that counts.
fn counted(late: LateRow) -> AnswerRow {
    AnswerRow {
        region: late.region,
        sitting: late.sitting,
        place: late.place,
        seq: late.seq,
        device: late.device,
        value: late.value,
        received_at: late.received_at,
        part: None,
        words: None,
    }
}

/// Puts answers into a paper that was handed in, and counts again.
async fn recount(tx: &mut Tx, exam: &Exam, sitting: &Sitting, rows: Vec<AnswerRow>) -> Result<(), Problem> {
    let before = Script::of(tx, exam, sitting).await?;
    answer_put(tx, &rows).await?;
    let after = Script::of(tx, exam, sitting).await?;
    if sitting.state != SittingState::Marked {
        return Ok(());
    }
    if after.waiting().next().is_some() {
        // It was counted already; once a marker has looked it is counted anew.
        let taken = before.totals().into_iter().map(|old| ItemTotal {
            taken: -old.taken,
            answered: -old.answered,
            parts: -old.parts,
            ..old
        });
        item_total_add(tx, sitting.region, exam.id, &taken.collect::<Vec<_>>()).await?;
        sitting_marked(tx, sitting.id, SittingState::Waiting, after.marks()).await?;
    } else {
        let changes = before.totals().into_iter().zip(after.totals()).map(|(old, new)| ItemTotal {
            question: new.question,
            taken: 0,
            answered: new.answered - old.answered,
            parts: new.parts - old.parts,
        });
        let changes: Vec<ItemTotal> = changes.filter(|change| change.answered != 0 || change.parts != 0).collect();
        item_total_add(tx, sitting.region, exam.id, &changes).await?;
        sitting_marked(tx, sitting.id, SittingState::Marked, after.marks()).await?;
    }
    Ok(())
}
