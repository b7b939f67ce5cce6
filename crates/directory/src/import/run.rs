use huiyin_base::{Day, Id, Instant, Problem, Rng};
use huiyin_db::Db;
use huiyin_vault::Vault;

use super::ROWS;
use super::{
    ImportBatch, ImportKind, ImportState, ImportTable, NewBatch, Outcome, RowAction, SheetRow, members, organisations,
};
use crate::Regions;
use crate::store::{
    ImportRow, import_batch_add, import_batch_advance, import_batch_checked, import_batch_find, import_row_list,
    import_row_put_many,
};

/// What an import works with.
#[derive(Clone, Copy)]
pub struct Import<'a> {
    /// The database.
    pub db: &'a Db,
    /// Seals staged rows and what is personal.
    pub vault: &'a Vault,
    /// All regions.
    pub regions: &'a Regions,
    /// The time for new ids.
    pub now: Instant,
    /// The day from which everything holds.
    pub today: Day,
}

/// How many rows have which outcome.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ImportCounts {
    /// New.
    pub add: usize,
    /// Changed.
    pub change: usize,
    /// Under another parent.
    pub moved: usize,
    /// As they were.
    pub same: usize,
    /// With an error.
    pub refuse: usize,
}

/// Rows of one write: a chunk is at most so many.
pub(super) const CHUNK: u32 = 500;

/// Told how much of how much is done.
pub(super) type Progress<'a> = &'a mut (dyn FnMut(u64, u64) + Send);

