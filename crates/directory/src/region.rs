use std::collections::HashMap;

use huiyin_base::{Day, Region};
use huiyin_db::text_enum;
use serde::Deserialize;

text_enum! {
    /// How high a region stands.
    pub enum RegionLevel {
        Province = "province" / "省级",
        City = "city" / "地级",
        County = "county" / "县级",
    }
}

/// One province, city or county.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegionEntry {
    /// The ordinal: the shard key.
    pub region: Region,
    /// GB/T 2260, six digits, as it is now.
    pub code: String,
    /// The name as it is now.
    pub name: String,
    /// Province, city or county.
    pub level: RegionLevel,
    /// The region above.
    pub parent: Option<Region>,
}

/// A code and name that held for a while, both days included.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormerName {
    /// Whose.
    pub region: Region,
    /// The code of those days.
    pub code: String,
    /// The name of those days.
    pub name: String,
    /// The first day.
    pub from_day: Day,
    /// The last day; none while it holds.
    pub to_day: Option<Day>,
}

/// Every region, in memory: some 3,300 rows that change about once a year.
#[derive(Clone, Debug, Default)]
pub struct Regions {
    entries: Vec<RegionEntry>,
    shorts: Vec<String>,
    former: Vec<FormerName>,
    places: HashMap<Region, usize>,
    codes: HashMap<String, Region>,
}

/// The committed files do not hold together.
#[derive(Debug, thiserror::Error)]
pub enum RegionsError {
    /// No table, or a wrong column.
    #[error("the table of regions cannot be read: {0}")]
    Csv(#[from] csv::Error),
    /// An ordinal outside 1 to 4,095.
    #[error("{0}")]
    Ordinal(String),
    /// A row names a level, day or parent that does not exist.
    #[error("region {code}: {what}")]
    Row {
        /// The row's code.
        code: String,
        /// What is wrong with it.
        what: &'static str,
    },
}

impl Regions {
    /// The regions committed with this program: `data/regions.csv` and `data/region-names.csv`.
    pub fn built_in() -> Result<Self, RegionsError> {
        Self::parse(include_str!("../../../data/regions.csv"), include_str!("../../../data/region-names.csv"))
    }

    /// Reads both tables.
    pub fn parse(regions: &str, names: &str) -> Result<Self, RegionsError> {
        let rows = rows::<RegionRow>(regions)?;
        let ordinals: HashMap<&str, u16> = rows.iter().map(|row| (row.code.as_str(), row.ordinal)).collect();
        let mut entries = Vec::with_capacity(rows.len());
        for row in &rows {
            let wrong = |what| RegionsError::Row { code: row.code.clone(), what };
            let parent = match row.parent_code.as_deref() {
                None | Some("") => None,
                Some(code) => Some(ordinal(*ordinals.get(code).ok_or_else(|| wrong("its parent is missing"))?)?),
            };
            entries.push(RegionEntry {
                region: ordinal(row.ordinal)?,
                code: row.code.clone(),
                name: row.name.clone(),
                level: RegionLevel::parse(&row.level).ok_or_else(|| wrong("its level is unknown"))?,
                parent,
            });
        }
        let former = rows_former(names)?;
        Ok(Self::new(entries, former))
    }

    /// From rows read elsewhere.
    pub fn new(entries: Vec<RegionEntry>, former: Vec<FormerName>) -> Self {
        let places = entries.iter().enumerate().map(|(place, entry)| (entry.region, place)).collect();
        let mut codes: HashMap<String, Region> = former.iter().map(|name| (name.code.clone(), name.region)).collect();
        codes.extend(entries.iter().map(|entry| (entry.code.clone(), entry.region)));
        let shorts = shorts(&entries);
        Self { entries, shorts, former, places, codes }
    }

    /// All of them, in the order of the file.
    pub fn all(&self) -> &[RegionEntry] {
        &self.entries
    }

    /// The codes and names of former days.
    pub fn former(&self) -> &[FormerName] {
        &self.former
    }

    /// One region.
    pub fn get(&self, region: Region) -> Option<&RegionEntry> {
        self.places.get(&region).and_then(|place| self.entries.get(*place))
    }

    /// The name as it is now; empty for an unknown region.
    pub fn name(&self, region: Region) -> &str {
        self.get(region).map_or("", |entry| entry.name.as_str())
    }

    /// 宝塔 for 宝塔区, 富县 for 富县; the full name where two of one parent would share it. Stable: codes and case
    /// numbers are written with it.
    pub fn short(&self, region: Region) -> &str {
        self.places.get(&region).and_then(|place| self.shorts.get(*place)).map_or("", String::as_str)
    }

    /// Code and name as they were on `day`.
    pub fn named_on(&self, region: Region, day: Day) -> Option<(&str, &str)> {
        let then = self
            .former
            .iter()
            .find(|name| name.region == region && name.from_day <= day && name.to_day.is_none_or(|last| day <= last));
        match then {
            Some(name) => Some((&name.code, &name.name)),
            None => self.get(region).map(|entry| (entry.code.as_str(), entry.name.as_str())),
        }
    }

    /// By a code of today or of former days.
    pub fn by_code(&self, code: &str) -> Option<Region> {
        self.codes.get(code).copied()
    }

    /// The child of `parent` with this short name: how a case number is read back.
    pub fn by_short(&self, parent: Region, short: &str) -> Option<Region> {
        self.children(parent).find(|entry| self.short(entry.region) == short).map(|entry| entry.region)
    }

