use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::grid::{Fault, Grid, GridRow, Merge};
use crate::{Limits, SheetError, cfb, text, xls, xlsx};

/// A column that is looked for by its heading.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    /// The heading as messages print it.
    pub name: &'static str,
    /// Other headings that mean the same. Blanks, width and case do not matter.
    pub aliases: &'static [&'static str],
    /// Whether the table is refused without it.
    pub required: bool,
}

/// The rows under the headings.
#[derive(Clone, Debug)]
pub struct Table {
    /// All headings of the file, in its order.
    pub headers: Vec<String>,
    /// For each wanted column its place in the file.
    pub places: Vec<Option<usize>>,
    /// The rows that hold something.
    pub rows: Vec<TableRow>,
    /// What a person should know: sheets left out, encoding guessed.
    pub notices: Vec<String>,
}

/// One row with content.
#[derive(Clone, Debug)]
pub struct TableRow {
    /// As the sheet numbers it, from 1.
    pub number: u32,
    /// The cells under the headings, in the order of the file; as many as there are headings.
    pub cells: Vec<String>,
    /// Why the row cannot be used, naming the column.
    pub fault: Option<String>,
}

/// How far down the headings may stand: above them there are titles and notes.
pub(crate) const HEADER_ROWS: usize = 20;

/// Reads the table under the wanted headings from CSV, XLSX or XLS. The bytes decide what it is, not the name.
pub fn read_table(file_name: &str, bytes: &[u8], columns: &[Column], limits: &Limits) -> Result<Table, SheetError> {
    read_with(file_name, bytes, limits, |grid| table(grid, columns))
}

/// Reads whatever table `wanted` finds in a sheet: `None` from an empty one, an error from one without headings.
pub(crate) fn read_with(
    file_name: &str,
    bytes: &[u8],
    limits: &Limits,
    wanted: impl Fn(Grid) -> Result<Option<Table>, SheetError>,
) -> Result<Table, SheetError> {
    if bytes.is_empty() {
        return Err(SheetError::Empty);
    }
    if bytes.len() > limits.bytes {
        return Err(SheetError::TooLarge { found: bytes.len().div_ceil(1 << 20), most: limits.bytes >> 20 });
    }
    // The reader of sheets slices and adds as if no file ever lied; a panic there is a damaged file and nothing else.
    catch_unwind(AssertUnwindSafe(|| read_kind(file_name, bytes, limits, &wanted))).unwrap_or(Err(SheetError::Damaged))
}

fn read_kind(
    file_name: &str,
    bytes: &[u8],
    limits: &Limits,
    wanted: &impl Fn(Grid) -> Result<Option<Table>, SheetError>,
) -> Result<Table, SheetError> {
    let (table, notices) = if bytes.starts_with(b"PK") {
        xlsx::read(bytes, limits, wanted)?
    } else if cfb::is_compound(bytes) {
        xls::read(bytes, limits, wanted)?
    } else {
        let ending = file_name.rsplit_once('.').map(|(_, ending)| ending.to_lowercase()).unwrap_or_default();
        let (grid, notices) = text::read(bytes, limits)?;
        if matches!(&*ending, "xlsx" | "xls" | "xlsm" | "et") {
            return Err(SheetError::NotASheet(format!(
                "文件名以 .{ending} 结尾，内容却是普通文字。请用 Excel 或 WPS 打开，另存为 .xlsx；如果本来是 CSV，请把后缀改回 .csv。"
            )));
        }
        (wanted(grid)?, notices)
    };
    let mut table = table.ok_or(SheetError::Empty)?;
    table.notices = notices;
    Ok(table)
}

/// `None` when the sheet is empty.
fn table(grid: Grid, columns: &[Column]) -> Result<Option<Table>, SheetError> {
    if grid.rows.is_empty() {
        return Ok(None);
    }
    let (index, places) = header(&grid, columns)?;
    let header = &grid.rows[index];
    let width = header.cells.len();
    let headers: Vec<String> = header.cells.clone();
    let mut covered = Covered { merges: &grid.merges, next: 0, longest: None };
    let rows: Vec<TableRow> = grid
        .rows
        .into_iter()
        .skip(index + 1)
        .filter(|row| row.cells.iter().take(width).any(|cell| !cell.is_empty()) || !row.faults.is_empty())
        .map(|row| {
            let merged = covered.at(row.number, &places);
            finished(row, width, &headers, &places, merged)
        })
        .collect();
    if rows.is_empty() {
        return Err(SheetError::NoRows);
    }
    Ok(Some(Table { headers, places, rows, notices: Vec::new() }))
}

