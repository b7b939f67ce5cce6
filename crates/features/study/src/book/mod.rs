//! From the bytes of a file to chapters, images and a cover. Pure: no database, no network, no files.

mod archive;
mod clean;
mod docx;
mod epub;
mod markdown;
mod pages;
mod size;
mod text;
mod written;

pub use clean::IMAGE_SCHEME;
pub use pages::PAGE_CHARS;
pub(crate) use size::sized;
pub use written::write_epub;

/// The largest file that is read, in bytes.
pub const MOST_BYTES: usize = 64 << 20;

/// A book as it was read from a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Book {
    /// As the file says it; its name where it says none.
    pub title: String,
    /// Whoever wrote it, as the file says; empty where it says nothing.
    pub author: String,
    /// `zh-CN`; empty where the file says nothing.
    pub language: String,
    /// In reading order; never empty.
    pub chapters: Vec<Chapter>,
    /// Every image that a chapter shows, and the cover.
    pub images: Vec<Image>,
    /// Which of the images is the cover.
    pub cover: Option<usize>,
}

/// One page to read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chapter {
    /// What the contents call it.
    pub title: String,
    /// How deep it stands in the contents: 0 for the outermost.
    pub depth: u8,
    /// Clean HTML; an image has the address [`IMAGE_SCHEME`] and its number.
    pub html: String,
    /// The same as plain text, one line a paragraph: for searching and for marks, which count its characters.
    pub text: String,
}

/// An image of a book.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Image {
    /// image/jpeg, image/png, image/gif or image/webp, by its first bytes.
    pub media_type: &'static str,
    /// As it stood in the file.
    pub bytes: Vec<u8>,
}

/// Why a file is no book for this library. The message says what to do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BookError {
    /// Larger than [`MOST_BYTES`].
    #[error("这个文件有 {0} MB，一本书最多 64 MB。请把里面的图片调小一些再上传。")]
    TooLarge(usize),
    /// Neither EPUB nor Word nor Markdown nor plain text.
    #[error(
        "认不出这个文件。请上传 EPUB（.epub）、Word（.docx）、Markdown（.md）或纯文本（.txt）；旧的 .doc 请先另存为 .docx。"
    )]
    Unknown,
    /// What it unpacks to is more than a book can be.
    #[error("这个文件解开以后太大，不像一本书。请换一个文件。")]
    Bomb,
    /// A name in the archive leads out of it.
    #[error("这个文件里有不安全的路径“{0}”，已拒绝。请换一个来源的文件。")]
    Path(String),
    /// Locked by the shop that sold it.
    #[error("这本书加了锁（DRM），系统打不开。请向提供的单位要没有加锁的版本。")]
    Locked,
    /// A page would run a script.
    #[error("这本书的“{0}”里有脚本程序，为了安全不能收进来。请换一个没有脚本的版本。")]
    Script(String),
    /// A page would ask another host for something.
    #[error("这本书的“{0}”要从别的网站取图片，离线看不了，也不安全。请换一个图片装在书里的版本。")]
    External(String),
    /// It cannot be read to its end.
    #[error("这个文件坏了或者没有传完（{0}）。请重新下载后再上传。")]
    Damaged(String),
    /// It has no text.
    #[error("这个文件里没有能读的文字。如果是扫描的图片，请换成文字版。")]
    Empty,
    /// Text in no encoding that is known.
    #[error("第 {0} 行的文字编码认不出来。请用 UTF-8 或 GBK 另存后再上传。")]
    Encoding(usize),
}

/// Reads a file of any of the formats; which, its content says and, for text, the end of its name.
///
/// # Errors
///
/// What [`BookError`] lists.
pub fn read_book(name: &str, bytes: &[u8]) -> Result<Book, BookError> {
    if bytes.len() > MOST_BYTES {
        return Err(BookError::TooLarge(bytes.len().div_ceil(1 << 20)));
    }
    let (stem, end) = name.rsplit_once('.').unwrap_or((name, ""));
    let end = end.to_ascii_lowercase();
    let mut book = match end.as_str() {
        _ if bytes.starts_with(b"PK") && docx::is_one(bytes) => docx::read(bytes)?,
        _ if bytes.starts_with(b"PK") => epub::read(bytes)?,
        "md" | "markdown" => markdown::read(&text::decoded(bytes)?)?,
        "txt" | "text" | "" => text::read(&text::decoded(bytes)?),
        _ => return Err(BookError::Unknown),
    };
    if book.title.trim().is_empty() {
        stem.trim().clone_into(&mut book.title);
    }
    book.chapters.retain(|chapter| !chapter.text.trim().is_empty() || chapter.html.contains("<img"));
    if book.chapters.is_empty() { Err(BookError::Empty) } else { Ok(book) }
}

/// The media type that the first bytes tell; only what every browser of the floor shows.
fn media_type(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [0xff, 0xd8, 0xff, ..] => Some("image/jpeg"),
        [0x89, b'P', b'N', b'G', ..] => Some("image/png"),
        [b'G', b'I', b'F', b'8', ..] => Some("image/gif"),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some("image/webp"),
        _ => None,
    }
}
