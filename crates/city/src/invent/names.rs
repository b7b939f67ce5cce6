use std::collections::BTreeSet;

use huiyin_base::Rng;

use super::words::{PEOPLE, PLACES, REAL, stem};

/// Hands out invented place names that no real place of the city has and that are given once.
#[derive(Debug)]
pub(crate) struct PlaceNames {
    rng: Rng,
    given: BTreeSet<String>,
    streets: Vec<String>,
}

impl PlaceNames {
    pub(crate) fn new(mut rng: Rng) -> Self {
        let mut streets = PLACES.town.street.clone();
        rng.shuffle(&mut streets);
        Self { rng, given: BTreeSet::new(), streets }
    }

    /// 锦屏街道
    pub(crate) fn street(&mut self) -> String {
        while let Some(street) = self.streets.pop() {
            if self.free(&street) {
                return format!("{street}街道");
            }
        }
        self.town("街道")
    }

    /// 青峁镇, 金柏川乡
    pub(crate) fn town(&mut self, tail: &str) -> String {
        let words = &PLACES.town;
        self.until_free(|rng| {
            let first = pick(rng, &words.first);
            let second = pick(rng, &words.second);
            if rng.chance(300) {
                format!("{first}{}{}", pick(rng, &words.first), pick(rng, &words.third))
            } else {
                format!("{first}{second}")
            }
        }) + tail
    }

    /// 柳树湾村, 高家峁村
    pub(crate) fn village(&mut self) -> String {
        let words = &PLACES.village;
        self.until_free(|rng| {
            let feature = pick(rng, &words.feature);
            match rng.below(10) {
                0..=4 => format!("{}家{feature}", pick(rng, &words.family)),
                5 => format!(
                    "{}{}家{feature}",
                    pick(rng, &["上", "下", "前", "后", "南", "北", "大", "小"]),
                    pick(rng, &words.family)
                ),
                _ => format!("{}{feature}", pick(rng, &words.thing)),
            }
        }) + "村"
    }

    /// 锦苑社区
    pub(crate) fn community(&mut self) -> String {
        let words = &PLACES.village;
        self.until_free(|rng| {
            if rng.chance(400) {
                let first = &PLACES.town.first;
                return format!(
                    "{}{}{}",
                    pick(rng, first),
                    pick(rng, first),
                    pick(rng, &["苑", "里", "园", "路", "巷", "桥"])
                );
            }
            format!("{}{}", pick(rng, &words.community), pick(rng, &words.community_tail))
        }) + "社区"
    }

    fn until_free(&mut self, mut draw: impl FnMut(&mut Rng) -> String) -> String {
        loop {
            let name = draw(&mut self.rng);
            if self.free(&name) {
                return name;
            }
        }
    }

    fn free(&mut self, name: &str) -> bool {
        let twice = name.chars().zip(name.chars().skip(1)).any(|(one, next)| one == next);
        !twice && !REAL.has_name(name) && stem(name) == name && self.given.insert(name.to_owned())
    }
}

/// An invented person's name, for somebody of that sex born in that year.
pub(crate) fn person(rng: &mut Rng, female: bool, birth_year: i64) -> String {
    loop {
        let name = format!("{}{}", family(rng), given(rng, female, birth_year));
        if !PEOPLE.avoid.contains(&name) {
            return name;
        }
    }
}

fn family(rng: &mut Rng) -> &'static str {
    static WEIGHTS: std::sync::LazyLock<Vec<u64>> =
        std::sync::LazyLock::new(|| PEOPLE.family.iter().map(|family| family.1).collect());
    &PEOPLE.family[rng.weighted(&WEIGHTS)].0
}

fn given(rng: &mut Rng, female: bool, birth_year: i64) -> String {
    let (single, first, second) = if female {
        (&PEOPLE.female_single, &PEOPLE.female_first, &PEOPLE.female_second)
    } else {
        (&PEOPLE.male_single, &PEOPLE.male_first, &PEOPLE.male_second)
    };
    // Names of one character were the fashion for those born from about 1970 to 1990.
    let short = if (1968..1992).contains(&birth_year) { 320 } else { 90 };
    if rng.chance(short) {
        return pick(rng, single).to_owned();
    }
    // The lists run from older to newer fashions.
    let (older, newer) = (first.len() * 2 / 3, first.len() / 3);
    let first = if birth_year < 1975 { pick(rng, &first[..older]) } else { pick(rng, &first[newer..]) };
    loop {
        let second = pick(rng, second);
        if second != first {
            return format!("{first}{second}");
        }
    }
}

pub(crate) fn pick<'a, T: AsRef<str>>(rng: &mut Rng, words: &'a [T]) -> &'a str {
    rng.pick(words).map_or("", AsRef::as_ref)
}