fn finished(
    row: GridRow,
    width: usize,
    headers: &[String],
    places: &[Option<usize>],
    merged: Option<(usize, Merge)>,
) -> TableRow {
    let GridRow { number, mut cells, faults } = row;
    cells.resize(width, String::new());
    let heading = |column: usize| headers.get(column).map_or("", String::as_str);
    let fault = faults.iter().find(|(column, _)| places.contains(&Some(*column)));
    let fault = fault.map(|(column, fault): &(usize, Fault)| {
        format!("第 {number} 行“{}”（{} 列）{}。", heading(*column), column_letters(*column), fault.message())
    });
    let merged = merged.map(|(column, merge)| {
        let range = format!(
            "{}{}:{}{}",
            column_letters(merge.first_column),
            merge.first_row,
            column_letters(merge.last_column),
            merge.last_row
        );
        format!("第 {number} 行“{}”在合并单元格 {range} 里，请取消合并，并在每一行填写。", heading(column))
    });
    TableRow { number, cells, fault: fault.or(merged) }
}

/// The row that names every required column, and where each wanted column stands.
fn header(grid: &Grid, columns: &[Column]) -> Result<(usize, Vec<Option<usize>>), SheetError> {
    let names: HashMap<String, usize> = columns
        .iter()
        .enumerate()
        .flat_map(|(index, column)| {
            std::iter::once(column.name).chain(column.aliases.iter().copied()).map(move |name| (plain(name), index))
        })
        .collect();
    let mut likeliest: Option<(usize, Vec<&str>)> = None;
    for (index, row) in grid.rows.iter().take(HEADER_ROWS).enumerate() {
        let mut places = vec![None; columns.len()];
        let mut double = None;
        for (place, cell) in row.cells.iter().enumerate() {
            let Some(&column) = names.get(&plain(cell)) else { continue };
            match places[column] {
                None => places[column] = Some(place),
                Some(first) => double = double.or(Some((cell, first, place))),
            }
        }
        let lacks =
            |(column, place): (&Column, &Option<usize>)| (column.required && place.is_none()).then_some(column.name);
        let missing: Vec<&str> = columns.iter().zip(&places).filter_map(lacks).collect();
        if missing.is_empty() {
            return match double {
                None => Ok((index, places)),
                Some((name, first, second)) => Err(SheetError::DoubleHeader {
                    row: row.number,
                    name: name.clone(),
                    first: column_letters(first),
                    second: column_letters(second),
                }),
            };
        }
        if likeliest.as_ref().is_none_or(|(_, least)| missing.len() < least.len()) {
            likeliest = Some((index, missing));
        }
    }
    let quoted = |names: Vec<&str>| format!("“{}”", names.join("”“"));
    let missing = likeliest.map(|(_, missing)| missing).unwrap_or_default();
    let wanted = columns.iter().filter(|column| column.required).map(|column| column.name).collect();
    Err(SheetError::NoHeader {
        rows: grid.rows.len().min(HEADER_ROWS),
        missing: quoted(missing),
        wanted: quoted(wanted),
    })
}

/// A heading as it is compared: half-width, lower case, without blanks, stars and remarks in brackets.
pub(crate) fn plain(heading: &str) -> String {
    let narrow = heading.chars().map(|c| match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        other => other,
    });
    let narrow: String =
        narrow.filter(|c| !c.is_whitespace() && !matches!(c, '*' | ':')).flat_map(char::to_lowercase).collect();
    match narrow.split_once('(') {
        Some((before, _)) if !before.is_empty() => before.to_owned(),
        _ => narrow,
    }
}

/// Walks merged cells along with the rows, so that a million of them cost no more than a sort.
struct Covered<'a> {
    merges: &'a [Merge],
    next: usize,
    /// Of the merges met so far the one that reaches furthest down.
    longest: Option<Merge>,
}

impl Covered<'_> {
    /// The wanted column that a merge covers in this row. A merge that only spans the headings harms nobody.
    fn at(&mut self, row: u32, places: &[Option<usize>]) -> Option<(usize, Merge)> {
        while let Some(merge) = self.merges.get(self.next).filter(|merge| merge.first_row <= row) {
            self.next += 1;
            let wanted = places.iter().flatten().any(|place| covers(merge, *place));
            if wanted && self.longest.is_none_or(|longest| longest.last_row < merge.last_row) {
                self.longest = Some(*merge);
            }
        }
        let merge = self.longest.filter(|merge| merge.last_row >= row)?;
        let column = places.iter().flatten().find(|place| covers(&merge, **place))?;
        Some((*column, merge))
    }
}

fn covers(merge: &Merge, column: usize) -> bool {
    (merge.first_column..=merge.last_column).contains(&column)
}

/// The letters above a column: 0 is A, 26 is AA.
pub fn column_letters(index: usize) -> String {
    let mut letters = Vec::new();
    let mut left = index + 1;
    while left > 0 {
        letters.push(b'A' + u8::try_from((left - 1) % 26).unwrap_or(0));
        left = (left - 1) / 26;
    }
    letters.reverse();
    String::from_utf8(letters).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_are_compared_without_their_dress() {
        for heading in ["代 码", "代码*", " 代码：", "代码（必填）", "代码\n"] {
            assert_eq!(plain(heading), "代码", "{heading}");
        }
        assert_eq!(plain("ＣＯＤＥ"), "code");
    }

    #[test]
    fn letters() {
        assert_eq!([0, 25, 26, 16_383].map(column_letters), ["A", "Z", "AA", "XFD"]);
    }
}
