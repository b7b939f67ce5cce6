use huiyin_base::{Region, Rng};
use huiyin_directory::OrgKind;

use super::names::PlaceNames;
use super::offices::{self, Phones};
use super::words::REAL;
use super::{Builder, County, Org, OrgNumber, Outline, Point, Township, outlines, share};
use crate::{Scale, Size};

/// A real county: ordinal, code and name of 2016, code of the outline, townships, villages, weight of problems, pace,
/// letters of its sign-in names.
///
/// Townships and villages are as many as the county really has (data/yanan-divisions.csv); weight and pace are invented.
struct Real(u16, &'static str, &'static str, &'static str, u64, u64, u64, i64, &'static str);

const COUNTIES: [Real; 13] = [
    Real(2983, "610602", "宝塔区", "610602", 19, 374, 172, 96, "baota"),
    Real(2984, "610603", "安塞区", "610603", 11, 129, 88, 104, "ansai"),
    Real(2985, "610621", "延长县", "610621", 8, 168, 71, 92, "yanchang"),
    Real(2986, "610622", "延川县", "610622", 8, 178, 83, 95, "yanchuan"),
    Real(2995, "610623", "子长县", "610681", 11, 200, 108, 101, "zichang"),
    Real(2987, "610625", "志丹县", "610625", 8, 119, 62, 108, "zhidan"),
    Real(2988, "610626", "吴起县", "610626", 9, 99, 57, 118, "wuqi"),
    Real(2989, "610627", "甘泉县", "610627", 6, 71, 43, 103, "ganquan"),
    Real(2990, "610628", "富县", "610628", 8, 137, 66, 97, "fuxian"),
    Real(2991, "610629", "洛川县", "610629", 9, 204, 112, 110, "luochuan"),
    Real(2992, "610630", "宜川县", "610630", 7, 116, 52, 90, "yichuan"),
    Real(2993, "610631", "黄龙县", "610631", 7, 50, 29, 106, "huanglong"),
    Real(2994, "610632", "黄陵县", "610632", 6, 114, 57, 109, "huangling"),
];

/// The region of the city itself.
const CITY: (u16, &str, &str) = (2982, "610600000000", "延安市");

/// The city, its departments and its counties with all below them.
pub(crate) fn invent(builder: &mut Builder, scale: &Scale) -> (Region, OrgNumber, Vec<OrgNumber>, Vec<County>) {
    let region = region(CITY.0);
    let mut phones = Phones::default();
    let city = builder.root(region, OrgKind::City, CITY.1, CITY.2, phones.next());
    let departments = offices::city(builder, city, scale, &mut phones);
    let mut names = PlaceNames::new(builder.rng("place names"));
    let outlines = outlines();
    let mut counties = Vec::new();
    for real in &COUNTIES {
        let outline = outlines
            .get(&format!("{}000000", real.3))
            .unwrap_or_else(|| panic!("data/yanan-counties.geojson has no outline of {}", real.2));
        counties.push(county(builder, real, outline, scale, &mut names, &mut phones));
    }
    (region, city, departments, counties)
}

fn county(
    builder: &mut Builder,
    real: &Real,
    outline: &Outline,
    scale: &Scale,
    names: &mut PlaceNames,
    phones: &mut Phones,
) -> County {
    let region = region(real.0);
    let mut rng = builder.rng(&format!("county {}", real.1));
    let org = builder.root(region, OrgKind::County, &format!("{}000000", real.1), real.2, phones.next());
    let seat = outline.somewhere(&mut rng);
    builder.orgs[org].point = Some(seat);
    let departments = offices::county(builder, org, real.2, phones);
    let (townships, villages) = match scale.size {
        Size::Full => (real.4, real.5),
        Size::Small => (2, 6),
    };
    let land = Land { outline, seat, code: real.1 };
    let townships = townships_of(builder, org, &land, (townships, villages), names, phones, &mut rng);
    let short = real.2.trim_end_matches(['县', '区', '市']).to_owned();
    // 富县 without its 县 would be a single character that no reader takes for a place.
    let short = if short.chars().count() < 2 { real.2.to_owned() } else { short };
    County {
        region,
        org,
        name: real.2.to_owned(),
        short,
        letters: real.8,
        weight: real.6,
        pace: real.7,
        townships,
        departments,
    }
}

