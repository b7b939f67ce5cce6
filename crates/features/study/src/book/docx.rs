//! Word files (.docx): paragraphs, headings, tables, pictures. Headings of the first and second rank begin chapters.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::io::{Cursor, Read as _};

use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};
use zip::ZipArchive;

use super::clean::clean;
use super::pages::paged;
use super::{Book, BookError, Image, archive, media_type};

type Archive<'a> = ZipArchive<Cursor<&'a [u8]>>;

/// Where the text of a Word file stands.
const DOCUMENT: &str = "word/document.xml";

/// Whether an archive is a Word file.
pub(super) fn is_one(bytes: &[u8]) -> bool {
    ZipArchive::new(Cursor::new(bytes)).is_ok_and(|archive| archive.index_for_name(DOCUMENT).is_some())
}

/// Reads a Word file.
pub(super) fn read(bytes: &[u8]) -> Result<Book, BookError> {
    archive::check(bytes)?;
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|error| BookError::Damaged(error.to_string()))?;
    let styles = styles(&part(&mut archive, "word/styles.xml").unwrap_or_default())?;
    let links = links(&part(&mut archive, "word/_rels/document.xml.rels").unwrap_or_default())?;
    let text = part(&mut archive, DOCUMENT).ok_or_else(|| BookError::Damaged(DOCUMENT.to_owned()))?;
    let mut draft = Draft::default();
    draft.walk(&text, &styles)?;
    draft.end();
    let mut book = Book { title: draft.title.clone(), ..Book::default() };
    let mut known: HashMap<String, usize> = HashMap::new();
    for id in &draft.pictures {
        let Some(bytes) = links.get(id).and_then(|target| bytes_of(&mut archive, target)) else { continue };
        let Some(media_type) = media_type(&bytes) else { continue };
        known.insert(id.clone(), book.images.len());
        book.images.push(Image { media_type, bytes });
    }
    for (title, depth, html) in draft.parts {
        let title = if title.is_empty() { "正文" } else { title.as_str() };
        let html = clean(&html, title, &|address| known.get(address).copied())?;
        book.chapters.extend(paged(title, depth, &html));
    }
    Ok(book)
}

fn bytes_of(archive: &mut Archive<'_>, name: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    archive.by_name(name).ok()?.read_to_end(&mut bytes).ok()?;
    Some(bytes)
}

fn part(archive: &mut Archive<'_>, name: &str) -> Option<String> {
    bytes_of(archive, name).map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
}

/// What the styles are called: `1` may be `heading 1`.
fn styles(text: &str) -> Result<HashMap<String, String>, BookError> {
    let (mut names, mut id) = (HashMap::new(), String::new());
    each(text, |event| {
        if let Event::Start(tag) | Event::Empty(tag) = event {
            match tag.local_name().as_ref() {
                "style" => id = attribute(tag, "styleId"),
                "name" => {
                    names.entry(id.clone()).or_insert_with(|| attribute(tag, "val").to_lowercase());
                }
                _ => {}
            }
        }
    })?;
    Ok(names)
}

/// Where the pictures lie, by the names under which the text shows them.
fn links(text: &str) -> Result<HashMap<String, String>, BookError> {
    let mut links = HashMap::new();
    each(text, |event| {
        if let Event::Start(tag) | Event::Empty(tag) = event
            && tag.local_name().as_ref() == "Relationship"
            && attribute(tag, "TargetMode") != "External"
        {
            links.insert(attribute(tag, "Id"), format!("word/{}", attribute(tag, "Target")));
        }
    })?;
    Ok(links)
}

