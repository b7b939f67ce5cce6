use huiyin_base::{Id, Problem, Rng};
use huiyin_documents::{Limits, SheetError, Table, read_ledger, result_sheet};

use super::{Counts, ImportAction, ImportRow, Ledger, LedgerRules, NewLedger, SheetRow};

/// A file to be imported by the command line.
#[derive(Clone, Debug)]
pub struct LedgerFile<'a> {
    /// The file's name.
    pub name: &'a str,
    /// Its bytes.
    pub bytes: &'a [u8],
    /// Checked only; nothing is written.
    pub dry_run: bool,
    /// Rows with errors are left out; else they hold everything back.
    pub partial: bool,
}

/// What became of a file.
#[derive(Clone, Debug)]
pub struct LedgerReport {
    /// The batch.
    pub batch: Id,
    /// How many rows can be imported, are known already, were left out, have errors.
    pub counts: Counts,
    /// How many cases were made.
    pub made: usize,
    /// What was noticed while reading, and what stands under which heading.
    pub notices: Vec<String>,
    /// The first messages of rows with errors.
    pub errors: Vec<String>,
    /// Whether it was written.
    pub applied: bool,
    /// The rows with what became of each, as XLSX.
    pub result: Vec<u8>,
}

/// Reads, checks and, unless it is a dry run or rows have errors, writes a file. Twins of known cases are left out.
pub async fn import_ledger(ledger: &Ledger<'_>, file: LedgerFile<'_>, rng: &mut Rng) -> Result<LedgerReport, Problem> {
    const SHOWN: usize = 20;
    let table = read(file.name, file.bytes).map_err(|error| Problem::invalid(error.to_string()))?;
    let (headers, mut notices) = (table.headers.clone(), table.notices.clone());
    let id = Id::new(ledger.county.region, ledger.moment.now, rng);
    ledger.stage(NewLedger { id, file_name: name_of(file.name), by: None, check: None }, table, rng).await?;
    let counts = ledger.check(id, rng).await?;
    notices.extend(matched(&headers, &ledger.find(id).await?.place_list()));
    let applied = !file.dry_run && (counts.refuse == 0 || file.partial);
    let made = if applied { ledger.apply(id, file.partial, rng).await? } else { 0 };
    let rows = ledger.results(id).await?;
    let refused = rows.iter().filter(|(_, row)| row.action == Some(ImportAction::Refuse));
    let errors = refused.filter_map(|(_, row)| row.message.clone()).take(SHOWN).collect();
    let result = result_of(&headers, &rows, false)?;
    if !applied {
        ledger.discard(id).await?;
    }
    Ok(LedgerReport { batch: id, counts, made, notices, errors, applied, result })
}

/// The table in a file.
pub(crate) fn read(name: &str, bytes: &[u8]) -> Result<Table, SheetError> {
    let rules = LedgerRules::built_in().map_err(|error| SheetError::Write(error.to_string()))?;
    read_ledger(name, bytes, &rules.headings(), &Limits::default())
}

/// The rows with what became of each, as XLSX; only those with errors where that is asked for.
pub(crate) fn result_of(headers: &[String], rows: &[(SheetRow, ImportRow)], errors: bool) -> Result<Vec<u8>, Problem> {
    let wanted = rows.iter().filter(|(_, row)| !errors || row.action == Some(ImportAction::Refuse));
    let messages: Vec<(&SheetRow, String)> = wanted
        .map(|(sheet, row)| {
            let message = row.message.clone().unwrap_or_default();
            let label = row.action.map_or("", ImportAction::label);
            (sheet, if row.action == Some(ImportAction::Refuse) { message } else { format!("{label}：{message}") })
        })
        .collect();
    let rows = messages.iter().map(|(sheet, message)| (sheet.cells.as_slice(), message.as_str()));
    result_sheet(headers, rows).map_err(Problem::broken)
}

/// A file's name as people will know it again: nothing before it, nothing unseen in it.
pub(crate) fn name_of(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or(name);
    last.chars().filter(|letter| !letter.is_control()).take(80).collect()
}

/// “反映的问题”读作问题内容
fn matched(headers: &[String], places: &super::Places) -> Vec<String> {
    let Ok(rules) = LedgerRules::built_in() else { return Vec::new() };
    let read = rules.fields().filter_map(|field| {
        let header = headers.get(*places.get(&field.id)?)?;
        Some(format!("“{header}”作为{}", field.label))
    });
    let read: Vec<String> = read.collect();
    if read.is_empty() { Vec::new() } else { vec![format!("{}。", read.join("，"))] }
}
