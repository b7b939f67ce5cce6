//! Words that are no words of a problem but a place or a category: whoever searches for them is led there.

use huiyin_db::Tx;
use huiyin_web::{Result, Site};

use super::place::{counties, county_name};
use super::wall_asked::{Asked, Narrowed, address, day_asked};
use crate::{Categories, Category, SubCategory, store};

/// What was searched for, and where that leads.
pub(super) struct Hints {
    pub(super) words: String,
    /// Address and name.
    pub(super) links: Vec<(String, String)>,
    /// What was no day, as it was written.
    pub(super) unread: Vec<String>,
    /// What was asked for and does not exist.
    pub(super) strange: String,
    /// The first day is after the last.
    pub(super) reversed: bool,
    /// One letter stands in many words and is found as a word only.
    pub(super) short: bool,
}

/// So many places at most; a name that more of them begin with is no help.
const MOST: i64 = 6;

impl Hints {
    /// For a list that holds few rows or none.
    pub(super) async fn find(
        tx: &mut Tx,
        site: &Site,
        categories: &Categories,
        (narrowed, path): (&Narrowed, &str),
        few: bool,
    ) -> Result<Option<Self>> {
        let asked = &narrowed.asked;
        let unread = [&asked.from, &asked.to].into_iter().map(|text| text.trim());
        let unread = unread.filter(|text| !text.is_empty() && day_asked(text).is_none());
        let unread: Vec<String> = unread.map(|text| text.chars().take(20).collect()).collect();
        let words = asked.q.trim();
        let named = few && words.chars().count() >= 2 && words.chars().count() <= 20;
        let mut links = Vec::new();
        if named && words.chars().all(char::is_alphanumeric) {
            links.extend(categories.named(words).into_iter().map(|hit| category(hit, asked, path)));
            let regions: Vec<_> = counties(site).into_iter().map(|entry| entry.region).collect();
            let fewest = super::card::cases(site)?.book.rules.fewest_people;
            let places = store::places_named(tx, &regions, words, site.today(), MOST).await?;
            let shown = places.iter().filter(|place| place.is_shown(fewest));
            links.extend(shown.map(|place| {
                (format!("/places/{}", place.code), format!("{}{}", county_name(site, place.region), place.name))
            }));
        }
        let strange = narrowed.strange.join("、");
        let short = words.chars().count() == 1 && words.chars().all(char::is_alphanumeric);
        let (from, to) = (narrowed.filter.posted_from, narrowed.filter.posted_to);
        let reversed = from.zip(to).is_some_and(|(from, to)| from > to);
        let found = short || reversed || !links.is_empty() || !unread.is_empty() || !strange.is_empty();
        Ok(found.then(|| Self { words: words.to_owned(), links, unread, strange, reversed, short }))
    }
}

fn category((category, sub): (&Category, Option<&SubCategory>), asked: &Asked, path: &str) -> (String, String) {
    let narrowed = Asked {
        q: String::new(),
        category: category.id.clone(),
        sub: sub.map(|sub| sub.id.clone()).unwrap_or_default(),
        ..asked.bare()
    };
    let name = sub.map_or(&category.name, |sub| &sub.name);
    (address(path, &narrowed), format!("类别“{name}”"))
}