struct Land<'a> {
    outline: &'a Outline,
    seat: Point,
    code: &'a str,
}

fn townships_of(
    builder: &mut Builder,
    county: OrgNumber,
    land: &Land<'_>,
    (townships, villages): (u64, u64),
    names: &mut PlaceNames,
    phones: &mut Phones,
    rng: &mut Rng,
) -> Vec<Township> {
    let streets = if townships > 15 { 6 } else { townships.div_ceil(6) };
    let weights: Vec<u64> = (0..townships).map(|_| 40 + rng.below(80)).collect();
    let parts = share(villages, &weights, 2);
    let mut made = Vec::new();
    for (index, count) in (0..townships).zip(parts) {
        let street = index < streets;
        let centre = if street { land.outline.near(land.seat, 40_000, rng) } else { land.outline.somewhere(rng) };
        // The real townships use 001 to 2xx after the county's code; these stay far from them.
        let (name, number) = match (street, index + 2 > townships && townships > 6) {
            (true, _) => (names.street(), 701 + index),
            (false, true) => (names.town("乡"), 901 + index),
            (false, false) => (names.town("镇"), 801 + index),
        };
        let org =
            builder.division(county, OrgKind::Township, &format!("{}{number}000", land.code), name, phones.next());
        builder.orgs[org].point = Some(centre);
        let villages = villages_of(builder, org, land.outline, (count, street), names, phones, rng);
        made.push(Township { org, villages });
    }
    made
}

fn villages_of(
    builder: &mut Builder,
    township: OrgNumber,
    outline: &Outline,
    (count, street): (u64, bool),
    names: &mut PlaceNames,
    phones: &mut Phones,
    rng: &mut Rng,
) -> Vec<OrgNumber> {
    let communities = if street { count * 6 / 10 } else { u64::from(count > 12) };
    let above = builder.orgs[township].code[..9].to_owned();
    let centre = builder.orgs[township].point;
    let mut made = Vec::new();
    for index in 0..count {
        let urban = index < communities;
        let (kind, name, number) = if urban {
            (OrgKind::Community, names.community(), 1 + index)
        } else {
            (OrgKind::Village, names.village(), 201 + index)
        };
        let org = builder.division(township, kind, &format!("{above}{number:03}"), name, phones.next());
        let households = if urban { rng.between(700, 4_200) } else { rng.between(48, 190) + rng.between(0, 220) };
        let village = &mut builder.orgs[org];
        village.households = Some(households);
        village.population = Some(households * rng.between(270, 360) / 100);
        village.point = centre.map(|centre| outline.near(centre, if urban { 9_000 } else { 65_000 }, rng));
        made.push(org);
    }
    made
}

fn region(ordinal: u16) -> Region {
    Region::new(ordinal).unwrap_or_else(|| unreachable!("the table above holds ordinals of data/regions.csv"))
}

impl Builder {
    fn root(&mut self, region: Region, kind: OrgKind, code: &str, name: &str, phone: String) -> OrgNumber {
        let id = self.id(region);
        let org = Org {
            region,
            id,
            kind,
            code: code.to_owned(),
            name: name.to_owned(),
            short_name: name.to_owned(),
            parent: None,
            phone: Some(phone),
            households: None,
            population: None,
            point: None,
            position: 0,
        };
        self.add(org)
    }

    fn division(&mut self, parent: OrgNumber, kind: OrgKind, code: &str, name: String, phone: String) -> OrgNumber {
        assert!(!REAL.has_code(code), "an invented division has the real code {code}");
        let org = self.plain(parent, kind, name, "");
        code.clone_into(&mut self.orgs[org].code);
        self.orgs[org].phone = Some(phone);
        org
    }
}
