//! Plain text as offices and the web hand it around: any of the usual encodings, chapters by their headings.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::sync::LazyLock;

use encoding_rs::{GB18030, UTF_16BE, UTF_16LE};
use regex::Regex;

use super::pages::paged;
use super::{Book, BookError};

/// The text in whichever of UTF-8, UTF-16 and GB18030 it is.
pub(super) fn decoded(bytes: &[u8]) -> Result<Cow<'_, str>, BookError> {
    for (mark, encoding) in [(&[0xff, 0xfe][..], UTF_16LE), (&[0xfe, 0xff], UTF_16BE)] {
        if bytes.starts_with(mark) {
            let (text, broken) = encoding.decode_with_bom_removal(bytes);
            return if broken { Err(BookError::Encoding(1)) } else { Ok(text) };
        }
    }
    if bytes.iter().take(8_192).any(|byte| *byte == 0) {
        return Err(BookError::Unknown);
    }
    let plain = bytes.strip_prefix(&[0xef, 0xbb, 0xbf]).unwrap_or(bytes);
    if let Ok(text) = std::str::from_utf8(plain) {
        return Ok(text.into());
    }
    if let Some(text) = GB18030.decode_without_bom_handling_and_without_replacement(plain) {
        return Ok(text);
    }
    let valid = std::str::from_utf8(plain).err().map_or(0, |error| error.valid_up_to());
    Err(BookError::Encoding(plain[..valid].split(|byte| *byte == b'\n').count()))
}

#[expect(clippy::unwrap_used, reason = "a constant, read by the tests of this file")]
static HEADING: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^[ \t　]*(?:(?:第[0-9零〇一二三四五六七八九十百千两]{1,8}[章回节篇卷部集讲课])[ \t　:：、]?.{0,40}|(?:序|序言|前言|引言|后记|附录|尾声)(?:[ \t　:：].{0,40})?)[ \t　]*$").unwrap()
});

/// One chapter a heading such as 第一章; all of it where there is none.
pub(super) fn read(text: &str) -> Book {
    let mut book = Book::default();
    let (mut title, mut html) = ("正文".to_owned(), String::new());
    for line in text.lines() {
        let words = line.trim_matches(|char: char| char.is_whitespace() || char == '　');
        if words.is_empty() {
            continue;
        }
        let safe = ammonia_text(words);
        if HEADING.is_match(line) {
            end(&mut book, &title, &mut html);
            words.clone_into(&mut title);
            let _ = write!(html, "<h2>{safe}</h2>");
        } else {
            let _ = write!(html, "<p>{safe}</p>");
        }
    }
    end(&mut book, &title, &mut html);
    book
}

fn end(book: &mut Book, title: &str, html: &mut String) {
    if !html.is_empty() {
        book.chapters.extend(paged(title, 0, &std::mem::take(html)));
    }
}

/// Escaped as little as HTML asks for: spaces and slashes stay as they are.
fn ammonia_text(words: &str) -> String {
    words.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chapters_by_their_headings() {
        let book = read("　　前言\n写在前面。\n\n第一章 春耕\n　　一段 <b>。\n第二段。\n第十二回：秋收\n末段。");
        let titles: Vec<&str> = book.chapters.iter().map(|chapter| chapter.title.as_str()).collect();
        assert_eq!(titles, ["前言", "第一章 春耕", "第十二回：秋收"]);
        assert_eq!(book.chapters[1].text, "第一章 春耕\n一段 <b>。\n第二段。");
        assert!(book.chapters[1].html.contains("&lt;b&gt;"));
    }

    #[test]
    fn a_sentence_that_begins_like_a_heading_is_none() {
        let long = format!("第一章{}", "说".repeat(60));
        assert_eq!(read(&format!("{long}\n下一段")).chapters.len(), 1);
    }

    #[test]
    fn encodings() {
        let (gbk, _, _) = GB18030.encode("第一章 修渠\n水来了。");
        assert_eq!(decoded(&gbk).unwrap(), "第一章 修渠\n水来了。");
        assert_eq!(decoded(b"\xff\xfe\x2c\x7b").unwrap(), "第");
        assert_eq!(decoded(b"a\nb\n\xff\xff\xff"), Err(BookError::Encoding(3)));
        assert_eq!(decoded(b"\x00\x01"), Err(BookError::Unknown));
    }
}
