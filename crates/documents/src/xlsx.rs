use std::io::Cursor;

use calamine::{DataRef, Reader as _, SheetType, SheetVisible, Xlsx, XlsxError};

use crate::cell;
use crate::grid::{Fault, Grid, Merge};
use crate::{Limits, SheetError, package};

/// The visible sheets, one after the other, until `wanted` takes one; and what was left out.
pub(crate) fn read<T>(
    bytes: &[u8],
    limits: &Limits,
    wanted: impl FnMut(Grid) -> Result<Option<T>, SheetError>,
) -> Result<(Option<T>, Vec<String>), SheetError> {
    package::check(bytes, limits)?;
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(refusal)?;
    visit(visible(book.sheets_metadata()), |name| grid(&mut book, name, limits), wanted)
}

/// Names of the sheets that people see, and of those they do not.
pub(crate) fn visible(sheets: &[calamine::Sheet]) -> (Vec<String>, Vec<String>) {
    let (seen, hidden): (Vec<_>, Vec<_>) = sheets
        .iter()
        .filter(|sheet| sheet.typ == SheetType::WorkSheet)
        .partition(|sheet| sheet.visible == SheetVisible::Visible);
    let names = |sheets: Vec<&calamine::Sheet>| sheets.into_iter().map(|sheet| sheet.name.clone()).collect();
    (names(seen), names(hidden))
}

/// Reads the seen sheets until one is taken; the notices name the others.
pub(crate) fn visit<T>(
    (seen, hidden): (Vec<String>, Vec<String>),
    mut grid: impl FnMut(&str) -> Result<Grid, SheetError>,
    mut wanted: impl FnMut(Grid) -> Result<Option<T>, SheetError>,
) -> Result<(Option<T>, Vec<String>), SheetError> {
    let mut notices = Vec::new();
    if !hidden.is_empty() {
        notices.push(format!("隐藏的工作表“{}”没有读取。", hidden.join("”“")));
    }
    let mut first_refusal = None;
    for (index, name) in seen.iter().enumerate() {
        match wanted(grid(name)?) {
            Ok(Some(taken)) => {
                let others: Vec<&str> =
                    seen.iter().enumerate().filter(|(other, _)| *other != index).map(|(_, name)| &**name).collect();
                if !others.is_empty() {
                    notices.push(format!("只读取了工作表“{name}”，没有读取“{}”。", others.join("”“")));
                }
                return Ok((Some(taken), notices));
            }
            Ok(None) => {}
            // A cover sheet without headings may stand before the table.
            Err(refusal) => first_refusal = first_refusal.or(Some(refusal)),
        }
    }
    first_refusal.map_or(Ok((None, notices)), Err)
}

fn grid<R: std::io::Read + std::io::Seek>(book: &mut Xlsx<R>, name: &str, limits: &Limits) -> Result<Grid, SheetError> {
    let mut grid = Grid::new(name);
    let mut reader = book.worksheet_cells_reader(name).map_err(refusal)?;
    while let Some(found) = reader.next_cell_with_formula_metadata().map_err(refusal)? {
        grid.count(limits)?;
        let value = match found.value {
            DataRef::Empty if found.formula.is_some() => Err(Fault::FormulaWithoutValue),
            // Millions of cells may point at one long string: it is not copied to learn its length.
            DataRef::SharedString(text) if text.len() > limits.cell_chars * 4 => Err(Fault::TooLong(limits.cell_chars)),
            value => cell::text(value.into()),
        };
        grid.put(limits, found.pos.0.saturating_add(1), found.pos.1 as usize, value)?;
    }
    drop(reader);
    grid.merges = merges(&book.merge_cells_by_sheet_name(name).map_err(refusal)?);
    Ok(grid)
}

/// Merged cells in the order of their rows.
pub(crate) fn merges(found: &[calamine::Dimensions]) -> Vec<Merge> {
    let mut merges: Vec<Merge> = found
        .iter()
        .map(|merge| Merge {
            first_row: merge.start.0.saturating_add(1),
            last_row: merge.end.0.saturating_add(1),
            first_column: merge.start.1 as usize,
            last_column: merge.end.1 as usize,
        })
        .collect();
    merges.sort_by_key(|merge| merge.first_row);
    merges
}

fn refusal(error: XlsxError) -> SheetError {
    match error {
        XlsxError::Password => SheetError::Locked,
        _ => SheetError::Damaged,
    }
}
