//! What stands behind the question mark of a wall's address, and what it means.

use huiyin_base::{Day, Region};
use huiyin_db::Tx;
use huiyin_web::components::{Choice, Field, FilterBar};
use huiyin_web::{Result, Site};
use serde::{Deserialize, Serialize};

use super::place::{self, Chosen, Place, counties, county_name};
use crate::store::{Order, PlaceName, WallFilter};
use crate::{Categories, State};

/// The query of a wall, as it came. Empty fields are as if they had not been given.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub(crate) struct Asked {
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) county: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) town: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) village: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) category: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) sub: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) state: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) from: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) to: String,
    /// A month as yyyymm: links of the figures and the map say it so.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) month: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) order: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) q: String,
    /// The number of the last case of the page before.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) after: String,
    /// The number of the first case of the page after.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) before: String,
}

/// How the states are offered: a few words that everybody understands.
pub(crate) const STATES: [(&str, &str, &[State]); 6] = [
    ("open", "还没答复", &State::OPEN),
    ("waiting", "等待交办", &[State::Posted]),
    ("working", "正在办理", &[State::Assigned, State::Signed, State::InHand, State::CloseRequested, State::Reopened]),
    ("paused", "暂缓办理", &[State::Paused]),
    ("answered", "已有回音", &State::ECHOED),
    ("moved", "合并或转送", &[State::Merged, State::Referred]),
];

/// The word under which the most followed stand first.
const FOLLOWED: &str = "followed";

impl Asked {
    /// The same list from its beginning.
    pub(crate) fn bare(&self) -> Self {
        Self { after: String::new(), before: String::new(), ..self.clone() }
    }

    /// Answers come by their day; what words find comes in the order in which it was raised: the index of words has no other.
    fn by_answer(&self, echo: bool) -> bool {
        echo && self.q.trim().is_empty()
    }

    pub(crate) fn order(&self, echo: bool) -> Order {
        match (self.order == FOLLOWED, self.by_answer(echo)) {
            (true, _) => Order::Followed,
            (false, true) => Order::Answered,
            (false, false) => Order::Newest,
        }
    }
}

/// An address with what is asked for.
pub(crate) fn address(path: &str, asked: &Asked) -> String {
    let query = huiyin_web::to_query(asked);
    if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
}

/// What is asked for, understood.
pub(crate) struct Narrowed {
    pub(crate) asked: Asked,
    pub(crate) filter: WallFilter,
    region: Option<Region>,
    place: Option<Place>,
    towns: Vec<PlaceName>,
    villages: Vec<PlaceName>,
    /// What the address asks for and what does not exist. A place that lies in another county than the one chosen is none of it: a form
    /// without scripts sends the township of the county that was chosen before.
    pub(crate) strange: Vec<&'static str>,
    echo: bool,
}

/// Understands what is asked for; what does not exist is as if it had not been asked for.
pub(crate) async fn narrowed(
    tx: &mut Tx,
    site: &Site,
    categories: &Categories,
    asked: Asked,
    echo: bool,
) -> Result<Narrowed> {
    let chosen = place::chosen(tx, site, &asked.county, &asked.town, &asked.village).await?;
    let (region, place) = match chosen {
        Chosen::Nothing => (None, None),
        Chosen::County(region) => (Some(region), None),
        Chosen::Place(place) => (Some(place.region), Some(place.public(site)?)),
    };
    let towns = match region {
        Some(region) => place::towns(tx, site, region).await?,
        None => Vec::new(),
    };
    let villages = match &place {
        Some(place) => place::public_villages(tx, site, place).await?,
        None => Vec::new(),
    };
    let states = STATES.iter().find(|(word, _, _)| *word == asked.state && !echo);
    let category = categories.find(&asked.category).map(|category| category.id.clone());
    let sub = categories.sub(&asked.category, &asked.sub).map(|sub| sub.id.clone());
    let strange = [
        ("县（市、区）", !asked.county.is_empty() && region.is_none()),
        ("类别", !asked.category.is_empty() && category.is_none()),
        ("进展", !asked.state.is_empty() && states.is_none() && !echo),
        ("月份", !asked.month.is_empty() && month(&asked.month).is_none()),
    ];
    let strange = strange.into_iter().filter_map(|(what, is)| is.then_some(what)).collect();
    let (posted_from, posted_to) = days(&asked);
    let mut filter = WallFilter {
        region,
        township: place.as_ref().map(|place| place.township.id),
        village: place.as_ref().and_then(|place| place.village.as_ref()).map(|village| village.id),
        category,
        sub_category: sub,
        states: states.map(|(_, _, states)| states.to_vec()).unwrap_or_default(),
        posted_from,
        posted_to,
        words: asked.q.chars().take(60).collect(),
        number: None,
    };
    // A number typed into the search finds its problem.
    if let Some((county, number)) = super::problem::numbered(site, &asked.q) {
        filter = WallFilter { region: Some(county), number: Some(number), ..WallFilter::default() };
    }
    Ok(Narrowed { asked, filter, region, place, towns, villages, strange, echo })
}

