#![doc = include_str!("../README.md")]

mod cell;
mod cfb;
mod error;
mod form;
mod grid;
mod ledger;
mod limits;
mod official;
mod package;
mod table;
mod text;
mod write;
mod xls;
mod xlsx;

pub use error::SheetError;
pub use form::{Fill, FormColumn, FormRow, form_sheet};
pub use ledger::read_ledger;
pub use limits::Limits;
pub use official::{Attachment, Block, Numbering, Official, OfficialColumn, OfficialTable, Side, Signing};
pub use table::{Column, Table, TableRow, column_letters, read_table};
pub use write::{SheetWriter, WriteCell, WriteColumn, escaped, result_sheet, write_csv};
