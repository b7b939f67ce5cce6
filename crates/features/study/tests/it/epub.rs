//! EPUB 2 and 3, whole and dangerous.

use std::io::{Cursor, Write as _};

use huiyin_study::book::{Book, BookError, read_book};
use zip::write::SimpleFileOptions;

/// The first bytes of a PNG.
const PNG: &[u8] = b"\x89PNG\r\n\x1a\nrest";

const CONTAINER: &str = r#"<?xml version="1.0"?><container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">
<rootfiles><rootfile full-path="OEBPS/book.opf" media-type="application/oebps-package+xml"/></rootfiles></container>"#;

const PACKAGE: &str = r#"<?xml version="1.0" encoding="utf-8"?><package xmlns="http://www.idpf.org/2007/opf" version="2.0" unique-identifier="id">
<metadata xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:identifier id="id">urn:x</dc:identifier><dc:title>山里的水</dc:title>
<dc:creator>甲</dc:creator><dc:creator>乙</dc:creator><dc:language>zh-CN</dc:language><meta name="cover" content="pic"/></metadata>
<manifest><item id="ncx" href="toc.ncx" media-type="application/x-dtbncx+xml"/>
<item id="one" href="Text/%E4%B8%80.xhtml" media-type="application/xhtml+xml"/>
<item id="two" href="Text/two.xhtml" media-type="application/xhtml+xml"/>
<item id="pic" href="Images/a.png" media-type="image/png"/></manifest>
<spine toc="ncx"><itemref idref="one"/><itemref idref="two"/></spine></package>"#;

const NCX: &str = r#"<?xml version="1.0"?><ncx xmlns="http://www.daisy.org/z3986/2005/ncx/" version="2005-1"><head/><docTitle><text>x</text></docTitle><navMap>
<navPoint id="a" playOrder="1"><navLabel><text>第一章 修渠</text></navLabel><content src="Text/%E4%B8%80.xhtml"/>
<navPoint id="b" playOrder="2"><navLabel><text>一 开工</text></navLabel><content src="Text/two.xhtml#s"/></navPoint></navPoint></navMap></ncx>"#;

fn page(body: &str) -> String {
    format!(
        "<?xml version=\"1.0\"?><html xmlns=\"http://www.w3.org/1999/xhtml\"><head><title>t</title></head><body>{body}</body></html>"
    )
}

/// An archive of these parts, after the usual ones.
fn epub(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let usual: [(&str, &[u8]); 4] = [
        ("mimetype", b"application/epub+zip"),
        ("META-INF/container.xml", CONTAINER.as_bytes()),
        ("OEBPS/book.opf", PACKAGE.as_bytes()),
        ("OEBPS/toc.ncx", NCX.as_bytes()),
    ];
    for (name, bytes) in usual.iter().chain(parts) {
        archive.start_file(*name, SimpleFileOptions::default()).unwrap();
        archive.write_all(bytes).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

fn with_pages(one: &str, two: &str) -> Result<Book, BookError> {
    let (one, two) = (page(one), page(two));
    let parts: [(&str, &[u8]); 3] = [
        ("OEBPS/Text/一.xhtml", one.as_bytes()),
        ("OEBPS/Text/two.xhtml", two.as_bytes()),
        ("OEBPS/Images/a.png", PNG),
    ];
    read_book("下载.epub", &epub(&parts))
}

#[test]
fn chapters_contents_images_and_cover() {
    let book = with_pages("<h1>修渠</h1><p>水<img src=\"../Images/a.png\" alt=\"渠\"/></p>", "<p id=\"s\">开工了</p>")
        .unwrap();
    assert_eq!((book.title.as_str(), book.author.as_str(), book.language.as_str()), ("山里的水", "甲、乙", "zh-CN"));
    let told: Vec<(&str, u8, &str)> =
        book.chapters.iter().map(|chapter| (chapter.title.as_str(), chapter.depth, chapter.text.as_str())).collect();
    assert_eq!(told, [("第一章 修渠", 0, "修渠\n水"), ("一 开工", 1, "开工了")]);
    assert!(book.chapters[0].html.contains("src=\"book-image:0\""), "{}", book.chapters[0].html);
    assert_eq!((book.images.len(), book.images[0].media_type, book.cover), (1, "image/png", Some(0)));
}

#[test]
fn what_is_dangerous_is_refused_with_its_place() {
    let script = with_pages("<p>好</p>", "<script>alert(1)</script><p>二</p>").unwrap_err();
    assert_eq!(script, BookError::Script("一 开工".into()));
    let external = with_pages("<img src=\"http://a.example/1.gif\"/>", "<p>二</p>").unwrap_err();
    assert!(matches!(external, BookError::External(_)));
    let out = read_book("a.epub", &epub(&[("OEBPS/../../etc/x", b"1")])).unwrap_err();
    assert_eq!(out, BookError::Path("OEBPS/../../etc/x".into()));
    let locked = read_book("a.epub", &epub(&[("META-INF/encryption.xml", b"<enc:EncryptionMethod Algorithm=\"x\"/>")]));
    assert_eq!(locked, Err(BookError::Locked));
    let names: Vec<String> = (0..5_000).map(|n| format!("OEBPS/{n}")).collect();
    let crumbs: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), &b""[..])).collect();
    assert_eq!(read_book("a.epub", &epub(&crumbs)), Err(BookError::Bomb));
}

#[test]
fn what_is_broken_says_so() {
    let whole = epub(&[]);
    assert!(matches!(read_book("a.epub", &whole[..whole.len() / 2]), Err(BookError::Damaged(_))));
    assert!(matches!(read_book("a.epub", &whole), Err(BookError::Damaged(_))), "its pages are missing");
    assert_eq!(with_pages("<p> </p>", "").unwrap_err(), BookError::Empty);
    assert_eq!(read_book("a.exe", b"MZ\x90"), Err(BookError::Unknown));
    assert_eq!(read_book("a.txt", b""), Err(BookError::Empty));
}
