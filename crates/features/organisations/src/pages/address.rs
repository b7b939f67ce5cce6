//! Where an organisation stands on the web: its county's code and its own, never an id.

use huiyin_base::{Day, Problem, Region};
use huiyin_db::Tx;
use huiyin_directory::{Org, OrgKind, OrgRef, Reach, Regions, Scope, org_find_code, org_is_below, org_path, org_root};
use huiyin_web::Site;
use huiyin_web::components::Breadcrumb;

/// The address of an organisation.
pub(crate) fn href(regions: &Regions, region: Region, code: &str) -> String {
    let county = regions.get(region).map_or("", |entry| entry.code.as_str());
    format!("/organisations/{county}/{code}")
}

/// The organisation at an address, if it is in force or was; what an unfinished import brings is not there yet.
pub(crate) async fn find(tx: &mut Tx, site: &Site, county: &str, code: &str) -> Result<Org, Problem> {
    let region = site.regions.by_code(county).ok_or_else(Problem::not_found)?;
    let org = org_find_code(tx, region, code).await?.filter(|org| org.from_day <= site.today());
    org.ok_or_else(Problem::not_found)
}

/// The way from the city to the organisation.
pub(crate) async fn breadcrumb(tx: &mut Tx, site: &Site, org: &Org) -> Result<Breadcrumb, Problem> {
    let mut steps = Breadcrumb::new(&*org.name).step("机构", "/organisations");
    if org.region != site.home
        && let Some(city) = org_root(tx, site.home).await?
    {
        steps = steps.step(&*city.name, href(&site.regions, city.region, &city.code));
    }
    for step in org_path(tx, org.at()).await?.iter().filter(|step| step.depth > 0) {
        let above = OrgRef { region: org.region, id: step.id };
        if let Some(above) = huiyin_directory::org_find(tx, above).await? {
            steps = steps.step(&*step.name, href(&site.regions, org.region, &above.code));
        }
    }
    Ok(steps)
}

/// The names above an organisation, for a line under a search result.
pub(crate) async fn path_words(tx: &mut Tx, org: &Org) -> Result<String, Problem> {
    let path = org_path(tx, org.at()).await?;
    let names: Vec<&str> = path.iter().filter(|step| step.depth > 0).map(|step| step.name.as_str()).collect();
    Ok(names.join(" · "))
}

/// Whether a scope reaches an organisation.
pub(crate) async fn covers(tx: &mut Tx, scope: &Scope, org: OrgRef) -> Result<bool, Problem> {
    for reach in &scope.reaches {
        let covered = match reach {
            Reach::Region(region) => *region == org.region,
            Reach::Subtree(top) => org_is_below(tx, *top, org).await?,
        };
        if covered {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether an organisation existed on `today`.
pub(crate) fn is_in_force(org: &Org, today: Day) -> bool {
    org.from_day <= today && org.to_day.is_none_or(|last| today <= last)
}

/// The icon of a kind.
pub(crate) const fn icon(kind: OrgKind) -> &'static str {
    match kind {
        OrgKind::City | OrgKind::County => "landmark",
        OrgKind::Township | OrgKind::Village | OrgKind::Community => "house",
        OrgKind::Committee | OrgKind::GeneralBranch | OrgKind::Branch => "users",
        OrgKind::Department | OrgKind::Enterprise | OrgKind::SocialOrg => "building-2",
    }
}
