//! Writing GIFT.

use std::fmt::Write as _;

use super::{FORMATS, OWN};
use crate::question::{Body, Question, Span, TextFormat, WHOLE, Weighed};

/// Writes questions, each under its category.
pub fn write<'a>(questions: impl IntoIterator<Item = &'a Question>) -> String {
    let mut out = String::new();
    let mut category = "";
    for question in questions {
        if question.category != category {
            category = &question.category;
            let _ = writeln!(out, "$CATEGORY: {category}\n");
        }
        one(&mut out, question);
    }
    out
}

fn one(out: &mut String, question: &Question) {
    let mut marks = String::new();
    if !question.source.is_empty() {
        let _ = write!(marks, " [source:{}]", bracketed(&question.source));
    }
    let own = matches!(question.body, Body::Short { own: true }).then_some(OWN);
    for tag in question.tags.iter().map(String::as_str).chain(own) {
        let _ = write!(marks, " [tag:{}]", bracketed(tag));
    }
    if !marks.is_empty() {
        let _ = writeln!(out, "//{marks}");
    }
    if !question.name.is_empty() {
        let _ = write!(out, "::{}::", escaped(&question.name));
    }
    // Always said: a text that begins with such a word is not taken for one.
    let _ = write!(out, "{}{}{{", word(question.format), escaped(&question.stem));
    body(out, question);
    if !question.feedback.is_empty() {
        let _ = write!(out, "\n####{}", answer(&question.feedback, question.format));
    }
    out.push('}');
    if let Some(tail) = &question.tail {
        out.push_str(&escaped(tail));
    }
    out.push_str("\n\n");
}

fn body(out: &mut String, question: &Question) {
    let format = question.format;
    match &question.body {
        Body::Choice { many, options } => {
            for option in options {
                let sign = if !many && option.weight >= WHOLE { '=' } else { '~' };
                weighed(out, sign, option, *many || (sign == '~' && option.weight != 0), format);
            }
        }
        Body::Truth { right, wrong_feedback, right_feedback } => {
            out.push_str(if *right { "TRUE" } else { "FALSE" });
            if !(wrong_feedback.is_empty() && right_feedback.is_empty()) {
                let _ = write!(out, "#{}#{}", answer(wrong_feedback, format), answer(right_feedback, format));
            }
        }
        Body::Fill { answers } => {
            for one in answers {
                weighed(out, '=', one, one.weight != WHOLE, format);
            }
        }
        Body::Numeric { answers } => {
            out.push('#');
            for near in answers {
                let _ = write!(out, "\n={}{}", percent(near.weight, near.weight != WHOLE), span_text(near.span));
                feedback(out, &near.feedback, format);
            }
        }
        Body::Order { items } => {
            out.push_str(">ALL VERTICAL");
            for item in items {
                let line = answer(item, format);
                let line = if line.starts_with("//") { format!("\\/{}", &line[1..]) } else { line };
                let _ = write!(out, "\n{line}");
            }
        }
        Body::Match { pairs } => {
            for (left, right) in pairs {
                let left = answer(left, format);
                // No weight stands there.
                let sign = if left.starts_with('%') { "\\" } else { "" };
                let _ = write!(out, "\n={sign}{left} -> {}", answer(right, format));
            }
        }
        Body::Short { .. } => {}
    }
}

fn weighed(out: &mut String, sign: char, one: &Weighed, said: bool, format: TextFormat) {
    // A text that itself begins with a per cent sign would be read as a weight.
    let said = said || one.text.starts_with('%');
    let _ = write!(out, "\n{sign}{}{}", percent(one.weight, said), answer(&one.text, format));
    feedback(out, &one.feedback, format);
}

fn feedback(out: &mut String, text: &str, format: TextFormat) {
    if !text.is_empty() {
        let _ = write!(out, " #{}", answer(text, format));
    }
}

/// `%50%`, with as many digits as it needs.
fn percent(weight: i32, said: bool) -> String {
    if !said {
        return String::new();
    }
    let (sign, weight) = (if weight < 0 { "-" } else { "" }, weight.unsigned_abs());
    let digits = format!("{}.{:05}", weight / 100_000, weight % 100_000);
    format!("%{sign}{}%", digits.trim_end_matches('0').trim_end_matches('.'))
}

/// `3`, `3:0.5` or `2..4`.
pub(in crate::question) fn span_text(span: Span) -> String {
    match span {
        Span::About { value, tolerance: 0.0 } => value.to_string(),
        Span::About { value, tolerance } => format!("{value}:{tolerance}"),
        Span::Between { low, high } => format!("{low}..{high}"),
    }
}

/// A text of an answer, with the word for its format where it would itself be taken for one.
fn answer(text: &str, format: TextFormat) -> String {
    let looks = FORMATS.iter().any(|(word, _)| text.starts_with(word));
    format!("{}{}", if looks { word(format) } else { "" }, escaped(text))
}

fn word(format: TextFormat) -> &'static str {
    FORMATS.iter().find(|(_, known)| *known == format).map_or("", |(word, _)| word)
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    let mut before = ' ';
    for letter in text.chars() {
        match letter {
            '~' | '=' | '#' | '{' | '}' | ':' | '\\' => out.extend(['\\', letter]),
            // An arrow in a text is no pair.
            '>' if before == '-' => out.push_str("\\>"),
            '\n' => out.push_str("\\n"),
            other => out.push(other),
        }
        before = letter;
    }
    out
}

fn bracketed(text: &str) -> String {
    text.replace('\\', "\\\\").replace(']', "\\]").replace('\n', " ")
}