impl Import<'_> {
    /// Keeps the rows of a file, sealed. Nothing is decided yet.
    pub async fn stage(&self, batch: NewBatch, table: ImportTable, rng: &mut Rng) -> Result<(), Problem> {
        let id = batch.id;
        self.begin(batch, &table).await?;
        for chunk in table.rows.chunks(CHUNK as usize) {
            let sealed = chunk.iter().map(|row| self.sealed(id, row, rng));
            self.put(id, sealed.collect::<Result<_, Problem>>()?).await?;
        }
        self.advance(id, ImportState::Reading, ImportState::Staged).await
    }

    /// Stages and checks at once, and so writes each row once: for the command line, where nobody waits for a page.
    pub async fn take(
        &self,
        batch: NewBatch,
        table: ImportTable,
        rng: &mut Rng,
        progress: Progress<'_>,
    ) -> Result<ImportCounts, Problem> {
        let id = batch.id;
        self.begin(batch, &table).await?;
        let batch = self.find(id).await?;
        let sealed = table.rows.iter().map(|row| self.sealed(id, row, rng)).collect::<Result<_, _>>()?;
        self.decide(&batch, &table.rows, sealed, rng, progress).await
    }

    /// Decides about every row and keeps the decisions. May be done again until the import is applied.
    pub async fn check(&self, id: Id, rng: &mut Rng, progress: Progress<'_>) -> Result<ImportCounts, Problem> {
        let batch = self.find(id).await?;
        if !matches!(batch.state, ImportState::Staged | ImportState::Checked) {
            return Err(Problem::conflict("这次导入已经开始或已经结束，不能再检查。"));
        }
        let (rows, sealed) = self.rows(&batch).await?;
        self.decide(&batch, &rows, sealed, rng, progress).await
    }

    /// Writes what the check decided; goes on where an earlier run stopped. Rows with an error are left out if
    /// `partial`, else nothing is written while there are any.
    pub async fn apply(&self, id: Id, partial: bool, rng: &mut Rng, progress: Progress<'_>) -> Result<(), Problem> {
        let batch = self.find(id).await?;
        match batch.state {
            ImportState::Complete => return Ok(()),
            ImportState::Checked => {
                if batch.rows_refused > 0 && !partial {
                    return Err(Problem::conflict(format!(
                        "有 {} 行错误，没有导入。请下载结果，改正后重新上传；也可以选择只导入没有错误的行。",
                        batch.rows_refused
                    )));
                }
                self.advance(id, ImportState::Checked, ImportState::Applying).await?;
            }
            ImportState::Applying => {}
            ImportState::Reading | ImportState::Staged | ImportState::Discarded => {
                return Err(Problem::conflict("这次导入还没有检查，或已经放弃。请先检查，再确认导入。"));
            }
        }
        match batch.kind {
            ImportKind::Organisations => organisations::write(self, id, progress).await,
            ImportKind::Members => members::write(self, id, rng, progress).await,
        }
    }

    /// Gives an import up. What it wrote was never in force and is taken back.
    pub async fn discard(&self, id: Id) -> Result<(), Problem> {
        let state = self.find(id).await?.state;
        match state {
            ImportState::Complete => return Err(Problem::conflict("这次导入已经完成，不能放弃。")),
            ImportState::Discarded => {}
            other => self.advance(id, other, ImportState::Discarded).await?,
        }
        // Only now, when no chunk can be written any more; again after a kill, since taking back twice harms nothing.
        let batch = self.find(id).await?;
        match batch.kind {
            ImportKind::Organisations => organisations::withdraw(self, &batch).await,
            ImportKind::Members => members::withdraw(self, &batch).await,
        }
    }

    /// The import as it stands.
    pub async fn find(&self, id: Id) -> Result<ImportBatch, Problem> {
        let mut tx = self.db.read().await?;
        import_batch_find(&mut tx, id).await?.ok_or_else(Problem::not_found)
    }

    /// The rows of the file as they came, in the order of the sheet, each with its message: for the result.
    pub async fn results(&self, id: Id) -> Result<Vec<(SheetRow, String)>, Problem> {
        let batch = self.find(id).await?;
        let (rows, sealed) = self.rows(&batch).await?;
        let message = |row: ImportRow| match (row.action, row.message) {
            (Some(action), Some(message)) if action != RowAction::Refuse => format!("{}：{message}", action.label()),
            (_, message) => message.unwrap_or_default(),
        };
        Ok(rows.into_iter().zip(sealed.into_iter().map(message)).collect())
    }

    /// All rows, opened and as they are kept.
    async fn rows(&self, batch: &ImportBatch) -> Result<(Vec<SheetRow>, Vec<ImportRow>), Problem> {
        let mut kept = Vec::new();
        let mut tx = self.db.read().await?;
        loop {
            let after = kept.last().map_or(0, |row: &ImportRow| row.number);
            let page = import_row_list(&mut tx, batch.id, after, 5_000).await?;
            if page.is_empty() {
                break;
            }
            kept.extend(page);
        }
        let opened = kept.iter().map(|row| ROWS.open(self.vault, (batch.id, row.number), "cells", &row.cells));
        Ok((opened.collect::<Result<_, _>>()?, kept))
    }

    async fn begin(&self, batch: NewBatch, table: &ImportTable) -> Result<(), Problem> {
        if self.find(batch.id).await.is_ok() {
            return Err(Problem::conflict("这个文件已经上传过了。"));
        }
        let (now, total) = (self.now, table.rows.len());
        let (headers, places, notices) = (table.headers.clone(), table.places.clone(), table.notices.clone());
        let head = ImportTable { headers, places, notices, rows: Vec::new() };
        self.db
            .write("import_batch_add", move |tx| {
                let (batch, head) = (batch.clone(), head.clone());
                Box::pin(async move { Ok(import_batch_add(tx, &batch, &head, total, now).await?) })
            })
            .await
    }

    fn sealed(&self, batch: Id, row: &SheetRow, rng: &mut Rng) -> Result<ImportRow, Problem> {
        let cells = ROWS.seal(self.vault, (batch, row.number), "cells", row, rng)?;
        Ok(ImportRow { number: row.number, cells, plan: None, action: None, message: None, step: None })
    }

    async fn decide(
        &self,
        batch: &ImportBatch,
        rows: &[SheetRow],
        sealed: Vec<ImportRow>,
        rng: &mut Rng,
        progress: Progress<'_>,
    ) -> Result<ImportCounts, Problem> {
        match batch.kind {
            ImportKind::Organisations => {
                let outcomes = organisations::decide(self, batch, rows, rng).await?;
                self.keep(batch, sealed, outcomes, rng, progress).await
            }
            ImportKind::Members => {
                let outcomes = members::decide(self, batch, rows, rng).await?;
                self.keep(batch, sealed, outcomes, rng, progress).await
            }
        }
    }

    async fn keep<Write: serde::Serialize>(
        &self,
        batch: &ImportBatch,
        sealed: Vec<ImportRow>,
        outcomes: Vec<Outcome<Write>>,
        rng: &mut Rng,
        progress: Progress<'_>,
    ) -> Result<ImportCounts, Problem> {
        let steps = steps(&outcomes);
        let mut counts = ImportCounts::default();
        let total = outcomes.len() as u64;
        let mut rows = Vec::with_capacity(CHUNK as usize);
        for (done, ((row, outcome), step)) in (1_u64..).zip(sealed.into_iter().zip(&outcomes).zip(&steps)) {
            counts.count(outcome.action);
            let key = (batch.id, row.number);
            let plan =
                outcome.write.as_ref().map(|(_, write)| ROWS.seal(self.vault, key, "plan", write, rng)).transpose()?;
            let message = Some(outcome.message.clone());
            rows.push(ImportRow { plan, action: Some(outcome.action), message, step: *step, ..row });
            if rows.len() == CHUNK as usize || done == total {
                self.put(batch.id, std::mem::take(&mut rows)).await?;
                progress(done, total);
            }
        }
        if batch.state == ImportState::Reading {
            self.advance(batch.id, ImportState::Reading, ImportState::Staged).await?;
        }
        let (id, refused) = (batch.id, i64::try_from(counts.refuse).unwrap_or(i64::MAX));
        let last = steps.iter().flatten().max().copied().unwrap_or(0);
        let kept = self
            .db
            .write("import_batch_checked", move |tx| {
                Box::pin(async move { Ok(import_batch_checked(tx, id, refused, last).await?) })
            })
            .await?;
        if kept { Ok(counts) } else { Err(changed()) }
    }

    async fn put(&self, id: Id, rows: Vec<ImportRow>) -> Result<(), Problem> {
        self.db
            .write("import_row_put_many", move |tx| {
                let rows = rows.clone();
                Box::pin(async move { Ok(import_row_put_many(tx, id, rows).await?) })
            })
            .await
    }

    pub(super) async fn advance(&self, id: Id, from: ImportState, to: ImportState) -> Result<(), Problem> {
        let advanced = self
            .db
            .write("import_batch_advance", move |tx| {
                Box::pin(async move { Ok(import_batch_advance(tx, id, from, to).await?) })
            })
            .await?;
        if advanced { Ok(()) } else { Err(changed()) }
    }
}

