//! Files as offices bring them and as nobody should, all made here.

#![expect(
    clippy::unwrap_used,
    clippy::format_push_string,
    reason = "makers of test files may fail loudly and waste a string"
)]

mod files;
mod hostile;
mod ledger;
mod official;
mod reading;
mod writing;

use huiyin_documents::{Column, Limits, SheetError, Table, read_table};

const COLUMNS: &[Column] = &[
    Column { name: "代码", aliases: &["code", "区划代码"], required: true },
    Column { name: "名称", aliases: &["name"], required: true },
    Column { name: "电话", aliases: &[], required: false },
];

fn read(name: &str, bytes: &[u8]) -> Result<Table, SheetError> {
    read_table(name, bytes, COLUMNS, &Limits::default())
}

fn refusal(name: &str, bytes: &[u8]) -> String {
    read(name, bytes).expect_err("a refusal").to_string()
}
