use std::borrow::Cow;

use encoding_rs::{GB18030, UTF_16BE, UTF_16LE};

use crate::cell;
use crate::grid::Grid;
use crate::{Limits, SheetError};

/// A text file as a grid; the notices say how it was understood.
pub(crate) fn read(bytes: &[u8], limits: &Limits) -> Result<(Grid, Vec<String>), SheetError> {
    let mut notices = Vec::new();
    let text = decode(bytes, &mut notices)?;
    if looks_like_markup(&text) {
        let message = "这是网页（HTML 或 XML）改名的表格。请用 Excel 或 WPS 打开，另存为 .xlsx 后再试。";
        return Err(SheetError::NotASheet(message.into()));
    }
    Ok((grid(&text, limits)?, notices))
}

fn decode<'a>(bytes: &'a [u8], notices: &mut Vec<String>) -> Result<Cow<'a, str>, SheetError> {
    for (mark, encoding) in [(&[0xff, 0xfe][..], UTF_16LE), (&[0xfe, 0xff], UTF_16BE)] {
        if bytes.starts_with(mark) {
            let (text, broken) = encoding.decode_with_bom_removal(bytes);
            return if broken { Err(SheetError::Encoding { line: 1 }) } else { Ok(text) };
        }
    }
    if bytes.iter().take(8_192).any(|byte| *byte == 0) {
        let message = "这不是表格文件。请选择 CSV、XLSX 或 XLS 文件。";
        return Err(SheetError::NotASheet(message.into()));
    }
    let plain = bytes.strip_prefix(&[0xef, 0xbb, 0xbf]).unwrap_or(bytes);
    if let Ok(text) = std::str::from_utf8(plain) {
        return Ok(text.into());
    }
    if let Some(text) = GB18030.decode_without_bom_handling_and_without_replacement(plain) {
        notices.push("文件的编码是 GB18030（GBK），已自动转换。".into());
        return Ok(text);
    }
    let valid = std::str::from_utf8(plain).err().map_or(0, |error| error.valid_up_to());
    Err(SheetError::Encoding { line: breaks(&plain[..valid]) + 1 })
}

fn looks_like_markup(text: &str) -> bool {
    let start = text.trim_start().chars().take(200).collect::<String>().to_lowercase();
    ["<html", "<!doctype", "<table", "<?xml", "<meta"].iter().any(|mark| start.starts_with(mark))
}

fn grid(text: &str, limits: &Limits) -> Result<Grid, SheetError> {
    let mut grid = Grid::new("CSV");
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter(text))
        .from_reader(text.as_bytes());
    let mut record = csv::StringRecord::new();
    // A line break inside a cell is no new row, and the reader skips empty lines: rows are numbered as Excel does.
    let (mut counted, mut line, mut breaks_inside, mut last) = (0, 1, 0, 0);
    while reader.read_record(&mut record).map_err(|_| SheetError::Damaged)? {
        let start = record.position().map_or(0, |position| usize::try_from(position.byte()).unwrap_or(text.len()));
        let blank = text.as_bytes()[start..].iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        line += breaks(&text.as_bytes()[counted..start + blank]);
        counted = start + blank;
        let number = u32::try_from(line - breaks_inside).unwrap_or(u32::MAX).max(last + 1);
        last = number;
        for (column, value) in record.iter().enumerate() {
            grid.count(limits)?;
            breaks_inside += breaks(value.as_bytes());
            grid.put(limits, number, column, Ok(cell::clean(value)))?;
        }
    }
    Ok(grid)
}

fn breaks(bytes: &[u8]) -> usize {
    bytes.split(|byte| *byte == b'\n').count() - 1
}

/// Whichever of comma, tab and semicolon the first lines use most.
fn delimiter(text: &str) -> u8 {
    let count = |mark: u8| text.lines().take(5).flat_map(str::bytes).filter(|byte| *byte == mark).count();
    [b',', b'\t', b';'].into_iter().rev().max_by_key(|mark| count(*mark)).unwrap_or(b',')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_numbered_as_a_spreadsheet_shows_them() {
        let (grid, _) = read("a,b\r\n\r\n\"x\ny\",1\r\nz,2".as_bytes(), &Limits::default()).unwrap();
        let numbers: Vec<u32> = grid.rows.iter().map(|row| row.number).collect();
        assert_eq!(numbers, [1, 3, 4]);
        assert_eq!(grid.rows[1].cells[0], "x\ny");
    }

    #[test]
    fn tabs_and_semicolons_separate_too() {
        assert_eq!(delimiter("a\tb\n1\t2"), b'\t');
        assert_eq!(delimiter("a;b\n1;2"), b';');
        assert_eq!(delimiter("one column"), b',');
    }
}
