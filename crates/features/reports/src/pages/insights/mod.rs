//! Pages for those who lead: who waits longest, what comes again and where, what reopens, in which season; the rates with
//! their distribution; and what a unit's own numbers are. Compositions of figures and breakdowns; every number is a door.
//! Places stand in code order: nothing here ranks villages, branches or people.

mod heat;
mod overview;
mod reopened;
mod repeats;
mod rules;
mod seasons;
mod unit;
mod waiting;

use huiyin_base::Problem;
use huiyin_db::Tx;
use huiyin_directory::{OrgKind, Role, Viewer};
use huiyin_figures::{Cell, Dimension, Figure, Key};
use huiyin_web::components::{Choice, Field, FilterBar, Tabs};
use huiyin_web::{Ctx, Query, Result, Routes};

use crate::asked::{self, Asked, county_of};
use crate::permissions::InsightSee;
use crate::store;
use heat::Stub;

/// The routes of these pages.
pub(super) fn routes() -> Routes {
    Routes::new()
        .get::<InsightSee, _>("/insights", overview::show)
        .get::<InsightSee, _>("/insights/waiting", waiting::show)
        .get::<InsightSee, _>("/insights/repeats", repeats::show)
        .get::<InsightSee, _>("/insights/reopened", reopened::show)
        .get::<InsightSee, _>("/insights/seasons", seasons::show)
        .get::<InsightSee, _>("/insights/unit", unit::show)
}

const PAGES: [(&str, &str); 6] = [
    ("/insights", "比率和评分"),
    ("/insights/waiting", "谁等得最久"),
    ("/insights/repeats", "哪里反复出现"),
    ("/insights/reopened", "办了又重来"),
    ("/insights/seasons", "什么时节多"),
    ("/insights/unit", "我单位的情况"),
];

/// The pages as tabs over the same cut.
fn tabs(asked: &Asked, here: &str) -> Tabs {
    PAGES.iter().fold(Tabs::new("研判"), |tabs, (path, label)| {
        let link = if *path == "/insights/unit" { (*path).to_owned() } else { asked.link(path) };
        tabs.tab(*label, link, *path == here)
    })
}

/// What is asked for. An address without a county is that of the place which the viewer looks after; 全市 is asked for in
/// words.
async fn read(tx: &mut Tx, ctx: &Ctx, viewer: &Viewer, query: asked::Query) -> Result<Asked, Problem> {
    let mut query = query;
    // Another county was chosen while a township of the last one still stood beside it.
    if !query.township.starts_with(&query.county) || query.county.is_empty() {
        query.township.clear();
    }
    if query.county == ALL {
        query.county.clear();
    } else if query.county.is_empty() && query.unit.is_empty() {
        let held = viewer.grants.iter().find(|grant| grant.role != Role::Member && grant.org_kind != OrgKind::City);
        let wide = viewer.grants.iter().any(|grant| grant.org_kind == OrgKind::City && grant.role != Role::Member);
        if let Some(grant) = held.filter(|grant| !wide && grant.org.region != ctx.site.home) {
            let county = county_of(&ctx.site.regions, grant.org.region, ctx.today());
            query.county = county.code;
            if let Some(township) = store::township_of(tx, grant.org).await? {
                query.township = township.code;
            }
        }
    }
    Asked::read(tx, &ctx.site.regions, ctx.today(), &query, ctx.viewer.is_none()).await
}

/// How an address says the whole city.
const ALL: &str = "all";

/// County and category to choose from.
async fn filter(tx: &mut Tx, ctx: &Ctx, asked: &Asked, path: &str, with_category: bool) -> Result<FilterBar, Problem> {
    let day = asked.cut.period.to;
    let mut counties: Vec<_> =
        store::county_list(tx).await?.into_iter().map(|region| county_of(&ctx.site.regions, region, day)).collect();
    counties.sort_by(|left, right| left.code.cmp(&right.code));
    let choices = counties.iter().map(|county| Choice::new(&county.code, county.name.as_str()));
    let choices = std::iter::once(Choice::new(ALL, "全市")).chain(choices).collect();
    let here = asked.county.as_ref().map_or(ALL, |county| county.code.as_str());
    let mut bar = FilterBar::new(path).field(Field::select("county", "县区", choices).value(here));
    if let Some(county) = &asked.county {
        let towns = store::township_list(tx, county.region, day).await?;
        let towns = towns.iter().map(|town| Choice::new(&town.code, town.name.as_str()));
        let towns = std::iter::once(Choice::new("", "全部乡镇")).chain(towns).collect();
        let here = asked.township.as_ref().map(|town| town.code.clone()).unwrap_or_default();
        bar = bar.field(Field::select("township", "乡镇（街道）", towns).value(here));
    }
    if with_category {
        let names = category_names(ctx);
        let choices = names.iter().map(|(word, name)| Choice::new(word, name.as_str()));
        let choices = std::iter::once(Choice::new("", "全部类别")).chain(choices).collect();
        let here = asked.cut.category.clone().unwrap_or_default();
        bar = bar.field(Field::select("category", "类别", choices).value(here));
    }
    Ok(bar)
}

