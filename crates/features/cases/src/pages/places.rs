//! A place's own page: how to reach its office, what is open, what was answered, how to hear of it.

use askama::Template;
use huiyin_base::{Day, Problem, Region};
use huiyin_db::Tx;
use huiyin_directory::{OrgKind, OrgRef, RegionLevel};
use huiyin_web::components::{Breadcrumb, EchoPair, Empty};
use huiyin_web::{Ctx, Density, Path, Result, Site};

use super::card::{Cards, cases};
use super::place::{counties, county_name, is_public, only_public};
use crate::State;
use crate::store::{self, Count, Order, Page, PlaceName, WallFilter};

/// How many problems and how many echoes are shown.
const SHOWN: i64 = 5;

/// A place that has its own page: the city, a county, a township, a village.
#[derive(Clone, Debug)]
pub(crate) struct Spot {
    /// The code under which it stands: six digits of a city or county, twelve below.
    pub(crate) code: String,
    pub(crate) name: String,
    pub(crate) phone: Option<String>,
    pub(crate) filter: WallFilter,
    /// What stands above it: name and code, the city first.
    pub(crate) above: Vec<(String, String)>,
    /// The organisation of the place, below which others stand.
    pub(crate) org: Option<OrgRef>,
    pub(crate) kind: OrgKind,
}

impl Spot {
    /// 宝塔区 柳河镇 上湾村: without the city, unless it is the city.
    pub(crate) fn whole_name(&self) -> String {
        let above = self.above.iter().skip(1).map(|(name, _)| name.as_str());
        above.chain([self.name.as_str()]).collect::<Vec<_>>().join(" ")
    }

    /// The wall or the echo wall of this place.
    pub(crate) fn list(&self, path: &str) -> String {
        let county = self.above.get(1).map_or(self.code.as_str(), |(_, code)| code.as_str());
        match self.kind {
            OrgKind::City => path.to_owned(),
            OrgKind::County => format!("{path}?county={county}"),
            OrgKind::Township => format!("{path}?county={county}&town={}", self.code),
            _ => {
                let town = self.above.last().map_or("", |(_, code)| code.as_str());
                format!("{path}?county={county}&town={town}&village={}", self.code)
            }
        }
    }

    /// Where somebody reports a problem of this place.
    fn report(&self) -> String {
        self.list("/problems/new")
    }
}

/// The place with this code of today or of former days, as the public may ask for it: a village where few people live
/// answers as its township. Anything else is not found.
pub(crate) async fn spot(tx: &mut Tx, site: &Site, code: &str) -> Result<Spot> {
    match exact(tx, site, code).await? {
        Exact::High(region) => high(tx, site, region).await,
        Exact::Low(place) if is_public(site, &place)? => low(tx, site, place).await,
        Exact::Low(village) => {
            let above = store::place_names(tx, village.parent.into_iter().collect()).await?.into_values().next();
            low(tx, site, above.ok_or_else(Problem::not_found)?).await
        }
    }
}

/// The very place with this code: for whoever says where something happened.
pub(crate) async fn spot_exact(tx: &mut Tx, site: &Site, code: &str) -> Result<Spot> {
    match exact(tx, site, code).await? {
        Exact::High(region) => high(tx, site, region).await,
        Exact::Low(place) => low(tx, site, place).await,
    }
}

/// What a code names.
enum Exact {
    /// The city or a county.
    High(Region),
    /// A township or what stands below it.
    Low(PlaceName),
}

async fn exact(tx: &mut Tx, site: &Site, code: &str) -> Result<Exact> {
    if code.len() == 6
        && let Some(region) = site.regions.by_code(code)
    {
        return Ok(Exact::High(region));
    }
    let digits = code.len() == 12 && code.bytes().all(|digit| digit.is_ascii_digit());
    let region = if digits { site.regions.by_code(&code[..6]) } else { None };
    let region =
        region.filter(|region| site.regions.parent(*region) == Some(site.home)).ok_or_else(Problem::not_found)?;
    let place = store::place_find(tx, region, code, site.today()).await?.ok_or_else(Problem::not_found)?;
    match place.kind {
        OrgKind::County => Ok(Exact::High(region)),
        OrgKind::Township | OrgKind::Village | OrgKind::Community => Ok(Exact::Low(place)),
        _ => Err(Problem::not_found().into()),
    }
}

/// The city or one of its counties.
async fn high(tx: &mut Tx, site: &Site, region: Region) -> Result<Spot> {
    let entry = site.regions.get(region).ok_or_else(Problem::not_found)?;
    let is_city = region == site.home;
    let is_county = entry.level == RegionLevel::County && site.regions.parent(region) == Some(site.home);
    if !is_city && !is_county {
        return Err(Problem::not_found().into());
    }
    let root = huiyin_directory::org_root(tx, region).await?;
    Ok(Spot {
        code: entry.code.clone(),
        name: if is_city { site.settings.city.clone() } else { county_name(site, region) },
        phone: root.as_ref().and_then(|org| org.phone.clone()),
        filter: WallFilter { region: is_county.then_some(region), ..WallFilter::default() },
        above: if is_city { Vec::new() } else { vec![city(site)] },
        org: root.map(|org| org.at()),
        kind: if is_city { OrgKind::City } else { OrgKind::County },
    })
}

