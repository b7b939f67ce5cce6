//! What somebody wrote on paper, as a helper types it: letters for what there is to choose from, a word for what is true.

use crate::paper::Dealt;
use crate::question::{Body, Question};
use crate::sittings::LONGEST;

/// The letter of what is shown at a place.
pub(crate) fn letter(place: usize) -> char {
    u8::try_from(place).ok().filter(|place| *place < 26).map_or('?', |place| char::from(b'A' + place))
}

/// How a question is answered on paper, for whoever types it.
pub(crate) fn way(question: &Question, dealt: &Dealt) -> String {
    let last = letter(dealt.shown.len().saturating_sub(1));
    match &question.body {
        Body::Choice { many: false, .. } => format!("单选，一个字母 A–{last}"),
        Body::Choice { many: true, .. } => format!("多选，字母 A–{last}，例如 AC"),
        Body::Truth { .. } => "对 或 错".into(),
        Body::Order { items } => format!("排序，按先后写 {} 个字母，空着的写 -", items.len()),
        Body::Match { pairs } => format!("连线，从第 1 行起依次写 {} 个字母，空着的写 -", pairs.len()),
        Body::Numeric { .. } => "填数".into(),
        Body::Fill { .. } => "填空，照写".into(),
        Body::Short { .. } => "简答，照写".into(),
    }
}

/// The answer in the form in which it is kept; what cannot be one is said.
pub(crate) fn written(question: &Question, dealt: &Dealt, text: &str) -> Result<String, String> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(String::new());
    }
    match &question.body {
        Body::Choice { many, .. } => {
            let mut chosen = letters(text, dealt.shown.len())?;
            chosen.sort_unstable();
            chosen.dedup();
            if chosen.contains(&None) || (!many && chosen.len() > 1) {
                return Err("只能写一个字母；涂改看不清的，空着。".into());
            }
            Ok(joined(&chosen))
        }
        Body::Truth { .. } => match text.to_uppercase().as_str() {
            "对" | "√" | "✓" | "T" | "是" | "1" => Ok("1".into()),
            "错" | "×" | "✗" | "X" | "F" | "否" | "0" => Ok("0".into()),
            _ => Err("写“对”或者“错”。".into()),
        },
        Body::Order { .. } | Body::Match { .. } => {
            let chosen = letters(text, dealt.shown.len())?;
            if chosen.len() != dealt.shown.len() {
                return Err(format!("要写 {} 个字母，空着的写 -。", dealt.shown.len()));
            }
            let mut known: Vec<_> = chosen.iter().flatten().collect();
            known.sort_unstable();
            if matches!(question.body, Body::Order { .. }) && known.windows(2).any(|two| two[0] == two[1]) {
                return Err("同一个字母写了两次。".into());
            }
            Ok(if known.is_empty() { String::new() } else { joined(&chosen) })
        }
        Body::Fill { .. } | Body::Numeric { .. } | Body::Short { .. } => {
            if text.chars().count() > LONGEST {
                return Err(format!("最多 {LONGEST} 字。"));
            }
            Ok(text.to_owned())
        }
    }
}

/// Which of `count` things each letter means; a dash means none.
fn letters(text: &str, count: usize) -> Result<Vec<Option<usize>>, String> {
    let mut all = Vec::new();
    for letter in text.chars().filter(|letter| !letter.is_whitespace() && !",，、;；.。".contains(*letter)) {
        // Full-width letters stand as far from the narrow ones as their blocks do.
        let narrow = match u32::from(letter) {
            wide @ 0xFF01..=0xFF5E => char::from_u32(wide - 0xFEE0).unwrap_or(letter),
            _ => letter,
        };
        let place = match narrow.to_ascii_uppercase() {
            '-' | '—' | '–' => None,
            upper @ 'A'..='Z' => Some(u32::from(upper) as usize - usize::from(b'A')),
            other => return Err(format!("“{other}”不是选项的字母。")),
        };
        if place.is_some_and(|place| place >= count) {
            return Err(format!("没有 {} 这个选项。", narrow.to_ascii_uppercase()));
        }
        all.push(place);
    }
    Ok(all)
}

fn joined(chosen: &[Option<usize>]) -> String {
    chosen.iter().map(|one| one.map(|place| place.to_string()).unwrap_or_default()).collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::question::{WHOLE, Weighed};

    fn read(body: Body, count: usize, text: &str) -> Result<String, String> {
        let dealt = Dealt { section: 0, item: 0, shown: (0..count).collect() };
        written(&Question::new("题".to_owned(), body), &dealt, text)
    }

    #[test]
    fn letters_become_what_the_form_on_a_screen_sends() {
        let choice = |many| Body::Choice {
            many,
            options: vec![Weighed::new("甲", WHOLE), Weighed::new("乙", 0), Weighed::new("丙", 0)],
        };
        assert_eq!(read(choice(false), 3, " ｂ "), Ok("1".into()));
        assert_eq!(read(choice(true), 3, "c、a a"), Ok("0,2".into()));
        assert!(read(choice(false), 3, "AB").is_err() && read(choice(false), 3, "D").is_err());
        assert!(read(choice(true), 3, "A?").is_err() && read(choice(true), 3, "A-").is_err());
        let order = || Body::Order { items: vec!["一".into(), "二".into(), "三".into()] };
        assert_eq!(read(order(), 3, "CAB"), Ok("2,0,1".into()));
        assert_eq!(read(order(), 3, "C-B"), Ok("2,,1".into()));
        assert_eq!(read(order(), 3, "---"), Ok(String::new()));
        assert!(read(order(), 3, "CCB").is_err() && read(order(), 3, "CA").is_err());
        let pairs = || Body::Match { pairs: vec![("春".into(), "种".into()), ("秋".into(), "收".into())] };
        assert_eq!(read(pairs(), 2, "BA"), Ok("1,0".into()));
        let truth = || Body::Truth { right: true, wrong_feedback: String::new(), right_feedback: String::new() };
        assert_eq!((read(truth(), 0, "√"), read(truth(), 0, "x")), (Ok("1".into()), Ok("0".into())));
        assert!(read(truth(), 0, "也许").is_err());
        assert_eq!(read(Body::Short { own: false }, 0, "  照写 "), Ok("照写".into()));
    }
}
