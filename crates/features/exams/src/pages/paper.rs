//! How a question stands on a page, and how a form says its answer.

use std::collections::BTreeMap;

use crate::paper::{Book, Dealt};
use crate::question::{Body, Question, kind_label};

/// A question of a paper as the page draws it.
#[derive(Clone, Debug)]
pub(super) struct Asked {
    /// From 0; printed from 1.
    pub place: usize,
    /// What people call its kind.
    pub kind: &'static str,
    /// How it is answered: `single`, `multiple`, `line`, `words`, `order`, `match`.
    pub way: &'static str,
    /// What it brings.
    pub marks: i64,
    pub stem: String,
    /// Of a missing word what stands after it.
    pub tail: Option<String>,
    /// To choose from, in the order shown: value, text, chosen.
    pub options: Vec<(String, String, bool)>,
    /// Of an order or a match: each line with its choices, one of them chosen.
    pub lines: Vec<Line>,
    /// What was written.
    pub written: String,
    /// How often it was changed.
    pub seq: i64,
}

/// A line of an order or a match.
#[derive(Clone, Debug)]
pub(super) struct Line {
    pub text: String,
    /// Value, text, chosen.
    pub choices: Vec<(String, String, bool)>,
}

impl Asked {
    /// The number that is printed.
    pub(super) fn number(&self) -> usize {
        self.place + 1
    }
}

/// The question of a place, with what was answered.
pub(super) fn asked(book: &Book, dealt: &Dealt, place: usize, given: &str, seq: i64) -> Asked {
    let question = book.question(dealt);
    let chosen: Vec<&str> = given.split(',').map(str::trim).collect();
    let mut asked = Asked {
        place,
        kind: kind_label(question.body.word()),
        way: way(&question.body),
        marks: book.worth(dealt) / 100,
        stem: question.plain(&question.stem),
        tail: question.tail.as_deref().map(|tail| question.plain(tail)),
        options: Vec::new(),
        lines: Vec::new(),
        written: given.to_owned(),
        seq,
    };
    match &question.body {
        Body::Choice { options, .. } => {
            let shown = dealt.shown.iter().enumerate();
            let shown = shown.map(|(n, kept)| (n.to_string(), question.plain(&options[*kept].text)));
            asked.options = shown.map(|(n, text)| (n.clone(), text, chosen.contains(&n.as_str()))).collect();
        }
        Body::Truth { .. } => {
            let both = [("1", "对"), ("0", "错")];
            asked.options =
                both.iter().map(|(value, text)| ((*value).into(), (*text).into(), given == *value)).collect();
        }
        Body::Order { items } => {
            // Each thing says at which place it stands.
            asked.lines = lines(dealt.shown.iter().map(|kept| question.plain(&items[*kept])), |line, at| {
                chosen.get(at).is_some_and(|one| *one == line.to_string())
            });
            let count = items.len();
            for line in &mut asked.lines {
                line.choices =
                    (0..count).map(|at| (at.to_string(), format!("第 {}", at + 1), line.choices[at].2)).collect();
            }
        }
        Body::Match { pairs } => {
            let texts: Vec<String> = dealt.shown.iter().map(|kept| question.plain(&pairs[*kept].1)).collect();
            asked.lines = lines(pairs.iter().map(|(left, _)| question.plain(left)), |line, right| {
                chosen.get(line).is_some_and(|one| *one == right.to_string())
            });
            for line in &mut asked.lines {
                let choices = texts.iter().enumerate();
                line.choices = choices.map(|(n, text)| (n.to_string(), text.clone(), line.choices[n].2)).collect();
            }
        }
        Body::Fill { .. } | Body::Numeric { .. } | Body::Short { .. } => {}
    }
    asked
}

fn lines(texts: impl Iterator<Item = String>, chosen: impl Fn(usize, usize) -> bool) -> Vec<Line> {
    let texts: Vec<String> = texts.collect();
    let count = texts.len();
    let line = |(place, text): (usize, String)| Line {
        text,
        choices: (0..count).map(|other| (other.to_string(), String::new(), chosen(place, other))).collect(),
    };
    texts.into_iter().enumerate().map(line).collect()
}

fn way(body: &Body) -> &'static str {
    match body {
        Body::Choice { many: false, .. } | Body::Truth { .. } => "single",
        Body::Choice { many: true, .. } => "multiple",
        Body::Fill { .. } | Body::Numeric { .. } => "line",
        Body::Order { .. } => "order",
        Body::Match { .. } => "match",
        Body::Short { .. } => "words",
    }
}

/// The answer to a place as a form without scripts says it. One that is not whole yet is kept as far as it goes.
pub(super) fn value(question: &Question, place: usize, fields: &BTreeMap<String, Vec<String>>) -> String {
    let all = |name: &str| fields.get(name).cloned().unwrap_or_default();
    let line = |line: usize| all(&format!("q{place}.{line}")).first().cloned().unwrap_or_default();
    match &question.body {
        Body::Order { items } => {
            // Which thing stands at each place; of two at one place the first.
            let at = |wanted: usize| (0..items.len()).find(|item| line(*item) == wanted.to_string());
            let at = (0..items.len()).map(|wanted| at(wanted).map(|item| item.to_string()).unwrap_or_default());
            emptied(at.collect::<Vec<_>>().join(","))
        }
        Body::Match { pairs } => emptied((0..pairs.len()).map(line).collect::<Vec<_>>().join(",")),
        _ => all(&format!("q{place}")).join(","),
    }
}

/// Commas alone are no answer.
fn emptied(value: String) -> String {
    if value.chars().all(|letter| letter == ',') { String::new() } else { value }
}

/// What there is to choose from, as the question keeps it, for those who keep it.
pub(super) fn option_texts(question: &Question) -> Vec<String> {
    let text = |text: &str| question.plain(text);
    match &question.body {
        Body::Choice { options, .. } => options.iter().map(|option| text(&option.text)).collect(),
        Body::Order { items } => items.iter().map(|item| text(item)).collect(),
        Body::Match { pairs } => {
            pairs.iter().map(|(left, right)| format!("{} → {}", text(left), text(right))).collect()
        }
        Body::Truth { .. } | Body::Fill { .. } | Body::Numeric { .. } | Body::Short { .. } => Vec::new(),
    }
}
