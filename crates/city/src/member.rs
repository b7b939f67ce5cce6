//! A member of the invented city as the directory keeps him.

use huiyin_base::{Day, Rng};
use huiyin_directory::{MemberStage, Membership, Person, Sex};
use huiyin_vault::{Place, Vault};

use crate::invent::City;

/// The purpose of the blind index by which the directory finds a person.
const CITIZEN_NUMBER: &str = "citizen_number";

/// His row, the blind index of his number, and his membership.
pub(crate) fn member(
    person: &crate::invent::Person,
    city: &City,
    vault: &Vault,
    first_day: Day,
    rng: &mut Rng,
) -> ((Person, Option<[u8; 32]>), Membership) {
    let mut seal = |column: &'static str, plain: &str| {
        vault.seal(Place { table: "person", column, row: person.id.uuid().as_bytes() }, plain.as_bytes(), rng)
    };
    let row = Person {
        region: person.region,
        id: person.id,
        name: person.name.clone(),
        sex: Some(if person.female { Sex::Female } else { Sex::Male }),
        birth_year: Some(person.birth_year),
        education: Some(person.education.to_owned()),
        citizen_number: Some(seal("citizen_number", &person.citizen_number)),
        phone: Some(seal("phone", &person.phone)),
        created_day: first_day,
    };
    let membership = Membership {
        region: person.region,
        id: person.membership,
        person: person.id,
        branch: city.orgs[person.branch].id,
        stage: MemberStage::parse(person.stage).unwrap_or(MemberStage::Active),
        joined_day: Some(person.joined),
        from_day: first_day,
        to_day: None,
    };
    ((row, Some(vault.blind(CITIZEN_NUMBER, &person.citizen_number))), membership)
}
