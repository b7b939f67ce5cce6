//! Reading GIFT.

use super::{BREAK, ESCAPED, FORMATS, Found, OWN};
use crate::question::{Body, Near, Question, Span, TextFormat, WHOLE, Weighed};

/// Reads a file. Paragraphs are questions; a fault in one leaves the others alone.
pub fn read(text: &str) -> Found {
    let mut found = Found::default();
    let mut category = String::new();
    let text = text.trim_start_matches('\u{feff}').replace("\r\n", "\n").replace('\r', "\n");
    let mut block: Vec<(u32, &str)> = Vec::new();
    for (line, number) in text.lines().chain(std::iter::once("")).zip(1_u32..) {
        if !line.trim().is_empty() {
            block.push((number, line));
        } else if !block.is_empty() {
            take(&std::mem::take(&mut block), &mut category, &mut found);
        }
    }
    found
}

fn take(lines: &[(u32, &str)], category: &mut String, found: &mut Found) {
    let mut marks = Marks::default();
    let mut kept = Vec::new();
    for (number, line) in lines {
        let bare = line.trim_start();
        if let Some(comment) = bare.strip_prefix("//") {
            marks.note(comment);
        } else if let Some(path) = bare.strip_prefix("$CATEGORY:") {
            path.trim().trim_start_matches("$course$/").clone_into(category);
        } else {
            kept.push((*number, *line));
        }
    }
    let Some((number, _)) = kept.first().copied() else { return };
    let text: Vec<&str> = kept.iter().map(|(_, line)| *line).collect();
    match question(&masked(&text.join("\n")), category, marks) {
        Ok(question) => match question.fault() {
            None => found.questions.push((number, question)),
            Some(fault) => found.faults.push((number, fault)),
        },
        Err(fault) => found.faults.push((number, fault)),
    }
}

/// What comments say: `[id:…] [tag:…] [source:…]`.
#[derive(Default)]
struct Marks {
    tags: Vec<String>,
    source: String,
}

impl Marks {
    fn note(&mut self, comment: &str) {
        let mut rest = comment;
        while let Some(start) = rest.find('[') {
            let (inside, after) = bracketed(&rest[start + 1..]);
            if let Some(tag) = inside.strip_prefix("tag:") {
                self.tags.push(tag.trim().to_owned());
            } else if let Some(source) = inside.strip_prefix("source:") {
                source.trim().clone_into(&mut self.source);
            }
            rest = after;
        }
    }
}

/// Up to the next `]` that no backslash precedes, and what follows it.
fn bracketed(text: &str) -> (String, &str) {
    let mut inside = String::new();
    let mut letters = text.char_indices();
    while let Some((at, letter)) = letters.next() {
        match letter {
            ']' => return (inside, &text[at + 1..]),
            '\\' => inside.extend(letters.next().map(|(_, letter)| letter)),
            other => inside.push(other),
        }
    }
    (String::new(), "")
}

fn question(text: &str, category: &str, marks: Marks) -> Result<Question, String> {
    let mut rest = text.trim();
    let mut name = String::new();
    if let Some(after) = rest.strip_prefix("::") {
        let (title, after) = after.split_once("::").ok_or("名称前后都要有两个冒号：::名称::。")?;
        name = restored(title.trim());
        rest = after.trim_start();
    }
    let (format, rest) = formatted(rest);
    let (stem, inner) = rest.split_once('{').ok_or("没有花括号，这是说明文字，不是一道题。")?;
    let (inner, tail) = inner.split_once('}').ok_or("花括号没有合上；题目中间也不能有空行。")?;
    if tail.contains(['{', '}']) {
        return Err("一道题只能有一处花括号；文字里的花括号写成 \\{ 和 \\}。".into());
    }
    let (answers, feedback) = inner.split_once("####").unwrap_or((inner, ""));
    let own = marks.tags.iter().any(|tag| tag == OWN);
    let tail = restored(tail.trim());
    Ok(Question {
        name,
        format: format.unwrap_or_default(),
        stem: restored(stem.trim()),
        tail: (!tail.is_empty()).then_some(tail),
        body: body(answers.trim(), own)?,
        feedback: text_of(feedback),
        category: category.to_owned(),
        tags: marks.tags.into_iter().filter(|tag| tag != OWN).collect(),
        source: marks.source,
    })
}

/// A text without the word for its format.
fn formatted(text: &str) -> (Option<TextFormat>, &str) {
    let found = FORMATS.iter().find_map(|(word, format)| Some((Some(*format), text.strip_prefix(word)?)));
    found.unwrap_or((None, text))
}

fn text_of(text: &str) -> String {
    restored(formatted(text.trim()).1.trim())
}

fn body(answers: &str, own: bool) -> Result<Body, String> {
    if answers.is_empty() {
        return Ok(Body::Short { own });
    }
    if let Some(numbers) = answers.strip_prefix('#') {
        return numeric(numbers.trim());
    }
    if let Some(items) = answers.strip_prefix('>') {
        return Ok(order(items));
    }
    let first = answers.split('#').next().unwrap_or_default().trim();
    let right = match first.to_ascii_uppercase().as_str() {
        "T" | "TRUE" => Some(true),
        "F" | "FALSE" => Some(false),
        _ => None,
    };
    if let Some(right) = right {
        let mut said = answers.split('#').skip(1).map(text_of);
        let (wrong_feedback, right_feedback) = (said.next().unwrap_or_default(), said.next().unwrap_or_default());
        return Ok(Body::Truth { right, wrong_feedback, right_feedback });
    }
    listed(answers)
}

/// One answer of a list.
struct Answer<'a> {
    right: bool,
    weight: Option<i32>,
    text: &'a str,
    feedback: String,
}

