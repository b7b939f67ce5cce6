//! The lot by which cases are drawn for a call-back and units for an inspection. Pure, and plain enough to be repeated by hand.
//!
//! A seed of 64 hexadecimal digits is made before the draw; its SHA-256 is on record from then on, the seed itself after
//! the draw. Everything on the frozen list has one lot or several; a lot's number is the SHA-256 of `seed|number|lot`, lots
//! counted from 1: the number is that of a case, or the code of a unit. Each stands at its smallest number, and those who
//! stand first are drawn.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};

use crate::CallbackRules;

/// A line of the list: its number and how many lots it has.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Lot {
    /// 宝塔-2016-00421 of a case, twelve digits of a unit.
    pub number: String,
    /// At least 1.
    pub lots: i64,
}

/// SHA-256 of a text, in hexadecimal digits.
pub fn hash_of(text: &str) -> String {
    hex(&Sha256::digest(text.as_bytes()))
}

/// A seed of random bytes as it is hashed and shown.
pub fn seed_of(bytes: &[u8; 32]) -> String {
    hex(bytes)
}

/// SHA-256 of the list: a line `number|lots` a case, in the order of their numbers, behind a line with the salt where the list is to stay
/// unknown.
pub fn list_hash(list: &[Lot], salt: Option<&str>) -> String {
    let sorted: BTreeSet<&Lot> = list.iter().collect();
    let salt = salt.map(|salt| format!("{salt}\n")).unwrap_or_default();
    let lines: String = sorted.into_iter().fold(salt, |mut lines, lot| {
        let _ = writeln!(lines, "{}|{}", lot.number, lot.lots);
        lines
    });
    hash_of(&lines)
}

/// How many are drawn of a list of `n`.
pub fn sample(rules: &CallbackRules, n: usize) -> usize {
    let listed = i64::try_from(n).unwrap_or(i64::MAX);
    let share = (listed.saturating_mul(rules.share) + 99) / 100;
    usize::try_from(share.max(rules.least).min(rules.most).min(listed)).unwrap_or(0)
}

/// What a draw that was held does not keep of its promise, one sentence each.
pub fn faults(held: &Held<'_>, list: &[Lot], drawn_before: &BTreeSet<String>) -> Vec<&'static str> {
    let say = |wrong: bool, words| wrong.then_some(words);
    let again = drawn(held.seed, list, held.drawn);
    [
        say(hash_of(held.seed) != held.seed_hash, "种子和事先公布的摘要对不上。"),
        say(held.list_hash != Some(&list_hash(list, held.salt)), "名单在抽签以后被改过。"),
        say(again != *drawn_before, "按种子重新抽，抽中的和记下的不一样。"),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// What is on record of a draw.
#[derive(Clone, Copy, Debug)]
pub struct Held<'a> {
    /// Shown after the draw.
    pub seed: &'a str,
    /// On record before it.
    pub seed_hash: &'a str,
    /// On record before it.
    pub list_hash: Option<&'a String>,
    /// Beside the list in its digest.
    pub salt: Option<&'a str>,
    /// So many were drawn.
    pub drawn: usize,
}

/// The numbers of the `k` that are drawn.
pub fn drawn(seed: &str, list: &[Lot], k: usize) -> BTreeSet<String> {
    let smallest = |lot: &Lot| {
        let tickets = (1..=lot.lots.max(1)).map(|ticket| Sha256::digest(format!("{seed}|{}|{ticket}", lot.number)));
        tickets.min().map(|ticket| ticket.to_vec()).unwrap_or_default()
    };
    let mut standing: Vec<(Vec<u8>, &str)> = list.iter().map(|lot| (smallest(lot), lot.number.as_str())).collect();
    standing.sort_unstable();
    standing.into_iter().take(k).map(|(_, number)| number.to_owned()).collect()
}

fn hex(bytes: &[u8]) -> String {
    data_encoding::HEXLOWER.encode(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULES: CallbackRules = CallbackRules { share: 3, least: 5, most: 40, tries: 3, lots: 3 };

    fn list(n: usize, lots: i64) -> Vec<Lot> {
        (0..n).map(|n| Lot { number: format!("宝塔-2016-{n:05}"), lots: if n == 0 { lots } else { 1 } }).collect()
    }

    #[test]
    fn the_sample_is_a_share_within_bounds() {
        assert_eq!([0, 3, 5, 100, 200, 300, 1_000, 5_000].map(|n| sample(&RULES, n)), [0, 3, 5, 5, 6, 9, 30, 40]);
    }

    #[test]
    fn a_draw_can_be_repeated_and_another_seed_draws_others() {
        let list = list(300, 1);
        let mut turned = list.clone();
        turned.reverse();
        let seed = seed_of(&[7; 32]);
        assert_eq!(drawn(&seed, &list, 9).len(), 9);
        assert_eq!(drawn(&seed, &list, 9), drawn(&seed, &turned, 9), "the order of the list changes nothing");
        assert_eq!(list_hash(&list, None), list_hash(&turned, None));
        assert_ne!(list_hash(&list, None), list_hash(&list, Some("salt")));
        assert_ne!(drawn(&seed, &list, 9), drawn(&seed_of(&[8; 32]), &list, 9));
        assert_eq!(hash_of("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }

    #[test]
    fn more_lots_raise_the_chance_and_nothing_else() {
        let times = |lots| {
            let list = list(100, lots);
            (0..600_u16).filter(|n| drawn(&format!("seed {n}"), &list, 5).contains("宝塔-2016-00000")).count()
        };
        let (one, three) = (times(1), times(3));
        assert!((10..=60).contains(&one), "about 30 of 600, was {one}");
        assert!(three > one * 2 && three < one * 4 + 20, "about 86 of 600, was {three}");
        assert_eq!(drawn("seed", &list(100, 3), 100).len(), 100, "never twice");
    }
}
