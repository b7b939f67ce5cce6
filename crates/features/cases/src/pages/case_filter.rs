//! How an address narrows the list of cases, for the page and for the file.

use huiyin_base::Region;
use huiyin_db::Tx;
use huiyin_directory::{OrgKind, Reach, RegionEntry, Scope, Viewer};
use huiyin_web::components::{Choice, Field, FilterBar};
use huiyin_web::{Can, Result, Site};
use serde::{Deserialize, Serialize};

use super::place::counties;
use crate::permissions::SEES;
use crate::store::{CaseFilter, Order, PlaceName, WallFilter};
use crate::{Categories, State};

/// What stands behind the question mark of the list's address.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub(crate) struct Asked {
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) q: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) county: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) town: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) category: String,
    /// A kind's word; empty for problems, which are listed with no other.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) kind: String,
    /// A state's word, or `open`.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) state: String,
    /// `late`: what should have been done by now.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) due: String,
    /// `mine`: what the viewer owns.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) owner: String,
    /// `due`: the most urgent first.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) order: String,
    /// Where the page begins.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) at: String,
    /// `exact`: counted to the end.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) count: String,
}

/// What the address means for this viewer.
pub(crate) struct Narrowed {
    pub(crate) asked: Asked,
    pub(crate) filter: CaseFilter,
    /// The counties that the viewer's cases lie in.
    pub(crate) counties: Vec<RegionEntry>,
    /// The townships to choose from.
    towns: Vec<PlaceName>,
    /// The other kinds, word and label.
    kinds: Vec<(String, String)>,
}

/// Every open state, as one choice.
const OPEN: &str = "open";

impl Asked {
    /// The list's own conditions, from its beginning.
    pub(crate) fn bare(&self) -> Self {
        Self { at: String::new(), count: String::new(), ..self.clone() }
    }

    /// The list from its beginning in this order.
    pub(crate) fn ordered(&self, order: Order) -> Self {
        Self { order: if order == Order::Due { "due".to_owned() } else { String::new() }, ..self.bare() }
    }

    pub(crate) fn order(&self) -> Order {
        if self.order == "due" { Order::Due } else { Order::Newest }
    }

    pub(crate) fn link(&self, path: &str) -> String {
        let query = huiyin_web::to_query(self);
        if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
    }
}

/// Reads an address. A number finds its case whatever else the address says.
pub(crate) async fn narrowed<P: Send>(
    tx: &mut Tx,
    site: &Site,
    categories: &Categories,
    can: &Can<P>,
    asked: Asked,
) -> Result<Narrowed> {
    let counties = reached(site, &can.scope);
    if let Some((region, number)) = super::problem::numbered(site, &asked.q) {
        let wall = WallFilter { region: Some(region), ..WallFilter::default() };
        let filter = CaseFilter { wall, number: Some(number), ended_before_posting: true, ..CaseFilter::default() };
        let asked = Asked { q: asked.q, ..Asked::default() };
        return Ok(Narrowed { asked, filter, counties, towns: Vec::new(), kinds: Vec::new() });
    }
    let chosen = counties.iter().find(|county| county.code == asked.county).map(|county| county.region);
    let only = if let [county] = &counties[..] { Some(county.region) } else { None };
    let towns = match chosen.or(only).filter(|_| chooses_towns(&can.viewer)) {
        Some(region) => super::place::towns(tx, site, region).await?,
        None => Vec::new(),
    };
    let town = towns.iter().find(|town| town.code == asked.town);
    let states = match asked.state.as_str() {
        OPEN => State::OPEN.to_vec(),
        word => State::parse(word).into_iter().collect(),
    };
    let engine = super::card::cases(site)?;
    let kinds = engine.book.kinds.iter().filter(|kind| !kind.public);
    let kinds: Vec<(String, String)> = kinds.map(|kind| (kind.name.clone(), kind.label.clone())).collect();
    let filter = CaseFilter {
        kind: kinds.iter().find(|(word, _)| *word == asked.kind).map(|(word, _)| word.clone()),
        wall: WallFilter {
            region: town.map(|town| town.region).or(chosen),
            township: town.map(|town| town.id),
            category: categories.find(&asked.category).map(|category| category.id.clone()),
            states,
            words: asked.q.chars().take(60).collect(),
            ..WallFilter::default()
        },
        overdue_on: (asked.due == "late").then(|| site.today()),
        owner_person: (asked.owner == "mine").then_some(can.viewer.account),
        has_deadline: asked.order() == Order::Due,
        ..CaseFilter::default()
    };
    Ok(Narrowed { asked, filter, counties, towns, kinds })
}

