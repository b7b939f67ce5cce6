use std::collections::BTreeSet;
use std::sync::LazyLock;

use serde::Deserialize;

/// Parts of invented place names.
#[derive(Debug, Deserialize)]
pub(crate) struct PlaceWords {
    pub(crate) town: TownWords,
    pub(crate) village: VillageWords,
}

/// Parts of township and street names.
#[derive(Debug, Deserialize)]
pub(crate) struct TownWords {
    pub(crate) first: Vec<String>,
    pub(crate) second: Vec<String>,
    pub(crate) third: Vec<String>,
    pub(crate) street: Vec<String>,
}

/// Parts of village and community names.
#[derive(Debug, Deserialize)]
pub(crate) struct VillageWords {
    pub(crate) family: Vec<String>,
    pub(crate) thing: Vec<String>,
    pub(crate) feature: Vec<String>,
    pub(crate) community: Vec<String>,
    pub(crate) community_tail: Vec<String>,
}

/// Parts of invented persons' names.
#[derive(Debug, Deserialize)]
pub(crate) struct PeopleWords {
    pub(crate) family: Vec<(String, u64)>,
    pub(crate) male_first: Vec<String>,
    pub(crate) male_second: Vec<String>,
    pub(crate) female_first: Vec<String>,
    pub(crate) female_second: Vec<String>,
    pub(crate) male_single: Vec<String>,
    pub(crate) female_single: Vec<String>,
    /// Names of widely known people, never given to an invented person.
    pub(crate) avoid: BTreeSet<String>,
}

/// Offices of the city and of each county.
#[derive(Debug, Deserialize)]
pub(crate) struct DepartmentWords {
    pub(crate) city: Vec<String>,
    pub(crate) county: Vec<CountyDepartment>,
}

/// One office that every county has.
#[derive(Debug, Deserialize)]
pub(crate) struct CountyDepartment {
    /// As `rules/problem-categories.toml` names an owner.
    pub(crate) short: String,
    pub(crate) name: String,
    #[serde(default)]
    pub(crate) enterprise: bool,
}

pub(crate) static PLACES: LazyLock<PlaceWords> = LazyLock::new(|| read(include_str!("../../words/places.toml")));
pub(crate) static PEOPLE: LazyLock<PeopleWords> = LazyLock::new(|| read(include_str!("../../words/people.toml")));
pub(crate) static DEPARTMENTS: LazyLock<DepartmentWords> =
    LazyLock::new(|| read(include_str!("../../words/departments.toml")));

/// Every real name and code of the city's divisions: what is invented must not be among them.
pub(crate) static REAL: LazyLock<Real> = LazyLock::new(Real::read);

/// The real divisions.
#[derive(Debug)]
pub(crate) struct Real {
    stems: BTreeSet<String>,
    codes: BTreeSet<String>,
}

impl Real {
    fn read() -> Self {
        let mut reader = csv::Reader::from_reader(include_str!("../../../../data/yanan-divisions.csv").as_bytes());
        let (mut stems, mut codes) = (BTreeSet::new(), BTreeSet::new());
        for row in reader.records().flatten() {
            codes.insert(row[0].to_owned());
            if matches!(&row[3], "township" | "village") {
                stems.insert(stem(&row[1]));
            }
        }
        Self { stems, codes }
    }

    /// Whether a real township, village or community has this name, whatever it is called after it.
    pub(crate) fn has_name(&self, name: &str) -> bool {
        self.stems.contains(&stem(name))
    }

    /// Whether a real division has this code.
    pub(crate) fn has_code(&self, code: &str) -> bool {
        self.codes.contains(code)
    }
}

/// A name without what says which kind of place it is: 王家沟 of 王家沟村委会.
pub(crate) fn stem(name: &str) -> String {
    let mut stem = name.split('（').next().unwrap_or(name);
    let tails = ["居委会", "村委会", "委会", "居民委员会", "村民委员会", "社区", "街道", "镇", "乡", "村"];
    while let Some(shorter) = tails.iter().find_map(|tail| stem.strip_suffix(tail).filter(|rest| !rest.is_empty())) {
        stem = shorter;
    }
    stem.to_owned()
}

fn read<T: serde::de::DeserializeOwned>(text: &str) -> T {
    toml::from_str(text).unwrap_or_else(|error| panic!("a word list of the demo city is broken: {error}"))
}
