use huiyin_directory::OrgKind;

use super::{Builder, County, OrgNumber};

/// A unit whose members meet in its own body, with how many members it has relative to others.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Unit {
    pub(crate) org: OrgNumber,
    pub(crate) weight: u64,
    pub(crate) least: u64,
}

/// Every unit that has members: villages and communities, township offices, departments.
pub(crate) fn units(builder: &Builder, city: OrgNumber, departments: &[OrgNumber], counties: &[County]) -> Vec<Unit> {
    let mut rng = builder.rng("units");
    let mut unit = |org: OrgNumber, low: i64, high: i64, least: u64| Unit {
        org,
        weight: rng.between(low, high).unsigned_abs(),
        least,
    };
    let mut units = vec![unit(city, 300, 500, 14)];
    units.extend(departments.iter().map(|org| unit(*org, 500, 1_900, 2)));
    for county in counties {
        units.push(unit(county.org, 350, 700, 10));
        units.extend(county.departments.values().map(|org| unit(*org, 300, 900, 2)));
        for township in &county.townships {
            units.push(unit(township.org, 300, 480, 4));
            for village in &township.villages {
                let urban = builder.orgs[*village].kind == OrgKind::Community;
                let (low, high) = if urban { (300, 1_200) } else { (130, 420) };
                units.push(unit(*village, low, high, 2));
            }
        }
    }
    units
}

/// Makes the party body of a unit with so many members; gives the branches they belong to.
///
/// Over 50 members a general branch with branches below it, over 100 a committee: 《中国共产党支部工作条例（试行）》.
pub(crate) fn body(builder: &mut Builder, unit: OrgNumber, members: u64) -> Vec<OrgNumber> {
    let name = builder.orgs[unit].name.clone();
    let township = builder.orgs[unit].kind == OrgKind::Township;
    let seat = matches!(builder.orgs[unit].kind, OrgKind::City | OrgKind::County);
    if township {
        let committee = builder.plain(unit, OrgKind::Committee, format!("{name}党委"), "W");
        return vec![builder.plain(committee, OrgKind::Branch, format!("{name}机关党支部"), "B01")];
    }
    if seat {
        return vec![builder.plain(unit, OrgKind::Branch, format!("{name}机关党支部"), "B01")];
    }
    let (kind, word) = match members {
        0..=50 => return vec![builder.plain(unit, OrgKind::Branch, format!("{name}党支部"), "B01")],
        51..=100 => (OrgKind::GeneralBranch, "党总支"),
        _ => (OrgKind::Committee, "党委"),
    };
    let above = builder.plain(unit, kind, format!("{name}{word}"), "W");
    let count = members.div_ceil(38).max(2);
    let ordinals = ["一", "二", "三", "四", "五", "六", "七", "八", "九", "十"];
    let names = ordinals.iter().take(usize::try_from(count).unwrap_or(10).min(10));
    let branches = names.zip(1..).map(|(ordinal, number)| {
        builder.plain(above, OrgKind::Branch, format!("{name}第{ordinal}党支部"), &format!("B{number:02}"))
    });
    branches.collect()
}