/// A township or what stands below it.
async fn low(tx: &mut Tx, site: &Site, place: PlaceName) -> Result<Spot> {
    let entry = site.regions.get(place.region).ok_or_else(Problem::not_found)?;
    let mut above = vec![city(site), (county_name(site, place.region), entry.code.clone())];
    let mut filter = WallFilter { region: Some(place.region), ..WallFilter::default() };
    if place.kind == OrgKind::Township {
        filter.township = Some(place.id);
    } else {
        filter.village = Some(place.id);
        let parent = place.parent.ok_or_else(Problem::not_found)?;
        let town = store::place_names(tx, vec![parent]).await?.remove(&parent).ok_or_else(Problem::not_found)?;
        above.push((town.name, town.code));
    }
    let org = OrgRef { region: place.region, id: place.id };
    Ok(Spot { code: place.code, name: place.name, phone: place.phone, filter, above, org: Some(org), kind: place.kind })
}

fn city(site: &Site) -> (String, String) {
    (site.settings.city.clone(), super::wall::city_code(site))
}

/// Names and codes of what stands directly below.
pub(crate) async fn below(tx: &mut Tx, site: &Site, spot: &Spot) -> Result<Vec<PlaceName>> {
    let (kinds, today): (&[OrgKind], Day) = match spot.kind {
        OrgKind::County => (&[OrgKind::Township], site.today()),
        OrgKind::Township => (&[OrgKind::Village, OrgKind::Community], site.today()),
        _ => return Ok(Vec::new()),
    };
    let Some(org) = spot.org else { return Ok(Vec::new()) };
    Ok(store::place_children(tx, org.region, org.id, kinds, today).await?)
}

#[derive(Template)]
#[template(path = "places.html")]
struct PlacesPage {
    steps: Breadcrumb,
    name: String,
    office: &'static str,
    phone: Option<String>,
    all: Count,
    open: Count,
    echoed: Count,
    wall: String,
    echo: String,
    report: String,
    open_pairs: Vec<EchoPair>,
    echo_pairs: Vec<EchoPair>,
    empty: Option<Empty>,
    below: Vec<(String, String)>,
    code: String,
    feed: String,
}

pub(crate) async fn show(ctx: Ctx, Path(code): Path<String>) -> Result {
    let site = &ctx.site;
    let cases = cases(site)?;
    let mut tx = site.db.read().await?;
    let spot = spot(&mut tx, site, &code).await?;
    let open_filter = WallFilter { states: State::OPEN.to_vec(), ..spot.filter.clone() };
    let echo_filter = WallFilter { states: State::ECHOED.to_vec(), ..spot.filter.clone() };
    let open = store::wall_list(&mut tx, &open_filter, &Page::first(SHOWN)).await?.rows;
    let echoes = store::echo_list(&mut tx, &spot.filter, &Page::first(SHOWN).by(Order::Answered)).await?.rows;
    let answers = store::answers_of(&mut tx, &echoes).await?;
    let lines: Vec<_> = open.iter().chain(&echoes).cloned().collect();
    let cards = Cards::of_lines(&mut tx, site, &cases, &lines).await?;
    let below = match spot.kind {
        OrgKind::City => counties(site).into_iter().map(|entry| (entry.name, entry.code)).collect(),
        _ => only_public(site, below(&mut tx, site, &spot).await?)?
            .into_iter()
            .map(|place| (place.name, place.code))
            .collect(),
    };
    let nothing = lines.is_empty();
    let page = PlacesPage {
        steps: spot.above.iter().fold(Breadcrumb::new(spot.name.clone()), |steps, (name, code)| {
            steps.step(name.clone(), format!("/places/{code}"))
        }),
        name: spot.whole_name(),
        office: office(spot.kind),
        phone: spot.phone.clone(),
        all: store::wall_count(&mut tx, &spot.filter).await?,
        open: store::wall_count(&mut tx, &open_filter).await?,
        echoed: store::wall_count(&mut tx, &echo_filter).await?,
        wall: spot.list("/wall"),
        echo: spot.list("/echo"),
        report: spot.report(),
        open_pairs: open.iter().map(|line| cards.pair(line, None).level(3)).collect(),
        echo_pairs: echoes.iter().map(|line| cards.pair(line, answers.get(&line.id)).level(3)).collect(),
        empty: nothing.then(|| Empty::new("这里还没有上墙的问题").text("遇到了难处，就从上面的“反映问题”提出来。")),
        below,
        feed: format!("/places/{}/feed", spot.code),
        code: spot.code.clone(),
    };
    ctx.page(&page.name, Density::Calm, &page)
}

/// Whose telephone it is.
fn office(kind: OrgKind) -> &'static str {
    match kind {
        OrgKind::City => "市问题墙办公电话",
        OrgKind::County => "县（市、区）办公电话",
        OrgKind::Township => "乡镇（街道）办公电话",
        _ => "村（社区）办公电话",
    }
}
