//! Word files.

use std::io::{Cursor, Write as _};

use huiyin_study::book::{Book, BookError, read_book};
use zip::write::SimpleFileOptions;

const STYLES: &str = r#"<w:styles xmlns:w="w"><w:style w:styleId="1"><w:name w:val="heading 1"/></w:style>
<w:style w:styleId="t"><w:name w:val="Title"/></w:style></w:styles>"#;
const LINKS: &str = r#"<Relationships><Relationship Id="r1" Target="media/a.png"/>
<Relationship Id="r2" Target="http://a.example/x.png" TargetMode="External"/></Relationships>"#;

fn docx(body: &str) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let document =
        format!("<w:document xmlns:w=\"w\" xmlns:a=\"a\" xmlns:r=\"r\"><w:body>{body}</w:body></w:document>");
    let parts: [(&str, &[u8]); 4] = [
        ("word/document.xml", document.as_bytes()),
        ("word/styles.xml", STYLES.as_bytes()),
        ("word/_rels/document.xml.rels", LINKS.as_bytes()),
        ("word/media/a.png", b"\x89PNG\r\n\x1a\nrest"),
    ];
    for (name, bytes) in parts {
        archive.start_file(name, SimpleFileOptions::default()).unwrap();
        archive.write_all(bytes).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

fn paragraph(style: &str, inside: &str) -> String {
    format!("<w:p><w:pPr><w:pStyle w:val=\"{style}\"/></w:pPr><w:r><w:t>{inside}</w:t></w:r></w:p>")
}

fn read(body: &str) -> Result<Book, BookError> {
    read_book("讲稿.docx", &docx(body))
}

#[test]
fn headings_tables_and_pictures() {
    let body = [
        paragraph("t", "冬剪讲稿"),
        paragraph("1", "第一讲 为什么剪"),
        paragraph("", "光照 &lt; 产量 &amp; 品质"),
        "<w:p><w:r><a:blip r:embed=\"r1\"/><a:blip r:embed=\"r2\"/></w:r></w:p>".into(),
        "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>一月</w:t></w:r></w:p></w:tc></w:tr></w:tbl>".into(),
        paragraph("1", "第二讲"),
        paragraph("", "完"),
    ];
    let book = read(&body.concat()).unwrap();
    assert_eq!(book.title, "冬剪讲稿");
    let titles: Vec<&str> = book.chapters.iter().map(|chapter| chapter.title.as_str()).collect();
    assert_eq!(titles, ["第一讲 为什么剪", "第二讲"]);
    assert_eq!(book.chapters[0].text, "第一讲 为什么剪\n光照 < 产量 & 品质\n一月");
    assert_eq!(book.images.len(), 1, "what lies elsewhere is left out");
    assert!(book.chapters[0].html.contains("book-image:0") && book.chapters[0].html.contains("<td>"));
}

#[test]
fn what_is_broken_or_empty_says_so() {
    assert_eq!(read(""), Err(BookError::Empty));
    assert!(matches!(read("<w:p><w:r>"), Err(BookError::Damaged(_) | BookError::Empty)));
    let script = read(&paragraph("", "&lt;script&gt;alert(1)&lt;/script&gt;")).unwrap();
    assert!(!script.chapters[0].html.contains("<script"), "words stay words");
}
