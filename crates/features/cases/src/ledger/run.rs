use std::collections::{BTreeMap, BTreeSet, HashMap};

use huiyin_base::number::CaseNumber;
use huiyin_base::{Day, Id, Problem, Rng};
use huiyin_directory::OrgRef;

use super::fields::LedgerRules;
use super::names::Names;
use super::plan::{Read, Reader, Unknown};
use super::twin::{Same, Twins};
use super::{
    Choice, ImportAction, ImportBatch, ImportKind, ImportRow, ImportState, ImportWord, ROWS, SheetRow, WordKind,
};
use crate::store::{self, PlaceName};
use crate::{Cases, Moment};

/// Rows of one write while a file is staged or checked: nobody waits behind them for long.
pub(super) const CHUNK: usize = 500;

/// Ledgers of one county.
#[derive(Clone, Copy, Debug)]
pub struct Ledger<'a> {
    /// The engine.
    pub cases: &'a Cases,
    /// The county's root organisation: whose words are remembered.
    pub county: OrgRef,
    /// Its name.
    pub name: &'a str,
    /// What stands before its numbers.
    pub short: &'a str,
    /// When.
    pub moment: Moment,
}

/// How many rows have which outcome.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "each field is an action of its name")]
pub struct Counts {
    pub add: usize,
    pub twin: usize,
    pub skip: usize,
    pub refuse: usize,
}

