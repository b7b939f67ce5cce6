//! What is in the files that somebody offers: a book, a document, recordings.

use data_encoding::HEXLOWER;
use huiyin_base::Problem;
use sha2::{Digest as _, Sha256};

use crate::book::{Book, Chapter, Image, MOST_BYTES, read_book};
use crate::store::{BookKind, MOST_CHAPTERS};

/// The most recordings of a series; the most characters of an address.
const SERIES: usize = 60;
const LINK: usize = 500;

/// What was found in the files.
#[derive(Clone, Debug, Default)]
pub struct Content {
    pub(crate) kind: Option<BookKind>,
    pub(crate) title: String,
    pub(crate) author: String,
    pub(crate) language: String,
    pub(crate) chapters: Vec<Chapter>,
    pub(crate) images: Vec<Image>,
    pub(crate) cover: Option<usize>,
    /// The file as it came, for reading apps.
    pub(crate) original: Option<Blob>,
    /// Recordings and documents, each with its title.
    pub(crate) media: Vec<(String, Blob)>,
    /// Somewhere else, over https.
    pub(crate) link: Option<String>,
    /// By which the same files are known again; none: it was made, or lies elsewhere.
    pub(crate) checksum: Option<String>,
}

/// Bytes with a name and a kind.
#[derive(Clone, Debug, Default)]
pub(crate) struct Blob {
    pub(crate) name: String,
    pub(crate) media_type: &'static str,
    pub(crate) bytes: Vec<u8>,
}

impl Content {
    /// What kind of thing it is.
    pub(crate) fn kind(&self) -> BookKind {
        self.kind.unwrap_or(BookKind::Text)
    }
}

impl From<Book> for Content {
    /// A book that was made, not read from a file.
    fn from(book: Book) -> Self {
        Self {
            kind: Some(BookKind::Text),
            title: book.title,
            author: book.author,
            language: book.language,
            chapters: book.chapters,
            images: book.images,
            cover: book.cover,
            ..Self::default()
        }
    }
}

/// Looks into the files, by their content and never by what they are called. It takes time: call it where that is no harm.
pub fn content(files: Vec<(String, Vec<u8>)>, link: &str) -> Result<Content, Problem> {
    let checksum = (!files.is_empty()).then(|| {
        let all = files.iter().fold(Sha256::new(), |all, (_, bytes)| all.chain_update(Sha256::digest(bytes)));
        HEXLOWER.encode(&all.finalize())
    });
    Ok(Content { checksum, ..looked_into(files, link)? })
}

fn looked_into(files: Vec<(String, Vec<u8>)>, link: &str) -> Result<Content, Problem> {
    let link = link.trim();
    let mut files = files.into_iter();
    let Some(first) = files.next() else { return linked(link) };
    if !link.is_empty() {
        return Err(Problem::invalid("文件和网址请只填一样。"));
    }
    let rest: Vec<(String, Vec<u8>)> = files.collect();
    if rest.is_empty() {
        return alone(first);
    }
    if rest.len() >= SERIES {
        return Err(Problem::invalid(format!("一套听书一次最多 {SERIES} 段。")));
    }
    let mut series = Content { kind: Some(BookKind::Audio), title: stem(&first.0), ..Content::default() };
    for (name, bytes) in std::iter::once(first).chain(rest) {
        match recording(&bytes) {
            Some((BookKind::Audio, media_type)) => {
                series.media.push((stem(&name), Blob { name: plain(&name), media_type, bytes }));
            }
            _ => return Err(Problem::invalid("一次只收一本书。只有听书的录音可以一次选多段。")),
        }
    }
    series.media.sort_by(|one, other| one.0.cmp(&other.0));
    Ok(series)
}

fn alone((name, bytes): (String, Vec<u8>)) -> Result<Content, Problem> {
    let title = stem(&name);
    if bytes.len() > MOST_BYTES {
        let megabytes = bytes.len().div_ceil(1 << 20);
        return Err(Problem::invalid(format!("这个文件有 {megabytes} MB，最多 64 MB。长的录音请分段上传。")));
    }
    if let Some((kind, media_type)) = recording(&bytes) {
        let blob = Blob { name: plain(&name), media_type, bytes };
        return Ok(Content {
            kind: Some(kind),
            title: title.clone(),
            media: vec![(title, blob)],
            ..Content::default()
        });
    }
    if bytes.starts_with(b"%PDF-") {
        return document(title, &name, bytes);
    }
    let book = read_book(&plain(&name), &bytes).map_err(|error| Problem::invalid(error.to_string()))?;
    if book.chapters.len() >= MOST_CHAPTERS {
        return Err(Problem::invalid("这个文件分出来的章节太多，不像一本书。请换一个文件。"));
    }
    let original = Blob { media_type: book_type(&name, &bytes), name: plain(&name), bytes };
    Ok(Content { original: Some(original), ..book.into() })
}

