//! Choosing a place step by step: county, township, village. Links carry codes, never ids.

use askama::Template;
use huiyin_base::{Day, Region};
use huiyin_db::Tx;
use huiyin_directory::{OrgKind, RegionEntry, RegionLevel};
use huiyin_web::components::{Breadcrumb, Choice, Field, FilterBar};
use huiyin_web::{Result, Site};

use crate::store::{self, PlaceName};

/// The city's counties in code order.
pub(crate) fn counties(site: &Site) -> Vec<&RegionEntry> {
    let mut counties: Vec<&RegionEntry> =
        site.regions.children(site.home).filter(|entry| entry.level == RegionLevel::County).collect();
    counties.sort_by(|one, other| one.code.cmp(&other.code));
    counties
}

/// Chooses one of several counties for a page at `path`; nothing where there is nothing to choose.
pub(crate) fn choose(path: &str, counties: &[&RegionEntry], chosen: Region) -> Option<FilterBar> {
    let code = counties.iter().find(|county| county.region == chosen).map(|county| county.code.as_str());
    let choices = counties.iter().map(|county| Choice::new(&county.code, &county.name)).collect();
    let field = Field::select("county", "县（市、区）", choices).value(code.unwrap_or_default());
    (counties.len() > 1).then(|| FilterBar::new(path).field(field))
}

/// The county with this code, if it is one of this city's.
pub(crate) fn region_of(site: &Site, code: &str) -> Option<Region> {
    counties(site).into_iter().find(|entry| entry.code == code).map(|entry| entry.region)
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
        let names = [site.regions.name(self.region), self.township.name.as_str()].into_iter().chain(village);
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
    let link = |entry: &&RegionEntry| (entry.name.clone(), format!("/problems/new?county={}", entry.code));
    let links = counties(site).iter().map(link).collect();
    PlacePage { steps: Breadcrumb::new("反映问题"), what: "县（市、区）", links }
}

/// The townships of a county.
pub(crate) async fn township_page(tx: &mut Tx, site: &Site, region: Region, county: &str) -> Result<PlacePage> {
    let root = huiyin_directory::org_root(tx, region).await?.ok_or_else(huiyin_base::Problem::not_found)?;
    let towns = store::place_children(tx, region, root.id, &[OrgKind::Township], site.today()).await?;
    let link = |town: PlaceName| (town.name, format!("/problems/new?county={county}&town={}", town.code));
    let steps = Breadcrumb::new(site.regions.name(region)).step("反映问题", "/problems/new");
    Ok(PlacePage { steps, what: "乡镇（街道）", links: towns.into_iter().map(link).collect() })
}

/// The villages and communities of the chosen township.
pub(crate) async fn villages(tx: &mut Tx, site: &Site, place: &Place) -> Result<Vec<PlaceName>> {
    let kinds = [OrgKind::Village, OrgKind::Community];
    Ok(store::place_children(tx, place.region, place.township.id, &kinds, site.today()).await?)
}
