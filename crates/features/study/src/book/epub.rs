//! EPUB 2 and 3: spine, contents, images, cover.

use std::collections::HashMap;
use std::io::Cursor;

use percent_encoding::percent_decode_str;
use rbook::Epub;

use super::clean::{clean, words};
use super::pages::paged;
use super::{Book, BookError, Image, archive, media_type};

/// Reads a book from its archive.
pub(super) fn read(bytes: &[u8]) -> Result<Book, BookError> {
    archive::check(bytes)?;
    let damaged = |error: rbook::ebook::errors::EbookError| BookError::Damaged(error.to_string());
    let epub = Epub::read(Cursor::new(bytes.to_vec())).map_err(damaged)?;
    let mut pictures = Pictures::of(&epub)?;
    let mut book = Book {
        title: epub.metadata().title().map(|title| title.value().trim().to_owned()).unwrap_or_default(),
        author: authors(&epub),
        language: epub.metadata().languages().next().map(|tag| tag.value().to_owned()).unwrap_or_default(),
        ..Book::default()
    };
    let contents = contents(&epub);
    let mut depth = 0;
    for entry in epub.spine() {
        let Some(page) = entry.manifest_entry().filter(|_| entry.is_linear()) else { continue };
        let href = decoded(page.href().as_str());
        let text = page.read_str().map_err(|error| BookError::Damaged(error.to_string()))?;
        let known = contents.get(&href);
        let html = clean(&text, known.map_or(href.as_str(), |(title, _)| title.as_str()), &|address| {
            pictures.known.get(&resolved(&href, address)).copied()
        })?;
        let title = known.map_or_else(|| heading(&html, book.chapters.len() + 1), |(title, _)| title.clone());
        depth = known.map_or(depth, |(_, depth)| *depth);
        if !words(&html).is_empty() || html.contains("<img") {
            book.chapters.extend(paged(&title, depth, &html));
        }
    }
    book.cover =
        epub.manifest().cover_image().and_then(|cover| pictures.known.get(&decoded(cover.href().as_str())).copied());
    book.images = std::mem::take(&mut pictures.images);
    Ok(book)
}

fn authors(epub: &Epub) -> String {
    let names = epub.metadata().creators().map(|creator| creator.value().trim().to_owned());
    names.filter(|name| !name.is_empty()).collect::<Vec<_>>().join("、")
}

/// What the contents call a page, and how deep; the first entry that leads to a page names it.
fn contents(epub: &Epub) -> HashMap<String, (String, u8)> {
    let mut known = HashMap::new();
    let Some(root) = epub.toc().contents() else { return known };
    for entry in root.flatten() {
        let Some(href) = entry.href() else { continue };
        let path = decoded(href.path().as_str());
        let label = entry.label().split_whitespace().collect::<Vec<_>>().join(" ");
        let depth = u8::try_from(entry.depth().saturating_sub(1)).unwrap_or(u8::MAX);
        if !label.is_empty() {
            known.entry(path).or_insert((label, depth));
        }
    }
    known
}

/// The first heading of a page that the contents do not name.
fn heading(html: &str, n: usize) -> String {
    let page = scraper::Html::parse_fragment(html);
    let first = scraper::Selector::parse("h1, h2, h3").ok().and_then(|headings| {
        page.select(&headings).next().map(|heading| heading.text().collect::<String>().trim().to_owned())
    });
    first.filter(|title| !title.is_empty()).unwrap_or_else(|| format!("第 {n} 节"))
}

/// The images of the archive by their path; what is none by its first bytes is left out.
struct Pictures {
    images: Vec<Image>,
    known: HashMap<String, usize>,
}

impl Pictures {
    fn of(epub: &Epub) -> Result<Self, BookError> {
        let (mut images, mut known) = (Vec::new(), HashMap::new());
        for entry in epub.manifest().images() {
            let bytes = entry.read_bytes().map_err(|error| BookError::Damaged(error.to_string()))?;
            let Some(media_type) = media_type(&bytes) else { continue };
            known.insert(decoded(entry.href().as_str()), images.len());
            images.push(Image { media_type, bytes });
        }
        Ok(Self { images, known })
    }
}

fn decoded(href: &str) -> String {
    percent_decode_str(href).decode_utf8_lossy().into_owned()
}

/// An address as a page names it, from the root of the archive.
fn resolved(page: &str, address: &str) -> String {
    let address = decoded(address.split(['#', '?']).next().unwrap_or(address));
    let mut steps: Vec<&str> = page.split('/').collect();
    steps.pop();
    if address.starts_with('/') {
        steps = vec![""];
    }
    for step in address.split('/') {
        match step {
            "" | "." => {}
            ".." => {
                steps.pop();
            }
            step => steps.push(step),
        }
    }
    let path = steps.join("/");
    if page.starts_with('/') && !path.starts_with('/') { format!("/{path}") } else { path }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_resolved_against_their_page() {
        assert_eq!(resolved("/OEBPS/Text/a.xhtml", "../Images/a%20b.jpg"), "/OEBPS/Images/a b.jpg");
        assert_eq!(resolved("/OEBPS/a.xhtml", "img/x.png#top"), "/OEBPS/img/x.png");
        assert_eq!(resolved("/a.xhtml", "x.png"), "/x.png");
    }
}
