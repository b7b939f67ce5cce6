use huiyin_base::{Day, Problem, Region};
use huiyin_db::Tx;
use huiyin_directory::{OrgRef, Regions};
use huiyin_figures::{Cut, Period, Place};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;

use crate::store;

/// The longest period, about three years: a row for each month, and a stock is replayed to the end of each.
const LONGEST_DAYS: i64 = 1_096;
/// Nothing is kept of the years before.
const FIRST_YEAR: i32 = 2000;

/// The query of a page of figures, as it came. Empty fields are as if they had not been given.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Query {
    pub(crate) county: String,
    pub(crate) township: String,
    pub(crate) category: String,
    pub(crate) month: String,
    pub(crate) from: String,
    pub(crate) to: String,
    /// The code of the organisation responsible.
    pub(crate) unit: String,
    /// A sub-category's word.
    pub(crate) sub: String,
    /// A mark, 1 to 5.
    pub(crate) score: String,
    /// The short number after which a list goes on.
    pub(crate) after: String,
}

/// What is asked for, understood.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) cut: Cut,
    pub(crate) county: Option<County>,
    pub(crate) township: Option<Township>,
    /// The organisation responsible.
    pub(crate) unit: Option<Township>,
    /// Anybody may be reading: villages where few people live are not named.
    pub(crate) public: bool,
    /// The period was given and so belongs into every link.
    dated: bool,
}

/// A county of the city.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct County {
    pub(crate) region: Region,
    pub(crate) code: String,
    pub(crate) name: String,
}

/// A township of a county, or a village of a township.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Township {
    pub(crate) org: OrgRef,
    pub(crate) code: String,
    pub(crate) name: String,
}

/// The place or unit as the public may ask for it: for a village where few people live its township answers.
async fn shown(tx: &mut Tx, asked: Township) -> Result<Township, Problem> {
    if store::is_public(tx, asked.org).await? {
        return Ok(asked);
    }
    store::township_of(tx, asked.org).await?.ok_or_else(Problem::not_found)
}

impl Asked {
    /// Understands `query`; a place that does not exist is not found, a wrong date is as if it had not been given.
    pub(crate) async fn read(
        tx: &mut Tx,
        regions: &Regions,
        today: Day,
        query: &Query,
        public: bool,
    ) -> Result<Self, Problem> {
        let year = Period::year_to(today);
        let given = |text: &str| text.parse::<Day>().ok().filter(|day| day.year() >= FIRST_YEAR);
        let (from, to) = (given(&query.from), given(&query.to));
        let period = period(from, to.unwrap_or(year.to).min(today));
        let mut cut = Cut::city(period);
        if !query.category.is_empty() {
            cut = cut.of_category(&query.category);
        }
        if let Some(month) = query.month.parse().ok().filter(|month| period.months().contains(month)) {
            cut = cut.in_month(month);
        }
        if !query.sub.is_empty() {
            cut = cut.of_sub_category(&query.sub);
        }
        if let Some(score) = query.score.parse().ok().filter(|score| (1..=5).contains(score)) {
            cut = cut.of_score(score);
        }
        let mut asked =
            Self { cut, county: None, township: None, unit: None, public, dated: from.is_some() || to.is_some() };
        if !query.unit.is_empty() {
            let region = query.unit.get(..6).and_then(|code| regions.by_code(code)).ok_or_else(Problem::not_found)?;
            let unit = store::unit_find(tx, region, &query.unit).await?.ok_or_else(Problem::not_found)?;
            let unit = if public { shown(tx, unit).await? } else { unit };
            asked = asked.of_unit(unit);
        }
        if !query.county.is_empty() {
            let region = regions.by_code(&query.county).ok_or_else(Problem::not_found)?;
            let county = county_of(regions, region, period.to);
            asked.cut = asked.cut.at(Place::Region(region));
            if !query.township.is_empty() {
                let found = store::township_find(tx, region, &query.township).await?.ok_or_else(Problem::not_found)?;
                let found = if public { shown(tx, found).await? } else { found };
                asked.cut = asked.cut.at(Place::Org(found.org));
                asked.township = Some(found);
            }
            asked.county = Some(county);
        }
        Ok(asked)
    }

    /// The address of `path` with this cut.
    pub(crate) fn link(&self, path: &str) -> String {
        let mut pairs: Vec<(&str, String)> = Vec::new();
        pairs.extend(self.county.as_ref().map(|county| ("county", county.code.clone())));
        pairs.extend(self.township.as_ref().map(|township| ("township", township.code.clone())));
        pairs.extend(self.unit.as_ref().map(|unit| ("unit", unit.code.clone())));
        pairs.extend(self.cut.sub_category.as_ref().map(|word| ("sub", word.clone())));
        pairs.extend(self.cut.score.map(|score| ("score", score.to_string())));
        pairs.extend(self.cut.category.as_ref().map(|category| ("category", category.clone())));
        pairs.extend(self.cut.month.map(|month| ("month", month.to_string())));
        if self.dated {
            pairs.push(("from", self.cut.period.from.to_string()));
            pairs.push(("to", self.cut.period.to.to_string()));
        }
        with_query(path, &pairs)
    }

    /// What a filter's own fields do not say, and must not lose.
    pub(crate) fn kept(&self) -> Vec<(&'static str, String)> {
        let mut kept = Vec::new();
        kept.extend(self.unit.as_ref().map(|unit| ("unit", unit.code.clone())));
        kept.extend(self.cut.sub_category.as_ref().map(|word| ("sub", word.clone())));
        kept.extend(self.cut.score.map(|score| ("score", score.to_string())));
        if self.dated {
            kept.push(("from", self.cut.period.from.to_string()));
            kept.push(("to", self.cut.period.to.to_string()));
        }
        kept
    }

