use huiyin_base::{Id, Instant, Region};
use huiyin_db::{row, text_enum};

text_enum! {
    /// What an import brings.
    pub enum ImportKind { Organisations = "organisations" / "机构", Members = "members" / "党员" }
}

text_enum! {
    /// How far an import is.
    pub enum ImportState {
        Reading = "reading" / "正在读取",
        Staged = "staged" / "等待检查",
        Checked = "checked" / "已检查，等待确认",
        Applying = "applying" / "正在导入",
        Complete = "complete" / "已完成",
        Discarded = "discarded" / "已放弃",
    }
}

text_enum! {
    /// What becomes of a row.
    pub enum RowAction {
        Add = "add" / "新增",
        Change = "change" / "更改",
        Move = "move" / "调整隶属",
        Same = "same" / "没有变化",
        Refuse = "refuse" / "有错误",
    }
}

/// A table as it was read from a file.
#[derive(Clone, Debug, Default)]
pub struct ImportTable {
    /// All headings of the file.
    pub headers: Vec<String>,
    /// For each wanted column its place among the headings.
    pub places: Vec<Option<usize>>,
    /// The rows with content.
    pub rows: Vec<SheetRow>,
    /// What was noticed while reading.
    pub notices: Vec<String>,
}

/// One row of a file.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct SheetRow {
    /// As the sheet numbers it, from 1.
    pub number: u32,
    /// The cells under the headings.
    pub cells: Vec<String>,
    /// Why the row could not be read.
    pub fault: Option<String>,
}

/// What an import is begun with.
#[derive(Clone, Debug)]
pub struct NewBatch {
    /// The batch; its region is the uploader's.
    pub id: Id,
    /// Organisations or members.
    pub kind: ImportKind,
    /// The file's name, as the uploader will know it again.
    pub file_name: String,
    /// The regions it may touch.
    pub scope: Vec<Region>,
    /// The uploader's account; none for the command line.
    pub created_by: Option<Id>,
}

row! {
    /// An import as its page shows it.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct ImportBatch {
        /// The uploader's region.
        pub region: Region,
        /// The batch.
        pub id: Id,
        /// Organisations or members.
        pub kind: ImportKind,
        /// The file's name.
        pub file_name: String,
        /// JSON: the headings of the file.
        pub headers: String,
        /// JSON: where the wanted columns stand.
        pub places: String,
        /// JSON: what was noticed while reading.
        pub notices: String,
        /// JSON: the regions it may touch.
        pub scope: String,
        /// How far it is.
        pub state: ImportState,
        /// Rows of the file.
        pub rows_total: i64,
        /// Rows with an error.
        pub rows_refused: i64,
        /// Rows that must be written.
        pub steps_total: i64,
        /// Rows that are written.
        pub steps_done: i64,
        /// The uploader's account.
        pub created_by: Option<Id>,
        /// When it was uploaded.
        pub created_at: Instant,
    }
}

impl ImportBatch {
    /// The headings of the file.
    pub fn header_list(&self) -> Vec<String> {
        serde_json::from_str(&self.headers).unwrap_or_default()
    }

    /// What was noticed while reading.
    pub fn notice_list(&self) -> Vec<String> {
        serde_json::from_str(&self.notices).unwrap_or_default()
    }

    /// The regions it may touch.
    pub fn regions(&self) -> Vec<Region> {
        serde_json::from_str(&self.scope).unwrap_or_default()
    }

    pub(crate) fn place_list(&self) -> Vec<Option<usize>> {
        serde_json::from_str(&self.places).unwrap_or_default()
    }
}
