use huiyin_base::{Day, Id, Instant, Region};
use huiyin_db::{row, text_enum};
use huiyin_directory::AccountRef;
use serde::{Deserialize, Serialize};

text_enum! {
    /// What a table brings.
    pub enum ImportKind { Ledger = "ledger" / "台账", Worksheet = "worksheet" / "答复表" }
}

text_enum! {
    /// How far an import is.
    pub enum ImportState {
        Staged = "staged" / "等待检查",
        Checked = "checked" / "已检查，等待确认",
        Applying = "applying" / "正在写入",
        Complete = "complete" / "已完成",
        Discarded = "discarded" / "已放弃",
    }
}

text_enum! {
    /// What becomes of a row.
    pub enum ImportAction {
        Add = "add" / "可以导入",
        Twin = "twin" / "可能重复",
        Skip = "skip" / "略过",
        Refuse = "refuse" / "有错误",
        Conflict = "conflict" / "情况有变",
        Done = "done" / "已写入",
    }
}

text_enum! {
    /// What a person decides about a row that a case says already.
    pub enum Choice {
        Skip = "skip" / "略过这一行",
        Link = "link" / "并入那一件",
        Add = "add" / "不是同一件，照样导入",
    }
}

text_enum! {
    /// Of what a word of an office is a name.
    pub enum WordKind { Column = "column" / "列", Place = "place" / "地方", Owner = "owner" / "单位" }
}

/// One row of a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SheetRow {
    /// As the sheet numbers it, from 1.
    pub number: u32,
    /// The cells under the headings.
    pub cells: Vec<String>,
    /// Why the row could not be read.
    pub fault: Option<String>,
}

row! {
    /// An import as its page shows it.
    #[derive(Clone, Debug, PartialEq, Eq)]
    #[expect(missing_docs, reason = "each field is the column of its name; the migration says what it holds")]
    pub struct ImportBatch {
        pub region: Region,
        pub id: Id,
        pub kind: ImportKind,
        pub org: Id,
        pub file_name: String,
        pub headers: String,
        pub places: String,
        pub notices: String,
        pub unknown: String,
        pub state: ImportState,
        pub rows_total: i64,
        pub account_region: Option<Region>,
        pub account: Option<Id>,
        pub created_at: Instant,
        pub created_day: Day,
    }
}

row! {
    /// A staged row.
    #[derive(Clone, Debug, PartialEq, Eq)]
    #[expect(missing_docs, reason = "each field is the column of its name; the migration says what it holds")]
    pub struct ImportRow {
        pub number: u32,
        pub cells: Vec<u8>,
        pub plan: Option<Vec<u8>>,
        pub action: Option<ImportAction>,
        pub message: Option<String>,
        pub twin: Option<Id>,
        pub choice: Option<Choice>,
        pub case_id: Option<Id>,
    }
}

row! {
    /// What became of a row, without its cells.
    #[derive(Clone, Debug, PartialEq, Eq)]
    #[expect(missing_docs, reason = "each field is the column of its name; the migration says what it holds")]
    pub struct RowMessage {
        pub number: u32,
        pub action: ImportAction,
        pub message: String,
        pub twin: Option<Id>,
        pub choice: Option<Choice>,
        pub case_id: Option<Id>,
    }
}

row! {
    /// What a word means at an office.
    #[derive(Clone, Debug, PartialEq, Eq)]
    #[expect(missing_docs, reason = "each field is the column of its name; the migration says what it holds")]
    pub struct ImportWord {
        pub kind: WordKind,
        pub word: String,
        pub meaning: String,
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

    /// Which field stands under which heading.
    pub fn place_list(&self) -> super::Places {
        serde_json::from_str(&self.places).unwrap_or_default()
    }

    /// The words that name no place or unit known here.
    pub fn unknown_list(&self) -> Vec<super::Unknown> {
        serde_json::from_str(&self.unknown).unwrap_or_default()
    }

    /// Who brought it.
    pub fn by(&self) -> Option<AccountRef> {
        self.account_region.zip(self.account).map(|(region, id)| AccountRef { region, id })
    }
}
