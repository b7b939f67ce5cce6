//! Choosing a place step by step: county, township, village. Links carry codes, never ids.

use askama::Template;
use huiyin_base::{Day, Problem, Region};
use huiyin_db::Tx;
use huiyin_directory::{OrgKind, RegionEntry, RegionLevel};
use huiyin_web::components::{Breadcrumb, Choice, Field, FilterBar};
use huiyin_web::{Result, Site};

use super::card::cases;
use crate::store::{self, PlaceName};

/// The city's counties in code order, each under the name it has today in the city's time.
pub(crate) fn counties(site: &Site) -> Vec<RegionEntry> {
    let counties = site.regions.children(site.home).filter(|entry| entry.level == RegionLevel::County);
    let named = |entry: &RegionEntry| RegionEntry { name: county_name(site, entry.region), ..entry.clone() };
    let mut counties: Vec<RegionEntry> = counties.map(named).collect();
    counties.sort_by(|one, other| one.code.cmp(&other.code));
    counties
}

/// Chooses one of several counties for a page at `path`; nothing where there is nothing to choose.
pub(crate) fn choose(path: &str, counties: &[RegionEntry], chosen: Region) -> Option<FilterBar> {
    let code = counties.iter().find(|county| county.region == chosen).map(|county| county.code.as_str());
    let choices = counties.iter().map(|county| Choice::new(&county.code, &county.name)).collect();
    let field = Field::select("county", "县（市、区）", choices).value(code.unwrap_or_default());
    (counties.len() > 1).then(|| FilterBar::new(path).field(field))
}

/// The county with this code, of today or of former days, if it is one of this city's.
pub(crate) fn region_of(site: &Site, code: &str) -> Option<Region> {
    let region = site.regions.by_code(code)?;
    let county = site.regions.get(region)?.level == RegionLevel::County;
    (county && site.regions.parent(region) == Some(site.home)).then_some(region)
}

/// What the county is called today in the city's time.
pub(crate) fn county_name(site: &Site, region: Region) -> String {
    site.regions.named_on(region, site.today()).map(|(_, name)| name.to_owned()).unwrap_or_default()
}

/// As far as a place is chosen.
#[derive(Clone, Debug)]
pub(crate) enum Chosen {
    /// Nothing yet.
    Nothing,
    /// The county.
    County(Region),
    /// Down to the township or the village.
    Place(Box<Place>),
}

/// A township, and a village where one was chosen.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    pub(crate) region: Region,
    pub(crate) township: PlaceName,
    pub(crate) village: Option<PlaceName>,
}

impl Place {
    /// 宝塔区 柳河镇 上湾村
    pub(crate) fn name(&self, site: &Site) -> String {
        let village = self.village.iter().map(|village| village.name.as_str());
        let county = county_name(site, self.region);
        let names = [county.as_str(), self.township.name.as_str()].into_iter().chain(village);
        names.collect::<Vec<_>>().join(" ")
    }
}

/// Reads what an address says about the place.
pub(crate) async fn chosen(tx: &mut Tx, site: &Site, county: &str, town: &str, village: &str) -> Result<Chosen> {
    let Some(region) = region_of(site, county) else { return Ok(Chosen::Nothing) };
    let today = site.today();
    let township = found(tx, region, town, &[OrgKind::Township], today).await?;
    let Some(township) = township else { return Ok(Chosen::County(region)) };
    let village = found(tx, region, village, &[OrgKind::Village, OrgKind::Community], today).await?;
    let village = village.filter(|village| village.parent == Some(township.id));
    Ok(Chosen::Place(Box::new(Place { region, township, village })))
}

/// Whether public pages may say of a problem that it lies here. Where few people live they may not, and then every list,
/// feed and map answers for the township instead: a filter by such a village would name it after all.
pub(crate) fn is_public(site: &Site, place: &PlaceName) -> Result<bool, Problem> {
    let village = matches!(place.kind, OrgKind::Village | OrgKind::Community);
    Ok(!village || place.is_shown(cases(site)?.book.rules.fewest_people))
}

