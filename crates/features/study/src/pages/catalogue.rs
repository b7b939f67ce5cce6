//! The shelves: what is new, by kind, by collection, and what the words stand in.

use askama::Template;
use huiyin_base::{Day, Id};
use huiyin_web::components::{Button, Empty, Field, FilterBar, Pager, Tabs};
use huiyin_web::{Can, Ctx, Density, Query, Result, SignedIn, to_query};
use serde::Deserialize;

use crate::library::keeper;
use crate::reader::looker;
use crate::store::{Book, BookFilter, BookKind, book_list, collection_list, text_search};

/// Books of a page; passages of a search.
const PAGE: i64 = 24;
const PASSAGES: i64 = 20;
/// Letters around what was found.
const AROUND: usize = 36;

#[derive(Template)]
#[template(path = "catalogue.html")]
struct CataloguePage {
    bring: Option<Button>,
    filter: FilterBar,
    kinds: Tabs,
    collections: Vec<(String, String, String, bool)>,
    heading: String,
    books: Vec<Card>,
    passages: Vec<Passage>,
    empty: Option<Empty>,
    pager: Pager,
}

/// A book on a shelf.
pub(super) struct Card {
    pub(super) href: String,
    pub(super) cover: Option<String>,
    pub(super) title: String,
    pub(super) author: String,
    pub(super) kind: &'static str,
    pub(super) about: String,
}

impl Card {
    pub(super) fn of(book: &Book) -> Self {
        let edition = if book.edition > 1 {
            format!("{}第 {} 版", book.renewed_day.chinese(), book.edition)
        } else {
            format!("{}收进", book.added_day.chinese())
        };
        Self {
            href: format!("/library/{}", book.id),
            cover: book.cover.map(|cover| format!("/library/{}/files/{cover}", book.id)),
            title: book.title.clone(),
            author: book.author.clone(),
            kind: book.kind.label(),
            about: edition,
        }
    }
}

/// Where words were found.
pub(super) struct Passage {
    pub(super) href: String,
    pub(super) place: String,
    pub(super) before: String,
    pub(super) hit: String,
    pub(super) after: String,
}

/// The letters around the first of the words, as it stands in the text.
pub(super) fn around(text: &str, typed: &str) -> (String, String, String) {
    let letters: Vec<char> = text.chars().map(|letter| if letter == '\n' { ' ' } else { letter }).collect();
    let lower = |word: &str| word.to_lowercase().chars().collect::<Vec<char>>();
    let small: Vec<char> = letters.iter().map(|letter| letter.to_lowercase().next().unwrap_or(*letter)).collect();
    let hit = typed.split_whitespace().map(lower).find_map(|word| {
        let at = small.windows(word.len().max(1)).position(|window| window == word)?;
        Some((at, word.len()))
    });
    let (at, length) = hit.unwrap_or((0, 0));
    let from = at.saturating_sub(AROUND);
    let to = (at + length + AROUND).min(letters.len());
    let piece = |range: std::ops::Range<usize>| letters[range].iter().collect::<String>();
    let before = format!("{}{}", if from > 0 { "…" } else { "" }, piece(from..at));
    let after = format!("{}{}", piece(at + length..to), if to < letters.len() { "…" } else { "" });
    (before, piece(at..at + length), after)
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    q: String,
    kind: String,
    collection: String,
    after: String,
}