fn category_names(ctx: &Ctx) -> Vec<(String, String)> {
    let names = ctx.site.figures.all().iter().map(|figure| (figure.categories)());
    names.max_by_key(Vec::len).unwrap_or_default()
}

/// A figure that these pages need; without the feature that brings it there is nothing to lead by.
fn figure<'a>(ctx: &'a Ctx, id: &str) -> Result<&'a Figure, Problem> {
    ctx.site.figures.find(id).ok_or_else(Problem::not_found)
}

/// The places one level below the cut, in code order, and by what the figures break down there.
async fn places(tx: &mut Tx, ctx: &Ctx, asked: &Asked) -> Result<(&'static str, Dimension, Vec<Stub>), Problem> {
    let day = asked.cut.until();
    let org = |place: crate::asked::Township| Stub { key: Key::Org(place.org.region, place.org.id), label: place.name };
    if let Some(township) = &asked.township {
        let villages = store::village_list(tx, township.org, day, asked.public).await?;
        return Ok(("村（社区）", Dimension::Village, villages.into_iter().map(org).collect()));
    }
    if let Some(county) = &asked.county {
        let townships = store::township_list(tx, county.region, day).await?;
        return Ok(("乡镇（街道）", Dimension::Township, townships.into_iter().map(org).collect()));
    }
    let mut counties: Vec<_> =
        store::county_list(tx).await?.into_iter().map(|region| county_of(&ctx.site.regions, region, day)).collect();
    counties.sort_by(|left, right| left.code.cmp(&right.code));
    let stubs = counties.into_iter().map(|county| Stub { key: Key::Region(county.region), label: county.name });
    Ok(("县区", Dimension::Region, stubs.collect()))
}

/// The cut narrowed to a place that stands in a table; codes of townships and villages are looked up once.
struct Doors(std::collections::BTreeMap<huiyin_figures::OrgKey, (String, String)>);

impl Doors {
    async fn of<'k>(tx: &mut Tx, ctx: &Ctx, keys: impl Iterator<Item = &'k Key>) -> Result<Self, Problem> {
        let orgs: Vec<_> = keys.filter_map(Key::org).collect();
        Ok(Self(ctx.site.figures.org_names(tx, &orgs).await?))
    }

    fn name(&self, key: &Key) -> String {
        let org = key.org().and_then(|org| self.0.get(&(org.region, org.id)));
        org.map_or_else(|| "未注明".to_owned(), |(_, name)| name.clone())
    }

    fn code(&self, key: &Key) -> String {
        let org = key.org().and_then(|org| self.0.get(&(org.region, org.id)));
        org.map(|(code, _)| code.clone()).unwrap_or_default()
    }

    fn at(&self, ctx: &Ctx, asked: &Asked, key: &Key) -> Asked {
        let day = asked.cut.period.to;
        match key {
            Key::Region(region) => asked.in_county(&county_of(&ctx.site.regions, *region, day)),
            Key::Org(region, id) => {
                let (code, name) = self.0.get(&(*region, *id)).cloned().unwrap_or_default();
                let county = county_of(&ctx.site.regions, *region, day);
                let org = huiyin_directory::OrgRef { region: *region, id: *id };
                asked.in_county(&county).in_township(&crate::asked::Township { org, code, name })
            }
            Key::Category(word) => asked.of_category(word),
            Key::SubCategory(word) => asked.of_sub_category(word),
            Key::Month(month) => asked.in_month(*month),
            Key::Score(score) => asked.of_score(*score),
            Key::None => asked.clone(),
        }
    }
}

/// The kinds of problem with the most cases, in the order of the list.
fn chief(names: &[(String, String)], cells: &[Cell], most: usize) -> Vec<Stub> {
    let count = |word: &str| {
        let key = Key::SubCategory(word.to_owned());
        cells.iter().find(|cell| cell.key == key).map_or(0, |cell| cell.number.value)
    };
    let mut counts: Vec<i64> = names.iter().map(|(word, _)| count(word)).collect();
    counts.sort_unstable_by_key(|count| std::cmp::Reverse(*count));
    let bar = counts.get(most.saturating_sub(1)).copied().unwrap_or(0).max(1);
    let chosen = names.iter().filter(|(word, _)| count(word) >= bar).take(most);
    chosen.map(|(word, name)| Stub { key: Key::SubCategory(word.clone()), label: name.clone() }).collect()
}

/// The query of every page here.
type Asking = Query<asked::Query>;
