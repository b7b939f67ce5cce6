//! Papers for those without a telephone: printed by whoever serves the branch, entered by a helper, read by their taker.

use std::sync::Arc;

use chrono::TimeDelta;
use huiyin_base::number::Receipt;
use huiyin_base::{Day, Id, Instant, Problem, Rng};
use huiyin_db::Tx;
use huiyin_directory::{AccountRef, OrgRef, Scope, org_is_below, scope_contains};
use huiyin_web::Site;

use crate::exams::book;
use crate::paper::Dealt;
use crate::sittings::{GRACE, Sent, late_row, row};
use crate::store::{
    Exam, ExamState, Sheet, SheetPart, Sitting, SittingState, answer_list, answer_put, exam_find, heat_of, late_add,
    late_list_of, sheet_codes_put, sheet_entered, sheet_get, sheet_lookup, sheet_put, sheet_try, sitting_add,
    sitting_get, sitting_list, sitting_lock, sitting_submit,
};

/// The most papers of one print.
pub(crate) const MOST_PRINTED: usize = 60;
/// The device by which answers from paper are known.
pub(crate) const PAPER: &str = "paper";

/// A paper as it is printed.
#[derive(Clone, Debug)]
pub(crate) struct Printed {
    pub paper: Vec<Dealt>,
    /// Opens the form of the answers.
    pub answers: Receipt,
    /// Opens the result.
    pub result: Receipt,
}

/// What is printed: for whom of which branch, and the word of the form, by which the same press prints the same codes.
#[derive(Clone, Debug)]
pub(crate) struct Order {
    pub branch: OrgRef,
    /// Members with their names.
    pub people: Vec<(Id, String)>,
    pub nonce: String,
}

/// Deals a paper to each, or prints anew what has not come back yet; the codes of an earlier print open nothing any more.
pub(crate) async fn print(
    site: &Site,
    exam: Exam,
    order: Order,
    now: Instant,
    rng: &mut Rng,
) -> Result<Vec<Printed>, Problem> {
    if order.people.is_empty() || order.people.len() > MOST_PRINTED {
        return Err(Problem::invalid(format!("请勾选要打印给谁，一次最多 {MOST_PRINTED} 人。")));
    }
    if order.nonce.is_empty() || order.nonce.len() > 60 {
        return Err(Problem::invalid("页面打开太久，请刷新后重新勾选。"));
    }
    if exam.state != ExamState::Open || now < exam.opens_at || now >= exam.closes_at {
        return Err(Problem::conflict("这场测试没有在进行，不能再打印。"));
    }
    if heat_of(&mut site.db.read().await?, exam.id).await?.is_some() {
        return Err(Problem::conflict("竞赛的卷子不打印：打印的人会看到谁报了名、谁晋级。"));
    }
    let ids: Vec<Id> = order.people.iter().map(|(person, _)| Id::new(person.region(), now, rng)).collect();
    let vault = site.vault.clone();
    let all = Arc::new((exam, order, ids));
    let write = site.db.write("sheet_print", move |tx| {
        let (all, vault) = (Arc::clone(&all), vault.clone());
        Box::pin(async move {
            let (exam, order, ids) = &*all;
            let book = book(tx, exam).await?;
            let mut printed = Vec::new();
            for ((person, name), id) in order.people.iter().zip(ids) {
                let (sitting, paper) = loop {
                    let mut sitting = sitting_for(tx, exam, (*person, name), *id, now).await?;
                    let paper = book.deal(exam.seed, exam.shuffled, *person, sitting.n);
                    sitting.out_of = book.out_of(&paper);
                    // Somebody else may have begun this go meanwhile, on paper or not: look again.
                    if sitting.id != *id || sitting_add(tx, &sitting).await? {
                        break (sitting, paper);
                    }
                };
                let code = |part: SheetPart| {
                    let made =
                        vault.mac("exam_sheet", format!("{}/{}/{}", sitting.id, part.as_str(), order.nonce).as_bytes());
                    Receipt::new(made.first_chunk().unwrap_or(&[0; 8]))
                };
                let codes = (code(SheetPart::Answers), code(SheetPart::Result));
                let hash = |part, code: &Receipt| (part, vault.blind("exam_sheet", &code.canonical()));
                let hashes = [hash(SheetPart::Answers, &codes.0), hash(SheetPart::Result, &codes.1)];
                sheet_put(tx, &[sheet(exam, order.branch, &sitting, now)]).await?;
                sheet_codes_put(tx, sitting.id, hashes).await?;
                printed.push(Printed { paper, answers: codes.0, result: codes.1 });
            }
            Ok(printed)
        })
    });
    write.await
}

