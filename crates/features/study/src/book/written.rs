//! A book as an EPUB 3: for reading apps, which know no Word and no Markdown. The same book gives the same bytes.

use std::fmt::Write as _;
use std::io::{Cursor, Write as _};

use zip::result::ZipError;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::{Book, IMAGE_SCHEME};

const CONTAINER: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\
<container version=\"1.0\" xmlns=\"urn:oasis:names:tc:opendocument:xmlns:container\"><rootfiles>\
<rootfile full-path=\"book.opf\" media-type=\"application/oebps-package+xml\"/></rootfiles></container>";

/// The archive. `identifier` is the book's own (`urn:uuid:…`), `modified` the time of its edition (`2016-12-16T00:00:00Z`).
pub fn write_epub(book: &Book, identifier: &str, modified: &str) -> Result<Vec<u8>, ZipError> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let plain = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    let packed = SimpleFileOptions::default();
    let mut add = |name: &str, how, bytes: &[u8]| -> Result<(), ZipError> {
        archive.start_file(name, how)?;
        Ok(archive.write_all(bytes)?)
    };
    // First, and as it is: by it the file is known.
    add("mimetype", plain, b"application/epub+zip")?;
    add("META-INF/container.xml", packed, CONTAINER.as_bytes())?;
    add("book.opf", packed, package(book, identifier, modified).as_bytes())?;
    add("nav.xhtml", packed, contents(book).as_bytes())?;
    for (chapter, n) in book.chapters.iter().zip(1..) {
        add(&format!("c{n}.xhtml"), packed, page(&chapter.title, &body(book, &chapter.html)).as_bytes())?;
    }
    for (image, n) in book.images.iter().zip(0..) {
        add(&picture(n, image.media_type), plain, &image.bytes)?;
    }
    Ok(archive.finish()?.into_inner())
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

fn picture(n: usize, media_type: &str) -> String {
    format!("i{n}.{}", media_type.trim_start_matches("image/"))
}

fn package(book: &Book, identifier: &str, modified: &str) -> String {
    let language = if book.language.is_empty() { "zh-CN" } else { &book.language };
    let mut text = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><package xmlns=\"http://www.idpf.org/2007/opf\" version=\"3.0\" \
         unique-identifier=\"id\"><metadata xmlns:dc=\"http://purl.org/dc/elements/1.1/\">\
         <dc:identifier id=\"id\">{}</dc:identifier><dc:title>{}</dc:title><dc:language>{}</dc:language>",
        escaped(identifier),
        escaped(&book.title),
        escaped(language)
    );
    if !book.author.is_empty() {
        let _ = write!(text, "<dc:creator>{}</dc:creator>", escaped(&book.author));
    }
    let _ = write!(
        text,
        "<meta property=\"dcterms:modified\">{}</meta></metadata><manifest>\
         <item id=\"nav\" href=\"nav.xhtml\" media-type=\"application/xhtml+xml\" properties=\"nav\"/>",
        escaped(modified)
    );
    for n in 1..=book.chapters.len() {
        let _ = write!(text, "<item id=\"c{n}\" href=\"c{n}.xhtml\" media-type=\"application/xhtml+xml\"/>");
    }
    for (image, n) in book.images.iter().zip(0..) {
        let cover = if book.cover == Some(n) { " properties=\"cover-image\"" } else { "" };
        let (name, kind) = (picture(n, image.media_type), image.media_type);
        let _ = write!(text, "<item id=\"i{n}\" href=\"{name}\" media-type=\"{kind}\"{cover}/>");
    }
    text.push_str("</manifest><spine>");
    for n in 1..=book.chapters.len() {
        let _ = write!(text, "<itemref idref=\"c{n}\"/>");
    }
    text.push_str("</spine></package>");
    text
}

fn contents(book: &Book) -> String {
    let mut list = String::from("<nav epub:type=\"toc\"><h1>目录</h1><ol>");
    for (chapter, n) in book.chapters.iter().zip(1..) {
        let _ = write!(list, "<li><a href=\"c{n}.xhtml\">{}</a></li>", escaped(&chapter.title));
    }
    list.push_str("</ol></nav>");
    page("目录", &list)
}

fn page(title: &str, body: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><!DOCTYPE html><html xmlns=\"http://www.w3.org/1999/xhtml\" \
         xmlns:epub=\"http://www.idpf.org/2007/ops\"><head><title>{}</title></head><body>{body}</body></html>",
        escaped(title)
    )
}

/// Clean HTML as XML: what stands alone is closed, and the one entity that XML does not know is written as a number.
fn body(book: &Book, html: &str) -> String {
    let mut out = String::with_capacity(html.len() + 64);
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        let (text, tag) = rest.split_at(at);
        out.push_str(text);
        let end = tag.find('>').map_or(tag.len(), |end| end + 1);
        let (tag, after) = tag.split_at(end);
        let name: String = tag.trim_start_matches('<').chars().take_while(char::is_ascii_alphanumeric).collect();
        if ["br", "hr", "img", "col", "wbr"].contains(&name.as_str()) && !tag.ends_with("/>") {
            out.push_str(tag.trim_end_matches('>'));
            out.push_str("/>");
        } else {
            out.push_str(tag);
        }
        rest = after;
    }
    out.push_str(rest);
    let mut out = out.replace("&nbsp;", "&#160;");
    for (image, n) in book.images.iter().zip(0..) {
        out = out.replace(&format!("\"{IMAGE_SCHEME}{n}\""), &format!("\"{}\"", picture(n, image.media_type)));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::{Chapter, Image, read_book};
    use super::*;

    #[test]
    fn what_is_written_is_read_back() {
        let chapter =
            |title: &str, html: &str| Chapter { title: title.into(), depth: 0, html: html.into(), text: String::new() };
        let png = b"\x89PNG\r\n\x1a\nrest".to_vec();
        let book = Book {
            title: "山里&的水".into(),
            author: "作者甲".into(),
            language: "zh-CN".into(),
            chapters: vec![
                chapter(
                    "第一章 <渠>",
                    &format!("<p>水&nbsp;来<br>了</p><p><img src=\"{IMAGE_SCHEME}0\" alt=\"渠\"></p>"),
                ),
                chapter("第二章", "<p>树</p>"),
            ],
            images: vec![Image { media_type: "image/png", bytes: png.clone() }],
            cover: Some(0),
        };
        let bytes = write_epub(&book, "urn:uuid:0", "2016-12-16T00:00:00Z").unwrap();
        assert_eq!(&bytes[30..58], b"mimetypeapplication/epub+zip");
        let read = read_book("x.epub", &bytes).unwrap();
        assert_eq!((read.title.as_str(), read.author.as_str()), ("山里&的水", "作者甲"));
        let titles: Vec<&str> = read.chapters.iter().map(|chapter| chapter.title.as_str()).collect();
        assert_eq!(titles, ["第一章 <渠>", "第二章"]);
        assert!(read.chapters[0].text.contains('来') && read.chapters[0].html.contains(IMAGE_SCHEME));
        assert_eq!((read.images[0].bytes.clone(), read.cover), (png, Some(0)));
    }
}
