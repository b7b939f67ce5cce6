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

/// From the least value of a field to the next greater one (twice the kind).
macro_rules! steps {
    ($column:literal) => {
        concat!(
            "with recursive mark (m) as (select min(e.",
            $column,
            ") from case_entry e where e.kind = ? and e.",
            $column,
            " <> '' union all select (select min(e.",
            $column,
            ") from case_entry e where e.kind = ? and e.",
            $column,
            " <> '' and e.",
            $column,
            " > mark.m) from mark where mark.m is not null)
            select mark.m from mark where mark.m is not null"
        )
    };
}

/// The values of a field, one by one.
pub(super) const STEPS: [&str; MARKED] =
    [steps!("s1"), steps!("s2"), steps!("s3"), steps!("s4"), steps!("s5"), steps!("s6")];
/// A row has the value that was reached.
pub(super) const OCCURS: [&str; MARKED] = [
    "e.s1 = mark.m and e.s1 <> ''",
    "e.s2 = mark.m and e.s2 <> ''",
    "e.s3 = mark.m and e.s3 <> ''",
    "e.s4 = mark.m and e.s4 <> ''",
    "e.s5 = mark.m and e.s5 <> ''",
    "e.s6 = mark.m and e.s6 <> ''",
];
/// The values of a field among rows that are read for another reason.
pub(super) const DISTINCT: [&str; MARKED] = [
    "select distinct e.s1 || '' from case_entry e where e.kind = ?",
    "select distinct e.s2 || '' from case_entry e where e.kind = ?",
    "select distinct e.s3 || '' from case_entry e where e.kind = ?",
    "select distinct e.s4 || '' from case_entry e where e.kind = ?",
    "select distinct e.s5 || '' from case_entry e where e.kind = ?",
    "select distinct e.s6 || '' from case_entry e where e.kind = ?",
];
