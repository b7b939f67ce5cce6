use std::collections::BTreeSet;

use huiyin_base::{Day, Region, Rng};
use huiyin_directory::OrgKind;

use super::bodies::{self, Unit};
use super::names;
use super::{Builder, OrgNumber, Person, share};
use crate::Scale;

/// The members of every unit, each in a branch of it. The first of each branch is its secretary.
pub(crate) fn invent(builder: &mut Builder, units: &[Unit], scale: &Scale) -> Vec<Person> {
    let mut rng = builder.rng("people");
    let mut people = Vec::new();
    let mut numbers = Numbers::default();
    for (unit, members) in units.iter().zip(counts(units, scale.members())) {
        let branches = bodies::body(builder, unit.org, members);
        let kind = builder.orgs[unit.org].kind;
        let region = builder.orgs[unit.org].region;
        for (index, branch) in (0..members).zip(branches.iter().cycle()) {
            let serial = people.len();
            let place = Place { region, unit: unit.org, branch: *branch };
            let first = usize::try_from(index).unwrap_or(0) < branches.len();
            let mut person = person(builder, place, (kind, first), serial, &mut rng);
            let code = &builder.orgs[unit.org].code;
            person.citizen_number = numbers.next(code, person.birth_year, person.female, &mut rng);
            people.push(person);
        }
    }
    people
}

fn counts(units: &[Unit], total: u64) -> Vec<u64> {
    let least: u64 = units.iter().map(|unit| unit.least).sum();
    let weights: Vec<u64> = units.iter().map(|unit| unit.weight).collect();
    let more = share(total.saturating_sub(least), &weights, 0);
    units.iter().zip(more).map(|(unit, more)| unit.least + more).collect()
}

#[derive(Clone, Copy)]
struct Place {
    region: Region,
    unit: OrgNumber,
    branch: OrgNumber,
}

fn person(
    builder: &mut Builder,
    place: Place,
    (kind, secretary): (OrgKind, bool),
    serial: usize,
    rng: &mut Rng,
) -> Person {
    let office = matches!(kind, OrgKind::Department | OrgKind::Township | OrgKind::County | OrgKind::City);
    let birth_year = birth_year(rng, office, secretary);
    let female = rng.chance(if office { 310 } else { 215 });
    let admitted = (birth_year + rng.between(20, 38)).min(2015);
    let joined = day(admitted, rng);
    let name = names::person(rng, female, birth_year);
    Person {
        region: place.region,
        id: builder.id(place.region),
        name,
        female,
        birth_year,
        education: education(rng, birth_year, office),
        citizen_number: String::new(),
        phone: format!("129{:08}", 10_000_000 + serial * 911 % 89_000_000),
        branch: place.branch,
        unit: place.unit,
        stage: if secretary { "active" } else { stage(rng, office) },
        joined,
        membership: builder.id(place.region),
    }
}

fn birth_year(rng: &mut Rng, office: bool, secretary: bool) -> i64 {
    match (office, secretary) {
        (true, _) => rng.between(1957, 1990),
        (false, true) => rng.between(1955, 1986),
        // Villages are older than offices, and have their veterans.
        (false, false) => match rng.below(10) {
            0 => rng.between(1930, 1944),
            1..=3 => rng.between(1944, 1957),
            4..=7 => rng.between(1955, 1975),
            _ => rng.between(1972, 1994),
        },
    }
}

fn education(rng: &mut Rng, birth_year: i64, office: bool) -> &'static str {
    const WORDS: [&str; 6] = ["小学", "初中", "高中", "大专", "本科", "研究生"];
    let weights: [u64; 6] = match (office, birth_year) {
        (true, ..1970) => [0, 4, 22, 46, 27, 1],
        (true, _) => [0, 0, 6, 30, 57, 7],
        (false, ..1950) => [62, 30, 7, 1, 0, 0],
        (false, ..1975) => [18, 55, 23, 4, 0, 0],
        (false, _) => [4, 44, 30, 16, 6, 0],
    };
    WORDS[rng.weighted(&weights)]
}

/// The words of `membership.stage`, by how often they are met.
fn stage(rng: &mut Rng, office: bool) -> &'static str {
    const WORDS: [&str; 4] = ["active", "probationary", "floating", "lost_contact"];
    WORDS[rng.weighted(if office { &[975, 25, 0, 0] } else { &[862, 24, 110, 4] })]
}

fn day(year: i64, rng: &mut Rng) -> Day {
    let number = year * 10_000 + rng.between(1, 12) * 100 + rng.between(1, 28);
    Day::from_number(number).unwrap_or_else(|| unreachable!("every month has 28 days"))
}

/// Citizen numbers with a true check character that can belong to nobody: GB/T 2260 gives no province the digits 99.
#[derive(Debug, Default)]
struct Numbers(BTreeSet<String>);

impl Numbers {
    fn next(&mut self, place: &str, birth_year: i64, female: bool, rng: &mut Rng) -> String {
        loop {
            let (month, day) = (rng.between(1, 12), rng.between(1, 28));
            // The order among those born there that day is odd for men.
            let order = rng.between(1, 498) * 2 + i64::from(!female);
            let body = format!("99{}{birth_year}{month:02}{day:02}{order:03}", place.get(2..6).unwrap_or("0600"));
            let number = format!("{body}{}", check_character(&body));
            if self.0.insert(number.clone()) {
                return number;
            }
        }
    }
}

/// GB 11643-1999: weights 2^(18-i) mod 11, the remainder looks up the last character.
fn check_character(body: &str) -> char {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let sum: u32 = body.chars().filter_map(|digit| digit.to_digit(10)).zip(WEIGHTS).map(|(d, w)| d * w).sum();
    "10X98765432".chars().nth(usize::try_from(sum % 11).unwrap_or(0)).unwrap_or('0')
}

#[cfg(test)]
mod tests {
    use super::check_character;

    #[test]
    fn check_characters_of_the_standard() {
        assert_eq!(check_character("34052419800101001"), 'X');
        assert_eq!(check_character("11010519491231002"), 'X');
    }
}
