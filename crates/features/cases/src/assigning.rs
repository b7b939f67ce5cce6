//! Whom to assign to, as a suggestion with its reason: the county's own rules first, then what is usual for the category.

use huiyin_base::Id;

use crate::CaseItem;
use crate::store::AssignRule;

/// The first rule in force that fits the case, with its place in the order from 1.
pub fn rule_of<'a>(rules: &'a [AssignRule], case: &CaseItem) -> Option<(usize, &'a AssignRule)> {
    let fits = |rule: &AssignRule| {
        let category = rule.category.is_empty() || rule.category == case.category;
        let sub = rule.sub_category.is_empty() || rule.sub_category == case.sub_category;
        let here = |place: Id| case.township == Some(place) || case.village == Some(place);
        category && sub && rule.place.is_none_or(here)
    };
    rules.iter().enumerate().find(|(_, rule)| fits(rule)).map(|(at, rule)| (at + 1, rule))
}

/// What a template becomes in one case: place, unit, day and number stand where their names stood.
pub fn filled(template: &str, place: &str, unit: &str, day: &str, number: &str) -> String {
    let words = [("{地方}", place), ("{单位}", unit), ("{日期}", day), ("{编号}", number)];
    words.iter().fold(template.to_owned(), |text, (name, value)| text.replace(name, value))
}

/// What of a template whoever answers must fill in.
const BLANK: &str = "……";

/// A blank of the template that still stands in the answer, with the letters beside it: 于……月.
pub fn blank_in(answer: &str, template: &str) -> Option<String> {
    let blanks = template.match_indices(BLANK).map(|(at, _)| {
        let (before, after) = (template[..at].chars().next_back(), template[at + BLANK.len()..].chars().next());
        before.into_iter().chain(BLANK.chars()).chain(after).collect::<String>()
    });
    // Alone it may be an ellipsis of his own.
    let mut beside = blanks.filter(|blank| blank != BLANK);
    beside.find(|blank| answer.contains(blank.as_str()))
}

/// Whether an answer is a template and nothing else.
pub fn is_bare(answer: &str, template: &str) -> bool {
    let letters = |text: &str| text.chars().filter(|letter| letter.is_alphanumeric()).collect::<String>();
    letters(answer) == letters(template)
}
