//! What whoever brings a ledger is told of a row before it comes in.

use std::collections::BTreeSet;

use super::plan::PlannedAnswer;
use crate::Rulebook;
use crate::names::names_in;

/// Nobody is alarmed by what an office brings days later: whoever brings it reads whom to call if somebody is still in danger.
pub(super) fn told_of_danger(book: &Rulebook, (title, text): (&str, &str), open: bool, notes: &mut Vec<String>) {
    if let Some(kind) = book.emergency.found(title, text).filter(|_| open) {
        notes.push(format!("像是紧急情况（{}），导入不会报警：人还有危险的，请马上打 {}", kind.label, kind.call));
    }
}

/// What the public will read names nobody: numbers are covered, names are for the office to mend.
pub(super) fn told_to_all(whole: &str, answer: Option<&PlannedAnswer>, notes: &mut Vec<String>) {
    let told = answer.map_or("", |answer| answer.text.as_str());
    if crate::covered(whole) != whole || crate::covered_answer(told) != told {
        notes.push("公开文字里的号码会自动隐去".into());
    }
    let named = [whole, told].into_iter();
    let named = named.flat_map(|text| names_in(text).into_iter().map(move |found| &text[found.start..found.end]));
    let named: BTreeSet<&str> = named.collect();
    if !named.is_empty() {
        let named: Vec<&str> = named.into_iter().collect();
        notes.push(format!("像是写了人名：{}。导入后公开，请先在表里隐去", named.join("、")));
    }
}
