//! The places for which somebody at a counter enters reports: those of his own post.

use huiyin_base::Id;
use huiyin_db::Tx;
use huiyin_directory::{OrgKind, OrgRef, Viewer};
use huiyin_web::components::Choice;
use huiyin_web::{Result, Site};

use super::place::Place;
use crate::permissions::ENTERS;
use crate::store::{self, PlaceName};

/// A branch stands below its village, a station below its township: so many steps up at most.
const MOST_STEPS: usize = 4;

/// Every township and village that the viewer enters reports for, each township before its villages.
pub(crate) async fn places(tx: &mut Tx, site: &Site, viewer: &Viewer) -> Result<Vec<Place>> {
    let mut places: Vec<Place> = Vec::new();
    for grant in viewer.grants.iter().filter(|grant| ENTERS.contains(&grant.role)) {
        for place in of_post(tx, site, grant.org).await? {
            if !places.iter().any(|known| same(known, &place)) {
                places.push(place);
            }
        }
    }
    Ok(places)
}

fn same(one: &Place, other: &Place) -> bool {
    let village = |place: &Place| place.village.as_ref().map(|village| village.id);
    one.township.id == other.township.id && village(one) == village(other)
}

async fn of_post(tx: &mut Tx, site: &Site, org: OrgRef) -> Result<Vec<Place>> {
    let mut at = name(tx, org.id).await?;
    for step in 0..MOST_STEPS {
        let Some(here) = at else { return Ok(Vec::new()) };
        match here.kind {
            // A department of the county is no counter; the county's own office is.
            OrgKind::County if step == 0 => return of_county(tx, site, org).await,
            OrgKind::Township => return of_township(tx, site, org, here).await,
            OrgKind::Village | OrgKind::Community => {
                let township = match here.parent {
                    Some(parent) => name(tx, parent).await?.filter(|above| above.kind == OrgKind::Township),
                    None => None,
                };
                let place = |township| Place { region: org.region, township, village: Some(here.clone()) };
                return Ok(township.map(place).into_iter().collect());
            }
            _ => {}
        }
        at = match here.parent {
            Some(parent) => name(tx, parent).await?,
            None => None,
        };
    }
    Ok(Vec::new())
}

async fn name(tx: &mut Tx, id: Id) -> Result<Option<PlaceName>> {
    Ok(store::place_names(tx, vec![id]).await?.remove(&id))
}

async fn of_county(tx: &mut Tx, site: &Site, org: OrgRef) -> Result<Vec<Place>> {
    let mut places = Vec::new();
    for township in store::place_children(tx, org.region, org.id, &[OrgKind::Township], site.today()).await? {
        places.extend(of_township(tx, site, org, township).await?);
    }
    Ok(places)
}

async fn of_township(tx: &mut Tx, site: &Site, org: OrgRef, township: PlaceName) -> Result<Vec<Place>> {
    let kinds = [OrgKind::Village, OrgKind::Community];
    let villages = store::place_children(tx, org.region, township.id, &kinds, site.today()).await?;
    let whole = Place { region: org.region, township: township.clone(), village: None };
    let each = villages.into_iter().map(|village| Place {
        region: org.region,
        township: township.clone(),
        village: Some(village),
    });
    Ok(std::iter::once(whole).chain(each).collect())
}

/// The word of a place in a form: `610602/610602701201`.
pub(crate) fn word(site: &Site, place: &Place) -> String {
    let county = site.regions.get(place.region).map(|entry| entry.code.clone()).unwrap_or_default();
    let code = place.village.as_ref().map_or(&place.township.code, |village| &village.code);
    format!("{county}/{code}")
}

/// What a form offers.
pub(crate) fn choices(site: &Site, places: &[Place]) -> Vec<Choice> {
    let choice = |place: &Place| {
        let label = match &place.village {
            Some(village) => village.name.clone(),
            None => format!("{}（不清楚哪个村，或涉及全乡镇）", place.township.name),
        };
        Choice::new(word(site, place), label).group(&place.township.name)
    };
    places.iter().map(choice).collect()
}
