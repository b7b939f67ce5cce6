//! An office's own ledger becomes cases: read, matched to fields, checked row by row against what is known, shown, and
//! brought into force in one write. The same staging keeps the worksheets that officers fill in without a network.

mod apply;
mod batch;
mod day;
mod fields;
mod file;
mod history;
pub(crate) mod job;
mod matching;
mod names;
mod plan;
mod run;
mod stage;
mod twin;
mod warnings;

pub use batch::{
    Choice, ImportAction, ImportBatch, ImportKind, ImportRow, ImportState, ImportWord, RowMessage, SheetRow, WordKind,
};
pub use fields::{FIELDS, Field, LedgerRules, Places};
pub use file::{LedgerFile, LedgerReport, import_ledger};
pub(crate) use history::BY_LEDGER;
pub use plan::{Planned, PlannedAnswer, Unknown};
pub use run::{Counts, Ledger};
pub use stage::NewLedger;
pub use twin::Twin;

pub(crate) use day::day_in;
pub(crate) use file::{name_of, read, result_of};
pub(crate) use run::{changed, rows_of, rows_put};

use huiyin_directory::import::StagedRows;

/// The staged rows of ledgers and worksheets.
pub(crate) const ROWS: StagedRows = StagedRows::of("case_import_row");