pub(crate) async fn list(ctx: Ctx, can: Can<SignedIn>, Query(asked): Query<Asked>) -> Result {
    let kind = BookKind::parse(&asked.kind);
    let collection: Option<Id> = asked.collection.parse().ok();
    let after = asked.after.split_once('_');
    let after: Option<(Day, Id)> = after.and_then(|(day, id)| Some((day.parse().ok()?, id.parse().ok()?)));
    let words: String = asked.q.trim().chars().take(60).collect();
    let mut tx = ctx.site.db.snapshot().await?;
    let looker = looker(&mut tx, &ctx.site, &can.viewer).await?;
    let filter = BookFilter { words: words.clone(), kind, collection, after, fetched: false };
    let mut books = book_list(&mut tx, &looker, &filter, PAGE + 1).await?;
    let found = if words.is_empty() || after.is_some() {
        Vec::new()
    } else {
        text_search(&mut tx, &looker, None, &words, PASSAGES).await?
    };
    let collections = collection_list(&mut tx).await?;
    drop(tx);
    let more = i64::try_from(books.len()).unwrap_or(0) > PAGE;
    books.truncate(usize::try_from(PAGE).unwrap_or(0));
    let word = kind.map_or("", BookKind::as_str);
    let chosen = collection.map(|id| id.to_string()).unwrap_or_default();
    let link = |kind: &str, collection: &str, after: &str| {
        let pairs = [("q", words.as_str()), ("kind", kind), ("collection", collection), ("after", after)];
        let pairs: Vec<_> = pairs.into_iter().filter(|(_, value)| !value.is_empty()).collect();
        if pairs.is_empty() { "/library".to_owned() } else { format!("/library?{}", to_query(&pairs)) }
    };
    let next = books.last().filter(|_| more);
    let next = next.map(|last| link(word, &chosen, &format!("{}_{}", last.renewed_day, last.id)));
    let tabs = Tabs::new("种类").tab("全部", link("", &chosen, ""), kind.is_none());
    let tabs = BookKind::ALL
        .iter()
        .fold(tabs, |tabs, each| tabs.tab(each.label(), link(each.as_str(), &chosen, ""), kind == Some(*each)));
    let named = collections.iter().find(|each| Some(each.id) == collection);
    let heading = match (named, words.is_empty()) {
        (Some(named), _) => named.title.clone(),
        (None, true) => "新到的书".to_owned(),
        (None, false) => format!("书名和作者里有“{words}”的"),
    };
    let empty = Empty::new(if words.is_empty() { "这里还没有书" } else { "没有找到" });
    let empty = empty.text(if words.is_empty() {
        "收进来的书会排在这里，新到的在最前面。"
    } else {
        "换一个短一点的词再试。"
    });
    let page = CataloguePage {
        bring: keeper(&can.viewer).map(|_| Button::secondary("收进一本书").icon("circle-plus").to("/library/new")),
        filter: FilterBar::new("/library")
            .field(Field::search("q", "找书，或找书里的一句话").value(&words).longest(60))
            .keep("kind", word)
            .keep("collection", &chosen),
        kinds: tabs,
        collections: collections
            .iter()
            .map(|each| {
                let on = Some(each.id) == collection;
                let href = link(word, &if on { String::new() } else { each.id.to_string() }, "");
                (href, each.title.clone(), each.text.clone(), on)
            })
            .collect(),
        heading,
        empty: (books.is_empty() && found.is_empty()).then(|| empty.icon("library")),
        books: books.iter().map(Card::of).collect(),
        passages: found
            .iter()
            .map(|found| {
                let (before, hit, after) = around(&found.text, &words);
                let href = format!("/library/{}/chapters/{}?{}", found.book, found.n, to_query(&[("q", &words)]));
                Passage { href, place: format!("《{}》{}", found.book_title, found.title), before, hit, after }
            })
            .collect(),
        pager: Pager::new(after.is_some().then(|| link(word, &chosen, "")), next),
    };
    ctx.page("书库", Density::Calm, &page)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_passage_shows_the_words_with_what_is_around_them() {
        let text = format!("{}水渠通了。", "土".repeat(60));
        let (before, hit, after) = around(&text, "水渠");
        assert_eq!((before.chars().count(), hit.as_str(), after.as_str()), (AROUND + 1, "水渠", "通了。"));
        assert_eq!(around("短", "没有"), (String::new(), String::new(), "短".to_owned()));
        assert_eq!(around("", "x").1, "");
    }
}
