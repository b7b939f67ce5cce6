//! One organisation.

use std::collections::HashSet;

use askama::Template;
use huiyin_base::Problem;
use huiyin_db::Tx;
use huiyin_directory::{Org, OrgKind, Role, org_former, org_people_by_post};
use huiyin_figures::{Cut, Figure, Period, Place};
use huiyin_web::components::{Breadcrumb, Button, Html, Number, Rate, Tag};
use huiyin_web::{Ctx, Density, Path, Result};

use super::address::{breadcrumb, covers, find, href, is_in_force};
use super::tree::{Node, below};
use crate::permissions::{MEMBER_READERS, PLACE_KEEPERS};

#[derive(Template)]
#[template(path = "organisation.html")]
struct OrganisationPage {
    way: Breadcrumb,
    name: String,
    kind: Tag,
    ended: Option<String>,
    facts: Vec<(&'static str, String)>,
    phone: Option<String>,
    numbers: Vec<Html>,
    groups: Vec<(&'static str, Vec<Node>)>,
    people: Vec<Person>,
    members: Option<Button>,
    /// Where the county decides how exactly the public reads this place.
    place_shown: Option<String>,
}

/// A post with whoever holds it, where the viewer may read names.
struct Person {
    post: String,
    name: Option<String>,
    deputy: bool,
}

/// Posts that the public deals with.
const PUBLIC_POSTS: [Role; 6] = [
    Role::BranchSecretary,
    Role::CaseOfficer,
    Role::TownshipStaff,
    Role::CountyStaff,
    Role::CityStaff,
    Role::Inspector,
];

pub(crate) async fn show(ctx: Ctx, Path((county, code)): Path<(String, String)>) -> Result {
    let site = &ctx.site;
    let mut tx = site.db.read().await?;
    let org = find(&mut tx, site, &county, &code).await?;
    let address = href(&site.regions, org.region, &org.code);
    if org.code != code || !ctx.path.starts_with(&address) {
        // A code or county of former days: the page has moved.
        return ctx.redirect(&address, None);
    }
    let page = OrganisationPage {
        way: breadcrumb(&mut tx, site, &org).await?,
        name: org.name.clone(),
        kind: Tag::plain(org.kind.label()),
        ended: (!is_in_force(&org, ctx.today())).then(|| org.to_day.map(huiyin_base::Day::chinese).unwrap_or_default()),
        facts: facts(&mut tx, &org).await?,
        phone: org.phone.clone(),
        numbers: numbers(&mut tx, &ctx, &org).await?,
        groups: grouped(below(&mut tx, site, &org).await?),
        people: people(&mut tx, &ctx, &org).await?,
        members: members(&mut tx, &ctx, &org).await?,
        place_shown: place_shown(&mut tx, &ctx, &org, &address).await?,
    };
    ctx.page(&org.name, Density::Calm, &page)
}

/// The page of a setting, for those who may change it.
async fn place_shown(tx: &mut Tx, ctx: &Ctx, org: &Org, address: &str) -> Result<Option<String>, Problem> {
    let is_place = matches!(org.kind, OrgKind::Village | OrgKind::Community);
    let Some(viewer) = ctx.viewer.as_ref().filter(|_| is_place) else { return Ok(None) };
    let covered = covers(tx, &viewer.scope(PLACE_KEEPERS), org.at()).await?;
    Ok(covered.then(|| format!("{address}/place-shown")))
}

async fn facts(tx: &mut Tx, org: &Org) -> Result<Vec<(&'static str, String)>, Problem> {
    let mut facts = vec![("代码", org.code.clone())];
    if org.short_name != org.name {
        facts.push(("简称", org.short_name.clone()));
    }
    facts.extend(org.households.map(|number| ("户数", format!("{number} 户"))));
    facts.extend(org.population.map(|number| ("人口", format!("{number} 人"))));
    for former in org_former(tx, org.at()).await? {
        facts.push(("曾用名", format!("{}（{}，到 {} 为止）", former.name, former.code, former.to_day)));
    }
    Ok(facts)
}

/// Public figures of this place or of what this department answers for.
async fn numbers(tx: &mut Tx, ctx: &Ctx, org: &Org) -> Result<Vec<Html>, Problem> {
    const MOST: usize = 6;
    let city = Cut::city(Period::year_to(ctx.today()));
    let (cut, query) = match org.kind {
        OrgKind::City => (city, Some(String::new())),
        OrgKind::County => (city.at(Place::Region(org.region)), Some(format!("?county={}", county(ctx, org)))),
        OrgKind::Township | OrgKind::Village | OrgKind::Community => {
            let query = format!("?county={}&township={}", county(ctx, org), org.code);
            (city.at(Place::Org(org.at())), Some(query))
        }
        OrgKind::Department => (Cut { owner: Some(org.at()), ..city }, None),
        _ => return Ok(Vec::new()),
    };
    let figures = &ctx.site.figures;
    let mut counting = figures.counting(&cut);
    let mut numbers = Vec::new();
    for figure in figures.seen_by(ctx.viewer.as_ref()).filter(|figure| figure.least == 0).take(MOST) {
        let number = counting.value(tx, figure).await?;
        let door = |figure: &Figure| {
            let query = query.as_ref().filter(|_| figure.opened_by.includes(ctx.viewer.as_ref()))?;
            Some(format!("/figures/{}/list{query}", figure.id))
        };
        let whole = figures.whole(figure).and_then(door);
        numbers.push(drawn(figure, number, door(figure), whole));
    }
    Ok(numbers)
}

fn drawn(figure: &Figure, number: huiyin_figures::Number, door: Option<String>, whole_door: Option<String>) -> Html {
    let both = number.both().unwrap_or_default();
    if let Some((part, whole)) = both.split_once(" / ") {
        let rate = Rate::new(figure.name, number.text(), ("其中", part), ("全部", whole)).definition(figure.definition);
        return match (door, whole_door) {
            (Some(door), Some(whole_door)) => rate.to(door, whole_door).into(),
            _ => rate.into(),
        };
    }
    let shown = Number::new(figure.name, number.text(), figure.unit).definition(figure.definition);
    match door {
        Some(door) => shown.to(door).into(),
        None => shown.into(),
    }
}

fn county<'a>(ctx: &'a Ctx, org: &Org) -> &'a str {
    ctx.site.regions.get(org.region).map_or("", |entry| entry.code.as_str())
}

