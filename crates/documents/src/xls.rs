//! Workbooks of Excel 97 to 2003. The reader of sheets reserves room for what a sheet claims to hold and for the whole
//! rectangle that its cells span, so both are measured first.

use std::io::Cursor;

use calamine::{Data, Reader as _, Xls, XlsError};

use crate::cell;
use crate::cfb::{CompoundFile, number16, number32};
use crate::grid::Grid;
use crate::xlsx::{merges, visible, visit};
use crate::{Limits, SheetError};

/// As for XLSX: the visible sheets until one is taken.
pub(crate) fn read<T>(
    bytes: &[u8],
    limits: &Limits,
    wanted: impl FnMut(Grid) -> Result<Option<T>, SheetError>,
) -> Result<(Option<T>, Vec<String>), SheetError> {
    let file = CompoundFile::open(bytes)?;
    if file.has("EncryptedPackage") {
        return Err(SheetError::Locked);
    }
    let name = ["Workbook", "Book"].into_iter().find(|name| file.has(name));
    let name = name.ok_or_else(|| SheetError::NotASheet(NO_WORKBOOK.into()))?;
    measure(&file.stream(name)?, limits)?;
    let mut book: Xls<_> = Xls::new(Cursor::new(bytes)).map_err(refusal)?;
    visit(visible(book.sheets_metadata()), |name| grid(&mut book, name, limits), wanted)
}

const NO_WORKBOOK: &str = "这个文件里没有 Excel 工作簿，可能是 Word 文档。请用 Excel 或 WPS 另存为 .xlsx 后再试。";

mod record {
    pub(super) const BOF: u16 = 0x0809;
    pub(super) const EOF: u16 = 0x000a;
    pub(super) const SHEET: u16 = 0x0085;
    pub(super) const DIMENSIONS: u16 = 0x0200;
    pub(super) const MULTIPLE_RK: u16 = 0x00bd;
    /// Number, label, rich string, boolean or error, RK, label in the string table, formula.
    pub(super) const CELLS: [u16; 7] = [0x0203, 0x0204, 0x00d6, 0x0205, 0x027e, 0x00fd, 0x0006];
}

/// Walks the records as the reader will.
fn measure(stream: &[u8], limits: &Limits) -> Result<(), SheetError> {
    for (kind, data) in Records(stream) {
        match kind {
            record::EOF => break,
            record::SHEET => {
                let start = number32(data, 0)? as usize;
                let sheet = stream.get(start..).ok_or(SheetError::Damaged)?;
                measure_sheet(sheet, limits)?;
            }
            _ => {}
        }
    }
    Ok(())
}

fn measure_sheet(stream: &[u8], limits: &Limits) -> Result<(), SheetError> {
    let (mut depth, mut cells) = (0_usize, 0);
    let (mut rows, mut columns) = (None, None);
    for (kind, data) in Records(stream) {
        match kind {
            record::BOF => depth += 1,
            record::EOF if depth <= 1 => break,
            record::EOF => depth -= 1,
            record::DIMENSIONS => claimed(data, limits)?,
            record::MULTIPLE_RK => {
                let first = number16(data, 2)?;
                widen(&mut rows, number16(data, 0)?);
                widen(&mut columns, first);
                let width = u16::try_from(data.len() / 6).unwrap_or(u16::MAX);
                widen(&mut columns, first.saturating_add(width));
                cells += usize::from(width);
            }
            kind if record::CELLS.contains(&kind) => {
                widen(&mut rows, number16(data, 0)?);
                widen(&mut columns, number16(data, 2)?);
                cells += 1;
            }
            _ => {}
        }
        if span(rows) * span(columns) > limits.cells || cells > limits.cells {
            return Err(too_wide());
        }
    }
    Ok(())
}

/// The record that says from where to where the sheet goes.
fn claimed(data: &[u8], limits: &Limits) -> Result<(), SheetError> {
    let (first_row, last_row, columns) = if data.len() == 10 {
        (u32::from(number16(data, 0)?), u32::from(number16(data, 2)?), (number16(data, 4)?, number16(data, 6)?))
    } else {
        (number32(data, 0)?, number32(data, 4)?, (number16(data, 8)?, number16(data, 10)?))
    };
    // The reader subtracts these without looking.
    if last_row > 0 && columns.1 > 0 && first_row > last_row - 1 {
        return Err(SheetError::Damaged);
    }
    let rows = u64::from(last_row.saturating_sub(first_row));
    let width = u64::from(if columns.0 > 0xff { columns.1 } else { columns.1.saturating_sub(columns.0) });
    // A whole sheet of 65,536 rows and a few columns may be claimed honestly; the true cells are counted besides.
    if rows.saturating_mul(width.max(1)) > limits.cells as u64 * 4 {
        return Err(too_wide());
    }
    Ok(())
}

fn too_wide() -> SheetError {
    let what = "占用的区域过大，可能在很远的行或列里有内容".to_owned();
    SheetError::TooMuch { sheet: "xls".into(), what }
}

type Bounds = Option<(u16, u16)>;

fn widen(bounds: &mut Bounds, value: u16) {
    *bounds = Some(bounds.map_or((value, value), |(low, high)| (low.min(value), high.max(value))));
}

fn span(bounds: Bounds) -> usize {
    bounds.map_or(0, |(low, high)| usize::from(high - low) + 1)
}

/// Records of a BIFF stream: kind, length, content.
struct Records<'a>(&'a [u8]);

impl<'a> Iterator for Records<'a> {
    type Item = (u16, &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let kind = number16(self.0, 0).ok()?;
        let end = 4 + usize::from(number16(self.0, 2).ok()?);
        let data = self.0.get(4..end)?;
        self.0 = &self.0[end..];
        Some((kind, data))
    }
}

fn grid<R: std::io::Read + std::io::Seek>(book: &mut Xls<R>, name: &str, limits: &Limits) -> Result<Grid, SheetError> {
    let mut grid = Grid::new(name);
    let range = book.worksheet_range(name).map_err(refusal)?;
    let (first_row, first_column) = range.start().unwrap_or_default();
    for (row, column, value) in range.cells() {
        if *value == Data::Empty {
            continue;
        }
        grid.count(limits)?;
        let number = first_row + u32::try_from(row).unwrap_or(u32::MAX - first_row - 1) + 1;
        grid.put(limits, number, first_column as usize + column, cell::text(value.clone()))?;
    }
    grid.merges = merges(&book.merge_cells_by_sheet_name(name).map_err(refusal)?);
    Ok(grid)
}

fn refusal(error: XlsError) -> SheetError {
    match error {
        XlsError::Password => SheetError::Locked,
        _ => SheetError::Damaged,
    }
}
