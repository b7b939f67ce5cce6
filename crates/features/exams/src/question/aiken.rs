//! Aiken: the plainest format, for single choice alone.

use std::fmt::Write as _;

use super::gift::Found;
use super::{Body, Question, WHOLE, Weighed};

/// Reads a file: a question, its options as `A. …` or `A) …`, and `ANSWER: A`.
pub fn read(text: &str) -> Found {
    let mut found = Found::default();
    let mut open: Option<Open> = None;
    for (line, number) in text.trim_start_matches('\u{feff}').lines().zip(1_u32..) {
        let line = line.trim();
        if line.is_empty() {
            // A blank line may stand between questions, not inside one that has its options.
            if let Some(Open { begun, options, .. }) = open.take_if(|open| !open.options.is_empty()) {
                found.faults.push((begun, format!("{} 个选项后面没有 ANSWER: 一行。", options.len())));
            }
        } else if let Some(answer) = answer_of(line) {
            match open.take() {
                Some(open) => close(open, answer, &mut found),
                None => found.faults.push((number, "ANSWER: 前面没有题目和选项。".into())),
            }
        } else if let Some(text) = option_of(line, open.as_ref().map_or(0, |open| open.options.len())) {
            match &mut open {
                Some(open) => open.options.push(text.to_owned()),
                None => found.faults.push((number, "选项前面没有题目。".into())),
            }
        } else {
            match &mut open {
                Some(open) if open.options.is_empty() => {
                    let _ = write!(open.stem, "\n{line}");
                }
                Some(_) => found.faults.push((number, "这一行不是选项（A. B. C.…按顺序），也不是 ANSWER:。".into())),
                None => open = Some(Open { begun: number, stem: line.to_owned(), options: Vec::new() }),
            }
        }
    }
    if let Some(open) = open {
        found.faults.push((open.begun, "这道题没有 ANSWER: 一行。".into()));
    }
    found
}

struct Open {
    begun: u32,
    stem: String,
    options: Vec<String>,
}

fn answer_of(line: &str) -> Option<&str> {
    let (word, rest) = line.split_once([':', '：'])?;
    word.trim().eq_ignore_ascii_case("answer").then(|| rest.trim())
}

/// The text of an option that bears the next letter.
fn option_of(line: &str, known: usize) -> Option<&str> {
    let mut letters = line.chars();
    let letter = letters.next()?;
    let rest = letters.as_str();
    let rest = rest.strip_prefix(['.', ')', '．', '、', '）'])?;
    (usize::from(u8::try_from(letter).ok()?.checked_sub(b'A')?) == known).then(|| rest.trim())
}

fn close(open: Open, answer: &str, found: &mut Found) {
    let mut letters = answer.chars();
    let right = letters.next().map(|letter| u32::from(letter.to_ascii_uppercase()).wrapping_sub(u32::from('A')));
    let right = right.and_then(|right| usize::try_from(right).ok()).filter(|right| *right < open.options.len());
    let Some(right) = right.filter(|_| letters.as_str().trim().is_empty()) else {
        found.faults.push((open.begun, format!("答案“{answer}”不是上面的一个选项。")));
        return;
    };
    let options = open.options.into_iter().enumerate();
    let options = options.map(|(place, text)| Weighed::new(text, if place == right { WHOLE } else { 0 })).collect();
    let question = Question::new(open.stem, Body::Choice { many: false, options });
    match question.fault() {
        None => found.questions.push((open.begun, question)),
        Some(fault) => found.faults.push((open.begun, fault)),
    }
}

/// Writes what Aiken can say; the number is how many questions it cannot.
pub fn write<'a>(questions: impl IntoIterator<Item = &'a Question>) -> (String, usize) {
    let (mut out, mut left) = (String::new(), 0);
    for question in questions {
        match one(question) {
            Some(text) => out.push_str(&text),
            None => left += 1,
        }
    }
    (out, left)
}

fn one(question: &Question) -> Option<String> {
    let Body::Choice { many: false, options } = &question.body else { return None };
    let flat = |text: &str| question.plain(text).split_whitespace().collect::<Vec<_>>().join(" ");
    let right = options.iter().position(|option| option.weight >= WHOLE)?;
    let stem = question.line();
    // What would be read as something else cannot be said.
    if option_of(&stem, 0).is_some() || answer_of(&stem).is_some() {
        return None;
    }
    let mut out = format!("{stem}\n");
    for (option, letter) in options.iter().zip('A'..='Z') {
        let _ = writeln!(out, "{letter}. {}", flat(&option.text));
    }
    let letter = ('A'..='Z').nth(right)?;
    let _ = writeln!(out, "ANSWER: {letter}\n");
    Some(out)
}