/// Gives every event of an XML text to `take`. Entities of its own it may not declare: they are left out.
fn each(text: &str, mut take: impl FnMut(&Event<'_>)) -> Result<(), BookError> {
    let mut reader = Reader::from_str(text);
    loop {
        match reader.read_event() {
            Ok(Event::Eof) => return Ok(()),
            Ok(event) => take(&event),
            Err(error) => return Err(BookError::Damaged(error.to_string())),
        }
    }
}

fn attribute(tag: &BytesStart<'_>, name: &str) -> String {
    let mut all = tag.attributes().flatten();
    let found = all.find(|attribute| attribute.key.local_name().as_ref() == name);
    found
        .and_then(|attribute| {
            attribute.normalized_value(XmlVersion::Implicit1_0).ok().map(std::borrow::Cow::into_owned)
        })
        .unwrap_or_default()
}

/// The text as it is gathered.
#[derive(Default)]
struct Draft {
    title: String,
    /// Title, depth and HTML of the chapters.
    parts: Vec<(String, u8, String)>,
    pictures: Vec<String>,
    part: (String, u8, String),
    paragraph: String,
    plain: String,
    style: String,
    in_text: bool,
}

impl Draft {
    fn walk(&mut self, text: &str, styles: &HashMap<String, String>) -> Result<(), BookError> {
        each(text, |event| match event {
            Event::Start(tag) => self.open(tag),
            Event::Empty(tag) => {
                self.open(tag);
                self.close(tag.local_name().as_ref(), styles);
            }
            Event::End(tag) => self.close(tag.local_name().as_ref(), styles),
            Event::Text(words) if self.in_text => self.say(&words.xml10_content()),
            Event::GeneralRef(name) if self.in_text => {
                let known = match name.resolve_char_ref() {
                    Ok(Some(letter)) => letter.to_string(),
                    _ => quick_xml::escape::resolve_predefined_entity(&name.xml10_content()).unwrap_or_default().into(),
                };
                self.say(&known);
            }
            _ => {}
        })
    }

    fn say(&mut self, words: &str) {
        self.plain.push_str(words);
        self.paragraph.push_str(&words.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;"));
    }

    fn open(&mut self, tag: &BytesStart<'_>) {
        match tag.local_name().as_ref() {
            "t" => self.in_text = true,
            "pStyle" => self.style = attribute(tag, "val"),
            "br" | "cr" => self.paragraph.push_str("<br>"),
            "tab" => self.say(" "),
            "tbl" => self.part.2.push_str("<table><tbody>"),
            "tr" => self.part.2.push_str("<tr>"),
            "tc" => self.part.2.push_str("<td>"),
            "blip" => {
                let id = attribute(tag, "embed");
                let _ = write!(self.paragraph, "<img src=\"{}\">", id.replace(['"', '<', '>', '&'], ""));
                self.pictures.push(id);
            }
            _ => {}
        }
    }

    fn close(&mut self, name: &str, styles: &HashMap<String, String>) {
        match name {
            "t" => self.in_text = false,
            "tbl" => self.part.2.push_str("</tbody></table>"),
            "tr" => self.part.2.push_str("</tr>"),
            "tc" => self.part.2.push_str("</td>"),
            "p" => self.paragraph(styles),
            _ => {}
        }
    }

    fn paragraph(&mut self, styles: &HashMap<String, String>) {
        let (html, plain) = (std::mem::take(&mut self.paragraph), std::mem::take(&mut self.plain));
        let style = std::mem::take(&mut self.style);
        let style = styles.get(&style).cloned().unwrap_or_else(|| style.to_lowercase());
        let plain = plain.trim();
        if html.trim().is_empty() {
            return;
        }
        match style.replace(' ', "").as_str() {
            "title" if self.title.is_empty() => plain.clone_into(&mut self.title),
            "heading1" => self.chapter(plain, 0, &html),
            "heading2" => self.chapter(plain, 1, &html),
            "heading3" | "heading4" => {
                let _ = write!(self.part.2, "<h4>{html}</h4>");
            }
            _ => {
                let _ = write!(self.part.2, "<p>{html}</p>");
            }
        }
    }

    fn chapter(&mut self, title: &str, depth: u8, html: &str) {
        self.end();
        self.part = (title.to_owned(), depth, format!("<h2>{html}</h2>"));
    }

    fn end(&mut self) {
        let part = std::mem::take(&mut self.part);
        if !part.2.is_empty() {
            self.parts.push(part);
        }
    }
}