/// The go that is on paper already, or a new one.
async fn sitting_for(
    tx: &mut Tx,
    exam: &Exam,
    (person, name): (Id, &str),
    id: Id,
    now: Instant,
) -> Result<Sitting, Problem> {
    let before = sitting_list(tx, person, exam.id).await?;
    if let Some(out) = before.iter().find(|sitting| sitting.state == SittingState::Printed) {
        return Ok(out.clone());
    }
    if before.len() >= usize::try_from(exam.tries).unwrap_or(0) {
        return Err(Problem::conflict(format!("{name}的次数已经用完，请去掉勾选后再打印。")));
    }
    Ok(Sitting {
        region: person.region(),
        id,
        exam: exam.id,
        taker: person,
        n: i64::try_from(before.len()).unwrap_or(0) + 1,
        state: SittingState::Printed,
        started_at: now,
        ends_at: exam.closes_at,
        submitted_at: None,
        marks: None,
        out_of: 0,
    })
}

fn sheet(exam: &Exam, branch: OrgRef, sitting: &Sitting, now: Instant) -> Sheet {
    Sheet {
        region: sitting.region,
        sitting: sitting.id,
        exam: exam.id,
        branch: branch.id,
        printed_day: Day::of(now),
        entered_day: None,
        account_region: None,
        account: None,
        opened: 0,
        opened_day: None,
        word: None,
        wrong: 0,
        wrong_day: None,
    }
}

/// The letters of a word with which a taker opens his result besides the code.
const WORD: std::ops::RangeInclusive<usize> = 4..=20;
/// Wrong words of a day.
const WRONG: i64 = 5;

/// A word as it counts: blanks and the size of letters say nothing.
fn plain(word: &str) -> String {
    word.chars().filter(|letter| !letter.is_whitespace()).flat_map(char::to_lowercase).collect()
}

/// The word that a taker has chosen, hashed for this go; none where he chose none.
pub(crate) fn chosen_word(site: &Site, sitting: Id, word: &str) -> Result<Option<[u8; 32]>, Problem> {
    let word = plain(word);
    match word.chars().count() {
        0 => Ok(None),
        letters if WORD.contains(&letters) => Ok(Some(site.vault.blind("sheet_word", &format!("{sitting}/{word}")))),
        _ => Err(Problem::invalid("查分口令写 4 到 20 个字，请本人再输一次。")),
    }
}

/// What became of a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Said {
    /// It is the right one, or none was chosen.
    Right,
    /// One was chosen, and none was said.
    Missing,
    /// It is not the one.
    Wrong,
    /// Too many wrong ones today.
    Closed,
}

/// Whether whoever holds the code also knows the word. A wrong one is counted.
pub(crate) async fn said(site: &Site, sheet: &Sheet, word: &str, today: Day) -> Result<Said, Problem> {
    let Some(held) = &sheet.word else { return Ok(Said::Right) };
    let word = plain(word);
    if word.is_empty() {
        return Ok(Said::Missing);
    }
    let sitting = sheet.sitting;
    let write =
        site.db.write("sheet_try", move |tx| Box::pin(async move { Ok(sheet_try(tx, sitting, today, WRONG).await?) }));
    let Some(taken) = write.await? else { return Ok(Said::Closed) };
    let hashes = site.vault.blinds("sheet_word", &format!("{sitting}/{word}"));
    Ok(if hashes.iter().any(|hash| hash.as_slice() == held.as_slice()) {
        Said::Right
    } else if taken >= WRONG {
        Said::Closed
    } else {
        Said::Wrong
    })
}

/// Whether a test is meant for the members of a branch.
pub(crate) async fn meant_for(tx: &mut Tx, exam: &Exam, branch: OrgRef) -> Result<bool, Problem> {
    match exam.audience_region.zip(exam.audience) {
        Some((region, id)) => Ok(org_is_below(tx, OrgRef { region, id }, branch).await?),
        None => Ok(true),
    }
}

/// A code as it was typed or scanned: of an address what stands behind `#`.
pub(crate) fn code_of(text: &str) -> Option<Receipt> {
    Receipt::parse(text.rsplit('#').next().unwrap_or(text))
}

