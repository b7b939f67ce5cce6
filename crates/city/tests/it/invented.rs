use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use huiyin_city::Scale;
use huiyin_city::invent::{City, outlines};
use huiyin_directory::{OrgKind, Role};

static FULL: LazyLock<City> = LazyLock::new(|| City::invent(&Scale::full()));

fn stem(name: &str) -> &str {
    let mut stem = name.split('（').next().unwrap();
    for tail in ["居委会", "村委会", "社区", "街道", "镇", "乡", "村"] {
        stem = stem.strip_suffix(tail).filter(|rest| !rest.is_empty()).unwrap_or(stem);
    }
    stem
}

#[test]
fn has_the_published_number_of_places_and_members() {
    let count = |kinds: &[OrgKind]| FULL.orgs.iter().filter(|org| kinds.contains(&org.kind)).count();
    assert_eq!(FULL.counties.len(), 13);
    assert_eq!(count(&[OrgKind::Township]), 117);
    assert_eq!(count(&[OrgKind::Village, OrgKind::Community]), 1_959);
    assert_eq!(FULL.departments.len(), 87);
    assert_eq!(FULL.people.len(), 80_000);
    assert!(count(&[OrgKind::Community]) > 80 && count(&[OrgKind::Committee, OrgKind::GeneralBranch]) > 117);
}

#[test]
fn no_place_has_a_real_name_or_code() {
    let real = include_str!("../../../../data/yanan-divisions.csv");
    let rows: Vec<Vec<&str>> = real.lines().skip(1).map(|line| line.split(',').collect()).collect();
    let names: BTreeSet<&str> =
        rows.iter().filter(|row| matches!(row[3], "township" | "village")).map(|row| stem(row[1])).collect();
    let codes: BTreeSet<&str> = rows.iter().map(|row| row[0]).collect();
    let mut seen = BTreeSet::new();
    let places = [OrgKind::Township, OrgKind::Village, OrgKind::Community];
    for org in FULL.orgs.iter().filter(|org| places.contains(&org.kind)) {
        assert!(!names.contains(stem(&org.name)), "{} is real", org.name);
        assert!(!codes.contains(org.code.as_str()), "{} is real", org.code);
        assert!(seen.insert(org.code.clone()), "{} twice", org.code);
        assert!(seen.insert(org.name.clone()), "{} twice", org.name);
        assert_eq!(org.code.len(), 12);
    }
}

#[test]
fn codes_are_unique_inside_a_region_and_parents_come_first() {
    let mut seen = BTreeSet::new();
    for (number, org) in FULL.orgs.iter().enumerate() {
        assert!(seen.insert((org.region, org.code.as_str())), "{} {}", org.code, org.name);
        assert!(org.parent.is_none_or(|parent| parent < number && FULL.orgs[parent].region == org.region));
        assert_eq!(org.id.region(), org.region);
    }
    let names: BTreeSet<&str> =
        FULL.departments.iter().map(|department| FULL.orgs[*department].name.as_str()).collect();
    assert_eq!(names.len(), 87);
}

#[test]
fn places_lie_inside_their_county() {
    let outlines = outlines();
    for county in &FULL.counties {
        let code = FULL.orgs[county.org].code.replace("610623", "610681");
        for township in &county.townships {
            for org in township.villages.iter().chain([&township.org]) {
                assert!(outlines[&code].contains(FULL.orgs[*org].point.unwrap()), "{}", FULL.orgs[*org].name);
            }
        }
    }
}

#[test]
fn people_are_nobody_real_and_each_belongs_to_a_branch() {
    let mut numbers = BTreeSet::new();
    for person in &FULL.people {
        assert!(person.citizen_number.starts_with("99") && person.citizen_number.len() == 18);
        assert!(numbers.insert(&person.citizen_number));
        let odd = person.citizen_number.as_bytes()[16] % 2 == 1;
        assert_eq!(odd, !person.female);
        assert!(!["刘志丹", "谢子长", "高岗", "路遥"].contains(&person.name.as_str()));
        assert_eq!(FULL.orgs[person.branch].kind, OrgKind::Branch);
        assert_eq!(FULL.orgs[person.branch].region, person.region);
        assert!(person.phone.starts_with("129") && person.phone.len() == 11);
        assert!(person.joined.year() >= i32::try_from(person.birth_year).unwrap() + 18);
    }
}

#[test]
fn every_branch_has_a_secretary_and_every_handling_office_two_people() {
    for (number, org) in FULL.orgs.iter().enumerate().filter(|(_, org)| org.kind == OrgKind::Branch) {
        assert_eq!(FULL.holders(number, Role::BranchSecretary).len(), 1, "{}", org.name);
    }
    for county in &FULL.counties {
        assert!(FULL.holders(county.org, Role::CountyStaff).len() >= 3);
        for org in county.departments.values() {
            assert_eq!(FULL.holders(*org, Role::CaseOfficer).len(), 2);
        }
        for township in &county.townships {
            assert_eq!(FULL.holders(township.org, Role::TownshipStaff).len(), 2);
            assert_eq!(FULL.holders(township.org, Role::CaseOfficer).len(), 2);
        }
    }
}

#[test]
fn about_two_hundred_accounts_can_sign_in_and_every_role_among_them() {
    let demo: Vec<_> = FULL.accounts.iter().filter(|account| account.demo).collect();
    assert!((180..=230).contains(&demo.len()), "{}", demo.len());
    let roles: BTreeMap<Role, usize> =
        demo.iter().flat_map(|account| &account.grants).fold(BTreeMap::new(), |mut roles, held| {
            *roles.entry(held.role).or_default() += 1;
            roles
        });
    assert_eq!(roles.len(), 10, "{roles:?}");
    let logins: BTreeSet<&str> = FULL.accounts.iter().map(|account| account.login.as_str()).collect();
    assert_eq!(logins.len(), FULL.accounts.len());
}

#[test]
fn the_same_seed_gives_the_same_city_and_another_seed_another() {
    let small = City::invent(&Scale::small());
    let again = City::invent(&Scale::small());
    let other = City::invent(&Scale { seed: 7, ..Scale::small() });
    let print = |city: &City| format!("{:?}{:?}{:?}", city.orgs, city.people, city.accounts);
    assert_eq!(print(&small), print(&again));
    assert_ne!(print(&small), print(&other));
    assert_eq!(small.people.len(), 1_000);
}

/// data/seed-figures.csv, `satchel_readers`: just under 80,000, and 44,510 kits for them.
#[test]
fn just_under_eighty_thousand_may_use_the_library() {
    let entitled = FULL.people.iter().filter(|person| person.stage != "lost_contact").count();
    assert!((79_600..80_000).contains(&entitled), "{entitled}");
}
