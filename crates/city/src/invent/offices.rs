use std::collections::BTreeMap;

use huiyin_directory::OrgKind;

use super::words::DEPARTMENTS;
use super::{Builder, OrgNumber};
use crate::{Scale, Size};

/// Hands out office telephones: the city's area code and a local number beginning with 0, which no exchange gives out.
#[derive(Debug, Default)]
pub(crate) struct Phones(u32);

impl Phones {
    pub(crate) fn next(&mut self) -> String {
        self.0 += 1;
        format!("0911-0{:06}", 100_000 + self.0 * 37)
    }
}

/// The city's 87 departments; a small city has the first twenty.
pub(crate) fn city(builder: &mut Builder, city: OrgNumber, scale: &Scale, phones: &mut Phones) -> Vec<OrgNumber> {
    let count = match scale.size {
        Size::Full => DEPARTMENTS.city.len(),
        Size::Small => 20,
    };
    let names = DEPARTMENTS.city.iter().take(count);
    names.zip(1..).map(|(name, number)| department(builder, city, name.clone(), number, phones)).collect()
}

/// A county's departments by their short name.
pub(crate) fn county(
    builder: &mut Builder,
    county: OrgNumber,
    county_name: &str,
    phones: &mut Phones,
) -> BTreeMap<String, OrgNumber> {
    let mut made = BTreeMap::new();
    for (office, number) in DEPARTMENTS.county.iter().zip(1..) {
        let tail = office.name.trim_start_matches('县');
        let level = if county_name.ends_with('区') { "区" } else { "县" };
        let org = department(builder, county, format!("{level}{tail}"), number, phones);
        if office.enterprise {
            builder.orgs[org].kind = OrgKind::Enterprise;
        }
        made.insert(office.short.clone(), org);
    }
    made
}

fn department(builder: &mut Builder, parent: OrgNumber, name: String, number: u32, phones: &mut Phones) -> OrgNumber {
    let org = builder.plain(parent, OrgKind::Department, name, "");
    let code = format!("{}D{number:03}", &builder.orgs[parent].code[..6]);
    builder.orgs[org].code = code;
    builder.orgs[org].phone = Some(phones.next());
    org
}
