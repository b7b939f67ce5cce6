//! The grammar of the text files: `[a|b]` is one of them, `{key}` an entry of a list or a word that was set, `{3..9}` a
//! number; `{=key}` and `{=key:3..9}` are drawn once and then stay.
//! An entry that begins with a letter and a colon belongs to one of the topic's cases, so that an answer fits its problem.

use std::collections::{BTreeMap, BTreeSet};

use huiyin_base::Rng;

use super::Parts;
use super::topic::common;

/// Parts of which a text may use several: none of them twice.
const REPEATED: [&str; 4] = ["effect", "wish", "fill", "story"];

/// Draws texts from lists and remembers what must stay the same.
#[derive(Debug)]
pub(crate) struct Voice {
    parts: &'static Parts,
    words: BTreeMap<String, String>,
    kept: BTreeMap<String, String>,
    /// Which of a topic's cases is told: entries beginning with another letter and a colon are passed over.
    case: Option<char>,
    /// What was said already of the parts that a text may use several times.
    said: BTreeSet<(String, usize)>,
    rng: Rng,
}

impl Voice {
    pub(crate) fn new(parts: &'static Parts, rng: Rng) -> Self {
        Self { parts, words: BTreeMap::new(), kept: BTreeMap::new(), case: None, said: BTreeSet::new(), rng }
    }

    pub(crate) fn set(&mut self, key: &str, value: &str) {
        self.words.insert(key.to_owned(), value.to_owned());
    }

    pub(crate) fn remember(&mut self, key: &str, value: String) {
        self.kept.insert(key.to_owned(), value);
    }

    pub(crate) fn below(&mut self, below: u64) -> usize {
        usize::try_from(self.rng.below(below)).unwrap_or(0)
    }

    pub(crate) fn between(&mut self, low: i64, high: i64) -> i64 {
        self.rng.between(low, high)
    }

    /// Chooses one of the topic's cases, of which every list in `lists` has an entry.
    pub(crate) fn choose_case(&mut self, lists: &[&str]) {
        let told = |list: &&str| self.parts.get(*list).map_or(&[][..], Vec::as_slice);
        let cases: Vec<Option<char>> = told(&"core").iter().map(|entry| case_of(entry).0).collect();
        let fits =
            |case: &&Option<char>| lists.iter().all(|list| told(list).iter().any(|entry| belongs(entry, **case)));
        let cases: Vec<Option<char>> = cases.iter().filter(fits).copied().collect();
        self.case = self.rng.pick(&cases).copied().flatten();
    }

    /// One entry of a list, with everything in it drawn; nothing where the list has none for this case.
    pub(crate) fn pick(&mut self, key: &str) -> String {
        let list = self.parts.get(key).or_else(|| common().get(key));
        let list = list.unwrap_or_else(|| panic!("no list {key} in the texts of the demo city"));
        let repeated = REPEATED.contains(&key);
        let fresh = |place: usize| !repeated || !self.said.contains(&(key.to_owned(), place));
        let fits: Vec<usize> =
            (0..list.len()).filter(|place| belongs(&list[*place], self.case) && fresh(*place)).collect();
        let Some(place) = self.rng.pick(&fits).copied() else { return String::new() };
        if repeated {
            self.said.insert((key.to_owned(), place));
        }
        self.expand(case_of(&list[place]).1)
    }

    fn expand(&mut self, text: &str) -> String {
        let mut out = String::with_capacity(text.len() * 2);
        let mut rest = text;
        while let Some(at) = rest.find(['[', '{']) {
            out.push_str(&rest[..at]);
            let close = if rest[at..].starts_with('[') { ']' } else { '}' };
            let end = rest[at..].find(close).unwrap_or_else(|| panic!("an open bracket in the text {text}")) + at;
            let inner = &rest[at + 1..end];
            if close == ']' {
                let choices: Vec<&str> = inner.split('|').collect();
                let choice = self.rng.pick(&choices).copied().unwrap_or("");
                out.push_str(&self.expand(choice));
            } else {
                out.push_str(&self.word(inner));
            }
            rest = &rest[end + 1..];
        }
        out.push_str(rest);
        out
    }

    fn word(&mut self, key: &str) -> String {
        let Some(kept) = key.strip_prefix('=') else { return self.draw(key) };
        let (name, source) = kept.split_once(':').unwrap_or((kept, kept));
        if let Some(word) = self.kept.get(name) {
            return word.clone();
        }
        let word = self.draw(source);
        self.kept.insert(name.to_owned(), word.clone());
        word
    }

    fn draw(&mut self, key: &str) -> String {
        if let Some((low, high)) = key.split_once("..") {
            let number = |text: &str| text.parse().unwrap_or_else(|_| panic!("no range: {key}"));
            return self.rng.between(number(low), number(high)).to_string();
        }
        match self.words.get(key) {
            Some(word) => word.clone(),
            None => self.pick(key),
        }
    }
}

/// Whether an entry belongs to the case that is told; entries without a letter belong to all.
fn belongs(entry: &str, case: Option<char>) -> bool {
    let own = case_of(entry).0;
    own.is_none() || case.is_none() || own == case
}

/// The letter of an entry such as `a:自来水停了`, and what it says.
fn case_of(entry: &str) -> (Option<char>, &str) {
    let mut letters = entry.chars();
    match (letters.next(), letters.next()) {
        (Some(case @ 'a'..='z'), Some(':')) => (Some(case), letters.as_str()),
        _ => (None, entry),
    }
}

/// Marks that met where a part was empty become one.
pub(crate) fn tidy(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        let last = out.chars().last();
        let mark = |letter: char| "，。！；：、".contains(letter);
        match last {
            Some(before) if mark(before) && mark(letter) => {
                // The stronger of the two stays.
                if "。！".contains(letter) && !"。！？".contains(before) {
                    out.pop();
                    out.push(letter);
                }
            }
            Some('？') | None if mark(letter) => {}
            _ => out.push(letter),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::tidy;

    #[test]
    fn marks_that_meet_become_one() {
        assert_eq!(tidy("好，。再见。。"), "好。再见。");
        assert_eq!(tidy("，谢谢！。盼回音？。"), "谢谢！盼回音？");
    }
}
