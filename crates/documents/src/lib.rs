#![doc = include_str!("../README.md")]

mod cell;
mod cfb;
mod error;
mod grid;
mod limits;
mod package;
mod table;
mod text;
mod write;
mod xls;
mod xlsx;

pub use error::SheetError;
pub use limits::Limits;
pub use table::{Column, Table, TableRow, column_letters, read_table};
pub use write::{SheetWriter, WriteCell, WriteColumn, escaped, result_sheet, write_csv};
