use huiyin_base::{Id, Problem, Region, Rng};
use huiyin_directory::import::{
    Import, ImportColumn, ImportCounts, ImportKind, ImportTable, NewBatch, SheetRow, members, organisations,
};
use huiyin_documents::{Column, Limits, SheetError, read_table, result_sheet};

/// A file to be imported by the command line.
#[derive(Clone, Debug)]
pub struct ImportFile<'a> {
    /// Organisations or members.
    pub kind: ImportKind,
    /// The file's name.
    pub name: &'a str,
    /// Its bytes.
    pub bytes: &'a [u8],
    /// The region that keeps the batch.
    pub home: Region,
    /// The regions it may touch.
    pub scope: Vec<Region>,
    /// Checked only; nothing is written.
    pub dry_run: bool,
    /// Rows with errors are left out; else they hold everything back.
    pub partial: bool,
}

/// What became of a file.
#[derive(Clone, Debug)]
pub struct ImportReport {
    /// The batch.
    pub batch: Id,
    /// How many rows were added, changed, refused …
    pub counts: ImportCounts,
    /// What was noticed while reading.
    pub notices: Vec<String>,
    /// The first messages of rows with errors.
    pub errors: Vec<String>,
    /// Whether it was written.
    pub applied: bool,
    /// The rows with what became of each, as XLSX.
    pub result: Vec<u8>,
}

/// Reads, checks and, unless it is a dry run or rows have errors, writes a file. `progress` hears a word, done, total.
pub async fn import_file(
    import: &Import<'_>,
    file: ImportFile<'_>,
    rng: &mut Rng,
    progress: &mut (dyn FnMut(&'static str, u64, u64) + Send),
) -> Result<ImportReport, Problem> {
    const SHOWN: usize = 20;
    let table =
        read_import_table(file.kind, file.name, file.bytes).map_err(|error| Problem::invalid(error.to_string()))?;
    let (headers, notices) = (table.headers.clone(), table.notices.clone());
    let batch = Id::new(file.home, import.now, rng);
    let new =
        NewBatch { id: batch, kind: file.kind, file_name: file.name.to_owned(), scope: file.scope, created_by: None };
    let counts = import.take(new, table, rng, &mut |done, total| progress("检查", done, total)).await?;
    let applied = !file.dry_run && (counts.refuse == 0 || file.partial);
    if applied {
        import.apply(batch, file.partial, rng, &mut |done, total| progress("导入", done, total)).await?;
    }
    let rows = import.results(batch).await?;
    let errors = rows.iter().map(|(_, message)| message).filter(|message| message.starts_with('第'));
    let errors = errors.take(SHOWN).cloned().collect();
    let result = result_of(&headers, &rows)?;
    if !applied {
        import.discard(batch).await?;
    }
    Ok(ImportReport { batch, counts, notices, errors, applied, result })
}

/// A file as the directory takes it.
pub fn read_import_table(kind: ImportKind, name: &str, bytes: &[u8]) -> Result<ImportTable, SheetError> {
    let columns: Vec<Column> = columns(kind)
        .iter()
        .map(|column| Column { name: column.name, aliases: column.aliases, required: column.required })
        .collect();
    let table = read_table(name, bytes, &columns, &Limits::default())?;
    let rows = table.rows.into_iter();
    Ok(ImportTable {
        headers: table.headers,
        places: table.places,
        rows: rows.map(|row| SheetRow { number: row.number, cells: row.cells, fault: row.fault }).collect(),
        notices: table.notices,
    })
}

/// The columns a file of this kind may have.
pub(crate) const fn columns(kind: ImportKind) -> &'static [ImportColumn] {
    match kind {
        ImportKind::Organisations => organisations::COLUMNS,
        ImportKind::Members => members::COLUMNS,
    }
}

/// The rows with what became of each, as XLSX.
pub(crate) fn result_of(headers: &[String], rows: &[(SheetRow, String)]) -> Result<Vec<u8>, Problem> {
    let rows = rows.iter().map(|(row, message)| (row.cells.as_slice(), message.as_str()));
    result_sheet(headers, rows).map_err(Problem::broken)
}
