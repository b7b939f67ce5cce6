//! Marking. An answer is a line of text: numbers of options from 0 for choices, `0`/`1` for truth, words for the rest.

use super::{Body, Question, Span, WHOLE, matches};

/// What an answer is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// This part of the mark, of [`WHOLE`], never below 0.
    Part(i32),
    /// A marker decides.
    Marker,
    /// The taker compares himself; nothing is counted.
    Own,
}

/// What a multiple choice may lack by rounding: three times 33.33333 per cent are a whole.
const ROUNDING: i32 = 1_000;

impl Question {
    /// Marks an answer; an empty one is worth nothing.
    pub fn mark(&self, given: &str) -> Verdict {
        if let Body::Short { own } = self.body {
            return match (own, given.trim().is_empty()) {
                (true, _) => Verdict::Own,
                (false, true) => Verdict::Part(0),
                (false, false) => Verdict::Marker,
            };
        }
        let part = self.part(given).clamp(0, WHOLE);
        Verdict::Part(if part >= WHOLE - ROUNDING { WHOLE } else { part })
    }

    fn part(&self, given: &str) -> i32 {
        let best = |weights: &mut dyn Iterator<Item = i32>| weights.max().unwrap_or(0);
        match &self.body {
            Body::Choice { many: false, options } => {
                given.trim().parse::<usize>().ok().and_then(|n| options.get(n)).map_or(0, |option| option.weight)
            }
            Body::Choice { many: true, options } => {
                let mut chosen = numbers(given);
                chosen.sort_unstable();
                chosen.dedup();
                let sum: i64 = chosen.iter().filter_map(|n| options.get(*n)).map(|one| i64::from(one.weight)).sum();
                i32::try_from(sum.clamp(0, i64::from(WHOLE))).unwrap_or(0)
            }
            Body::Truth { right, .. } => match given.trim() {
                "1" if *right => WHOLE,
                "0" if !*right => WHOLE,
                _ => 0,
            },
            Body::Fill { .. } if given.trim().is_empty() => 0,
            Body::Fill { answers } => {
                best(&mut answers.iter().filter(|one| matches(&one.text, given)).map(|one| one.weight))
            }
            Body::Numeric { answers } => {
                let Some(number) = number(given) else { return 0 };
                best(&mut answers.iter().filter(|near| near.span.holds(number)).map(|near| near.weight))
            }
            Body::Order { items } => {
                let given = numbers(given);
                // Things that look the same may change places.
                let fits = |(place, item): (usize, &String)| given.get(place).and_then(|n| items.get(*n)) == Some(item);
                let whole = given.len() == items.len() && items.iter().enumerate().all(fits);
                if whole { WHOLE } else { 0 }
            }
            Body::Match { pairs } => {
                let given = places(given);
                let right = |(place, (_, wanted)): &(usize, &(String, String))| {
                    let chosen = given.get(*place).copied().flatten().and_then(|n| pairs.get(n));
                    chosen.is_some_and(|(_, chosen)| chosen == wanted)
                };
                let right = pairs.iter().enumerate().filter(right).count();
                part_of(right, pairs.len())
            }
            Body::Short { .. } => 0,
        }
    }
}

impl Span {
    /// Whether a number lies in it.
    pub fn holds(self, number: f64) -> bool {
        // What is written with a few digits is not compared beyond them.
        let slack = 1e-9 * number.abs().max(1.0);
        match self {
            Self::About { value, tolerance } => (number - value).abs() <= tolerance + slack,
            Self::Between { low, high } => number >= low - slack && number <= high + slack,
        }
    }
}

fn part_of(right: usize, all: usize) -> i32 {
    let whole = usize::try_from(WHOLE).unwrap_or(0);
    i32::try_from(right * whole / all.max(1)).unwrap_or(0)
}

/// Numbers of options, with commas between them.
fn numbers(given: &str) -> Vec<usize> {
    given.split(',').filter_map(|one| one.trim().parse().ok()).collect()
}

/// The same where a place may be empty.
fn places(given: &str) -> Vec<Option<usize>> {
    given.split(',').map(|one| one.trim().parse().ok()).collect()
}

/// A number as people write it.
fn number(given: &str) -> Option<f64> {
    let plain = super::normal(given).replace([',', ' '], "");
    plain.parse::<f64>().ok().filter(|number| number.is_finite())
}

/// An answer as the taker reads it again.
pub fn shown(question: &Question, given: &str) -> String {
    let text = |text: &str| question.plain(text);
    let chosen = |options: Vec<&str>, numbers: Vec<usize>| {
        let chosen = numbers.into_iter().filter_map(|n| options.get(n).map(|option| text(option)));
        chosen.collect::<Vec<_>>().join("；")
    };
    match &question.body {
        Body::Choice { options, .. } => chosen(options.iter().map(|one| one.text.as_str()).collect(), numbers(given)),
        Body::Truth { .. } => match given.trim() {
            "1" => "对".into(),
            "0" => "错".into(),
            _ => String::new(),
        },
        Body::Order { items } => chosen(items.iter().map(String::as_str).collect(), numbers(given)),
        Body::Match { pairs } => {
            let given = places(given);
            let line = |(place, (left, _)): (usize, &(String, String))| {
                let right = given.get(place).copied().flatten().and_then(|n| pairs.get(n))?;
                Some(format!("{} → {}", text(left), text(&right.1)))
            };
            pairs.iter().enumerate().filter_map(line).collect::<Vec<_>>().join("；")
        }
        Body::Fill { .. } | Body::Numeric { .. } | Body::Short { .. } => given.trim().to_owned(),
    }
}