/// Children of one kind together, in the order in which the kinds first appear.
fn grouped(nodes: Vec<Node>) -> Vec<(&'static str, Vec<Node>)> {
    let mut groups: Vec<(&'static str, Vec<Node>)> = Vec::new();
    for node in nodes {
        match groups.iter_mut().find(|(kind, _)| *kind == node.kind) {
            Some((_, group)) => group.push(node),
            None => groups.push((node.kind, vec![node])),
        }
    }
    groups
}

/// The public reads posts; names only where the unit chose so. Staff who look after the place read both.
async fn people(tx: &mut Tx, ctx: &Ctx, org: &Org) -> Result<Vec<Person>, Problem> {
    let inside = match &ctx.viewer {
        Some(viewer) => covers(tx, &viewer.scope(MEMBER_READERS), org.at()).await?,
        None => false,
    };
    let holders = org_people_by_post(tx, org.at(), ctx.today()).await?;
    let shown = holders.into_iter().filter(|holder| inside || PUBLIC_POSTS.contains(&holder.role));
    let mut people: Vec<Person> = shown
        .map(|holder| Person {
            name: (inside || org.names_shown).then_some(holder.display_name).filter(|name| *name != holder.post),
            deputy: holder.deputy_of.is_some(),
            post: holder.post,
        })
        .collect();
    // Several holders of one post look alike to the public.
    let mut seen = HashSet::new();
    people.retain(|person| person.name.is_some() || seen.insert((person.post.clone(), person.deputy)));
    Ok(people)
}

async fn members(tx: &mut Tx, ctx: &Ctx, org: &Org) -> Result<Option<Button>, Problem> {
    let Some(viewer) = ctx.viewer.as_ref().filter(|_| org.kind == OrgKind::Branch) else { return Ok(None) };
    if !covers(tx, &viewer.scope(MEMBER_READERS), org.at()).await? {
        return Ok(None);
    }
    let address = href(&ctx.site.regions, org.region, &org.code);
    Ok(Some(Button::secondary("党员名册").icon("users").to(format!("{address}/members"))))
}