fn document(title: String, name: &str, bytes: Vec<u8>) -> Result<Content, Problem> {
    let runs = [&b"/JavaScript"[..], b"/Launch", b"/EmbeddedFile"];
    if runs.iter().any(|word| bytes.windows(word.len()).any(|window| window == *word)) {
        return Err(Problem::invalid(
            "这个 PDF 里有脚本或夹带的文件，为了安全不能收进来。请用“打印成 PDF”另存一份再上传。",
        ));
    }
    if !bytes[bytes.len().saturating_sub(2_048)..].windows(5).any(|window| window == b"%%EOF") {
        return Err(Problem::invalid("这个 PDF 没有传完或者坏了。请重新下载后再上传。"));
    }
    let blob = Blob { name: plain(name), media_type: "application/pdf", bytes };
    Ok(Content {
        kind: Some(BookKind::Document),
        title: title.clone(),
        media: vec![(title, blob)],
        ..Content::default()
    })
}

fn linked(link: &str) -> Result<Content, Problem> {
    if link.is_empty() {
        return Err(Problem::invalid("请选择一个文件，或写上音频、视频的网址。"));
    }
    let rest = link.strip_prefix("https://").unwrap_or_default();
    let host = rest.split('/').next().unwrap_or_default();
    let fair = host.contains('.') && !host.contains('@') && rest.chars().all(|letter| letter.is_ascii_graphic());
    if !fair || link.len() > LINK || link.contains(['"', '<', '>', '\\']) {
        return Err(Problem::invalid("网址要以 https:// 开头，不能有空格和中文。请从播放页面复制完整的网址。"));
    }
    let path = rest.split(['?', '#']).next().unwrap_or_default().to_ascii_lowercase();
    let heard = [".mp3", ".m4a", ".ogg", ".aac"].iter().any(|end| path.ends_with(end));
    let kind = if heard { BookKind::Audio } else { BookKind::Video };
    Ok(Content { kind: Some(kind), link: Some(link.to_owned()), ..Content::default() })
}

/// What is heard or watched, by its first bytes.
fn recording(bytes: &[u8]) -> Option<(BookKind, &'static str)> {
    match bytes {
        [b'I', b'D', b'3', ..] | [0xff, 0xfb | 0xf3 | 0xf2 | 0xfa, ..] => Some((BookKind::Audio, "audio/mpeg")),
        [b'O', b'g', b'g', b'S', ..] => Some((BookKind::Audio, "audio/ogg")),
        [_, _, _, _, b'f', b't', b'y', b'p', b'M', b'4', b'A', ..] => Some((BookKind::Audio, "audio/mp4")),
        [_, _, _, _, b'f', b't', b'y', b'p', ..] => Some((BookKind::Video, "video/mp4")),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'A', b'V', b'E', ..] => Some((BookKind::Audio, "audio/wav")),
        [0x1a, 0x45, 0xdf, 0xa3, ..] => Some((BookKind::Video, "video/webm")),
        _ => None,
    }
}

fn book_type(name: &str, bytes: &[u8]) -> &'static str {
    let end = name.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
    match end.as_str() {
        "docx" => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        _ if bytes.starts_with(b"PK") => "application/epub+zip",
        "md" | "markdown" => "text/markdown; charset=utf-8",
        _ => "text/plain; charset=utf-8",
    }
}

/// A name without folders and unseen marks.
fn plain(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    last.chars().filter(|letter| !letter.is_control() && !"\"<>|*?:".contains(*letter)).take(80).collect()
}

fn stem(name: &str) -> String {
    let name = plain(name);
    name.rsplit_once('.').map_or(name.clone(), |(stem, _)| stem.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(files: Vec<(&str, &[u8])>, link: &str) -> String {
        let files = files.into_iter().map(|(name, bytes)| (name.to_owned(), bytes.to_vec())).collect();
        content(files, link).unwrap_err().message
    }

    #[test]
    fn kinds_are_told_by_content() {
        let one = |name: &str, bytes: &[u8]| content(vec![(name.to_owned(), bytes.to_vec())], "").unwrap().kind();
        assert_eq!(one("a.txt", b"ID3rest"), BookKind::Audio);
        assert_eq!(one("a.md", "第一章 春\n字".as_bytes()).as_str(), "text");
        assert_eq!(one("a.bin", b"%PDF-1.4 x %%EOF"), BookKind::Document);
        assert_eq!(one("a.mp4", b"\0\0\0\x18ftypisom"), BookKind::Video);
    }

    #[test]
    fn what_is_no_book_is_refused_with_what_to_do() {
        assert!(refused(vec![], "").contains("请选择一个文件"));
        assert!(refused(vec![("a.pdf", b"%PDF-1.4 /JavaScript %%EOF")], "").contains("脚本"));
        assert!(refused(vec![("a.pdf", b"%PDF-1.4 cut")], "").contains("没有传完"));
        assert!(refused(vec![("a.txt", b"x"), ("b.txt", b"y")], "").contains("一次只收一本"));
        for link in ["http://a.example/x.m3u8", "https://user@a.example/", "https://a", "https://a.example/ x"] {
            assert!(refused(vec![], link).contains("https://"), "{link}");
        }
    }

    #[test]
    fn a_series_is_in_the_order_of_its_names() {
        let files = ["02.mp3", "01.mp3"].map(|name| (name.to_owned(), b"ID3".to_vec())).to_vec();
        let series = content(files, "").unwrap();
        let titles: Vec<&str> = series.media.iter().map(|(title, _)| title.as_str()).collect();
        assert_eq!(titles, ["01", "02"]);
    }
}