fn split(answers: &str) -> Result<Vec<Answer<'_>>, String> {
    let starts: Vec<usize> = answers.match_indices(['=', '~']).map(|(at, _)| at).collect();
    if starts.first() != Some(&0) {
        return Err("花括号里每个答案前要有 =（对）或 ~（错）。".into());
    }
    let ends = starts.iter().skip(1).copied().chain(std::iter::once(answers.len()));
    let pieces = starts.iter().zip(ends).map(|(start, end)| &answers[*start..end]);
    pieces
        .map(|piece| {
            let (right, piece) = (piece.starts_with('='), piece[1..].trim());
            let (weight, piece) = weighed(piece)?;
            let (text, feedback) = piece.split_once('#').unwrap_or((piece, ""));
            Ok(Answer { right, weight, text: text.trim(), feedback: text_of(feedback) })
        })
        .collect()
}

/// A leading `%50%`.
fn weighed(piece: &str) -> Result<(Option<i32>, &str), String> {
    let Some((number, rest)) = piece.strip_prefix('%').and_then(|piece| piece.split_once('%')) else {
        return Ok((None, piece));
    };
    let percent: f64 = number.trim().parse().map_err(|_| format!("比例“%{}%”不是数字。", restored(number)))?;
    if !(-100.0..=100.0).contains(&percent) {
        return Err("分值比例要在 -100% 到 100% 之间。".into());
    }
    #[expect(clippy::cast_possible_truncation, reason = "between minus and plus ten million")]
    Ok((Some((percent * 100_000.0).round() as i32), rest.trim()))
}

fn listed(answers: &str) -> Result<Body, String> {
    let answers = split(answers)?;
    let all_right = answers.iter().all(|answer| answer.right);
    if all_right && answers.iter().any(|answer| answer.text.contains("->")) {
        let pairs = answers.iter().map(|answer| {
            let (left, right) = answer.text.split_once("->").ok_or("连线题每一行都要写成 =左 -> 右。")?;
            Ok::<_, String>((text_of(left), text_of(right)))
        });
        return Ok(Body::Match { pairs: pairs.collect::<Result<_, _>>()? });
    }
    let many = answers.iter().all(|answer| !answer.right);
    let weighed = answers.into_iter().map(|answer| Weighed {
        text: text_of(answer.text),
        weight: answer.weight.unwrap_or(if answer.right { WHOLE } else { 0 }),
        feedback: answer.feedback,
    });
    let weighed = weighed.collect();
    Ok(if all_right { Body::Fill { answers: weighed } } else { Body::Choice { many, options: weighed } })
}

fn numeric(text: &str) -> Result<Body, String> {
    let answers = if text.starts_with(['=', '~']) {
        split(text)?
    } else {
        let (number, feedback) = text.split_once('#').unwrap_or((text, ""));
        vec![Answer { right: true, weight: None, text: number.trim(), feedback: text_of(feedback) }]
    };
    let near = answers.into_iter().filter(|answer| !answer.text.is_empty()).map(|answer| {
        let weight = answer.weight.unwrap_or(if answer.right { WHOLE } else { 0 });
        Ok::<_, String>(Near { span: span(answer.text)?, weight, feedback: answer.feedback })
    });
    Ok(Body::Numeric { answers: near.collect::<Result<_, _>>()? })
}

/// `3`, `3:0.5` or `2..4`.
pub(in crate::question) fn span(text: &str) -> Result<Span, String> {
    let number = |text: &str| {
        let number = text.trim().parse::<f64>().ok().filter(|number| number.is_finite());
        number.ok_or_else(|| format!("“{}”不是数字，写成 3、3:0.5 或 2..4 的样子。", restored(text.trim())))
    };
    if let Some((low, high)) = text.split_once("..") {
        return Ok(Span::Between { low: number(low)?, high: number(high)? });
    }
    let (value, tolerance) = text.split_once(':').unwrap_or((text, "0"));
    Ok(Span::About { value: number(value)?, tolerance: number(tolerance)? })
}

/// Moodle's ordering: words of its layout on the first line, then one thing a line, in the right order.
fn order(text: &str) -> Body {
    let (head, rest) = text.split_once('\n').unwrap_or((text, ""));
    let is_layout = |word: &&str| word.chars().all(|c| c.is_ascii_digit() || c.is_ascii_uppercase() || c == '_');
    let words: Vec<&str> = head.split_whitespace().skip_while(is_layout).collect();
    let lines = std::iter::once(words.join(" ")).chain(rest.lines().map(ToOwned::to_owned));
    Body::Order { items: lines.map(|line| text_of(&line)).filter(|item| !item.is_empty()).collect() }
}

/// What was escaped becomes what no syntax knows.
fn masked(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut letters = text.chars().filter(|c| !('\u{fdd0}'..='\u{fddf}').contains(c)).peekable();
    while let Some(letter) = letters.next() {
        if letter != '\\' {
            out.push(letter);
            continue;
        }
        let next = letters.peek().copied();
        let mask = if next == Some('n') { Some(BREAK) } else { next.and_then(mask_of) };
        match mask {
            Some(mask) => {
                out.push(mask);
                letters.next();
            }
            None => out.push('\\'),
        }
    }
    out
}

fn mask_of(letter: char) -> Option<char> {
    ESCAPED.iter().find(|(plain, _)| *plain == letter).map(|(_, mask)| *mask)
}

fn restored(text: &str) -> String {
    let letters = text.chars().map(|letter| match letter {
        BREAK => '\n',
        _ => ESCAPED.iter().find(|(_, mask)| *mask == letter).map_or(letter, |(plain, _)| *plain),
    });
    letters.collect()
}
