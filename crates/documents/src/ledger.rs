//! Tables as offices keep them for themselves: nobody told them which headings to write, merged cells stand for what is
//! the same below, and a heading may take two rows.

use crate::grid::{Grid, GridRow, Merge};
use crate::table::{HEADER_ROWS, Table, TableRow, plain, read_with};
use crate::{Limits, SheetError};

/// Letters of the longest text that may be a heading.
const HEADING: usize = 24;

/// Reads the sheet whose headings look most like `words`; all its columns are kept and none is refused. Merged cells are
/// filled down, headings of two rows are joined, headings that come again on the next page are left out.
pub fn read_ledger(file_name: &str, bytes: &[u8], words: &[&str], limits: &Limits) -> Result<Table, SheetError> {
    let words: Vec<String> = words.iter().map(|word| plain(word)).collect();
    read_with(file_name, bytes, limits, |grid| ledger(grid, &words, limits))
}

fn ledger(mut grid: Grid, words: &[String], limits: &Limits) -> Result<Option<Table>, SheetError> {
    if grid.rows.is_empty() {
        return Ok(None);
    }
    let Some(index) = header(&grid, words) else {
        return Err(SheetError::NoHeader {
            rows: grid.rows.len().min(HEADER_ROWS),
            missing: "像表头的一行".into(),
            wanted: "“问题”“承办单位”“日期”一类的栏目名称".into(),
        });
    };
    let first = grid.rows[index].number;
    let double = grid.merges.iter().any(|merge| across(merge, first))
        && grid.rows.get(index + 1).is_some_and(|row| row.number == first + 1);
    let headers = headings(&grid, index, double);
    fill_down(&mut grid, first + u32::from(double), limits)?;
    let width = headers.len();
    let rows: Vec<TableRow> = grid
        .rows
        .into_iter()
        .skip(index + 1 + usize::from(double))
        .filter(|row| !row.faults.is_empty() || row.cells.iter().take(width).any(|cell| !cell.is_empty()))
        .filter(|row| !repeats(row, &headers))
        .map(|row| finished(row, &headers))
        .collect();
    if rows.is_empty() {
        return Err(SheetError::NoRows);
    }
    Ok(Some(Table { headers, places: Vec::new(), rows, notices: Vec::new() }))
}

/// The row in which most cells look like headings; one that looks so alone may be a title.
fn header(grid: &Grid, words: &[String]) -> Option<usize> {
    let like = |cell: &&String| {
        let cell = plain(cell);
        !cell.is_empty() && cell.chars().count() <= HEADING && words.iter().any(|word| cell.contains(word.as_str()))
    };
    let score = |row: &GridRow| row.cells.iter().filter(like).count();
    let scores = grid.rows.iter().take(HEADER_ROWS).map(score).enumerate();
    // The first of equals: a row of data may speak of problems and units too.
    let best = scores.reduce(|best, other| if other.1 > best.1 { other } else { best })?;
    (best.1 >= 2).then_some(best.0)
}

/// A merge that spans columns in this row alone: below it stand headings of their own.
fn across(merge: &Merge, row: u32) -> bool {
    merge.first_row == row && merge.last_row == row && merge.last_column > merge.first_column
}

fn headings(grid: &Grid, index: usize, double: bool) -> Vec<String> {
    let row = &grid.rows[index];
    let mut upper = row.cells.clone();
    for merge in grid.merges.iter().filter(|merge| across(merge, row.number)) {
        let text = upper.get(merge.first_column).cloned().unwrap_or_default();
        for column in merge.first_column..=merge.last_column.min(upper.len().max(1) + 64) {
            if upper.len() <= column {
                upper.resize(column + 1, String::new());
            }
            upper[column].clone_from(&text);
        }
    }
    if !double {
        return row.cells.clone();
    }
    let lower = &grid.rows[index + 1].cells;
    let width = upper.len().max(lower.len());
    let at = |cells: &[String], column: usize| cells.get(column).cloned().unwrap_or_default();
    (0..width)
        .map(|column| match (at(&upper, column), at(lower, column)) {
            (above, below) if below.is_empty() || above == below => above,
            (above, below) if above.is_empty() => below,
            (above, below) => format!("{above}{below}"),
        })
        .collect()
}

/// What a merge says holds for every row it covers.
fn fill_down(grid: &mut Grid, header: u32, limits: &Limits) -> Result<(), SheetError> {
    let merges = std::mem::take(&mut grid.merges);
    let mut filled = 0_usize;
    for merge in merges.iter().filter(|merge| merge.first_row > header && merge.last_row > merge.first_row) {
        let begin = grid.rows.partition_point(|row| row.number < merge.first_row);
        let end = grid.rows.partition_point(|row| row.number <= merge.last_row);
        let Some(text) = grid.rows.get(begin).filter(|row| row.number == merge.first_row) else { continue };
        let text = text.cells.get(merge.first_column).cloned().unwrap_or_default();
        if text.is_empty() {
            continue;
        }
        for row in &mut grid.rows[begin..end] {
            filled += 1 + text.len() / 64;
            if filled > limits.cells {
                return Err(SheetError::TooMuch { sheet: grid.name.clone(), what: "合并单元格过多".into() });
            }
            if row.cells.len() <= merge.first_column {
                row.cells.resize(merge.first_column + 1, String::new());
            }
            if row.cells[merge.first_column].is_empty() {
                row.cells[merge.first_column].clone_from(&text);
            }
        }
    }
    Ok(())
}

/// Headings printed again at the top of the next page.
fn repeats(row: &GridRow, headers: &[String]) -> bool {
    let filled = || row.cells.iter().zip(headers).filter(|(cell, _)| !cell.is_empty());
    filled().count() > 1 && filled().all(|(cell, header)| plain(cell) == plain(header))
}

fn finished(row: GridRow, headers: &[String]) -> TableRow {
    let GridRow { number, mut cells, faults } = row;
    cells.resize(headers.len(), String::new());
    let fault = faults.iter().find(|(column, _)| *column < headers.len()).map(|(column, fault)| {
        let heading = headers.get(*column).map_or("", String::as_str);
        format!("第 {number} 行“{heading}”（{} 列）{}。", crate::column_letters(*column), fault.message())
    });
    TableRow { number, cells, fault }
}
