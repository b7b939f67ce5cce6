//! What whoever brings a ledger is told of a row before it comes in.

use std::collections::BTreeSet;

use huiyin_base::Day;

use super::plan::PlannedAnswer;
use crate::Rulebook;
use crate::names::names_in;

/// By when a row had to be answered, of the days it was raised and posted. What is still open gets no longer than the desk could give
/// it, and no day of rest.
pub(super) fn fitting(
    book: &Rulebook,
    known: Option<(Day, (Day, Day))>,
    open: bool,
    notes: &mut Vec<String>,
) -> Result<Option<Day>, String> {
    let Some((deadline, (submitted, posted))) = known else { return Ok(None) };
    if deadline < submitted {
        return Err("办理期限早于反映日期".into());
    }
    let furthest = book.clocks.extension.furthest;
    if open && deadline.since(posted) > furthest {
        return Err(format!("办理期限最多到上墙（反映）后 {furthest} 天"));
    }
    if !open || book.calendar.is_working(deadline) {
        return Ok(Some(deadline));
    }
    let mut day = deadline;
    while day > submitted && !book.calendar.is_working(day) {
        day = day.plus(-1);
    }
    notes.push(format!("办理期限{}是休息日，提前到{}", deadline.chinese(), day.chinese()));
    Ok(Some(day))
}

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
