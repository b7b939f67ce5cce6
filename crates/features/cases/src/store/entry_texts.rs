//! The pieces of a ledger's statements, one for each place of a marked field: a statement is put together from nothing else.

use crate::MARKED;

/// The rows in their own order.
pub(super) const ROWS: &str =
    "select e.region, e.case_id, e.seq, e.due_day, '' as mark from case_entry e where e.kind = ?";
/// The rows with the field they are ordered by.
pub(super) const MARKED_ROWS: [&str; MARKED] = [
    "select e.region, e.case_id, e.seq, e.due_day, e.s1 as mark from case_entry e where e.kind = ?",
    "select e.region, e.case_id, e.seq, e.due_day, e.s2 as mark from case_entry e where e.kind = ?",
    "select e.region, e.case_id, e.seq, e.due_day, e.s3 as mark from case_entry e where e.kind = ?",
    "select e.region, e.case_id, e.seq, e.due_day, e.s4 as mark from case_entry e where e.kind = ?",
    "select e.region, e.case_id, e.seq, e.due_day, e.s5 as mark from case_entry e where e.kind = ?",
    "select e.region, e.case_id, e.seq, e.due_day, e.s6 as mark from case_entry e where e.kind = ?",
];
/// A field between two keys, found by its index.
pub(super) const IS: [&str; MARKED] = [
    "e.s1 >= ? and e.s1 < ?",
    "e.s2 >= ? and e.s2 < ?",
    "e.s3 >= ? and e.s3 < ?",
    "e.s4 >= ? and e.s4 < ?",
    "e.s5 >= ? and e.s5 < ?",
    "e.s6 >= ? and e.s6 < ?",
];
/// The same, tested row by row.
pub(super) const TESTED: [&str; MARKED] = [
    "e.s1 || '' >= ? and e.s1 || '' < ?",
    "e.s2 || '' >= ? and e.s2 || '' < ?",
    "e.s3 || '' >= ? and e.s3 || '' < ?",
    "e.s4 || '' >= ? and e.s4 || '' < ?",
    "e.s5 || '' >= ? and e.s5 || '' < ?",
    "e.s6 || '' >= ? and e.s6 || '' < ?",
];
/// Something stands in it.
pub(super) const FILLED: [&str; MARKED] =
    ["e.s1 <> ''", "e.s2 <> ''", "e.s3 <> ''", "e.s4 <> ''", "e.s5 <> ''", "e.s6 <> ''"];
/// Behind a row.
pub(super) const AFTER: [&str; MARKED] = [
    "(e.s1, e.seq) > (?, ?)",
    "(e.s2, e.seq) > (?, ?)",
    "(e.s3, e.seq) > (?, ?)",
    "(e.s4, e.seq) > (?, ?)",
    "(e.s5, e.seq) > (?, ?)",
    "(e.s6, e.seq) > (?, ?)",
];
/// Before a row.
pub(super) const BEFORE: [&str; MARKED] = [
    "(e.s1, e.seq) < (?, ?)",
    "(e.s2, e.seq) < (?, ?)",
    "(e.s3, e.seq) < (?, ?)",
    "(e.s4, e.seq) < (?, ?)",
    "(e.s5, e.seq) < (?, ?)",
    "(e.s6, e.seq) < (?, ?)",
];
/// In its order.
pub(super) const UP: [&str; MARKED] = [
    "order by e.s1, e.seq limit ?",
    "order by e.s2, e.seq limit ?",
    "order by e.s3, e.seq limit ?",
    "order by e.s4, e.seq limit ?",
    "order by e.s5, e.seq limit ?",
    "order by e.s6, e.seq limit ?",
];
/// In the other order.
pub(super) const DOWN: [&str; MARKED] = [
    "order by e.s1 desc, e.seq desc limit ?",
    "order by e.s2 desc, e.seq desc limit ?",
    "order by e.s3 desc, e.seq desc limit ?",
    "order by e.s4 desc, e.seq desc limit ?",
    "order by e.s5 desc, e.seq desc limit ?",
    "order by e.s6 desc, e.seq desc limit ?",
];
/// In its order, sorted.
pub(super) const UP_SORTED: [&str; MARKED] = [
    "order by e.s1 || '', e.seq limit ?",
    "order by e.s2 || '', e.seq limit ?",
    "order by e.s3 || '', e.seq limit ?",
    "order by e.s4 || '', e.seq limit ?",
    "order by e.s5 || '', e.seq limit ?",
    "order by e.s6 || '', e.seq limit ?",
];
/// In the other order, sorted.
pub(super) const DOWN_SORTED: [&str; MARKED] = [
    "order by e.s1 || '' desc, e.seq desc limit ?",
    "order by e.s2 || '' desc, e.seq desc limit ?",
    "order by e.s3 || '' desc, e.seq desc limit ?",
    "order by e.s4 || '' desc, e.seq desc limit ?",
    "order by e.s5 || '' desc, e.seq desc limit ?",
    "order by e.s6 || '' desc, e.seq desc limit ?",
];

/// The same, tested row by row.
pub(super) const FILLED_TESTED: [&str; MARKED] = [
    "e.s1 || '' <> ''",
    "e.s2 || '' <> ''",
    "e.s3 || '' <> ''",
    "e.s4 || '' <> ''",
    "e.s5 || '' <> ''",
    "e.s6 || '' <> ''",
];

/// Behind a row, tested row by row.
pub(super) const AFTER_TESTED: [&str; MARKED] = [
    "(e.s1 || '', e.seq) > (?, ?)",
    "(e.s2 || '', e.seq) > (?, ?)",
    "(e.s3 || '', e.seq) > (?, ?)",
    "(e.s4 || '', e.seq) > (?, ?)",
    "(e.s5 || '', e.seq) > (?, ?)",
    "(e.s6 || '', e.seq) > (?, ?)",
];

/// Before a row, tested row by row.
pub(super) const BEFORE_TESTED: [&str; MARKED] = [
    "(e.s1 || '', e.seq) < (?, ?)",
    "(e.s2 || '', e.seq) < (?, ?)",
    "(e.s3 || '', e.seq) < (?, ?)",
    "(e.s4 || '', e.seq) < (?, ?)",
    "(e.s5 || '', e.seq) < (?, ?)",
    "(e.s6 || '', e.seq) < (?, ?)",
];