    /// The same over another county, township, category or month.
    pub(crate) fn in_county(&self, county: &County) -> Self {
        let cut = self.cut.at(Place::Region(county.region));
        Self { cut, county: Some(county.clone()), township: None, ..self.clone() }
    }

    pub(crate) fn in_township(&self, township: &Township) -> Self {
        Self { cut: self.cut.at(Place::Org(township.org)), township: Some(township.clone()), ..self.clone() }
    }

    pub(crate) fn of_unit(&self, unit: Township) -> Self {
        Self { cut: self.cut.of_owner(unit.org), unit: Some(unit), ..self.clone() }
    }

    pub(crate) fn of_sub_category(&self, word: &str) -> Self {
        Self { cut: self.cut.of_sub_category(word), ..self.clone() }
    }

    pub(crate) fn of_score(&self, score: i64) -> Self {
        Self { cut: self.cut.of_score(score), ..self.clone() }
    }

    pub(crate) fn of_category(&self, category: &str) -> Self {
        Self { cut: self.cut.of_category(category), ..self.clone() }
    }

    pub(crate) fn in_month(&self, month: i64) -> Self {
        Self { cut: self.cut.in_month(month), ..self.clone() }
    }

    /// The same without the place, the category, the month.
    pub(crate) fn everywhere(&self) -> Self {
        Self { cut: self.cut.at(Place::City), county: None, township: None, ..self.clone() }
    }

    pub(crate) fn of_every_category(&self) -> Self {
        Self { cut: Cut { category: None, ..self.cut.clone() }, ..self.clone() }
    }

    /// The same whoever is responsible, of every sub-category, with any mark or none.
    pub(crate) fn of_every_unit(&self) -> Self {
        Self { cut: Cut { owner: None, ..self.cut.clone() }, unit: None, ..self.clone() }
    }

    pub(crate) fn of_every_sub_category(&self) -> Self {
        Self { cut: Cut { sub_category: None, ..self.cut.clone() }, ..self.clone() }
    }

    pub(crate) fn of_every_score(&self) -> Self {
        Self { cut: Cut { score: None, ..self.cut.clone() }, ..self.clone() }
    }

    pub(crate) fn in_every_month(&self) -> Self {
        Self { cut: Cut { month: None, ..self.cut.clone() }, ..self.clone() }
    }

    /// “延安市”, or the county, or the township with its county.
    pub(crate) fn place_name(&self, city: &str) -> String {
        match (&self.county, &self.township) {
            (Some(county), Some(township)) => format!("{}{}", county.name, township.name),
            (Some(county), None) => county.name.clone(),
            (None, _) => city.to_owned(),
        }
    }

    /// “2016年1月1日至2016年12月16日”, or the month.
    pub(crate) fn period_name(&self) -> String {
        let days = self.cut.days();
        format!("{}至{}", days.from.chinese(), days.to.chinese())
    }
}

/// Up to `to`; from the beginning of its year where nothing else is asked for, and never longer than the tables can bear.
fn period(from: Option<Day>, to: Day) -> Period {
    let start = from.unwrap_or(Period::year_to(to).from);
    Period { from: start.clamp(to.plus(-LONGEST_DAYS), to), to }
}

/// The county as it was called on `day`.
pub(crate) fn county_of(regions: &Regions, region: Region, day: Day) -> County {
    let (code, name) = regions.named_on(region, day).unwrap_or_default();
    County { region, code: code.to_owned(), name: name.to_owned() }
}

/// “2016年2月”
pub(crate) fn month_name(month: i64) -> String {
    format!("{}年{}月", month / 100, month % 100)
}

/// “2月” among months of one year, otherwise with the year.
pub(crate) fn month_label(month: i64, months: &[i64]) -> String {
    let one_year = months.iter().all(|other| other / 100 == month / 100);
    if one_year { format!("{}月", month % 100) } else { month_name(month) }
}

fn with_query(path: &str, pairs: &[(&str, String)]) -> String {
    let mut address = path.to_owned();
    for (index, (key, value)) in pairs.iter().enumerate() {
        address.push(if index == 0 { '?' } else { '&' });
        address.push_str(key);
        address.push('=');
        address.extend(utf8_percent_encode(value, NON_ALPHANUMERIC));
    }
    address
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked() -> Asked {
        let day = |number| Day::from_number(number).unwrap();
        let cut = Cut::city(Period { from: day(20_160_101), to: day(20_161_216) });
        Asked { cut, county: None, township: None, unit: None, public: false, dated: false }
    }

    #[test]
    fn a_period_is_bounded() {
        let day = |number| Day::from_number(number).unwrap();
        let to = day(20_161_216);
        assert_eq!(period(None, to).from, day(20_160_101));
        assert_eq!(period(Some(day(20_161_217)), to).from, to);
        assert!(period(Some(day(20_000_101)), to).months().len() <= 37);
    }

    #[test]
    fn a_link_says_what_was_asked_for_and_no_more() {
        assert_eq!(asked().link("/figures"), "/figures");
        let county = County { region: Region::new(2983).unwrap(), code: "610602".into(), name: "宝塔区".into() };
        let narrow = asked().in_county(&county).of_category("水&路").in_month(201_602);
        assert_eq!(narrow.link("/figures"), "/figures?county=610602&category=%E6%B0%B4%26%E8%B7%AF&month=201602");
        assert_eq!(narrow.period_name(), "2016年2月1日至2016年2月29日");
        assert_eq!(narrow.place_name("延安市"), "宝塔区");
        let dated = Asked { dated: true, ..asked() };
        assert_eq!(dated.link("/figures"), "/figures?from=2016%2D01%2D01&to=2016%2D12%2D16");
    }
}
