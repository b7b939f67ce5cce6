//! Organisations and members from tables. A file is staged row by row, checked whole, shown as a dry run, then written
//! in steps that can go on after a kill, and comes into force at once when the last step is written.
//!
//! The plans are pure: rows and the present state in, what to do out. Reading files is not done here, passwords are
//! not made here.

mod batch;
pub mod members;
pub mod organisations;
mod run;
mod sealing;

pub use batch::{ImportBatch, ImportKind, ImportState, ImportTable, NewBatch, RowAction, SheetRow};
pub use run::{Import, ImportCounts};
pub use sealing::StagedRows;

/// The staged rows of organisations and members.
const ROWS: StagedRows = StagedRows::of("import_row");

/// A column that an import looks for by its heading.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ImportColumn {
    /// The heading as messages print it.
    pub name: &'static str,
    /// Other headings that mean the same.
    pub aliases: &'static [&'static str],
    /// Whether a file is refused without it.
    pub required: bool,
}

/// What becomes of one row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome<Write> {
    /// The row's number in the sheet.
    pub number: u32,
    /// Added, changed, moved, the same, refused.
    pub action: RowAction,
    /// What a person reads. Names no personal data.
    pub message: String,
    /// What is written, and its place in the order; lower first.
    pub write: Option<(u32, Write)>,
}

impl<Write> Outcome<Write> {
    fn refused(number: u32, message: impl Into<String>) -> Self {
        Self { number, action: RowAction::Refuse, message: message.into(), write: None }
    }

    fn same(number: u32, message: impl Into<String>) -> Self {
        Self { number, action: RowAction::Same, message: message.into(), write: None }
    }
}

/// The cells of a row under the wanted columns.
struct Cells<'a> {
    row: &'a SheetRow,
    places: &'a [Option<usize>],
}

impl<'a> Cells<'a> {
    /// The text under the wanted column; empty where the file has no such column.
    fn get(&self, column: usize) -> &'a str {
        let place = self.places.get(column).copied().flatten();
        place.and_then(|place| self.row.cells.get(place)).map_or("", |cell| cell.trim())
    }

    fn filled(&self, column: usize) -> Option<&'a str> {
        Some(self.get(column)).filter(|text| !text.is_empty())
    }
}

/// Full-width letters, digits and signs as plain ones, without blanks: how codes are compared.
pub(crate) fn code_text(text: &str) -> String {
    let narrow = text.chars().map(|letter| match u32::from(letter) {
        code @ 0xff01..=0xff5e => char::from_u32(code - 0xfee0).unwrap_or(letter),
        _ => letter,
    });
    narrow.filter(|letter| !letter.is_whitespace()).collect::<String>().to_ascii_uppercase()
}

/// A message that names its row, once.
fn with_number(number: u32, message: &str) -> String {
    if message.starts_with('第') { message.to_owned() } else { format!("第 {number} 行：{message}") }
}