impl Place {
    /// The place as the public may ask for it.
    pub(crate) fn public(self, site: &Site) -> Result<Self, Problem> {
        let village = match self.village {
            Some(village) if is_public(site, &village)? => Some(village),
            _ => None,
        };
        Ok(Self { village, ..self })
    }
}

/// Reads a place that was chosen at once, as `county/code` of a township or village.
pub(crate) async fn chosen_at_once(tx: &mut Tx, site: &Site, both: &str) -> Result<Chosen> {
    let (county, code) = both.split_once('/').unwrap_or_default();
    let Some(region) = region_of(site, county) else { return Ok(Chosen::Nothing) };
    let kinds = [OrgKind::Township, OrgKind::Village, OrgKind::Community];
    let Some(place) = found(tx, region, code, &kinds, site.today()).await? else { return Ok(Chosen::County(region)) };
    if place.kind == OrgKind::Township {
        return Ok(Chosen::Place(Box::new(Place { region, township: place, village: None })));
    }
    let above = store::place_names(tx, place.parent.into_iter().collect()).await?;
    let township = place.parent.and_then(|id| above.get(&id)).filter(|above| above.kind == OrgKind::Township);
    Ok(match township.cloned() {
        Some(township) => Chosen::Place(Box::new(Place { region, township, village: Some(place) })),
        None => Chosen::County(region),
    })
}

async fn found(tx: &mut Tx, region: Region, code: &str, kinds: &[OrgKind], today: Day) -> Result<Option<PlaceName>> {
    if code.is_empty() {
        return Ok(None);
    }
    let place = store::place_find(tx, region, code, today).await?;
    Ok(place.filter(|place| kinds.contains(&place.kind)))
}

/// The page that asks for the next step.
#[derive(Template)]
#[template(path = "place.html")]
pub(crate) struct PlacePage {
    pub(crate) steps: Breadcrumb,
    /// 县（市、区） or 乡镇（街道）
    pub(crate) what: &'static str,
    pub(crate) links: Vec<(String, String)>,
}

/// The counties to choose from.
pub(crate) fn county_page(site: &Site) -> PlacePage {
    let link = |entry: RegionEntry| (entry.name, format!("/problems/new?county={}", entry.code));
    let links = counties(site).into_iter().map(link).collect();
    PlacePage { steps: Breadcrumb::new("反映问题"), what: "县（市、区）", links }
}

/// The townships of a county.
pub(crate) async fn township_page(tx: &mut Tx, site: &Site, region: Region, county: &str) -> Result<PlacePage> {
    let towns = towns(tx, site, region).await?;
    let link = |town: PlaceName| (town.name, format!("/problems/new?county={county}&town={}", town.code));
    let steps = Breadcrumb::new(county_name(site, region)).step("反映问题", "/problems/new");
    Ok(PlacePage { steps, what: "乡镇（街道）", links: towns.into_iter().map(link).collect() })
}

/// The townships of a county, in their order.
struct Towns(Vec<PlaceName>);

/// The townships of a county, from memory where it can be: every list that is narrowed by place names them.
pub(crate) async fn towns(tx: &mut Tx, site: &Site, region: Region) -> Result<Vec<PlaceName>> {
    let read = async { Ok::<_, Problem>(Towns(store::place_towns(tx, region, site.today()).await?)) };
    Ok(site.cache.part_or(region, read).await?.0.clone())
}

/// The villages and communities of the chosen township.
pub(crate) async fn villages(tx: &mut Tx, site: &Site, place: &Place) -> Result<Vec<PlaceName>> {
    let kinds = [OrgKind::Village, OrgKind::Community];
    Ok(store::place_children(tx, place.region, place.township.id, &kinds, site.today()).await?)
}

/// Those of them by which the public may narrow a list.
pub(crate) async fn public_villages(tx: &mut Tx, site: &Site, place: &Place) -> Result<Vec<PlaceName>> {
    only_public(site, villages(tx, site, place).await?)
}

/// Without the places that the public may not ask for.
pub(crate) fn only_public(site: &Site, places: Vec<PlaceName>) -> Result<Vec<PlaceName>> {
    let mut public = Vec::with_capacity(places.len());
    for place in places {
        if is_public(site, &place)? {
            public.push(place);
        }
    }
    Ok(public)
}