impl Narrowed {
    /// The fields to narrow by, with what is chosen: the place step by step, the rest folded away.
    pub(crate) fn bar(&self, site: &Site, categories: &Categories, path: &str) -> FilterBar {
        let asked = &self.asked;
        let today = site.today();
        let words = Field::search("q", "关键词或编号").value(&asked.q).with("placeholder", "例如：自来水、路灯、低保");
        let counties = counties(site).into_iter().map(|entry| Choice::new(&entry.code, &entry.name));
        let mut bar = FilterBar::new(path).field(words);
        bar = bar.field(select("county", "县（市、区）", "全市", counties).value(self.county_code(site)));
        if !self.towns.is_empty() {
            let chosen = self.place.as_ref().map_or("", |place| place.township.code.as_str());
            bar = bar.field(select("town", "乡镇（街道）", "全部", choices(&self.towns)).value(chosen));
        }
        if !self.villages.is_empty() {
            let chosen = self.place.as_ref().and_then(|place| place.village.as_ref());
            let chosen = chosen.map_or("", |village| village.code.as_str());
            bar = bar.field(select("village", "村（社区）", "全部", choices(&self.villages)).value(chosen));
        }
        let all = categories.all().iter().map(|found| Choice::new(&found.id, &found.name));
        bar = bar.field(select("category", "类别", "各类问题", all).value(&asked.category));
        if let Some(category) = categories.find(&asked.category).filter(|category| !category.sub.is_empty()) {
            let sub = category.sub.iter().map(|sub| Choice::new(&sub.id, &sub.name));
            bar = bar.field(select("sub", "小类", "全部", sub).value(&asked.sub));
        }
        if !self.echo {
            let states = STATES.iter().map(|(word, label, _)| Choice::new(word, *label));
            bar = bar.field(select("state", "进展", "全部进展", states).value(&asked.state));
        }
        self.folded(bar, today)
    }

    fn folded(&self, bar: FilterBar, today: Day) -> FilterBar {
        let day = |day: Option<Day>| day.map(|day| day.to_string()).unwrap_or_default();
        let (from, to) = (self.filter.posted_from, self.filter.posted_to);
        let newest = if self.asked.by_answer(self.echo) { "新答复的在前" } else { "新反映的在前" };
        let followed = std::iter::once(Choice::new(FOLLOWED, "关注多的在前"));
        let date = |name, label, value| {
            Field::date(name, label).value(day(value)).with("max", today.to_string()).with("placeholder", "2016-01-01")
        };
        bar.more(date("from", "哪天以后上墙", from), from.is_some())
            .more(date("to", "哪天以前上墙", to), to.is_some())
            .more(select("order", "排序", newest, followed).value(&self.asked.order), self.asked.order == FOLLOWED)
    }

    /// The conditions that hold now as chips, each with the list without it.
    pub(crate) fn chips(&self, bar: FilterBar, site: &Site, categories: &Categories, path: &str) -> FilterBar {
        let chips = self.conditions(site, categories);
        let bar = chips.iter().fold(bar, |bar, (label, without)| bar.chip(label, address(path, without)));
        if chips.len() > 1 { bar.clear(path) } else { bar }
    }

    fn conditions(&self, site: &Site, categories: &Categories) -> Vec<(String, Asked)> {
        let (bare, none) = (self.asked.bare(), String::new);
        let mut chips = Vec::new();
        if let Some(region) = self.region {
            let below = Asked { town: none(), village: none(), ..bare.clone() };
            chips.push((county_name(site, region), Asked { county: none(), ..below.clone() }));
            if let Some(place) = &self.place {
                chips.push((place.township.name.clone(), below));
                let village = place.village.as_ref();
                chips.extend(village.map(|found| (found.name.clone(), Asked { village: none(), ..bare.clone() })));
            }
        }
        if let Some(category) = categories.find(&self.asked.category) {
            let without = Asked { category: none(), sub: none(), ..bare.clone() };
            chips.push((category.name.clone(), without));
            let sub = categories.sub(&self.asked.category, &self.asked.sub);
            chips.extend(sub.map(|sub| (sub.name.clone(), Asked { sub: none(), ..bare.clone() })));
        }
        let state = STATES.iter().find(|(word, _, _)| *word == self.asked.state && !self.echo);
        chips.extend(state.map(|(_, label, _)| ((*label).to_owned(), Asked { state: none(), ..bare.clone() })));
        if let Some(words) = time_words(self.filter.posted_from, self.filter.posted_to) {
            chips.push((words, Asked { from: none(), to: none(), month: none(), ..bare.clone() }));
        }
        if !self.asked.q.trim().is_empty() {
            chips.push((format!("“{}”", self.asked.q.trim()), Asked { q: none(), ..bare }));
        }
        chips
    }

