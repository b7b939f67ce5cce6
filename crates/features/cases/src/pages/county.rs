//! Which county's settings a desk looks at.

use huiyin_base::{Problem, Region};
use huiyin_directory::{OrgKind, Viewer};
use huiyin_web::components::{Choice, Tabs};
use huiyin_web::{Ctx, Result, Site};
use serde::Deserialize;

use super::place::{counties, region_of};
use crate::Categories;
use crate::permissions::KEEPERS;

/// `county=610602`; a county's own staff need not say it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct CountyAsked {
    pub(crate) county: String,
}

/// A county at whose desk, or above it, the viewer stands.
pub(crate) fn county_of(ctx: &Ctx, viewer: &Viewer, code: &str) -> Result<Region> {
    let held = reached(&ctx.site, viewer);
    let asked = region_of(&ctx.site, code);
    let found = match asked {
        Some(region) => held.contains(&region).then_some(region),
        None => held.first().copied(),
    };
    Ok(found.ok_or_else(Problem::not_found)?)
}

fn reached(site: &Site, viewer: &Viewer) -> Vec<Region> {
    let city = viewer.grants_of(KEEPERS).any(|grant| grant.org_kind == OrgKind::City);
    let own = |region: &Region| {
        viewer.grants_of(KEEPERS).any(|grant| grant.org_kind == OrgKind::County && grant.org.region == *region)
    };
    counties(site).into_iter().map(|county| county.region).filter(|region| city || own(region)).collect()
}

/// A view for each county, where there are several.
pub(crate) fn county_tabs(site: &Site, viewer: &Viewer, path: &str, chosen: Region) -> Option<Tabs> {
    let held = reached(site, viewer);
    if held.len() < 2 {
        return None;
    }
    let named = counties(site).into_iter().filter(|county| held.contains(&county.region));
    Some(named.fold(Tabs::new("县（市、区）"), |tabs, county| {
        tabs.tab(&county.name, format!("{path}?county={}", county.code), county.region == chosen)
    }))
}

/// The code of a county, for links.
pub(crate) fn code_of(site: &Site, region: Region) -> String {
    counties(site).into_iter().find(|county| county.region == region).map_or_else(String::new, |one| one.code.clone())
}

/// Every category and sub-category as one choice: `infrastructure/water`.
pub(crate) fn category_choices(categories: &Categories, any: &str) -> Vec<Choice> {
    let all = categories.all().iter().flat_map(|category| {
        let whole =
            Choice::new(format!("{}/", category.id), format!("{}（全部）", category.name)).group(&category.name);
        let sub = category.sub.iter();
        let sub = sub.map(|sub| Choice::new(format!("{}/{}", category.id, sub.id), &sub.name).group(&category.name));
        std::iter::once(whole).chain(sub)
    });
    std::iter::once(Choice::new("/", any)).chain(all).collect()
}

/// Category and sub-category of a choice that the list knows; both empty for any.
pub(crate) fn category_of(categories: &Categories, choice: &str) -> std::result::Result<(String, String), Problem> {
    let (category, sub) = choice.split_once('/').ok_or_else(|| Problem::invalid("请选择类别。"))?;
    if category.is_empty() && sub.is_empty() || categories.allows(category, sub) {
        return Ok((category.to_owned(), sub.to_owned()));
    }
    Err(Problem::invalid("请从列表中选择类别。"))
}

/// 道路, 改善基础设施条件, 各类
pub(crate) fn category_name(categories: &Categories, category: &str, sub: &str) -> String {
    match (categories.sub(category, sub), category) {
        (Some(found), _) => found.name.clone(),
        (None, "") => "各类".to_owned(),
        (None, category) => categories.name(category).to_owned(),
    }
}
