//! A checked ledger comes into force: all of it in one write, or nothing.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use huiyin_base::{Day, Id, Problem, Region, Rng};
use huiyin_db::Tx;
use huiyin_directory::OrgRef;

use super::history::{Making, Owner, history, merged};
use super::run::{number_of, refused_rows};
use super::twin::{Same, Twins};
use super::{Choice, ImportAction, ImportBatch, ImportRow, ImportState, Ledger, Planned, ROWS, changed};
use crate::store::{self, PlaceName};
use crate::{CaseItem, History, State};

/// A case to be written, with the words under which it is found.
struct Ready {
    row: u32,
    history: History,
    words: Vec<String>,
    /// What no case said when it was checked.
    new: Option<Planned>,
}

impl Ledger<'_> {
    /// Writes all that can be written, in one write: nobody ever sees half of a ledger. Gives how many cases were made.
    pub async fn apply(&self, id: Id, partial: bool, rng: &mut Rng) -> Result<usize, Problem> {
        let batch = self.find(id).await?;
        match batch.state {
            ImportState::Checked | ImportState::Applying => {}
            ImportState::Complete => return Err(Problem::conflict("这份台账已经导入，不会再导入一次。")),
            _ => return Err(Problem::conflict("这次导入还没有检查，或已经放弃。请重新上传。")),
        }
        let (_, rows) = self.rows(&batch).await?;
        let refused = rows.iter().filter(|row| row.action == Some(ImportAction::Refuse)).count();
        if refused > 0 && !partial {
            return Err(refused_rows(refused));
        }
        // Two cases of one moment may draw the same place in the lists; fresh places are drawn then.
        for _ in 0..3 {
            let ready = Arc::new(self.ready(&batch, &rows, rng).await?);
            match self.written((id, batch.state), Arc::clone(&ready)).await {
                Err(problem) if is_taken(&problem) => {}
                Err(problem) => return Err(problem),
                Ok(()) => return Ok(ready.len()),
            }
        }
        Err(changed())
    }

    /// Histories of all rows that are to be written, in the order of their days.
    async fn ready(&self, batch: &ImportBatch, rows: &[ImportRow], rng: &mut Rng) -> Result<Vec<Ready>, Problem> {
        let mut tx = self.cases.db.read().await?;
        let orgs = store::ledger_orgs(&mut tx, self.county.region, self.moment.today).await?;
        let twins: Vec<Id> =
            rows.iter().filter(|row| row.choice == Some(Choice::Link)).filter_map(|row| row.twin).collect();
        let twins =
            if twins.is_empty() { Vec::new() } else { store::case_get_many(&mut tx, batch.region, &twins).await? };
        drop(tx);
        let orgs: HashMap<Id, &PlaceName> = orgs.iter().map(|org| (org.id, org)).collect();
        let make = Making {
            book: &self.cases.book,
            vault: &self.cases.vault,
            county: self.county,
            by: batch.by(),
            moment: self.moment,
        };
        let mut ready = Vec::new();
        for row in rows {
            let is_linked = match (row.action, row.choice) {
                (Some(ImportAction::Add), _) | (Some(ImportAction::Twin), Some(Choice::Add)) => false,
                (Some(ImportAction::Twin), Some(Choice::Link)) => true,
                _ => continue,
            };
            let Some(plan) = &row.plan else { continue };
            let planned: Planned = ROWS.open(&self.cases.vault, (batch.id, row.number), "plan", plan)?;
            let owner = planned.owner.and_then(|id| orgs.get(&id)).map(|org| Owner {
                org: OrgRef { region: org.region, id: org.id },
                kind: org.kind,
                name: org.name.clone(),
            });
            if planned.owner.is_some() && owner.is_none() {
                return Err(Problem::conflict(format!("第 {} 行的承办单位已经撤销。请重新检查。", row.number)));
            }
            let mut history = history(&make, &planned, owner.as_ref(), row.number, rng)?;
            if is_linked {
                merged(&make, &mut history, target(row, &twins, planned.answer.is_some())?);
            }
            let answer = history.answers.last().map(|answer| answer.text.as_str());
            let words = store::search_words(&history.item, answer);
            let new = (row.action == Some(ImportAction::Add)).then_some(planned);
            ready.push(Ready { row: row.number, history, words, new });
        }
        ready.sort_by_key(|ready| (ready.history.item.posted_day, ready.row));
        Ok(ready)
    }

    async fn written(&self, (id, from): (Id, ImportState), ready: Arc<Vec<Ready>>) -> Result<(), Problem> {
        let kind = self.cases.book.kind("problem").cloned().ok_or_else(Problem::not_found)?;
        let all = Arc::new((kind, self.short.to_owned(), self.moment.today));
        let write = self.cases.db.write("ledger_apply", move |tx| {
            let (ready, all) = (Arc::clone(&ready), Arc::clone(&all));
            Box::pin(async move {
                let (kind, short, today) = &*all;
                if !store::ledger_advance(tx, id, from, ImportState::Complete).await? {
                    return Err(Problem::conflict("这份台账已经导入或已经放弃，请刷新后再看。"));
                }
                store::kind_freeze(tx, kind, *today).await?;
                applied(tx, id, &ready, short).await
            })
        });
        write.await
    }
}

