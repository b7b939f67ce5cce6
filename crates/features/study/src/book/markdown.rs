//! Markdown: headings of the first and second rank begin chapters.

use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd, html};

use super::clean::clean;
use super::pages::paged;
use super::{Book, BookError};

/// Reads a text. The first heading of the first rank, where nothing stands before it, is the book's title.
pub(super) fn read(text: &str) -> Result<Book, BookError> {
    let mut book = Book::default();
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_FOOTNOTES;
    let mut part = Part { title: String::new(), depth: 0, events: Vec::new() };
    let mut heading: Option<String> = None;
    for event in Parser::new_ext(text, options) {
        if let Event::Start(Tag::Heading { level: HeadingLevel::H1 | HeadingLevel::H2, .. }) = &event {
            part.end(&mut book)?;
            let depth = u8::from(matches!(event, Event::Start(Tag::Heading { level: HeadingLevel::H2, .. })));
            part = Part { title: String::new(), depth, events: Vec::new() };
            heading = Some(String::new());
        }
        if let (Some(title), Event::Text(words) | Event::Code(words)) = (&mut heading, &event) {
            title.push_str(words);
        }
        if let Event::End(TagEnd::Heading(HeadingLevel::H1 | HeadingLevel::H2)) = &event {
            part.title = heading.take().unwrap_or_default();
            let first = book.chapters.is_empty() && book.title.is_empty();
            if first && matches!(event, Event::End(TagEnd::Heading(HeadingLevel::H1))) {
                book.title.clone_from(&part.title);
            }
        }
        part.events.push(event);
    }
    part.end(&mut book)?;
    Ok(book)
}

struct Part<'a> {
    title: String,
    depth: u8,
    events: Vec<Event<'a>>,
}

impl Part<'_> {
    fn end(&mut self, book: &mut Book) -> Result<(), BookError> {
        let mut page = String::new();
        html::push_html(&mut page, std::mem::take(&mut self.events).into_iter());
        let title = if self.title.is_empty() { "正文" } else { &self.title };
        let clean = clean(&page, title, &|_| None)?;
        if !clean.trim().is_empty() {
            book.chapters.extend(paged(title, self.depth, &clean));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_begin_chapters() {
        let book = read("# 苹果树管理\n\n前言。\n\n## 冬剪\n\n第一段。\n\n- 一\n- 二\n\n## 夏剪\n\n| 月 | 活 |\n|--|--|\n| 6 | 疏果 |\n").unwrap();
        assert_eq!(book.title, "苹果树管理");
        let titles: Vec<(&str, u8)> =
            book.chapters.iter().map(|chapter| (chapter.title.as_str(), chapter.depth)).collect();
        assert_eq!(titles, [("苹果树管理", 0), ("冬剪", 1), ("夏剪", 1)]);
        assert!(book.chapters[1].html.contains("<li>一</li>") && book.chapters[2].html.contains("<td>疏果</td>"));
    }

    #[test]
    fn what_runs_is_refused() {
        assert!(matches!(read("# a\n\n<script>1</script>\n"), Err(BookError::Script(_))));
    }
}