impl Narrowed {
    /// The conditions that hold now, and the list without each.
    pub(crate) fn conditions(&self, categories: &Categories) -> Vec<(String, Asked)> {
        let (asked, none, filter) = (self.asked.bare(), String::new, &self.filter);
        let mut conditions = Vec::new();
        if !asked.q.trim().is_empty() {
            conditions.push((format!("“{}”", asked.q.trim()), Asked { q: none(), ..asked.clone() }));
        }
        if let Some(county) = self.counties.iter().find(|county| county.code == asked.county) {
            let without = Asked { county: none(), town: none(), ..asked.clone() };
            conditions.push((county.name.clone(), without));
        }
        if let Some(town) = self.towns.iter().find(|town| Some(town.id) == filter.wall.township) {
            conditions.push((town.name.clone(), Asked { town: none(), ..asked.clone() }));
        }
        if let Some((_, label)) = self.kinds.iter().find(|(word, _)| Some(word) == filter.kind.as_ref()) {
            conditions.push((label.clone(), Asked { kind: none(), ..asked.clone() }));
        }
        if let Some(category) = filter.wall.category.as_deref() {
            let name = categories.name(category).to_owned();
            conditions.push((name, Asked { category: none(), ..asked.clone() }));
        }
        match filter.wall.states[..] {
            [] => {}
            [state] => conditions.push((state.label().to_owned(), Asked { state: none(), ..asked.clone() })),
            _ => conditions.push(("未办结".to_owned(), Asked { state: none(), ..asked.clone() })),
        }
        if filter.overdue_on.is_some() {
            conditions.push(("已超期".to_owned(), Asked { due: none(), ..asked.clone() }));
        }
        if filter.owner_person.is_some() {
            conditions.push(("我承办的".to_owned(), Asked { owner: none(), ..asked }));
        }
        conditions
    }

    /// The fields to narrow by, with what is chosen.
    pub(crate) fn bar(&self, categories: &Categories, path: &str) -> FilterBar {
        let asked = &self.asked;
        let words = Field::search("q", "关键词或编号").value(&asked.q).with("placeholder", "例如：自来水");
        let mut bar = FilterBar::new(path).field(words);
        if self.counties.len() > 1 {
            let counties = self.counties.iter().map(|county| Choice::new(&county.code, &county.name));
            bar = bar.field(select("county", "县（市、区）", "全部", counties).value(&asked.county));
        }
        if !self.towns.is_empty() {
            let towns = self.towns.iter().map(|town| Choice::new(&town.code, &town.name));
            bar = bar.field(select("town", "乡镇（街道）", "全部", towns).value(&asked.town));
        }
        let found = categories.all().iter().map(|category| Choice::new(&category.id, &category.name));
        let states = State::ALL.iter().map(|state| Choice::new(state.as_str(), state.label()));
        let states = std::iter::once(Choice::new(OPEN, "未办结")).chain(states);
        let late = std::iter::once(Choice::new("late", "已超期"));
        let mine = std::iter::once(Choice::new("mine", "我承办的"));
        let urgent = std::iter::once(Choice::new("due", "期限近的在前"));
        bar.field(select("category", "类别", "全部", found).value(&asked.category))
            .field(select("state", "状态", "全部（不含未受理）", states).value(&asked.state))
            .field(select("due", "期限", "全部", late).value(&asked.due))
            .field(select("owner", "承办", "全部", mine).value(&asked.owner))
            .field(
                select("kind", "事项", "问题", self.kinds.iter().map(|(word, label)| Choice::new(word, label)))
                    .value(&asked.kind),
            )
            .field(select("order", "排序", "新的在前", urgent).value(&asked.order))
    }
}

fn select(name: &str, label: &str, all: &str, choices: impl Iterator<Item = Choice>) -> Field {
    Field::select(name, label, std::iter::once(Choice::new("", all)).chain(choices).collect())
}

/// The counties in which the viewer may see cases; a department of the city may own some of any.
pub(crate) fn reached(site: &Site, scope: &Scope) -> Vec<RegionEntry> {
    let reaches = |county: Region| {
        scope.reaches.iter().any(|reach| match reach {
            Reach::Region(region) => *region == county,
            Reach::Subtree(org) => org.region == county || org.region == site.home,
        })
    };
    counties(site).into_iter().filter(|county| reaches(county.region)).collect()
}

/// Whoever works in a township or below it sees little of the others.
fn chooses_towns(viewer: &Viewer) -> bool {
    const WIDE: [OrgKind; 3] = [OrgKind::City, OrgKind::County, OrgKind::Department];
    viewer.grants_of(SEES).any(|grant| WIDE.contains(&grant.org_kind))
}
