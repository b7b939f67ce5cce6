/// Why a whole file was refused: a sentence that says what to do next.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SheetError {
    /// There is nothing in it.
    #[error("文件是空的，请检查后重新选择。")]
    Empty,
    /// More bytes than allowed.
    #[error("文件有 {found} MB，最多 {most} MB。请分成几个文件导入。")]
    TooLarge {
        /// Megabytes found.
        found: usize,
        /// Megabytes allowed.
        most: usize,
    },
    /// An archive that unpacks to more than allowed.
    #[error("文件解压后过大，没有打开。请在 Excel 中新建一个表，只复制需要的行和列，另存为 .xlsx 后再试。")]
    Bomb,
    /// More rows, columns, cells or text than allowed.
    #[error("工作表“{sheet}”{what}。请删除多余的内容，或分成几个文件导入。")]
    TooMuch {
        /// The sheet's name.
        sheet: String,
        /// What there is too much of.
        what: String,
    },
    /// The bytes are no table of a known kind.
    #[error("{0}")]
    NotASheet(String),
    /// A known kind, but broken off or damaged.
    #[error("文件不完整或已损坏，打不开。请用 Excel 或 WPS 打开原文件，另存为 .xlsx 后再试。")]
    Damaged,
    /// Protected by a password.
    #[error("文件加了密码，打不开。请去掉密码后再试。")]
    Locked,
    /// Neither UTF-8 nor GB18030.
    #[error("第 {line} 行附近有无法识别的字符。请用 Excel 打开后另存为 .xlsx，或另存为“CSV UTF-8”。")]
    Encoding {
        /// The line, from 1.
        line: usize,
    },
    /// No row holds the wanted headings.
    #[error("没有找到表头：前 {rows} 行里没有{missing}。表头一行应写明：{wanted}。")]
    NoHeader {
        /// How many rows were looked at.
        rows: usize,
        /// The headings that the likeliest row lacks.
        missing: String,
        /// All that are required.
        wanted: String,
    },
    /// A heading stands twice.
    #[error("第 {row} 行的表头里“{name}”出现了两次（{first} 列和 {second} 列），请删去一列。")]
    DoubleHeader {
        /// The row, from 1.
        row: u32,
        /// The heading.
        name: String,
        /// Letters of the first column.
        first: String,
        /// Letters of the second column.
        second: String,
    },
    /// There are headings but no rows.
    #[error("表头下面没有内容，没有可导入的行。")]
    NoRows,
    /// Writing failed: the disk, or more rows than a sheet may have.
    #[error("表格没有生成：{0}")]
    Write(String),
}
