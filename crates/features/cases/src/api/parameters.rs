//! What a program asks a list for. Unlike a page, which forgives, the interface says what does not fit.

use axum::response::Response;
use huiyin_base::{Day, Problem};
use huiyin_db::Tx;
use huiyin_web::api::refuse;
use huiyin_web::{Failure, Site};
use serde::{Deserialize, Serialize};

use crate::pages::{STATES, Spot, edge, spot};
use crate::store::{Order, Page, Towards, WallFilter};
use crate::{Categories, State};

/// The query of a list, as it came.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub(super) struct Asked {
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(super) place: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(super) category: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(super) sub_category: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(super) state: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(super) from: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(super) to: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(super) q: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(super) order: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(super) limit: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(super) after: String,
}

/// Why a list is not given.
pub(super) enum Stop {
    /// A parameter does not fit.
    Unfit(String),
    /// Anything else.
    Failure(Failure),
}

impl Stop {
    /// The answer to the program.
    pub(super) fn answer(self) -> Result<Response, Failure> {
        match self {
            Self::Unfit(message) => Ok(refuse("parameter_unfit", &Problem::invalid(message))),
            Self::Failure(failure) => Err(failure),
        }
    }
}

impl<E> From<E> for Stop
where
    Failure: From<E>,
{
    fn from(error: E) -> Self {
        Self::Failure(error.into())
    }
}

/// The most rows of a page.
const MOST: i64 = 100;
const USUAL: i64 = 20;

impl Asked {
    /// Understands the query; `echo` for lists of answers.
    pub(super) async fn read(
        &self,
        tx: &mut Tx,
        site: &Site,
        categories: &Categories,
        echo: bool,
    ) -> Result<(WallFilter, Page), Stop> {
        let place: Option<Spot> = match self.place.as_str() {
            "" => None,
            code => Some(spot(tx, site, code).await?),
        };
        let filter = WallFilter {
            category: self.category(categories)?,
            sub_category: self.sub_category(categories)?,
            states: self.states(echo)?,
            posted_from: day("from", &self.from)?,
            posted_to: day("to", &self.to)?,
            words: self.words()?,
            ..place.map(|place| place.filter).unwrap_or_default()
        };
        // What words find comes in the order in which it was raised, as on the pages.
        let order = match (self.order.as_str(), echo && filter.words.trim().is_empty()) {
            ("" | "newest", false) => Order::Newest,
            ("" | "newest", true) => Order::Answered,
            ("followed", _) => Order::Followed,
            _ => return Err(unfit("order", "newest 或 followed")),
        };
        let at = match self.after.as_str() {
            "" => None,
            number => {
                let at = edge(tx, site, number, order, Towards::Next).await?;
                Some(at.ok_or_else(|| unfit("after", "上一页最后一个问题的编号"))?)
            }
        };
        Ok((filter, Page { at, ..Page::first(self.limit()?).by(order) }))
    }

    /// The address of the page after `last`.
    pub(super) fn next(&self, path: &str, last: Option<&str>) -> Option<String> {
        let after = last?.to_owned();
        Some(format!("{path}?{}", huiyin_web::to_query(&Self { after, ..self.clone() })))
    }

    fn category(&self, categories: &Categories) -> Result<Option<String>, Stop> {
        match self.category.as_str() {
            "" if self.sub_category.is_empty() => Ok(None),
            word if categories.find(word).is_some() => Ok(Some(word.to_owned())),
            _ => Err(unfit("category", "/api/v1/categories 里的 id")),
        }
    }

    fn sub_category(&self, categories: &Categories) -> Result<Option<String>, Stop> {
        match self.sub_category.as_str() {
            "" => Ok(None),
            word if categories.sub(&self.category, word).is_some() => Ok(Some(word.to_owned())),
            _ => Err(unfit("sub_category", "所选类别下面的 id，见 /api/v1/categories")),
        }
    }

    fn states(&self, echo: bool) -> Result<Vec<State>, Stop> {
        if self.state.is_empty() {
            return Ok(Vec::new());
        }
        if echo {
            return Err(Stop::Unfit("回音都是已答复的，不能再选 state。".into()));
        }
        let several = STATES.iter().find(|(word, _, _)| *word == self.state).map(|(_, _, states)| states.to_vec());
        let one = || State::parse(&self.state).map(|state| vec![state]);
        several.or_else(one).ok_or_else(|| unfit("state", "open、waiting、working、paused、answered、moved 之一"))
    }

    fn words(&self) -> Result<String, Stop> {
        let fits = self.q.chars().count() <= 60;
        if fits { Ok(self.q.clone()) } else { Err(unfit("q", "60 字以内的关键词")) }
    }

    fn limit(&self) -> Result<i64, Stop> {
        match self.limit.as_str() {
            "" => Ok(USUAL),
            text => {
                let number = text.parse().ok().filter(|number| (1..=MOST).contains(number));
                number.ok_or_else(|| unfit("limit", "1 到 100 的整数"))
            }
        }
    }
}

/// A day written yyyy-mm-dd, of a year in which something can have been posted.
pub(super) fn day(name: &str, text: &str) -> Result<Option<Day>, Stop> {
    match text {
        "" => Ok(None),
        text => {
            let day = text.parse::<Day>().ok().filter(|day| (2000..=2200).contains(&day.year()));
            day.map(Some).ok_or_else(|| unfit(name, "2016-12-16 这样的日期"))
        }
    }
}

fn unfit(name: &str, wanted: &str) -> Stop {
    Stop::Unfit(format!("参数 {name} 不合适，应为{wanted}。"))
}