    /// Where the list lies: the code of the narrowest place, none for the whole city.
    pub(crate) fn place_code(&self, site: &Site) -> Option<String> {
        match &self.place {
            Some(place) => Some(place.village.as_ref().unwrap_or(&place.township).code.clone()),
            None => self.region.map(|_| self.county_code(site)),
        }
    }

    fn county_code(&self, site: &Site) -> String {
        let entry = self.region.and_then(|region| site.regions.get(region));
        entry.map(|entry| entry.code.clone()).unwrap_or_default()
    }
}

/// From and to, both included; a month stands for its days, a wrong day is as if it had not been given.
pub(crate) fn days(asked: &Asked) -> (Option<Day>, Option<Day>) {
    if let Some(first) = month(&asked.month) {
        let next = Day::new(first.year() + i32::from(first.month() == 12), first.month() % 12 + 1, 1);
        return (Some(first), next.map(|day| day.plus(-1)));
    }
    (day_asked(&asked.from), day_asked(&asked.to))
}

/// A day as somebody asks for it. Before and after these years nothing can have been posted, and no day of them has a place in a list.
pub(super) fn day_asked(text: &str) -> Option<Day> {
    text.trim().parse::<Day>().ok().filter(|day| (2000..=2200).contains(&day.year()))
}

/// The first day of a month written yyyymm.
pub(crate) fn month(text: &str) -> Option<Day> {
    let number: i64 = text.parse().ok().filter(|number| (200_001..=220_012).contains(number))?;
    Day::from_number(number * 100 + 1)
}

/// 2016年11月 · 2016年3月5日以后上墙 · …
fn time_words(from: Option<Day>, to: Option<Day>) -> Option<String> {
    Some(match (from, to) {
        (None, None) => return None,
        (Some(from), None) => format!("{}以后上墙", from.chinese()),
        (None, Some(to)) => format!("{}以前上墙", to.chinese()),
        (Some(from), Some(to))
            if crate::item::month_of(to.plus(1)) == to.plus(1) && crate::item::month_of(to) == from =>
        {
            format!("{}年{}月上墙", from.year(), from.month())
        }
        (Some(from), Some(to)) => format!("{}至{}上墙", from.chinese(), to.chinese()),
    })
}

fn choices(places: &[PlaceName]) -> impl Iterator<Item = Choice> {
    places.iter().map(|place| Choice::new(&place.code, &place.name))
}

fn select(name: &str, label: &str, all: &str, choices: impl Iterator<Item = Choice>) -> Field {
    Field::select(name, label, std::iter::once(Choice::new("", all)).chain(choices).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_read_and_said() {
        let asked = |month: &str, from: &str, to: &str| Asked {
            month: month.into(),
            from: from.into(),
            to: to.into(),
            ..Asked::default()
        };
        let said = |asked: Asked| {
            let (from, to) = days(&asked);
            time_words(from, to)
        };
        assert_eq!(said(asked("201602", "", "")).as_deref(), Some("2016年2月上墙"));
        assert_eq!(said(asked("201612", "2016-01-01", "")).as_deref(), Some("2016年12月上墙"));
        assert_eq!(said(asked("", "2016-03-05", "")).as_deref(), Some("2016年3月5日以后上墙"));
        assert_eq!(said(asked("", "", "2016-03-05")).as_deref(), Some("2016年3月5日以前上墙"));
        for wrong in ["2016-02-30", "yesterday", "0001-01-01", "9999-12-31"] {
            assert_eq!(said(asked("", wrong, wrong)), None, "{wrong}");
        }
        assert_eq!(said(asked("201613", "", "")), None);
    }

    #[test]
    fn an_address_says_only_what_was_asked_for() {
        assert_eq!(address("/wall", &Asked::default()), "/wall");
        let asked = Asked { county: "610602".into(), q: "水管".into(), after: "x".into(), ..Asked::default() };
        assert_eq!(address("/wall", &asked.bare()), "/wall?county=610602&q=%E6%B0%B4%E7%AE%A1");
    }
}