impl Ledger<'_> {
    /// Decides about every row and keeps the decisions. May be done again until the import is applied.
    pub async fn check(&self, id: Id, rng: &mut Rng) -> Result<Counts, Problem> {
        let batch = self.find(id).await?;
        if !matches!(batch.state, ImportState::Staged | ImportState::Checked) {
            return Err(Problem::conflict("这次导入已经完成或已经放弃，不能再检查。"));
        }
        let (rows, kept) = self.rows(&batch).await?;
        let mut tx = self.cases.db.read().await?;
        let orgs = store::ledger_orgs(&mut tx, self.county.region, self.moment.today).await?;
        let words = store::ledger_word_list(&mut tx, batch.region, batch.org).await?;
        drop(tx);
        let places = batch.place_list();
        let names = self.names(&orgs, &words);
        let mut reader = Reader {
            rules: self.rules()?,
            book: &self.cases.book,
            places: &places,
            names: &names,
            today: self.moment.today,
            unknown: BTreeMap::new(),
        };
        let read: Vec<Read> = rows.iter().map(|row| reader.read(row)).collect();
        let unknown = unknown_of(reader.unknown);
        let days: BTreeSet<Day> = read.iter().flat_map(days_of).collect();
        let twins = store::ledger_twins(&mut self.cases.db.read().await?, self.county.region, &days).await?;
        let mut twins = Twins::new(&twins);
        let mut counts = Counts::default();
        let mut decided = Vec::with_capacity(kept.len());
        for (row, read) in kept.into_iter().zip(read) {
            let row = self.decided(id, row, read, &mut twins, rng)?;
            counts.count(row.action);
            decided.push(row);
        }
        self.put(id, decided).await?;
        let (places, unknown) = (json(&places)?, json(&unknown)?);
        let write = self.cases.db.write("ledger_checked", move |tx| {
            let (places, unknown) = (places.clone(), unknown.clone());
            Box::pin(async move { Ok(store::ledger_checked(tx, id, &places, &unknown).await?) })
        });
        if write.await? { Ok(counts) } else { Err(changed()) }
    }

    /// What is done with rows that a case says already.
    pub async fn choose(&self, id: Id, choices: Vec<(u32, Choice)>) -> Result<(), Problem> {
        self.open_batch(id).await?;
        let write = self.cases.db.write("ledger_choose", move |tx| {
            let choices = choices.clone();
            Box::pin(async move {
                for (number, choice) in choices {
                    store::ledger_choose(tx, id, number, choice).await?;
                }
                Ok(())
            })
        });
        write.await
    }

    /// Asked to write by a person: from now on nothing of it changes until the job has written it, in the write that
    /// enqueues that job. Rows with errors hold it back unless they are left out.
    pub async fn begin(&self, id: Id, partial: bool) -> Result<(), Problem> {
        let batch = self.find(id).await?;
        match batch.state {
            ImportState::Checked => {}
            ImportState::Staged => return Err(Problem::conflict("还没有检查完，请稍等再确认。")),
            ImportState::Applying => return Err(Problem::conflict("已经确认过，正在写入。")),
            _ => return Err(Problem::conflict("这份台账已经导入或已经放弃。")),
        }
        let counts = store::ledger_row_counts(&mut self.cases.db.read().await?, id).await?;
        let refused = counts.iter().find(|(action, _)| *action == ImportAction::Refuse).map_or(0, |(_, n)| *n);
        if refused > 0 && !partial { Err(refused_rows(refused)) } else { Ok(()) }
    }

    /// Tells on the import's page why it was not written, and lets it be changed and confirmed again.
    pub async fn refused(&self, id: Id, why: &str) -> Result<(), Problem> {
        let batch = self.find(id).await?;
        if batch.state == ImportState::Discarded {
            // Given up while it was being checked: nobody waits for an answer.
            return Ok(());
        }
        let mut notices = batch.notice_list();
        notices.retain(|known| known != why);
        notices.push(why.to_owned());
        let notices = serde_json::Value::from(notices).to_string();
        let write = self.cases.db.write("ledger_refused", move |tx| {
            let notices = notices.clone();
            Box::pin(async move {
                store::ledger_notices(tx, id, &notices).await?;
                store::ledger_advance(tx, id, ImportState::Applying, ImportState::Checked).await?;
                Ok(())
            })
        });
        write.await
    }

    /// Gives an import up; nothing of it was written.
    pub async fn discard(&self, id: Id) -> Result<(), Problem> {
        let state = self.open_batch(id).await?.state;
        let write = self.cases.db.write("ledger_discard", move |tx| {
            Box::pin(async move { Ok(store::ledger_advance(tx, id, state, ImportState::Discarded).await?) })
        });
        if write.await? { Ok(()) } else { Err(changed()) }
    }

    /// The import as it stands.
    pub async fn find(&self, id: Id) -> Result<ImportBatch, Problem> {
        let found = store::ledger_find(&mut self.cases.db.read().await?, id).await?;
        let fits = |batch: &ImportBatch| {
            batch.kind == ImportKind::Ledger && batch.region == self.county.region && batch.org == self.county.id
        };
        found.filter(fits).ok_or_else(Problem::not_found)
    }

    /// The rows as they came, each with what became of it: for the file of results.
    pub async fn results(&self, id: Id) -> Result<Vec<(SheetRow, ImportRow)>, Problem> {
        let batch = self.find(id).await?;
        let (rows, kept) = self.rows(&batch).await?;
        Ok(rows.into_iter().zip(kept).collect())
    }

    /// The first row, so that a person sees what stands in each column.
    pub async fn example(&self, id: Id) -> Result<Vec<String>, Problem> {
        let row = store::ledger_row_list(&mut self.cases.db.read().await?, id, 0, 1).await?.pop();
        let Some(row) = row else { return Ok(Vec::new()) };
        Ok(ROWS.open::<SheetRow>(&self.cases.vault, (id, row.number), "cells", &row.cells)?.cells)
    }

    pub(super) async fn open_batch(&self, id: Id) -> Result<ImportBatch, Problem> {
        let batch = self.find(id).await?;
        match batch.state {
            ImportState::Staged | ImportState::Checked => Ok(batch),
            ImportState::Applying => Err(Problem::conflict("正在写入，请等它写完。")),
            ImportState::Complete => Err(Problem::conflict("这份台账已经导入，不能再改。")),
            ImportState::Discarded => Err(Problem::conflict("这次导入已经放弃。")),
        }
    }

    #[expect(clippy::unused_self, reason = "asked of a ledger, like everything else")]
    pub(super) fn rules(&self) -> Result<&'static LedgerRules, Problem> {
        LedgerRules::built_in().map_err(Problem::broken)
    }

    pub(super) async fn words(&self) -> Result<Vec<ImportWord>, Problem> {
        let mut tx = self.cases.db.read().await?;
        Ok(store::ledger_word_list(&mut tx, self.county.region, self.county.id).await?)
    }

    fn names<'n>(&'n self, orgs: &'n [PlaceName], words: &'n [ImportWord]) -> Names<'n> {
        let of = |kind| store::ledger::meanings(words, kind);
        let meanings: HashMap<&str, &str> = of(WordKind::Place).chain(of(WordKind::Owner)).collect();
        Names::new(orgs, self.name, meanings)
    }

    fn decided(
        &self,
        id: Id,
        row: ImportRow,
        read: Read,
        twins: &mut Twins<'_>,
        rng: &mut Rng,
    ) -> Result<ImportRow, Problem> {
        let with = |action, message: String| ImportRow {
            action: Some(action),
            message: Some(message),
            plan: None,
            twin: None,
            ..row.clone()
        };
        let (planned, notes) = match read {
            Read::Empty => return Ok(with(ImportAction::Skip, format!("第 {} 行没有写问题，略过。", row.number))),
            Read::Refused(message) => return Ok(with(ImportAction::Refuse, message)),
            Read::Plan(planned, notes) => (planned, notes),
        };
        let said = match &planned.answer {
            Some(answer) if answer.solved => "已解决",
            Some(_) => "已说明",
            None if planned.owner.is_some() => "待承办单位签收",
            None => "待县区交办",
        };
        let message =
            std::iter::once(format!("“{}”，{said}", planned.title)).chain(notes).collect::<Vec<_>>().join("；");
        let same = twins.same(&planned, row.number);
        let (action, message, twin) = match same {
            None => (ImportAction::Add, format!("{message}。"), None),
            Some(Same::Row(other)) => {
                (ImportAction::Twin, format!("第 {} 行和第 {other} 行写的是同一件：{message}。", row.number), None)
            }
            Some(Same::Case(twin) | Same::Like(twin)) => {
                let number = self.number(twin.number_year, twin.number_n).unwrap_or_default();
                let how = if matches!(same, Some(Same::Like(_))) { "相近" } else { "相同" };
                let message = format!("第 {} 行和 {number} 同一天、同一地方、文字{how}：{message}。", row.number);
                (ImportAction::Twin, message, Some(twin.id))
            }
        };
        let plan = ROWS.seal(&self.cases.vault, (id, row.number), "plan", &planned, rng)?;
        Ok(ImportRow { plan: Some(plan), twin, ..with(action, crate::covered(&message)) })
    }

    fn number(&self, year: Option<i64>, n: Option<i64>) -> Option<String> {
        number_of(self.short, year?, n?)
    }

    pub(super) async fn rows(&self, batch: &ImportBatch) -> Result<(Vec<SheetRow>, Vec<ImportRow>), Problem> {
        rows_of(self.cases, batch).await
    }

    pub(super) async fn put(&self, id: Id, rows: Vec<ImportRow>) -> Result<(), Problem> {
        rows_put(self.cases, id, rows).await
    }
}

