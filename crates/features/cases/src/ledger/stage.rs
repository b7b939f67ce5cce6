//! A file's rows come in, sealed, with the job that checks them.

use huiyin_base::{Id, Problem, Rng};
use huiyin_directory::AccountRef;
use huiyin_documents::Table;
use huiyin_jobs::{NewJob, enqueue};

use super::fields::Places;
use super::run::{CHUNK, words_of};
use super::{ImportBatch, ImportKind, ImportRow, ImportState, Ledger, ROWS, SheetRow, WordKind};
use crate::store;

/// What an import is begun with.
#[derive(Clone, Debug)]
pub struct NewLedger {
    /// The batch; its region is the county's.
    pub id: Id,
    /// The file's name.
    pub file_name: String,
    /// Who brought it; none for the command line.
    pub by: Option<AccountRef>,
    /// The job that checks it, enqueued with its last rows; none where the caller checks it himself.
    pub check: Option<(NewJob, Id)>,
}

impl Ledger<'_> {
    /// Keeps the rows of a file, sealed. Nothing is decided yet but what probably stands under which heading.
    pub async fn stage(&self, new: NewLedger, table: Table, rng: &mut Rng) -> Result<(), Problem> {
        let rules = self.rules()?;
        if table.rows.len() > rules.rows {
            return Err(Problem::invalid(format!(
                "表里有 {} 行，一次最多导入 {} 行。请按年份或乡镇分成几个文件。",
                table.rows.len(),
                rules.rows
            )));
        }
        let words = self.words().await?;
        let remembered = words_of(&words, WordKind::Column);
        let places = rules.guess(&table.headers, &remembered);
        let batch = self.batch(&new, &table, &places);
        let rows: Result<Vec<ImportRow>, Problem> = table
            .rows
            .into_iter()
            .map(|row| SheetRow { number: row.number, cells: row.cells, fault: row.fault })
            .map(|row| {
                let cells = ROWS.seal(&self.cases.vault, (new.id, row.number), "cells", &row, rng)?;
                let (plan, action, message, twin, choice, case_id) = Default::default();
                Ok(ImportRow { number: row.number, cells, plan, action, message, twin, choice, case_id })
            })
            .collect();
        let write = self.cases.db.write("ledger_add", move |tx| {
            let batch = batch.clone();
            Box::pin(async move { Ok(store::ledger_add(tx, &batch).await?) })
        });
        write.await?;
        let mut rows = rows?;
        let last = rows.split_off(rows.len().saturating_sub(CHUNK));
        self.put(new.id, rows).await?;
        let write = self.cases.db.write("ledger_row_put", move |tx| {
            let (last, check) = (last.clone(), new.check.clone());
            Box::pin(async move {
                store::ledger_row_put_many(tx, new.id, last).await?;
                if let Some((job, id)) = check {
                    enqueue(tx, &job, id).await?;
                }
                Ok(())
            })
        });
        write.await
    }

    fn batch(&self, new: &NewLedger, table: &Table, places: &Places) -> ImportBatch {
        let text = |value: serde_json::Value| value.to_string();
        ImportBatch {
            region: self.county.region,
            id: new.id,
            kind: ImportKind::Ledger,
            org: self.county.id,
            file_name: new.file_name.clone(),
            headers: text(table.headers.clone().into()),
            places: text(serde_json::json!(places)),
            notices: text(table.notices.clone().into()),
            unknown: "[]".to_owned(),
            state: ImportState::Staged,
            rows_total: i64::try_from(table.rows.len()).unwrap_or(i64::MAX),
            account_region: new.by.map(|account| account.region),
            account: new.by.map(|account| account.id),
            created_at: self.moment.now,
            created_day: self.moment.today,
        }
    }
}
