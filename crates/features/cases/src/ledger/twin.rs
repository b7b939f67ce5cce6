//! Rows that the city knows already.

use std::collections::{HashMap, HashSet};

use huiyin_base::{Day, Id};
use huiyin_db::row;

use super::Planned;

row! {
    /// What is compared of a posted case.
    #[derive(Clone, Debug, PartialEq, Eq)]
    #[expect(missing_docs, reason = "each field is the column of its name; the migration says what it holds")]
    pub struct Twin {
        pub id: Id,
        pub number_year: Option<i64>,
        pub number_n: Option<i64>,
        pub submitted_day: Day,
        pub posted_day: Option<Day>,
        pub township: Option<Id>,
        pub village: Option<Id>,
        pub title: String,
        pub text: String,
    }
}

/// Letters that stand beside each other.
type Pairs = HashSet<[char; 2]>;

/// By day and place, with the pairs of the text.
type Near<'a> = HashMap<(i64, Id), Vec<(&'a Twin, Pairs)>>;

/// What is known of a day: by the letters of title and text.
#[derive(Debug, Default)]
pub(crate) struct Twins<'a> {
    cases: HashMap<(i64, String), Vec<&'a Twin>>,
    near: Near<'a>,
    rows: HashMap<(i64, String, Option<Id>), u32>,
}

/// Who says the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Same<'a> {
    /// A case.
    Case(&'a Twin),
    /// A case that says nearly the same.
    Like(&'a Twin),
    /// An earlier row of the file.
    Row(u32),
}

impl<'a> Twins<'a> {
    pub(crate) fn new(twins: &'a [Twin]) -> Self {
        let mut cases: HashMap<(i64, String), Vec<&Twin>> = HashMap::new();
        let mut near: Near<'_> = HashMap::new();
        for twin in twins {
            if let Some(place) = twin.village.or(twin.township) {
                near.entry((twin.submitted_day.number(), place)).or_default().push((twin, pairs(&letters(&twin.text))));
            }
            for day in [Some(twin.submitted_day), twin.posted_day].into_iter().flatten() {
                for words in [&twin.title, &twin.text] {
                    cases.entry((day.number(), letters(words))).or_default().push(twin);
                }
            }
        }
        Self { cases, near, rows: HashMap::new() }
    }

    /// Who says the same of the same place and day; the row is remembered for those below it.
    pub(crate) fn same(&mut self, planned: &Planned, number: u32) -> Option<Same<'a>> {
        let place = planned.village.or(planned.township);
        let (title, text) = (letters(&crate::covered(&planned.title)), letters(&crate::covered(&planned.text)));
        let earlier = *self.rows.entry((planned.submitted, text.clone(), place)).or_insert(number);
        if earlier != number {
            return Some(Same::Row(earlier));
        }
        for day in [planned.submitted, planned.posted] {
            for words in [&text, &title] {
                let found = self.cases.get(&(day, words.clone())).map(Vec::as_slice).unwrap_or_default();
                let here = |twin: &&&Twin| place.is_none() || [twin.village, twin.township].contains(&place);
                if let Some(twin) = found.iter().find(here) {
                    return Some(Same::Case(twin));
                }
            }
        }
        let found = self.near.get(&(planned.submitted, place?)).map(Vec::as_slice).unwrap_or_default();
        let said = pairs(&text);
        found.iter().find(|(_, pairs)| alike(pairs, &said)).map(|(twin, _)| Same::Like(twin))
    }
}

fn pairs(text: &str) -> Pairs {
    text.chars().zip(text.chars().skip(1)).map(|(one, next)| [one, next]).collect()
}

/// Four of five pairs are in both (Dice's coefficient): the same sentence with a word more or less. Somebody decides.
fn alike(one: &Pairs, other: &Pairs) -> bool {
    let both = one.intersection(other).count();
    both > 0 && 10 * both >= 4 * (one.len() + other.len())
}

/// A text without blanks and marks: offices type the same sentence with different ones.
fn letters(text: &str) -> String {
    text.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}
