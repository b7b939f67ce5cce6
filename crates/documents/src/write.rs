use std::borrow::Cow;

use rust_xlsxwriter::{Color, DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook, XlsxError};

use crate::SheetError;

/// A column to be written.
#[derive(Clone, Debug)]
pub struct WriteColumn {
    /// The heading.
    pub title: String,
    /// Width in characters of the standard type.
    pub width: u32,
}

impl WriteColumn {
    /// A heading and its width.
    pub fn new(title: impl Into<String>, width: u32) -> Self {
        Self { title: title.into(), width }
    }
}

/// A cell to be written.
#[derive(Clone, Debug, PartialEq)]
pub enum WriteCell {
    /// Words, codes, days.
    Text(String),
    /// A number that is counted with.
    Number(f64),
    /// Nothing.
    Empty,
}

impl From<&str> for WriteCell {
    fn from(text: &str) -> Self {
        if text.is_empty() { Self::Empty } else { Self::Text(text.to_owned()) }
    }
}

impl From<String> for WriteCell {
    fn from(text: String) -> Self {
        if text.is_empty() { Self::Empty } else { Self::Text(text) }
    }
}

impl From<i64> for WriteCell {
    #[expect(clippy::cast_precision_loss, reason = "a spreadsheet keeps numbers as f64")]
    fn from(number: i64) -> Self {
        Self::Number(number as f64)
    }
}

/// Writes an XLSX row by row; what is written leaves memory for a temporary file.
pub struct SheetWriter {
    workbook: Workbook,
    row: u32,
    columns: usize,
}

/// Rows a sheet may have.
const MOST_ROWS: u32 = 1_048_576;
/// Characters a cell may have.
const MOST_CHARS: usize = 32_767;

impl SheetWriter {
    /// A workbook of one sheet: headings in bold, first row frozen.
    pub fn new(sheet: &str, columns: &[WriteColumn]) -> Result<Self, SheetError> {
        let mut workbook = Workbook::new();
        // Without it the file would hold the hour at which it was made, and no two would be equal.
        let made = ExcelDateTime::from_ymd(2000, 1, 1).map_err(refusal)?;
        workbook.set_properties(&DocProperties::new().set_creation_datetime(&made));
        let head = Format::new()
            .set_bold()
            .set_background_color(Color::RGB(0x00F1_EADF))
            .set_border_bottom(FormatBorder::Thin)
            .set_align(FormatAlign::VerticalCenter);
        let worksheet = workbook.add_worksheet_with_constant_memory().map_err(refusal)?;
        worksheet.set_name(sheet_name(sheet)).map_err(refusal)?;
        worksheet.set_freeze_panes(1, 0).map_err(refusal)?;
        for (index, column) in columns.iter().enumerate() {
            let place = u16::try_from(index).map_err(|_| SheetError::Write("列太多".into()))?;
            worksheet.set_column_width(place, column.width).map_err(refusal)?;
            worksheet.write_string_with_format(0, place, &*escaped(&column.title), &head).map_err(refusal)?;
        }
        Ok(Self { workbook, row: 1, columns: columns.len() })
    }

    /// Adds a row; cells beyond the headings are left out.
    pub fn row(&mut self, cells: &[WriteCell]) -> Result<(), SheetError> {
        if self.row >= MOST_ROWS {
            return Err(SheetError::Write("超过一张工作表的 1,048,576 行，请缩小范围后分次导出".into()));
        }
        let worksheet = self.workbook.worksheet_from_index(0).map_err(refusal)?;
        for (place, cell) in (0_u16..).zip(cells.iter().take(self.columns)) {
            match cell {
                WriteCell::Text(text) => worksheet.write_string(self.row, place, shortened(&escaped(text))),
                WriteCell::Number(number) => worksheet.write_number(self.row, place, *number),
                WriteCell::Empty => continue,
            }
            .map_err(refusal)?;
        }
        self.row += 1;
        Ok(())
    }

    /// The bytes of the file.
    pub fn finish(mut self) -> Result<Vec<u8>, SheetError> {
        self.workbook.save_to_buffer().map_err(refusal)
    }
}

/// The rows of an import as they came, with what became of each in a last column 结果.
pub fn result_sheet<'a>(
    headers: &[String],
    rows: impl Iterator<Item = (&'a [String], &'a str)>,
) -> Result<Vec<u8>, SheetError> {
    let mut columns: Vec<WriteColumn> = headers.iter().map(|title| WriteColumn::new(title.clone(), 18)).collect();
    columns.push(WriteColumn::new("结果", 60));
    let mut writer = SheetWriter::new("导入结果", &columns)?;
    for (cells, message) in rows {
        let texts = cells.iter().map(String::as_str).chain(std::iter::repeat("")).take(headers.len());
        let row: Vec<WriteCell> = texts.chain(std::iter::once(message)).map(WriteCell::from).collect();
        writer.row(&row)?;
    }
    writer.finish()
}

/// CSV with a byte order mark, so that spreadsheets read it as UTF-8.
pub fn write_csv(headers: &[String], rows: impl Iterator<Item = Vec<WriteCell>>) -> Result<Vec<u8>, SheetError> {
    let broken = |error: csv::Error| SheetError::Write(error.to_string());
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(b"\xef\xbb\xbf".to_vec());
    writer.write_record(headers.iter().map(|title| escaped(title).into_owned())).map_err(broken)?;
    for row in rows {
        let cells = row.iter().map(|cell| match cell {
            WriteCell::Text(text) => escaped(text).into_owned(),
            WriteCell::Number(number) => number.to_string(),
            WriteCell::Empty => String::new(),
        });
        writer.write_record(cells).map_err(broken)?;
    }
    writer.into_inner().map_err(|error| SheetError::Write(error.to_string()))
}

/// With an apostrophe in front where a spreadsheet would take the text for a formula.
pub fn escaped(text: &str) -> Cow<'_, str> {
    match text.chars().next() {
        Some('=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '＝' | '＋' | '－' | '＠') => format!("'{text}").into(),
        _ => text.into(),
    }
}

fn shortened(text: &str) -> &str {
    // Excel counts UTF-16 units; a text that has so many bytes is rare enough to be counted.
    if text.len() <= MOST_CHARS {
        return text;
    }
    let mut units = 0;
    let end = text.char_indices().find(|(_, c)| {
        units += c.len_utf16();
        units > MOST_CHARS
    });
    end.map_or(text, |(end, _)| &text[..end])
}

/// A sheet's name may have 31 characters and none of these.
fn sheet_name(name: &str) -> String {
    let kept = name.chars().filter(|c| !matches!(c, '[' | ']' | ':' | '*' | '?' | '/' | '\\' | '\''));
    let name: String = kept.take(31).collect();
    if name.is_empty() { "表".into() } else { name }
}

fn refusal(error: XlsxError) -> SheetError {
    SheetError::Write(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_like_a_formula_is_escaped() {
        for text in ["=1+1", "+86", "-1", "@sum", "\tx", "\rx"] {
            assert_eq!(escaped(text), format!("'{text}"));
        }
        assert_eq!(escaped("宝塔区"), "宝塔区");
    }

    #[test]
    fn long_texts_are_cut_between_characters() {
        let long = "字".repeat(40_000);
        assert_eq!(shortened(&long).chars().count(), MOST_CHARS);
    }
}