/// All rows of an import, opened and as they are kept.
pub(crate) async fn rows_of(cases: &Cases, batch: &ImportBatch) -> Result<(Vec<SheetRow>, Vec<ImportRow>), Problem> {
    let mut kept: Vec<ImportRow> = Vec::new();
    let mut tx = cases.db.read().await?;
    loop {
        let after = kept.last().map_or(0, |row| row.number);
        let page = store::ledger_row_list(&mut tx, batch.id, after, 2_000).await?;
        if page.is_empty() {
            break;
        }
        kept.extend(page);
    }
    let opened = kept.iter().map(|row| ROWS.open(&cases.vault, (batch.id, row.number), "cells", &row.cells));
    Ok((opened.collect::<Result<_, _>>()?, kept))
}

/// Writes staged rows, or what was decided about them, in chunks.
pub(crate) async fn rows_put(cases: &Cases, id: Id, rows: Vec<ImportRow>) -> Result<(), Problem> {
    for chunk in rows.chunks(CHUNK) {
        let chunk = chunk.to_vec();
        let write = cases.db.write("ledger_row_put", move |tx| {
            let chunk = chunk.clone();
            Box::pin(async move { Ok(store::ledger_row_put_many(tx, id, chunk).await?) })
        });
        write.await?;
    }
    Ok(())
}

impl Counts {
    fn count(&mut self, action: Option<ImportAction>) {
        match action {
            Some(ImportAction::Add | ImportAction::Done) => self.add += 1,
            Some(ImportAction::Twin) => self.twin += 1,
            Some(ImportAction::Refuse | ImportAction::Conflict) => self.refuse += 1,
            Some(ImportAction::Skip) | None => self.skip += 1,
        }
    }
}

pub(super) fn number_of(short: &str, year: i64, n: i64) -> Option<String> {
    let (year, n) = (u16::try_from(year).ok()?, u32::try_from(n).ok()?);
    Some(CaseNumber { county: short.to_owned(), year, n }.to_string())
}

pub(super) fn words_of(words: &[ImportWord], kind: WordKind) -> BTreeMap<String, String> {
    store::ledger::meanings(words, kind).map(|(word, meaning)| (word.to_owned(), meaning.to_owned())).collect()
}

fn unknown_of(unknown: BTreeMap<(WordKind, String), usize>) -> Vec<Unknown> {
    let mut all: Vec<Unknown> = unknown
        .into_iter()
        .map(|((kind, word), rows)| Unknown { kind: kind.as_str().to_owned(), word, rows })
        .collect();
    // What most rows say is worth a person's minute first.
    all.sort_by_key(|unknown| std::cmp::Reverse(unknown.rows));
    all
}

fn days_of(read: &Read) -> Vec<Day> {
    match read {
        Read::Plan(planned, _) => {
            [planned.submitted, planned.posted].into_iter().filter_map(Day::from_number).collect()
        }
        _ => Vec::new(),
    }
}

pub(super) fn json(value: &impl serde::Serialize) -> Result<String, Problem> {
    serde_json::to_string(value).map_err(Problem::broken)
}

/// Rows with errors hold everything back, unless a person leaves them out.
pub(super) fn refused_rows(rows: impl std::fmt::Display) -> Problem {
    Problem::conflict(format!("有 {rows} 行错误，没有导入。请改正后重新上传，也可以选择只导入没有错误的行。"))
}

/// Somebody else was faster.
pub(crate) fn changed() -> Problem {
    Problem::conflict("这次导入刚才有了变化，这一步没有保存。请刷新后再试。")
}
