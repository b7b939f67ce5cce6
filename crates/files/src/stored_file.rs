use huiyin_base::{Day, Id, Region};
use huiyin_db::{row, text_enum};
use serde::{Deserialize, Serialize};

text_enum! {
    /// How far a file is.
    pub enum FileState {
        /// Sealed, never served.
        Accepted = "accepted" / "处理中",
        /// Re-encoded, servable.
        Clean = "clean" / "可以查看",
        /// A document as it came: sealed, given out whole and as an attachment only.
        Kept = "kept" / "可以下载",
        /// Not to be decoded; its content is deleted.
        Refused = "refused" / "无法打开",
    }
}

row! {
    /// A file as its row tells.
    #[derive(Clone, Debug)]
    pub struct StoredFile {
        /// Whose shard keeps it.
        pub region: Region,
        /// The file.
        pub id: Id,
        /// How far it is.
        pub state: FileState,
        /// Part of its address.
        pub token: String,
        /// What people call it: never the sender's file name, which may tell who or where.
        pub name: String,
        /// The kind of content, of the original until it is clean.
        pub media_type: String,
        /// Size in bytes.
        pub bytes: i64,
        /// In pixels.
        pub width: Option<i64>,
        /// In pixels.
        pub height: Option<i64>,
        /// When it came, no finer than the day.
        pub created_day: Day,
    }
}

/// A file whose content is on disk and whose row is still to be written, with [`crate::store::file_add`]. A form of several
/// steps carries it, sealed, from one to the next.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct NewFile {
    /// Whose shard keeps it.
    pub region: Region,
    /// The file: what a case refers to, and the payload of the job that cleans it.
    pub id: Id,
    /// Part of its address.
    pub token: String,
    /// The kind of content that was found in it.
    pub media_type: String,
    /// Size in bytes.
    pub bytes: i64,
    /// In pixels, by its header.
    pub width: u32,
    /// In pixels, by its header.
    pub height: u32,
    /// When it came.
    pub created_day: Day,
}

impl NewFile {
    /// Whether it is a picture, which is cleaned before anybody sees it; otherwise a document, which stays as it came.
    pub fn is_picture(&self) -> bool {
        self.media_type.starts_with("image/")
    }
}