    /// The region above.
    pub fn parent(&self, region: Region) -> Option<Region> {
        self.get(region)?.parent
    }

    /// The regions directly below, in the order of their codes.
    pub fn children(&self, parent: Region) -> impl Iterator<Item = &RegionEntry> {
        self.entries.iter().filter(move |entry| entry.parent == Some(parent))
    }

    /// The city a region belongs to; a city belongs to itself, a province to none.
    pub fn city_of(&self, region: Region) -> Option<Region> {
        let entry = self.get(region)?;
        match entry.level {
            RegionLevel::City => Some(region),
            RegionLevel::County => entry.parent,
            RegionLevel::Province => None,
        }
    }

    /// A city with its counties, or the region alone.
    pub fn with_children(&self, region: Region) -> Vec<Region> {
        std::iter::once(region).chain(self.children(region).map(|entry| entry.region)).collect()
    }
}

#[derive(Deserialize)]
struct RegionRow {
    ordinal: u16,
    code: String,
    name: String,
    level: String,
    parent_code: Option<String>,
}

#[derive(Deserialize)]
struct NameRow {
    ordinal: u16,
    code: String,
    name: String,
    from_day: i64,
    to_day: Option<i64>,
}

fn rows<T: serde::de::DeserializeOwned>(text: &str) -> Result<Vec<T>, RegionsError> {
    Ok(csv::Reader::from_reader(text.as_bytes()).deserialize().collect::<Result<Vec<T>, _>>()?)
}

fn rows_former(text: &str) -> Result<Vec<FormerName>, RegionsError> {
    let read = |row: NameRow| {
        let wrong = |what| RegionsError::Row { code: row.code.clone(), what };
        let day = |number| Day::from_number(number).ok_or_else(|| wrong("no such day"));
        Ok(FormerName {
            region: ordinal(row.ordinal)?,
            from_day: day(row.from_day)?,
            to_day: row.to_day.map(day).transpose()?,
            code: row.code.clone(),
            name: row.name,
        })
    };
    rows::<NameRow>(text)?.into_iter().map(read).collect()
}

fn ordinal(number: u16) -> Result<Region, RegionsError> {
    Region::try_from(number).map_err(RegionsError::Ordinal)
}

fn shorts(entries: &[RegionEntry]) -> Vec<String> {
    let mut seen: HashMap<(Option<Region>, &str), usize> = HashMap::new();
    for entry in entries {
        *seen.entry((entry.parent, cut(&entry.name))).or_default() += 1;
    }
    let short = |entry: &RegionEntry| match seen.get(&(entry.parent, cut(&entry.name))) {
        Some(1) => cut(&entry.name).to_owned(),
        _ => entry.name.clone(),
    };
    entries.iter().map(short).collect()
}

/// The name without 区, 县, 市 …, where two characters or more are left.
fn cut(name: &str) -> &str {
    const ENDINGS: [&str; 8] = ["自治县", "自治旗", "自治州", "地区", "区", "县", "市", "省"];
    let found = ENDINGS.iter().find_map(|ending| name.strip_suffix(ending));
    found.filter(|left| left.chars().count() >= 2).unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn built_in() -> Regions {
        Regions::built_in().unwrap()
    }

    #[test]
    fn knows_the_city_and_its_counties() {
        let regions = built_in();
        let city = regions.by_code("610600").unwrap();
        assert_eq!(regions.name(city), "延安市");
        assert_eq!(regions.children(city).count(), 13);
        assert_eq!(regions.with_children(city).len(), 14);
        let baota = regions.by_short(city, "宝塔").unwrap();
        assert_eq!(regions.city_of(baota), Some(city));
        assert_eq!(regions.short(regions.by_code("610628").unwrap()), "富县");
    }

    #[test]
    fn names_a_county_as_it_was_called_then() {
        let regions = built_in();
        let day = |number| Day::from_number(number).unwrap();
        let ansai = regions.by_code("610624").unwrap();
        assert_eq!(regions.by_code("610603"), Some(ansai));
        assert_eq!(regions.named_on(ansai, day(20_160_607)), Some(("610624", "安塞县")));
        assert_eq!(regions.named_on(ansai, day(20_160_608)), Some(("610603", "安塞区")));
        let zichang = regions.by_code("610623").unwrap();
        assert_eq!(regions.named_on(zichang, day(20_161_216)), Some(("610623", "子长县")));
        assert_eq!(regions.short(zichang), "子长");
    }

    #[test]
    fn short_names_are_unique_below_one_parent() {
        let regions = built_in();
        assert_eq!(regions.short(regions.by_code("653201").unwrap()), "和田市");
        for parent in regions.all() {
            let mut shorts: Vec<&str> =
                regions.children(parent.region).map(|child| regions.short(child.region)).collect();
            shorts.sort_unstable();
            let all = shorts.len();
            shorts.dedup();
            assert_eq!(shorts.len(), all, "{}", parent.name);
        }
    }

    #[test]
    fn a_broken_table_says_where() {
        let error = Regions::parse(
            "ordinal,code,name,level,parent_code\n1,11,甲,city,99\n",
            "ordinal,code,name,from_day,to_day\n",
        );
        assert!(error.unwrap_err().to_string().contains("11"));
    }
}