/// What a code opens.
#[derive(Clone, Debug)]
pub(crate) struct Found {
    pub sheet: Sheet,
    pub sitting: Sitting,
    pub exam: Exam,
}

/// The sheet behind a code; none for a wrong one.
pub(crate) async fn found(tx: &mut Tx, site: &Site, part: SheetPart, code: &Receipt) -> Result<Option<Found>, Problem> {
    let hash = site.vault.blind("exam_sheet", &code.canonical());
    let Some(id) = sheet_lookup(tx, part, hash).await? else { return Ok(None) };
    let (Some(sheet), Some(sitting)) = (sheet_get(tx, id).await?, sitting_get(tx, id).await?) else { return Ok(None) };
    let Some(exam) = exam_find(tx, sitting.exam).await? else { return Ok(None) };
    Ok(Some(Found { sheet, sitting, exam }))
}

/// The same for a helper: only of branches that he serves.
pub(crate) async fn found_in(
    tx: &mut Tx,
    site: &Site,
    scope: &Scope,
    code: &Receipt,
) -> Result<Option<Found>, Problem> {
    let Some(found) = found(tx, site, SheetPart::Answers, code).await? else { return Ok(None) };
    Ok(scope_contains(tx, scope, found.sheet.branch()).await?.then_some(found))
}

/// What became of a sheet that was entered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Entered {
    /// It counts.
    Counted,
    /// It came after the end and waits for somebody to look.
    Late,
    /// The same hand has entered the same already.
    Again,
}

/// Enters what stands on a sheet: once, whoever comes first. `day` is the day written on it, for one that comes late.
pub(crate) async fn enter(
    site: &Site,
    (id, word): (Id, Option<[u8; 32]>),
    answers: Vec<(usize, String)>,
    by: AccountRef,
    day: Option<Day>,
    now: Instant,
) -> Result<Entered, Problem> {
    let age = day.map_or(0, |day| (now - (day.start() + TimeDelta::hours(12))).num_milliseconds().max(0));
    let sent = answers.into_iter().filter(|(_, value)| !value.is_empty()).map(|(place, value)| Sent {
        place: i64::try_from(place).unwrap_or(0),
        seq: 1,
        value,
        age,
    });
    let sent: Arc<Vec<Sent>> = Arc::new(sent.collect());
    let write = site.db.write("sheet_enter", move |tx| {
        let sent = Arc::clone(&sent);
        Box::pin(async move {
            let sitting = sitting_lock(tx, None, id).await?.ok_or_else(Problem::not_found)?;
            let exam = exam_find(tx, sitting.exam).await?.ok_or_else(Problem::not_found)?;
            if sitting.state != SittingState::Printed {
                return again(tx, id, &sent, by).await;
            }
            // Whoever sat down before an early end may finish; a paper has no such hold, it lies about.
            let ends = sitting.ends_at.min(exam.closes_at);
            let late = now > ends + GRACE;
            if late {
                let rows = sent.iter().map(|one| late_row(&sitting, PAPER, one, now));
                late_add(tx, &rows.collect::<Vec<_>>()).await?;
            } else {
                let rows = sent.iter().map(|one| row(&sitting, PAPER, one, now));
                answer_put(tx, &rows.collect::<Vec<_>>()).await?;
            }
            sitting_submit(tx, id, SittingState::Printed, now.min(ends)).await?;
            sheet_entered(tx, id, (by, Day::of(now)), word).await?;
            Ok(if late { Entered::Late } else { Entered::Counted })
        })
    });
    write.await
}

/// Pressed twice by the same hand it is one entry; anything else is told that somebody was first.
async fn again(tx: &mut Tx, id: Id, sent: &[Sent], by: AccountRef) -> Result<Entered, Problem> {
    let sheet = sheet_get(tx, id).await?.ok_or_else(Problem::not_found)?;
    let held = answer_list(tx, id).await?.into_iter().map(|row| (row.place, row.value));
    let late = late_list_of(tx, id).await?.into_iter().map(|row| (row.place, row.value));
    let mut held: Vec<(i64, String)> = held.chain(late).collect();
    held.sort_unstable();
    let own: Vec<(i64, String)> = sent.iter().map(|one| (one.place, one.value.clone())).collect();
    if sheet.by() == Some(by) && held == own {
        return Ok(Entered::Again);
    }
    let day = sheet.entered_day.map(Day::chinese).unwrap_or_default();
    Err(Problem::conflict(format!("这张答题纸{day}已经录入过了，以那一次为准，这次的没有存。")))
}
