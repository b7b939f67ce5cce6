//! Which unit an office means: 水务局, 区水务局 and 宝塔区水务局 are one.

use std::collections::HashMap;

use huiyin_base::Id;
use huiyin_directory::OrgKind;

use crate::store::PlaceName;

/// The organisations of a county by their names.
#[derive(Debug)]
pub(crate) struct Names<'a> {
    orgs: &'a [PlaceName],
    by_name: HashMap<String, Vec<usize>>,
    county: &'a str,
    meanings: HashMap<&'a str, &'a str>,
}

/// What a name led to.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Found<'a> {
    /// Exactly one.
    One(&'a PlaceName),
    /// Several of the same name.
    Several,
    /// None.
    None,
}

impl<'a> Names<'a> {
    /// `meanings` is what the office said before: its word and a code.
    pub(crate) fn new(orgs: &'a [PlaceName], county: &'a str, meanings: HashMap<&'a str, &'a str>) -> Self {
        let mut by_name: HashMap<String, Vec<usize>> = HashMap::new();
        for (place, org) in orgs.iter().enumerate() {
            for name in spellings(&org.name, county) {
                let places = by_name.entry(name).or_default();
                if !places.contains(&place) {
                    places.push(place);
                }
            }
        }
        Self { orgs, by_name, county, meanings }
    }

    /// Whether this is the county itself, by its own name or behind the city's.
    pub(crate) fn is_county(&self, word: &str) -> bool {
        let bare: String = word.chars().filter(|letter| !letter.is_whitespace()).collect();
        bare.ends_with(self.county) || self.county.strip_suffix(['区', '县', '市']) == Some(bare.as_str())
    }

    /// The county's name.
    pub(crate) fn county(&self) -> &str {
        self.county
    }

    /// The township called so.
    pub(crate) fn township(&self, word: &str) -> Found<'a> {
        self.find(word, |org| org.kind == OrgKind::Township)
    }

    /// The village or community called so, inside a township where one is known.
    pub(crate) fn village(&self, word: &str, township: Option<Id>) -> Found<'a> {
        let inside = |org: &PlaceName| township.is_none() || org.parent == township;
        self.find(word, |org| matches!(org.kind, OrgKind::Village | OrgKind::Community) && inside(org))
    }

    /// The unit called so, whatever it is but a Party body; of namesakes the one in this township.
    pub(crate) fn owner(&self, word: &str, township: Option<Id>) -> Found<'a> {
        let owns = |org: &PlaceName| {
            !matches!(org.kind, OrgKind::Branch | OrgKind::GeneralBranch | OrgKind::Committee | OrgKind::City)
        };
        match self.find(word, owns) {
            Found::Several => self.find(word, |org| owns(org) && org.parent.is_some() && org.parent == township),
            found => found,
        }
    }

    /// Whether an organisation is another one or stands below it.
    pub(crate) fn within(&self, org: Id, top: Id) -> bool {
        let above = |id: Id| self.orgs.iter().find(|org| org.id == id).and_then(|org| org.parent);
        // A county's tree is a few steps high.
        std::iter::successors(Some(org), |id| above(*id)).take(12).any(|id| id == top)
    }

    /// Whether it is the county itself.
    pub(crate) fn is_root(&self, org: Id) -> bool {
        self.orgs.iter().any(|known| known.id == org && known.kind == OrgKind::County)
    }

    fn find(&self, word: &str, fits: impl Fn(&PlaceName) -> bool) -> Found<'a> {
        let word = word.trim();
        if let Some(code) = self.meanings.get(word) {
            return self.orgs.iter().find(|org| org.code == *code && fits(org)).map_or(Found::None, Found::One);
        }
        for name in spellings(word, self.county) {
            let places = self.by_name.get(&name).map(Vec::as_slice).unwrap_or_default();
            let mut fitting = places.iter().map(|place| &self.orgs[*place]).filter(|org| fits(org));
            match (fitting.next(), fitting.next()) {
                (Some(one), None) => return Found::One(one),
                (Some(_), Some(_)) => return Found::Several,
                _ => {}
            }
        }
        Found::None
    }
}

/// A name as it is, without its county, without what is often left away; the fullest first.
fn spellings(name: &str, county: &str) -> Vec<String> {
    const TAILS: [&str; 12] = [
        "村民委员会",
        "居民委员会",
        "村委会",
        "居委会",
        "人民政府",
        "党委政府",
        "政府",
        "街道办事处",
        "街道办",
        "党委",
        "社区",
        "村",
    ];
    let bare: String = name.chars().filter(|letter| !letter.is_whitespace()).collect();
    let short = county.strip_suffix(['区', '县', '市']).unwrap_or(county);
    let mut all = vec![bare.clone()];
    let mut add = |name: &str| {
        if name.chars().count() >= 2 && !all.iter().any(|known| known == name) {
            all.push(name.to_owned());
        }
    };
    let inner = [county, short].iter().find_map(|head| bare.strip_prefix(head)).unwrap_or(&bare);
    let inner = inner.strip_prefix(['区', '县']).filter(|rest| rest.chars().count() >= 2).unwrap_or(inner);
    add(inner);
    for tail in TAILS {
        if let Some(rest) = inner.strip_suffix(tail) {
            add(rest);
        }
    }
    if let Some(rest) = inner.strip_suffix(['镇', '乡']) {
        add(rest);
    }
    all
}

#[cfg(test)]
mod tests {
    use huiyin_base::{Instant, Region, Rng};

    use super::*;

    #[test]
    fn units_are_found_by_what_offices_call_them() {
        let region = Region::new(7).unwrap();
        let mut rng = Rng::seeded(1);
        let mut org = |kind, code: &str, name: &str, parent: Option<Id>| PlaceName {
            id: Id::new(region, Instant::UNIX_EPOCH, &mut rng),
            region,
            kind,
            code: code.into(),
            name: name.into(),
            parent,
            phone: None,
            place_shown: None,
            population: None,
        };
        let town = org(OrgKind::Township, "1", "柳河镇", None);
        let other = org(OrgKind::Township, "2", "松岭镇", None);
        let orgs = vec![
            org(OrgKind::Village, "3", "上湾村", Some(town.id)),
            org(OrgKind::Village, "4", "上湾村", Some(other.id)),
            org(OrgKind::Department, "5", "区水务局", None),
            town.clone(),
            other,
        ];
        let names = Names::new(&orgs, "宝塔区", HashMap::from([("老水利局", "5")]));
        let code = |found: Found<'_>| match found {
            Found::One(org) => org.code.clone(),
            other => format!("{other:?}"),
        };
        for word in ["水务局", "区水务局", "宝塔区水务局", " 区 水务局", "老水利局"] {
            assert_eq!(code(names.owner(word, None)), "5", "{word}");
        }
        for word in ["柳河镇", "柳河", "柳河镇人民政府", "宝塔区柳河镇"] {
            assert_eq!(code(names.township(word)), "1", "{word}");
        }
        assert!(matches!(names.village("上湾村", None), Found::Several));
        assert_eq!(code(names.village("上湾村委会", Some(town.id))), "3");
        assert_eq!(code(names.owner("上湾村", Some(town.id))), "3");
        assert!(matches!(names.owner("林业局", None), Found::None));
    }
}