/// Numbers, cases, search words and the rows' ends, all inside one write.
async fn applied(tx: &mut Tx, id: Id, ready: &[Ready], short: &str) -> Result<(), Problem> {
    let region = id.region();
    let year = |item: &CaseItem| i64::from(item.posted_day.unwrap_or(item.submitted_day).year());
    let mut years: BTreeMap<i64, i64> = BTreeMap::new();
    for one in ready {
        *years.entry(year(&one.history.item)).or_insert(0) += 1;
    }
    let mut next: BTreeMap<i64, i64> = BTreeMap::new();
    for (year, count) in years {
        next.insert(year, store::counter_take(tx, region, year, count).await?);
    }
    // Since it was checked the same may have come in another way, such as the same file from another clerk; who writes the county's
    // numbers waits for whoever wrote them before.
    unsaid(tx, region, ready, short).await?;
    let mut histories = Vec::with_capacity(ready.len());
    for one in ready {
        let mut history = one.history.clone();
        let year = year(&history.item);
        let n = next.entry(year).or_insert(1);
        (history.item.number_year, history.item.number_n) = (Some(year), Some(*n));
        *n += 1;
        histories.push(history);
    }
    store::history_add_records(tx, &histories).await?;
    for (one, history) in ready.iter().zip(&histories) {
        store::search_put_words(tx, &history.item, &one.words).await?;
        let number = history.item.number().and_then(|(year, n)| number_of(short, year, n)).unwrap_or_default();
        let how = if history.item.state == State::Merged { "已并入原有的一件" } else { "已导入" };
        let message = format!("{how}，编号 {number}。");
        store::ledger_row_end(tx, id, one.row, ImportAction::Done, &message, Some(history.item.id)).await?;
    }
    Ok(store::ledger_twins_skip(tx, id).await?)
}

/// Refuses what a case has come to say since the ledger was checked.
async fn unsaid(tx: &mut Tx, region: Region, ready: &[Ready], short: &str) -> Result<(), Problem> {
    let new = || ready.iter().filter_map(|one| Some((one.row, one.new.as_ref()?)));
    let days = new().flat_map(|(_, planned)| [planned.submitted, planned.posted]).filter_map(Day::from_number);
    let cases = store::ledger_twins(tx, region, &days.collect()).await?;
    let mut twins = Twins::new(&cases);
    for (row, planned) in new() {
        if let Some(Same::Case(twin) | Same::Like(twin)) = twins.same(planned, row) {
            let number = twin.number_year.zip(twin.number_n).and_then(|(year, n)| number_of(short, year, n));
            let number = number.unwrap_or_default();
            return Err(Problem::conflict(format!(
                "检查以后，第 {row} 行写的事又有了同一件（{number}），可能别人刚导入过。这次没有导入，请重新检查。"
            )));
        }
    }
    Ok(())
}

fn target(row: &ImportRow, twins: &[CaseItem], answered: bool) -> Result<Id, Problem> {
    let found = twins.iter().find(|twin| Some(twin.id) == row.twin);
    let fits = found.filter(|twin| twin.state.is_public() && !matches!(twin.state, State::Merged | State::Referred));
    // What is still open goes on where it is merged into: not where everything is over.
    let fits = fits.filter(|twin| answered || twin.state.is_open() || twin.state == State::Answered);
    let gone = || format!("第 {} 行要并入的那一件已经办结、合并或转送，请改选“略过”或“照样导入”。", row.number);
    fits.map(|twin| twin.id).ok_or_else(|| Problem::conflict(gone()))
}

fn is_taken(problem: &Problem) -> bool {
    let source = problem.source.as_ref().and_then(|source| source.downcast_ref::<huiyin_db::Error>());
    source.is_some_and(huiyin_db::Error::is_unique_violation)
}
