//! Said to whoever may be the second person: a way back into an account waits at his unit or near below it.

use std::collections::BTreeMap;

use huiyin_base::{Id, Region};
use huiyin_directory::{Grant, OrgKind, OrgRef, Viewer, org_find, recovery_any, recovery_list_below};
use huiyin_web::components::{Html, Notice};
use huiyin_web::{Result, Site};

use super::words;
use crate::permissions::VOUCHERS;

/// Whether anybody waits at all, in any county.
struct AnyWaits(bool);

/// Asked once a second and county: most of the time nobody waits, and each desk would ask. What is done here empties it at once.
async fn any_waits(site: &Site, region: Region) -> Result<bool> {
    let read = async || -> Result<AnyWaits> {
        Ok(AnyWaits(recovery_any(&mut site.db.read().await?, site.clock.real()).await?))
    };
    Ok(site.cache.part_or(region, read()).await?.0)
}

/// For `desk` and `me`: what somebody else has asked for. So many levels below a county or the city others are nearer.
pub(crate) async fn recovery_notice(site: &Site, viewer: Option<&Viewer>) -> Result<Option<String>> {
    let Some(viewer) = viewer.filter(|viewer| viewer.has_any(VOUCHERS)) else { return Ok(None) };
    if !any_waits(site, viewer.account.region).await? {
        return Ok(None);
    }
    let levels = |grant: &Grant| if matches!(grant.org_kind, OrgKind::County | OrgKind::City) { 1 } else { 2 };
    let near: Vec<(OrgRef, i64)> = viewer.grants_of(VOUCHERS).map(|grant| (grant.org, levels(grant))).collect();
    let mut tx = site.db.read().await?;
    let cities = viewer.grants_of(VOUCHERS).filter(|grant| grant.org_kind == OrgKind::City);
    let below: Vec<Region> =
        cities.flat_map(|grant| site.regions.children(grant.org.region)).map(|entry| entry.region).collect();
    let waiting = recovery_list_below(&mut tx, &near, &below, site.clock.real()).await?;
    let mut counts: BTreeMap<Id, u64> = BTreeMap::new();
    let own = viewer.account.id;
    for request in waiting.iter().filter(|request| request.asked_by != own && request.account != own) {
        *counts.entry(request.org).or_default() += 1;
    }
    let mut said = Vec::new();
    for (id, count) in counts {
        let Some(org) = org_find(&mut tx, OrgRef { region: id.region(), id }).await? else { continue };
        let (href, name) = (Html::from(words::href(&site.regions, &org)), Html::from(org.name.as_str()));
        said.push(format!("{name} {count} 件，<a class=\"link\" href=\"{href}\">去核实</a>"));
    }
    if said.is_empty() {
        return Ok(None);
    }
    let text = Html::drawn(format!("{}。请当面认准本人，再确认。", said.join("；")));
    Ok(Some(Notice::attention(text).title("有人要找回账号，等第二个人核实").to_string()))
}