impl ImportCounts {
    fn count(&mut self, action: RowAction) {
        *match action {
            RowAction::Add => &mut self.add,
            RowAction::Change => &mut self.change,
            RowAction::Move => &mut self.moved,
            RowAction::Same => &mut self.same,
            RowAction::Refuse => &mut self.refuse,
        } += 1;
    }
}

/// The order of writing, from 1: additions first, since what changes may come to hang under them; then by rank.
fn steps<Write>(outcomes: &[Outcome<Write>]) -> Vec<Option<i64>> {
    let mut order: Vec<(bool, u32, usize)> = outcomes
        .iter()
        .enumerate()
        .filter_map(|(place, outcome)| Some((outcome.action != RowAction::Add, outcome.write.as_ref()?.0, place)))
        .collect();
    order.sort_unstable();
    let mut steps = vec![None; outcomes.len()];
    for (step, (_, _, place)) in (1_i64..).zip(order) {
        steps[place] = Some(step);
    }
    steps
}

/// Until a batch is complete, what it added begins on a day that no page will reach. Each batch has its own, so that
/// two do not bring each other into force.
pub(super) fn pending_day(batch: Id) -> Day {
    let end = Day::new(9_999, 12, 31).unwrap_or_else(|| unreachable!("a day of the calendar"));
    let bytes = batch.uuid().into_bytes();
    let number = u32::from_be_bytes([0, bytes[13], bytes[14], bytes[15]]);
    end.plus(-i64::from(number % 1_000_000))
}

/// Somebody else was faster, or the directory changed between the check and now.
pub(super) fn changed() -> Problem {
    Problem::conflict("检查之后情况有了变化，这一步没有保存。请重新检查；如果仍不行，请放弃这次导入后重新上传。")
}

/// A code or number that was free at the check and is not now.
pub(super) fn taken(error: huiyin_db::Error) -> Problem {
    if error.is_unique_violation() { changed() } else { error.into() }
}
