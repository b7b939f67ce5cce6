//! Long chapters become pages of a size that a weak network carries.

use scraper::{ElementRef, Html};

use super::Chapter;
use super::clean::words;

/// A page has about so many characters at most; one paragraph is never cut.
pub const PAGE_CHARS: usize = 9_000;

/// One chapter as one page, or as several with the same title and a number.
pub(super) fn paged(title: &str, depth: u8, html: &str) -> Vec<Chapter> {
    if words(html).chars().count() <= PAGE_CHARS {
        return vec![page(title.to_owned(), depth, html.to_owned())];
    }
    let mut pages: Vec<String> = Vec::new();
    let (mut current, mut length) = (String::new(), 0);
    for block in blocks(html) {
        // With the end of its line.
        let chars = words(&block).chars().count() + 1;
        if length > 0 && length + chars > PAGE_CHARS {
            pages.push(std::mem::take(&mut current));
            length = 0;
        }
        current.push_str(&block);
        length += chars;
    }
    pages.push(current);
    let several = pages.len() > 1;
    let named = |(at, html): (usize, String)| {
        let title = if several { format!("{title}（{}）", at + 1) } else { title.to_owned() };
        page(title, depth, html)
    };
    pages.into_iter().enumerate().map(named).collect()
}

fn page(title: String, depth: u8, html: String) -> Chapter {
    let text = words(&html);
    Chapter { title, depth, html, text }
}

/// The outermost blocks; what only wraps everything is opened.
fn blocks(html: &str) -> Vec<String> {
    let page = Html::parse_fragment(html);
    let mut root = page.root_element();
    loop {
        let inside: Vec<ElementRef<'_>> = root.child_elements().collect();
        match inside[..] {
            [only] if matches!(only.value().name(), "div" | "section") => root = only,
            _ => break,
        }
    }
    let child = |node: ego_tree::NodeRef<'_, scraper::Node>| match ElementRef::wrap(node) {
        Some(element) => element.html(),
        // Text outside every paragraph.
        None => node.value().as_text().map(|text| ammonia::clean_text(text)).unwrap_or_default(),
    };
    root.children().map(child).filter(|block| !block.trim().is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_chapter_is_cut_between_paragraphs_and_nothing_is_lost() {
        let paragraphs: Vec<String> = (0..200).map(|n| format!("<p>第{n}段{}</p>", "字".repeat(200))).collect();
        let html = paragraphs.concat();
        let whole = words(&html);
        let pages = paged("第一章", 0, &format!("<section><div>{html}</div></section>"));
        assert!(pages.len() > 3);
        assert!(pages.iter().all(|page| page.text.chars().count() <= PAGE_CHARS));
        assert_eq!(pages[1].title, "第一章（2）");
        let joined: Vec<&str> = pages.iter().map(|page| page.text.as_str()).collect();
        assert_eq!(joined.join("\n"), whole);
    }

    #[test]
    fn a_short_one_stays_as_it_is() {
        let pages = paged("序", 1, "<p>短</p>");
        assert_eq!((pages.len(), pages[0].title.as_str(), pages[0].depth), (1, "序", 1));
    }
}