/// What would have been right, in words.
pub fn right_answer(question: &Question) -> String {
    let text = |text: &str| question.plain(text);
    match &question.body {
        Body::Choice { many, options } => {
            let right = options.iter().filter(|one| if *many { one.weight > 0 } else { one.weight >= WHOLE });
            right.map(|one| text(&one.text)).collect::<Vec<_>>().join("；")
        }
        Body::Truth { right, .. } => if *right { "对" } else { "错" }.into(),
        Body::Fill { answers } => {
            let right = answers.iter().filter(|one| one.weight >= WHOLE);
            right.map(|one| text(&one.text)).collect::<Vec<_>>().join(" 或 ")
        }
        Body::Numeric { answers } => {
            let right = answers.iter().filter(|near| near.weight >= WHOLE);
            let words = right.map(|near| match near.span {
                Span::About { value, tolerance } if tolerance > 0.0 => format!("{value}（差 {tolerance} 以内）"),
                Span::About { value, .. } => value.to_string(),
                Span::Between { low, high } => format!("{low} 到 {high}"),
            });
            words.collect::<Vec<_>>().join(" 或 ")
        }
        Body::Order { items } => items.iter().map(|item| text(item)).collect::<Vec<_>>().join("；"),
        Body::Match { pairs } => {
            let pairs = pairs.iter().map(|(left, right)| format!("{} → {}", text(left), text(right)));
            pairs.collect::<Vec<_>>().join("；")
        }
        Body::Short { .. } => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::question::{Near, Weighed};

    fn part(body: Body, given: &str) -> i32 {
        match Question::new("问", body).mark(given) {
            Verdict::Part(part) => part,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn choices_are_marked_by_weight_and_never_below_nothing() {
        let single = || Body::Choice { many: false, options: vec![Weighed::new("甲", 0), Weighed::new("乙", WHOLE)] };
        assert_eq!(
            (part(single(), "1"), part(single(), "0"), part(single(), "9"), part(single(), "")),
            (WHOLE, 0, 0, 0)
        );
        let third = 3_333_333;
        let many = || Body::Choice {
            many: true,
            options: vec![
                Weighed::new("甲", third),
                Weighed::new("乙", third),
                Weighed::new("丙", third),
                Weighed::new("丁", -WHOLE),
            ],
        };
        assert_eq!(part(many(), "0,1,2"), WHOLE, "rounding takes nothing away");
        assert_eq!(part(many(), "0,1"), 2 * third);
        assert_eq!(part(many(), "0,0,0,0"), third, "the same option counts once");
        assert_eq!(part(many(), "0,1,2,3"), 0);
    }

    #[test]
    fn words_numbers_orders_and_pairs() {
        let fill =
            || Body::Fill { answers: vec![Weighed::new("三会一课", WHOLE), Weighed::new("*三会*", WHOLE / 2)] };
        assert_eq!((part(fill(), "三会一课。"), part(fill(), "开三会"), part(fill(), " ")), (WHOLE, WHOLE / 2, 0));
        let near = |span| Near { span, weight: WHOLE, feedback: String::new() };
        let numeric = || Body::Numeric {
            answers: vec![
                near(Span::About { value: 0.3, tolerance: 0.1 }),
                near(Span::Between { low: 10.0, high: 12.0 }),
            ],
        };
        for (given, whole) in
            [("0.2", true), ("０．４", true), ("0.41", false), ("12", true), ("1,1", true), ("x", false)]
        {
            assert_eq!(part(numeric(), given) == WHOLE, whole, "{given}");
        }
        let order = || Body::Order { items: vec!["一".into(), "二".into(), "一".into()] };
        assert_eq!((part(order(), "2,1,0"), part(order(), "1,0,2"), part(order(), "0,1")), (WHOLE, 0, 0));
        let pairs = || Body::Match { pairs: vec![("甲".into(), "子".into()), ("乙".into(), "丑".into())] };
        assert_eq!((part(pairs(), "0,1"), part(pairs(), ",1"), part(pairs(), "1,0")), (WHOLE, WHOLE / 2, 0));
    }

    #[test]
    fn a_short_answer_is_marked_by_a_person_or_by_nobody() {
        let short = |own| Question::new("谈谈", Body::Short { own });
        assert_eq!(short(false).mark("想法"), Verdict::Marker);
        assert_eq!(short(false).mark(" "), Verdict::Part(0));
        assert_eq!(short(true).mark("想法"), Verdict::Own);
    }
}
